"""The memory of one worker: constants, states, rings and clock of a chunk of members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ...language.ir import OF_STEP, Node, Program
from ..shapes import Shapes
from ..trajectories import Floats, Past, Snapshot
from .operations import LANES, Pool, Value
from .rings import RingBuffer


class Buffers:
    """Buffers that are made once and loaded for every chunk.

    Parameters
    ----------
    program
        The program.
    shapes
        What differs between members and what changes in time.
    states, rings
        States and rings to carry.
    width
        Members of the largest chunk.

    Attributes
    ----------
    pool
        Gives further buffers of the same width.
    time, step_time, sizes
        Time of an evaluation, and of the step it is part of; the whole, half and sixth of the time
        step.
    states, held
        By state: its value; where it takes a next value, that value as sampled in a step.
    rings
        By ring: its memory.
    captured
        By node: a copy of a state that is the rate of another.
    values
        By node: where its value lies. Nodes that are computed once join the leaves here.
    leaves, ring_leaves
        By state, and by ring: the node that shows it.
    """

    def __init__(
        self,
        program: Program,
        shapes: Shapes,
        states: Sequence[int],
        rings: Sequence[int],
        width: int,
    ) -> None:
        self.program, self.shapes = program, shapes
        self.pool = Pool(-(-width // LANES) * LANES)
        self.time, self.step_time = np.zeros(LANES), np.zeros(LANES)
        self.sizes = {name: np.zeros(LANES) for name in ("whole", "half", "sixth")}
        self.states = {k: self._state(k) for k in states}
        self.held = {k: self._state(k) for k in states if program.states[k].next >= 0}
        self.rings = {k: self._ring(k) for k in rings}
        self.captured: dict[int, Value] = {}
        self.values: dict[int, Value] = {}
        self.leaves: dict[int, int] = {}
        self.ring_leaves: dict[int, int] = {}
        for index, node in enumerate(program.nodes):
            self._place(index, node)

    def _state(self, k: int) -> Value:
        return self.pool.take(self.shapes.wide_states[k])

    def _ring(self, k: int) -> RingBuffer:
        value, hold = (self.pool.take(self.shapes.wide_rings[k]) for _ in range(2))
        return RingBuffer(self.program.rings[k], self.program.label, value, hold)

    def _place(self, index: int, node: Node) -> None:
        """Give a leaf its value."""
        if node.op == "number":
            self.values[index] = Value(np.full(LANES, node.value), False)
        elif node.op == "constant":
            self.values[index] = self.pool.take(self.shapes.wide[index])
        elif node.op == "time":
            clock = self.step_time if node.value == OF_STEP else self.time
            self.values[index] = Value(clock, False)
        elif node.op in ("state", "frozen") and int(node.value) in self.states:
            self.values[index] = self.states[int(node.value)]
            self.leaves[int(node.value)] = index
        elif node.op == "ring" and int(node.value) in self.rings:
            self.values[index] = self.rings[int(node.value)].value
            self.ring_leaves[int(node.value)] = index

    def capture(self, index: int) -> Value:
        """Return where a state is copied to that is the rate of another."""
        if index not in self.captured:
            self.captured[index] = self.pool.take(self.shapes.wide[index])
        return self.captured[index]

    def load(
        self,
        scalars: Mapping[int, float],
        arrays: Mapping[int, Floats],
        start: Snapshot | None,
        part: slice,
    ) -> None:
        """Put the constants, and the states of a continued run, of some members into place."""
        for index, node in enumerate(self.program.nodes):
            if node.op == "constant":
                given = arrays.get(int(node.value))
                target = self.values[index].array
                _pad(target, scalars[int(node.value)] if given is None else given[part])
        if start is not None:
            for k, value in self.states.items():
                given = start.states[k]
                _pad(value.array, float(given[0]) if len(given) == 1 else given[part])
            for k, ring in self.rings.items():
                ring.load(start.rings[k], part)

    def begin_step(self, time: float) -> None:
        """Set the time of a step and of its first stage."""
        self.time.fill(time)
        self.step_time.fill(time)

    def set_time_step(self, size: float) -> None:
        """Set the time step, in the unit of the time."""
        self.sizes["whole"].fill(size)
        self.sizes["half"].fill(size / 2)
        self.sizes["sixth"].fill(size / 6)

    def close_step(self) -> None:
        """Give the states that take a next value, and the rings, what the step sampled."""
        for k, held in self.held.items():
            np.copyto(self.states[k].array, held.array)
        for ring in self.rings.values():
            ring.push()

    def unload(self, final: Sequence[Floats], part: slice) -> None:
        """Copy the states of the loaded members out."""
        for target, value in zip(final, self.states.values(), strict=True):
            if value.wide:
                target[part] = value.array[: part.stop - part.start]
            else:
                target[0] = value.array[0]

    def pasts(self, part: slice) -> dict[int, Past]:
        """Return what the rings remember of the loaded members."""
        members = part.stop - part.start
        return {k: ring.past(members) for k, ring in self.rings.items()}


def _pad(target: Floats, given: float | Floats) -> None:
    """Fill a buffer; beyond its end the last member stands again."""
    if not isinstance(given, np.ndarray):
        target.fill(given)
        return
    count = len(given)
    target[:count] = given
    target[count:] = given[-1]
