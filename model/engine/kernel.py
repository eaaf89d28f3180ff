"""Runs of compiled kernels: the uniform part once, then chunks of members."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..language.ir import Program
from .clock import Clock
from .compile import Code, build
from .driver import ARGUMENTS
from .kernel_text import Kernel, module_text
from .machine import Machine
from .plan import Shapes
from .reductions import Reduction, weights
from .schedule import Part, Schedule, Scheduler
from .trajectories import Floats

_TYPES = [
    ctypes.c_void_p if argument.startswith("ptr") else ctypes.c_int64 for argument in ARGUMENTS
]


@dataclass(frozen=True)
class Task:
    """What is to be run, whoever the members are.

    Attributes
    ----------
    program, shapes
        The program, and what differs between members.
    scalars
        Value by constant, for those that are the same for all members.
    wide
        Indices of the constants that differ, in the order of the inputs.
    clock, method
        Steps, and ``euler`` or ``rk4``.
    states
        States that are needed.
    outputs
        Nodes to keep.
    reduced, reductions
        Nodes to reduce, and how.
    start
        By state: the value to continue from, (draw,) or (1,); nothing for a run from the start.
    """

    program: Program
    shapes: Shapes
    scalars: Mapping[int, float]
    wide: tuple[int, ...]
    clock: Clock
    method: str
    states: tuple[int, ...]
    outputs: tuple[int, ...]
    reduced: tuple[int, ...]
    reductions: tuple[Reduction, ...]
    start: tuple[Floats, ...] | None


@dataclass(frozen=True)
class Results:
    """Results of one kernel.

    Attributes
    ----------
    outputs
        (output, row, member), in the order of the part's outputs.
    reduced
        (reduction, member).
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


class Compiled:
    """Both kernels of a task, compiled, with the uniform one run.

    Parameters
    ----------
    task
        What to run.
    machine
        For which vector unit.

    Attributes
    ----------
    uniform
        Results that are the same for all members.
    """

    def __init__(self, task: Task, machine: Machine) -> None:
        self.task, self.machine = task, machine
        program, states = task.program, task.states
        continued = task.start is not None
        self.schedule = Scheduler(
            program, task.shapes, states, task.outputs, task.reduced, continued
        ).schedule()
        given = tuple(sorted(task.scalars))
        kernel = self._kernel(self.schedule.uniform, given)
        evaluations = (task.clock.last - task.clock.first) * kernel.stages + 1
        self._shared = _shared(self.schedule, evaluations)
        self._times = _times(task.clock, kernel.stages)
        values = np.array([[task.scalars[index]] for index in given])
        code = build(module_text(kernel), machine)
        self.uniform = self._run(kernel, code, values, slice(0, 1))
        self._wide = self._kernel(self.schedule.wide, task.wide)
        self._code = build(module_text(self._wide), machine) if self.has_members else None

    @property
    def has_members(self) -> bool:
        """Whether anything differs between members."""
        part = self.schedule.wide
        return bool(part.states or part.outputs or part.reduced)

    def run(self, inputs: Floats, part: slice) -> Results:
        """Run some members.

        Parameters
        ----------
        inputs
            (constant, member), in the order of the task's wide constants.
        part
            Where these members stand among all, for the states to continue from.
        """
        members = part.stop - part.start
        assert self._code is not None
        found = self._run(self._wide, self._code, _padded(inputs, self._wide.lanes * self._wide.vectors), part)
        return Results(
            found.outputs[..., :members], found.reduced[:, :members], found.states[:, :members]
        )

    def _kernel(self, part: Part, constants: tuple[int, ...]) -> Kernel:
        task = self.task
        reductions = tuple(
            item
            for index, item in zip(task.reduced, task.reductions, strict=True)
            if task.shapes.wide[index] == part.wide
        )
        continued = task.start is not None
        return Kernel(
            task.program,
            self.schedule,
            part,
            self.machine,
            task.method,
            continued,
            reductions,
            constants,
        )

    def _from(self, part: Part, members: slice, padded: int) -> Floats:
        """Return the states to continue from, (state, member), the last member repeated."""
        begin = np.zeros((len(part.states), padded))
        if self.task.start is not None:
            for row, k in enumerate(part.states):
                given = self.task.start[k]
                own = given if len(given) == 1 else given[members]
                begin[row, : len(own)] = own
                begin[row, len(own) :] = own[-1]
        return begin

    def _run(self, kernel: Kernel, code: Code, inputs: Floats, members: slice) -> Results:
        part, clock = kernel.part, self.task.clock
        padded = inputs.shape[1]
        steps = _steps(kernel, clock, self._times)
        outputs = np.empty((len(part.outputs), len(clock.kept), padded))
        reduced = np.empty((len(part.reduced), padded))
        states = np.empty((len(part.states), padded))
        begin = self._from(part, members, padded)
        scratch = _aligned(kernel.layout.size * kernel.lanes * kernel.vectors)
        same = [self._shared[name] for name in ("start", "fixed", "changing")]
        arguments: list[Any] = [
            *(inputs, padded, *same, steps.times, begin, steps.rows, steps.counts, steps.weights),
            *(outputs, len(clock.kept) * padded, reduced, states, scratch, steps.amounts),
            *(steps.count, *same),
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
    times = clock.origin + steps * clock.time_step
    if stages == 1:
        return times
    size = clock.time_step
    return (times[:, None] + np.array([0.0, size / 2, size / 2, size])).ravel()


def _steps(kernel: Kernel, clock: Clock, times: Floats) -> _Steps:
    count = clock.last - clock.first
    rows = np.full(count + 1, -1, np.int64)
    rows[np.array(clock.kept, int) - clock.first] = np.arange(len(clock.kept))
    table = weights(kernel.reductions, clock)
    size = clock.time_step
    amounts = np.array([size, size / 2, size / 6])
    return _Steps(count, times, rows, table.any(axis=1).astype(np.int64), table, amounts)


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
