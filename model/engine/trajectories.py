"""Results of a run: values by draw and time, with units, and the state to continue from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import xarray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Past:
    """What a ring remembers.

    Attributes
    ----------
    steps
        Length of the delay in steps, (draw,) or (1,); 0 where the delay time is no number: the
        output of that draw is NaN.
    values
        Input by age, (age, draw) or (age, 1): row 0 is the last step. Where the run is younger it
        is the initial value, and NaN beyond the length.
    """

    steps: NDArray[np.int64] = field(repr=False)
    values: Floats = field(repr=False)

    @property
    def wide(self) -> bool:
        """Whether draws differ."""
        return len(self.steps) > 1

    def take(self, index: NDArray[np.intp]) -> Past:
        """Return the past of chosen draws."""
        return Past(self.steps[index], self.values[:, index]) if self.wide else self


@dataclass(frozen=True)
class Snapshot:
    """Everything needed to continue a run to the same bits.

    Attributes
    ----------
    digest
        Of the model file that it belongs to.
    origin, time_step, steps
        The time is ``origin + steps * time_step``, in months; it is never summed up.
    states
        Value of every state of the program, (draw,) or (1,) where all draws agree. Values frozen
        by ``INITIAL`` are among them.
    rings
        What every ring remembers.
    """

    digest: str
    origin: float
    time_step: float
    steps: int
    states: tuple[Floats, ...] = field(repr=False)
    rings: tuple[Past, ...] = field(repr=False, default=())

    @property
    def time(self) -> float:
        """Time of the snapshot."""
        return self.origin + self.steps * self.time_step

    @property
    def draws(self) -> int:
        """Number of draws."""
        lengths = [len(state) for state in self.states] + [len(ring.steps) for ring in self.rings]
        return max(lengths, default=1)

    def take(self, index: NDArray[np.intp]) -> Snapshot:
        """Return the snapshot of chosen draws, in the order given, with repeats if asked."""
        states = tuple(state if len(state) == 1 else np.take(state, index) for state in self.states)
        rings = tuple(ring.take(index) for ring in self.rings)
        return Snapshot(self.digest, self.origin, self.time_step, self.steps, states, rings)


@dataclass(frozen=True)
class Trajectories:
    """Chosen variables at chosen times, for every draw.

    Attributes
    ----------
    times
        (time,), months.
    values
        By variable name: (draw, time), read-only. A value that was not finite is NaN.
    units
        By variable name.
    snapshot
        State at the end.
    failed
        (draw,), whether some value of the draw was not finite.
    reduced
        By name of the reduction: (draw,), read-only.
    short
        (draw,), number of the guard of the program that the draw broke, counted from 1; 0 for
        none. Nothing if no draw did.
    """

    times: Floats
    values: dict[str, Floats] = field(repr=False)
    units: dict[str, str] = field(repr=False)
    snapshot: Snapshot = field(repr=False)
    failed: NDArray[np.bool_] = field(repr=False)
    reduced: dict[str, Floats] = field(repr=False, default_factory=dict)
    short: NDArray[np.int32] | None = field(repr=False, default=None)

    def __getitem__(self, name: str) -> Floats:
        """Return the values of one variable, (draw, time)."""
        return self.values[name]

    @property
    def draws(self) -> int:
        """Number of draws."""
        return len(self.failed)

    @property
    def failures(self) -> int:
        """Number of draws with a value that was not finite."""
        return int(np.count_nonzero(self.failed))

    def to_xarray(self) -> xarray.Dataset:
        """Return a data set with dimensions ``draw`` and ``time`` and units as attributes."""
        import xarray

        variables = {
            name: (("draw", "time"), values, {"units": self.units[name]})
            for name, values in self.values.items()
        }
        time = ("time", self.times, {"units": "month"})
        coordinates = {"draw": np.arange(self.draws), "time": time}
        return xarray.Dataset(variables, coords=coordinates, attrs={"failed_draws": self.failures})
