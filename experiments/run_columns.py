"""Many numbers for each draw, kept while a run goes on: in memory, or on disk when there are many.

Quantiles stay exact, since every number is kept; only one column is in memory at a time.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence

import numpy as np

from ..model.distributions import Array
from ..model.errors import OutputError, Problem

IN_MEMORY = 16_000_000
"""Numbers kept in memory: 128 MB."""
ON_DISK = 1_000_000_000
_SPARE = 200_000_000


class Columns:
    """A table with one row for each draw, filled from the first draw on.

    Parameters
    ----------
    count
        Number of columns.
    draws
        Number of rows.
    limit
        Numbers up to which the table is kept in memory.
    """

    def __init__(self, count: int, draws: int, limit: int = IN_MEMORY) -> None:
        self.count, self.draws, self.filled = count, draws, 0
        self._table = np.empty((count, draws)) if count * draws <= limit else None
        self._file = None if self._table is not None else _scratch(8 * count * draws)

    def add(self, columns: Sequence[Array]) -> None:
        """Add the next draws: one array for each column."""
        size = len(columns[0]) if columns else 0
        for place, values in enumerate(columns):
            if self._table is not None:
                self._table[place, self.filled : self.filled + size] = values
            else:
                self._write(place, np.ascontiguousarray(values, float))
        self.filled += size

    def __getitem__(self, place: int) -> Array:
        """Return one column, (draw,)."""
        return self.part(place, slice(0, self.draws))

    def part(self, place: int, rows: slice) -> Array:
        """Return some draws of one column."""
        if self._table is not None:
            return self._table[place, rows]
        assert self._file is not None
        self._file.seek(8 * (place * self.draws + rows.start))
        return np.frombuffer(self._file.read(8 * (rows.stop - rows.start)), float)

    def _write(self, place: int, values: Array) -> None:
        assert self._file is not None
        try:
            self._file.seek(8 * (place * self.draws + self.filled))
            self._file.write(values.tobytes())
            self._file.flush()
        except OSError as error:
            raise _no_room(error.strerror or str(error)) from error

    def close(self) -> None:
        """Remove the table from the disk."""
        if self._file is not None:
            self._file.close()


def _scratch(size: int) -> tempfile._TemporaryFileWrapper[bytes]:
    try:
        free = shutil.disk_usage(tempfile.gettempdir()).free
        if free < size + _SPARE:
            raise _no_room(f"{free / 1e9:.1f} GB free, {size / 1e9:.1f} GB needed")
        return tempfile.TemporaryFile()  # type: ignore[return-value]
    except OSError as error:
        raise _no_room(error.strerror or str(error)) from error


def _no_room(found: str) -> OutputError:
    remedy = "Ask for fewer outputs or times, use --reduce, or set TMPDIR to another disk"
    expected = "room for the values of all draws"
    return OutputError([Problem(tempfile.gettempdir(), expected, found, remedy)])
