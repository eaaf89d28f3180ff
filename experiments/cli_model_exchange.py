"""``tumbuh model export`` and ``tumbuh model diff``: a model for other tools, and two compared."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .cli_model import File, Json, Trust, asked_method, exit_codes, load

if TYPE_CHECKING:
    from ..model.exchange.diff import Change, Moved
    from ..model.language.ir import Program

_XMILE = "An XMILE file needs no --trust-model: it is read without running any of it."


def export_command(
    file: File = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write.")] = Path("model.stmx"),
    trust_model: Trust = False,
    as_json: Json = False,
) -> None:
    """Write the model as XMILE 1.0, for Stella and other tools.

    What XMILE has no words for is refused by name; docs/xmile.md lists what is rewritten.
    """
    with exit_codes():
        from ..model.exchange.xmile_document import to_xmile
        from ..model.files import write_atomic

        program = load(file, trust_model)
        text = to_xmile(program, asked_method(file))
        write_atomic(out, text)
    summary = {"file": str(out), "bytes": len(text.encode()), "model": program.label}
    typer.echo(json.dumps(summary) if as_json else f"{out}: XMILE of {program.label}")


EXPORT_EXAMPLES = f"""For example:

`tumbuh model export --out model.stmx`

`tumbuh model export other.mdl --trust-model --out other.xmile`

{_XMILE}"""


def diff_command(
    before: Annotated[Path, typer.Argument(help="A Vensim .mdl or XMILE file.")],
    after: Annotated[Path, typer.Argument(help="The other one.")],
    outcomes: Annotated[
        str, typer.Option(help="Names to compare, by commas; by default the headline outcomes.")
    ] = "",
    trust_model: Trust = False,
    as_json: Json = False,
) -> None:
    """Show which equations and which outcomes changed between two model files.

    Both models run at central values. Exit code 0 if nothing changed, 1 if something did.
    """
    with exit_codes():
        from ..model.exchange.diff import outcome_changes, text_changes

        old, new = load(before, trust_model), load(after, trust_model)
        changes = text_changes(old, new)
        moved = outcome_changes(old, new, _chosen(old, new, outcomes))
    if as_json:
        shown = [asdict(item) | {"changed": item.changed} for item in moved]
        data = {"changes": [asdict(change) for change in changes], "outcomes": shown}
        typer.echo(json.dumps(_finite(data), ensure_ascii=False, indent=2))
    else:
        _print_changes(changes)
        _print_outcomes(moved)
    if changes or any(item.changed for item in moved):
        raise typer.Exit(1)


DIFF_EXAMPLES = f"""For example:

`tumbuh model diff old.mdl model/stunting.mdl --trust-model`

`tumbuh model diff old.mdl new.mdl --trust-model --outcomes "survey prevalence,Trust" --json`

{_XMILE}"""


def _chosen(old: Program, new: Program, outcomes: str) -> Sequence[str]:
    """Return the outcomes asked for, else the headline outcomes if both models have some."""
    from .outcomes import OUTPUTS

    if outcomes:
        return [name.strip() for name in _split(outcomes)]
    return [name for name in OUTPUTS if name in old.variables and name in new.variables]


def _split(text: str) -> list[str]:
    """Split at commas outside of brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += {"[": 1, "]": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part for part in parts if part.strip()]


def _print_changes(changes: Sequence[Change]) -> None:
    for change in changes:
        typer.echo(f"{change.kind} '{change.name}' ({change.where})")
        if change.before:
            typer.echo(f"  - {change.before}")
        if change.after:
            typer.echo(f"  + {change.after}")
    typer.echo(f"{len(changes)} changes in the text" if changes else "the same text")


def _print_outcomes(moved: Sequence[Moved]) -> None:
    for item in moved:
        if item.changed:
            typer.echo(
                f"{item.name}: at most {item.absolute:.6g} {item.unit} (month {item.when:g}), "
                f"{100.0 * item.relative:.4g} % (month {item.when_relative:g})"
            )
    count = sum(item.changed for item in moved)
    typer.echo(f"{count} of {len(moved)} outcomes changed, both models at central values")


def _finite(data: object) -> object:
    """Return the data with numbers that JSON does not know as nothing."""
    if isinstance(data, dict):
        return {key: _finite(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_finite(value) for value in data]
    if isinstance(data, float) and not abs(data) < float("inf"):
        return None
    return data


def mount(app: typer.Typer) -> None:
    """Add the commands to ``tumbuh model``."""
    app.command("export", epilog=EXPORT_EXAMPLES)(export_command)
    app.command("diff", epilog=DIFF_EXAMPLES)(diff_command)
