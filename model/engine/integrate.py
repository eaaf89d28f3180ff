"""Running a program over an ensemble, with Euler or fourth-order Runge-Kutta steps."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..language.ir import Program
from .interpreter.interpreted import CHUNK, interpret
from .job import Given, make_job
from .kernel.compiled import COMPILED_CHUNK, compiles, compute
from .machine import Machine
from .reductions import Reduction
from .results import trajectories
from .trajectories import Snapshot, Trajectories

Method = Literal["euler", "rk4"]
Engine = Literal["auto", "numpy", "llvm"]


def simulate(
    program: Program,
    constants: Given,
    outputs: Sequence[str],
    times: Sequence[float] | NDArray[np.floating] | None = None,
    method: Method = "euler",
    start: Snapshot | None = None,
    until: float | None = None,
    time_step: float | None = None,
    *,
    reductions: Sequence[Reduction] = (),
    snapshot: bool = True,
    chunk: int | None = None,
    threads: int = 1,
    engine: Engine = "auto",
    machine: Machine | None = None,
    keep_going: bool = False,
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
    reductions
        Results made of whole paths while running, one number per draw.
    snapshot
        Whether the state at the end is wanted. Without it, what no output depends on is left out
        and the snapshot has no states.
    chunk
        Draws computed together; the results do not depend on it.
    threads
        Chunks computed at the same time; the results do not depend on it.
    engine
        ``numpy`` interprets; ``llvm`` compiles, and leaves to the interpreter the runs that hand
        over what a fixed delay remembers. ``auto`` compiles models without fixed delays, where
        the compiler is there.
    machine
        Vector unit of the compiled engine; by default the widest that is there.
    keep_going
        Whether a draw with a delay that is too short is a failed draw, without values. Else, and
        where all draws have the same delay, the run stops.

    Returns
    -------
    Trajectories
        Values with axes (draw, time). A value that is not finite is NaN and its draw is counted
        as failed; the others are not touched.

    Raises
    ------
    ModelError
        For unknown names, arrays of unequal length, times between steps, or a delay shorter than
        its order times the time step in some draw.
    """
    job = make_job(
        program, constants, outputs, reductions, times, method, start, until, time_step, snapshot
    )
    job = replace(job, keep_going=keep_going)
    if engine == "llvm" or (engine == "auto" and compiles(job)):
        return trajectories(job, compute(job, chunk or COMPILED_CHUNK, threads, machine))
    return trajectories(job, interpret(job, chunk or CHUNK, threads))


def stream(
    program: Program,
    chunks: Iterable[Given],
    outputs: Sequence[str],
    sink: Callable[[Trajectories], None],
    times: Sequence[float] | NDArray[np.floating] | None = None,
    **options: object,
) -> int:
    """Run chunk after chunk of draws and hand each result on, so that memory stays flat.

    While a chunk runs, the constants of the next one are made, and the results of the one before
    are handed on, both in the thread of the caller.

    Parameters
    ----------
    program, outputs, times
        As for `simulate`.
    chunks
        Constants of each chunk, made one chunk ahead.
    sink
        Called with the results of each chunk, in order.
    options
        Further arguments of `simulate`.

    Returns
    -------
    int
        Number of draws run.
    """
    count = 0
    with ThreadPoolExecutor(1) as runner:
        runs: deque[Future[Trajectories]] = deque()

        def hand_on() -> int:
            found = runs.popleft().result()
            sink(found)
            return found.draws

        try:
            for constants in chunks:
                given = (program, constants, outputs, times)
                runs.append(runner.submit(simulate, *given, snapshot=False, **options))  # type: ignore[arg-type]
                if len(runs) > 1:
                    count += hand_on()
            while runs:
                count += hand_on()
        finally:
            runner.shutdown(cancel_futures=True)
    return count


def rows_of(constants: Given, size: int) -> Iterator[Given]:
    """Cut an ensemble into chunks for `stream`.

    Parameters
    ----------
    constants
        By name: a number for all draws, or (draw,).
    size
        Draws of a chunk.
    """
    arrays = {name: np.asarray(value) for name, value in constants.items()}
    draws = max((len(array) for array in arrays.values() if array.ndim), default=1)
    for first in range(0, draws, size):
        part = slice(first, first + size)
        yield {name: a[part] if a.ndim and len(a) > 1 else a for name, a in arrays.items()}
