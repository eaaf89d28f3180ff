"""``tumbuh sequence``: what to begin with, and when a sign of the process should change the plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...model.calendar import LAST_YEAR
from ...model.errors import InputError, Problem
from ..cli_common import Json, Lang, Quiet, console, exit_codes, print_json, progress_bar
from ..runs.options import world_names
from .cli_optimise import FIRST

if TYPE_CHECKING:
    from .sequence import Sequenced

UNTIL = 2031
"""Last year in which a strategy may start."""

EXAMPLES = """**Examples**

`tumbuh sequence`

`tumbuh sequence --ceilings 4000,8000,12000,12000,12000 --lang id`

`tumbuh sequence --add --reviews 2028,2030 --share 0.75 --out results/sequence`

`tumbuh compare --scenarios results/sequence/schedule_best.yaml`
"""


def sequence_command(
    ceilings: Annotated[
        str, typer.Option(help="Million rupiah a year, 2027 to 2031, with commas; or one sum.")
    ] = "2500,5000,7500,10000,10000",
    horizon: Annotated[int, typer.Option(help="Year at whose end outcomes are read.")] = LAST_YEAR,
    reviews: Annotated[str, typer.Option(help="Years of reviews.")] = "2028,2029,2030",
    share: Annotated[
        float, typer.Option(help="Part of the expected rise below which a sign lags (judged).")
    ] = 0.5,
    add: Annotated[
        bool, typer.Option("--add", help="The first strategy goes on beside the second.")
    ] = False,
    worlds: Annotated[str, typer.Option(help="Structures, with commas, or all.")] = "all",
    district: Annotated[str, typer.Option(help="A district with a stored ensemble.")] = "paser",
    draws: Annotated[int, typer.Option(min=16, max=4096, help="Draws.")] = 256,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the whole run.")] = 20260101,
    output: Annotated[
        Path | None,
        typer.Option("--output", "--out", help="Write plans, tables and figures into this folder."),
    ] = None,
    lang: Lang = "en",
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Try every order of four strategies under yearly sums, and every trigger between two of them.

    HR, facilities, coordination and food get the same sum each. Takes about a minute and a half on
    two cores.
    """
    with exit_codes(lang), progress_bar(quiet) as progress:
        from ..runs.question import read_question
        from .pathways import Pathways
        from .pathways_answer import pathways_answer
        from .sequence import Money, sequence, shares
        from .sequence_answer import sequence_answer
        from .signs import survey_children

        sums, years = check(ceilings, horizon, reviews, share)
        if output is not None:
            from ..output import check_folder

            check_folder(output)
        from ...scenarios.costs import planning_inputs

        ids = world_names(worlds)
        question = read_question(district, "no_extra_action", ids, horizon, draws, seed)
        money = Money(tuple(range(FIRST, UNTIL + 1)), sums, horizon, planning_inputs())
        found = sequence(question, money, progress)
        children = survey_children(question.district.surveys.area)
        paths = Pathways(shares(money), years, share, add, children)
        answer = sequence_answer(found, pathways_answer(found.ahead, found.first, paths, seed))
        if output is not None:
            settings = {"ceilings": list(sums), "reviews": list(years), "share": share, "add": add}
            _write(output, found, answer, {**question.about(), **settings}, lang)
    if json:
        print_json(answer)
    else:
        from ..text import words
        from .sequence_view import show

        show(console(), answer, words(lang))


def check(
    ceilings: str, horizon: int, reviews: str, share: float
) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Return yearly sums and reviews, or refuse what cannot be meant, all at once.

    Raises
    ------
    InputError
        With every mistake.
    """
    problems: list[Problem] = []
    count = UNTIL - FIRST + 1
    sums = _numbers(ceilings)
    sums = sums * count if len(sums) == 1 else sums
    if len(sums) != count or not all(0.0 < value < 1e9 for value in sums):
        expected = f"one sum above 0, or {count} with commas"
        problems.append(Problem("--ceilings", expected, repr(ceilings), "Write 2500,5000,..."))
    if not UNTIL <= horizon <= LAST_YEAR:
        expected = f"a year from {UNTIL} to {LAST_YEAR}"
        problems.append(Problem("--horizon", expected, str(horizon), f"Write {LAST_YEAR}"))
    asked = sorted(set(_numbers(reviews)))
    if not asked or not all(FIRST <= y < horizon and y == int(y) for y in asked):
        expected = f"years from {FIRST} to the year before --horizon"
        problems.append(Problem("--reviews", expected, repr(reviews), "Write 2028,2029"))
    if not 0.0 <= share <= 1.0:
        found = str(share)
        problems.append(Problem("--share", "a share from 0 to 1", found, "Write 0.5, not 50"))
    if problems:
        raise InputError(problems)
    return tuple(sums), tuple(int(year) for year in asked)


def _numbers(text: str) -> list[float]:
    """Return the numbers of a list with commas; nothing at all if one of them is none."""
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        return []


def _write(folder: Path, found: Sequenced, answer: dict, settings: dict, lang: Lang) -> None:
    from ..drawing import render
    from ..runs.folder import Result, write_result
    from ..text import words
    from .pathways_figure import pathways_chart
    from .sequence_answer import rules_table, schedule_files, schedules_table

    files: dict[str, bytes | str] = {**schedule_files(found)}
    files |= {"schedules.csv": schedules_table(found), "rules.csv": rules_table(answer)}
    files["pathways.png"] = render(pathways_chart(answer, words(lang)), "png")
    write_result(folder, Result("sequence", answer, settings, files))
