"""Which strategy is best, and when one may say so.

An order is called a ranking only where its probability is at least `RANKING_CHANCE` and the typical
difference is at least the one that should decide. Below that probability the strategies cannot be
told apart; above it, with a smaller difference, they do about as well.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .outcomes import POINTS, TIE

Floats = NDArray[np.float64]
Verdict = Literal["ranking", "close", "open"]

RANKING_CHANCE = 0.8
"""Probability from which an order may be called a ranking."""

LEAST_DECIDING = 0.05
"""Smallest deciding difference that is stated, percentage points."""

SHOWN = 2
"""Decimals of a difference in texts: it is compared as it is read."""

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
class Lead:
    """How far the strategy that is best most often is ahead.

    Attributes
    ----------
    first, second
        Ids of that strategy, and of the other one that comes nearest to it.
    difference
        Median of the first less the second in the same draws, percentage points.
    """

    first: str
    second: str
    difference: float


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
    lead
        Of the strategy that is best most often.
    """

    year: int
    best: Mapping[str, float]
    steps: tuple[Step, ...]
    lead: Lead

    def verdict(self, deciding: float) -> Verdict:
        """Say what may be said of the strategy that is best most often.

        Parameters
        ----------
        deciding
            Smallest difference that should decide, percentage points.
        """
        return verdict(self.best[self.lead.first], self.lead.difference, deciding)

    @property
    def tiers(self) -> tuple[tuple[str, ...], ...]:
        """Groups from best to worst; members of a group cannot be told apart."""
        groups = [[self.steps[0].first]]
        for step in self.steps:
            if step.is_ranking:
                groups.append([step.second])
            else:
                groups[-1].append(step.second)
        return tuple(tuple(group) for group in groups)


def verdict(chance: float, difference: float, deciding: float) -> Verdict:
    """Say whether an order is a ranking, two strategies that do about as well, or open.

    Parameters
    ----------
    chance
        Probability of the order.
    difference
        Typical difference, percentage points, either way.
    deciding
        Smallest difference that should decide, percentage points.
    """
    if chance < RANKING_CHANCE:
        return "open"
    return "ranking" if round(abs(difference), SHOWN) >= round(deciding, SHOWN) else "close"


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
        (draw,) by id, paired, percentage points; at least two.
    year
        Year that ends at the date.
    """
    order = sorted(gains, key=lambda name: (-float(np.median(gains[name])), -gains[name].mean()))
    steps = tuple(
        Step(first, second, chance_of_more(gains[first], gains[second]))
        for first, second in itertools.pairwise(order)
    )
    best = chance_of_best(gains)
    return Ranking(year, best, steps, lead_of(gains, max(best, key=lambda name: best[name])))


def lead_of(gains: Mapping[str, Floats], first: str) -> Lead:
    """Return how far a strategy is ahead of the other that comes nearest to it.

    Parameters
    ----------
    gains
        (draw,) by id, paired, percentage points; at least two.
    first
        Id of the strategy.
    """
    ahead = {k: float(np.median(gains[first] - gains[k])) for k in gains if k != first}
    second = min(ahead, key=lambda name: ahead[name])
    return Lead(first, second, ahead[second])


def deciding_difference(gains: Mapping[str, Floats]) -> float | None:
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
    float or None
        Percentage points, at least `LEAST_DECIDING`; nothing where there are no two strategies.
    """
    names: Sequence[str] = list(gains)
    if len(names) < 2:
        return None
    spreads = [
        float(np.std(gains[first] - gains[second]))
        for position, first in enumerate(names)
        for second in names[position + 1 :]
    ]
    return max(LEAST_DECIDING, _NORMAL_80 * max(spreads))
