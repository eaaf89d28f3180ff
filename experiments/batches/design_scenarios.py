"""The scenarios of a design, as constants of the model."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path

from ...model.errors import InputError, Problem
from ...model.report import Report, did_you_mean
from ...scenarios.compile import Plan, prepare
from ...scenarios.loader import BASELINE, LIBRARY_IDS, load_scenarios, scenario_path
from ..batch import case_of
from .design import LEVERS, Strategy
from .design_values import words_of

PLACE = "scenarios"


def read_strategies(
    data: Mapping[Hashable, object],
    folder: Path,
    levers: bool,
    report: Report,
    apart: list[Problem],
) -> tuple[Strategy, ...]:
    """Return the strategies of a design, no extra action first whether or not it is named.

    Parameters
    ----------
    data
        The design; ``scenarios`` holds ids and files, or ``library`` for all that ship.
    folder
        Where the files lie.
    levers
        Whether the design sets levers itself; then it may go without scenarios.
    report, apart
        Receive the problems of the design, and those of the scenario files.
    """
    if PLACE not in data:
        if not levers:
            remedy = "Write `scenarios: library`, or some ids, or `levers:`"
            report.add((PLACE,), "scenarios or levers", "nothing", remedy)
        return _strategies([BASELINE], report, apart)
    listed = words_of((PLACE,), data[PLACE], report)
    if data[PLACE] == "library":
        return _strategies(list(LIBRARY_IDS), report, apart)
    found: list[str | Path] = [BASELINE]
    for at, word in listed:
        path = scenario_path(word)
        if path.parent == scenario_path(BASELINE).parent:
            if word not in LIBRARY_IDS:
                remedy = did_you_mean(word, LIBRARY_IDS, "`tumbuh scenario list` shows the ids")
                expected = "the id of a library scenario or a .yaml file"
                report.add(at, expected, repr(word)[:60], remedy)
            elif word not in found:
                found.append(word)
        else:
            found.append(folder / path)
    return _strategies(found, report, apart)


def _strategies(
    references: list[str | Path], report: Report, apart: list[Problem]
) -> tuple[Strategy, ...]:
    """Return strategies of ids and files, or nothing after noting what is wrong with them."""
    try:
        plans = [prepare(scenario) for scenario in load_scenarios(references)]
    except InputError as error:
        apart += error.problems
        return ()
    for plan in plans:
        if plan.scenario.id == LEVERS:
            found = f"a scenario called {LEVERS!r}"
            report.add((PLACE,), "another id", found, "That is what runs of `levers:` are called")
    return tuple(_strategy(plan) for plan in plans)


def _strategy(plan: Plan) -> Strategy:
    case = case_of(plan)
    return Strategy(case.name, dict(case.constants), case.branch, dict(plan.scenario.settings))
