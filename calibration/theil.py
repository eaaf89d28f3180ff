"""Theil's statistics: how much of an error is bias, how much spread, how much chance.

H. Theil, Applied Economic Forecasting, 1966; J. D. Sterman, Appropriate summary statistics for
evaluating the historical fit of system dynamics models, Dynamica 10, 1984.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FEWEST = 20
"""Points below which the shares say nothing: four surveys of 300 to 700 children differ by chance
alone by three to four points, and with two points one share is 0 by arithmetic."""


@dataclass(frozen=True)
class Theil:
    """Shares of the mean squared error, and its size.

    Attributes
    ----------
    points
        Number of points.
    error
        Root of the mean squared error, share 0 to 1.
    bias, variance, covariance
        Shares of the mean squared error, which sum to 1: unequal means, unequal spread, and points
        that do not go together.
    inequality
        Theil's U, 0 where all points agree, 1 at worst.
    """

    points: int
    error: float
    bias: float
    variance: float
    covariance: float
    inequality: float

    @property
    def says_little(self) -> bool:
        """Whether there are too few points for the shares to mean anything."""
        return self.points < FEWEST


def theil(expected: Floats, surveyed: Floats) -> Theil:
    """Return the statistics of expected against surveyed shares.

    Parameters
    ----------
    expected, surveyed
        (point,), shares 0 to 1; at least two points that do not all agree.

    Examples
    --------
    >>> found = theil(np.array([0.21, 0.26]), np.array([0.20, 0.25]))
    >>> round(found.bias, 6), round(found.error, 3)
    (1.0, 0.01)
    """
    mean_square = float(np.mean((expected - surveyed) ** 2))
    bias = (expected.mean() - surveyed.mean()) ** 2
    variance = (expected.std() - surveyed.std()) ** 2
    size = np.sqrt(np.mean(expected**2)) + np.sqrt(np.mean(surveyed**2))
    return Theil(
        len(surveyed),
        float(np.sqrt(mean_square)),
        float(bias / mean_square),
        float(variance / mean_square),
        float((mean_square - bias - variance) / mean_square),
        float(np.sqrt(mean_square) / size),
    )
