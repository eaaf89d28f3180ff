"""A run as a command: where it computes, how far it is, and what it leaves."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...scenarios.text import Language
from ..text import Words, words
from ..written import adding
from .contract import Job
from .manifest import MANIFEST
from .read import stored_runs
from .runner import State, Watch, run
from .shard import Shard
from .store import missing

EVERY = 30.0
"""Seconds between two lines about progress where there is no terminal, as in a batch queue."""


def run_and_tell(
    job: Job,
    folder: Path,
    shard: Shard,
    workers: int,
    cluster: str | None,
    language: Language,
    quiet: bool,
) -> dict[str, Any]:
    """Run what is missing and return what there is now, as plain values.

    Parameters
    ----------
    job, folder, shard, workers
        As for `run`.
    cluster
        Address of a scheduler; this machine computes when absent.
    language
        Of the lines about progress.
    quiet
        Whether to print none.
    """
    compute = None
    if cluster is not None:
        from .cluster import on_cluster

        compute = on_cluster(cluster)
    adding(folder)
    start, states = time.monotonic(), []
    with watching(quiet, words(language)) as watch:

        def note(state: State) -> None:
            states[1:] = [state]
            watch(state)

        with _said_how_to_go_on(folder, words(language)):
            store = run(job, folder, shard, workers, note, compute)
    return {
        "folder": str(folder),
        "shard": f"{shard.number}/{shard.of}",
        "runs": job.runs,
        "stored": stored_runs(store),
        "computed": states[-1].done - states[0].done if states else 0,
        "seconds": round(time.monotonic() - start, 2),
        "missing_chunks": len(missing(store)),
    }


@contextmanager
def _said_how_to_go_on(folder: Path, said: Words) -> Iterator[None]:
    """Say how to go on with a store when Ctrl-C or a termination stops the work on it."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        if (folder / MANIFEST).exists():
            print(said.get("batch.resume", folder=folder), file=sys.stderr)
        raise


@contextmanager
def watching(quiet: bool, said: Words) -> Iterator[Watch]:
    """Yield what tells how far it is: a bar on a terminal, now and then a line elsewhere."""
    if quiet:
        yield lambda state: None
    elif sys.stderr.isatty():
        with _bar(said) as watch:
            yield watch
    else:
        yield _lines(said)


@contextmanager
def _bar(said: Words) -> Iterator[Watch]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    text = TextColumn("{task.description}")
    with Progress(BarColumn(), text, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def watch(state: State) -> None:
            told = line_of(state, said)
            bar.update(task, completed=state.done, total=state.runs, description=told)

        yield watch


def _lines(said: Words) -> Watch:
    last = time.monotonic()

    def watch(state: State) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY:
            last = time.monotonic()
            print(line_of(state, said), file=sys.stderr, flush=True)

    return watch


def line_of(state: State, said: Words) -> str:
    """Return runs done, rate and time left in words."""
    counts = {"done": said.number(state.done, 0), "runs": said.number(state.runs, 0)}
    if not state.rate:
        return said.get("batch.progress_first", **counts)
    left = said.number(state.left / 60.0, 1)
    return said.get("batch.progress", rate=said.number(state.rate, 0), left=left, **counts)
