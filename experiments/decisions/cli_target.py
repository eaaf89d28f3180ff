"""``tumbuh target``: what it would take to reach a prevalence by a month."""

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
    from .aim import Aim

EXAMPLES = """**Examples**

`tumbuh target`

`tumbuh target --prevalence 0.142 --by 2029-12 --worlds all --lang id`

`tumbuh target --prevalence 0.18 --by 2031-12 --scenarios food,all_three --out results/target`

`tumbuh target --draws 256 --json > target.json`
"""


def target_command(
    prevalence: Annotated[
        float | None,
        typer.Option(help="Surveyed prevalence aimed at, 0 to 1; the district's own by default."),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(help="Month at whose end it must hold, 2027-01 to 2035-12, as YYYY-MM."),
    ] = None,
    scenarios: Annotated[
        str | None, typer.Option(help="Library ids or YAML files, separated by commas.")
    ] = None,
    district: DistrictName = "paser",
    worlds: Worlds = "standard",
    draws: Draws = 1024,
    seed: Seed = 20260101,
    output: Annotated[
        Path | None,
        typer.Option("--output", "--out", help="Write answer and figures into a new folder."),
    ] = None,
    lang: Lang = "en",
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Say what it would take to reach a prevalence: a cut of new faltering, levers, effects."""
    with exit_codes(lang):
        from ..text import words as load_words
        from .target import answer
        from .target_view import show

        if output is not None:
            from ..output import check_folder

            check_folder(output)
        aim, question = _read(prevalence, by, scenarios, district, worlds, draws, seed)
        with progress_bar(quiet or json) as report:
            found = answer(question, aim, report)
        if json:
            print_json(found)
        else:
            show(console(), found, load_words(lang))
        if output is not None:
            _write(output, found, question, aim, lang)


def _read(
    prevalence: float | None,
    by: str | None,
    scenarios: str | None,
    district: str,
    worlds: str,
    draws: int,
    seed: int,
) -> tuple[Aim, Question]:
    """Read the target and the question; all mistakes are raised together."""
    from ...model.errors import InputError
    from ..inputs import read_district
    from ..runs.question import read_question
    from ..runs.worlds import worlds_of
    from .aim import read_aim

    place, names = read_district(district), world_names(worlds)
    problems = check_draws(draws, seed)
    problems += mistakes(lambda: read_aim(place, prevalence, by), lambda: worlds_of(names))
    if problems:
        raise InputError(problems)
    aim = read_aim(place, prevalence, by)
    return aim, read_question(district, scenarios, names, aim.year, draws, seed)


def _write(
    folder: Path, found: dict[str, Any], question: Question, aim: Aim, lang: Language
) -> None:
    from ..runs.folder import Result, write_result
    from ..text import words
    from .target_figures import files

    settings = dict(question.about()) | {"prevalence": aim.share, "by": aim.by}
    write_result(folder, Result("target", found, settings, files(found, words(lang))))
    typer.echo(f"-> {folder}", err=True)
