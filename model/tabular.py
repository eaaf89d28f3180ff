"""Reading a CSV table with every mistake reported by file and line."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from .errors import Problem

MAX_BYTES = 4_000_000
"""A table larger than this is not one of ours."""


class Cells:
    """One row of a table; mistakes found in it are collected.

    Attributes
    ----------
    line
        Line in the file where the row starts.
    """

    def __init__(
        self, path: Path, line: int, values: dict[str, str], problems: list[Problem]
    ) -> None:
        self.line = line
        self._place = f"{path.name}:{line}"
        self._values = values
        self._problems = problems

    def fault(self, column: str, expected: str, found: str, remedy: str) -> None:
        """Add a problem with one column of this row."""
        where = f"{self._place} column {column}"
        self._problems.append(Problem(where, expected, found, remedy))

    def text(self, column: str) -> str:
        """Return a cell without the spaces around it."""
        return self._values[column]

    def names(self, column: str) -> tuple[str, ...]:
        """Return the parts of a cell that a semicolon separates."""
        return tuple(part for raw in self.text(column).split(";") if (part := raw.strip()))

    def needed(self, *columns: str) -> None:
        """Report those of the columns that are empty."""
        for column in columns:
            if not self.text(column):
                self.fault(column, "a text", "nothing", "Fill the cell")

    def number(self, column: str, needed: bool = False, share: bool = False) -> float | None:
        """Return a number, or nothing when the cell is empty or is not one.

        Of a share, a percentage with a decimal comma is advised as the share that is meant.
        """
        text = self.text(column)
        if not text:
            if needed:
                self.fault(column, "a number", "nothing", "Fill the cell")
            return None
        try:
            value = float(text)
        except ValueError:
            self.fault(column, "a number", repr(text), _number_remedy(text, share))
            return None
        if math.isfinite(value):
            return value
        self.fault(column, "a finite number", repr(text), "Leave the cell empty for no bound")
        return None

    def choice(self, column: str, allowed: Sequence[str]) -> str:
        """Return a cell that must be one of some words."""
        text = self.text(column)
        if text not in allowed:
            listed = ", ".join(word or "empty" for word in allowed)
            self.fault(column, f"one of {listed}", repr(text), "Use one of these words")
        return text

    def flag(self, column: str) -> bool:
        """Return whether a cell says yes."""
        return self.choice(column, ("yes", "no")) == "yes"


def _number_remedy(text: str, share: bool) -> str:
    plain = text.replace(",", ".")
    if "," in text and plain.replace(".", "", 1).lstrip("-").isdigit():
        if share and 1.0 < float(plain) < 100.0:
            return f"Write {float(plain) / 100:g} for {plain} percent"
        return f"Use a decimal point: write {plain}"
    return "Use a decimal point" if "," in text else "Write digits only"


def read_table(path: Path, columns: Sequence[str], problems: list[Problem]) -> Iterator[Cells]:
    """Yield the rows of a CSV file with a header.

    Parameters
    ----------
    path
        UTF-8 file, comma separated.
    columns
        Names that the header must have, in any order.
    problems
        Receives what is wrong with the file itself and, later, with its rows.
    """
    text = _read_text(path, problems)
    if text is None:
        return
    reader = csv.reader(text.splitlines(keepends=True))
    header = [name.strip() for name in next(reader, [])]
    if not _header_fits(path, header, columns, problems):
        return
    start = reader.line_num + 1
    for row in reader:
        line, start = start, reader.line_num + 1
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            expected = f"{len(header)} cells"
            remedy = "Use a decimal point, and quote a cell that holds a comma"
            problems.append(Problem(f"{path.name}:{line}", expected, f"{len(row)}", remedy))
            continue
        values = dict(zip(header, (cell.strip() for cell in row), strict=True))
        yield Cells(path, line, values, problems)


def _read_text(path: Path, problems: list[Problem]) -> str | None:
    def refuse(expected: str, found: str, remedy: str) -> None:
        problems.append(Problem(str(path), expected, found, remedy))

    try:
        data = path.read_bytes()
    except OSError as error:
        refuse("a readable table", (error.strerror or "an error").lower(), "Check the path")
        return None
    if len(data) > MAX_BYTES:
        refuse(f"at most {MAX_BYTES} bytes", f"{len(data)} bytes", "Check that it is the table")
    elif not data.strip():
        refuse("a table with a header", "an empty file", "Restore the file")
    elif b"\0" in data:
        refuse("a text file", "a binary file", "Save the table as CSV UTF-8")
    else:
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            refuse("UTF-8 text", "another encoding", "Save the table as CSV UTF-8")
    return None


def _header_fits(
    path: Path, header: Sequence[str], columns: Sequence[str], problems: list[Problem]
) -> bool:
    missing = [name for name in columns if name not in header]
    extra = [name for name in header if name not in columns]
    twice = sorted({name for name in header if header.count(name) > 1})
    for names, word in ((missing, "without"), (extra, "with unknown"), (twice, "with repeated")):
        if names:
            expected = f"the columns {', '.join(columns)}"
            remedy = "Separate columns with commas and keep the header"
            found = f"a header {word} {', '.join(names)}"
            problems.append(Problem(f"{path.name}:1", expected, found, remedy))
    return not (missing or extra or twice)
