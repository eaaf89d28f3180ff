"""``tumbuh model loops``: the loop knock-out table."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from .cli_common import Json, Lang, console, exit_codes, print_json

if TYPE_CHECKING:
    from .loops import KnockOuts
    from .text import Words

EXAMPLES = """**Examples**

`tumbuh model loops`

`tumbuh model loops --scenario all_three_food --until 2035 --lang id`

`tumbuh model loops --json`
"""


def loops_command(
    scenario: Annotated[
        str, typer.Option(help="Library id or YAML file whose gain is looked at.")
    ] = "all_three",
    until: Annotated[int, typer.Option(min=2027, max=2035, help="Year of the reading.")] = 2031,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print a Markdown table.")] = False,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Cut each feedback loop in turn and show what changes, with the expected sign.

    Central values, surveyed prevalence at the end of the year, percentage points: the change with
    no extra action, and the change of the scenario's gain.
    """
    with exit_codes(lang):
        from ..model.language.cache import load_program
        from ..scenarios.compile import prepare
        from ..scenarios.loader import load_scenario
        from .grid import grid
        from .loops import knock_out
        from .text import words as load_words

        plan, words = prepare(load_scenario(scenario)), load_words(lang)
        found = knock_out(load_program(), plan, until)
    if json:
        rows = [asdict(row) | {"as_expected": row.as_expected} for row in found.rows]
        print_json(asdict(found) | {"scenario": plan.scenario.id, "rows": rows})
        return
    title = words.title(plan.scenario.title)
    if markdown:
        typer.echo(as_markdown(found, title, words), nl=False)
        return
    out = console()
    out.print(words.get("section.loops", year=until), style="bold underline")
    headings, rows = table(found, title, words)
    out.print(grid([headings[0], *headings[2:]], [[row[0], *row[2:]] for row in rows]))
    closed = words.get(
        "loops.closed",
        base=words.number(found.prevalence, 2),
        gain=words.number(found.gain, 2),
        name=title,
    )
    out.print(closed, style="dim")


def table(found: KnockOuts, title: str, words: Words) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows; the second column is the path of the loop."""
    get = words.get
    headings = [get("loops.loop"), get("loops.path"), get("loops.sign"), get("loops.base")]
    headings += [get("loops.expected"), get("loops.gain", name=title)]
    headings += [get("loops.expected"), get("loops.fits")]
    rows = []
    for row in found.rows:
        loop = row.loop
        own = words.language == "id"
        path, name = (loop.path_id, loop.name_id) if own else (loop.path_en, loop.name_en)
        fits = get("loops.yes") if row.as_expected else get("loops.no")
        cells = [f"{loop.id} {name}", path, loop.sign, _signed(row.base, words), loop.base]
        rows.append([*cells, _signed(row.gain, words), loop.gain, fits])
    return headings, rows


def as_markdown(found: KnockOuts, title: str, words: Words) -> str:
    """Return the table as Markdown, with the switch of each loop."""
    headings, rows = table(found, title, words)
    lines = [headings, ["---"] * len(headings)]
    for row, knocked in zip(rows, found.rows, strict=True):
        lines.append([f"`{knocked.loop.switch}`", *row[1:]])
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _signed(value: float, words: Words) -> str:
    written = words.number(value, 3)
    return f"+{written}" if float(f"{value:.3f}") > 0.0 else written
