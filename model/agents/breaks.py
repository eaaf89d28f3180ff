"""Deliberate mistakes in how children age, to show that docking notices them."""

from __future__ import annotations

import zlib
from typing import final

import numpy as np
from numpy.typing import NDArray

from .cohorts import MOVES, StageCohorts

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@final
class AnyStage(StageCohorts):
    """Children who leave a stage land in any of the twenty, or turn five."""

    def moved(self, cohort: Whole, fate: Whole) -> Whole:
        """Return (child,), cohort after the step."""
        # The children themselves name the numbers, so that no stream of the district is touched.
        rng = np.random.default_rng(zlib.crc32(np.ascontiguousarray(cohort).tobytes()))
        anywhere = rng.integers(len(self.stage) + 1, size=len(cohort))
        return np.where(fate == MOVES, anywhere, cohort)


@final
class StageAhead(StageCohorts):
    """Children grow as those of the next stage do: they move before they grow."""

    def rates(self, month: float) -> dict[str, Floats]:
        """Return (cohort,) each, of the stage after."""
        ahead = np.append(self.stage[1:], self.stage[-1])
        return {name: values[ahead] for name, values in super().rates(month).items()}


@final
class MovesFirst(StageCohorts):
    """Within a step, the baseline moves with the children before it grows."""

    def advance(self, before: Whole, fate: Whole, births: int, change: Floats) -> None:
        """Carry the baselines over a step, in the wrong order."""
        super().advance(before, fate, births, np.zeros(len(change)))
        self.baseline = self.baseline + self.step * change
