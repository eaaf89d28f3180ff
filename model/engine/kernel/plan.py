"""The two kernels of a job: what decides about them, and how they are made or found in the cache.

What schedules and prints a kernel is imported only where the cache does not have it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..job import Job
from ..machine import Machine
from ..reductions import Reduction
from .compile import Code, Facts, build_once

if TYPE_CHECKING:
    from ..scheduling.parts import Schedule
    from .layout import Kernel

# Modules of the language that decide about kernels, beside those of the engine.
_BESIDE = ("ir.py", "phases.py")
# Share of the steps from which outputs go along with every step; measured.
_OFTEN = 0.5
# Node and reduction of each reduced result.
Reduced = tuple[tuple[int, Reduction], ...]


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
        recipes.append(Recipe(job, schedule, machine, wide, mine, order, parts))
    return recipes


def _schedule(job: Job, reduced: Reduced) -> Schedule:
    from ..scheduling.lowering import lowered
    from ..scheduling.schedule import Scheduler

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
    reductions
        What it reduces, in order.
    constants
        Its inputs, in order.
    parts
        What decides about its text.
    """

    job: Job
    schedule: Callable[[], Schedule]
    machine: Machine
    wide: bool
    reductions: tuple[Reduction, ...]
    constants: tuple[int, ...]
    parts: tuple[str, ...]

    def make(self) -> tuple[str, Facts]:
        """Return the text of the kernel, and the facts that its caller needs."""
        from .text import module_text

        kernel = self._kernel()
        part = kernel.part
        facts = {
            "stages": kernel.stages,
            "size": kernel.layout.size,
            "states": part.states,
            "rings": part.rings,
            "outputs": part.outputs,
            "handed": (len(part.at_start), len(part.fixed), len(part.changing)),
        }
        return module_text(kernel), facts

    def _kernel(self) -> Kernel:
        from ..scheduling.lowering import lowered
        from .layout import Kernel

        job, schedule = lowered(self.job), self.schedule()
        return Kernel(
            job.program,
            schedule,
            schedule.wide if self.wide else schedule.uniform,
            self.machine,
            job.method,
            job.start is not None,
            self.reductions,
            self.constants,
            keeps_often(job),
        )

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
    engine = Path(__file__).parents[1]
    files = [*sorted(engine.rglob("*.py")), *(engine.parent / "language" / n for n in _BESIDE)]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def keeps_often(job: Job) -> bool:
    """Tell whether outputs are kept at so many steps that they go along with every step."""
    steps = max(1, job.clock.last - job.clock.first)
    return len(job.clock.kept) > _OFTEN * steps
