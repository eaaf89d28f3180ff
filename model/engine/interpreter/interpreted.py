"""A job on the numpy interpreter: always there, and what the compiled engine is held against."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..clock import Clock
from ..job import Job
from ..reductions import reduce_path, weights
from ..results import Raw, lowest
from ..trajectories import Floats, Past
from .rings import join_pasts
from .stepper import Stepper

# Members of one chunk: its buffers stay near the core, and calls stay few. Measured best.
CHUNK = 4096


def interpret(job: Job, chunk: int = CHUNK, threads: int = 1) -> Raw:
    """Run a job.

    Parameters
    ----------
    job
        What to run.
    chunk
        Members computed together; the results do not depend on it.
    threads
        Chunks computed at the same time; the results do not depend on it.
    """
    work = _Work(job)
    parts = slices(job.draws, chunk)
    workers = max(1, min(threads, len(parts)))
    # Each worker has its own buffers and takes every n-th part.
    tasks = [parts[worker::workers] for worker in range(workers)]
    if workers == 1:
        work.run(tasks[0])
    else:
        with ThreadPoolExecutor(workers) as pool:
            for future in [pool.submit(work.run, task) for task in tasks]:
                future.result()
    short = work.short if work.short is not None and work.short.any() else None
    reduced, others = _reduce(job, chunk) if job.reductions else ((), None)
    rings = work.joined_pasts() if job.snapshot else ()
    return Raw(
        work.store, reduced, tuple(work.final) if job.snapshot else (), rings, lowest(short, others)
    )


def slices(draws: int, chunk: int) -> list[slice]:
    """Return parts of about equal size, none larger than a chunk."""
    count = max(1, -(-draws // max(1, chunk)))
    bounds = [draws * part // count for part in range(count + 1)]
    return [slice(low, high) for low, high in pairwise(bounds)]


@dataclass
class _Work:
    """Results of all workers."""

    job: Job
    store: dict[int, Floats] = field(init=False)
    final: list[Floats] = field(init=False)
    short: NDArray[np.int32] | None = field(init=False)
    # By first member of the part, then by ring; filled by the workers.
    pasts: dict[int, dict[int, Past]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        job, shapes = self.job, self.job.shapes
        rows = len(job.clock.kept)
        self.store = {
            node: np.empty((rows, job.draws if shapes.wide[node] else 1)) for node in job.outputs
        }
        self.short = np.zeros(job.draws, np.int32) if job.keep_going else None
        self.final = [np.empty(job.draws if shapes.wide_states[k] else 1) for k in job.states]

    def run(self, parts: list[slice]) -> None:
        """Run some parts, one after the other."""
        job = self.job
        width = max(part.stop - part.start for part in parts)
        with np.errstate(all="ignore"):
            stepper = Stepper(
                job.program,
                job.shapes,
                list(self.store),
                job.states,
                job.rings,
                width,
                job.method,
                continued=job.start is not None,
            )
            for part in parts:
                stepper.buffers.load(job.scalars, job.arrays, job.start, part)
                stepper.run(job.clock, self.store, part, self.short)
                stepper.buffers.unload(self.final, part)
                self.pasts[part.start] = stepper.buffers.pasts(part)

    def joined_pasts(self) -> tuple[Past, ...]:
        """Return what each ring remembers, for all members."""
        parts = [self.pasts[first] for first in sorted(self.pasts)]
        wide = self.job.shapes.wide_rings
        return tuple(
            join_pasts([part[k] for part in parts] if wide[k] else [parts[0][k]])
            for k in self.job.rings
        )


def _reduce(job: Job, chunk: int) -> tuple[tuple[Floats, ...], NDArray[np.int32] | None]:
    """Reduce whole paths, chunk by chunk: plain, and independent of the compiled engine.

    Also returns the guards broken on the way.
    """
    short = np.zeros(job.draws, np.int32)
    every = tuple(range(job.clock.first, job.clock.last + 1))
    clock = Clock(job.clock.origin, job.clock.time_step, every[0], every[-1], every)
    whole = replace(job, clock=clock, variables=job.reduced, reductions=(), snapshot=False)
    table = weights(job.reductions, clock)
    months = np.array([clock.time(step) for step in every])
    found: list[list[Floats]] = [[] for _ in job.reductions]
    for part in slices(job.draws, min(chunk, max(1, 2_000_000 // len(every)))):
        raw = interpret(_some(whole, part))
        short[part] = 0 if raw.short is None else raw.short
        for place, (item, variable) in enumerate(zip(job.reductions, job.reduced, strict=True)):
            path = raw.store[variable.node]
            found[place].append(reduce_path(item, months, path, table[:, place]))
    wide = job.shapes.wide
    reduced = tuple(
        np.concatenate(parts if wide[variable.node] else parts[:1])
        for parts, variable in zip(found, job.reduced, strict=True)
    )
    return reduced, short if short.any() else None


def _some(job: Job, part: slice) -> Job:
    """Return a job for some of the members."""
    index = np.arange(part.start, part.stop)
    arrays = {k: values[part] for k, values in job.arrays.items()}
    start = job.start.take(index) if job.start is not None else None
    return replace(job, arrays=arrays, start=start, draws=len(index))
