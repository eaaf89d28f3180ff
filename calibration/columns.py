"""Tables of numbers only, such as stored draws: parsed once, then kept as they lie in memory."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..model.errors import DataError, Problem
from ..model.kept_columns import kept_columns

Floats = NDArray[np.float64]


def read_columns(path: Path) -> dict[str, Floats]:
    """Return the columns of a table by their names, in the order of the file.

    Parameters
    ----------
    path
        CSV file of a header and of rows of numbers.

    Returns
    -------
    dict
        (row,) by column, in the units of the file.

    Raises
    ------
    DataError
        If the file has no header, or a row is not one number for each column.
    """
    raw = path.read_bytes()
    # A decimal text has one nearest number, so that its digest decides about all bits.
    parts = ("table of numbers", hashlib.sha256(raw).hexdigest())
    return kept_columns(parts, lambda: _parse(raw.decode("utf-8"), path.name))


def _parse(text: str, name: str) -> dict[str, Floats]:
    header, *lines = text.splitlines() or [""]
    names = header.split(",")
    if not header or len(set(names)) < len(names):
        problem = Problem(f"{name}:1", "names of columns, each once", repr(header), "Make it again")
        raise DataError([problem])
    rows = [_numbers(line, len(names), f"{name}:{k}") for k, line in enumerate(lines, 2)]
    values = np.array(rows).reshape(len(rows), len(names))
    return {column: values[:, k].copy() for k, column in enumerate(names)}


def _numbers(line: str, columns: int, where: str) -> list[float]:
    try:
        found = [float(cell) for cell in line.split(",")]
    except ValueError:
        found = []
    if len(found) != columns:
        problem = Problem(where, f"{columns} numbers", repr(line[:40]), "Make the file again")
        raise DataError([problem])
    return found
