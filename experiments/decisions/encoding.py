"""Plans as points: for each lever four numbers from 0 to 1, for a search over plans.

The first says how much: below `IDLE` the lever is not funded, above it the level rises in a
straight line to the lever's maximum. The second chooses the year of the start, the third the ramp,
the fourth the year in which the money ends: in its upper half, the last year of the plan.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...scenarios.levers import catalogue
from .funding import Floats, Limits, Population, january

IDLE = 0.3
"""Part of the first number's range that stands for a lever without money."""

RAMPS = (6.0, 12.0, 18.0, 24.0, 36.0)
"""Months of linear rise that a plan can choose."""

GENES = 4
"""Numbers for each lever."""


@dataclass(frozen=True)
class Encoding:
    """What a point means.

    Attributes
    ----------
    levers
        Names, in the order of the numbers.
    limits
        Ceilings; a point that breaks them stands for the plan made smaller until they hold.
    """

    levers: tuple[str, ...]
    limits: Limits

    @property
    def size(self) -> int:
        """Numbers of a point."""
        return GENES * len(self.levers)

    def decode(self, points: Floats) -> Population:
        """Return plans within the limits.

        Parameters
        ----------
        points
            (plan, number), from 0 to 1.
        """
        return self.limits.repaired(self.wanted(points))

    def wanted(self, points: Floats) -> Population:
        """Return the plans of points before the limits are held against them."""
        much, begin, rise, stop = np.moveaxis(
            np.asarray(points, float).reshape(len(points), len(self.levers), GENES), 2, 0
        )
        years, first = len(self.limits.years), self.limits.years[0]
        started = _choice(begin, years)
        left = years - started
        short = 1 + np.floor(2.0 * stop * (left - 1)).astype(int)
        funded = np.where(stop >= 0.5, left, np.minimum(short, np.maximum(left - 1, 1)))
        most = np.array([catalogue().levers[name].maximum for name in self.levers])
        level = most * np.clip((much - IDLE) / (1.0 - IDLE), 0.0, 1.0)
        start = np.asarray(january(first) + 12.0 * started, np.float64)
        ramp = np.asarray(RAMPS, np.float64)[_choice(rise, len(RAMPS))]
        return Population(self.levers, level, start, ramp, start + 12.0 * funded)

    def encode(self, plans: Population) -> Floats:
        """Return the points nearest to plans: exact where starts, ramps and ends are choices.

        Parameters
        ----------
        plans
            Plans of the same levers, levels up to their maxima.
        """
        years, first = len(self.limits.years), self.limits.years[0]
        most = np.array([catalogue().levers[name].maximum for name in self.levers])
        much = np.where(plans.level > 0.0, IDLE + (1.0 - IDLE) * plans.level / most, 0.0)
        started = np.clip(np.round((plans.start - january(first)) / 12.0), 0, years - 1)
        near = np.abs(plans.ramp[:, :, None] - np.asarray(RAMPS)).argmin(axis=2)
        left = years - started
        funded = np.clip(np.round((plans.end - january(first)) / 12.0 - started), 1, left)
        short = (funded - 0.5) / (2.0 * np.maximum(left - 1, 1))
        stop = np.where(funded >= left, 0.75, short)
        parts = (much, (started + 0.5) / years, (near + 0.5) / len(RAMPS), stop)
        return np.stack(parts, axis=2).reshape(plans.size, self.size)

    def repair(self, points: Floats) -> Floats:
        """Return points whose levels keep the limits, so that a point and its plan say the same."""
        plans = self.wanted(points)
        factor = 1.0 / np.maximum(1.0, self.limits.excess(plans))
        table = np.array(points, float).reshape(len(points), len(self.levers), GENES)
        much = table[:, :, 0]
        lower = IDLE + (much - IDLE) * factor[:, None]
        table[:, :, 0] = np.where(much > IDLE, np.minimum(much, lower), much)
        return table.reshape(points.shape)


def _choice(gene: Floats, options: int) -> NDArray[np.intp]:
    return np.minimum((gene * options).astype(np.intp), options - 1)
