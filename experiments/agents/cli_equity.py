"""``tumbuh agents equity``: who is left out, and who gains by which strategy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...model.errors import InputError, Problem
from ..cli_common import Json, Lang, Quiet, console, exit_codes, print_json, progress_bar
from .options import District, Out, Seed, Workers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ..batch import Progress

EXAMPLES = """**Examples**

`tumbuh agents equity --stored --lang id`

`tumbuh agents equity --draws 32 --out results/equity`

`tumbuh agents equity --scenarios coordination,food --measure prevalence`
"""


def equity_command(
    scenarios: Annotated[
        str | None, typer.Option(help="Library ids or YAML files, separated by commas.")
    ] = None,
    draws: Annotated[
        int, typer.Option(help="Replicates; each has its own draw of all parameters.")
    ] = 64,
    measure: Annotated[
        str, typer.Option(help="What the table of changes shows, for example all_services.")
    ] = "no_service",
    until: Annotated[str, typer.Option(help="Month that is read, such as 2031-12.")] = "2031-12",
    stored: Annotated[
        bool, typer.Option("--stored", help="Show the result that ships, at once.")
    ] = False,
    district: District = "paser",
    workers: Workers = None,
    seed: Seed = 20260101,
    output: Out = None,
    lang: Lang = "en",
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Say who gets all services and who none, by kecamatan, distance and wealth.

    Every strategy is held against no extra action with the same families and the same luck. Takes
    about two seconds for each draw of each scenario.
    """
    with exit_codes(lang):
        from ..output import check_folder
        from .equity_numbers import SHARES
        from .options import check_size, end_of

        problems = check_size("--draws", draws, workers)
        last = end_of(until, problems)
        if measure not in SHARES:
            expected = f"one of {', '.join(SHARES)}"
            problems.append(Problem("--measure", expected, repr(measure), "Correct the name"))
        if stored and (scenarios is not None or district != "paser"):
            expected, found = "Paser and its stored strategies", "--scenarios or --district"
            remedy = "Leave --stored out to run them"
            problems.append(Problem("--stored", expected, found, remedy))
        if problems:
            raise InputError(problems)
        if output is not None:
            check_folder(output)
        with progress_bar(quiet or json) as progress:
            answer, asked = (
                _stored()
                if stored
                else _run(district, scenarios, draws, seed, last, until, workers, progress)
            )
        if output is not None:
            _write(output, answer, asked, lang)
    if json:
        print_json(answer)
    else:
        from ..text import words
        from .equity_view import show

        show(console(), answer, words(lang), measure)


def _stored() -> tuple[dict[str, Any], dict[str, Any]]:
    from .equity_payload import stored_equity

    answer = stored_equity()
    return answer, {"stored": True, "draws": answer["draws"], "seed": answer["seed"]}


def _run(
    district: str,
    scenarios: str | None,
    draws: int,
    seed: int,
    last: float,
    until: str,
    workers: int | None,
    progress: Progress,
) -> tuple[dict[str, Any], dict[str, Any]]:
    from ..inputs import read_plans, references
    from .equity import DEFAULT, equity_answer
    from .ground import Case, read_ground, run_cases, settings_of
    from .options import workers_of

    ground = read_ground(district, "posterior", draws, seed)
    plans = read_plans(references(",".join(DEFAULT) if scenarios is None else scenarios))
    cases = [Case(plan.scenario.id, plan) for plan in plans]
    cube = run_cases(ground, cases, [last], workers_of(workers), progress)
    return equity_answer(ground, plans, cube, until), settings_of(ground, cases)


def _write(output: Path, answer: Mapping[str, Any], asked: Mapping[str, Any], lang: Lang) -> None:
    from ..drawing import render
    from ..rows import to_csv
    from ..runs.folder import Result, write_result
    from ..text import words
    from .equity_figure import charts
    from .equity_payload import PAYLOAD, payload_text

    files: dict[str, bytes | str] = {PAYLOAD: payload_text(answer)}
    files |= {f"{name}.csv": to_csv(rows) for name, rows in tables(answer).items()}
    for name, drawn in charts(answer, words(lang)).items():
        files |= {f"{name}.{form}": render(drawn, form) for form in ("png", "svg")}
    write_result(output, Result("agents-equity", answer, asked, files))


def tables(answer: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the tables of the folder: levels and paired changes, and gaps with theirs."""
    return {
        "groups": [
            {"measure": measure, "scenario": scenario, "group": group}
            | _triple(level, "")
            | _triple(answer["changes"][measure].get(scenario, {}).get(group), "change_")
            for measure, by_scenario in answer["levels"].items()
            for scenario, by_group in by_scenario.items()
            for group, level in by_group.items()
        ],
        "gaps": [
            {"measure": measure, "scenario": scenario, "between": " - ".join(pair)}
            | _triple(answer["gaps"][measure][scenario][name], "")
            | _triple(answer["gap_changes"][measure].get(scenario, {}).get(name), "change_")
            for measure, by_scenario in answer["gaps"].items()
            for scenario in by_scenario
            for name, pair in answer["compared"][measure].items()
        ],
        "concentration": [
            {"measure": measure, "scenario": scenario}
            | _triple(index, "")
            | _triple(answer["index_changes"][measure].get(scenario), "change_")
            for measure, by_scenario in answer["indices"].items()
            for scenario, index in by_scenario.items()
        ],
    }


def _triple(values: list[float] | None, prefix: str) -> dict[str, float | str]:
    names = (f"{prefix}median", f"{prefix}low", f"{prefix}high")
    return dict(zip(names, values or ("", "", ""), strict=True))
