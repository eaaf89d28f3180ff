"""How many points lie inside central intervals, and how many have to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .gates import Gate

Floats = NDArray[np.float64]

TAIL = 0.02
"""Probability with which chance alone may break a bound: of 20 points at least 15 have to lie
inside 90 %, since 14 or fewer come with probability 0.011."""


def least_inside(points: int, level: float) -> int:
    """Return how many points have to lie inside intervals of a level.

    >>> least_inside(20, 0.9)
    15
    """
    from scipy.stats import binom

    return int(binom.ppf(TAIL, points, level))


def most_inside(points: int, level: float) -> int:
    """Return how many points may lie inside before the intervals are too wide.

    >>> most_inside(20, 0.5)
    15
    """
    from scipy.stats import binom

    return int(binom.ppf(1.0 - TAIL, points, level))


@dataclass(frozen=True)
class Covered:
    """Points and where they fell in what was expected of them.

    Attributes
    ----------
    places
        District and survey of each point.
    pit
        (point,), probability integral transform, 0 to 1.
    """

    places: tuple[tuple[str, str], ...]
    pit: Floats

    def inside(self, level: float) -> NDArray[np.bool_]:
        """Return (point,), whether it lies inside the central interval of a level."""
        tail = (1.0 - level) / 2.0
        return (self.pit >= tail) & (self.pit <= 1.0 - tail)

    def error(self, level: float) -> float:
        """Return the standard error of the share inside, clustered by district.

        The surveys of a district share its level, so they are not so many independent points.
        """
        rest = self.inside(level) - self.inside(level).mean()
        groups = np.array([area for area, _ in self.places])
        sums = np.array([rest[groups == area].sum() for area in np.unique(groups)])
        count = max(2, len(sums))
        return float(np.sqrt(np.sum(sums**2) * count / (count - 1))) / len(self.pit)

    def gate(self, name: str, level: float, bounded: bool = False) -> Gate:
        """Return whether enough points, and where ``bounded`` not too many, lie inside."""
        inside = self.inside(level)
        found, size, low = int(inside.sum()), len(inside), least_inside(len(inside), level)
        high = most_inside(size, level) if bounded else size
        expected = f"at least {low} of {size} inside {level:.0%}"
        expected += f", at most {high}" if bounded else ""
        told = f"{found} ({found / size:.0%}, error {self.error(level):.0%} by district)"
        return Gate(name, expected, told, low <= found <= high)
