"""``tumbuh compare``: the main job."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..model.errors import DataError, InputError, Problem
from .cli_scenario import Json, Lang

if TYPE_CHECKING:
    from ..calibration.ensemble import Ensemble
    from ..model.language.ir import Program
    from ..scenarios.compile import Plan
    from .batch import Progress
    from .compare import Comparison
    from .text import Words

EXAMPLES = """**Examples**

`tumbuh compare`

`tumbuh compare --scenarios hr,food,my_plan.yaml --lang id --out hasil`

`tumbuh compare --draws 200 --json > answer.json`
"""
FIRST_UNTIL, LAST_UNTIL = 2028, 2035


def compare_command(
    scenarios: Annotated[
        str, typer.Option(help="Library ids or YAML files, separated by commas; all by default.")
    ] = "",
    district: Annotated[
        str, typer.Option(help="paser, or paser-official (23.6 % in 2021).")
    ] = "paser",
    draws: Annotated[int, typer.Option(help="Draws of the stored ensemble, 10 to 2000.")] = 1000,
    until: Annotated[
        int, typer.Option(help="Last year whose end is reported, 2028 to 2035.")
    ] = 2031,
    lang: Lang = "en",
    out: Annotated[
        Path | None, typer.Option(help="Write tables, figures and manifest here.")
    ] = None,
    json: Json = False,
    peers: Annotated[bool, typer.Option(help="Print published results of other models.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")] = False,
) -> None:
    """Compare strategies: prevalence, gains, rupiah, probabilities and what limits them."""
    from ..calibration.ensemble import load_ensemble
    from ..calibration.observations import load_observations
    from ..model.language.cache import load_program
    from .compare import compare
    from .text import words as load_words

    _check(draws, until)
    plans = read_plans(scenarios)
    ensemble = load_ensemble(district, draws)
    program, words = load_program(), load_words(lang)
    _same_model(program, ensemble)
    used = set(ensemble.provenance["observations"])
    surveys = tuple(item for item in load_observations() if item.id in used)
    with progress_bar(quiet or json) as report:
        answer = compare(program, ensemble, plans, surveys, until, report)
    name = surveys[0].area
    if json:
        from .output import as_json

        typer.echo(as_json(as_table(answer, ensemble)), nl=False)
    else:
        from .cli_tables import show, show_peers

        show(answer, words, name, float(ensemble.provenance["design_effect"]))
        if peers:
            show_peers(words)
    if out is not None:
        _write(out, answer, ensemble, program, words, name)
        typer.echo(f"-> {out}", err=True)


def read_plans(scenarios: str) -> list[Plan]:
    """Return the plans asked for, with no extra action first."""
    from ..scenarios.compile import prepare
    from ..scenarios.loader import BASELINE, load_scenarios

    names: list[str | Path] = [part.strip() for part in scenarios.split(",") if part.strip()]
    wanted = None if not names else [BASELINE, *(name for name in names if name != BASELINE)]
    loaded = load_scenarios(wanted)
    ids = [scenario.id for scenario in loaded]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        found = f"{', '.join(twice)} more than once"
        raise InputError([Problem("--scenarios", "ids used once", found, "Rename or remove one")])
    return [prepare(scenario) for scenario in loaded]


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Progress]:
    """Yield a function that moves a bar on standard error."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("tumbuh", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def as_table(answer: Comparison, ensemble: Ensemble) -> dict[str, Any]:
    """Return the answer as plain values for machines."""
    from .output import summary_rows

    return {
        "summary": summary_rows(answer),
        "equal_budget_best": None
        if answer.equal_budget is None
        else dict(answer.equal_budget.best),
        "bottleneck_points": {name: value.median for name, value in answer.bottleneck.items()},
        "speed_limit_percent": [
            {"year_end": s.year, "coflow": s.coflow.median, "stocks": s.stocks.median}
            for s in answer.speed_limit
        ],
        "deciding_difference_points": answer.deciding,
        "draws": ensemble.size,
        "failed_draws": int(answer.batch.failed.sum()),
        "seed": ensemble.seed,
    }


def _check(draws: int, until: int) -> None:
    problems = []
    if draws < 10:
        problems.append(Problem("--draws", "at least 10", str(draws), "Ask for more draws"))
    if not FIRST_UNTIL <= until <= LAST_UNTIL:
        expected = f"a year from {FIRST_UNTIL} to {LAST_UNTIL}"
        problems.append(Problem("--until", expected, str(until), "Choose another year"))
    if problems:
        raise InputError(problems)


def _same_model(program: Program, ensemble: Ensemble) -> None:
    if program.digest != ensemble.provenance["model"]:
        found = "an ensemble made with another model file"
        raise DataError([Problem("ensemble", "one of this model", found, "Run `make ensemble`")])


def _write(
    out: Path,
    answer: Comparison,
    ensemble: Ensemble,
    program: Program,
    words: Words,
    district: str,
) -> None:
    from .figures import fan_chart, paired_chart, render
    from .output import as_json, draws_csv, manifest, runs_csv, summary_csv, write_folder

    effect = float(ensemble.provenance["design_effect"])
    fan, paired = fan_chart(answer, words, district, effect), paired_chart(answer, words)
    files: dict[str, bytes | str] = {
        "summary.csv": summary_csv(answer),
        "compare.csv": runs_csv(answer),
        "draws.csv": draws_csv(ensemble),
        "manifest.json": as_json(
            manifest(program, ensemble, ["tumbuh", *sys.argv[1:]], ensemble.seed)
        ),
    }
    for form in ("png", "svg"):
        files[f"fan.{form}"] = render(fan, form)
        files[f"gain.{form}"] = render(paired, form)
    write_folder(out, files, answer)
