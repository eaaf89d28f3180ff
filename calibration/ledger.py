"""The forecast ledger: dated entries that are never changed, chained by their hashes.

Each line of the chain holds the hash of its entry, of itself and of the line before, so that a
changed, removed or reordered entry is found. Lines cut off at the end leave a chain that is whole:
only the digest of the last line, published elsewhere, tells of them.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path

from ..model.errors import DataError, Problem
from ..model.files import sha256, write_atomic
from .ledger_entry import Forecast, entry_text, parse_entry

LEDGER_FOLDER = Path(__file__).parent / "ledger"
CHAIN = "chain.csv"
FIRST = "0" * 64
"""Stands for the line before the first."""


@dataclass(frozen=True)
class Line:
    """One line of the chain.

    Attributes
    ----------
    number
        From 1.
    date
        Day of the entry, ISO 8601.
    file
        Name of the file of forecasts, beside the chain.
    sha256
        Of that file.
    previous
        Digest of the line before, `FIRST` for the first.
    model, posterior
        SHA-256 of the model and of the draws that the forecasts come from.
    note
        What a reader should know, one line.
    digest
        SHA-256 of all cells before this one, as they are written.
    """

    number: int
    date: str
    file: str
    sha256: str
    previous: str
    model: str
    posterior: str
    note: str
    digest: str


HEADER = ",".join(item.name for item in fields(Line))


@dataclass(frozen=True)
class Origin:
    """Where the forecasts of an entry come from: SHA-256 of model and posterior, and a note."""

    model: str
    posterior: str
    note: str = ""


def check_ledger(folder: Path) -> tuple[tuple[Line, ...], tuple[Problem, ...]]:
    """Return the lines of a ledger and everything that is wrong with it.

    A file with the next number and no line is no mistake: a run that was stopped leaves one, and it
    counts for nothing.

    Parameters
    ----------
    folder
        Holds the chain and the files of the entries; one without a chain is an empty ledger.
    """
    path = folder / CHAIN
    lines: list[Line] = []
    problems: list[Problem] = []
    if path.exists():
        header, *rows = path.read_bytes().decode("utf-8", errors="replace").split("\n")
        if header != HEADER or rows[-1:] != [""]:
            found = "another beginning or end"
            problems.append(Problem(f"{CHAIN}:1", "the header and whole lines", found, _RESTORE))
        for number, row in enumerate(rows[:-1], 1):
            line = _line(row)
            if line is None:
                expected, found = f"{len(fields(Line))} cells", "another line"
                problems.append(Problem(f"{CHAIN}:{number + 1}", expected, found, _RESTORE))
                continue
            problems += _faults(line, row, number, lines[-1] if lines else None, folder)
            lines.append(line)
    for name in without_line(folder, lines):
        if int(name[:4]) > len(lines) + 1:  # a stopped run leaves the next number, no later one
            problems.append(Problem(name, f"a line in {CHAIN}", "none", _RESTORE))
    return tuple(lines), tuple(problems)


def without_line(folder: Path, lines: Sequence[Line]) -> tuple[str, ...]:
    """Return the files named like entries that no line names, in order."""
    named = {line.file for line in lines}
    found = sorted(path.name for path in folder.glob("[0-9][0-9][0-9][0-9]-*.csv"))
    return tuple(name for name in found if name not in named)


_RESTORE = "Restore the file from where the ledger was published"


def _line(row: str) -> Line | None:
    """Return what a row holds, nothing when it is no line."""
    try:
        cells = next(csv.reader([row]), [])
    except csv.Error:
        return None
    if len(cells) != len(fields(Line)) or not cells[0].isdecimal():
        return None
    return Line(int(cells[0]), *cells[1:])


def _faults(line: Line, row: str, number: int, before: Line | None, folder: Path) -> list[Problem]:
    """Return what is wrong with one line, given the one before it."""
    where, previous = f"{CHAIN}:{number + 1}", before.digest if before else FIRST
    name = f"{number:04d}-{line.date}.csv"
    checks = [
        ("number", str(number), str(line.number)),
        ("file", name, line.file),
        ("previous", previous, line.previous),
        ("digest", _digest(row.rpartition(",")[0]), line.digest),
    ]
    faults = [
        Problem(f"{where} column {column}", expected, found, _RESTORE)
        for column, expected, found in checks
        if expected != found
    ]
    if before and line.date < before.date:
        expected = f"a day from {before.date} on"
        faults.append(Problem(f"{where} column date", expected, line.date, _RESTORE))
    path = folder / name  # not the name in the line, which may point elsewhere
    found = sha256(path) if path.is_file() else "no such file or directory"
    if found != line.sha256:
        faults.append(Problem(name, f"the SHA-256 {line.sha256}", found, _RESTORE))
    return faults


def load_ledger(folder: Path | None = None) -> tuple[Line, ...]:
    """Return the lines of a ledger that is whole.

    Parameters
    ----------
    folder
        The packaged ledger when absent.

    Raises
    ------
    DataError
        With every place where it was changed.
    """
    lines, problems = check_ledger(folder or LEDGER_FOLDER)
    if problems:
        raise DataError(problems)
    return lines


def read_entry(
    number: int | None = None, folder: Path | None = None
) -> tuple[Line, tuple[Forecast, ...]]:
    """Return an entry of a whole ledger with its line.

    Parameters
    ----------
    number
        Of the entry; the last one when absent.
    folder
        The packaged ledger when absent.

    Raises
    ------
    DataError
        If the ledger was changed, is empty, or has no such entry.
    """
    folder = folder or LEDGER_FOLDER
    lines = load_ledger(folder)
    if not lines:
        remedy = "Add one with `tumbuh ledger add`"
        raise DataError([Problem(str(folder), "at least one entry", "none", remedy)])
    number = len(lines) if number is None else number
    if not 1 <= number <= len(lines):
        expected = f"1 to {len(lines)}"
        raise DataError([Problem("--entry", expected, str(number), "Choose another entry")])
    line = lines[number - 1]
    text = (folder / line.file).read_text(encoding="utf-8")
    return line, parse_entry(text, line.file)


def check_day(day: str, lines: Sequence[Line], today: date | None = None) -> list[Problem]:
    """Return what is wrong with the day of a new entry.

    Parameters
    ----------
    day
        ISO 8601.
    lines
        Of the ledger so far.
    today
        The calendar's day when absent.
    """
    today, remedy = today or date.today(), "Choose another day"
    parsed = parse_day(day)
    if parsed is None:
        expected = "a day such as 2026-11-25"
        return [Problem("--date", expected, repr(day), "Write year, month and day with hyphens")]
    if parsed > today:
        return [Problem("--date", f"a day up to {today}, today", day, remedy)]
    if lines and day < lines[-1].date:
        expected = f"a day from {lines[-1].date} on, that of the last entry"
        return [Problem("--date", expected, day, remedy)]
    return []


def parse_day(text: str) -> date | None:
    """Return a day written as 2026-11-25, nothing for any other text."""
    try:
        parsed = date.fromisoformat(text)
    except ValueError:
        return None
    return parsed if parsed.isoformat() == text else None


def append(
    folder: Path,
    day: str,
    forecasts: Sequence[Forecast],
    origin: Origin,
    today: date | None = None,
) -> Line:
    """Add an entry and return its line; no file of an earlier entry is opened for writing.

    The file of the entry is written first and the chain takes its new line by a rename, so that a
    run that is stopped leaves the ledger as it was.

    Parameters
    ----------
    folder
        Of the ledger; made when absent.
    day
        Of the entry, ISO 8601.
    forecasts
        What is frozen.
    origin
        Where it comes from.
    today
        The calendar's day when absent.

    Raises
    ------
    DataError
        If the ledger was changed, the day lies before the last entry or in the future, the note has
        several lines, or an entry has the same forecasts.
    """
    lines, text = load_ledger(folder), entry_text(forecasts)
    digest = hashlib.sha256(text.encode()).hexdigest()
    problems = check_day(day, lines, today)
    if not origin.note.isprintable():
        problems.append(Problem("--note", "one line of text", "others", "Write one line"))
    for line in lines:
        if line.sha256 == digest:
            found, remedy = f"those of entry {line.number}", "Nothing needs to be added"
            problems.append(Problem("forecast", "forecasts that are new", found, remedy))
    if problems:
        raise DataError(problems)
    file = f"{len(lines) + 1:04d}-{day}.csv"
    previous = lines[-1].digest if lines else FIRST
    line = _sealed(
        (len(lines) + 1, day, file, digest, previous, origin.model, origin.posterior, origin.note)
    )
    write_atomic(folder / file, text)
    rows = [HEADER, *(_written(astuple(item)) for item in (*lines, line))]
    write_atomic(folder / CHAIN, "\n".join(rows) + "\n")
    return line


def _sealed(cells: tuple[int, str, str, str, str, str, str, str]) -> Line:
    return Line(*cells, digest=_digest(_written(cells)))


def _written(cells: Sequence[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
