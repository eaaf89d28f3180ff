"""Runs of compiled kernels: the uniform part once, then chunks of members.

What schedules and prints a kernel is imported only where the cache does not have it.
"""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .clock import Clock
from .compile import Code, Facts, build_once
from .driver import ARGUMENTS
from .job import Job
from .machine import Machine
from .reductions import Reduction, weights
from .trajectories import Floats

if TYPE_CHECKING:
    from .schedule import Schedule

_TYPES = [
    ctypes.c_void_p if argument.startswith("ptr") else ctypes.c_int64 for argument in ARGUMENTS
]

# Modules of the language that decide about kernels, beside those of this folder.
_BESIDE = ("ir.py", "phases.py")
# Share of the steps from which outputs go along with every step; measured.
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
class Unit:
    """A compiled kernel and what its caller must know.

    Attributes
    ----------
    code
        Machine code.
    lanes
        Members of a block.
    stages
        Evaluations of a step.
    size
        Places of scratch memory, in vectors.
    states, rings, outputs
        What it holds and gives, in order.
    constants
        Its inputs, in order.
    reductions
        What it reduces, in order.
    handed
        Lengths of the tables between the kernels: at the start, fixed, at every evaluation.
    """

    code: Code
    lanes: int
    stages: int
    size: int
    states: tuple[int, ...]
    rings: tuple[int, ...]
    outputs: tuple[int, ...]
    constants: tuple[int, ...]
    reductions: tuple[Reduction, ...]
    handed: tuple[int, int, int]

    @property
    def idle(self) -> bool:
        """Whether it has nothing to compute."""
        return not (self.states or self.rings or self.outputs or self.reductions)


@dataclass(frozen=True)
class Plan:
    """Both kernels of a job, compiled; other jobs of the same form use them again.

    Attributes
    ----------
    uniform, wide
        What is the same for all members, and what is not.
    """

    uniform: Unit
    wide: Unit


def make_plan(job: Job, reduced: Reduced, machine: Machine, form: str) -> Plan:
    """Return the kernels of a job, from the cache or scheduled, printed and compiled.

    Parameters
    ----------
    job
        What to run.
    reduced
        Node and reduction of each result that is reduced.
    machine
        For which vector unit.
    form
        What decides about the kernels; jobs of one form share them.
    """
    kernels = kernels_of(job, reduced, machine, form)
    return Plan(
        *(kernel.unit(build_once(kernel.parts, machine, kernel.make)) for kernel in kernels)
    )


def kernels_of(job: Job, reduced: Reduced, machine: Machine, form: str) -> list[Recipe]:
    """Return how to make the kernels of a job, the uniform one and the wide one.

    Parameters
    ----------
    job, reduced, machine, form
        As for `make_plan`.
    """
    schedule = cache(lambda: _schedule(job, reduced))
    recipes = []
    for wide in (False, True):
        mine = tuple(item for node, item in reduced if job.shapes.wide[node] == wide)
        constants = job.arrays if wide else job.scalars.keys() - job.arrays.keys()
        parts = (form, "wide" if wide else "uniform", _sources())
        order = tuple(sorted(constants))
        recipes.append(Recipe(job, schedule, machine, wide, reduced, mine, order, parts))
    return recipes


def _schedule(job: Job, reduced: Reduced) -> Schedule:
    from .lowering import lowered
    from .schedule import Scheduler

    job = lowered(job)
    keeps, continued = keeps_often(job), job.start is not None
    return Scheduler(
        job.program, job.shapes, job.states, job.rings, job.outputs, reduced, keeps, continued
    ).schedule()


@dataclass(frozen=True)
class Recipe:
    """A kernel that is scheduled and printed only if the cache does not have it.

    Attributes
    ----------
    job, schedule, machine
        What is run, in which order, for which vector unit.
    wide
        Whether its values differ between members.
    reduced, reductions
        All that is reduced, and what this kernel reduces.
    constants
        Its inputs, in order.
    parts
        What decides about its text.
    """

    job: Job
    schedule: Callable[[], Schedule]
    machine: Machine
    wide: bool
    reduced: Reduced
    reductions: tuple[Reduction, ...]
    constants: tuple[int, ...]
    parts: tuple[str, ...]

    def make(self) -> tuple[str, Facts]:
        """Return the text of the kernel, and the facts that its caller needs."""
        from .kernel_text import Kernel, module_text
        from .lowering import lowered

        job, schedule = lowered(self.job), self.schedule()
        part = schedule.wide if self.wide else schedule.uniform
        kernel = Kernel(
            job.program,
            schedule,
            part,
            self.machine,
            job.method,
            job.start is not None,
            self.reductions,
            self.constants,
            keeps_often(job),
        )
        facts = {
            "stages": kernel.stages,
            "size": kernel.layout.size,
            "states": part.states,
            "rings": part.rings,
            "outputs": part.outputs,
            "handed": (len(part.at_start), len(part.fixed), len(part.changing)),
        }
        return module_text(kernel), facts

    def unit(self, code: Code) -> Unit:
        """Return the kernel as made."""
        facts = code.facts
        return Unit(
            code,
            self.machine.lanes if self.wide else 1,
            facts["stages"],
            facts["size"],
            tuple(facts["states"]),
            tuple(facts["rings"]),
            tuple(facts["outputs"]),
            self.constants,
            self.reductions,
            tuple(facts["handed"]),
        )


@cache
def _sources() -> str:
    """Return a hash of the code that decides about kernels."""
    engine = Path(__file__).parent
    files = [*sorted(engine.glob("*.py")), *(engine.parent / "language" / n for n in _BESIDE)]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def keeps_often(job: Job) -> bool:
    """Tell whether outputs are kept at so many steps that they go along with every step."""
    steps = max(1, job.clock.last - job.clock.first)
    return len(job.clock.kept) > _OFTEN * steps


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
    """Return the time of every evaluation, in months."""
    steps = np.arange(clock.first, clock.last + 1)
    times: Floats = np.asarray(clock.origin + steps * clock.time_step, np.float64)
    if stages == 1:
        return times
    size = clock.time_step
    later: Floats = np.array([0.0, size / 2, size / 2, size], np.float64)
    return np.add.outer(times, later).ravel()


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
