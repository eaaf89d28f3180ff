"""Find every mistake of one scenario file at once, each with its line."""

from __future__ import annotations

import csv
import re
from collections.abc import Hashable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from .. import model
from ..model.calendar import DECISION_DATE, DECISION_MONTH, month_of
from ..model.errors import InputError, Problem
from ..model.report import Report, did_you_mean
from ..model.yamlfile import LineMap
from .bounds import outside
from .levers import catalogue
from .schema import FIELDS_AT, ScenarioFile

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_PLAIN = {
    "a valid string": "text",
    "a valid dictionary": "named entries",
    "a valid list": "a list",
    "a valid boolean": "true or false",
    "greater than or equal to": "at least",
    "less than or equal to": "at most",
    "greater than": "above",
    "match pattern '^[a-z][a-z0-9_]*$'": "a name of a-z, 0-9 and _ that starts with a letter",
}
"""What pydantic says, in the words of a planner."""

EVIDENCE_TABLES = ("effects.csv", "structure.csv")


def check_file(
    data: object, path: Path, line_of: LineMap
) -> tuple[ScenarioFile | None, list[Problem]]:
    """Check one file by itself, without what it extends.

    Parameters
    ----------
    data
        What the YAML file holds.
    path
        The file; messages start with it and the id must be its name.
    line_of
        Lines of the entries.

    Returns
    -------
    file, problems
        The file's content when its shape is right, and all its problems in the order of lines.
    """
    if not isinstance(data, Mapping):
        found = f"a {type(data).__name__}"
        remedy = "Start the file with `id: <name>`; see `tumbuh scenario new`"
        return None, [Problem(f"{path}:1", "named entries", found, remedy)]
    report = Report(path, line_of)
    file = None
    try:
        file = ScenarioFile.model_validate(data)
    except ValidationError as error:
        for detail in error.errors():
            _report_shape(report, detail)
    _check_id(report, data)
    _check_levers(report, data)
    _check_settings(report, data)
    _check_evidence(report, data)
    return file, report.in_order()


@lru_cache(maxsize=1)
def known_evidence() -> frozenset[str] | None:
    """Return the ids of the evidence tables, or None where the tables are not installed."""
    ids: set[str] = set()
    for name in EVIDENCE_TABLES:
        path = Path(model.__file__).parent / "evidence" / name
        if path.exists():
            with path.open(encoding="utf-8", newline="") as file:
                ids |= {row["id"] for row in csv.DictReader(file)}
    return frozenset(ids) or None


def _report_shape(report: Report, detail: ErrorDetails) -> None:
    """Say in the words of the file what pydantic found."""
    at, kind, value = tuple(detail["loc"]), detail["type"], detail["input"]
    name = ".".join(str(part) for part in at)
    if kind == "missing":
        language = {"id": "Bahasa Indonesia", "en": "English"}.get(str(at[-1])) if at[1:] else None
        expected = f"{name} ({language})" if language else name
        report.add(at, expected, "nothing", f"Add `{at[-1]}:`")
    elif kind == "extra_forbidden":
        known = list(FIELDS_AT["" if len(at) == 1 else str(at[0])].model_fields)
        remedy = did_you_mean(at[-1], known, f"Delete {at[-1]!r}")
        report.add(at, f"one of {', '.join(known)}", repr(at[-1]), remedy)
    elif kind == "float_type":
        remedy = "Write a number without quotes"
        if isinstance(value, str) and re.fullmatch(r"-?\d+,\d+", value):
            remedy = f"Write {value.replace(',', '.')}, with a decimal point"
        elif isinstance(value, str) and "," in value:
            remedy = "Write the decimal with a point, such as 0.8, and thousands without a mark"
        report.add(at, f"{name} as a number", _short(value), remedy)
    else:
        expected = detail["msg"].removeprefix("Input should be ").removeprefix("String should ")
        for technical, plain in _PLAIN.items():
            expected = expected.replace(technical, plain)
        field = next((part for part in reversed(at) if isinstance(part, str)), "the file")
        remedy = f"Correct {field!r}"
        report.add(at, f"{name}: {expected}", _short(value), remedy)


def _check_id(report: Report, data: Mapping[str, Any]) -> None:
    name = data.get("id")
    if isinstance(name, str) and name != report.path.stem:
        remedy = f"Write `id: {report.path.stem}`, or rename the file to {name}.yaml"
        report.add(("id",), f"the file's name, {report.path.stem}", name, remedy)


def _check_levers(report: Report, data: Mapping[str, Any]) -> None:
    levers, known = data.get("levers"), catalogue().levers
    if not isinstance(levers, Mapping):
        return
    early = data.get("allow_before_decision") is True
    for name, plan in levers.items():
        if name not in known:
            remedy = did_you_mean(name, known, "`tumbuh scenario show` lists the levers")
            report.add(("levers", name), "a lever", repr(name), remedy)
        if not isinstance(plan, Mapping):
            continue
        if name in known:
            lever = known[name]
            at = ("levers", name, "level")
            _check_bounds(
                report, at, plan.get("level"), (0.0, lever.maximum), lever.unit, lever.dose_unit.en
            )
        _check_dates(report, name, plan, early)


def _check_bounds(
    report: Report,
    at: tuple[Hashable, ...],
    value: object,
    bounds: tuple[float, float],
    unit: str,
    words: str,
) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    problem = outside("", float(value), bounds, unit, words)
    if problem:
        report.add(at, problem.expected, problem.found, problem.remedy)


def _check_dates(report: Report, name: Hashable, plan: Mapping[str, Any], early: bool) -> None:
    start = _month(report, name, plan, "start")
    end = _month(report, name, plan, "end")
    if start is not None and start < DECISION_MONTH and not early:
        remedy = "Start later, or write `allow_before_decision: true` for a what-if on the past"
        expected = f"a start in {DECISION_DATE}, the first budget still open, or later"
        report.add(("levers", name, "start"), expected, plan["start"], remedy)
    if start is not None and end is not None and end <= start:
        remedy = "Move the end after the start, or delete it if the lever goes on"
        report.add(("levers", name, "end"), f"a month after {plan['start']}", plan["end"], remedy)


def _month(report: Report, name: Hashable, plan: Mapping[str, Any], part: str) -> float | None:
    """Return the month of a date, or None after noting what is wrong with it."""
    date = plan.get(part)
    if not isinstance(date, str):
        return None
    try:
        return month_of(date)
    except InputError as error:
        for problem in error.problems:
            at = ("levers", name, part)
            report.add(at, problem.expected, problem.found, problem.remedy)
        return None


def _check_settings(report: Report, data: Mapping[str, Any]) -> None:
    settings, known = data.get("settings"), catalogue().settings
    if not isinstance(settings, Mapping):
        return
    for name, value in settings.items():
        if name in known:
            row = known[name]
            bounds = (row.lower, row.upper)
            _check_bounds(report, ("settings", name), value, bounds, row.unit, row.title.en)
        else:
            remedy = did_you_mean(name, known, f"Choose one of {', '.join(known)}, or delete it")
            report.add(("settings", name), "a setting that may be replaced", repr(name), remedy)


def _check_evidence(report: Report, data: Mapping[str, Any]) -> None:
    ids, known = data.get("evidence"), known_evidence()
    if known is None or not isinstance(ids, list):
        return
    for position, name in enumerate(ids):
        if isinstance(name, str) and name not in known:
            remedy = did_you_mean(name, known, "`tumbuh evidence` lists the ids")
            report.add(("evidence", position), "an id of the evidence tables", name, remedy)


def _short(value: object) -> str:
    written = repr(value)
    return written if len(written) <= 60 else written[:57] + "..."
