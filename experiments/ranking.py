"""Which strategy is best, and when one may say so.

An order is called a ranking only where its probability is at least `RANKING_CHANCE`; below that
the strategies cannot be told apart.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .outcomes import POINTS, TIE

Floats = NDArray[np.float64]

RANKING_CHANCE = 0.8
"""Probability from which an order may be called a ranking."""

_NORMAL_80 = 0.8416212335729143
"""80 percent point of the standard normal distribution."""


@dataclass(frozen=True)
class Step:
    """Two neighbours in an order by median: does the first do more than the second?

    Attributes
    ----------
    first, second
        Ids; the first has the larger median gain.
    chance
        Probability that the first gains more in the same draw; ties count half.
    """

    first: str
    second: str
    chance: float

    @property
    def is_ranking(self) -> bool:
        """Whether the order may be called a ranking."""
        return self.chance >= RANKING_CHANCE


@dataclass(frozen=True)
class Ranking:
    """A set of strategies at one date.

    Attributes
    ----------
    year
        Year that ends at the date.
    best
        Probability of being best by id; sums to 1.
    steps
        Neighbours in the order by median gain.
    """

    year: int
    best: Mapping[str, float]
    steps: tuple[Step, ...]

    @property
    def winner(self) -> str | None:
        """The best strategy, where that may be said."""
        name = max(self.best, key=lambda key: self.best[key])
        return name if self.best[name] >= RANKING_CHANCE else None

    @property
    def tiers(self) -> tuple[tuple[str, ...], ...]:
        """Groups from best to worst; members of a group cannot be told apart."""
        if not self.steps:
            return (tuple(self.best),)
        groups = [[self.steps[0].first]]
        for step in self.steps:
            if step.is_ranking:
                groups.append([step.second])
            else:
                groups[-1].append(step.second)
        return tuple(tuple(group) for group in groups)


def chance_of_more(first: Floats, second: Floats) -> float:
    """Return the probability that one gain is larger than another in the same draw.

    Parameters
    ----------
    first, second
        (draw,), paired, percentage points; differences that are rounding count half.
    """
    difference = first - second
    tied = np.abs(difference) < POINTS * TIE
    return float(np.mean(np.where(tied, 0.5, difference > 0.0)))


def chance_of_best(gains: Mapping[str, Floats]) -> dict[str, float]:
    """Return the probability of the largest gain by id; strategies that tie share the draw.

    Parameters
    ----------
    gains
        (draw,) by id, paired, percentage points.
    """
    table = np.array(list(gains.values()))
    leads = table >= table.max(axis=0) - POINTS * TIE
    share = (leads / leads.sum(axis=0)).mean(axis=1)
    return {name: float(value) for name, value in zip(gains, share, strict=True)}


def rank(gains: Mapping[str, Floats], year: int) -> Ranking:
    """Return the order of a set by median gain, with the probability of each step.

    Parameters
    ----------
    gains
        (draw,) by id, paired, percentage points; at least one.
    year
        Year that ends at the date.
    """
    order = sorted(gains, key=lambda name: (-float(np.median(gains[name])), -gains[name].mean()))
    steps = tuple(
        Step(first, second, chance_of_more(gains[first], gains[second]))
        for first, second in itertools.pairwise(order)
    )
    return Ranking(year, chance_of_best(gains), steps)


def deciding_difference(gains: Mapping[str, Floats]) -> float:
    """Return the smallest difference between two strategies that should drive a decision.

    For two strategies whose paired difference has standard deviation s, a typical difference
    must be 0.84 s for its direction to hold with a probability of 80 percent (normal
    approximation). The largest s of all pairs counts, so that the rule holds for any two.

    Parameters
    ----------
    gains
        (draw,) by id, percentage points.

    Returns
    -------
    float
        Percentage points; 0 with fewer than two strategies.
    """
    names: Sequence[str] = list(gains)
    spreads = [
        float(np.std(gains[first] - gains[second]))
        for position, first in enumerate(names)
        for second in names[position + 1 :]
    ]
    return _NORMAL_80 * max(spreads, default=0.0)
