"""Results that are reduced while a run goes on, so that no path needs to be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..errors import ModelError, Problem
from .clock import Clock
from .trajectories import Floats

Kind = Literal["last", "minimum", "maximum", "integral", "first_below", "first_above", "least"]
# ``least`` is a minimum that passes over NaN; guards use it.
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
        line between two steps; the first step if it holds there already, the step itself after a
        value that is not finite; NaN if never.
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
    """Raise if a kind is not known or a result would have the name of another.

    Raises
    ------
    ModelError
        With every unknown kind and every reduction that is asked for twice.
    """
    problems = [
        Problem(item.variable, "a kind among " + ", ".join(KINDS), item.kind, "Choose one")
        for item in reductions
        if item.kind not in KINDS
    ]
    names = [item.name for item in reductions]
    twice = sorted({name for name in names if names.count(name) > 1})
    problems += [Problem(name, "reductions used once", "two", "Remove one") for name in twice]
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
        if not counted.any():
            where, end = f"after of '{item.name}'", months[-1]
            expected, remedy = f"a month up to {end:g}, the end of the run", "Choose an earlier one"
            raise ModelError([Problem(where, expected, f"{item.after:g}", remedy)])
        if item.kind == "integral":
            counted[-1] = False
        if item.kind == "least" and len(steps) > 1:
            # No step is taken from the end, so that no delay is used there.
            counted[-1] = False
        if item.kind == "last":
            counted[:-1] = False
        table[counted, place] = clock.time_step if item.kind == "integral" else 1.0
    return table


def reduce_path(reduction: Reduction, months: Floats, path: Floats, weight: Floats) -> Floats:
    """Return what a reduction makes of whole paths.

    Parameters
    ----------
    reduction
        What to compute.
    months
        (step,), month of each step.
    path
        (step, draw), values.
    weight
        (step,), from `weights`.

    Returns
    -------
    ndarray
        (draw,).
    """
    counted = weight != 0.0
    kept = path[counted]
    with np.errstate(all="ignore"):
        if reduction.kind == "integral":
            # One after the other: a matrix product adds in an order that its width decides.
            total = np.zeros(path.shape[1])
            for size, row in zip(weight[counted], kept, strict=True):
                total += size * row
            return total
        if reduction.kind == "last":
            return kept[-1]
        if reduction.kind in ("minimum", "maximum"):
            extreme = np.min if reduction.kind == "minimum" else np.max
            return extreme(kept, axis=0)
        return _crossing(reduction, months[counted], kept)


def _crossing(reduction: Reduction, months: Floats, path: Floats) -> Floats:
    below = reduction.kind == "first_below"
    holds = path <= reduction.threshold if below else path >= reduction.threshold
    step = np.argmax(holds, axis=0)
    draw = np.arange(path.shape[1])
    before = np.maximum(step - 1, 0)
    low, high = path[before, draw], path[step, draw]
    share = (reduction.threshold - low) / (high - low)
    crossed = months[before] + share * (months[step] - months[before])
    # At the first step, or after a gap, there is nothing to draw a line from.
    crossed = np.where((step == 0) | ~np.isfinite(low), months[step], crossed)
    return np.where(holds.any(axis=0), crossed, np.nan)
