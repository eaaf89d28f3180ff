"""The calls of a run, bound once to the buffers that every chunk uses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from ...language.ir import Guard
from ..shapes import depth_first
from .actions import Action, bind
from .buffers import Buffers
from .operations import Operation, Pool, Value
from .recorder import Recorder
from .updates import RungeKutta, euler, fill


@dataclass(frozen=True)
class Calls:
    """What is called when.

    Attributes
    ----------
    initial, invariant
        At the start of a run: what fills the states, and what does not change in time.
    copies
        Before every step.
    stages
        The stages of a step.
    saving
        The first stage in a form that keeps the outputs.
    last
        What keeps the outputs at the end.
    """

    initial: list[Operation]
    invariant: list[Operation]
    copies: list[Operation]
    stages: list[list[Operation]]
    saving: list[Operation]
    last: list[Operation]


class Binder:
    """Binds the calls of a run.

    No call may refer to the binder: it is let go when all are bound.

    Parameters
    ----------
    buffers
        Where values lie.
    outputs
        Nodes to keep.
    recorder
        Keeps them, and compares delays.
    """

    def __init__(self, buffers: Buffers, outputs: Sequence[int], recorder: Recorder) -> None:
        self.buffers, self.outputs, self.recorder = buffers, list(outputs), recorder
        self.program, self.shapes = buffers.program, buffers.shapes
        self.carried = [k for k in buffers.states if self.program.states[k].rate >= 0]
        self.roots = [self.program.states[k].rate for k in self.carried] + self.outputs
        self.roots += [index for index, _ in self._held()]
        self.order = depth_first(self.roots, self._args)
        computed = set(self.order)
        self.guards = [guard for guard in self.program.guards if guard.node in computed]

    def calls(self, method: str, continued: bool) -> Calls:
        """Return the calls of a run.

        Parameters
        ----------
        method
            ``euler`` or ``rk4``.
        continued
            Whether states come from a snapshot.
        """
        initial = [] if continued else self._initial()
        invariant = self._invariant()
        copies, updates = self._updates(method)
        first = self._evaluation(updates[0], saves=False, first=True)
        saving = self._evaluation(updates[0], saves=True, first=True)
        others = [self._evaluation(moves, saves=False) for moves in updates[1:]]
        last = self._evaluation([], saves=True)
        return Calls(initial, invariant, copies, [first, *others], saving, last)

    def _args(self, index: int) -> tuple[int, ...]:
        return self.program.nodes[index].args

    def _held(self) -> list[tuple[int, Value]]:
        """Return the nodes that are sampled at the first stage, and where to keep them."""
        states, rings = self.program.states, self.program.rings
        held = [(states[k].next, value) for k, value in self.buffers.held.items()]
        return held + [(rings[k].input, ring.hold) for k, ring in self.buffers.rings.items()]

    def _bind(self, items: Sequence[int | Action], keep: Sequence[int] = ()) -> list[Operation]:
        return bind(self.program, items, self.buffers.values, keep, self.buffers.pool)

    def _initial(self) -> list[Operation]:
        """Return the calls that fill the states at the start of a run."""
        nodes, firsts = self.program.nodes, self._firsts()
        delays = {self.program.rings[k].delay: None for k in self.buffers.ring_leaves}

        def needs(index: int) -> Iterable[int]:
            return (firsts[index][1],) if index in firsts else nodes[index].args

        items: list[int | Action] = []
        for index in depth_first([*firsts, *delays], needs):
            if index in firsts:
                items.append(fill(*firsts[index]))
            elif nodes[index].op not in ("number", "constant", "time"):
                items.append(index)
        begins = (_begin(self.buffers, k) for k in self.buffers.ring_leaves)
        return self._bind([*items, *begins])

    def _firsts(self) -> dict[int, tuple[Value, int]]:
        """Return by leaf: where its value at the start goes, and the node that has it."""
        buffers, states, rings = self.buffers, self.program.states, self.program.rings
        firsts = {
            leaf: (buffers.states[k], states[k].initial) for k, leaf in buffers.leaves.items()
        }
        for k, leaf in buffers.ring_leaves.items():
            firsts[leaf] = (buffers.rings[k].value, rings[k].initial)
        return firsts

    def _invariant(self) -> list[Operation]:
        """Return the calls for what does not change in time; its results keep their buffers."""
        varying = self.shapes.varying
        used = {*self.roots, *(guard.node for guard in self.guards)}
        for index in self.order:
            if varying[index]:
                used.update(self._args(index))
        fixed = [i for i in self.order if not varying[i] and i not in self.buffers.values]
        keep = [index for index in fixed if index in used]
        return self._bind([*fixed, *self._checks(varying=False)], keep)

    def _checks(self, varying: bool) -> list[Action]:
        """Return the comparisons of the delays that change in time, or of the others."""
        guards = [guard for guard in self.guards if self.shapes.varying[guard.node] == varying]
        return [_check(self.recorder, guard) for guard in guards]

    def _updates(self, method: str) -> tuple[list[Operation], list[list[Action]]]:
        """Return the calls before a step, and by stage how the states move."""
        if method == "euler":
            return [], [[euler(self.buffers, k) for k in self.carried]]
        steps = RungeKutta(self.buffers, self.carried)
        stages = range(len(steps.STAGES))
        return steps.copies(), [[steps.update(k, stage) for k in self.carried] for stage in stages]

    def _evaluation(
        self, updates: Sequence[Action], saves: bool, first: bool = False
    ) -> list[Operation]:
        kept = [_save(self.recorder, index) for index in self.outputs] if saves else []
        before: list[Action] = []
        if updates or first:
            before = [*self._checks(varying=True), *self._captures()]
        if first:
            before += [fill(value, index) for index, value in self._held()]
        return self._bind(self._placed([*kept, *before], updates))

    def _captures(self) -> list[Action]:
        """Return copies of the rates that are themselves states, made before any state moves."""
        rates = {self.program.states[k].rate for k in self.carried}
        shown = sorted(rates & set(self.buffers.leaves.values()))
        return [fill(self.buffers.capture(index), index) for index in shown]

    def _placed(self, others: Sequence[Action], updates: Sequence[Action]) -> list[int | Action]:
        """Return the nodes that actions read, with each action as early as it may stand.

        An update overwrites its state, so it stands after the last reader of the state.
        """
        roots = [index for action in (*others, *updates) for index in action.reads]
        order = depth_first(roots, self._args, self.buffers.values)
        place = {index: position for position, index in enumerate(order)}
        reader = {
            arg: position for position, index in enumerate(order) for arg in self._args(index)
        }
        after: dict[int, list[Action]] = {}
        # Saves and captures come before updates of the same place.
        for action in others:
            ready = max(place.get(index, -1) for index in action.reads)
            after.setdefault(ready, []).append(action)
        for action in updates:
            ready = max(place.get(index, -1) for index in action.reads)
            ready = max(ready, reader.get(action.reads[1], -1))
            after.setdefault(ready, []).append(action)
        items: list[int | Action] = list(after.get(-1, ()))
        for position, index in enumerate(order):
            items += [index, *after.get(position, ())]
        return items


def _begin(buffers: Buffers, k: int) -> Action:
    """Return the start of a ring, when its delay and its initial value are known."""
    ring, size = buffers.rings[k], buffers.sizes["whole"]

    def make(found: list[Value], _dead: list[bool], _pool: Pool) -> list[Operation]:
        return [lambda: ring.start(found[0], float(size[0]))]

    return Action((buffers.program.rings[k].delay,), make)


def _save(recorder: Recorder, index: int) -> Action:
    def make(found: list[Value], _dead: list[bool], _pool: Pool) -> list[Operation]:
        return [partial(recorder.keep, index, found[0])]

    return Action((index,), make)


def _check(recorder: Recorder, guard: Guard) -> Action:
    def make(found: list[Value], _dead: list[bool], _pool: Pool) -> list[Operation]:
        return [partial(recorder.compare, guard, found[0])]

    return Action((guard.node,), make)
