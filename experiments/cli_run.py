"""``tumbuh run``: one scenario, any variable."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from ..model.errors import InputError, Problem
from .cli_scenario import Json, Lang

EXAMPLES = """**Examples**

`tumbuh run hr`

`tumbuh run food --vars "survey prevalence,food reach" --draws 200 --lang id`

`tumbuh run all_three --set "initial fidelity=0.6" --csv path.csv`
"""
VARIABLES = "survey prevalence,true prevalence,routine prevalence,spending"


def run_command(
    scenario: Annotated[str, typer.Argument(help="Library id or YAML file.")],
    vars: Annotated[
        str, typer.Option("--vars", help="Variables, separated by commas.")
    ] = VARIABLES,
    set: Annotated[list[str], typer.Option("--set", help="NAME=VALUE of a constant.")] = [],  # noqa: B006
    draws: Annotated[int, typer.Option(help="0 runs central values; else draws.")] = 0,
    until: Annotated[int, typer.Option(help="Last year, 2018 to 2035.")] = 2031,
    csv: Annotated[Path | None, typer.Option(help="Write every month here.")] = None,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Run one scenario and print its path, year by year."""
    from ..calibration.ensemble import load_ensemble
    from ..model.engine.integrate import simulate
    from ..model.language.cache import load_program
    from ..scenarios.compile import prepare
    from ..scenarios.loader import load_scenario

    overrides = _overrides(set, until, draws)
    plan = prepare(load_scenario(scenario))
    program = load_program()
    constants: dict[str, float | np.ndarray] = {}
    if draws:
        constants |= load_ensemble(draws=draws).constants
    constants |= plan.constants
    constants |= {program.find(name).name: value for name, value in overrides.items()}
    names = [part.strip() for part in vars.split(",") if part.strip()]
    times = np.arange(0.0, 12.0 * (until + 1 - 2018) + 1e-9, 1.0)
    run = simulate(program, constants, names, times, snapshot=False)
    middle = {name: np.median(values, axis=0) for name, values in run.values.items()}
    if csv is not None:
        from ..model.files import write_atomic

        lines = [",".join(["month", *(f'"{name} [{run.units[name]}]"' for name in middle)])]
        rows = np.column_stack([times, *middle.values()])
        lines += [",".join(repr(float(x)) for x in row) for row in rows]
        write_atomic(csv, "\n".join(lines) + "\n")
    if json:
        from .output import as_json

        values = {name: path.tolist() for name, path in middle.items()}
        units = {name: run.units[name] for name in middle}
        typer.echo(as_json({"months": times.tolist(), "values": values, "units": units}), nl=False)
        return
    _print(plan.scenario.title.get(lang), middle, run.units, times, draws, lang)


def _overrides(pairs: list[str], until: int, draws: int) -> dict[str, float]:
    problems, found = [], {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            problems.append(Problem("--set", "NAME=VALUE with a number", repr(pair), "Correct it"))
    if not 2018 <= until <= 2035:
        problems.append(Problem("--until", "a year from 2018 to 2035", str(until), "Correct it"))
    if draws < 0:
        problems.append(Problem("--draws", "0 or more", str(draws), "Correct it"))
    if problems:
        raise InputError(problems)
    return found


def _print(
    title: str,
    paths: dict[str, np.ndarray],
    units: dict[str, str],
    times: np.ndarray,
    draws: int,
    lang: Lang,
) -> None:
    from rich.console import Console
    from rich.table import Table

    from .text import words as load_words

    words = load_words(lang)
    kind = words.get("run.drawn", n=draws) if draws else words.get("run.central")
    table = Table(title=words.get("run.title", name=title, draws=kind), title_justify="left")
    table.add_column(words.get("figure.year"))
    for name in paths:
        table.add_column(f"{name}\n[{units[name]}]".replace("[", "\\["), justify="right")
    for column in range(0, len(times), 12):
        cells = [words.number(float(path[column]), 4) for path in paths.values()]
        table.add_row(str(2018 + int(times[column]) // 12), *cells)
    Console(width=100, highlight=False).print(table)
