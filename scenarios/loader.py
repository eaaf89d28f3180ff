"""Find, read and compose scenario files; all their mistakes are raised together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from ..model.calendar import month_of
from ..model.errors import InputError, Problem, ScenarioError
from ..model.report import Report, did_you_mean
from ..model.yamlfile import load_yaml
from .checks import check_file
from .compile import prepare
from .costs import CostInputs, cost_by_year, planning_inputs
from .levers import catalogue
from .scenario import Budget, Dose, Scenario
from .schema import NAME_PATTERN, ScenarioFile
from .text import Text

LIBRARY = Path(__file__).with_name("library")
MAX_BYTES = 200_000
T = TypeVar("T")

LIBRARY_IDS = (
    "no_extra_action",
    "hr",
    "facilities",
    "coordination",
    "hr_facilities",
    "hr_coordination",
    "facilities_coordination",
    "all_three",
    "all_three_food",
    "food",
    "cadre_training_only",
    "national_plan",
    "budget_cut",
    "equal_hr",
    "equal_facilities",
    "equal_coordination",
    "equal_food",
    "equal_mix",
)
"""The strategies that ship, in the order in which they are shown."""

BASELINE = "no_extra_action"
EQUAL_BUDGET_IDS = tuple(name for name in LIBRARY_IDS if name.startswith("equal_"))
"""The only set within which one may ask which strategy is best."""


@dataclass
class _Reading:
    """The files read for one request, so that none is read twice."""

    inputs: CostInputs | None
    problems: list[Problem] = field(default_factory=list)
    done: dict[Path, Scenario | None] = field(default_factory=dict)


def load_scenario(reference: str | Path, inputs: CostInputs | None = None) -> Scenario:
    """Read one scenario and everything it extends.

    Parameters
    ----------
    reference
        Id of a library scenario, or path of a YAML file.
    inputs
        Prices and quantities for the budget check; those of the catalogue by default.

    Raises
    ------
    ScenarioError
        With every problem of the file and of the files that it extends.
    """
    return load_scenarios([reference], inputs)[0]


def load_scenarios(
    references: list[str | Path] | None = None, inputs: CostInputs | None = None
) -> list[Scenario]:
    """Read several scenarios, the whole library by default, and report all problems at once.

    Parameters
    ----------
    references
        Ids or paths, in the order wanted.
    inputs
        As for `load_scenario`.

    Raises
    ------
    ScenarioError
        With every problem of every file.
    """
    reading = _Reading(inputs)
    wanted = LIBRARY_IDS if references is None else references
    found = [_read(path, (), reading) for path in (_locate(r, reading) for r in wanted) if path]
    scenarios = [scenario for scenario in found if scenario is not None]
    ids = [scenario.id for scenario in scenarios]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        remedy = "Ask for it once, or give the other file a different id"
        reading.problems.append(Problem("scenario", "different ids", f"{name!r} twice", remedy))
    if reading.problems:
        raise ScenarioError(dict.fromkeys(reading.problems))
    return scenarios


def scenario_path(reference: str | Path, beside: Path | None = None) -> Path:
    """Return the file that an id or a path stands for, whether or not it exists.

    Parameters
    ----------
    reference
        Path of a YAML file, or id of a scenario.
    beside
        Folder that is looked at before the library, for what a file extends.
    """
    path = Path(reference)
    if path.suffix in {".yaml", ".yml"} or len(path.parts) > 1:
        return path
    own = None if beside is None else beside / f"{reference}.yaml"
    return own if own is not None and own.exists() else LIBRARY / f"{reference}.yaml"


def _locate(reference: str | Path, reading: _Reading) -> Path | None:
    """Return the file of an id or path, or note that there is none."""
    path = scenario_path(reference)
    if path.parent != LIBRARY or str(reference) in LIBRARY_IDS:
        return path
    remedy = did_you_mean(reference, LIBRARY_IDS, "`tumbuh scenario list` shows the ids")
    expected = "the id of a library scenario or a .yaml file"
    reading.problems.append(Problem("scenario", expected, repr(str(reference)), remedy))
    return None


def _read(path: Path, chain: tuple[Path, ...], reading: _Reading) -> Scenario | None:
    """Return the scenario of a file, or None after noting its problems."""
    key = path.absolute()
    if key not in reading.done:
        reading.done[key] = None
        try:
            data, line_of = load_yaml(path, MAX_BYTES)
        except InputError as error:
            reading.problems.extend(error.problems)
            return None
        file, problems = check_file(data, path, line_of)
        report = Report(path, line_of)
        parents = _parents(data, report, (*chain, key), reading)
        if file is not None and parents is not None and not problems:
            reading.done[key] = _compose(file, parents, report)
            _check_budget(reading.done[key], report, reading.inputs)
        reading.problems.extend(sorted(problems + report.in_order(), key=_line))
    return reading.done[key]


def _line(problem: Problem) -> int:
    return int(problem.where.rpartition(":")[2])


def _parents(
    data: object, report: Report, chain: tuple[Path, ...], reading: _Reading
) -> list[Scenario] | None:
    """Return the scenarios that a file extends, or None when one of them cannot be used.

    It works on the raw data, so that a mistake elsewhere in the file does not hide one here.
    """
    names = data.get("extends") if isinstance(data, Mapping) else None
    found: list[Scenario | None] = []
    for position, name in enumerate(names if isinstance(names, list) else []):
        if not isinstance(name, str) or re.fullmatch(NAME_PATTERN, name) is None:
            found.append(None)  # the check of the shape reports it; never follow it as a path
            continue
        path = scenario_path(name, report.path.parent)
        at = ("extends", position)
        if path.absolute() in chain:
            circle = (*chain[chain.index(path.absolute()) :], path)
            loop = " -> ".join(step.stem for step in circle)
            report.add(at, "a scenario that does not extend this one", loop, "Cut the circle")
            found.append(None)
        elif not path.exists():
            near = {*LIBRARY_IDS, *(file.stem for file in report.path.parent.glob("*.yaml"))}
            remedy = did_you_mean(name, near - {report.path.stem}, "Choose a library id")
            report.add(at, "the id of a scenario here or in the library", repr(name), remedy)
            found.append(None)
        else:
            found.append(_read(path, chain, reading))
    usable = [parent for parent in found if parent is not None]
    return usable if len(usable) == len(found) else None


def _compose(file: ScenarioFile, parents: list[Scenario], report: Report) -> Scenario:
    """Lay the file's own entries over those of its parents."""
    own = {
        name: Dose(
            level=plan.level,
            start=month_of(plan.start),
            ramp=plan.ramp_months,
            end=None if plan.end is None else month_of(plan.end),
        )
        for name, plan in file.levers.items()
    }
    levers = _inherit("levers", {p.id: p.levers for p in parents}, own, report)
    settings = _inherit("settings", {p.id: p.settings for p in parents}, file.settings, report)
    evidence = [name for parent in parents for name in parent.evidence] + file.evidence
    budget, equal = file.budget, file.equal_budget
    return Scenario(
        id=file.id,
        title=Text(file.title.id, file.title.en),
        intent=Text(file.intent.id, file.intent.en),
        levers={name: levers[name] for name in catalogue().levers if name in levers},
        settings=settings,
        budget=budget and Budget(budget.ceiling_million_idr_per_year, budget.over_ceiling),
        equal_budget=equal and equal.million_idr_per_year,
        evidence=tuple(dict.fromkeys(evidence)),
        note=file.note and Text(file.note.id, file.note.en),
        extends=tuple(file.extends),
        allow_before_decision=file.allow_before_decision,
    )


def _inherit(
    part: str, parents: Mapping[str, Mapping[str, T]], own: Mapping[str, T], report: Report
) -> dict[str, T]:
    """Merge the parents' entries; two parents that differ must be settled by the file."""
    merged: dict[str, T] = {}
    origin: dict[str, str] = {}
    for parent, entries in parents.items():
        for name, value in entries.items():
            if name in merged and merged[name] != value and name not in own:
                expected = f"one value of {name!r} from the scenarios it extends"
                found = f"different ones in {origin[name]} and {parent}"
                report.add(("extends",), expected, found, f"State {name!r} under `{part}:` here")
            merged.setdefault(name, value)
            origin.setdefault(name, parent)
    return merged | dict(own)


def _check_budget(scenario: Scenario | None, report: Report, given: CostInputs | None) -> None:
    """Refuse a plan that is dearer than its ceiling, or that cannot be scaled to its sum."""
    if scenario is None or (scenario.budget is None and scenario.equal_budget is None):
        return
    inputs = given or planning_inputs()
    try:
        plan = prepare(scenario, inputs)
    except ScenarioError as error:
        for problem in error.problems:
            report.add(("equal_budget",), problem.expected, problem.found, problem.remedy)
        return
    budget = scenario.budget
    if budget is None or budget.over_ceiling == "scale":
        return
    costs = cost_by_year(plan.scenario.levers, inputs)
    year = max(costs, key=lambda year: costs[year])
    if costs[year] > budget.ceiling * (1.0 + 1e-9):
        report.add(
            ("budget", "ceiling_million_idr_per_year"),
            f"a plan of at most {budget.ceiling:,.0f} million rupiah in every year",
            f"{costs[year]:,.0f} million in {year}",
            "Lower the levels, raise the ceiling, or write `over_ceiling: scale`",
        )
