"""What all tables of data share: where they lie, one pass over the rows, checks of common cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol, TypeVar

from ..model.errors import DataError, Problem
from ..model.tabular import Cells, read_table

DATA_FOLDER = Path(__file__).parent / "data"
TABLES_READ = 2026
"""Year in which the packaged tables were read; a clock that is behind it is not believed."""
FIRST_KNOWN_YEAR = 2000


class Row(Protocol):
    """A row that has an id."""

    @property
    def id(self) -> str:
        """Name of the row, used once in its table."""
        ...


R = TypeVar("R", bound=Row)


def load_rows(
    path: Path, columns: Sequence[str], make: Callable[[Cells], R | None]
) -> tuple[R, ...]:
    """Return the rows of a table, or every mistake in it at once.

    Parameters
    ----------
    path
        CSV file.
    columns
        Names that its header must have; the first tells the row.
    make
        Returns a row, or nothing when a cell is too wrong to make one; tells the cells of both.

    Raises
    ------
    DataError
        With every problem of the table, by file, line and column.
    """
    problems: list[Problem] = []
    rows: dict[str, R] = {}
    for cells in read_table(path, columns, problems):
        row = make(cells)
        if row is None:
            continue
        if row.id in rows:
            cells.fault(columns[0], "an id used once", repr(row.id), "Remove one of the two rows")
        rows[row.id] = row
    if problems:
        raise DataError(problems)
    if not rows:
        raise DataError([Problem(str(path), "at least one row", "none", "Restore the table")])
    return tuple(rows.values())


def this_year() -> int:
    """Return the calendar year, or that of the tables where the clock is behind them."""
    return max(date.today().year, TABLES_READ)


def read_year(cells: Cells) -> int | None:
    """Return the year of a row; what has not happened yet is no observation."""
    year, last = cells.number("year", needed=True), this_year()
    if year is None:
        return None
    if year != int(year) or not FIRST_KNOWN_YEAR <= year <= last:
        expected = f"a year from {FIRST_KNOWN_YEAR} to {last}"
        future = year > last
        remedy = "Correct the year; a target or a forecast is no survey" if future else None
        cells.fault("year", expected, f"{year:g}", remedy or "Correct the year")
    return int(year)


def read_share(cells: Cells, column: str) -> float | None:
    """Return a share above 0 and below 1, or nothing when the cell is empty or not a number."""
    value = cells.number(column, share=True)
    if value is not None and not 0.0 < value < 1.0:
        percent = 1.0 < value < 100.0
        remedy = f"Write {value / 100:g} for {value:g} percent" if percent else "Correct the value"
        cells.fault(column, "a share between 0 and 1", f"{value:g}", remedy)
    return value


def read_count(cells: Cells, column: str, what: str = "children") -> int | None:
    """Return a whole number above 0, or nothing when the cell is empty or not a number."""
    count = cells.number(column)
    if count is None:
        return None
    if count < 1 or count != int(count):
        cells.fault(
            column, f"a whole number of {what}, 1 or more", f"{count:g}", "Correct the count"
        )
    return int(count)


def check_order(cells: Cells, low: str, high: str, ends: tuple[float | None, float | None]) -> None:
    """Report an interval with one end, or with its ends swapped."""
    first, second = ends
    if first is not None and second is not None:
        if first >= second:
            found = f"{first:g} and {second:g}"
            cells.fault(low, f"{low} below {high}", found, "Swap the two ends")
    elif first is not None or second is not None:
        missing, there = (low, high) if first is None else (high, low)
        cells.fault(missing, f"both {low} and {high}", f"only {there}", "Give the other end too")


def check_source(cells: Cells) -> None:
    """Report a row without a source or without an address."""
    if not cells.text("source"):
        cells.fault("source", "where the number was read", "nothing", "Write title and year")
    address = cells.text("url")
    if not address.startswith(("https://", "http://")):
        found = repr(address) if address else "nothing"
        cells.fault("url", "an address that starts with https://", found, "Add it")
