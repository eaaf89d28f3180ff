"""The forecast ledger: dated entries that are never changed, read and added."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date
from pathlib import Path

from ..model.errors import DataError, Problem
from ..model.files import write_atomic
from .ledger_chain import CHAIN, FIRST, HEADER, Line, check_ledger, sealed, written
from .ledger_entry import Forecast, entry_text, parse_entry

LEDGER_FOLDER = Path(__file__).parent / "ledger"


@dataclass(frozen=True)
class Origin:
    """Where the forecasts of an entry come from: SHA-256 of model and posterior, and a note."""

    model: str
    posterior: str
    note: str = ""


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
    line = sealed(
        (len(lines) + 1, day, file, digest, previous, origin.model, origin.posterior, origin.note)
    )
    write_atomic(folder / file, text)
    rows = [HEADER, *(written(astuple(item)) for item in (*lines, line))]
    write_atomic(folder / CHAIN, "\n".join(rows) + "\n")
    return line
