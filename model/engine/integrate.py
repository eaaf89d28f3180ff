"""Running a program over an ensemble, with Euler or fourth-order Runge-Kutta steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelError, Problem
from ..language.ir import Program, Variable
from ..language.phases import needed
from .clock import Clock, control_index, make_clock
from .plan import Shapes, shapes_of
from .rings import join_pasts
from .stepper import Stepper
from .trajectories import Floats, Past, Snapshot, Trajectories

Method = Literal["euler", "rk4"]

# Members of one chunk: its buffers stay near the core, and calls stay few. Measured best.
CHUNK = 4096


def simulate(
    program: Program,
    constants: Mapping[str, float | NDArray[np.floating]],
    outputs: Sequence[str],
    times: Sequence[float] | NDArray[np.floating] | None = None,
    method: Method = "euler",
    start: Snapshot | None = None,
    until: float | None = None,
    time_step: float | None = None,
    *,
    snapshot: bool = True,
    chunk: int = CHUNK,
    threads: int = 1,
) -> Trajectories:
    """Run a program for every draw.

    Parameters
    ----------
    program
        The flattened model.
    constants
        By name, instead of the file's value: a number for all draws, or (draw,).
    outputs
        Names of the variables to keep; those that nothing else needs are computed only then.
    times
        When to keep them, months; by default every SAVEPER from the start to the end.
    method
        ``euler`` or ``rk4``.
    start
        State to continue from; ``INITIAL`` and the stocks are taken from it.
    until
        End of the run; by default the last of ``times``, else FINAL TIME.
    time_step
        Instead of the file's TIME STEP, months.
    snapshot
        Whether the state at the end is wanted. Without it, what no output depends on is left out
        and the snapshot has no states.
    chunk
        Draws computed together; the results do not depend on it.
    threads
        Chunks computed at the same time; the results do not depend on it.

    Returns
    -------
    Trajectories
        Values with axes (draw, time). A draw that leaves the finite numbers is NaN from there on;
        the others are not touched.

    Raises
    ------
    ModelError
        For unknown names, arrays of unequal length, times between steps, or a delay shorter than
        its order times the time step in some draw.
    """
    variables = program.find_all(outputs, "variable")
    scalars, arrays, draws = _constants(program, constants, start)
    clock = make_clock(program, times, start, until, time_step)
    scalars[control_index(program, "time_step")] = clock.time_step
    wide_start = wide_rings = None
    if start is not None:
        _refuse_other_step(program, start, clock)
        wide_start = [len(state) > 1 for state in start.states]
        wide_rings = [past.wide for past in start.rings]
    shapes = shapes_of(program, set(arrays), wide_start, wide_rings)
    store = {
        variable.node: np.empty((len(clock.kept), draws if shapes.wide[variable.node] else 1))
        for variable in variables
    }
    roots = [variable.node for variable in variables]
    states, rings = list(range(len(program.states))), list(range(len(program.rings)))
    if not snapshot:
        states, rings = needed(program, roots)
    final = [np.empty(draws if shapes.wide_states[k] else 1) for k in states]
    job = _Job(program, shapes, scalars, arrays, clock, method, states, rings, start, store, final)
    _run_chunks(job, draws, max(1, chunk), threads)
    kept = (tuple(final), job.joined_pasts()) if snapshot else ((), ())
    end = Snapshot(program.digest, clock.origin, clock.time_step, clock.last, *kept)
    return _collect(variables, clock, store, draws, end)


@dataclass(frozen=True)
class _Job:
    program: Program
    shapes: Shapes
    scalars: dict[int, float]
    arrays: dict[int, Floats]
    clock: Clock
    method: Method
    states: list[int]
    rings: list[int]
    start: Snapshot | None
    store: dict[int, Floats]
    final: list[Floats]
    # By first member of the part, then by ring; filled by the workers.
    pasts: dict[int, dict[int, Past]] = field(default_factory=dict)

    def joined_pasts(self) -> tuple[Past, ...]:
        """Return what each ring remembers, for all members."""
        parts = [self.pasts[first] for first in sorted(self.pasts)]
        return tuple(
            join_pasts([part[k] for part in parts] if self.shapes.wide_rings[k] else [parts[0][k]])
            for k in self.rings
        )


def _refuse_other_step(program: Program, start: Snapshot, clock: Clock) -> None:
    """Raise where a ring would have to be continued with another length of its steps."""
    if program.rings and clock.time_step != start.time_step:
        where = f"{program.label}:{program.rings[0].line}"
        expected = f"the time step of the snapshot, {start.time_step:g}: it holds a DELAY FIXED"
        remedy = "Continue with the same time step, or run from the start"
        raise ModelError([Problem(where, expected, f"{clock.time_step:g}", remedy)])


def _run_chunks(job: _Job, draws: int, chunk: int, threads: int) -> None:
    count = max(1, -(-draws // chunk))
    bounds = [draws * part // count for part in range(count + 1)]
    parts = [slice(low, high) for low, high in pairwise(bounds)]
    workers = max(1, min(threads, count))
    # Each worker has its own buffers and takes every n-th part.
    tasks = [parts[worker::workers] for worker in range(workers)]
    if workers == 1:
        _work(job, tasks[0])
        return
    with ThreadPoolExecutor(workers) as pool:
        for future in [pool.submit(_work, job, task) for task in tasks]:
            future.result()


def _work(job: _Job, parts: list[slice]) -> None:
    width = max(part.stop - part.start for part in parts)
    with np.errstate(all="ignore"):
        stepper = Stepper(
            job.program,
            job.shapes,
            list(job.store),
            job.states,
            job.rings,
            width,
            job.method,
            continued=job.start is not None,
        )
        for part in parts:
            stepper.load(job.scalars, job.arrays, job.start, part)
            stepper.run(job.clock, job.store, part)
            stepper.unload(job.final, part)
            job.pasts[part.start] = stepper.pasts(part)


def _collect(
    variables: list[Variable],
    clock: Clock,
    store: dict[int, Floats],
    draws: int,
    end: Snapshot,
) -> Trajectories:
    failed = np.zeros(draws, bool)
    for kept in store.values():
        bad = ~np.isfinite(kept)
        kept[bad] = np.nan
        failed |= bad.any(axis=0)
    values = {
        variable.name: np.broadcast_to(store[variable.node].T, (draws, len(clock.kept)))
        for variable in variables
    }
    times = np.array([clock.time(step) for step in clock.kept])
    units = {variable.name: variable.unit for variable in variables}
    return Trajectories(times, values, units, end, failed)


def _constants(
    program: Program, given: Mapping[str, float | NDArray[np.floating]], start: Snapshot | None
) -> tuple[dict[int, float], dict[int, Floats], int]:
    """Return the constants by index, apart as numbers and arrays, and the number of draws."""
    scalars = dict(enumerate(program.defaults))
    places = {name: index for index, name in enumerate(program.constants)}
    arrays: dict[int, Floats] = {}
    problems = []
    if start is not None and start.digest != program.digest:
        remedy = "Continue with the model file that made it"
        problems.append(Problem("snapshot", "a state of this model", "another model's", remedy))
    counts = None if start is None else (len(start.states), len(start.rings))
    if counts is not None and counts != (len(program.states), len(program.rings)):
        remedy = "Make it with snapshot=True"
        problems.append(
            Problem("snapshot", "every state of the model", "one without states", remedy)
        )
    lengths = {} if start is None else {"the snapshot": start.draws}
    for variable, value in zip(program.find_all(given, "constant"), given.values(), strict=True):
        if variable.kind != "constant":
            found = f"a variable of kind {variable.kind}"
            remedy = "Set a constant, or change the model file"
            problems.append(Problem(variable.name, "a constant", found, remedy))
            continue
        if variable.name not in places:
            remedy = "Write '=' instead of '==' in the model file"
            problems.append(Problem(variable.name, "a constant", "an unchangeable one", remedy))
            continue
        index = places[variable.name]
        array = np.asarray(value, float)
        if array.ndim > 1:
            found = f"{array.ndim} axes"
            remedy = "Give one number per draw"
            problems.append(Problem(variable.name, "a number or one axis", found, remedy))
        elif array.ndim == 0:
            scalars[index] = float(array)
        elif len(array) == 1:
            scalars[index] = float(array[0])
            lengths[variable.name] = 1
        else:
            arrays[index] = array
            lengths[variable.name] = len(array)
    sizes = {size for size in lengths.values() if size != 1}
    if len(sizes) > 1 or 0 in sizes:
        found = ", ".join(f"{size} in {name}" for name, size in list(lengths.items())[:6])
        remedy = "Give every constant the same number of draws"
        problems.append(Problem("constants", "one number of draws, at least 1", found, remedy))
    if problems:
        raise ModelError(problems)
    return scalars, arrays, max(sizes, default=1)
