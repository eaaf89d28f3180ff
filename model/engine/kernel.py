"""Runs of compiled kernels: the uniform part once, then chunks of members."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .clock import Clock
from .compile import Code, build
from .driver import ARGUMENTS
from .job import Job
from .kernel_text import Kernel, module_text
from .machine import Machine
from .reductions import Reduction, weights
from .schedule import Part, Schedule, Scheduler
from .trajectories import Floats

_TYPES = [
    ctypes.c_void_p if argument.startswith("ptr") else ctypes.c_int64 for argument in ARGUMENTS
]

# Share of the steps from which results go along with every step; measured.
_OFTEN = 0.5
# Node and reduction of each reduced result.
Reduced = tuple[tuple[int, Reduction], ...]


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


@dataclass(frozen=True)
class Plan:
    """Both kernels of a job, compiled; other jobs of the same form use them again.

    Attributes
    ----------
    schedule
        What they compute.
    uniform, wide
        What is the same for all members, and what is not.
    codes
        Machine code of each; nothing where no member differs.
    """

    schedule: Schedule
    uniform: Kernel
    wide: Kernel
    codes: tuple[Code, Code | None]


def make_plan(job: Job, reduced: Reduced, machine: Machine) -> Plan:
    """Schedule, print and compile the kernels of a job.

    Parameters
    ----------
    job
        What to run.
    reduced
        Node and reduction of each result that is reduced.
    machine
        For which vector unit.
    """
    continued = job.start is not None
    together = wants_often(job, reduced)
    nodes = [node for node, _ in reduced]
    schedule = Scheduler(
        job.program, job.shapes, job.states, job.rings, job.outputs, nodes, continued
    ).schedule()

    def kernel(part: Part, constants: Iterable[int]) -> Kernel:
        mine = tuple(item for node, item in reduced if job.shapes.wide[node] == part.wide)
        return Kernel(
            job.program,
            schedule,
            part,
            machine,
            job.method,
            continued,
            mine,
            tuple(sorted(constants)),
            together,
        )

    uniform = kernel(schedule.uniform, [k for k in job.scalars if k not in job.arrays])
    wide = kernel(schedule.wide, job.arrays)
    code = build(module_text(uniform), machine)
    has_members = bool(wide.part.states or wide.part.rings or wide.part.outputs or wide.reductions)
    codes = (code, build(module_text(wide), machine) if has_members else None)
    return Plan(schedule, uniform, wide, codes)


def wants_often(job: Job, reduced: Reduced) -> bool:
    """Tell whether results are wanted at so many steps that they go along with every step."""
    steps = max(1, job.clock.last - job.clock.first)
    throughout = any(item.kind != "last" for _, item in reduced)
    return throughout or len(job.clock.kept) > _OFTEN * steps


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
    """

    def __init__(self, job: Job, plan: Plan) -> None:
        self.job, self.plan, self.clock = job, plan, job.clock
        kernel = plan.uniform
        self._times = _times(self.clock, kernel.stages)
        self._shared = _shared(plan.schedule, len(self._times))
        inputs = np.array([[job.scalars[index]] for index in kernel.constants])
        self.uniform = self._call(kernel, plan.codes[0], inputs, slice(0, 1))

    def members(self, part: slice) -> Results:
        """Run some members."""
        kernel, code = self.plan.wide, self.plan.codes[1]
        count = part.stop - part.start
        if code is None:
            empty = np.empty((0, count))
            return Results(np.empty((0, len(self.clock.kept), count)), empty, empty)
        arrays = self.job.arrays
        rows = [arrays[index][part] for index in kernel.constants]
        inputs = np.stack(rows) if rows else np.empty((0, count))
        found = self._call(kernel, code, _padded(inputs, kernel.lanes), part)
        return Results(
            found.outputs[..., :count], found.reduced[:, :count], found.states[:, :count]
        )

    def _begin(self, part: Part, members: slice, padded: int) -> Floats:
        """Return the states to continue from, (state, member), the last member repeated."""
        begin = np.zeros((len(part.states), padded))
        if self.job.start is not None:
            for row, k in enumerate(part.states):
                given = self.job.start.states[k]
                own = given if len(given) == 1 else given[members]
                begin[row, : len(own)] = own
                begin[row, len(own) :] = own[-1]
        return begin

    def _call(self, kernel: Kernel, code: Code, inputs: Floats, members: slice) -> Results:
        part, clock, padded = kernel.part, self.clock, inputs.shape[1]
        steps = _steps(kernel, clock, self._times)
        outputs = np.empty((len(part.outputs), len(clock.kept), padded))
        # Behind the reductions stand the lengths of the rings.
        reduced = np.empty((len(part.reduced) + len(part.rings), padded))
        states = np.empty((len(part.states), padded))
        begin = self._begin(part, members, padded)
        scratch = _aligned(kernel.layout.size * kernel.lanes)
        rings = np.empty(len(part.rings) * (steps.count + 1) * kernel.lanes)
        same = [self._shared[name] for name in ("start", "fixed", "changing")]
        arguments: list[Any] = [
            *(inputs, padded, *same, steps.times, begin, steps.rows, steps.counts, steps.weights),
            *(outputs, len(clock.kept) * padded, reduced, states, scratch, steps.amounts),
            *(steps.count, *same, rings, steps.count + 1),
        ]
        function = ctypes.CFUNCTYPE(None, *_TYPES)(code.address)
        function(*(a.ctypes.data if isinstance(a, np.ndarray) else a for a in arguments))
        return Results(outputs, reduced, states)


def _shared(schedule: Schedule, evaluations: int) -> dict[str, Floats]:
    """Return the tables that the uniform kernel writes and the wide one reads."""
    part = schedule.wide
    return {
        "start": np.zeros(max(1, len(part.at_start))),
        "fixed": np.zeros(max(1, len(part.fixed))),
        "changing": np.zeros((evaluations, len(part.changing))),
    }


def _times(clock: Clock, stages: int) -> Floats:
    """Return the time of every evaluation, in months."""
    steps = np.arange(clock.first, clock.last + 1)
    times: Floats = np.asarray(clock.origin + steps * clock.time_step, np.float64)
    if stages == 1:
        return times
    size = clock.time_step
    later: Floats = np.array([0.0, size / 2, size / 2, size], np.float64)
    return np.add.outer(times, later).ravel()


def _steps(kernel: Kernel, clock: Clock, times: Floats) -> _Steps:
    count = clock.last - clock.first
    rows = np.full(count + 1, -1, np.int64)
    rows[np.array(clock.kept, int) - clock.first] = np.arange(len(clock.kept))
    table = weights(kernel.reductions, clock)
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
