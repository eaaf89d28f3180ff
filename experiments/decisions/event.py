"""The event that a discovery asks about: what is read from the runs, and when it is true."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...model.errors import InputError, Problem
from ...model.report import did_you_mean
from ...scenarios.loader import BASELINE, EQUAL_BUDGET_IDS, LIBRARY_IDS
from ..outcomes import NO_EFFECT
from ..runs.evaluate import Evaluation

Flags = NDArray[np.bool_]

KINDS = ("best", "target", "worse", "gain")
EXPECTED = "best:STRATEGY, target, target:STRATEGY, worse:STRATEGY or gain:STRATEGY>=POINTS"


@dataclass(frozen=True)
class Event:
    """What may be true of a run.

    Attributes
    ----------
    kind
        ``best``, ``target``, ``worse`` or ``gain``.
    strategy
        Id or file of the scenario.
    points
        Least gain, percentage points, for ``gain``.
    """

    kind: str
    strategy: str
    points: float = 0.0

    @property
    def scenarios(self) -> str:
        """Scenarios that must be run, with commas between."""
        return ",".join(EQUAL_BUDGET_IDS) if self.kind == "best" else self.strategy

    def true_in(self, found: Evaluation, name: str, share: float) -> Flags:
        """Return (draw,), whether the event occurs.

        Best: a larger gain than any other of the equal-budget set, by more than what is called no
        effect. Worse: a rise against no extra action by more than that.

        Parameters
        ----------
        found
            Outcomes ``gain`` and ``prevalence``, points and percent.
        name
            Id of the strategy in the evaluation.
        share
            Prevalence of the target, 0 to 1.
        """
        gain = found.of("gain", name)
        if self.kind == "best":
            others = [found.of("gain", n) for n in found.scenarios if n not in (name, BASELINE)]
            return gain > np.max(others, axis=0) + NO_EFFECT
        if self.kind == "worse":
            return gain < -NO_EFFECT
        if self.kind == "target":
            return found.of("prevalence", name) <= 100.0 * share
        return gain >= self.points


def read_event(text: str) -> Event:
    """Return the event that ``--outcome`` names.

    Raises
    ------
    InputError
        If the text is none of the forms, or best is asked outside the equal-budget set.
    """
    kind, _, rest = text.strip().partition(":")
    if kind not in KINDS:
        raise _refused(text, did_you_mean(kind, KINDS, "Write one of these"))
    if kind == "target":
        return Event(kind, rest.strip() or BASELINE)
    match = re.fullmatch(r"(.+?)\s*(?:>=\s*([-+0-9.eE]+))?\s*", rest.strip())
    if match is None or (kind == "gain") != (match[2] is not None):
        raise _refused(text, "Write, for example, gain:food>=0.5 or worse:hr")
    strategy = match[1].strip()
    if kind == "best":
        return Event(kind, _equal(strategy))
    if strategy == BASELINE:
        raise _refused(text, f"Name another strategy than {BASELINE}, which is the comparison")
    return Event(kind, strategy, _points(text, match[2]) if kind == "gain" else 0.0)


def _equal(strategy: str) -> str:
    if strategy in EQUAL_BUDGET_IDS:
        return strategy
    expected = f"a strategy of equal budget: {', '.join(EQUAL_BUDGET_IDS)}"
    remedy = "Only plans of one cost can be called best; name one of them, or ask gain:STRATEGY>=x"
    raise InputError([Problem("--outcome", expected, strategy, remedy)])


def _points(text: str, number: str) -> float:
    try:
        return float(number)
    except ValueError as error:
        raise _refused(text, "Write the points as a number, for example 0.5") from error


def _refused(text: str, remedy: str) -> InputError:
    return InputError([Problem("--outcome", EXPECTED, repr(text), remedy)])


def unknown(event: Event) -> list[Problem]:
    """Return what is wrong with the strategy of an event, where it is neither id nor file."""
    name = event.strategy
    if name in LIBRARY_IDS or "." in name or "/" in name:
        return []
    expected = "a library id or a YAML file"
    remedy = did_you_mean(name, LIBRARY_IDS, "Correct it")
    return [Problem("--outcome", expected, name, remedy)]
