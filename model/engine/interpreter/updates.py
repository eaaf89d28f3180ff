"""How the interpreter moves states: the calls of an Euler step, and of a Runge-Kutta stage.

Every update is an action on a rate and on the node that shows the state, in this order.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from .actions import Action
from .buffers import Buffers
from .operations import Array, Operation, Pool, Value


def fill(target: Value, index: int) -> Action:
    """Return the copy of a node's value into a buffer."""

    def make(found: list[Value], _dead: list[bool], _pool: Pool) -> list[Operation]:
        return [partial(np.copyto, target.array, found[0].beside(target.wide))]

    return Action((index,), make)


def euler(buffers: Buffers, k: int) -> Action:
    """Return the update ``state += rate * time step``.

    Parameters
    ----------
    buffers, k
        Memory, and which of its states.
    """
    state, source = buffers.states[k], buffers.program.states[k].rate

    def make(found: list[Value], dead: list[bool], pool: Pool) -> list[Operation]:
        rate = buffers.captured.get(source, found[0])
        own = dead[0] and rate.wide == state.wide
        change = rate if own else pool.take(rate.wide)
        if not own:
            pool.give(change)
        return [
            partial(np.multiply, rate.array, buffers.sizes["whole"][:1], change.array),
            partial(np.add, state.array, change.beside(state.wide), state.array),
            *_floor(buffers, k),
        ]

    return Action((source, buffers.leaves[k]), make)


class RungeKutta:
    """Fourth order: the rates of four stages are summed by weight.

    Each of the first three stages moves a state from its value before the step by its own rate,
    the last by the sum.

    Parameters
    ----------
    buffers
        Memory.
    carried
        States that have a rate.
    """

    # How far each stage moves the state, and the weight of its rate.
    STAGES = (("half", 1), ("half", 2), ("whole", 2), ("sixth", 1))

    def __init__(self, buffers: Buffers, carried: Sequence[int]) -> None:
        take, wide = buffers.pool.take, buffers.shapes.wide_states
        self.buffers = buffers
        self.base = {k: take(wide[k]) for k in carried}
        self.total = {k: take(wide[k]) for k in carried}

    def copies(self) -> list[Operation]:
        """Return the calls before the first stage: they keep the states from before the step."""
        states = self.buffers.states
        return [partial(np.copyto, base.array, states[k].array) for k, base in self.base.items()]

    def update(self, k: int, stage: int) -> Action:
        """Return what a stage does to a state."""
        buffers, (size, _) = self.buffers, self.STAGES[stage]
        state, base, total = buffers.states[k], self.base[k], self.total[k]
        source, last = buffers.program.states[k].rate, stage == len(self.STAGES) - 1

        def make(found: list[Value], _dead: list[bool], pool: Pool) -> list[Operation]:
            rate = buffers.captured.get(source, found[0]).beside(state.wide)
            change = pool.take(state.wide)
            pool.give(change)
            moved = total.array if last else rate
            return [
                *self._add(k, stage, rate, change),
                partial(np.multiply, moved, buffers.sizes[size][:1], change.array),
                partial(np.add, base.array, change.array, state.array),
                *(_floor(buffers, k) if last else ()),
            ]

        return Action((source, buffers.leaves[k]), make)

    def _add(self, k: int, stage: int, rate: Array, change: Value) -> list[Operation]:
        """Return the calls that add a rate to the sum."""
        total, weight = self.total[k].array, self.STAGES[stage][1]
        if stage == 0:
            return [partial(np.copyto, total, rate)]
        if weight == 1:
            return [partial(np.add, total, rate, total)]
        doubled = change.array
        return [partial(np.add, rate, rate, doubled), partial(np.add, total, doubled, total)]


def _floor(buffers: Buffers, k: int) -> list[Operation]:
    """Return the call that clips a state after the step, if it has a floor."""
    if not buffers.program.states[k].floor:
        return []
    array = buffers.states[k].array
    return [partial(np.maximum, array, 0.0, out=array)]
