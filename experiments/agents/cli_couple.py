"""``tumbuh agents couple``: how far services meet in one family, for the stock-and-flow model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...model.errors import InputError, Problem
from ..cli_common import Json, Lang, Quiet, console, exit_codes, print_json, progress_bar

if TYPE_CHECKING:
    from .couple import Coupling

EXAMPLES = """**Examples**

`tumbuh agents couple`

`tumbuh agents couple --draws 20 --families 2000 --lang id`

`tumbuh agents couple --out results/coupling`
"""
MOST_DRAWS, FEWEST_FAMILIES = 2000, 200


def couple_command(
    draws: Annotated[int, typer.Option(help="Draws of the agents' parameters.")] = 120,
    families: Annotated[int, typer.Option(help="Families simulated for each draw.")] = 6000,
    district: Annotated[str, typer.Option(help="Id of a district, or a district file.")] = "paser",
    workers: Annotated[int | None, typer.Option(help="Processes; all when absent.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of all that is drawn.")] = 20261129,
    output: Annotated[
        Path | None,
        typer.Option("--output", "--out", help="Write answer and tables into this folder."),
    ] = None,
    lang: Lang = "en",
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Estimate the overlap of services at each level of coordination, with its uncertainty.

    The defaults make the draws behind the prior that the stock-and-flow model uses; they take some
    minutes.
    """
    with exit_codes(lang):
        from ..output import check_folder
        from .couple import couple
        from .options import workers_of

        _check(draws, families)
        if output is not None:
            check_folder(output)
        with progress_bar(quiet or json) as progress:
            found = couple(district, draws, families, seed, workers_of(workers), progress)
        answer = _answer(found, district, draws, families, seed)
        if output is not None:
            _write(output, answer, found)
    if json:
        print_json(answer)
    elif not quiet:
        from ..text import words
        from .couple_view import show

        show(console(), answer, words(lang))


def _check(draws: int, families: int) -> None:
    problems = []
    if not 1 <= draws <= MOST_DRAWS:
        expected = f"1 to {MOST_DRAWS}"
        problems.append(Problem("--draws", expected, str(draws), "Choose another number"))
    if families < FEWEST_FAMILIES:
        expected = f"at least {FEWEST_FAMILIES}"
        problems.append(Problem("--families", expected, str(families), "Ask for more families"))
    if problems:
        raise InputError(problems)


def _answer(found: Coupling, district: str, draws: int, families: int, seed: int) -> dict[str, Any]:
    from .couple_view import summary

    asked = {"district": district, "draws": draws, "families": families, "seed": seed}
    return asked | summary(found)


def _write(output: Path, answer: dict[str, Any], found: Coupling) -> None:
    from ..rows import to_csv
    from ..runs.folder import Result, write_result
    from .couple import grid_rows, line_rows

    files: dict[str, bytes | str] = {
        "grid.csv": to_csv(grid_rows(found)),
        "lines.csv": to_csv(line_rows(found.lines)),
    }
    asked = {name: answer[name] for name in ("district", "draws", "families", "seed")}
    write_result(output, Result("agents-couple", answer, asked, files))
