"""PRIM: boxes of assumptions in which an outcome is frequent, found by patient peeling.

Sources: Friedman and Fisher, "Bump hunting in high-dimensional data" (1999),
https://doi.org/10.1023/A:1008894516817; for scenario discovery, with coverage, density and
quasi-p-values, Bryant and Lempert, "Thinking inside the box: a participatory, computer-assisted
approach to scenario discovery" (2010), https://doi.org/10.1016/j.techfore.2009.08.002; the gain in
mean for each row given up, which serves numbers and categories alike: Kwakkel and Jaxa-Rozen,
"Improving scenario discovery for handling heterogeneous uncertainties and multinomial classified
outcomes" (2016), https://doi.org/10.1016/j.envsoft.2015.11.020.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from .inputs import Inputs
from .pasting import pasted

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

PEEL = 0.05
"""Share of the rows of a box that a peel of a number takes away."""
MASS = 0.05
"""Smallest share of all rows that a box may hold."""


@dataclass(frozen=True)
class Box:
    """Limits on inputs.

    Attributes
    ----------
    low, high
        (name,), in the units of the inputs; infinite where there is no limit.
    allowed
        (code,) whether a category belongs to the box, by name of the category.
    """

    low: Floats
    high: Floats
    allowed: dict[str, Flags] = field(default_factory=dict)

    def holds(self, inputs: Inputs) -> Flags:
        """Return (row,), whether a row lies inside; limits belong to the box."""
        inside = np.ones(inputs.size, bool)
        for column in np.flatnonzero(np.isfinite(self.low) | np.isfinite(self.high)):
            values = inputs.numbers[:, column]
            inside &= (values >= self.low[column]) & (values <= self.high[column])
        for name, kept in self.allowed.items():
            inside &= kept[inputs.categories[name]]
        return inside

    def restricted(self, inputs: Inputs) -> tuple[str, ...]:
        """Return the names of the inputs that have a limit."""
        limited = np.isfinite(self.low) | np.isfinite(self.high)
        numbers = [inputs.names[column] for column in np.flatnonzero(limited)]
        return (*numbers, *(name for name, kept in self.allowed.items() if not kept.all()))


@dataclass(frozen=True)
class Step:
    """A box of the trajectory.

    Attributes
    ----------
    box
        Its limits.
    mass
        Share of all rows that it holds.
    coverage
        Share of all rows with the outcome that it holds.
    density
        Share of its rows that have the outcome, which is the mean of the box.
    restricted
        Inputs that have a limit.
    """

    box: Box
    mass: float
    coverage: float
    density: float
    restricted: tuple[str, ...]


def whole(inputs: Inputs) -> Box:
    """Return the box without limits."""
    size = len(inputs.names)
    allowed = {name: np.ones(len(ids), bool) for name, ids in inputs.labels.items()}
    return Box(np.full(size, -np.inf), np.full(size, np.inf), allowed)


def step_of(box: Box, inputs: Inputs, outcome: Flags) -> Step:
    """Return a box with what it holds."""
    inside = box.holds(inputs)
    found, rows = int(outcome[inside].sum()), int(inside.sum())
    coverage = found / max(1, int(outcome.sum()))
    return Step(box, rows / inputs.size, coverage, found / max(1, rows), box.restricted(inputs))


def trajectory(
    inputs: Inputs, outcome: Flags, peel: float = PEEL, mass: float = MASS
) -> list[Step]:
    """Return the boxes of the peeling, widest first, and of the pasting after it.

    Parameters
    ----------
    inputs
        Numbers and categories.
    outcome
        (row,), true where the outcome of interest occurs.
    peel
        Share of a box that a peel of a number takes, over 0 and under one half.
    mass
        Smallest share of all rows that a box may hold.
    """
    box = whole(inputs)
    steps = [step_of(box, inputs, outcome)]
    order = np.argsort(inputs.numbers, axis=0, kind="stable").T.astype(np.int32)
    inside = np.ones(inputs.size, bool)
    least = mass * inputs.size
    while True:
        best = _best_peel(box, inputs, outcome, order, inside, peel, least)
        if best is None:
            break
        box = best
        kept = box.holds(inputs)
        order = order[kept[order]].reshape(len(order), int(kept.sum()))
        inside = kept
        steps.append(step_of(box, inputs, outcome))
    while (wider := pasted(box, inputs, outcome, peel)) is not None:
        box = wider
        steps.append(step_of(box, inputs, outcome))
    return steps


@dataclass(frozen=True)
class _Peel:
    """A way to make a box smaller: the box, rows with the outcome and rows that it keeps."""

    box: Box
    found: int
    rows: int


def _best_peel(
    box: Box,
    inputs: Inputs,
    outcome: Flags,
    order: NDArray[np.int32],
    inside: Flags,
    share: float,
    least: float,
) -> Box | None:
    """Return the box of the peel that gains most in mean for each row given up, or nothing."""
    rows, found = int(inside.sum()), int(outcome[inside].sum())
    best, top = None, (0.0, 0)
    for peel in _peels(box, inputs, outcome, order, inside, share):
        if not max(least, 1.0) <= peel.rows < rows:
            continue
        gain = (peel.found / peel.rows - found / rows) / (rows - peel.rows)
        if gain <= 0.0 or gain < top[0]:
            continue
        # Of two peels that gain as much, the one with fewer limits.
        score = (gain, -len(peel.box.restricted(inputs)))
        if best is None or score > top:
            best, top = peel.box, score
    return best


def _peels(
    box: Box,
    inputs: Inputs,
    outcome: Flags,
    order: NDArray[np.int32],
    inside: Flags,
    share: float,
) -> Iterator[_Peel]:
    rows, found = order.shape[1], int(outcome[inside].sum())
    if rows < 2:
        return
    for column, places in enumerate(order):
        values = inputs.numbers[:, column]
        low, left = _below(values, places, share)
        if 0 < left < rows:
            gone = int(outcome[places[:left]].sum())
            yield _Peel(_limit(box, column, low=low), found - gone, rows - left)
        high, right = _above(values, places, share)
        if 0 < right < rows:
            gone = int(outcome[places[rows - right :]].sum())
            yield _Peel(_limit(box, column, high=high), found - gone, rows - right)
    for name, kept in box.allowed.items():
        codes = inputs.categories[name]
        for code in np.flatnonzero(kept) if kept.sum() > 1 else ():
            taken = inside & (codes == code)
            fewer = kept.copy()
            fewer[code] = False
            smaller = replace(box, allowed=box.allowed | {name: fewer})
            left = rows - int(taken.sum())
            yield _Peel(smaller, found - int(outcome[taken].sum()), left)


def _below(values: Floats, places: NDArray[np.int32], share: float) -> tuple[float, int]:
    """Return the new lower limit, and how many rows lie below it.

    The limit lies half-way between two values that differ: a lump of equal values stays whole.
    """
    place = (len(places) - 1) * share
    first, second = int(np.floor(place)), int(np.ceil(place))
    if values[places[first]] == values[places[second]]:
        ordered = values[places]
        second = min(int(np.searchsorted(ordered, ordered[first], "right")), len(places) - 1)
        first = second - 1 if ordered[second] > ordered[first] else second
    limit = 0.5 * (values[places[first]] + values[places[second]])
    return float(limit), second if values[places[second]] > values[places[first]] else 0


def _above(values: Floats, places: NDArray[np.int32], share: float) -> tuple[float, int]:
    """Return the new upper limit, and how many rows lie above it."""
    limit, gone = _below(-values, places[::-1], share)
    return -limit, gone


def _limit(box: Box, column: int, low: float | None = None, high: float | None = None) -> Box:
    lows, highs = box.low.copy(), box.high.copy()
    if low is not None:
        lows[column] = low
    if high is not None:
        highs[column] = high
    return replace(box, low=lows, high=highs)
