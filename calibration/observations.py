"""Survey observations of a district, checked on loading."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..model.calendar import FIRST_YEAR, HORIZON_MONTH, LAST_YEAR
from ..model.errors import DataError, Problem
from ..model.tabular import Cells, read_table

DATA_FOLDER = Path(__file__).parent / "data"
COLUMNS = (  # noqa: SIM905
    "id area survey year value low high month_low month_high children role official source url note"
).split()
ROLES = ("fit", "alternative", "unseen")


@dataclass(frozen=True)
class Observation:
    """One published prevalence, as a point or as an interval.

    Attributes
    ----------
    id, area, survey
        Names; ``survey`` tells the instrument.
    year
        Calendar year of the survey.
    value
        Share of children under five who are stunted, 0 to 1; absent for an interval.
    low, high
        Ends of the interval that is known to hold the value, 0 to 1; absent for a point.
    month_low, month_high
        First and last month of field work; 0 is January 2018.
    children
        Children measured, or derived from the design of the survey.
    role
        ``fit``, ``alternative`` (instead of a fitted one) or ``unseen``.
    official
        Whether the number is in an official list.
    source, url, note
        Where it was read, and what is known of it.
    """

    id: str
    area: str
    survey: str
    year: int
    value: float | None
    low: float | None
    high: float | None
    month_low: float
    month_high: float
    children: int
    role: str
    official: bool
    source: str
    url: str
    note: str


def load_observations(path: Path | None = None) -> tuple[Observation, ...]:
    """Return the observations that a fit may use.

    Parameters
    ----------
    path
        CSV file; the packaged table when absent.

    Raises
    ------
    DataError
        With every problem of the table, by file and line.
    """
    return _load(path or DATA_FOLDER / "observations.csv")


def load_unseen() -> tuple[Observation, ...]:
    """Return later surveys, kept apart from every fit; for figures and scores only."""
    return _load(DATA_FOLDER / "holdout" / "observations.csv")


def _load(path: Path) -> tuple[Observation, ...]:
    problems: list[Problem] = []
    rows: dict[str, Observation] = {}
    for cells in read_table(path, COLUMNS, problems):
        row = _observation(cells)
        if row is None:
            continue
        if row.id in rows:
            cells.fault("id", "an id used once", repr(row.id), "Remove one of the two rows")
        rows[row.id] = row
    if problems:
        raise DataError(problems)
    if not rows:
        raise DataError([Problem(str(path), "at least one row", "none", "Restore the table")])
    return tuple(rows.values())


def _observation(cells: Cells) -> Observation | None:
    cells.needed("id", "area", "survey", "year", "month_low", "month_high", "children", "source")
    if not cells.text("url").startswith(("https://", "http://")):
        cells.fault(
            "url", "an address that starts with https://", repr(cells.text("url")), "Add it"
        )
    value, low, high = (_share(cells, column) for column in ("value", "low", "high"))
    year, first, last, children = (
        cells.number(column) for column in ("year", "month_low", "month_high", "children")
    )
    role, official = cells.choice("role", ROLES), cells.flag("official")
    if year is None or first is None or last is None or children is None:
        return None
    _check(cells, value, low, high, first, last, children)
    if year != int(year) or not FIRST_YEAR <= year <= LAST_YEAR:
        expected = f"a year from {FIRST_YEAR} to {LAST_YEAR}"
        cells.fault("year", expected, f"{year:g}", "Correct the year")
    return Observation(
        id=cells.text("id"),
        area=cells.text("area"),
        survey=cells.text("survey"),
        year=int(year),
        value=value,
        low=low,
        high=high,
        month_low=first,
        month_high=last,
        children=int(children),
        role=role,
        official=official,
        source=cells.text("source"),
        url=cells.text("url"),
        note=cells.text("note"),
    )


def _share(cells: Cells, column: str) -> float | None:
    value = cells.number(column)
    if value is not None and not 0.0 < value < 1.0:
        percent = 1.0 < value < 100.0
        remedy = f"Write {value / 100:g} for {value:g} percent" if percent else "Correct the value"
        cells.fault(column, "a share between 0 and 1", f"{value:g}", remedy)
    return value


def _check(
    cells: Cells,
    value: float | None,
    low: float | None,
    high: float | None,
    first: float,
    last: float,
    children: float,
) -> None:
    interval = low is not None and high is not None
    if (value is None) != interval:
        found = "both" if value is not None else "neither"
        cells.fault("value", "a value, or low and high", found, "Keep one of the two forms")
    if low is not None and high is not None and low >= high:
        cells.fault("low", "low below high", f"{low:g} and {high:g}", "Swap the two ends")
    if not 0.0 <= first <= last <= HORIZON_MONTH:
        found = f"{first:g} to {last:g}"
        cells.fault("month_low", "months in order, from 0", found, "Correct the months")
    if children < 1 or children != int(children):
        cells.fault("children", "a whole number of children", f"{children:g}", "Correct the count")
