"""``tumbuh model``: look at the variables, the graph and the health of a model file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ..model.errors import Problem
from .cli_common import exit_codes

if TYPE_CHECKING:
    from ..model.language.graph import Graph
    from ..model.language.ir import Program, Variable

app = typer.Typer(
    help="List variables, show the graph and check the rules of a model file. "
    "For researchers, in English.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    epilog="""**Examples**

- `tumbuh model vars`
- `tumbuh model graph --loops`
- `tumbuh model check`
- `tumbuh model doc --out model.html`
""",
)

_FILE = typer.Argument(help="A Vensim .mdl or XMILE file; by default the packaged model.")
_TRUST = typer.Option(
    "--trust-model", help="Translate a .mdl file although its parser evaluates parts of it as code."
)
_JSON = typer.Option("--json", help="Print JSON on standard output and nothing else.")
File = Annotated[Path | None, _FILE]
Trust = Annotated[bool, _TRUST]
Json = Annotated[bool, _JSON]
Kind = Literal["stock", "flow", "auxiliary", "constant", "lookup", "control"]


def load(file: Path | None, trust: bool) -> Program:
    """Return the program of a file, by default of the packaged model."""
    from ..model.language.cache import load_program

    return load_program(file, trust)


def asked_method(file: Path | None) -> str:
    """Return the integration methods that an XMILE file asks for; Euler for any other."""
    from ..model.language.cache import XMILE_SUFFIXES

    if file is None or file.suffix.lower() not in XMILE_SUFFIXES:
        return "euler"
    from ..model.language.xmile import method_of
    from ..model.language.xmile_tree import read_bytes

    return method_of(read_bytes(file), file.name)


@app.command("vars")
def list_variables(
    file: File = None,
    match: Annotated[str, typer.Option("--match", "-m", help="Part of the name or doc.")] = "",
    kind: Annotated[Kind | None, typer.Option(help="Only this kind.")] = None,
    group: Annotated[str, typer.Option(help="Part of the group's title.")] = "",
    elements: Annotated[bool, typer.Option(help="One row per subscript element.")] = False,
    trust_model: Trust = False,
    as_json: Json = False,
) -> None:
    """List variables with kind, unit, default, evidence and line.

    For example:

    `tumbuh model vars --kind stock`

    `tumbuh model vars --match prevalence --json`

    `tumbuh model vars other.mdl --trust-model`
    """
    with exit_codes():
        program = load(file, trust_model)
        chosen = [
            variable
            for variable in _listed(program, elements)
            if match.lower() in f"{variable.name} {variable.doc}".lower()
            and kind in (None, variable.kind)
            and group.lower() in variable.group.lower()
        ]
        if as_json:
            _print_json([_row(program, variable) for variable in chosen])
        else:
            _print_variables(program, chosen)


def _listed(program: Program, elements: bool) -> Sequence[Variable]:
    if elements:
        return list(program.variables.values())
    from ..model.language.graph import elements_of

    return list(elements_of(program).values())


def _row(program: Program, variable: Variable) -> dict[str, object]:
    row = asdict(variable)
    row.pop("node")
    row["default"] = _default(program, variable)
    return row


def _default(program: Program, variable: Variable) -> float | None:
    if variable.name not in program.constants:
        return None
    return program.defaults[program.constants.index(variable.name)]


def _print_variables(program: Program, variables: Sequence[Variable]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("variable", "kind", "unit", "default", "evidence", "line", "doc", box=None)
    for variable in variables:
        default = _default(program, variable)
        cells = (
            variable.name,
            variable.kind,
            variable.unit,
            "" if default is None else f"{default:g}",
            " ".join(variable.evidence),
            str(variable.line),
            variable.doc.rsplit("[", 1)[0].strip(),
        )
        table.add_row(*(cell.replace("[", r"\[") for cell in cells))
    Console().print(table)
    typer.echo(f"{len(variables)} variables of {program.label}")


@app.command("graph")
def show_graph(
    file: File = None,
    of: Annotated[str, typer.Option("--of", help="Only near this variable.")] = "",
    depth: Annotated[int, typer.Option(min=1, help="Steps from it.")] = 1,
    form: Annotated[Literal["text", "dot"], typer.Option("--format")] = "text",
    loops: Annotated[bool, typer.Option("--loops", help="List feedback loops.")] = False,
    length: Annotated[int, typer.Option(min=2, help="Largest loop.")] = 8,
    count: Annotated[int, typer.Option(min=1, help="Most loops looked at.")] = 100,
    trust_model: Trust = False,
    as_json: Json = False,
) -> None:
    """Show who depends on whom, or the feedback loops and their switches.

    For example:

    `tumbuh model graph --of "survey prevalence" --depth 2`

    `tumbuh model graph --loops`

    `tumbuh model graph --format dot > model.dot`
    """
    with exit_codes():
        from ..model.language import graph as graphs

        program = load(file, trust_model)
        if loops:
            _print_loops(program, length, count, as_json)
            return
        graph = graphs.neighbours(program, of, depth) if of else graphs.dependency_graph(program)
        if as_json:
            _print_json(_graph_data(graph))
        else:
            for line in (graphs.to_dot if form == "dot" else graphs.to_text)(graph):
                typer.echo(line)


def _graph_data(graph: Graph) -> dict[str, object]:
    nodes = [{"name": name, **data} for name, data in graph.nodes(data=True)]
    return {"nodes": nodes, "edges": [list(edge) for edge in graph.edges]}


def _print_loops(program: Program, length: int, count: int, as_json: bool) -> None:
    from ..model.language.graph import feedback_loops, switches

    loops, named = feedback_loops(program, length, count), switches(program)
    if as_json:
        _print_json({"loops": loops, "switches": named})
        return
    for loop in loops:
        typer.echo(" -> ".join([*loop, loop[0]]))
    bound = f"up to {length} variables" + (", more may exist" if len(loops) == count else "")
    typer.echo(f"{len(loops)} loops of {bound}; switches: {', '.join(named) or 'none'}")


@app.command("check")
def check(
    file: File = None,
    trust_model: Trust = False,
    as_json: Json = False,
) -> None:
    """Check units, documentation, evidence ids and initial values; exit code 1 if one fails.

    Evidence ids, and the constants against the parameter table, are checked in the packaged model
    only.

    For example:

    `tumbuh model check`

    `tumbuh model check other.mdl --trust-model --json`
    """
    with exit_codes():
        from ..model.language.check import EVIDENCE, check_model
        from ..model.parameters import load_parameters

        program = load(file, trust_model)
        table = load_parameters() if file is None else None
        problems = check_model(program, EVIDENCE if file is None else None, table)
    _report(program, problems, as_json)
    if problems:
        raise typer.Exit(1)


def _report(program: Program, problems: Sequence[Problem], as_json: bool) -> None:
    if as_json:
        _print_json([asdict(problem) for problem in problems])
        return
    for problem in problems:
        typer.echo(str(problem))
    count = f"{len(program.equations)} equations, {len(program.variables)} scalars"
    plural = "s" if len(problems) > 1 else ""
    result = f"{len(problems)} problem{plural}" if problems else "no problem"
    typer.echo(f"{program.label}: {count}, {result}")


def _print_json(data: object) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
