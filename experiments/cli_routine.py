"""``tumbuh routine``: why routine figures lie below surveys, and what they add."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..model.errors import InputError, Problem
from .cli_common import Json, Lang, Quiet, exit_codes, print_json, progress_bar

if TYPE_CHECKING:
    from ..scenarios.text import Language
    from .routine_view import RoutineView

EXAMPLES = """**Examples**

`tumbuh routine`

`tumbuh routine --area Bontang --lang id`

`tumbuh routine --draws 1000 --plot routine.png --json > routine.json`

**Exit code** 1 if a check fails: a figure outside what the model expects, or weights that do not
hold; 2 if the area has no routine figures.
"""
FORMS = (".png", ".svg")


def routine_command(
    area: Annotated[str, typer.Option(help="Code or name of a district.")] = "paser",
    draws: Annotated[int, typer.Option(min=400, max=2000, help="Draws of the levels.")] = 2000,
    plot: Annotated[Path | None, typer.Option(help="Draw both series, .png or .svg.")] = None,
    lang: Lang = "en",
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Explain routine figures (e-PPGBM) and surveys as one group of children, measured twice.

    Takes some seconds. No level of this program is fitted to routine figures.
    """
    with exit_codes(lang), progress_bar(quiet) as progress:
        from ..calibration.areas import find_area
        from .routine_view import routine_view

        _check(plot)
        view = routine_view(find_area(area), draws, progress=progress)
        if plot is not None:
            _draw(view, plot, lang)
    if json:
        print_json(as_data(view))
    else:
        from .routine_tables import show
        from .text import words

        show(view, words(lang))
    if not all(gate.passed for gate in view.gates):
        raise typer.Exit(1)


def _check(path: Path | None) -> None:
    """Refuse a figure that cannot be written, before anything is computed."""
    if path is None:
        return
    if path.suffix.lower() not in FORMS:
        found = path.suffix or "no ending"
        raise InputError(
            [Problem("--plot", f"one of {', '.join(FORMS)}", found, "Rename the file")]
        )
    from .output import check_file

    check_file(path)


def _draw(view: RoutineView, path: Path, language: Language) -> None:
    from ..model.files import write_atomic
    from .drawing import render
    from .routine_figure import routine_chart
    from .text import words
    from .written import intend

    drawn = routine_chart(view, words(language))
    write_atomic(intend(path), render(drawn, path.suffix[1:].lower()))


def as_data(view: RoutineView) -> dict[str, Any]:
    """Return everything for JSON: shares are 0 to 1; the gap and gains are percentage points."""
    return {
        "area": view.area.code,
        "figures": [
            {
                "id": figure.id,
                "share": figure.share,
                "attendance": figure.attendance,
                "expected": asdict(view.expected[k]),
                "survey": asdict(view.survey[k]),
                "model_attendance": asdict(view.attendance[k]),
            }
            for k, figure in enumerate(view.series.figures)
        ],
        "gap": asdict(view.gap),
        "parts": {name: asdict(one) for name, one in view.parts.items()},
        "needed": {name: asdict(one) for name, one in view.needed.items()},
        "learnt": {name: asdict(one) for name, one in view.learnt.items()},
        "ratios": [
            {"figure": one.figure.id, "survey": one.survey.id, "ratio": one.value}
            for one in view.ratios
        ],
        "ratio": asdict(view.ratio),
        "checks": [asdict(gate) for gate in view.gates],
    }
