"""What an evaluation does, statement by statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from ...language.ir import Node, Program
from .parts import Part, Schedule
from .pieces import Evaluation, Statement, evaluation_of
from .rewriting import Key, node_of

# What an operation weighs, in instructions.
_WEIGHTS = {"exp": 20, "ln": 30, "pow": 110, "tanh": 45, "lookup": 20, "div": 2, "select": 2}
_WEIGHTS |= {"log_high": 60, "raise": 110}


class Evaluator:
    """Writes down what an evaluation does.

    Parameters
    ----------
    program, schedule, part
        What is computed.
    """

    def __init__(self, program: Program, schedule: Schedule, part: Part) -> None:
        self.program, self.schedule, self.part = program, schedule, part
        self.defined: set[Key] = set()

    def first(self, keeps: bool) -> Evaluation:
        """Return the first stage of a step: results that go along with it, moves, delays.

        Parameters
        ----------
        keeps
            Whether outputs go along with it.
        """
        self.defined = set()
        part = self.part
        groups = [("", list(self._shared(part.before)))]
        if keeps and part.outputs:
            groups.append(("%out", list(self._outputs(part.for_outputs))))
        if part.often:
            groups.append(("%counts", list(self._reductions(part.for_reduced, part.often))))
        pushes = [
            Statement("push", k, (index,), None, 4)
            for k, index in zip(part.rings, self._inputs, strict=True)
        ]
        groups.append(("", [*self._moves(part.after), *pushes, *self._handed()]))
        return evaluation_of(groups)

    def later(self) -> Evaluation:
        """Return another stage of a step, which has no results."""
        self.defined = set()
        order = (*self.part.before, *self.part.after)
        moves = [*self._shared(()), *self._moves(order)]
        return evaluation_of([("", [*moves, *self._handed()])])

    def results(self) -> Evaluation:
        """Return an evaluation for results alone."""
        self.defined = set()
        part = self.part
        groups = [("", list(self._computed(part.for_results)))]
        if part.outputs:
            groups.append(("%out", list(self._outputs(()))))
        if part.reduced:
            groups.append(("%counts", list(self._reductions((), range(len(part.reduced))))))
        if not part.wide:
            order = (*part.before, *part.after)
            missing = [index for index in order if index not in self.defined]
            groups.append(("", [*self._computed(missing), *self._handed()]))
        return evaluation_of(groups)

    def _shared(self, order: Sequence[int]) -> Iterator[Statement]:
        pinned = [*self.part.sources.values(), *self._inputs]
        pinned += [] if self.part.wide else self.part.changing
        for key in dict.fromkeys(pinned):
            if key in self._states:
                self.defined.add(key)
                yield Statement("pin", int(self.program.nodes[key].value), (), key)
        yield from self._computed(order)

    def _computed(self, order: Sequence[int]) -> Iterator[Statement]:
        for index in order:
            reads = self.schedule.rewriting.reads(index)
            yield from self._inversions(reads)
            self.defined.add(index)
            weight = _weight(self.program, index)
            yield Statement("compute", index, reads, index, weight)

    def _inversions(self, reads: Iterable[Key]) -> Iterator[Statement]:
        """Yield the reciprocals of changing values that are read for the first time."""
        for key in reads:
            if key < 0 and key not in self.defined and node_of(key) in self.defined | self._states:
                self.defined.add(key)
                yield Statement("invert", ~key, (~key,), key)

    @cached_property
    def _states(self) -> set[int]:
        return {
            index
            for index, node in enumerate(self.program.nodes)
            if node.op == "state" and int(node.value) in self.part.states
        }

    def _outputs(self, order: Sequence[int]) -> Iterator[Statement]:
        before = set(self.defined)
        yield from self._computed(order)
        for place, index in enumerate(self.part.outputs):
            yield Statement("keep", place, (index,))
        self.defined = before

    def _reductions(self, order: Sequence[int], places: Iterable[int]) -> Iterator[Statement]:
        before = set(self.defined)
        yield from self._computed(order)
        for place in places:
            yield Statement("reduce", place, (self.part.reduced[place],), None, 8)
        self.defined = before

    def _handed(self) -> Iterator[Statement]:
        if self.part.wide:
            return
        for place, key in enumerate(self.part.changing):
            yield from self._inversions((key,))
            yield Statement("hand", place, (key,))

    def _moves(self, order: Sequence[int]) -> Iterator[Statement]:
        """Yield nodes, and each move as soon as nobody reads the old value."""
        ready = self._ready(order)
        for state in ready.get(-1, ()):
            yield self._move(state)
        for position, index in enumerate(order):
            yield from self._computed((index,))
            for state in ready.get(position, ()):
                yield self._move(state)

    def _move(self, state: int) -> Statement:
        return Statement("move", state, (self.part.sources[state],), None, 4)

    @cached_property
    def _inputs(self) -> list[int]:
        return [self.program.rings[k].input for k in self.part.rings]

    def _ready(self, order: Sequence[int]) -> dict[int, list[int]]:
        """Return the states by the position after which they may move."""
        after = {index: position for position, index in enumerate(order)}
        ready = {k: after.get(source, -1) for k, source in self.part.sources.items()}
        for position, index in enumerate(order):
            for argument in map(node_of, self.schedule.rewriting.reads(index)):
                node = self.program.nodes[argument]
                if node.op == "state" and int(node.value) in ready:
                    ready[int(node.value)] = max(ready[int(node.value)], position)
        places: dict[int, list[int]] = {}
        for k, position in ready.items():
            places.setdefault(position, []).append(k)
        return places


def _weight(program: Program, index: int) -> int:
    node: Node = program.nodes[index]
    if node.op == "lookup":
        return 4 * len(program.tables[int(node.value)].x)
    return _WEIGHTS.get(node.op, 1)
