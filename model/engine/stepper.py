"""One chunk of members stepped through time on buffers that are made once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelError, Problem
from ..language.ir import Guard, Program
from .interpret import LANES, Operation, Pool, Value
from .plan import Action, Shapes, bind, depth_first
from .rings import RingBuffer
from .trajectories import Floats, Past, Snapshot

if TYPE_CHECKING:
    from .clock import Clock


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
        self.program, self.shapes = program, shapes
        self.outputs, self.states = list(outputs), list(states)
        self.carried = [k for k in states if program.states[k].rate >= 0]
        self.assigned = [k for k in states if program.states[k].next >= 0]
        self.width = -(-width // LANES) * LANES
        self.pool = Pool(self.width)
        self.captured: dict[int, Value] = {}
        self.values: dict[int, Value] = {}
        self.step_now = 0
        self.time = np.zeros(LANES)
        self.sizes = {name: np.zeros(LANES) for name in ("whole", "half", "sixth")}
        self.state = {k: self.pool.take(shapes.wide_states[k]) for k in states}
        self.held = {k: self.pool.take(shapes.wide_states[k]) for k in self.assigned}
        self.rings = {k: self._ring(k) for k in rings}
        self.leaves: dict[int, int] = {}
        self.ring_leaves: dict[int, int] = {}
        self._leaf_buffers()
        self.initial: list[Operation] = [] if continued else self._bind_initial()
        self.invariant = self._bind_invariant()
        self.stages: list[list[Operation]] = []
        self.saving: list[Operation] = []
        self.copies: list[Operation] = []
        self._bind_steps(method)
        self.last = self._bind(self._items([], saves=True))

    # -- building -------------------------------------------------------------------------------

    def _leaf_buffers(self) -> None:
        for index, node in enumerate(self.program.nodes):
            if node.op == "number":
                self.values[index] = Value(np.full(LANES, node.value), False)
            elif node.op == "constant":
                self.values[index] = self.pool.take(self.shapes.wide[index])
            elif node.op == "time":
                self.values[index] = Value(self.time, False)
            elif node.op in ("state", "frozen") and int(node.value) in self.state:
                self.values[index] = self.state[int(node.value)]
                self.leaves[int(node.value)] = index
            elif node.op == "ring" and int(node.value) in self.rings:
                self.values[index] = self.rings[int(node.value)].value
                self.ring_leaves[int(node.value)] = index

    def _ring(self, k: int) -> RingBuffer:
        value, hold = (self.pool.take(self.shapes.wide_rings[k]) for _ in range(2))
        return RingBuffer(self.program.rings[k], self.program.label, value, hold)

    def _bind_initial(self) -> list[Operation]:
        """Return the calls that fill the states at the start of a run."""
        nodes, states, rings = self.program.nodes, self.program.states, self.program.rings
        firsts = {leaf: (self.state[k], states[k].initial) for k, leaf in self.leaves.items()}
        for k, leaf in self.ring_leaves.items():
            firsts[leaf] = (self.rings[k].value, rings[k].initial)
        delays = {rings[k].delay: None for k in self.ring_leaves}

        def needs(index: int) -> Iterable[int]:
            return (firsts[index][1],) if index in firsts else nodes[index].args

        items: list[int | Action] = []
        for index in depth_first([*firsts, *delays], needs):
            if index in firsts:
                items.append(_fill(*firsts[index]))
            elif nodes[index].op not in ("number", "constant", "time"):
                items.append(index)
        return self._bind([*items, *map(self._begin, self.ring_leaves)])

    def _begin(self, k: int) -> Action:
        """Return the start of a ring, when its delay and its initial value are known."""

        def make(found: list[Value], _dead: list[bool], _pool: Pool) -> list[Operation]:
            return [lambda: self.rings[k].start(found[0], float(self.sizes["whole"][0]))]

        return Action((self.program.rings[k].delay,), make)

    def _bind_invariant(self) -> list[Operation]:
        """Return the calls for what does not change in time; its results keep their buffers."""
        roots = [self.program.states[k].rate for k in self.carried] + self.outputs
        roots += [index for index, _ in self._holds()]
        order = depth_first(roots, lambda index: self.program.nodes[index].args)
        fixed = [index for index in order if self._is_fixed(index)]
        used = set(roots)
        for index in order:
            if self.shapes.varying[index]:
                used.update(self.program.nodes[index].args)
        computed = set(order)
        guards = [guard for guard in self.program.guards if guard.node in computed]
        used.update(guard.node for guard in guards)
        checks = [self._check(g) for g in guards if not self.shapes.varying[g.node]]
        keep = [index for index in fixed if index in used]
        self.checks = [self._check(g) for g in guards if self.shapes.varying[g.node]]
        return self._bind([*fixed, *checks], keep)

    def _is_fixed(self, index: int) -> bool:
        return not self.shapes.varying[index] and index not in self.values

    def _holds(self) -> list[tuple[int, Value]]:
        """Return the nodes that are sampled at the first stage, and where to keep them."""
        states, rings = self.program.states, self.program.rings
        held = [(states[k].next, value) for k, value in self.held.items()]
        return held + [(rings[k].input, ring.hold) for k, ring in self.rings.items()]

    def _items(
        self, updates: Sequence[Action], saves: bool, first: bool = False
    ) -> list[int | Action]:
        """Return the nodes of one evaluation, with each action as early as it may stand.

        An update overwrites its state, so it stands after the last reader of the state.
        """
        kept = [Action((index,), partial(self._save, index)) for index in self.outputs]
        before = [*self.checks, *self._captures()] if updates or first else []
        if first:
            before += [_fill(value, index) for index, value in self._holds()]
        actions = [*(kept if saves else ()), *before, *updates]
        roots = [index for action in actions for index in action.reads]
        order = depth_first(roots, lambda i: self.program.nodes[i].args, self.values)
        place = {index: position for position, index in enumerate(order)}
        reader: dict[int, int] = {}
        for position, index in enumerate(order):
            for argument in self.program.nodes[index].args:
                reader[argument] = position
        after: dict[int, list[Action]] = {}
        for number, action in enumerate(actions):
            ready = max((place.get(index, -1) for index in action.reads), default=-1)
            if number >= len(actions) - len(updates):
                ready = max(ready, reader.get(action.reads[1], -1))
            after.setdefault(ready, []).append(action)
        # Within one place, saves and captures come before updates: they are listed first.
        items: list[int | Action] = list(after.get(-1, ()))
        for position, index in enumerate(order):
            items.append(index)
            items.extend(after.get(position, ()))
        return items

    def _captures(self) -> list[Action]:
        """Return copies of the rates that are themselves states, made before any state moves."""
        rates = {self.program.states[k].rate for k in self.carried}
        captures = []
        for index in sorted(rates & set(self.leaves.values())):
            copy = self.captured.setdefault(index, self.pool.take(self.shapes.wide[index]))
            captures.append(_fill(copy, index))
        return captures

    def _bind(self, items: Sequence[int | Action], keep: Sequence[int] = ()) -> list[Operation]:
        return bind(self.program, items, self.values, keep, self.pool)

    def _bind_steps(self, method: str) -> None:
        """Bind the stages of a step; the first also in a form that keeps the outputs."""
        if method == "euler":
            updates = [self._update(k) for k in self.carried]
            self.stages = [self._bind(self._items(updates, saves=False, first=True))]
            self.saving = self._bind(self._items(updates, saves=True, first=True))
            return
        base = {k: self.pool.take(self.shapes.wide_states[k]) for k in self.carried}
        total = {k: self.pool.take(self.shapes.wide_states[k]) for k in self.carried}
        self.copies = [partial(np.copyto, base[k].array, self.state[k].array) for k in base]
        plan = (("half", 1), ("half", 2), ("whole", 2), ("sixth", 1))
        for stage, (size, weight) in enumerate(plan):
            updates = [
                self._stage_update(k, base[k], total[k], size, weight, stage) for k in self.carried
            ]
            self.stages.append(self._bind(self._items(updates, False, first=stage == 0)))
            if stage == 0:
                self.saving = self._bind(self._items(updates, saves=True, first=True))

    def _update(self, k: int) -> Action:
        """Return the Euler update ``state += rate * time step``."""
        state, floor = self.state[k], self._floor(k)

        def make(found: list[Value], dead: list[bool], pool: Pool) -> list[Operation]:
            rate = self.captured.get(self.program.states[k].rate, found[0])
            own = dead[0] and rate.wide == state.wide
            change = rate if own else pool.take(rate.wide)
            size = self.sizes["whole"]
            if not own:
                pool.give(change)
            return [
                partial(np.multiply, rate.array, size[:1], change.array),
                partial(np.add, state.array, change.beside(state.wide), state.array),
                *floor,
            ]

        return Action((self.program.states[k].rate, self.leaves[k]), make)

    def _stage_update(
        self, k: int, base: Value, total: Value, size: str, weight: int, stage: int
    ) -> Action:
        """Return one Runge-Kutta update: add to the weighted sum, move the state from its base."""
        state, amount = self.state[k], self.sizes[size]

        def make(found: list[Value], _dead: list[bool], pool: Pool) -> list[Operation]:
            rate = self.captured.get(self.program.states[k].rate, found[0]).beside(state.wide)
            change = pool.take(state.wide)
            pool.give(change)
            calls: list[Operation] = []
            if stage == 0:
                calls.append(partial(np.copyto, total.array, rate))
            elif weight == 1:
                calls.append(partial(np.add, total.array, rate, total.array))
            else:
                calls.append(partial(np.add, rate, rate, change.array))
                calls.append(partial(np.add, total.array, change.array, total.array))
            moved = total.array if stage == 3 else rate
            calls.append(partial(np.multiply, moved, amount[:1], change.array))
            calls.append(partial(np.add, base.array, change.array, state.array))
            return calls + (self._floor(k) if stage == 3 else [])

        return Action((self.program.states[k].rate, self.leaves[k]), make)

    def _floor(self, k: int) -> list[Operation]:
        """Return the call that clips a state after the step, if it has a floor."""
        array = self.state[k].array
        return [partial(np.maximum, array, 0.0, out=array)] if self.program.states[k].floor else []

    def _save(
        self, index: int, found: list[Value], _dead: list[bool], _pool: Pool
    ) -> list[Operation]:
        return [partial(self._keep, index, found[0])]

    def _check(self, guard: Guard) -> Action:
        def make(found: list[Value], _dead: list[bool], _pool: Pool) -> list[Operation]:
            return [partial(self._compare, guard, found[0])]

        return Action((guard.node,), make)

    # -- running --------------------------------------------------------------------------------

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
            for k, value in self.state.items():
                given = start.states[k]
                _pad(value.array, float(given[0]) if len(given) == 1 else given[part])
            for k, ring in self.rings.items():
                ring.load(start.rings[k], part)

    def run(
        self,
        clock: Clock,
        store: Mapping[int, Floats],
        part: slice,
        short: NDArray[np.int32] | None = None,
    ) -> None:
        """Step the loaded members and keep their results; note guards broken if there is room."""
        size = clock.time_step
        self.sizes["whole"].fill(size)
        self.sizes["half"].fill(size / 2)
        self.sizes["sixth"].fill(size / 6)
        self.time.fill(clock.time(clock.first))
        self._store, self._part, self._short = store, part, short
        _do(self.initial)
        _do(self.invariant)
        kept = {step: row for row, step in enumerate(clock.kept)}
        for step in range(clock.first, clock.last):
            self.time.fill(clock.time(step))
            _do(self.copies)
            self._row = kept.get(step, -1)
            _do(self.stages[0] if self._row < 0 else self.saving)
            for stage, calls in enumerate(self.stages[1:], 1):
                later = size if stage == 3 else size / 2
                self.time.fill(clock.time(step) + later)
                _do(calls)
            self._close_step()
        self._row = kept.get(clock.last, -1)
        if self._row >= 0:
            self.time.fill(clock.time(clock.last))
            _do(self.last)

    def _close_step(self) -> None:
        """Give the states that are assigned, and the rings, what the step sampled."""
        for k, held in self.held.items():
            np.copyto(self.state[k].array, held.array)
        for ring in self.rings.values():
            ring.push()

    def pasts(self, part: slice) -> dict[int, Past]:
        """Return what the rings remember of the loaded members."""
        members = part.stop - part.start
        return {k: ring.past(members) for k, ring in self.rings.items()}

    def unload(self, final: Sequence[Floats], part: slice) -> None:
        """Copy the states of the loaded members out."""
        for target, k in zip(final, self.states, strict=True):
            value = self.state[k]
            if value.wide:
                target[part] = value.array[: part.stop - part.start]
            else:
                target[0] = value.array[0]

    def close(self) -> None:
        """Let go of all buffers at once: calls refer to their stepper, a circle that would stay."""
        self.__dict__.clear()

    def _keep(self, index: int, value: Value) -> None:
        row = self._store[index][self._row]
        if value.wide:
            row[self._part] = value.array[: self._part.stop - self._part.start]
        else:
            row[0] = value.array[0]

    def _compare(self, guard: Guard, value: Value) -> None:
        least = guard.order * self.sizes["whole"][0]
        short = value.array < least
        if short.any() and value.wide and self._short is not None:
            number = self.program.guards.index(guard) + 1
            broken = self._short[self._part]
            broken[short[: len(broken)] & ((broken == 0) | (broken > number))] = number
        elif short.any():
            members = int(np.count_nonzero(short[: self._part.stop - self._part.start]))
            found = f"{float(value.array.min()):g} at time {self.time[0]:g}"
            found += f" in {members} draws or more" if value.wide else ""
            where = f"{self.program.label}:{guard.line}"
            expected = f"a delay of at least order x time step = {least:g} in '{guard.variable}'"
            remedy = "Bound the delay time from below, or use a smaller time step"
            raise ModelError([Problem(where, expected, found, remedy)])


def _fill(state: Value, initial: int) -> Action:
    def make(found: list[Value], _dead: list[bool], _pool: Pool) -> list[Operation]:
        return [partial(np.copyto, state.array, found[0].beside(state.wide))]

    return Action((initial,), make)


def _pad(target: Floats, given: float | Floats) -> None:
    """Fill a buffer; beyond its end the last member stands again."""
    if not isinstance(given, np.ndarray):
        target.fill(given)
        return
    count = len(given)
    target[:count] = given
    target[count:] = given[-1]


def _do(calls: Sequence[Operation]) -> None:
    for call in calls:
        call()
