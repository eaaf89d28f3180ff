"""``tumbuh identify``: what the surveys tell, what they leave open, what to measure next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ..model.errors import InputError, Problem
from .cli_common import Json, Lang, Quiet, console, exit_codes, print_json, progress_bar

if TYPE_CHECKING:
    from .identify import Identified
    from .text import Words

FORMS = (".png", ".svg")
EXAMPLES = """**Examples**

`tumbuh identify`

`tumbuh identify --area berau --draws 1000 --lang id --plot identify.png`

`tumbuh identify --json > identify.json`
"""


def identify_command(
    area: Annotated[str, typer.Option(help="Code of the district.")] = "paser",
    draws: Annotated[int, typer.Option(min=40, max=2000, help="Draws to run.")] = 500,
    observation: Annotated[
        Literal["district", "official"], typer.Option(help="Figure of Paser for 2021.")
    ] = "district",
    plot: Annotated[Path | None, typer.Option(help="Figure, .png or .svg.")] = None,
    lang: Lang = "en",
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Show what the surveys tell, what they leave open, and what to measure next.

    Contraction is one minus the variance after the surveys over that before: 0 means nothing
    learnt, 1 everything. The same draws of the levers run before and after.
    """
    with exit_codes(lang):
        from .survey_file import area_of

        _check(plot)
        code = area_of(area)
        with progress_bar(quiet) as progress:
            from .identify import identify

            found = identify(code, draws, observation=observation, progress=progress)
        if plot is not None:
            _plot(found, plot, lang)
    if json:
        from .identify_view import as_data

        print_json(as_data(found))
    else:
        from .text import words

        _show(found, words(lang))


def _check(plot: Path | None) -> None:
    """Refuse a figure that cannot be written, before anything runs."""
    if plot is None:
        return
    if plot.suffix.lower() not in FORMS:
        found = plot.suffix or "no ending"
        expected = f"one of {', '.join(FORMS)}"
        raise InputError([Problem("--plot", expected, found, "Rename the file")])
    from .output import check_file

    check_file(plot)


def _plot(found: Identified, plot: Path, lang: Lang) -> None:
    from ..model.files import write_atomic
    from .drawing import render
    from .identify_figure import identify_chart
    from .text import words
    from .written import intend

    drawn = identify_chart(found, words(lang))
    write_atomic(intend(plot), render(drawn, plot.suffix[1:].lower()))


def _show(found: Identified, words: Words) -> None:
    from . import identify_view as view
    from .cli_tables import items, section
    from .grid import grid

    out = console()
    narrowed = [words.get(f"identify.column_{name}") for name in ("before", "after", "contraction")]
    for part, rows in (
        ("parameters", view.parameter_rows(found, words)),
        ("questions", view.question_rows(found, words)),
    ):
        section(out, words.get(f"identify.heading_{part}"))
        out.print(grid([words.get(f"identify.column_{part}"), *narrowed], rows))
        out.print(view.reading(part, found, words), style="dim")
    section(out, words.get("identify.heading_measurements"))
    headings = ["measurements", "noise", "choice", *view.COLUMNS]
    heads = [view.heading(name, words) for name in headings]
    out.print(grid(heads, view.measurement_rows(found, words)))
    out.print(words.get("identify.reading_measurements"), style="dim")
    section(out, words.get("identify.heading_meaning"))
    items(out, [*view.sentences(found, words), words.get("information.see_value")])
