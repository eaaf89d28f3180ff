"""``tumbuh optimise``: rupiah over levers and years under a ceiling; many plans, not one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...model.calendar import LAST_YEAR
from ...model.errors import InputError, Problem
from ..cli_common import Json, Lang, Quiet, console, exit_codes, print_json, progress_bar
from ..runs.options import world_names

if TYPE_CHECKING:
    from ..batch import Progress
    from ..runs.question import Question
    from .optimise import Optimised

FIRST = 2027
"""Year of the decision date."""

EXAMPLES = """**Examples**

`tumbuh optimise`

`tumbuh optimise --ceiling 5000 --within 0.05 --lang id`

`tumbuh optimise --until 2029 --horizon 2033 --rise 0.25 --out results/optimise`

`tumbuh compare --scenarios results/optimise/near_optimal_1.yaml`
"""


def optimise_command(
    ceiling: Annotated[float, typer.Option(help="Million rupiah a year.")] = 10_000.0,
    first: Annotated[int, typer.Option("--from", help="First year with money.")] = FIRST,
    until: Annotated[int, typer.Option(help="Last year with money.")] = 2031,
    horizon: Annotated[
        int | None, typer.Option(help="Year at whose end outcomes are read; --until by default.")
    ] = None,
    rise: Annotated[
        float,
        typer.Option(help="Largest rise of spending in a year, share of the ceiling (judged)."),
    ] = 0.5,
    within: Annotated[
        float, typer.Option(help="Share of the best that a near-optimal plan may fall short.")
    ] = 0.1,
    scenarios: Annotated[
        str, typer.Option(help="Strategies to compare with, scaled to the ceiling.")
    ] = "equal_hr,equal_facilities,equal_coordination,equal_food,equal_mix",
    worlds: Annotated[str, typer.Option(help="Structures, with commas, or all.")] = "all",
    district: Annotated[str, typer.Option(help="A district with a stored ensemble.")] = "paser",
    draws: Annotated[int, typer.Option(min=16, max=8192, help="Draws of the last run.")] = 512,
    search_draws: Annotated[
        int, typer.Option("--search-draws", min=8, max=2048, help="First draws: the search's.")
    ] = 64,
    generations: Annotated[int, typer.Option(min=1, max=1000, help="Of the search.")] = 60,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the whole run.")] = 20260101,
    output: Annotated[
        Path | None,
        typer.Option("--output", "--out", help="Write plans, tables and figures into this folder."),
    ] = None,
    lang: Lang = "en",
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Search what to fund when under a yearly ceiling, and show all plans that do about as well.

    Aims at child-years alive and not stunted, cost, families with all services, and no regret.
    Takes about a minute on two cores.
    """
    with exit_codes(lang), progress_bar(quiet) as progress:
        from ..runs.question import read_question

        check(ceiling, first, until, horizon, rise, within)
        if output is not None:
            from ..output import check_folder

            check_folder(output)
        names, year = scenarios.strip() or "no_extra_action", horizon or until
        question = read_question(district, names, world_names(worlds), year, draws, seed)
        spending = {"ceiling": ceiling, "first": first, "until": until, "rise": rise}
        how = {"within": within, "search_draws": search_draws, "generations": generations}
        found = _find(question, spending, how, progress)
        from .optimise_answer import optimise_answer

        answer = optimise_answer(found)
        if output is not None:
            _write(output, found, answer, {**question.about(), **spending, **how}, lang)
    if json:
        print_json(answer)
    else:
        from ..text import words
        from .optimise_view import show

        show(console(), answer, words(lang))


def check(
    ceiling: float, first: int, until: int, horizon: int | None, rise: float, within: float
) -> None:
    """Refuse sums, years and shares that cannot be meant, all at once.

    Raises
    ------
    InputError
        With every mistake.
    """
    end = until if horizon is None else horizon
    years = f"from {FIRST} to {LAST_YEAR}"
    checks = [
        ("--ceiling", 0.0 < ceiling < 1e9, "million rupiah above 0", ceiling, "Name a sum"),
        ("--from", FIRST <= first <= LAST_YEAR, f"a year {years}", first, f"Choose {FIRST}"),
        ("--until", first <= until <= LAST_YEAR, f"a year from --from to {LAST_YEAR}", until)
        + ("Choose a later year" if until < first else f"Choose at most {LAST_YEAR}",),
        ("--horizon", until <= end <= LAST_YEAR, f"a year from --until to {LAST_YEAR}", end)
        + ("Leave it out to read outcomes at the end of --until",),
        ("--rise", 0.0 < rise <= 1.0, "a share above 0, at most 1", rise, "Write 0.5, not 50"),
        ("--within", 0.0 < within < 1.0, "a share between 0 and 1", within, "Write 0.1, not 10"),
    ]
    problems = [
        Problem(where, expected, str(value), remedy)
        for where, holds, expected, value, remedy in checks
        if not holds
    ]
    if problems:
        raise InputError(problems)


def _find(question: Question, spending: dict, how: dict, progress: Progress) -> Optimised:
    from ...scenarios.costs import planning_inputs
    from .funding import Limits
    from .optimise import Settings, optimise

    years = tuple(range(spending["first"], spending["until"] + 1))
    limits = Limits(years, spending["ceiling"], spending["rise"], planning_inputs())
    return optimise(question, Settings(limits, **how), progress)


def _write(folder: Path, found: Optimised, answer: dict, settings: dict, lang: Lang) -> None:
    from ..drawing import render
    from ..runs.folder import Result, write_result
    from ..text import words
    from .optimise_answer import plan_files, plans_table
    from .optimise_figure import optimise_chart

    files: dict[str, bytes | str] = {"plans.csv": plans_table(found), **plan_files(found)}
    files["optimise.png"] = render(optimise_chart(answer, words(lang)), "png")
    write_result(folder, Result("optimise", answer, settings, files))
