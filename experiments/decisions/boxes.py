"""Which box is told, how sure its limits are, and whether it holds in draws it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...model.randomness import stream
from .inputs import Inputs
from .prim import Box, Step, step_of, trajectory

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MOST_LIMITED = 4
"""Inputs that a box may restrict, for a reader to hold them in mind."""
SURE = 0.05
"""Quasi-p-value from which on a limit is dropped."""
RESAMPLES, LARGEST = 20, 4_000
"""Bootstrap resamples, and the rows of one at most."""
CHANCE = 0.01
"""Chance of the held-out lift without any box, from which on nothing is said to be found."""
FEWEST, RARE = 20, 0.01
"""Rows on either side, and share of the rows, below which no boxes are looked for."""


def choose(steps: Sequence[Step], most: int = MOST_LIMITED) -> int:
    """Return the place of the box that covers most true runs beyond its share of all runs.

    Coverage less mass; times the frequency of the outcome this is the weighted relative accuracy.
    Source: Lavrac, Flach and Zupan, "Rule evaluation measures: a unifying view" (1999),
    https://doi.org/10.1007/3-540-48751-4_17

    Parameters
    ----------
    steps
        Trajectory, widest first.
    most
        Inputs that it may restrict, at least 1.
    """
    fit = [place for place, step in enumerate(steps) if len(step.restricted) <= most]
    return max(fit, key=lambda place: steps[place].coverage - steps[place].mass)


@dataclass(frozen=True)
class Limit:
    """One limit of a box.

    Attributes
    ----------
    name
        Of the input.
    side
        ``low``, ``high`` or ``category``.
    quasi_p
        Chance of so many rows with the outcome, or more, if the limit made no difference:
        binomial, with the frequency of the box without this limit (Bryant and Lempert 2010).
    """

    name: str
    side: str
    quasi_p: float


def limits_of(box: Box, inputs: Inputs, outcome: Flags) -> list[Limit]:
    """Return every limit of a box with its quasi-p-value."""
    from scipy.stats import binom

    inside = box.holds(inputs)
    found, rows = int(outcome[inside].sum()), int(inside.sum())
    out = []
    for name, side, wider in _without(box, inputs):
        chance = float(outcome[wider.holds(inputs)].mean())
        out.append(Limit(name, side, float(binom.sf(found - 1, rows, chance))))
    return out


def simplified(box: Box, inputs: Inputs, outcome: Flags) -> Box:
    """Drop limits whose quasi-p-value is not below `SURE`, the least sure first."""
    while True:
        known = limits_of(box, inputs, outcome)
        weak = [limit for limit in known if limit.quasi_p >= SURE]
        if not weak:
            return box
        worst = max(weak, key=lambda limit: limit.quasi_p)
        options = _without(box, inputs)
        box = next(w for name, side, w in options if (name, side) == (worst.name, worst.side))


def reproduced(
    chosen: Step, inputs: Inputs, outcome: Flags, groups: NDArray[np.intp], seed: int
) -> dict[str, dict[str, float]]:
    """Return how often resamples restrict an input too.

    Each resample takes draws with replacement; of its trajectory one box is nearest in coverage,
    and one nearest in density, to the box that is told.

    Parameters
    ----------
    chosen
        The box that is told.
    inputs, outcome
        The rows.
    groups
        (row,), draw that a row belongs to: the same draw stands in every world.
    seed
        Of the resamples.

    Returns
    -------
    dict
        By input: shares of the resamples, ``coverage`` and ``density``.
    """
    counts = {name: {"coverage": 0, "density": 0} for name in chosen.restricted}
    draws = int(groups.max()) + 1
    worlds = len(groups) // draws
    size = min(draws, max(2, LARGEST // worlds))
    for replicate in range(RESAMPLES):
        picked = stream(seed, "discover/resample", replicate).integers(draws, size=size)
        rows = np.concatenate([picked + draws * world for world in range(worlds)])
        if outcome[rows].all() or not outcome[rows].any():
            continue
        steps = trajectory(inputs.take(rows), outcome[rows])
        for measure in ("coverage", "density"):
            aim = getattr(chosen, measure)
            near = min(steps, key=lambda step: abs(getattr(step, measure) - aim))
            for name in set(near.restricted) & counts.keys():
                counts[name][measure] += 1
    return {
        name: {measure: times / RESAMPLES for measure, times in found.items()}
        for name, found in counts.items()
    }


@dataclass(frozen=True)
class HeldOut:
    """A box found in half of the draws, measured in the other half.

    Attributes
    ----------
    density, coverage, share
        Of the box, and share of all held-out rows with the outcome.
    chance
        Chance of such a density, or a larger one, if the box meant nothing.
    """

    density: float
    coverage: float
    share: float
    chance: float

    @property
    def found(self) -> bool:
        """Whether the box is more than a coincidence."""
        return self.chance < CHANCE and self.density > self.share


def held_out(
    inputs: Inputs, outcome: Flags, groups: NDArray[np.intp], seed: int, most: int = MOST_LIMITED
) -> HeldOut:
    """Find a box by the same rule in one half of the draws, and measure it in the other.

    Rows of one draw in several worlds are no independent evidence: the counts of the binomial test
    are divided by the number of worlds.

    Parameters
    ----------
    inputs, outcome, groups
        The rows, and the draw of each.
    seed
        Of the division.
    most
        Inputs that the box may restrict.
    """
    from scipy.stats import binom

    draws = int(groups.max()) + 1
    half = np.zeros(draws, bool)
    half[stream(seed, "discover/half").permutation(draws)[: draws // 2]] = True
    one, other = np.flatnonzero(half[groups]), np.flatnonzero(~half[groups])
    base = float(outcome[other].mean())
    if not outcome[one].any():
        return HeldOut(base, 1.0, base, 1.0)
    here = inputs.take(one)
    steps = trajectory(here, outcome[one])
    box = simplified(steps[choose(steps, most)].box, here, outcome[one])
    there = step_of(box, inputs.take(other), outcome[other])
    worlds = len(groups) // draws
    rows = round(there.mass * len(other) / worlds)
    found = round(there.density * there.mass * len(other) / worlds)
    chance = float(binom.sf(found - 1, rows, base)) if there.restricted else 1.0
    return HeldOut(there.density, there.coverage, base, chance)


def _without(box: Box, inputs: Inputs) -> list[tuple[str, str, Box]]:
    """Return every limit with the box that lacks it."""
    out: list[tuple[str, str, Box]] = []
    for side, ends, free in (("low", box.low, -np.inf), ("high", box.high, np.inf)):
        for column in np.flatnonzero(np.isfinite(ends)):
            wider = ends.copy()
            wider[column] = free
            out.append((inputs.names[column], side, _with(box, side, wider)))
    for name, kept in box.allowed.items():
        if not kept.all():
            everything = box.allowed | {name: np.ones_like(kept)}
            out.append((name, "category", replace(box, allowed=everything)))
    return out


def _with(box: Box, side: str, ends: Floats) -> Box:
    return replace(box, low=ends) if side == "low" else replace(box, high=ends)
