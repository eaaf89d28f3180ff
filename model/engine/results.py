"""From what an engine leaves behind to trajectories with names, units and failures."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .job import Job
from .trajectories import Floats, Past, Snapshot, Trajectories


@dataclass(frozen=True)
class Raw:
    """Results of an engine.

    Attributes
    ----------
    store
        By node: (time, draw) or (time, 1).
    reduced
        One array for each reduction, (draw,) or (1,).
    states, rings
        At the end, if a snapshot was asked for.
    short
        (draw,), number of the guard that the draw broke, counted from 1; 0 for none. Nothing if
        no draw did.
    """

    store: dict[int, Floats] = field(repr=False)
    reduced: tuple[Floats, ...] = field(repr=False)
    states: tuple[Floats, ...] = field(repr=False)
    rings: tuple[Past, ...] = field(repr=False)
    short: NDArray[np.int32] | None = field(repr=False, default=None)


def trajectories(job: Job, raw: Raw) -> Trajectories:
    """Return the results of a job; what is not finite becomes NaN and is counted.

    A time of crossing that never came is NaN and no failure.
    """
    failed = np.zeros(job.draws, bool)
    if raw.short is not None:
        failed = raw.short > 0
        _blank(raw, failed)
    for kept in raw.store.values():
        bad = ~np.isfinite(kept)
        if bad.any():
            kept[bad] = np.nan
            failed |= bad.any(axis=0)
    reduced = {}
    for item, found in zip(job.reductions, raw.reduced, strict=True):
        bad = ~np.isfinite(found)
        if not item.kind.startswith("first") and bad.any():
            found[bad] = np.nan
            failed |= bad
        reduced[item.name] = np.broadcast_to(found, job.draws)
    clock = job.clock
    shape = (job.draws, len(clock.kept))
    values = {v.name: np.broadcast_to(raw.store[v.node].T, shape) for v in job.variables}
    units = {variable.name: variable.unit for variable in job.variables}
    for item, variable in zip(job.reductions, job.reduced, strict=True):
        units[item.name] = item.unit(variable.unit)
    times = np.array([clock.time(step) for step in clock.kept])
    end = Snapshot(
        job.program.digest, clock.origin, clock.time_step, clock.last, raw.states, raw.rings
    )
    return Trajectories(times, values, units, end, failed, reduced, raw.short)


def _blank(raw: Raw, members: NDArray[np.bool_]) -> None:
    """Take the values of some members away, where members differ."""
    for values in (*raw.store.values(), *raw.reduced):
        if values.shape[-1] == len(members):
            values[..., members] = np.nan


def lowest(
    first: NDArray[np.int32] | None, other: NDArray[np.int32] | None
) -> NDArray[np.int32] | None:
    """Return for each member the lower number of a guard that it broke; 0 is none."""
    if first is None or other is None:
        return first if other is None else other
    return np.where((first == 0) | ((other > 0) & (other < first)), other, first)
