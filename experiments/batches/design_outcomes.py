"""The outcomes of a design: standard ones by name, or any variable of the model at a date."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from ...model.calendar import FIRST_YEAR, HORIZON_MONTH, LAST_YEAR
from ...model.errors import ModelError
from ...model.language.ir import Program
from ...model.report import Report, did_you_mean
from ..draw_entries import At
from ..model_names import variables_of
from ..runs.evaluate import FORMS, Outcome, standard_outcomes, year_end
from .design_values import number, unknown_names, whole

PLACE = "outcomes"
KEYS = ("outcome", "variable", "year", "month", "form", "scale", "name")
STANDARD = tuple(item.name for item in standard_outcomes(LAST_YEAR))
"""Names of the standard outcomes."""


def read_outcomes(data: object, year: int, program: Program, report: Report) -> tuple[Outcome, ...]:
    """Return what is read from each run.

    Parameters
    ----------
    data
        Names of standard outcomes and mappings of `KEYS`; nothing for all standard ones.
    year
        Year at whose end an entry without a date is read.
    program
        The model.
    report
        Receives the problems.
    """
    if data is None:
        return standard_outcomes(year)
    if not isinstance(data, list) or not data:
        remedy = f"Write names such as {STANDARD[0]}, or delete it for all standard ones"
        report.add((PLACE,), "a list of outcomes", repr(data)[:60], remedy)
        return ()
    found: dict[str, Outcome] = {}
    for place, entry in enumerate(data):
        at = (PLACE, place)
        for outcome in _entry(at, entry, year, program, report):
            if outcome.name in found:
                remedy = "Give one of them another `name:`"
                report.add(at, "different names", f"{outcome.name!r} twice", remedy)
            found[outcome.name] = outcome
    return tuple(found.values())


def _entry(
    at: At, entry: object, year: int, program: Program, report: Report
) -> tuple[Outcome, ...]:
    if isinstance(entry, str):
        return _standard(at, entry, year_end(year), report)
    if not isinstance(entry, Mapping) or ("variable" in entry) == ("outcome" in entry):
        expected = "the name of a standard outcome, or one of variable and outcome"
        remedy = "Write `{variable: true prevalence, year: 2031}`"
        report.add(at, expected, repr(entry)[:60], remedy)
        return ()
    unknown_names(at, entry, KEYS, report)
    month, suffix = _date(at, entry, year, report)
    if "outcome" in entry:
        for key in ("form", "scale"):
            if key in entry:
                expected, remedy = "a standard outcome as it is", "Name its `variable:` instead"
                report.add((*at, key), expected, repr(key), remedy)
        found = _standard((*at, "outcome"), entry["outcome"], month, report)
    else:
        found = _variable(at, entry, month, program, report)
    return tuple(_named(at, item, entry, suffix, report) for item in found)


def _named(
    at: At, item: Outcome, entry: Mapping[Hashable, object], suffix: str, report: Report
) -> Outcome:
    """Return an outcome under the name of the entry, or one that says its date."""
    name = entry.get("name", f"{item.name}{suffix}")
    if not isinstance(name, str) or not name.strip() or len(name) > 80:
        report.add((*at, "name"), "a name of at most 80 letters", repr(name)[:60], "Correct it")
        return item
    return Outcome(name.strip(), item.variable, item.month, item.form, item.scale)


def _standard(at: At, name: object, month: float, report: Report) -> tuple[Outcome, ...]:
    for item in standard_outcomes(LAST_YEAR):
        if item.name == name:
            return (Outcome(item.name, item.variable, month, item.form, item.scale),)
    remedy = did_you_mean(name, STANDARD, "Name a variable of the model with `variable:`")
    report.add(at, f"one of {', '.join(STANDARD)}", repr(name)[:60], remedy)
    return ()


def _variable(
    at: At, entry: Mapping[Hashable, object], month: float, program: Program, report: Report
) -> tuple[Outcome, ...]:
    """Return the variable of an entry, all elements of an array."""
    form, scale = entry.get("form", "value"), 1.0
    if form not in FORMS:
        remedy = did_you_mean(form, FORMS, "Write value, gain or rise")
        report.add((*at, "form"), f"one of {', '.join(FORMS)}", repr(form)[:60], remedy)
        form = "value"
    if "scale" in entry:
        scale = number((*at, "scale"), entry["scale"], report)
        if scale == 0.0:
            report.add((*at, "scale"), "a scale other than 0", "0", "Delete it, or correct it")
    try:
        variables = variables_of(program, str(entry["variable"]))
    except ModelError as error:
        for problem in error.problems:
            found = f"{str(entry['variable'])[:60]!r}: {problem.found}"
            report.add((*at, "variable"), problem.expected, found, problem.remedy)
        return ()
    ending = "" if form == "value" else f" {form}"
    return tuple(
        Outcome(f"{item.name}{ending}", item.name, month, form, scale or 1.0)  # type: ignore[arg-type]
        for item in variables
    )


def _date(at: At, entry: Mapping[Hashable, object], year: int, report: Report) -> tuple[float, str]:
    """Return the month of an entry, and what a name says of it."""
    if "year" in entry and "month" in entry:
        report.add((*at, "month"), "one of year and month", "both", "Keep one of the two")
    if "month" in entry:
        month = number((*at, "month"), entry["month"], report)
        if month is not None and not (0.0 <= month <= HORIZON_MONTH and month.is_integer()):
            expected = f"a whole month from 0 (January {FIRST_YEAR}) to {HORIZON_MONTH:g}"
            report.add((*at, "month"), expected, f"{month:g}", "Choose a month of the horizon")
        return month or 0.0, f" month {month or 0.0:g}"
    if "year" in entry:
        found = whole((*at, "year"), entry["year"], FIRST_YEAR, LAST_YEAR, report)
        return year_end(found or LAST_YEAR), f" {found}"
    return year_end(year), ""
