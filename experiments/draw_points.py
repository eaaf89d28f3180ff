"""A table of points: one row for each draw, one column for each constant."""

from __future__ import annotations

import csv
import io
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ..model.distributions import Array
from ..model.errors import InputError, Problem
from .written_numbers import number_of, remedy_for

MAX_BYTES = 100_000_000
MOST_SHOWN = 20


def read_points(path: Path) -> dict[str, Array]:
    """Read a CSV table of numbers with a header.

    Parameters
    ----------
    path
        UTF-8 text, cells between commas, decimal points.

    Returns
    -------
    dict
        (draw,) by the name in the header.

    Raises
    ------
    InputError
        With what is wrong with the file or with its first cells, by line.
    """
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(_bytes(path)), "utf-8-sig", newline=""))
    problems: list[Problem] = []
    try:
        header = _header(path, next(reader, []))
        columns = [array("d") for _ in header]
        for line, row in _rows(reader):
            if row:
                problems += _take(path, line, row, header, columns)
            if len(problems) >= MOST_SHOWN:
                break
    except csv.Error as error:
        where = f"{path}:{reader.line_num}"
        raise InputError([Problem(where, "a CSV table", str(error), "Correct it")]) from error
    if not problems and not (columns and columns[0]):
        problems = [Problem(f"{path}:1", "one row for each draw", "a header only", "Add rows")]
    if problems:
        raise InputError(problems)
    return {
        name: np.frombuffer(column, float) for name, column in zip(header, columns, strict=True)
    }


def _rows(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows with the line in which each starts."""
    line = reader.line_num + 1  # type: ignore[attr-defined]
    for row in reader:
        yield line, row
        line = reader.line_num + 1  # type: ignore[attr-defined]


def _header(path: Path, cells: list[str]) -> list[str]:
    header = [cell.strip() for cell in cells]
    wrong = []
    if len(header) == 1 and ";" in header[0]:
        remedy = "Separate columns with commas and write decimal points"
        wrong.append(("columns separated by commas", "semicolons", remedy))
    elif any(number_of(cell) is not None for cell in header):
        remedy = "Write the names of the constants into the first line"
        wrong.append(("a header with names", "a number in the first line", remedy))
    elif not all(header):
        wrong.append(("a name above each column", "an empty one", "Name the column or delete it"))
    twice = sorted({name for name in header if header.count(name) > 1})
    wrong += [("a name once", f"{name!r} twice", "Delete one of the columns") for name in twice]
    if wrong:
        raise InputError(Problem(f"{path}:1", *item) for item in wrong)
    return header


def _take(
    path: Path, line: int, row: list[str], header: Sequence[str], columns: list[array[float]]
) -> list[Problem]:
    """Add a row to the columns and return what is wrong with it."""
    if len(row) != len(header):
        remedy = "Write decimal points, not commas" if len(row) > len(header) else "Fill the row"
        expected = f"{len(header)} cells"
        return [Problem(f"{path}:{line}", expected, str(len(row)), remedy)]
    problems = []
    for name, cell, column in zip(header, row, columns, strict=True):
        value = number_of(cell)
        if value is None:
            where, found = f"{path}:{line} column {name}", repr(cell[:40])
            problems.append(Problem(where, "a finite number", found, remedy_for(cell)))
        else:
            column.append(value)
    return problems


def _bytes(path: Path) -> bytes:
    """Return the content of a table, which is text."""

    def refuse(expected: str, found: str, remedy: str) -> InputError:
        return InputError([Problem(str(path), expected, found, remedy)])

    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        found = (error.strerror or type(error).__name__).lower()
        raise refuse("a readable table", found, "Check the path and its permissions") from error
    if len(raw) > MAX_BYTES:
        raise refuse(f"at most {MAX_BYTES} bytes", "a larger file", "Draw from distributions")
    if not raw.strip():
        raise refuse("a table with a header", "an empty file", "Write its content")
    if b"\0" in raw:
        raise refuse("text", "a binary file", "Save the table as CSV UTF-8")
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        found = f"bytes in line {line} that are not UTF-8"
        raise refuse("text in UTF-8", found, "Save the table as CSV UTF-8") from error
    return raw
