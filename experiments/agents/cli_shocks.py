"""``tumbuh agents shocks``: what a shock takes away, and how it comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...model.errors import InputError, Problem
from ..cli_common import Json, Lang, Quiet, console, exit_codes, print_json, progress_bar
from .options import District, Out, Seed, Workers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from .ground import Case, Cube, Ground

EXAMPLES = """**Examples**

`tumbuh agents shocks`

`tumbuh agents shocks all_three --at 2030-01 --draws 16 --out results/shocks --lang id`
"""


def shocks_command(
    scenario: Annotated[str, typer.Argument(help="Library id or YAML file.")] = "coordination",
    at: Annotated[str, typer.Option("--at", help="Month of the shock.")] = "2029-01",
    until: Annotated[str, typer.Option(help="Last month, such as 2031-12.")] = "2031-12",
    draws: Annotated[
        int, typer.Option(help="Replicates; each has its own draw of all parameters.")
    ] = 32,
    district: District = "paser",
    workers: Workers = None,
    seed: Seed = 20260101,
    output: Out = None,
    lang: Lang = "en",
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Let all officials rotate, the forum lose its lists, or every posyandu lose a cadre.

    Each is run apart, and held against the same families and the same luck without it.
    """
    with exit_codes(lang):
        from ..inputs import read_plans
        from ..output import check_folder
        from .ground import read_ground, run_cases
        from .options import workers_of
        from .shocks_answer import months_around, shock_cases, shocks_answer

        month, last = _check(at, until, draws, workers)
        if output is not None:
            check_folder(output)
        ground = read_ground(district, "posterior", draws, seed)
        (plan,) = read_plans([scenario])
        cases = shock_cases(plan, month)
        months = months_around(month, last)
        with progress_bar(quiet or json) as progress:
            cube = run_cases(ground, cases, months, workers_of(workers), progress)
        answer = shocks_answer(ground, plan, cube, month)
        if output is not None:
            _write(output, answer, ground, cases, cube, lang)
    if json:
        print_json(answer)
    else:
        from ..text import words
        from .shocks_view import show

        show(console(), answer, words(lang))


def _check(at: str, until: str, draws: int, workers: int | None) -> tuple[float, float]:
    from ...model.calendar import date_of, month_of
    from .options import check_size, end_of

    problems = check_size("--draws", draws, workers)
    last = end_of(until, problems)
    month = 0.0
    try:
        month = month_of(at, "--at")
    except InputError as error:
        problems += error.problems
    if month >= last:
        expected = f"a month before {date_of(last)}"
        problems.append(Problem("--at", expected, at, "Choose an earlier month, or --until"))
    if problems:
        raise InputError(problems)
    return month, last


def _write(
    output: Path,
    answer: Mapping[str, Any],
    ground: Ground,
    cases: Sequence[Case],
    cube: Cube,
    lang: Lang,
) -> None:
    from ..drawing import render
    from ..runs.folder import Result, write_result
    from ..text import words
    from .ground import settings_of
    from .shocks_figure import shocks_chart
    from .tidy import observations_csv

    files: dict[str, bytes | str] = {"observations.csv": observations_csv(ground, cases, cube)}
    drawn = shocks_chart(answer, words(lang))
    files |= {f"shocks.{form}": render(drawn, form) for form in ("png", "svg")}
    write_result(output, Result("agents-shocks", answer, settings_of(ground, cases), files))
