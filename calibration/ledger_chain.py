"""The chain of the forecast ledger: one line for each entry, and what is wrong with it.

Each line of the chain holds the hash of its entry, of itself and of the line before, so that a
changed, removed or reordered entry is found. Lines cut off at the end leave a chain that is whole:
only the digest of the last line, published elsewhere, tells of them.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from ..model.errors import Problem
from ..model.files import sha256

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


def sealed(cells: tuple[int, str, str, str, str, str, str, str]) -> Line:
    """Return a line with its digest, from all cells before that."""
    return Line(*cells, digest=_digest(written(cells)))


def written(cells: Sequence[object]) -> str:
    """Return cells as a row of the chain."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
