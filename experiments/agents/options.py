"""Options that the agents' commands share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from ...model.calendar import HORIZON_MONTH, month_of
from ...model.errors import InputError, Problem

MOST_WORKERS, MOST_REPLICATES = 64, 2000

District = Annotated[str, typer.Option(help="Id of a district, or the path of a district file.")]
Workers = Annotated[int | None, typer.Option(help="Processes; one for each processor when absent.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of all that is drawn.")]
Out = Annotated[
    Path | None,
    typer.Option("--output", "--out", help="Write answer, tables and figures into this folder."),
]


def check_size(option: str, number: int, workers: int | None) -> list[Problem]:
    """Return what is wrong with a number of runs or of processes.

    Parameters
    ----------
    option, number
        Name of the option, and how many replicates.
    workers
        As asked for.
    """
    problems = []
    if not 1 <= number <= MOST_REPLICATES:
        expected = f"1 to {MOST_REPLICATES}"
        problems.append(Problem(option, expected, str(number), "Choose another number"))
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        expected = f"1 to {MOST_WORKERS}"
        problems.append(Problem("--workers", expected, str(workers), "Choose another number"))
    return problems


def workers_of(asked: int | None) -> int:
    """Return how many processes to use."""
    return asked or min(MOST_WORKERS, os.cpu_count() or 1)


def end_of(date: str, problems: list[Problem]) -> float:
    """Return the moment at which a calendar month ends, months since January 2018.

    Parameters
    ----------
    date
        Year and month, such as 2031-12.
    problems
        Gets what is wrong with it.
    """
    try:
        month = month_of(date, "--until")
    except InputError as error:
        problems += error.problems
        return HORIZON_MONTH
    return month + 1.0
