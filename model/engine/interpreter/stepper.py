"""Chunks of members stepped through time, one after the other, on the same buffers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...language.ir import Program
from ..shapes import Shapes
from ..trajectories import Floats
from .binding import Binder
from .buffers import Buffers
from .operations import Operation
from .recorder import Recorder

if TYPE_CHECKING:
    from ..clock import Clock


class Stepper:
    """Buffers and calls of one worker.

    Parameters
    ----------
    program
        The program.
    shapes
        What differs between members and what changes in time.
    outputs
        Nodes to keep.
    states, rings
        States and rings to carry.
    width
        Members of the largest chunk.
    method
        ``euler`` or ``rk4``.
    continued
        Whether states come from a snapshot.

    Attributes
    ----------
    buffers
        To load before a run, and to unload after it.
    """

    def __init__(
        self,
        program: Program,
        shapes: Shapes,
        outputs: Sequence[int],
        states: Sequence[int],
        rings: Sequence[int],
        width: int,
        method: str,
        continued: bool,
    ) -> None:
        self.buffers = Buffers(program, shapes, states, rings, width)
        self._recorder = Recorder(self.buffers)
        binder = Binder(self.buffers, outputs, self._recorder)
        self._calls = binder.calls(method, continued)

    def run(
        self,
        clock: Clock,
        store: Mapping[int, Floats],
        part: slice,
        short: NDArray[np.int32] | None = None,
    ) -> None:
        """Step the loaded members and keep their results; note guards broken if there is room.

        Parameters
        ----------
        clock
            Steps.
        store, part, short
            As for `Recorder.begin`.
        """
        calls, recorder = self._calls, self._recorder
        recorder.begin(store, part, short)
        self.buffers.set_time_step(clock.time_step)
        self.buffers.begin_step(clock.time(clock.first))
        _do(calls.initial)
        _do(calls.invariant)
        rows = {step: row for row, step in enumerate(clock.kept)}
        for step in range(clock.first, clock.last):
            recorder.row = rows.get(step, -1)
            self._step(clock, step)
        recorder.row = rows.get(clock.last, -1)
        if recorder.row >= 0:
            self.buffers.begin_step(clock.time(clock.last))
            _do(calls.last)

    def _step(self, clock: Clock, step: int) -> None:
        calls, time, size = self._calls, self.buffers.time, clock.time_step
        self.buffers.begin_step(clock.time(step))
        _do(calls.copies)
        _do(calls.stages[0] if self._recorder.row < 0 else calls.saving)
        for stage, moves in enumerate(calls.stages[1:], 1):
            time.fill(clock.time(step) + (size if stage == 3 else size / 2))
            _do(moves)
        self.buffers.close_step()


def _do(calls: Sequence[Operation]) -> None:
    for call in calls:
        call()
