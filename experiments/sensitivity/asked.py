"""Outcomes that a sensitivity analysis can be asked about: prevalence, differences, the choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...model.errors import InputError, Problem
from ...model.report import did_you_mean
from ...scenarios.loader import BASELINE, EQUAL_BUDGET_IDS, LIBRARY_IDS
from ..runs.evaluate import Evaluation

Floats = NDArray[np.float64]

DEFAULT = (
    "prevalence",
    "gain:all_three",
    "gain:food",
    "difference:equal_food-equal_hr",
    "best:equal_food",
)
KINDS = ("prevalence", "gain", "child_years", "difference", "best")
REMEDY = (
    "Write prevalence, prevalence:STRATEGY, gain:STRATEGY, child_years:STRATEGY, "
    "difference:ONE-OTHER or best:STRATEGY"
)


@dataclass(frozen=True)
class Asked:
    """One outcome.

    Attributes
    ----------
    text
        As it was written, and its name in tables.
    kind
        One of `KINDS`: surveyed prevalence (percent); its fall against no extra action (points);
        child-years without stunting gained; the difference of two falls (points); 1 where a
        strategy has the largest fall of the equal-budget set.
    first, second
        Strategies.
    """

    text: str
    kind: str
    first: str
    second: str = ""

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Strategies that have to run."""
        if self.kind == "best":
            return EQUAL_BUDGET_IDS
        return tuple(name for name in (self.first, self.second) if name)

    @property
    def unit(self) -> str:
        """``percent``, ``points``, ``child_years`` or ``share``."""
        units = {"prevalence": "percent", "child_years": "child_years", "best": "share"}
        return units.get(self.kind, "points")

    def read(self, found: Evaluation) -> Floats:
        """Return the outcome in every run, (draw,)."""
        if self.kind == "prevalence":
            return found.of("prevalence", self.first)
        if self.kind == "best":
            gains = np.column_stack([found.of("gain", name) for name in EQUAL_BUDGET_IDS])
            own = gains[:, EQUAL_BUDGET_IDS.index(self.first)]
            others = np.delete(gains, EQUAL_BUDGET_IDS.index(self.first), axis=1)
            return (own > others.max(axis=1)).astype(float)
        if self.kind == "child_years":
            return found.of("child_years", self.first)
        own = found.of("gain", self.first)
        return own - found.of("gain", self.second) if self.kind == "difference" else own


def read_asked(text: str | None) -> tuple[Asked, ...]:
    """Return the outcomes of an option, those of `DEFAULT` when it is absent.

    Parameters
    ----------
    text
        Outcomes with commas between.

    Raises
    ------
    InputError
        With every mistake.
    """
    words = list(DEFAULT) if text is None else [part.strip() for part in text.split(",")]
    words = [word for word in words if word]
    problems: list[Problem] = []
    found = [item for item in (_one(word, problems) for word in words) if item is not None]
    if not words:
        problems.append(Problem("--outcomes", "at least one outcome", "none", REMEDY))
    for word in sorted({word for word in words if words.count(word) > 1}):
        problems.append(Problem("--outcomes", f"{word!r} once", "it twice", "Keep one of them"))
    if problems:
        raise InputError(problems)
    return tuple(found)


def scenarios_of(asked: Sequence[Asked]) -> str:
    """Return the strategies that outcomes need, with commas between."""
    names = dict.fromkeys(name for item in asked for name in item.scenarios)
    return ",".join([BASELINE, *(name for name in names if name != BASELINE)])


def _one(word: str, problems: list[Problem]) -> Asked | None:
    kind, _, rest = word.partition(":")
    if kind not in KINDS:
        remedy = did_you_mean(kind, KINDS, REMEDY)
        problems.append(Problem("--outcomes", f"one of {', '.join(KINDS)}", repr(word), remedy))
        return None
    first, _, second = (part.strip() for part in rest.partition("-"))
    if kind == "prevalence" and not rest:
        first = BASELINE
    if bool(second) != (kind == "difference"):
        expected = "two strategies for a difference, and one for all else"
        problems.append(Problem("--outcomes", expected, repr(word), REMEDY))
        return None
    known = EQUAL_BUDGET_IDS if kind == "best" else LIBRARY_IDS
    before = len(problems)
    for name in (first, second) if second else (first,):
        if name not in known and not (name.endswith((".yaml", ".yml")) and kind != "best"):
            expected = "a strategy of the equal-budget set" if kind == "best" else "a strategy"
            remedy = did_you_mean(name, known, f"Choose one of {', '.join(known)}")
            problems.append(Problem("--outcomes", expected, repr(name), remedy))
    return Asked(word, kind, first, second) if len(problems) == before else None
