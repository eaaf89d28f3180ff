"""Compute chunks on the workers of a dask cluster; this process alone writes the store.

A worker is handed the text of the design and the number of a chunk, and answers with the file of
that chunk. When a worker dies its chunks go to another one, and give the same bytes there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from ...model.errors import InputError, OutputError, Problem
from .chunkfile import encode, writer
from .contract import Build, Job, shape_of
from .job import job_from_text
from .runner import Chunks, Compute

if TYPE_CHECKING:
    from distributed import Client, Future

PATIENCE = 20.0
"""Seconds to wait for the scheduler, and for a first worker."""
SILENCE = 60.0
"""Seconds without any worker after which the rest is given up."""
RETRIES = 3
"""How often a chunk is tried again after an error of the network."""
AHEAD = 2
"""Chunks handed out for each thread of the cluster: one computes, the next one waits."""


class Unreachable(OutputError):
    """The cluster cannot be used."""


class OtherWorker(InputError):
    """A worker has another model, evidence or library."""


def on_cluster(
    address: str, build: Build = job_from_text, patience: float = PATIENCE, silence: float = SILENCE
) -> Compute:
    """Return what computes chunks on a cluster, for `run`.

    Parameters
    ----------
    address
        Of the scheduler, such as ``tcp://10.0.0.1:8786``.
    build
        Makes the job on a worker; it must be importable there.
    patience
        Seconds to wait for the scheduler and a first worker.
    silence
        Seconds without any worker after which the rest is given up.

    Raises
    ------
    Unreachable
        If the extra is not installed, or no scheduler or worker answers. What was stored stays.
    OtherWorker
        If a worker would compute other numbers.
    """

    def compute(job: Job, chunks: list[int]) -> Chunks:
        if not chunks:
            return
        with _client(address, patience) as client:
            _check_workers(client, job, build)
            yield from _answers(client, job, build, chunks, silence)

    return compute


@contextmanager
def _client(address: str, patience: float) -> Iterator[Client]:
    """Yield a connection to a scheduler that has at least one worker."""
    try:
        from distributed import Client
    except ImportError as error:
        remedy = "Install it: pip install 'tumbuh[cluster]'"
        raise Unreachable(
            [Problem("--cluster", "dask and distributed", "neither", remedy)]
        ) from error
    remedy = "Start dask scheduler and dask worker, and give the address that the scheduler prints"
    try:
        client = _connected(Client, address, patience)
    except (OSError, ValueError, RuntimeError, AssertionError) as error:
        found = f"no answer within {patience:g} seconds"
        if isinstance(error, ValueError):
            found = str(error)[:80]
        problem = Problem(f"--cluster {address}", "a scheduler", found, remedy)
        raise Unreachable([problem]) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=patience)
        except (OSError, TimeoutError) as error:
            found = f"none within {patience:g} seconds"
            problem = Problem(f"--cluster {address}", "a worker", found, remedy)
            raise Unreachable([problem]) from error
        yield client


def _connected(client: type[Client], address: str, patience: float) -> Client:
    """Return a client, on a second try where the first one's own thread was late.

    The library gives its thread ten seconds to start and asserts that it did, which a machine
    that is busy or was held up may not.
    """
    try:
        return client(address, timeout=patience, set_as_default=False)
    except AssertionError:
        return client(address, timeout=patience, set_as_default=False)


def _check_workers(client: Client, job: Job, build: Build) -> None:
    """Refuse workers that would compute other numbers, all of them at once."""
    # The library's annotations name the coroutine that a client without a loop would give.
    answers: Any = client.run(_about_worker, build, job.text, on_error="return")
    problems: list[Problem] = []
    for worker, answer in answers.items():
        if isinstance(answer, Exception):
            remedy = "Install the same version of tumbuh on every worker"
            found = f"{type(answer).__name__}: {answer}"[:160]
            problems.append(Problem(f"worker {worker}", "this version of tumbuh", found, remedy))
        else:
            problems += _differences(f"worker {worker}", job, answer)
    if problems:
        raise OtherWorker(problems)


def _about_worker(build: Build, text: str) -> dict[str, str]:
    """Return what the numbers of a worker follow from. Runs on the worker."""
    job = _job(build, text)
    return {**job.identity, "columns and size": shape_of(job), "writer": writer()}


def _differences(where: str, job: Job, answer: dict[str, str]) -> list[Problem]:
    own = {**job.identity, "columns and size": shape_of(job), "writer": writer()}
    remedy = "Install the same version of tumbuh and its libraries on every worker"
    return [
        Problem(f"{where}: {name}", str(own.get(name))[:100], str(answer.get(name))[:100], remedy)
        for name in dict.fromkeys([*own, *answer])
        if own.get(name) != answer.get(name)
    ]


@cache
def _job(build: Build, text: str) -> Job:
    """Make the job once in each process."""
    return build(text)


def _file(build: Build, text: str, chunk: int, expected: dict[str, str]) -> bytes:
    """Return the file of a chunk. Runs on a worker, also on one that came later than the check."""
    found = _about_worker(build, text)
    if found != expected:
        changed = sorted(k for k in {*found, *expected} if found.get(k) != expected.get(k))
        raise OtherWorker(
            [
                Problem(
                    "a worker that came later",
                    "this version of tumbuh",
                    f"other {', '.join(changed)}",
                    "Install the same version of tumbuh and its libraries on every worker",
                )
            ]
        )
    job = _job(build, text)
    # One thread: the worker decides how many chunks it computes at the same time.
    return encode(job, chunk, job.compute(chunk, threads=1))


def _answers(client: Client, job: Job, build: Build, chunks: list[int], silence: float) -> Chunks:
    """Yield the files of chunks as they come; only a few are under way at a time."""
    from distributed import wait
    from distributed.client import FuturesCancelledError

    # The text goes along with each chunk: data laid out beforehand would be lost with its workers.
    expected = {**job.identity, "columns and size": shape_of(job), "writer": writer()}
    todo, running = iter(chunks), {}
    while True:
        width = AHEAD * max(1, sum(cast(Any, client.nthreads()).values()))
        while len(running) < width and (chunk := next(todo, None)) is not None:
            future = client.submit(
                _file, build, job.text, chunk, expected, pure=False, retries=RETRIES
            )
            running[future] = chunk
        if not running:
            return
        try:
            with client.as_current():
                waited: Any = wait(list(running), timeout=silence, return_when="FIRST_COMPLETED")
        except (OSError, TimeoutError) as error:
            _check_alive(client, error)
            continue
        except FuturesCancelledError as error:
            raise _gone("chunks that the scheduler dropped") from error
        for future in waited.done:
            yield running.pop(future), _result(future)


def _check_alive(client: Client, error: Exception) -> None:
    """Give up when there is no worker any more; a slow chunk is waited for."""
    try:
        alive = bool(client.nthreads())
    except OSError:
        alive = False
    if not alive:
        raise _gone("none left") from error


def _result(future: Future) -> bytes:
    """Return what a task returned, or say in words why it did not."""
    from distributed import KilledWorker
    from distributed.client import FutureCancelledError

    try:
        return future.result()
    except KilledWorker as error:
        raise _gone("workers that died again and again on one chunk") from error
    except (FutureCancelledError, OSError) as error:
        raise _gone(f"a lost connection ({type(error).__name__})") from error


def _gone(found: str) -> Unreachable:
    remedy = "Look at the memory of the workers, then run the same command again: it goes on"
    return Unreachable([Problem("--cluster", "workers that answer", found, remedy)])
