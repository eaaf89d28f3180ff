"""Delays of whole steps: what each ring remembers, for the members of one chunk."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...errors import ModelError, Problem
from ...language.ir import Ring
from ..trajectories import Floats, Past
from .operations import Value

LONGEST = 10_000

# PySD rounds halves up by adding this; a delay of 2.5 steps is 3 steps.
NUDGE = 1e-6


class RingBuffer:
    """One ring of one worker.

    Parameters
    ----------
    ring
        What it delays.
    label
        Name of the model, for messages.
    value
        Where the output of the ring lies.
    hold
        Where the input lies that was sampled in this step.
    """

    def __init__(self, ring: Ring, label: str, value: Value, hold: Value) -> None:
        self._ring, self._label = ring, label
        self.value, self.hold = value, hold
        self._columns = np.arange(len(value.array))

    def start(self, delay: Value, time_step: float) -> None:
        """Begin a run: the output is the initial value, which fills the past.

        Parameters
        ----------
        delay
            Delay times of the members.
        time_step
            Of the run, in the same unit.

        Raises
        ------
        ModelError
            If a delay is longer than :data:`LONGEST` steps.
        """
        steps = np.rint(np.maximum(delay.array / time_step, 1.0) + NUDGE)
        if (steps > LONGEST).any():
            self._refuse(float(steps.max()))
        whole = np.where(np.isnan(steps), 0.0, steps).astype(np.int64)
        self._set_steps(whole[:1] if self.value.wide and not delay.wide else whole)
        self._lines = np.tile(self.value.array, (self._rows, 1))
        self._count = 0
        self._show()

    def _set_steps(self, steps: np.ndarray) -> None:
        self._steps = np.broadcast_to(steps, self._columns.shape)
        self._rows = max(1, int(steps.max()))
        self._same = bool((self._steps == self._rows).all())
        self._lost = self._steps == 0
        self._any_lost = bool(self._lost.any())

    def _refuse(self, longest: float) -> None:
        where = f"{self._label}:{self._ring.line}"
        expected = f"a delay of at most {LONGEST} steps in '{self._ring.variable}'"
        remedy = "Shorten the delay, lengthen the time step, or use DELAY3"
        raise ModelError([Problem(where, expected, f"{longest:g} steps", remedy)])

    def push(self) -> None:
        """End a step: remember the input and show the output of the next step."""
        self._lines[self._count % self._rows] = self.hold.array
        self._count += 1
        self._show()

    def _show(self) -> None:
        out = self.value.array
        if self._same:
            np.copyto(out, self._lines[(self._count - self._rows) % self._rows])
            return
        np.copyto(out, self._lines[(self._count - self._steps) % self._rows, self._columns])
        if self._any_lost:
            out[self._lost] = np.nan

    def load(self, past: Past, part: slice) -> None:
        """Continue from what was remembered for some members."""
        if past.wide:
            chosen = np.arange(part.start, part.stop)
            # Beyond the end of the buffers the last member stands again.
            index = chosen[np.minimum(self._columns, len(chosen) - 1)]
            self._set_steps(past.steps[index])
            values = past.values[: self._rows, index]
        else:
            self._set_steps(past.steps)
            values = np.broadcast_to(past.values[: self._rows], (self._rows, len(self._columns)))
        self._lines = np.array(values[::-1])
        self._count = self._rows
        self._show()

    def past(self, members: int) -> Past:
        """Return what is remembered of some first members, or of all where they agree."""
        count = members if self.value.wide else 1
        ages = np.arange(self._rows)
        values = self._lines[(self._count - 1 - ages) % self._rows, :count]
        steps = self._steps[:count]
        return Past(steps.copy(), np.where(ages[:, None] < np.maximum(steps, 1), values, np.nan))


def join_pasts(parts: Sequence[Past]) -> Past:
    """Return what chunks of members remember as one, in their order."""
    if not parts[0].wide and len(parts) == 1:
        return parts[0]
    rows = max(len(part.values) for part in parts)
    filled: list[Floats] = []
    for part in parts:
        missing = ((0, rows - len(part.values)), (0, 0))
        filled.append(np.pad(part.values, missing, constant_values=np.nan))
    return Past(np.concatenate([part.steps for part in parts]), np.concatenate(filled, axis=1))
