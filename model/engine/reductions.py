"""Results that are reduced while a run goes on, so that no path needs to be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..errors import ModelError, Problem
from .clock import Clock
from .trajectories import Floats

Kind = Literal["last", "minimum", "maximum", "integral", "first_below", "first_above"]
KINDS = ("last", "minimum", "maximum", "integral", "first_below", "first_above")


@dataclass(frozen=True)
class Reduction:
    """One number per draw, made of the whole path of a variable.

    Attributes
    ----------
    variable
        Name of the variable.
    kind
        ``last``: value at the end. ``minimum``, ``maximum``: over all steps. ``integral``: sum of
        value times time step, in the variable's unit times month, the value at the end left out.
        ``first_below``, ``first_above``: month in which the threshold is crossed, by a straight
        line between two steps; the first step if it holds there already; NaN if never.
    threshold
        In the variable's unit, for the last two kinds.
    after
        First month that counts; all by default.
    """

    variable: str
    kind: Kind
    threshold: float = 0.0
    after: float = -np.inf

    @property
    def name(self) -> str:
        """Name of the result, for example ``minimum of true prevalence``."""
        if not self.kind.startswith("first"):
            return f"{self.kind} of {self.variable}"
        return f"{self.kind.replace('_', ' ')} {self.threshold:g} of {self.variable}"

    def unit(self, unit: str) -> str:
        """Return the unit of the result, given the variable's."""
        if self.kind.startswith("first"):
            return "month"
        return f"{unit}*month" if self.kind == "integral" else unit


def check_reductions(reductions: Sequence[Reduction]) -> None:
    """Raise if a kind is not known.

    Raises
    ------
    ModelError
        With every unknown kind.
    """
    problems = [
        Problem(item.variable, "a kind among " + ", ".join(KINDS), item.kind, "Choose one")
        for item in reductions
        if item.kind not in KINDS
    ]
    if problems:
        raise ModelError(problems)


def weights(reductions: Sequence[Reduction], clock: Clock) -> Floats:
    """Return what each step counts for each reduction, (step, reduction).

    Zero leaves a step out; for an integral it is the time step, else 1.
    """
    steps = np.arange(clock.first, clock.last + 1)
    months = clock.origin + steps * clock.time_step
    table = np.zeros((len(steps), len(reductions)))
    for place, item in enumerate(reductions):
        counted = months >= item.after - 1e-9
        if item.kind == "integral":
            counted[-1] = False
        if item.kind == "last":
            counted[:-1] = False
        table[counted, place] = clock.time_step if item.kind == "integral" else 1.0
    return table
