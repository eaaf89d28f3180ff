"""``tumbuh discover``: the assumptions under which something is true of a strategy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..cli_common import Json, Lang, Quiet, console, exit_codes, print_json, progress_bar
from ..inputs import DistrictName
from ..runs.options import Draws, Seed, Worlds, check_draws, mistakes, world_names

if TYPE_CHECKING:
    from ...scenarios.text import Language
    from ..runs.question import Question
    from .event import Event

EXAMPLES = """**Examples**

`tumbuh discover --outcome best:equal_food`

`tumbuh discover --outcome target:all_three_food --prevalence 0.18 --until 2031 --worlds all`

`tumbuh discover --outcome "gain:food>=0.5" --draws 16384 --lang id --out results/discover`

`tumbuh discover --outcome worse:coordination --box 12 --json`
"""
FIRST_YEAR, LAST_YEAR = 2027, 2035


def discover_command(
    outcome: Annotated[
        str,
        typer.Option(
            help="What may be true: best:STRATEGY (equal-budget set), target, target:STRATEGY, "
            "worse:STRATEGY (than no extra action) or gain:STRATEGY>=POINTS."
        ),
    ],
    prevalence: Annotated[
        float | None,
        typer.Option(help="Prevalence of the target, 0 to 1; the district's own by default."),
    ] = None,
    district: DistrictName = "paser",
    worlds: Worlds = "standard",
    until: Annotated[
        int | None,
        typer.Option(
            help="Year at whose end it is read, 2027 to 2035; by default 2031, for a target the "
            "district's own year."
        ),
    ] = None,
    draws: Draws = 4096,
    seed: Seed = 20260101,
    most: Annotated[int, typer.Option("--most", help="Inputs a box may restrict, 1 to 8.")] = 4,
    box: Annotated[
        int | None, typer.Option(help="Tell this box of the trajectory, not that of the rule.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "--out", help="Write answer and figures into a new folder."),
    ] = None,
    lang: Lang = "en",
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Find the assumptions under which something is true: boxes by PRIM, and a tree."""
    with exit_codes(lang):
        from ..text import words as load_words
        from .discover import discover
        from .discover_view import show

        if output is not None:
            from ..output import check_folder

            check_folder(output)
        event, question = _read(outcome, prevalence, district, worlds, until, draws, seed, most)
        with progress_bar(quiet or json) as report:
            found = discover(question, event, prevalence, most, box, report)
        if json:
            print_json(found)
        else:
            show(console(), found, load_words(lang))
        if output is not None:
            _write(output, found, question, outcome, lang)


def _read(
    outcome: str,
    prevalence: float | None,
    district: str,
    worlds: str,
    until: int | None,
    draws: int,
    seed: int,
    most: int,
) -> tuple[Event, Question]:
    """Read event and question; all mistakes are raised together."""
    from ...model.district_facts import target_of
    from ...model.errors import InputError, Problem
    from ..inputs import read_district
    from ..runs.question import read_question
    from ..runs.worlds import worlds_of
    from .aim import read_aim
    from .event import read_event, unknown

    place, names = read_district(district), world_names(worlds)
    problems = check_draws(draws, seed)
    problems += mistakes(
        lambda: read_event(outcome),
        lambda: worlds_of(names),
        lambda: read_aim(place, prevalence, None),
    )
    if until is not None and not FIRST_YEAR <= until <= LAST_YEAR:
        expected = f"a year from {FIRST_YEAR} to {LAST_YEAR}"
        problems.append(Problem("--until", expected, str(until), "Choose another year"))
    if not 1 <= most <= 8:
        problems.append(Problem("--most", "1 to 8", str(most), "Choose another number"))
    if problems:
        raise InputError(problems)
    event = read_event(outcome)
    if found := unknown(event):
        raise InputError(found)
    year = until or (target_of(place).year if event.kind == "target" else 2031)
    return event, read_question(district, event.scenarios, names, year, draws, seed)


def _write(
    folder: Path, found: dict[str, Any], question: Question, outcome: str, lang: Language
) -> None:
    from ..runs.folder import Result, write_result
    from ..text import words
    from .discover_figures import files

    settings = dict(question.about()) | {"outcome": outcome}
    write_result(folder, Result("discover", found, settings, files(found, words(lang))))
    typer.echo(f"-> {folder}", err=True)
