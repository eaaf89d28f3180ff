"""Published surveys that an entry is scored with, every mistake told at once.

Two sets of columns are read: ``area, survey, year, value, children``, or all those of
`survey_rows`. Either may have ``published`` too, the day of publication; without it one day is
given for the whole file. A forecast counts only for a survey that was published after its day.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..model.errors import DataError, Problem
from ..model.tabular import Cells, read_table
from .areas import check_area, load_areas
from .ledger import load_ledger, parse_day, read_entry
from .ledger_chain import Line
from .ledger_entry import Forecast
from .survey_rows import COLUMNS, Rules, Survey, survey_reader
from .tables import read_count, read_share, this_year

SIMPLE = ("area", "survey", "year", "value", "children")
PUBLISHED = "published"
ROLES = ("fit", "alternative", "unseen", "context", "rival")
EARLIER = "Score a survey that was not known on the day of the entry"


@dataclass(frozen=True)
class Published:
    """One published survey of a district.

    Attributes
    ----------
    area, survey, year
        Code of the district, name of the round, calendar year.
    value
        Published share, 0 to 1; absent where only an interval is known.
    low, high
        Ends of that interval, 0 to 1; absent for a point.
    children
        Children measured, where they are known.
    day
        Of publication, ISO 8601.
    """

    area: str
    survey: str
    year: int
    value: float | None
    low: float | None
    high: float | None
    children: int | None
    day: str


@dataclass(frozen=True)
class Round:
    """Surveys with the entry that they are scored with."""

    line: Line
    forecasts: tuple[Forecast, ...]
    surveys: tuple[Published, ...]


def read_round(
    path: Path,
    folder: Path | None = None,
    number: int | None = None,
    day: str | None = None,
    today: date | None = None,
) -> Round:
    """Return the surveys of a file and the entry that they are scored with.

    Parameters
    ----------
    path
        CSV file.
    folder
        Of the ledger; the packaged one when absent.
    number
        Of the entry; when absent the last one before the first publication in the file.
    day
        Day of publication of every row, where the file has no column for it.
    today
        The calendar's day when absent.

    Raises
    ------
    DataError
        With every mistake of the file, by line and column, or of the ledger.
    """
    problems: list[Problem] = []
    columns, today = _columns(path), today or date.today()
    table, dated = list(read_table(path, columns, problems)), PUBLISHED in columns
    if not table and not problems:
        problems.append(Problem(path.name, "at least one row", "none", "Add the survey"))
    days = [cells.text(PUBLISHED) for cells in table] if dated else [day or ""]
    line, forecasts = read_entry(number or _before(days, load_ledger(folder)), folder)
    if table and dated == (day is not None):
        found, remedy = "both" if dated else "neither", "Give the day of publication once"
        expected = f"a column {PUBLISHED}, or --published"
        problems.append(Problem(path.name, expected, found, remedy))
    elif day is not None:
        faults = _day_faults(day, line, today)
        problems += [Problem("--published", *fault) for fault in faults]
    make = _maker(columns, forecasts)
    rows: list[Published | None] = []
    for cells in table:
        own = cells.text(PUBLISHED) if dated else day or ""
        rows.append(make(cells, own))
        for fault in _day_faults(own, line, today) if dated else ():
            cells.fault(PUBLISHED, *fault)
    if problems:
        raise DataError(problems)
    return Round(line, forecasts, tuple(row for row in rows if row is not None))


def _columns(path: Path) -> tuple[str, ...]:
    """Return the set of columns that the header comes nearest to."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            header = [name.strip() for name in next(csv.reader(file), [])]
    except (OSError, csv.Error):  # told by the reader of the table
        header = []
    more = (PUBLISHED,) if PUBLISHED in header else ()
    return (*(COLUMNS if "id" in header else SIMPLE), *more)


def _before(days: Iterable[str], lines: Sequence[Line]) -> int | None:
    """Return the number of the last entry before all days, else the first one's."""
    known = [day for day in days if parse_day(day) is not None]
    older = [line.number for line in lines if known and line.date < min(known)]
    return older[-1] if older else (1 if lines else None)


def _day_faults(day: str, line: Line, today: date) -> list[tuple[str, str, str]]:
    parsed = parse_day(day)
    if parsed is None:
        remedy = "Write year, month and day with hyphens"
        return [("a day such as 2026-11-25", repr(day) if day else "nothing", remedy)]
    if parsed > today:
        return [(f"a day up to {today}, today", day, "Correct the day")]
    if day <= line.date:
        return [(f"a day after {line.date}, that of entry {line.number}", day, EARLIER)]
    return []


def _maker(
    columns: Sequence[str], forecasts: Sequence[Forecast]
) -> Callable[[Cells, str], Published | None]:
    """Return a function that makes rows and knows those that it has made."""
    areas = load_areas()
    full = survey_reader(Rules(ROLES), areas) if "id" in columns else None
    lines: dict[tuple[str, int], int] = {}

    def make(cells: Cells, day: str) -> Published | None:
        if full is None:
            check_area(cells, areas)
            row = _simple(cells, day)
        else:
            row = _of_survey(full(cells), day)
        _check_forecast(cells, row, forecasts, cells.text("area") in areas)
        if row is not None:
            _check_twice(cells, (row.area, row.year), lines)
        return row

    return make


def _simple(cells: Cells, day: str) -> Published | None:
    cells.needed("survey", "value")
    value, children = read_share(cells, "value"), read_count(cells, "children")
    year = cells.number("year", needed=True)
    if year is None:
        return None
    own = int(year) if year == int(year) else -1
    return Published(
        cells.text("area"), cells.text("survey"), own, value, None, None, children, day
    )


def _of_survey(row: Survey | None, day: str) -> Published | None:
    if row is None or row.year > this_year():  # told already
        return None
    ends = (row.low, row.high)
    return Published(row.area, row.survey, row.year, row.value, *ends, row.children, day)


def _check_forecast(
    cells: Cells, row: Published | None, forecasts: Sequence[Forecast], known: bool
) -> None:
    """Report a district or a year of which the entry has no forecast."""
    years = sorted({item.year for item in forecasts})
    areas = dict.fromkeys(item.area for item in forecasts)
    if known and cells.text("area") not in areas:
        expected = f"one of {', '.join(areas)}"
        cells.fault("area", expected, repr(cells.text("area")), "Remove the row")
    if row is None:
        return
    if row.year not in years:
        expected = f"a year from {years[0]} to {years[-1]}"
        cells.fault("year", expected, cells.text("year"), "Choose a year that was forecast")
    elif (parsed := parse_day(row.day)) is not None and parsed.year < row.year:
        expected = f"a year up to {parsed.year}, that of publication"
        cells.fault("year", expected, cells.text("year"), "Correct the year")


def _check_twice(cells: Cells, key: tuple[str, int], lines: dict[tuple[str, int], int]) -> None:
    """Report a second survey of one district and year."""
    first = lines.setdefault(key, cells.line)
    if first != cells.line:
        found = f"{key[0]} in {key[1]} again (first in line {first})"
        cells.fault("year", "one survey of a district and year", found, "Keep one of the two")
