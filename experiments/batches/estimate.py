"""How long a batch takes and how much it leaves, told before it runs."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

from ...model.errors import InputError, Problem
from .job import Job
from .rows import rows

STORED_RATE = 14_000.0
"""Runs a second on two processors, November 2026: ``tumbuh experiment check DESIGN --trial`` gave
12,700 (few scenarios) to 25,700 (the library) for the packaged designs. Another machine is another
rate: a trial measures it."""

OUTCOME_BYTES, INDEX_BYTES, INPUT_BYTES = 8.0, 4.0, 10.0
"""Judged upper figures: an outcome of a run, what says which run it is, and an input of a draw,
which repeats over scenarios and worlds and is stored about once."""

MOST_RUNS, MOST_BYTES = 50_000_000, 20e9
"""Judged limits beyond which a batch starts only when it is confirmed: about an hour, and a part
of a laptop's disk."""

TRIAL_RUNS = 16_384
"""Runs of a trial, about a second."""


@dataclass(frozen=True)
class Estimate:
    """Size of a batch.

    Attributes
    ----------
    runs, chunks
        To be computed.
    size
        Bytes on disk, an upper figure.
    seconds
        Of computing, on this machine alone.
    rate
        Runs a second.
    source
        ``stored``: a rate of another day and machine; ``trial``: measured now.
    """

    runs: int
    chunks: int
    size: float
    seconds: float
    rate: float
    source: Literal["stored", "trial"]

    @property
    def large(self) -> bool:
        """Whether it starts only when it is confirmed."""
        return self.runs > MOST_RUNS or self.size > MOST_BYTES


def estimate(job: Job, trial: bool = False, threads: int = 0) -> Estimate:
    """Return what a batch takes and leaves.

    Parameters
    ----------
    job
        What would be run.
    trial
        Whether to run and time a small part; else a stored rate is used, at once.
    threads
        As for `Job.compute`.
    """
    rate = measure(job, threads) if trial else STORED_RATE
    seconds = job.runs / rate
    return Estimate(
        job.runs, job.chunks, size_of(job), seconds, rate, "trial" if trial else "stored"
    )


def size_of(job: Job) -> float:
    """Return bytes on disk, an upper figure."""
    roles = [column.role for column in job.columns]
    of_run = OUTCOME_BYTES * roles.count("outcome") + INDEX_BYTES
    of_draw = INPUT_BYTES * roles.count("input") * len(job.design.worlds)
    return job.runs * of_run + job.design.all_draws * of_draw


def measure(job: Job, threads: int = 0) -> float:
    """Return runs a second of a small part of a job, after a first run that compiles."""
    design = job.design
    draws = min(design.all_draws, max(1, TRIAL_RUNS // design.runs_of_draw))
    rows(design, 0, min(draws, 2), threads)
    start = time.perf_counter()
    rows(design, 0, draws, threads)
    return draws * design.runs_of_draw / max(time.perf_counter() - start, 1e-9)


def confirm(found: Estimate, yes: bool) -> None:
    """Refuse a batch that is large unless it is confirmed.

    Raises
    ------
    InputError
        With the size, the limits, and what to do.
    """
    if yes or not found.large:
        return
    expected = (
        f"at most {MOST_RUNS:,} runs and {MOST_BYTES / 1e9:g} GB (judged limits) without --yes"
    )
    told = f"{found.runs:,} runs, {found.size / 1e9:,.1f} GB, {found.seconds / 3600.0:,.1f} hours"
    remedy = "Ask for fewer draws, or add --yes"
    raise InputError([Problem("experiment", expected, told, remedy)])
