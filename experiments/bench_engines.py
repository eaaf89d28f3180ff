"""The engines that are compared, each with the same job: last values of some outputs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..model.engine.clock import control_index
from ..model.engine.integrate import simulate
from ..model.engine.kernel.compile import available
from ..model.errors import TumbuhError
from .bench_c import source_of
from .bench_c_run import FLAGS, compile_c, compiler
from .bench_models import Workload

Floats = NDArray[np.float64]
Draws = Mapping[str, Floats]
Run = Callable[[Draws], Floats]

LLVM, LLVM_TWO, NUMPY, C, C_FAST = "llvm", "llvm, 2 threads", "numpy", "C -O3", "C fast-math"
PYSD, SIMLIN = "PySD", "pysimlin"
NAMES = (PYSD, SIMLIN, C, C_FAST, NUMPY, LLVM, LLVM_TWO)
# Members of one call of the packaged model; the synthetic one takes more.
_MEMBERS = {PYSD: 1, SIMLIN: 8, C: 256, C_FAST: 256, NUMPY: 512, LLVM: 4096, LLVM_TWO: 16384}
_MORE = {"packaged": 1, "synthetic": 8}
SHORT = {"packaged": 12.0, "synthetic": 120.0}
"""Months of a run of PySD, which is slow and whose cost by step is the same at every step."""


@dataclass(frozen=True)
class Sample:
    """One timed call.

    Attributes
    ----------
    units
        What was done: whole runs, or instructions.
    cpu, wall
        Seconds of processor and of clock.
    """

    units: float
    cpu: float
    wall: float


@dataclass(frozen=True)
class Engine:
    """Something that runs a workload.

    Attributes
    ----------
    name
        One of `NAMES`.
    run
        Last values of the outputs, (member, output), given draws of the constants.
    members
        Members of a timed call.
    until
        End of a timed run, months.
    share
        What a timed run covers of the whole one.
    idle
        The same call with a single step, for an engine whose start would count too much; its
        time is taken off.
    """

    name: str
    run: Run = field(repr=False)
    members: int
    until: float
    share: float = 1.0
    idle: Run | None = field(default=None, repr=False)

    def timed(self, draws: Draws) -> Sample:
        """Run once and return what it took."""
        cpu, wall = _seconds(self.run, draws)
        if self.idle:
            start = _seconds(self.idle, draws)
            cpu, wall = cpu - start[0], wall - start[1]
        return Sample(self.members * self.share, cpu, wall)


def _seconds(run: Run, draws: Draws) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    run(draws)
    return time.process_time() - cpu, time.perf_counter() - wall


def missing(name: str) -> str:
    """Return why an engine cannot run here, or nothing."""
    from importlib.util import find_spec

    if name in (C, C_FAST) and compiler() is None:
        return "no C compiler here; install gcc"
    if name in (LLVM, LLVM_TWO) and not available():
        return "no llvmlite here"
    module = {SIMLIN: "simlin", PYSD: "pysd"}.get(name)
    return f"{module} is not installed" if module and find_spec(module) is None else ""


def make_engine(name: str, workload: Workload, folder: Path, shrink: int = 1) -> Engine:
    """Return an engine that is ready to run.

    Parameters
    ----------
    name
        One of `NAMES`.
    workload
        What it runs.
    folder
        For the files that it needs.
    shrink
        Divides the members of a timed call.

    Raises
    ------
    TumbuhError
        If it is not here, or cannot run the model.
    """
    members = max(1, _MEMBERS[name] * _MORE[workload.name] // shrink)
    if name == PYSD:
        return _pysd(workload, folder)
    if name == SIMLIN:
        from .bench_others import simlin_run

        return Engine(name, simlin_run(workload, folder), members, workload.until)
    if name in (C, C_FAST):
        run = _c_run(workload, folder, FLAGS["O3" if name == C else "fast"])
        return Engine(name, run, members, workload.until)
    return Engine(name, partial(_simulate, name, workload), members, workload.until)


def _pysd(workload: Workload, folder: Path) -> Engine:
    from .bench_others import pysd_run

    run, steps = pysd_run(workload, folder), workload.steps
    step, until = workload.until / steps, SHORT[workload.name]
    share = (round(until / step) - 1) / steps
    return Engine(PYSD, partial(run, until), 1, until, share, partial(run, step))


def _simulate(name: str, workload: Workload, draws: Draws) -> Floats:
    threads = 2 if name == LLVM_TWO else 1
    engine = "numpy" if name == NUMPY else "llvm"
    return last_values(workload, draws, workload.until, engine=engine, threads=threads)


def last_values(workload: Workload, draws: Draws, until: float, **options: object) -> Floats:
    """Return the values of the outputs at a month, (member, output).

    Parameters
    ----------
    workload, draws
        What to run.
    until
        That month, the end of the run.
    options
        Further arguments of `simulate`.
    """
    program, outputs = workload.program, workload.outputs
    found = simulate(program, draws, outputs, [until], until=until, snapshot=False, **options)  # type: ignore[arg-type]
    return np.column_stack([found[name][:, -1] for name in outputs])


def _c_run(workload: Workload, folder: Path, flags: tuple[str, ...]) -> Run:
    program, names = workload.program, list(workload.constants)
    nodes = [program.find(name).node for name in workload.outputs]
    varied = [program.constants.index(program.find(name).name) for name in names]
    step = control_index(program, "time_step")
    compiled = compile_c(source_of(program, nodes, varied, step), folder, flags)
    size, origin = program.defaults[step], program.defaults[control_index(program, "initial_time")]

    def run(draws: Draws) -> Floats:
        given = np.column_stack([draws[name] for name in names])
        return compiled.run(given, workload.steps, origin, size)

    return run


def engines_of(workload: Workload, folder: Path, shrink: int = 1) -> tuple[list[Engine], list[str]]:
    """Return the engines that can run a workload, and of each other why it cannot."""
    engines, reasons = [], []
    for name in NAMES:
        reason = missing(name)
        try:
            if not reason:
                engines.append(make_engine(name, workload, folder, shrink))
        except TumbuhError as error:
            reason = str(error)
        if reason:
            reasons.append(f"{name}: {reason}")
    return engines, reasons
