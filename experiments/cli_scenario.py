"""``tumbuh scenario``: list, show, check and start scenario files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ..model.errors import InputError, Problem, ScenarioError, TumbuhError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from ..scenarios.compile import Plan
    from ..scenarios.text import Language

app = typer.Typer(
    help="List, show, check and start scenario files (skenario).",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)

_LANG = typer.Option("--lang", help="id (Indonesian) or en (English).")
_JSON = typer.Option("--json", help="Print JSON on standard output and nothing else.")
Lang = Annotated[Literal["id", "en"], _LANG]
Json = Annotated[bool, _JSON]

_WORDS: dict[str, tuple[str, str]] = {
    "id": ("Id", "Id"),
    "title": ("Strategi", "Strategy"),
    "cost": ("Biaya tetap per tahun", "Steady cost a year"),
    "set": ("Dana sama", "Equal budget"),
    "intent": ("Maksud", "Intent"),
    "note": ("Catatan", "Note"),
    "extends": ("Memperluas", "Builds on"),
    "evidence": ("Bukti", "Evidence"),
    "lever": ("Tuas", "Lever"),
    "level": ("Dosis", "Level"),
    "start": ("Mulai", "Start"),
    "ramp": ("Naik (bulan)", "Ramp (months)"),
    "end": ("Berakhir", "End"),
    "goes on": ("berlanjut", "goes on"),
    "settings": ("Pengaturan", "Settings"),
    "ceiling": ("Batas belanja per tahun", "Ceiling a year"),
    "by year": ("Belanja tambahan yang direncanakan", "Planned extra spending"),
    "limited": ("Tidak dapat dinaikkan lagi", "At its upper bound"),
    "unspent": ("Dana yang tidak dapat dibelanjakan", "Money that cannot be spent"),
    "good": ("berkas benar", "the file is right"),
    "written": ("ditulis", "written"),
    "table": ("Tabel strategi", "Strategy table"),
}


def _word(key: str, language: Language) -> str:
    return _WORDS[key][0 if language == "id" else 1]


@contextmanager
def _exit_codes() -> Iterator[None]:
    """Print an error made on purpose to standard error and leave with its code."""
    try:
        yield
    except TumbuhError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_code) from error


def _print_json(data: object) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False, markup=False)


@app.command("list")
def list_scenarios(lang: Lang = "id", as_json: Json = False) -> None:
    """List the library of strategies with what they cost.

    Example: `tumbuh scenario list --lang en`
    """
    from rich.table import Table

    from ..scenarios.compile import prepare
    from ..scenarios.costs import planning_inputs
    from ..scenarios.loader import load_scenarios
    from ..scenarios.text import rupiah

    with _exit_codes():
        inputs = planning_inputs()
        plans = [prepare(scenario, inputs) for scenario in load_scenarios(inputs=inputs)]
    if as_json:
        _print_json([_summary(plan) for plan in plans])
        return
    table = Table(box=None, pad_edge=False)
    for key in ("id", "title", "cost", "set"):
        table.add_column(_word(key, lang), justify="right" if key == "cost" else "left")
    for plan in plans:
        table.add_row(
            plan.scenario.id,
            plan.scenario.title.get(lang),
            rupiah(plan.yearly_cost, lang),
            "" if plan.scaled is None else rupiah(plan.scaled.target, lang),
        )
    _console().print(table)


@app.command("show")
def show(
    scenario: Annotated[
        str | None, typer.Argument(help="Library id or YAML file; all levers without it.")
    ] = None,
    lang: Lang = "id",
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

    with _exit_codes():
        plan, names = None, None
        if scenario is not None:
            inputs = planning_inputs()
            plan = prepare(load_scenario(scenario, inputs), inputs)
            names = list(plan.scenario.levers)
        rows = strategy_table(lang, names)
    if as_json:
        head = {} if plan is None else _summary(plan) | _details(plan)
        _print_json(head | {"strategy_table": [asdict(row) for row in rows]})
        return
    console = _console()
    if plan is not None:
        _print_plan(console, plan, lang)
    _print_strategies(console, rows, lang)


@app.command("check")
def check(
    files: Annotated[list[str], typer.Argument(help="YAML files or library ids.")],
    lang: Lang = "id",
    as_json: Json = False,
) -> None:
    """Check scenario files and report every mistake at once, each with its line.

    Exit code 0 when all are right, 2 otherwise.

    Example: `tumbuh scenario check my_plan.yaml other.yaml`
    """
    from ..scenarios.loader import load_scenarios

    problems: tuple[Problem, ...] = ()
    try:
        load_scenarios(list(files))
    except InputError as error:
        problems = error.problems
    if as_json:
        _print_json({"ok": not problems, "problems": [asdict(problem) for problem in problems]})
    elif problems:
        typer.echo("\n".join(str(problem) for problem in problems), err=True)
    else:
        for name in files:
            typer.echo(f"{name}: {_word('good', lang)}")
    if problems:
        raise typer.Exit(2)


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="Id of the scenario: a-z, 0-9 and _.")],
    folder: Annotated[Path, typer.Option("--folder", help="Folder to write the file in.")] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    lang: Lang = "id",
    as_json: Json = False,
) -> None:
    """Write a commented scenario file to start from.

    Example: `tumbuh scenario new my_plan --lang en`
    """
    from ..model.files import write_atomic
    from ..scenarios.template import template

    path = folder / f"{name}.yaml"
    with _exit_codes():
        if re.fullmatch(r"[a-z][a-z0-9_]{0,59}", name) is None:
            remedy = "Choose another id, such as my_plan"
            expected = "an id of a-z, 0-9 and _ that starts with a letter"
            raise ScenarioError([Problem("name", expected, repr(name), remedy)])
        if path.exists() and not force:
            remedy = "Choose another id, or add --force to replace it"
            raise ScenarioError([Problem(str(path), "no file there yet", "one", remedy)])
        write_atomic(path, template(name, lang))
    if as_json:
        _print_json({"path": str(path)})
    else:
        typer.echo(f"{path}: {_word('written', lang)}")


def _summary(plan: Plan) -> dict[str, Any]:
    """Return what a list says of a scenario, as plain data."""
    scenario, scaled = plan.scenario, plan.scaled
    return {
        "id": scenario.id,
        "title": asdict(scenario.title),
        "intent": asdict(scenario.intent),
        "million_idr_per_year": plan.yearly_cost,
        "equal_budget_million_idr_per_year": scenario.equal_budget,
        "limited_by": list(scaled.limited_by) if scaled else [],
        "equal_budget_reached": scaled.reached if scaled else None,
    }


def _details(plan: Plan) -> dict[str, Any]:
    """Return the rest of a scenario as plain data."""
    from ..scenarios.costs import cost_by_year, planning_inputs

    scenario = plan.scenario
    return {
        "levers": {name: asdict(dose) for name, dose in scenario.levers.items()},
        "settings": dict(scenario.settings),
        "budget": asdict(scenario.budget) if scenario.budget else None,
        "extends": list(scenario.extends),
        "evidence": list(scenario.evidence),
        "note": asdict(scenario.note) if scenario.note else None,
        "constants": dict(plan.constants),
        "million_idr_by_year": cost_by_year(scenario.levers, planning_inputs()),
    }


def _print_plan(console: Console, plan: Plan, lang: Language) -> None:
    """Print a scenario: words, doses, rupiah."""
    from ..scenarios.costs import cost_by_year, planning_inputs
    from ..scenarios.text import rupiah

    scenario, scaled = plan.scenario, plan.scaled
    console.print(f"{scenario.title.get(lang)} ({scenario.id})", style="bold")
    lines = [("intent", scenario.intent.get(lang))]
    if scenario.note:
        lines.append(("note", scenario.note.get(lang)))
    if scenario.extends:
        lines.append(("extends", ", ".join(scenario.extends)))
    lines += [("settings", f"{name} = {value:g}") for name, value in scenario.settings.items()]
    if scenario.budget:
        ceiling = rupiah(scenario.budget.ceiling, lang)
        lines.append(("ceiling", f"{ceiling} ({scenario.budget.over_ceiling})"))
    lines.append(("cost", rupiah(plan.yearly_cost, lang)))
    if scaled and scaled.limited_by:
        lines.append(("limited", ", ".join(scaled.limited_by)))
    if scaled and not scaled.reached:
        lines.append(("unspent", rupiah(scaled.target - scaled.yearly_cost, lang)))
    lines.append(("evidence", ", ".join(scenario.evidence)))
    for key, value in lines:
        console.print(f"{_word(key, lang)}: {value}")
    if scenario.levers:
        console.print(_doses(plan, lang))
        spent = cost_by_year(scenario.levers, planning_inputs())
        years = [f"{year} {rupiah(cost, lang)}" for year, cost in spent.items() if cost > 0.0]
        if years:
            console.print(f"{_word('by year', lang)}: {'; '.join(years)}")
    console.print()


def _doses(plan: Plan, lang: Language) -> Table:
    from rich.table import Table

    from ..model.calendar import date_of
    from ..scenarios.levers import catalogue
    from ..scenarios.text import number

    table = Table(box=None, pad_edge=False)
    for key in ("lever", "level", "start", "ramp", "end"):
        table.add_column(_word(key, lang))
    for name, dose in plan.scenario.levers.items():
        lever = catalogue().levers[name]
        table.add_row(
            f"{lever.title.get(lang)} ({name})",
            f"{number(round(dose.level, 1 if dose.level >= 10.0 else 3), lang)} {lever.dose_unit.get(lang)}",
            date_of(dose.start),
            number(dose.ramp, lang),
            _word("goes on", lang) if dose.end is None else date_of(dose.end),
        )
    return table


def _print_strategies(console: Console, rows: list[Any], lang: Language) -> None:
    """Print each row as a block, which a narrow terminal can still show."""
    from rich.table import Table

    from ..scenarios.strategies import HEADINGS

    if rows:
        console.print(_word("table", lang), style="bold")
    for row in rows:
        cells = asdict(row)
        console.print(f"\n{cells.pop('lever')} [{cells.pop('strategy')}]", style="bold")
        table = Table(box=None, pad_edge=False, show_header=False)
        for key, cell in cells.items():
            table.add_row(f"  {HEADINGS[key].get(lang)}", cell)
        console.print(table)
