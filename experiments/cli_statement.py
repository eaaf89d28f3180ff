"""``tumbuh statement``: what planners may and may not read from the model, every number computed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from .cli_common import Json, Lang, Quiet, console, exit_codes, print_json, progress_bar

EXAMPLES = """**Examples**

`tumbuh statement --lang id`

`tumbuh statement --district berau`

`tumbuh statement --output statement.md`

`tumbuh statement --json`
"""


def statement_command(
    district: Annotated[str, typer.Option(help="Code of a district.")] = "paser",
    observation: Annotated[
        Literal["district", "official"], typer.Option(help="Figure of Paser for 2021.")
    ] = "district",
    draws: Annotated[int, typer.Option(min=60, max=2000, help="Draws, and chains.")] = 1000,
    output: Annotated[
        Path | None, typer.Option("--output", "--out", help="Markdown file to write.")
    ] = None,
    lang: Lang = "en",
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Say in plain words what the calibration tells a planner, and what it does not.

    Takes about a minute: the fit to 2022 is made again, and scored.
    """
    with exit_codes(lang), progress_bar(quiet) as progress:
        from ..model.files import write_atomic
        from .calibration_statement import as_markdown, statement
        from .output import check_file
        from .planners import gather
        from .stack import cores
        from .text import words as load_words

        if output is not None:
            check_file(output)
        words = load_words(lang)
        evidence = gather(district, draws, observation, cores(), progress)
        if output is not None:
            write_atomic(output, as_markdown(evidence, words))
    if json:
        print_json({"district": district, "statement": statement(evidence, words)})
        return
    from .cli_tables import items, section
    from .data_tables import area_name

    out = console()
    section(out, words.get("planners.heading", district=area_name(evidence.area, words)))
    items(out, statement(evidence, words))
