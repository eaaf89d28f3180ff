"""One engine in a process of its own: what it takes to get ready, to run, and in memory.

Run as ``python -m tumbuh.experiments.bench_child SPEC``; prints JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from ..model.engine.integrate import stream
from ..model.engine.reductions import Reduction
from ..model.engine.trajectories import Trajectories
from ..model.files import CACHE_VARIABLE
from .bench_engines import Draws, make_engine
from .bench_models import Workload, workload

CHUNK = 32768
"""Draws whose constants are in memory at once."""


@dataclass(frozen=True)
class Spec:
    """What a process does.

    Attributes
    ----------
    model, engine
        Names of a workload and of an engine.
    folder
        For files of models and libraries.
    draws
        Runs of ten reduced outputs through `stream`; with 0 the engine runs a timed call instead.
    threads
        Of those runs.
    size, finer
        Factors of the synthetic model's size and of the number of steps.
    """

    model: str
    engine: str
    folder: str
    draws: int = 0
    threads: int = 2
    size: int = 1
    finer: int = 1


@dataclass(frozen=True)
class Cost:
    """What a process took.

    Attributes
    ----------
    ready
        Seconds of clock from the loaded program to results that are not slower than later ones:
        translation, compilation, or reading what is cached.
    cpu, wall
        Seconds of the runs.
    peak
        Most memory that the process had, bytes.
    draws
        Members run.
    checksum
        Mean of the first output.
    """

    ready: float
    cpu: float
    wall: float
    peak: int
    draws: int
    checksum: float


def in_child(spec: Spec, cache: Path | None = None) -> Cost:
    """Measure in a new process.

    Parameters
    ----------
    spec
        What it does.
    cache
        Folder of compiled kernels and translations; by default the user's.
    """
    environment = os.environ | ({CACHE_VARIABLE: str(cache)} if cache else {})
    command = [sys.executable, "-m", __name__, json.dumps(asdict(spec))]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def peak_memory() -> int:
    """Return the most memory that this process had, bytes.

    Linux counts in ``ru_maxrss`` what the parent had before the program began; the high-water
    mark of the process itself begins with it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def measure(spec: Spec) -> Cost:
    """Get an engine ready, then run it."""
    folder = Path(spec.folder)
    work = workload(spec.model, folder, spec.size)
    return _streamed(spec, work) if spec.draws else _called(spec, work, folder)


def _called(spec: Spec, work: Workload, folder: Path) -> Cost:
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=folder) as own:
        engine = make_engine(spec.engine, work, Path(own))
        few = work.some(min(8, engine.members))
        engine.run(few)
        first = time.perf_counter() - start
        start = time.perf_counter()
        engine.run(few)
        again = time.perf_counter() - start
        draws = work.some(engine.members)
        sample = engine.timed(draws)
    ready = max(0.0, first - again)
    return Cost(ready, sample.cpu, sample.wall, peak_memory(), engine.members, float("nan"))


def _streamed(spec: Spec, work: Workload) -> Cost:
    sums = np.zeros(2)

    def take(found: Trajectories) -> None:
        sums[:] += found.draws, next(iter(found.reduced.values())).sum()

    start = time.perf_counter()
    _stream(spec, work, 8, lambda found: None)
    ready = time.perf_counter() - start
    wall, cpu = time.perf_counter(), time.process_time()
    count = _stream(spec, work, spec.draws, take)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return Cost(ready, cpu, wall, peak_memory(), count, float(sums[1] / sums[0]))


def _stream(spec: Spec, work: Workload, draws: int, sink: object) -> int:
    reductions = [Reduction(name, "last") for name in work.outputs]
    step = work.until / work.steps / spec.finer
    options = {"until": work.until, "time_step": step, "reductions": reductions}
    options |= {"threads": spec.threads, "engine": spec.engine}
    return stream(work.program, _chunks(work, draws), [], sink, [work.until], **options)  # type: ignore[arg-type]


def _chunks(work: Workload, draws: int) -> Iterator[Draws]:
    for first in range(0, draws, CHUNK):
        yield work.some(min(CHUNK, draws - first), first)


if __name__ == "__main__":
    print(json.dumps(asdict(measure(Spec(**json.loads(sys.argv[1]))))))
