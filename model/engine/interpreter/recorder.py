"""What a chunk of members leaves behind while it is stepped: outputs, and guards that it broke."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ...errors import ModelError, Problem
from ...language.ir import Guard
from ..trajectories import Floats
from .buffers import Buffers
from .operations import Array, Value


class Recorder:
    """Keeps outputs and compares delays with the least that the time step allows.

    Parameters
    ----------
    buffers
        Of the worker.

    Attributes
    ----------
    row
        Row of the outputs that are kept next; negative where none are.
    """

    def __init__(self, buffers: Buffers) -> None:
        self.program, self.time, self.sizes = buffers.program, buffers.time, buffers.sizes
        self.row = -1

    def begin(
        self, store: Mapping[int, Floats], part: slice, short: NDArray[np.int32] | None
    ) -> None:
        """Begin a chunk.

        Parameters
        ----------
        store
            By node: its outputs, (row, member).
        part
            Members of the chunk.
        short
            (member,), where the first guard that a member broke is noted, counted from 1. Without
            it a broken guard stops the run.
        """
        self._store, self._part, self._short = store, part, short

    def keep(self, index: int, value: Value) -> None:
        """Keep the value of an output."""
        row = self._store[index][self.row]
        if value.wide:
            row[self._part] = value.array[: self._part.stop - self._part.start]
        else:
            row[0] = value.array[0]

    def compare(self, guard: Guard, value: Value) -> None:
        """Note the members whose delay is too short, or stop the run.

        Raises
        ------
        ModelError
            If all members have the same short delay, or there is no room for notes.
        """
        least = float(guard.order * self.sizes["whole"][0])
        short = value.array < least
        if short.any() and value.wide and self._short is not None:
            number = self.program.guards.index(guard) + 1
            broken = self._short[self._part]
            broken[short[: len(broken)] & ((broken == 0) | (broken > number))] = number
        elif short.any():
            self._refuse(guard, value, least, short)

    def _refuse(self, guard: Guard, value: Value, least: float, short: Array) -> None:
        members = int(np.count_nonzero(short[: self._part.stop - self._part.start]))
        found = f"{float(value.array.min()):g} at time {self.time[0]:g}"
        found += f" in {members} draws or more" if value.wide else ""
        where = f"{self.program.label}:{guard.line}"
        expected = f"a delay of at least order x time step = {least:g} in '{guard.variable}'"
        remedy = "Bound the delay time from below, or use a smaller time step"
        raise ModelError([Problem(where, expected, found, remedy)])
