"""Options that ``tumbuh value`` and ``tumbuh robust`` share, and the folder that both write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...model.errors import InputError, Problem
from ..runs.options import world_names
from .benefit import Among, By, check_options, strategies_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..runs.question import Question

AMONG = "Choose among `equal` (the same budget for each; the default) or `three` (the library's)."
AmongOption = Annotated[Among | None, typer.Option("--among", help=AMONG)]
Scenarios = Annotated[
    str | None, typer.Option(help="Or among these: ids and files with commas between.")
]
ByOption = Annotated[
    By,
    typer.Option(
        "--by",
        help="net (child-years less spending over price), child_years, or gain (points).",
    ),
]
Price = Annotated[
    float, typer.Option(help="Million rupiah for a child-year without stunting (judged).")
]
Until = Annotated[int, typer.Option(help="Year at whose end it is judged, 2027 to 2035.")]
Out = Annotated[
    Path | None,
    typer.Option("--output", "--out", help="Write answer, tables and figures into this folder."),
]


def read(
    district: str,
    among: Among | None,
    scenarios: str | None,
    worlds: str,
    until: int,
    draws: int,
    seed: int,
    price: float,
) -> Question:
    """Return the question that the options ask.

    Raises
    ------
    InputError
        With the mistakes of numbers first, then of names.
    """
    from ..runs.question import read_question

    problems = check_options(draws, until, price)
    if problems:
        raise InputError(problems)
    chosen = world_names(worlds)
    names = strategies_of(among, scenarios)
    # Independent draws: standard errors and held-out draws rest on it. The points of a Sobol
    # sequence in a hundred coordinates are tied in pairs, which a regression would find.
    question = read_question(district, names, chosen, until, draws, seed, "random")
    if len(question.plans) < 2:
        found, remedy = "no extra action alone", "Name one more strategy"
        raise InputError([Problem("--scenarios", "something to choose", found, remedy)])
    return question


def write(
    folder: Path,
    kind: str,
    answer: Mapping[str, Any],
    question: Question,
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    figures: Mapping[str, Figure],
) -> None:
    """Write answer, tables as CSV and figures as PNG and SVG into a new folder.

    Parameters
    ----------
    folder
        New or empty.
    kind
        Name of the command.
    answer
        What it prints.
    question
        What was asked.
    tables, figures
        By name; a table has the same columns in every row.
    """
    from ..drawing import render
    from ..rows import to_csv
    from ..runs.folder import Result, write_result

    files: dict[str, bytes | str] = {f"{name}.csv": to_csv(rows) for name, rows in tables.items()}
    for name, drawn in figures.items():
        files |= {f"{name}.{form}": render(drawn, form) for form in ("png", "svg")}
    settings = dict(question.about()) | {"by": answer["by"], "price": answer["price"]}
    write_result(folder, Result(kind, answer, settings, files))
