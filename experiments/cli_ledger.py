"""``tumbuh ledger``: dated forecasts of the surveys to come, never changed, scored when one comes."""

from __future__ import annotations

from datetime import date as calendar
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..model.errors import DataError, InputError, Problem
from .cli_common import Json, Lang, Quiet, console, exit_codes, print_json, progress_bar

if TYPE_CHECKING:
    from ..calibration.areas import Area
    from ..calibration.ledger_chain import Line
    from ..calibration.ledger_entry import Forecast
    from ..scenarios.text import Language

app = typer.Typer(
    help="Forecasts of the surveys of 2025 to 2030, frozen with their day and checked by hash; "
    "`score` tells how good they were once a survey is published.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    epilog="""**Examples**

- `tumbuh ledger show --area paser --plot fan.png --lang id`
- `tumbuh ledger verify`
- `tumbuh ledger score surveys.csv --published 2027-03-01`
- `tumbuh ledger add --ledger my_ledger --note "after the fit of March"`
""",
)
FORMS = (".png", ".svg")

SHOW_EXAMPLES = """**Examples**

- `tumbuh ledger show`
- `tumbuh ledger show --area paser --plot fan.png --lang id`
- `tumbuh ledger show --entry 1 --json`
"""
ADD_EXAMPLES = """**Examples**

- `tumbuh ledger add --ledger my_ledger`
- `tumbuh ledger add --ledger my_ledger --note "after the fit of March"`
"""
VERIFY_EXAMPLES = """**Examples**

- `tumbuh ledger verify`
- `tumbuh ledger verify --ledger my_ledger --json`
"""
SCORE_EXAMPLES = """**Examples**

- `tumbuh ledger score surveys.csv --published 2027-03-01`
- `tumbuh ledger score surveys.csv --lang id`
"""
Ledger = Annotated[
    Path | None, typer.Option("--ledger", help="Folder of a ledger; the packaged one when absent.")
]
Entry = Annotated[int | None, typer.Option("--entry", min=1, help="Number of an entry.")]


@app.command("show", epilog=SHOW_EXAMPLES)
def show_command(
    area: Annotated[str, typer.Option(help="Code or name of a district.")] = "paser",
    entry: Entry = None,
    ledger: Ledger = None,
    plot: Annotated[Path | None, typer.Option(help="Draw the fan, .png or .svg.")] = None,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Show what the surveys to come are expected to find in a district; the last entry by default."""
    with exit_codes(lang):
        from ..calibration.areas import find_area
        from ..calibration.ledger import read_entry

        _check_plot(plot)
        place = find_area(area)
        line, forecasts = read_entry(entry, ledger)
        own = [item for item in forecasts if item.area == place.code]
        if not own:
            expected = f"one of {', '.join(dict.fromkeys(item.area for item in forecasts))}"
            problem = Problem("--area", expected, repr(place.code), "Choose a district")
            raise DataError([problem])
        if plot is not None:
            _draw(plot, line, own, place, lang)
    if json:
        from .ledger_view import as_data

        print_json(as_data(line, own))
        return
    from .ledger_view import show
    from .text import words

    show(console(), line, own, place, words(lang))


def _check_plot(plot: Path | None) -> None:
    from .output import check_file

    if plot is None:
        return
    if plot.suffix.lower() not in FORMS:
        found = plot.suffix or "no ending"
        problem = Problem("--plot", f"one of {', '.join(FORMS)}", found, "Rename the file")
        raise InputError([problem])
    check_file(plot)


def _draw(plot: Path, line: Line, own: list[Forecast], place: Area, language: Language) -> None:
    from ..calibration.shipped import shipped_surveys
    from ..model.files import write_atomic
    from .drawing import render
    from .ledger_figure import ledger_chart
    from .text import words
    from .written import intend

    surveys = [row for row in shipped_surveys() if row.area == place.code]
    drawn = ledger_chart(line, own, surveys, place, words(language))
    write_atomic(intend(plot), render(drawn, plot.suffix[1:].lower()))


@app.command("add", epilog=ADD_EXAMPLES)
def add_command(
    ledger: Annotated[Path, typer.Option("--ledger", help="Folder; made when it is not there.")],
    date: Annotated[
        str | None, typer.Option("--date", help="Day of the entry, 2026-11-25; today when absent.")
    ] = None,
    note: Annotated[str, typer.Option("--note", help="One line for the reader.")] = "",
    quiet: Quiet = False,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Freeze what the stored posterior expects, as one more entry of a ledger of yours.

    Earlier entries are never touched. Takes about ten seconds.
    """
    with exit_codes(lang), progress_bar(quiet) as progress:
        from dataclasses import asdict, replace

        from ..calibration.ledger import append, check_day, load_ledger
        from ..calibration.ledger_forecast import forecast
        from ..calibration.shipped import shipped_surveys
        from .stack import cores
        from .written import intend

        day = date or calendar.today().isoformat()
        problems = check_day(day, load_ledger(ledger))
        if problems:  # before anything is computed
            raise DataError(problems)
        found, origin = forecast(shipped_surveys(), threads=cores(), progress=progress)
        line = append(intend(ledger), day, found, replace(origin, note=note))
    if json:
        print_json(asdict(line))
        return
    from .text import words

    about = {"number": line.number, "file": str(ledger / line.file), "digest": line.digest}
    console().print(words(lang).get("ledger.added", **about), soft_wrap=True)


@app.command("verify", epilog=VERIFY_EXAMPLES)
def verify_command(
    ledger: Ledger = None,
    head: Annotated[
        str | None, typer.Option("--head", help="Digest that a line must have, as published.")
    ] = None,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Check every entry against its hash and every line against the one before.

    **Exit code** 1, with the place, if anything was changed, removed or reordered. Entries cut off
    at the end show only against a digest that was published: give it with `--head`.
    """
    with exit_codes(lang):
        from ..calibration.ledger import LEDGER_FOLDER
        from ..calibration.ledger_chain import check_ledger, without_line

        folder = ledger or LEDGER_FOLDER
        if not folder.is_dir():
            found = "no such file or directory"
            raise DataError(
                [Problem(str(folder), "the folder of a ledger", found, "Check the path")]
            )
        lines, problems = check_ledger(folder)
        if head is not None and head not in {line.digest for line in lines}:
            remedy = "Restore the file from where the ledger was published"
            problems = (*problems, Problem("--head", f"a line with digest {head}", "none", remedy))
        left = without_line(folder, lines)
    if json:
        faults = [vars(problem) for problem in problems]
        digest = lines[-1].digest if lines else None
        print_json(
            {"entries": len(lines), "head": digest, "problems": faults, "without_line": list(left)}
        )
    else:
        from .ledger_view import show_check
        from .text import words

        show_check(lines, problems, left, words(lang))
    if problems:
        raise typer.Exit(1)


@app.command("score", epilog=SCORE_EXAMPLES)
def score_command(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV of surveys: area,survey,year,value,children, or the columns of "
            "calibration/data/observations.csv; value is a share, 0.224 for 22.4 percent; a column "
            "`published` may hold the day of publication."
        ),
    ],
    published: Annotated[
        str | None, typer.Option("--published", help="Day of publication of all rows, 2027-03-01.")
    ] = None,
    entry: Entry = None,
    ledger: Ledger = None,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Score the forecasts of surveys that have been published since, beside the last survey again.

    Without `--entry` the last entry before the first publication in the file is scored.
    """
    with exit_codes(lang):
        from ..calibration.ledger_scores import score_surveys
        from ..calibration.ledger_surveys import read_round

        found = read_round(file, ledger, entry, published)
        scored = score_surveys(found.surveys, found.forecasts)
    if json:
        from .ledger_view import as_rows

        print_json({"entry": found.line.number, "date": found.line.date, "rows": as_rows(scored)})
        return
    from .ledger_view import show_scores
    from .text import words

    show_scores(console(), found.line, scored, words(lang))
