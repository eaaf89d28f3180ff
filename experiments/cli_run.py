"""``tumbuh run``: one scenario, any variable."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from ..model.calendar import FIRST_YEAR, LAST_YEAR
from ..model.errors import InputError, Problem
from .cli_common import Json, Lang, exit_codes
from .inputs import DistrictName, Figure, overrides, read_district, read_inputs

if TYPE_CHECKING:
    from ..model.engine.trajectories import Trajectories
    from ..model.language.ir import Program
    from .run_view import Course

EXAMPLES = """**Examples**

`tumbuh run hr`

`tumbuh run food --vars "survey prevalence,food reach" --draws 200 --lang id --plot food.png`

`tumbuh run all_three --set "initial fidelity=0.6" --csv path.csv`
"""
VARIABLES = "survey prevalence,true prevalence,routine prevalence,spending"
FORMS = (".png", ".svg")
Constants = dict[str, "float | np.ndarray"]


def run_command(
    scenario: Annotated[str, typer.Argument(help="Library id or YAML file.")],
    vars: Annotated[
        str, typer.Option("--vars", help="Variables, separated by commas.")
    ] = VARIABLES,
    set: Annotated[list[str], typer.Option("--set", help="NAME=VALUE of a constant.")] = [],  # noqa: B006
    district: DistrictName = "paser",
    observation: Figure | None = None,
    draws: Annotated[
        int, typer.Option(help="Fitted draws; 0: one run at the centres of the priors, not fitted.")
    ] = 0,
    until: Annotated[int, typer.Option(help="Last year, 2018 to 2035.")] = 2031,
    csv: Annotated[Path | None, typer.Option(help="Write every month here.")] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw the path here, .png or .svg, beside no extra action.")
    ] = None,
    lang: Lang = "en",
    json: Json = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print nothing; for --csv and --plot.")
    ] = False,
) -> None:
    """Run one scenario and print its path at the end of each year."""
    with exit_codes(lang):
        from ..model.language.cache import load_program
        from ..scenarios.compile import prepare
        from ..scenarios.loader import load_scenario
        from .run_view import Course, as_json, show

        _check(until, draws, observation, csv, plot, silent=quiet and not json)
        plan, program = prepare(load_scenario(scenario)), load_program()
        own = overrides(set, program)
        names = [part.strip() for part in vars.split(",") if part.strip()]
        world: Constants = {}
        if draws:
            read = read_inputs(program, district, observation or "district", draws)
            world |= read.ensemble.constants
            place = read.district
        else:
            place = read_district(district)
        world |= dict(plan.scenario.settings)
        run = _simulate(program, world | dict(plan.constants) | own, names, until)
        course = Course(plan.scenario, run, draws)
        if csv is not None or plot is not None:
            base = _simulate(program, world | own, names, until)
            _write(course, base, csv, plot, lang)
    if json:
        typer.echo(as_json(course), nl=False)
    elif not quiet:
        show(course, lang, place)


def _simulate(program: Program, constants: Constants, names: list[str], until: int) -> Trajectories:
    from ..model.engine.integrate import simulate

    times = np.arange(0.0, 12.0 * (until + 1 - FIRST_YEAR) + 1e-9, 1.0)
    return simulate(program, constants, names, times, snapshot=False)


def _write(
    course: Course, base: Trajectories, csv: Path | None, plot: Path | None, lang: Lang
) -> None:
    from ..model.files import write_together
    from .run_view import as_csv
    from .written import intend

    files: dict[Path, bytes | str] = {}
    if csv is not None:
        files[intend(csv)] = as_csv(course)
    if plot is not None:
        from .drawing import render
        from .run_figure import run_chart

        drawn = run_chart(course, base, lang)
        files[intend(plot)] = render(drawn, plot.suffix[1:].lower())
    write_together(files)


def _check(
    until: int,
    draws: int,
    observation: str | None,
    csv: Path | None,
    plot: Path | None,
    *,
    silent: bool,
) -> None:
    """Refuse options that cannot work, before anything is computed."""
    problems = []
    if not FIRST_YEAR <= until <= LAST_YEAR:
        expected = f"a year from {FIRST_YEAR} to {LAST_YEAR}"
        problems.append(Problem("--until", expected, str(until), "Choose another year"))
    if draws < 0:
        problems.append(Problem("--draws", "at least 0", str(draws), "Correct it"))
    if observation is not None and draws == 0:
        remedy = "Add --draws N, or leave --observation out"
        problems.append(Problem("--observation", "--draws above 0 beside it", "no draws", remedy))
    if plot is not None and plot.suffix.lower() not in FORMS:
        found = plot.suffix or "no ending"
        problems.append(Problem("--plot", f"one of {', '.join(FORMS)}", found, "Rename the file"))
    if silent and csv is None and plot is None:
        remedy = "Add one of them, or leave --quiet out"
        problems.append(
            Problem("--quiet", "--csv, --plot or --json beside it", "none of them", remedy)
        )
    if problems:
        raise InputError(problems)
    for path in (csv, plot):
        if path is not None:
            from .output import check_file

            check_file(path)
