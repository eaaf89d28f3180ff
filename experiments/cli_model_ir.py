"""``tumbuh model ir``: what the engines run, as text or JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from .cli_model import File, Json, Trust, exit_codes, load

if TYPE_CHECKING:
    from ..model.language.ir import Program


def ir_command(
    file: File = None,
    outputs: Annotated[
        str, typer.Option("--outputs", help="Only what these need: names between commas.")
    ] = "",
    trust_model: Trust = False,
    as_json: Json = False,
) -> None:
    """Print the flattened program: tables, states, rings, guards and nodes.

    Each node is computed once for the start (init), once for the run (invariant) or at every
    step (dynamic). docs/ir.md explains the words.
    """
    with exit_codes():
        from ..model.language.ir import dump
        from ..model.language.phases import phases_of

        program = load(file, trust_model)
        wanted = [item.node for item in program.find_all(_names(outputs)) if item.node >= 0]
        phases = phases_of(program, wanted if _names(outputs) else None)
    if as_json:
        typer.echo(json.dumps(_data(program, phases), ensure_ascii=False, indent=2))
        return
    for line in dump(program, phases):
        typer.echo(line)


def _names(text: str) -> list[str]:
    """Return names between commas; a comma between brackets is part of a name."""
    parts = re.split(r",(?![^\[]*\])", text)
    return [name.strip() for name in parts if name.strip()]


def _data(program: Program, phases: dict[int, str]) -> dict[str, object]:
    """Return the program as JSON; indices are those of the whole program."""
    used: dict[str, set[int]] = {}
    for node in (program.nodes[index] for index in phases):
        used.setdefault(node.op, set()).add(int(node.value) if node.op != "number" else 0)
    states = used.get("state", set()) | used.get("frozen", set())
    constants = [
        {"name": name, "value": value}
        for name, value in zip(program.constants, program.defaults, strict=True)
    ]
    return {
        "model": program.label,
        "sha256": program.digest,
        "constants": _chosen(constants, used.get("constant", set())),
        "tables": _chosen(map(asdict, program.tables), used.get("lookup", set())),
        "states": _chosen(map(asdict, program.states), states),
        "rings": _chosen(map(asdict, program.rings), used.get("ring", set())),
        "guards": [asdict(item) for item in program.guards if item.node in phases],
        "nodes": _node_data(program, phases),
    }


def _chosen(items: Iterable[dict[str, object]], indices: set[int]) -> list[dict[str, object]]:
    return [{"index": k, **item} for k, item in enumerate(items) if k in indices]


def _node_data(program: Program, phases: dict[int, str]) -> list[dict[str, object]]:
    names: dict[int, list[str]] = {}
    for variable in program.variables.values():
        names.setdefault(variable.node, []).append(variable.name)
    rows = []
    for index, phase in phases.items():
        node = program.nodes[index]
        kind = "truth" if node.truth else "real"
        row = {"index": index, "phase": phase, "type": kind, **node._asdict()}
        rows.append({**row, "variables": names.get(index, [])})
    return rows


IR_EXAMPLES = """For example:

`tumbuh model ir --outputs "survey prevalence"`

`tumbuh model ir other.mdl --trust-model --json`"""


def mount(app: typer.Typer) -> None:
    """Add the command to ``tumbuh model``."""
    app.command("ir", epilog=IR_EXAMPLES)(ir_command)
