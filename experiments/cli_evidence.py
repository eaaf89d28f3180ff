"""``tumbuh evidence``: the numbers behind the model, their sources and grades."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from .cli_common import exit_codes

if TYPE_CHECKING:
    from .evidence_view import Entry

Which = Literal["parameters", "effects", "structure", "sources"]

app = typer.Typer(
    help="List the numbers of the model with source, grade and prior. For researchers, in English; "
    "planners find the evidence of each lever in `tumbuh scenario show`.",
    invoke_without_command=True,
    rich_markup_mode="markdown",
    epilog="""**Examples**

- `tumbuh evidence --sector growth`
- `tumbuh evidence --grade D --judged`
- `tumbuh evidence --id A01b` lists what rests on one finding
- `tumbuh evidence --table effects --grade A`
- `tumbuh evidence show A01`
- `tumbuh evidence show "food effect"`
- `tumbuh evidence --json > evidence.json`
""",
)

_JSON = typer.Option("--json", help="Print JSON on standard output and nothing else.")


@app.callback()
def listing(
    context: typer.Context,
    table: Annotated[Which, typer.Option(help="Which table to list.")] = "parameters",
    grade: Annotated[
        list[str] | None, typer.Option(help="Keep a grade: A, B, C or D; repeatable.")
    ] = None,
    sector: Annotated[list[str] | None, typer.Option(help="Keep a sector; repeatable.")] = None,
    judged: Annotated[
        bool | None, typer.Option("--judged/--not-judged", help="Keep what is judged, or is not.")
    ] = None,
    evidence_id: Annotated[
        str | None, typer.Option("--id", help="Keep what rests on this effect or assumption.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also switches, dates and other definitions.")
    ] = False,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """List the numbers of the model with source, grade and prior.

    Grades: A high, B moderate, C low, D judged or not verified.
    """
    if context.invoked_subcommand is not None:
        return
    with exit_codes():
        from ..model.parameters import load_parameters
        from .evidence_view import Wanted, check_wanted, counts, entries

        parameters = load_parameters()
        wanted = Wanted(grade or (), sector or (), judged, evidence_id)
        check_wanted(parameters, wanted)
    pool = [entry for entry in entries(parameters, table) if everything or not entry.definition]
    shown = [entry for entry in pool if wanted.keeps(entry)]
    summary = counts(shown)
    if as_json:
        data = {"counts": summary, table: [entry.data for entry in shown]}
        typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    if shown:
        Console(highlight=False, markup=False).print(_as_table(shown))
    for line in _summary_lines(table, summary, len(pool)):
        typer.echo(line)


@app.command(epilog='**Examples**: `tumbuh evidence show A01b`, `... show "kit unit cost"`')
def show(
    name: Annotated[str, typer.Argument(help="Id of an effect, assumption or source, or a name.")],
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Show one row in full, with its sources and what uses it."""
    with exit_codes():
        from ..model.parameters import load_parameters
        from .evidence_view import entries, find, related

        parameters = load_parameters()
        entry = find(parameters, name)
        near = related(parameters, entry)
    sources = {source.name: source.data for source in entries(parameters, "sources")}
    data = {
        **entry.data,
        "sources": [sources[key] for key in entry.source],
        "used by": list(entry.used_by),
        "related rows": [
            f"{other.name} (used by {', '.join(other.used_by) or 'none'})" for other in near
        ],
    }
    if as_json:
        typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    for line in _lines(data):
        typer.echo(line)


def _as_table(shown: list[Entry]) -> Table:
    columns = list(shown[0].cells)
    table = Table(box=None, pad_edge=False)
    for column in columns:
        # No cell is cut: names and texts fold, values and grades stay whole.
        table.add_column(column, overflow="fold", no_wrap=column in ("value", "grade", "judged"))
    for entry in shown:
        table.add_row(*(entry.cells[column] for column in columns))
    return table


def _summary_lines(table: Which, summary: Mapping[str, object], pool: int) -> Iterator[str]:
    rows, judged = summary["rows"], summary["judged"]
    yield f"{rows} of {pool} {table} shown."
    if table == "sources" or not isinstance(rows, int) or not isinstance(judged, int) or not rows:
        return
    yield f"Judged: {judged} ({100.0 * judged / rows:.0f} %)."
    by_grade, by_sector = summary["by grade"], summary["by sector"]
    if isinstance(by_grade, dict):
        yield "By grade: " + ", ".join(f"{key} {count}" for key, count in by_grade.items()) + "."
    if isinstance(by_sector, dict):
        for name, tally in by_sector.items():
            yield f"  {name}: {tally['judged']} of {tally['rows']} judged"


def _lines(data: Mapping[str, object], indent: str = "") -> Iterator[str]:
    for key, value in data.items():
        if isinstance(value, dict):
            yield f"{indent}{key}:"
            yield from _lines(value, indent + "  ")
        elif isinstance(value, list | tuple) and any(isinstance(item, dict) for item in value):
            yield f"{indent}{key}:"
            for item in value:
                yield from _lines(item, indent + "  ")
        elif isinstance(value, list | tuple):
            yield f"{indent}{key}: {', '.join(str(item) for item in value) or 'none'}"
        elif isinstance(value, bool):
            yield f"{indent}{key}: {'yes' if value else 'no'}"
        elif value not in (None, ""):
            yield f"{indent}{key}: {value}"
