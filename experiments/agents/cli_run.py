"""``tumbuh agents run``: one scenario over replicates, with shocks if asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...model.errors import InputError, Problem
from ..cli_common import Json, Lang, Quiet, console, exit_codes, print_json, progress_bar
from .options import District, Out, Seed, Workers

if TYPE_CHECKING:
    from pathlib import Path

    from .ground import Case, Cube, Ground, Kind

EXAMPLES = """**Examples**

`tumbuh agents run coordination`

`tumbuh agents run coordination --draws posterior --replicates 20 --out results/agents`

`tumbuh agents run coordination --shock rotation:dinkes@2028-01 --shock no-lists@2029-01+12`

`tumbuh agents run hr --isolate dinsos --set "initial staff[cadre]=0" --lang id`
"""
KINDS = ("central", "posterior")


def run_command(
    scenario: Annotated[str, typer.Argument(help="Library id or YAML file.")],
    replicates: Annotated[int, typer.Option(help="Runs that differ by luck.")] = 4,
    draws: Annotated[
        str,
        typer.Option(help="central: the same parameters in all; posterior: a draw for each."),
    ] = "central",
    shock: Annotated[
        list[str],
        typer.Option(
            help="KIND[:TARGET]@YYYY-MM[+MONTHS]: rotation of an actor's official, no-lists, or "
            "cadres-leave in a kecamatan. Several are allowed."
        ),
    ] = [],  # noqa: B006
    isolate: Annotated[
        list[str], typer.Option(help="An actor who works with nobody. Several are allowed.")
    ] = [],  # noqa: B006
    set: Annotated[list[str], typer.Option("--set", help="NAME=VALUE of a constant.")] = [],  # noqa: B006
    until: Annotated[str, typer.Option(help="Last month, such as 2031-12.")] = "2031-12",
    every: Annotated[int, typer.Option(min=1, help="Months between rows of the table.")] = 1,
    district: District = "paser",
    workers: Workers = None,
    seed: Seed = 20260101,
    output: Out = None,
    lang: Lang = "en",
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Run the agents: who gets which service, by kecamatan, distance and wealth.

    One run takes about two seconds.
    """
    with exit_codes(lang):
        from ..output import check_folder
        from .ground import read_ground, run_cases
        from .options import check_size, end_of, workers_of
        from .run_answer import run_answer

        problems = check_size("--replicates", replicates, workers)
        last = end_of(until, problems)
        kind = _kind(draws, problems)
        if problems:
            raise InputError(problems)
        if output is not None:
            check_folder(output)
        ground = read_ground(district, kind, replicates, seed)
        case = _case(scenario, ground, shock, isolate, set, last)
        months = [float(month) for month in range(every, int(last) + 1, every)]
        months = sorted({*months, last})
        with progress_bar(quiet or json) as progress:
            cube = run_cases(ground, [case], months, workers_of(workers), progress)
        answer = run_answer(ground, case, cube, kind)
        if output is not None:
            _write(output, answer, ground, case, cube)
    if json:
        print_json(answer)
    elif not quiet:
        from ..text import words
        from .run_view import show

        show(console(), answer, words(lang))


def _kind(draws: str, problems: list[Problem]) -> Kind:
    for kind in KINDS:
        if draws == kind:
            return kind
    expected = f"one of {', '.join(KINDS)}"
    problems.append(Problem("--draws", expected, repr(draws), "Correct it"))
    return "central"


def _case(
    scenario: str,
    ground: Ground,
    shocks: list[str],
    isolate: list[str],
    given: list[str],
    until: float,
) -> Case:
    from ...model.agents.settings import Settings
    from ...model.language.cache import load_program
    from ..inputs import overrides, read_plans
    from .ground import Case, known_actors, without_actors
    from .shock_text import read_shocks

    (plan,) = read_plans([scenario])
    settings = without_actors(Settings(), known_actors(isolate))
    settings = settings.with_shocks(read_shocks(shocks, ground.areas, until))
    return Case(plan.scenario.id, plan, settings, overrides(given, load_program()))


def _write(output: Path, answer: dict[str, Any], ground: Ground, case: Case, cube: Cube) -> None:
    from ..runs.folder import Result, write_result
    from .ground import settings_of
    from .tidy import inputs_csv, observations_csv

    files: dict[str, bytes | str] = {
        "observations.csv": observations_csv(ground, [case], cube),
        "inputs.csv": inputs_csv(ground, [case]),
    }
    write_result(output, Result("agents-run", answer, settings_of(ground, [case]), files))
