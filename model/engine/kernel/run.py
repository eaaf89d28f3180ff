"""Runs of compiled kernels: the uniform part once, then chunks of members."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..clock import Clock
from ..job import Job
from ..reductions import Reduction, weights
from ..trajectories import Floats
from .driver import ARGUMENTS
from .plan import Plan, Unit

_TYPES = [
    ctypes.c_void_p if argument.startswith("ptr") else ctypes.c_int64 for argument in ARGUMENTS
]


@dataclass(frozen=True)
class Results:
    """Results of one kernel.

    Attributes
    ----------
    outputs
        (output, row, member), in the order of the part's outputs.
    reduced
        (reduction, member); behind the reductions the lengths of the rings, in steps.
    states
        (state, member), at the end.
    """

    outputs: Floats
    reduced: Floats
    states: Floats


@dataclass(frozen=True)
class _Steps:
    """Tables by step or by evaluation; the same for all members."""

    count: int
    times: Floats
    rows: NDArray[np.int64]
    counts: NDArray[np.int64]
    weights: Floats
    amounts: Floats


class Run:
    """A job on compiled kernels: what is the same for all members is computed at once.

    Parameters
    ----------
    job
        What to run.
    plan
        Its kernels.

    Attributes
    ----------
    uniform
        Results that are the same for all members.
    shared
        What the wide kernel reads of them: at the start, fixed, and (evaluation, value).
    """

    def __init__(self, job: Job, plan: Plan) -> None:
        self.job, self.plan, self.clock = job, plan, job.clock
        unit = plan.uniform
        self._times = _times(self.clock, unit.stages)
        self.shared = _shared(plan.wide.handed, len(self._times))
        inputs = np.array([[job.scalars[index]] for index in unit.constants])
        self.uniform = self._call(unit, inputs.reshape(-1, 1), slice(0, 1))

    def members(self, part: slice) -> Results:
        """Run some members."""
        unit, count = self.plan.wide, part.stop - part.start
        arrays = self.job.arrays
        rows = [arrays[index][part] for index in unit.constants]
        inputs = np.stack(rows) if rows else np.empty((0, count))
        found = self._call(unit, _padded(inputs, unit.lanes), part)
        return Results(
            found.outputs[..., :count], found.reduced[:, :count], found.states[:, :count]
        )

    def _begin(self, unit: Unit, members: slice, padded: int) -> Floats:
        """Return the states to continue from, (state, member), the last member repeated."""
        begin = np.zeros((len(unit.states), padded))
        if self.job.start is not None:
            for row, k in enumerate(unit.states):
                given = self.job.start.states[k]
                own = given if len(given) == 1 else given[members]
                begin[row, : len(own)] = own
                begin[row, len(own) :] = own[-1]
        return begin

    def _call(self, unit: Unit, inputs: Floats, members: slice) -> Results:
        clock, padded = self.clock, inputs.shape[1]
        steps = _steps(unit.reductions, clock, self._times)
        outputs = np.empty((len(unit.outputs), len(clock.kept), padded))
        # Behind the reductions stand the lengths of the rings.
        reduced = np.empty((len(unit.reductions) + len(unit.rings), padded))
        states = np.empty((len(unit.states), padded))
        begin = self._begin(unit, members, padded)
        scratch = _aligned(unit.size * unit.lanes)
        rings = np.empty(len(unit.rings) * (steps.count + 1) * unit.lanes)
        same = self.shared
        arguments: list[Any] = [
            *(inputs, padded, *same, steps.times, begin, steps.rows, steps.counts, steps.weights),
            *(outputs, len(clock.kept) * padded, reduced, states, scratch, steps.amounts),
            *(steps.count, *same, rings, steps.count + 1),
        ]
        function = ctypes.CFUNCTYPE(None, *_TYPES)(unit.code.address)
        function(*(a.ctypes.data if isinstance(a, np.ndarray) else a for a in arguments))
        return Results(outputs, reduced, states)


def _shared(handed: tuple[int, int, int], evaluations: int) -> list[Floats]:
    """Return the tables that the uniform kernel writes and the wide one reads."""
    at_start, fixed, changing = handed
    return [
        np.zeros(max(1, at_start)),
        np.zeros(max(1, fixed)),
        np.zeros((evaluations, changing)),
    ]


def _times(clock: Clock, stages: int) -> Floats:
    """Return the time of every evaluation, in months; of several, that of its step beside it."""
    steps = np.arange(clock.first, clock.last + 1)
    times: Floats = np.asarray(clock.origin + steps * clock.time_step, np.float64)
    if stages == 1:
        return times
    size = clock.time_step
    later: Floats = np.array([0.0, size / 2, size / 2, size], np.float64)
    return np.stack([np.add.outer(times, later).ravel(), np.repeat(times, stages)], axis=1)


def _steps(reductions: Sequence[Reduction], clock: Clock, times: Floats) -> _Steps:
    count = clock.last - clock.first
    rows = np.full(count + 1, -1, np.int64)
    rows[np.array(clock.kept, int) - clock.first] = np.arange(len(clock.kept))
    table = weights(reductions, clock)
    size = clock.time_step
    amounts = np.array([size, size / 2, size / 6])
    counts = np.asarray(table.any(axis=1), np.int64)
    return _Steps(count, times, rows, counts, table, amounts)


def _padded(inputs: Floats, lanes: int) -> Floats:
    """Return inputs with the last member repeated up to a whole number of blocks."""
    members = inputs.shape[1]
    missing = -members % lanes
    if not missing and inputs.flags.c_contiguous:
        return inputs
    return np.ascontiguousarray(np.pad(inputs, ((0, 0), (0, missing)), mode="edge"))


def _aligned(size: int) -> Floats:
    """Return memory that begins at a cache line."""
    raw = np.zeros(size + 8)
    offset = (-raw.ctypes.data % 64) // 8
    return raw[offset : offset + size]
