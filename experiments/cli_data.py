"""``tumbuh data``: the surveys behind the model, and what is known of each of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..model.errors import InputError, Problem
from .cli_common import Json, Lang, exit_codes, print_json

if TYPE_CHECKING:
    from ..calibration.areas import Area
    from ..scenarios.text import Language
    from .data_points import Data

EXAMPLES = """**Examples**

`tumbuh data --area Samarinda --holdout`

`tumbuh data --all --lang id --plot surveys.png`

`tumbuh data --routine --age`

`tumbuh data --all --holdout --routine --age --csv data.csv`
"""
FORMS = (".png", ".svg")


def data_command(
    area: Annotated[
        str | None, typer.Option(help="Code or name of an area; Paser when absent.")
    ] = None,
    all: Annotated[bool, typer.Option("--all", help="Ten districts, province and nation.")] = False,
    routine: Annotated[
        bool, typer.Option("--routine", help="Also routine figures (e-PPGBM), which are no survey.")
    ] = False,
    age: Annotated[
        bool, typer.Option("--age", help="Also stunting by age, of the nation.")
    ] = False,
    holdout: Annotated[
        bool, typer.Option("--holdout", help="Also surveys after 2022, kept from the scored fit.")
    ] = False,
    plot: Annotated[
        Path | None, typer.Option(help="Draw everything that is shown here, .png or .svg.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option(help="Write everything that is shown here, decimal points.")
    ] = None,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Show the surveys of an area with interval, sample, field work and source."""
    with exit_codes(lang):
        from .data_points import as_data, collect

        _check(area, all, plot, csv)
        data = collect(_areas(area, all), holdout, routine, age)
        _write(data, plot, csv, lang)
    if json:
        print_json(as_data(data))
        return
    from .data_tables import show
    from .text import words

    show(data, words(lang))


def _areas(name: str | None, everything: bool) -> tuple[Area, ...]:
    from ..calibration.areas import find_area
    from .data_points import every_area

    return every_area() if everything else (find_area(name or "paser"),)


def _check(area: str | None, everything: bool, plot: Path | None, csv: Path | None) -> None:
    """Refuse options that cannot work, before anything is read."""
    problems = []
    if area is not None and everything:
        problems.append(Problem("--area", "one of --area and --all", "both", "Keep one of the two"))
    if plot is not None and plot.suffix.lower() not in FORMS:
        found = plot.suffix or "no ending"
        problems.append(Problem("--plot", f"one of {', '.join(FORMS)}", found, "Rename the file"))
    if problems:
        raise InputError(problems)
    for path in (plot, csv):
        if path is not None:
            from .output import check_file

            check_file(path)


def _write(data: Data, plot: Path | None, csv: Path | None, language: Language) -> None:
    from ..model.files import write_together
    from .data_points import as_csv
    from .text import words
    from .written import intend

    files: dict[Path, bytes | str] = {}
    if csv is not None:
        files[intend(csv)] = as_csv(data)
    if plot is not None:
        from .data_figure import data_chart
        from .drawing import render

        drawn = data_chart(data, words(language))
        files[intend(plot)] = render(drawn, plot.suffix[1:].lower())
    write_together(files)
