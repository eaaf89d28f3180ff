"""What a kernel computes, and when: once, at every step, or only where results are wanted.

Two kernels make a run. The *uniform* one computes what is the same for all members, once, and
keeps the values that the others need: at the start, for the whole run, and at every evaluation.
The *wide* one computes the rest for every member. Both are described by a :class:`Part`.

A value is named by a key: the index of its node, or ``~index`` for the reciprocal of that node's
value. A division by something that many divisions share, that does not change, or that is the
same for all members becomes a product with its reciprocal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..language.ir import Program
from .plan import Shapes, depth_first

Key = int
LEAVES = ("number", "constant", "time", "state", "frozen")


def node_of(key: Key) -> int:
    """Return the node of a key."""
    return key if key >= 0 else ~key


@dataclass(frozen=True)
class Part:
    """What one kernel does.

    Attributes
    ----------
    wide
        Whether its values differ between members.
    states, carried
        States that it holds, and those of them that change.
    initial
        Nodes and fills (``~state``) in order, for the values at the start.
    invariant
        Nodes that do not change, in order.
    before, after
        Nodes of one evaluation: those that rates and results share, and those only for rates.
    for_outputs, for_reduced
        Nodes that only the outputs, or only the reductions, need; a node may stand in both.
    outputs, reduced
        Nodes that are kept, and nodes that are reduced.
    rates
        Node of the rate of each carried state.
    kept
        Keys of unchanging values that evaluations read.
    at_start, fixed, changing
        Keys that the wide kernel reads from the uniform one, or that the uniform one hands over.
    """

    wide: bool
    states: tuple[int, ...]
    carried: tuple[int, ...]
    initial: tuple[int, ...]
    invariant: tuple[int, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    for_outputs: tuple[int, ...]
    for_reduced: tuple[int, ...]
    outputs: tuple[int, ...]
    reduced: tuple[int, ...]
    rates: tuple[int, ...]
    kept: tuple[Key, ...]
    at_start: tuple[Key, ...]
    fixed: tuple[Key, ...]
    changing: tuple[Key, ...]


@dataclass(frozen=True)
class Schedule:
    """Both kernels, and the divisors that are replaced by reciprocals in evaluations."""

    uniform: Part
    wide: Part
    inverted: frozenset[int]


class Scheduler:
    """Sorts the nodes of a program.

    Parameters
    ----------
    program, shapes
        The program, and what differs between members and changes in time.
    states
        States that are needed.
    outputs, reduced
        Nodes to keep, and nodes to reduce.
    continued
        Whether the states come from a snapshot.
    """

    def __init__(
        self,
        program: Program,
        shapes: Shapes,
        states: Sequence[int],
        outputs: Sequence[int],
        reduced: Sequence[int],
        continued: bool,
    ) -> None:
        self.program, self.nodes, self.shapes = program, program.nodes, shapes
        self.states, self.continued = list(states), continued
        self.outputs, self.reduced = list(outputs), list(reduced)
        carried = [k for k in states if program.states[k].rate >= 0]
        self.rates = [program.states[k].rate for k in carried]
        self.order = depth_first([*self.rates, *outputs, *reduced], self._args)
        self.dynamic = [i for i in self.order if shapes.varying[i] and not self._is_leaf(i)]
        self.inverted = self._inverted()

    def schedule(self) -> Schedule:
        """Return the two parts."""
        return Schedule(self._part(False), self._part(True), self.inverted)

    def _args(self, index: int) -> tuple[int, ...]:
        return self.nodes[index].args

    def _is_leaf(self, index: int) -> bool:
        return self.nodes[index].op in LEAVES

    def _inverted(self) -> frozenset[int]:
        """Return the divisors whose reciprocal is worth computing."""
        divisors = Counter(
            node.args[1] for node in map(self.nodes.__getitem__, self.dynamic) if node.op == "div"
        )
        return frozenset(
            index
            for index, count in divisors.items()
            if count > 1 or not self.shapes.varying[index] or not self.shapes.wide[index]
        )

    def reads(self, index: int) -> tuple[Key, ...]:
        """Return the keys that an evaluation of a node reads."""
        node = self.nodes[index]
        if node.op == "div" and node.args[1] in self.inverted:
            return (node.args[0], ~node.args[1])
        return node.args

    def _part(self, wide: bool) -> Part:
        shapes, program = self.shapes, self.program
        mine = [k for k in self.states if shapes.wide_states[k] == wide]
        carried = [k for k in mine if program.states[k].rate >= 0]
        outputs = [i for i in self.outputs if shapes.wide[i] == wide]
        reduced = [i for i in self.reduced if shapes.wide[i] == wide]
        rates = [program.states[k].rate for k in carried]
        initial = [] if self.continued else self._initial(wide)
        before, after = self._sections(wide, rates, [*outputs, *reduced])
        shared = {*before, *after}
        invariant = [
            i
            for i in self.order
            if not shapes.varying[i] and shapes.wide[i] == wide and not self._is_leaf(i)
        ]
        return Part(
            wide=wide,
            states=tuple(mine),
            carried=tuple(carried),
            initial=tuple(initial),
            invariant=tuple(invariant),
            before=tuple(before),
            after=tuple(after),
            for_outputs=tuple(i for i in self._evaluation(wide, outputs) if i not in shared),
            for_reduced=tuple(i for i in self._evaluation(wide, reduced) if i not in shared),
            outputs=tuple(outputs),
            reduced=tuple(reduced),
            rates=tuple(rates),
            kept=self._kept(wide),
            at_start=self._at_start(),
            fixed=self._handed(varying=False),
            changing=self._handed(varying=True),
        )

    def _initial(self, wide: bool) -> list[int]:
        """Return nodes and fills for the values at the start; ``~state`` fills a state."""
        leaves = {
            index: int(node.value)
            for index, node in enumerate(self.nodes)
            if node.op in ("state", "frozen") and int(node.value) in self.states
        }
        filled: set[int] = set()
        items: list[int] = []

        def needs(index: int) -> Iterable[int]:
            if index in leaves:
                return (self.program.states[leaves[index]].initial,)
            return self.nodes[index].args

        for index in depth_first(leaves, needs):
            state = leaves.get(index)
            if state is None:
                if self.shapes.wide[index] == wide and not self._is_leaf(index):
                    items.append(index)
            elif self.shapes.wide_states[state] == wide and state not in filled:
                filled.add(state)
                items.append(~state)
        return items

    def _evaluation(self, wide: bool, roots: Iterable[int]) -> list[int]:
        """Return the operations of one evaluation that the roots need."""
        shapes = self.shapes
        return [
            i
            for i in depth_first(roots, self._args)
            if shapes.varying[i] and shapes.wide[i] == wide and not self._is_leaf(i)
        ]

    def _sections(
        self, wide: bool, rates: list[int], results: list[int]
    ) -> tuple[list[int], list[int]]:
        # What the wide kernel takes from the uniform one is computed there at every evaluation.
        exported = [] if wide else [node_of(key) for key in self._handed(varying=True)]
        for_rates = self._evaluation(wide, [*rates, *exported])
        shared = set(self._evaluation(wide, results))
        in_rates = set(for_rates)
        before = [i for i in self._evaluation(wide, results) if i in in_rates]
        return before, [i for i in for_rates if i not in shared]

    def _kept(self, wide: bool) -> tuple[Key, ...]:
        """Return what does not change but is read at evaluations; frozen states have slots."""
        keys = {
            key: None
            for group in self._evaluated(wide)
            for key in group
            if self._unchanging(key, wide) and not self._has_slot(key)
        }
        return tuple(keys)

    def _unchanging(self, key: Key, wide: bool) -> bool:
        index = node_of(key)
        return (
            self.nodes[index].op != "number"
            and not self.shapes.varying[index]
            and self.shapes.wide[index] == wide
        )

    def _has_slot(self, key: Key) -> bool:
        return key >= 0 and self.nodes[key].op in ("state", "frozen")

    def _evaluated(self, wide: bool) -> Iterable[tuple[Key, ...]]:
        """Yield what each evaluated node, and each result and update, reads."""
        for index in self.dynamic:
            if self.shapes.wide[index] == wide:
                yield self.reads(index)
        program = self.program
        ends = [i for i in [*self.outputs, *self.reduced] if self.shapes.wide[i] == wide]
        moved = [
            program.states[k].rate
            for k in self.states
            if program.states[k].rate >= 0 and self.shapes.wide_states[k] == wide
        ]
        yield (*ends, *moved)

    def _handed(self, varying: bool) -> tuple[Key, ...]:
        """Return what the wide kernel reads from the uniform one, by whether it changes."""
        keys: dict[Key, None] = {}
        groups = list(self._evaluated(wide=True))
        if not varying:
            groups += [
                self.nodes[i].args
                for i in self.order
                if self.shapes.wide[i] and not self.shapes.varying[i]
            ]
        for key in (key for group in groups for key in group):
            index = node_of(key)
            same = not self.shapes.wide[index] and self.nodes[index].op != "number"
            if same and self.shapes.varying[index] == varying:
                keys[key] = None
        return tuple(keys)

    def _at_start(self) -> tuple[Key, ...]:
        """Return the uniform nodes that the wide kernel reads for its values at the start."""
        if self.continued:
            return ()
        keys: dict[Key, None] = {}
        for item in self._initial(wide=True):
            args = self.nodes[item].args if item >= 0 else (self.program.states[~item].initial,)
            for index in args:
                if not self.shapes.wide[index] and self.nodes[index].op != "number":
                    keys[index] = None
        return tuple(keys)
