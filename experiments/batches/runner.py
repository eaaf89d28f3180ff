"""Compute the chunks that a store lacks, on the processors of this machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..provenance import made_with
from ..stack import cores
from .beginning import begun_or_removed
from .chunkfile import encode, writer
from .contract import Job, runs_of
from .lock import locked
from .shard import WHOLE, Shard
from .store import Store, begin, check_place, make_folder, missing, note, put

AHEAD = 1
"""Chunks computed while earlier ones wait for the disk."""


@dataclass(frozen=True)
class State:
    """How far a batch is.

    Attributes
    ----------
    done, runs
        Runs that are stored, and runs in all, of this shard.
    rate
        Runs stored each second since the process began; 0 before the first.
    left
        Seconds until the end at that rate; infinite before the first chunk.
    """

    done: int
    runs: int
    rate: float = 0.0
    left: float = float("inf")


Watch = Callable[[State], None]
Chunks = Iterator[tuple[int, bytes]]
Compute = Callable[[Job, list[int]], Chunks]
"""Yields the files of the chunks that are asked for, in any order."""


def run(
    job: Job,
    folder: Path,
    shard: Shard = WHOLE,
    workers: int = 0,
    watch: Watch = lambda state: None,
    compute: Compute | None = None,
) -> Store:
    """Store what is missing of a batch; to resume is to run again.

    Parameters
    ----------
    job
        The batch.
    folder
        A new one, or the store of this job.
    shard
        Part that this process computes.
    workers
        Chunks computed at the same time; 0 for one on each processor. The files are the same to
        the byte for any number.
    watch
        Told how far it is, after each chunk.
    compute
        Computes elsewhere, as `on_cluster` does; here when absent.

    Raises
    ------
    UnusablePlace
        If the folder holds something else.
    OtherBatch
        If the folder holds runs of another design, model or evidence.
    Busy
        If another process works on the same part.
    OutputError
        If the disk is full or refuses; what was stored before stays valid.
    """
    compute = compute or (lambda job, chunks: here(job, chunks, workers or cores()))
    with storing(job, folder, shard) as store:
        todo = missing(store, shard)
        everything = sum(runs_of(job, chunk) for chunk in range(job.chunks) if shard.holds(chunk))
        done = begun = everything - sum(runs_of(job, chunk) for chunk in todo)
        watch(State(done, everything))
        start = time.monotonic()
        for chunk, data in compute(job, todo):
            put(store, shard, chunk, data)
            done += runs_of(job, chunk)
            rate = (done - begun) / max(time.monotonic() - start, 1e-9)
            watch(State(done, everything, rate, (everything - done) / rate))
    return store


@contextmanager
def storing(job: Job, folder: Path, shard: Shard = WHOLE) -> Iterator[Store]:
    """Hold a store of a job, new or old, and write into its journal who does and how it ended."""
    check_place(folder, job)
    with begun_or_removed(folder), _locked(folder, shard):
        made = made_with() | {"writer": writer()}
        store = begin(folder, job, shard, made)
        note(store, shard, "begin", tumbuh=made["tumbuh"], command=made["command"])
        yield store
        note(store, shard, "end")


@contextmanager
def _locked(folder: Path, shard: Shard) -> Iterator[None]:
    make_folder(folder)
    with locked(folder, shard):
        yield


def here(job: Job, chunks: list[int], workers: int) -> Chunks:
    """Yield the files of chunks, computed on threads of this process.

    The kernel, the arrays and the compression leave the interpreter free, so that threads keep
    all processors busy. At most `AHEAD` chunks more than there are workers are held at a time.

    Parameters
    ----------
    job
        The batch.
    chunks
        Numbers.
    workers
        Chunks computed at the same time; when there are fewer chunks, each gets more threads.
    """
    threads = max(1, workers // max(1, len(chunks)))
    todo = iter(chunks)
    pool = ThreadPoolExecutor(workers, "chunk")
    running: dict[Future[bytes], int] = {}
    try:
        for chunk in todo:
            running[pool.submit(_file, job, chunk, threads)] = chunk
            if len(running) >= workers + AHEAD:
                yield from _ready(running)
        while running:
            yield from _ready(running)
    finally:
        # After an interruption only what already runs is waited for; its result is dropped.
        pool.shutdown(wait=False, cancel_futures=True)


def _file(job: Job, chunk: int, threads: int) -> bytes:
    return encode(job, chunk, job.compute(chunk, threads=threads))


def _ready(running: dict[Future[bytes], int]) -> Chunks:
    """Yield what is done of the running ones, after waiting for the first."""
    done, _ = wait(running, return_when=FIRST_COMPLETED)
    for future in done:
        yield running.pop(future), future.result()
