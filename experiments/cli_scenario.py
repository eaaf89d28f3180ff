"""``tumbuh scenario``: list, show, check and start scenario files."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ..model.errors import InputError, Problem, ScenarioError
from .cli_common import Json, Lang, exit_codes, print_json
from .messages import in_language
from .scenario_view import details, print_list, print_plan, print_strategies, summary, word
from .written import intend

app = typer.Typer(
    help="List, show, check and start scenario files (skenario).",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    epilog="""**Examples**

- `tumbuh scenario list --lang id`
- `tumbuh scenario show food`
- `tumbuh scenario new my_plan`
- `tumbuh scenario check my_plan.yaml`
""",
)


@app.command("list")
def list_scenarios(lang: Lang = "en", as_json: Json = False) -> None:
    """List the library of strategies with what they cost.

    Example: `tumbuh scenario list --lang id`
    """
    from ..scenarios.compile import prepare
    from ..scenarios.costs import planning_inputs
    from ..scenarios.loader import load_scenarios

    with exit_codes(lang):
        inputs = planning_inputs()
        plans = [prepare(scenario, inputs) for scenario in load_scenarios(inputs=inputs)]
    if as_json:
        print_json([summary(plan) for plan in plans])
        return
    print_list(plans, lang)


@app.command("show")
def show(
    scenario: Annotated[
        str | None, typer.Argument(help="Library id or YAML file; all levers without it.")
    ] = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Show one scenario with its costs, then the strategy table of its levers.

    Without a scenario, the strategy table of all levers: what is bought, quantity, rupiah, delay,
    what it moves, how sure that is, what stays when the money ends, evidence.

    Examples: `tumbuh scenario show`, `tumbuh scenario show hr`,
    `tumbuh scenario show my_plan.yaml --lang en`
    """
    from ..scenarios.compile import prepare
    from ..scenarios.costs import planning_inputs
    from ..scenarios.loader import load_scenario
    from ..scenarios.strategies import strategy_table

    with exit_codes(lang):
        plan, names = None, None
        if scenario is not None:
            inputs = planning_inputs()
            plan = prepare(load_scenario(scenario, inputs), inputs)
            names = list(plan.scenario.levers)
        rows = strategy_table(lang, names)
    if as_json:
        head = {} if plan is None else summary(plan) | details(plan)
        print_json(head | {"strategy_table": [asdict(row) for row in rows]})
        return
    if plan is not None:
        print_plan(plan, lang)
    print_strategies(rows, lang)


@app.command("check")
def check(
    files: Annotated[list[str], typer.Argument(help="YAML files or library ids.")],
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Check scenario files and report every mistake at once, each with its line.

    Exit code 0 when all are right, 2 otherwise.

    Example: `tumbuh scenario check my_plan.yaml other.yaml`
    """
    from ..scenarios.loader import load_scenarios

    problems: tuple[Problem, ...] = ()
    told = ""
    try:
        load_scenarios(list(files))
    except InputError as error:
        problems, told = error.problems, in_language(error, lang)
    if as_json:
        print_json({"ok": not problems, "problems": [asdict(problem) for problem in problems]})
    elif problems:
        typer.echo(told, err=True)
    else:
        for name in files:
            typer.echo(f"{name}: {word('good', lang)}")
    if problems:
        raise typer.Exit(2)


@app.command("new")
def new(
    name: Annotated[
        str, typer.Argument(help="Id of the scenario (a-z, 0-9 and _), or a path to ID.yaml.")
    ],
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Folder to write the file in, for an id.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Write a commented scenario file to start from.

    Examples: `tumbuh scenario new my_plan`, `tumbuh scenario new plans/my_plan.yaml --lang id`
    """
    from ..model.files import write_atomic
    from ..scenarios.template import template
    from .output import check_file

    with exit_codes(lang):
        path = _new_path(name, folder)
        if path.exists() and not force:
            remedy = "Choose another id, or add --force to replace it"
            raise ScenarioError([Problem(str(path), "no file there yet", "one", remedy)])
        check_file(path)
        write_atomic(intend(path), template(path.stem, lang))
    if as_json:
        print_json({"path": str(path)})
    else:
        typer.echo(f"{path}: {word('written', lang)}")


def _new_path(name: str, folder: Path | None) -> Path:
    """Return where a new scenario goes: an id in a folder, or a path whose stem is the id."""
    given = Path(name)
    is_path = given.suffix in {".yaml", ".yml"} and folder is None
    ident = given.stem if is_path else name
    if re.fullmatch(r"[a-z][a-z0-9_]{0,59}", ident) is None:
        remedy = "Choose another id, such as my_plan"
        expected = "an id of a-z, 0-9 and _ that starts with a letter"
        raise ScenarioError([Problem("name", expected, repr(ident), remedy)])
    return given if is_path else (folder or Path()) / f"{name}.yaml"
