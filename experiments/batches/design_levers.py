"""The levers of a design: one value, several to combine, or a range to draw from."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from ...model.calendar import DECISION_DATE, DECISION_MONTH, HORIZON_MONTH, month_of
from ...model.distributions import Prior
from ...model.errors import InputError
from ...model.parameters import plain_name
from ...model.report import Report, did_you_mean
from ...scenarios.compile import NO_END, constants
from ...scenarios.levers import Lever, catalogue
from ...scenarios.scenario import Scenario
from ...scenarios.schema import MAX_RAMP_MONTHS
from ...scenarios.text import Text
from ..draw_entries import At
from .design import LEVERS, Coordinate, LeverRuns
from .design_values import Spread, inside, number, spread, unknown_names

PARTS = {"level": "level", "start": "start", "ramp_months": "ramp", "end": "end"}
"""Names in the file, as in a scenario, and in the constants of the model."""

USUAL = {"start": DECISION_MONTH, "ramp_months": 12.0, "end": NO_END}
"""What holds where a design is silent: from the decision date, a year of rise, without end."""

MOST_COMBINATIONS = 4_096
"""Combinations of levers run for every draw: two levels of all twelve levers. Larger grids are
better drawn, and one draw must fit into a chunk."""


@dataclass
class _Found:
    fixed: dict[str, float] = field(default_factory=dict)
    grid: dict[str, tuple[float, ...]] = field(default_factory=dict)
    drawn: list[Coordinate] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)


def read_levers(data: object, report: Report) -> tuple[LeverRuns | None, tuple[Coordinate, ...]]:
    """Return the runs whose levers the design sets, and the parts of levers that are drawn.

    Parameters
    ----------
    data
        By lever of the catalogue: a level, a list or range of levels, or a mapping of `PARTS`.
    report
        Receives the problems.
    """
    if data is None:
        return None, ()
    if not isinstance(data, Mapping) or not data:
        remedy = "Write `food coverage: [0.4, 0.8]` below it, or delete it"
        report.add((LEVERS,), "a dose by lever", repr(data)[:60], remedy)
        return None, ()
    found, seen = _Found(), set()
    known = {plain_name(name): lever for name, lever in catalogue().levers.items()}
    for word, entry in data.items():
        lever, at = known.get(plain_name(str(word))), (LEVERS, word)
        if lever is None:
            remedy = did_you_mean(word, catalogue().levers, "`tumbuh scenario show` lists them")
            report.add(at, "a lever", repr(word)[:60], remedy)
        elif lever.name in seen:
            report.add(at, f"{lever.name!r} once", "it again", "Keep one of the two")
        else:
            seen.add(lever.name)
            _lever(at, lever, entry, found, report)
    bare = Scenario(LEVERS, Text("", ""), Text("", ""))
    varied = {*found.grid, *(item.name for item in found.drawn)}
    fixed = {n: v for n, v in (constants(bare) | found.fixed).items() if n not in varied}
    runs = LeverRuns(fixed, found.grid, min(found.starts, default=DECISION_MONTH))
    if runs.combinations > MOST_COMBINATIONS:
        expected = f"at most {MOST_COMBINATIONS} combinations of levers"
        remedy = "Give some levers {low, high} instead of a list, so that they are drawn"
        report.add((LEVERS,), expected, f"{runs.combinations}", remedy)
    return runs, tuple(found.drawn)


def _lever(at: At, lever: Lever, entry: object, found: _Found, report: Report) -> None:
    """Read one lever; a level alone stands for its mapping."""
    doses = entry if isinstance(entry, Mapping) and not _is_range(entry) else {"level": entry}
    if "level" not in doses:
        report.add(at, "the level", "nothing", "Write `level:` with a value, a list or a range")
    unknown_names(at, doses, tuple(PARTS), report)
    read: dict[str, Spread] = {}
    for part in PARTS:
        if part in doses:
            place = (*at, part) if doses is entry else at
            value = _part(place, part, doses[part], lever, report)
            read[part] = value or Spread((USUAL.get(part, 0.0),))
        elif part in USUAL:
            read[part] = Spread((USUAL[part],))
    if read["end"].least <= read["start"].most:
        expected, remedy = "an end after every start", "Move the end, or delete it"
        report.add((*at, "end"), expected, f"{doses['end']}", remedy)
    found.starts.append(read["start"].least)
    for part, value in read.items():
        _keep(lever, part, value, found)


def _is_range(entry: Mapping[Hashable, object]) -> bool:
    return bool(entry) and set(entry) <= {"low", "high"}


def _keep(lever: Lever, part: str, value: Spread, found: _Found) -> None:
    """Sort a part of a lever by how it varies."""
    name = lever.constant(PARTS[part])  # type: ignore[arg-type]
    if value.limits is not None:
        low, high = value.limits
        unit = lever.unit if part == "level" else "month"
        prior = Prior("uniform", (low + high) / 2.0, low, high)
        found.drawn.append(Coordinate(name, unit, "lever", prior))
    elif len(value.values) > 1:
        found.grid[name] = value.values
    else:
        found.fixed[name] = value.least


def _part(at: At, part: str, data: object, lever: Lever, report: Report) -> Spread | None:
    """Return one part of a lever within its bounds, or nothing after noting what is wrong."""
    dated = part in ("start", "end")
    value = spread(at, data, report, _month if dated else number)
    bounds = {
        "level": (0.0, lever.maximum),
        "start": (DECISION_MONTH, HORIZON_MONTH),
        "ramp_months": (0.0, MAX_RAMP_MONTHS),
        "end": (0.0, HORIZON_MONTH),
    }[part]
    if value is None:
        return None
    if dated and value.least < bounds[0]:
        expected = f"{DECISION_DATE}, the first budget still open, or later"
        report.add(at, expected, "an earlier month", "Choose a later month")
        return None
    unit, words = ("month", "months")
    if part == "level":
        unit, words = lever.unit, lever.dose_unit.en
    return value if inside(at, value, bounds, unit, words, report) else None


def _month(at: At, data: object, report: Report) -> float | None:
    """Return the month of a date such as 2027-01."""
    try:
        return month_of(data if isinstance(data, str) else repr(data))
    except InputError as error:
        for problem in error.problems:
            report.add(at, problem.expected, problem.found, problem.remedy)
    return None
