"""What a kernel computes, and when: once, at every step, or only where results are wanted.

Two kernels make a run. The *uniform* one computes what is the same for all members, once, and
keeps the values that the others need: at the start, for the whole run, and at every evaluation.
The *wide* one computes the rest for every member. Both are described by a :class:`Part`.

A value is named by a key, see :mod:`.rewriting`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..language.ir import LEAVES, Program
from .ordering import interleaved
from .plan import Shapes, depth_first
from .reductions import Reduction
from .rewriting import Key, Rewriting, node_of, rewriting_of


@dataclass(frozen=True)
class Part:
    """What one kernel does.

    Attributes
    ----------
    wide
        Whether its values differ between members.
    states, rings
        States and rings that it holds.
    carried
        Those states that change.
    initial
        Nodes and fills in order, for the values at the start: ``~k`` fills state ``k``, and
        beyond the program's states its rings.
    invariant
        Nodes that do not change, in order.
    before, after
        Nodes of an evaluation that the rates need, in one order that is cut where all is there
        that results need too.
    for_outputs, for_reduced
        Nodes that only the outputs of most steps, or only the reductions that go on at most steps,
        need; a node may stand in both.
    for_results
        Nodes of an evaluation that all results need.
    outputs, reduced
        Nodes that are kept, and nodes that are reduced.
    often
        Places of the reductions that go on at most steps.
    sources
        Node that each carried state follows, by state: its rate, or its next value.
    kept
        Keys of unchanging values that evaluations read.
    at_start, fixed, changing
        Keys that the wide kernel reads from the uniform one, or that the uniform one hands over.
    """

    wide: bool
    states: tuple[int, ...]
    rings: tuple[int, ...]
    carried: tuple[int, ...]
    initial: tuple[int, ...]
    invariant: tuple[int, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    for_outputs: tuple[int, ...]
    for_reduced: tuple[int, ...]
    for_results: tuple[int, ...]
    outputs: tuple[int, ...]
    reduced: tuple[int, ...]
    often: tuple[int, ...]
    sources: dict[int, int]
    kept: tuple[Key, ...]
    at_start: tuple[Key, ...]
    fixed: tuple[Key, ...]
    changing: tuple[Key, ...]


@dataclass(frozen=True)
class Schedule:
    """Both kernels, and how evaluations are rewritten."""

    uniform: Part
    wide: Part
    rewriting: Rewriting


class Scheduler:
    """Sorts the nodes of a program.

    Parameters
    ----------
    program, shapes
        The program, and what differs between members and changes in time.
    states, rings
        States and rings that are needed.
    outputs, reduced
        Nodes to keep, and nodes to reduce, each with how.
    keeps
        Whether outputs are kept at most steps.
    continued
        Whether the states come from a snapshot.
    """

    def __init__(
        self,
        program: Program,
        shapes: Shapes,
        states: Sequence[int],
        rings: Sequence[int],
        outputs: Sequence[int],
        reduced: Sequence[tuple[int, Reduction]],
        keeps: bool,
        continued: bool,
    ) -> None:
        self.program, self.nodes, self.shapes = program, program.nodes, shapes
        self.states, self.rings, self.continued = list(states), list(rings), continued
        self.outputs, self.reduced, self.keeps = list(outputs), list(reduced), keeps
        self.sources = {k: source for k in states if (source := _source(program, k)) >= 0}
        followed = [*self.sources.values(), *(program.rings[k].input for k in rings)]
        self.rewriting = rewriting_of(program, shapes.varying)
        ends = [*outputs, *(node for node, _ in reduced)]
        self.order = depth_first([*followed, *ends], self._needs)
        self.dynamic = [i for i in self.order if shapes.varying[i] and not self._is_leaf(i)]

    def schedule(self) -> Schedule:
        """Return the two parts."""
        return Schedule(self._part(False), self._part(True), self.rewriting)

    def _needs(self, index: int) -> list[int]:
        """Return the nodes that a node needs, in an evaluation if it changes."""
        if self.shapes.varying[index]:
            return [node_of(key) for key in self.rewriting.reads(index)]
        return list(self.nodes[index].args)

    def _is_leaf(self, index: int) -> bool:
        return self.nodes[index].op in LEAVES

    def _part(self, wide: bool) -> Part:
        shapes, program = self.shapes, self.program
        mine = [k for k in self.states if shapes.wide_states[k] == wide]
        rings = [k for k in self.rings if shapes.wide_rings[k] == wide]
        sources = {k: source for k, source in self.sources.items() if k in mine}
        outputs = [i for i in self.outputs if shapes.wide[i] == wide]
        reduced = [pair for pair in self.reduced if shapes.wide[pair[0]] == wide]
        often = [place for place, (_, item) in enumerate(reduced) if item.kind != "last"]
        kept = outputs if self.keeps else []
        going = [reduced[place][0] for place in often]
        followed = [*sources.values(), *(program.rings[k].input for k in rings)]
        initial = [] if self.continued else self._initial(wide)
        nodes = [node for node, _ in reduced]
        before, after = self._sections(wide, followed, [*outputs, *nodes])
        shared = {*before, *after}
        invariant = [
            i
            for i in self.order
            if not shapes.varying[i] and shapes.wide[i] == wide and not self._is_leaf(i)
        ]
        return Part(
            wide=wide,
            states=tuple(mine),
            rings=tuple(rings),
            carried=tuple(sources),
            initial=tuple(initial),
            invariant=tuple(invariant),
            before=tuple(before),
            after=tuple(after),
            for_outputs=self._only(wide, kept, shared),
            for_reduced=self._only(wide, going, shared),
            for_results=self._only(wide, [*outputs, *nodes], set()),
            outputs=tuple(outputs),
            reduced=tuple(nodes),
            often=tuple(often),
            sources=sources,
            kept=self._kept(wide),
            at_start=self._at_start(),
            fixed=self._handed(varying=False),
            changing=self._handed(varying=True),
        )

    def _initial(self, wide: bool) -> list[int]:
        """Return nodes and fills for the values at the start; ``~state`` fills a state."""
        owners = self._owners()
        items: list[int] = []

        def needs(index: int) -> Iterable[int]:
            return (self.first(owners[index]),) if index in owners else self.nodes[index].args

        delays = [self.program.rings[k].delay for k in self.rings]
        filled: set[int] = set()
        for index in depth_first([*owners, *delays], needs):
            owner = owners.get(index)
            if owner is None:
                if self.shapes.wide[index] == wide and not self._is_leaf(index):
                    items.append(index)
            elif self._is_wide(owner) == wide and owner not in filled:
                filled.add(owner)
                items.append(~owner)
        return items

    def _owners(self) -> dict[int, int]:
        """Return the state, or beyond them the ring, of each leaf that shows one."""
        count = len(self.program.states)
        owners: dict[int, int] = {}
        for index, node in enumerate(self.nodes):
            if node.op in ("state", "frozen") and int(node.value) in self.states:
                owners[index] = int(node.value)
            elif node.op == "ring" and int(node.value) in self.rings:
                owners[index] = count + int(node.value)
        return owners

    def first(self, owner: int) -> int:
        """Return the node of the value at the start of a state or ring."""
        return first_of(self.program, owner)

    def _is_wide(self, owner: int) -> bool:
        count = len(self.program.states)
        if owner < count:
            return self.shapes.wide_states[owner]
        return self.shapes.wide_rings[owner - count]

    def _evaluation(self, wide: bool, roots: Iterable[int]) -> list[int]:
        """Return the operations of one evaluation that the roots need."""
        shapes = self.shapes
        return [
            i
            for i in depth_first(roots, self._needs)
            if shapes.varying[i] and shapes.wide[i] == wide and not self._is_leaf(i)
        ]

    def _sections(
        self, wide: bool, followed: list[int], results: list[int]
    ) -> tuple[list[int], list[int]]:
        # What the wide kernel takes from the uniform one is computed there at every evaluation.
        exported = [] if wide else [node_of(key) for key in self._handed(varying=True)]
        for_rates = self._evaluation(wide, [*followed, *exported])
        shared = set(self._evaluation(wide, results))
        in_rates = set(for_rates)
        early = [i for i in self._evaluation(wide, results) if i in in_rates]
        late = [i for i in for_rates if i not in shared]
        order = self._interleaved([*early, *late])
        # One order for all: a long chain that results need has other work beside it.
        wanted = set(early)
        end = max((place + 1 for place, i in enumerate(order) if i in wanted), default=0)
        return order[:end], order[end:]

    def _only(self, wide: bool, roots: list[int], shared: set[int]) -> tuple[int, ...]:
        """Return the operations that only these results need."""
        order = [i for i in self._evaluation(wide, roots) if i not in shared]
        return tuple(self._interleaved(order))

    def _interleaved(self, order: list[int]) -> list[int]:
        return interleaved(order, self.program, self._needs)

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
                yield self.rewriting.reads(index)
        shapes = self.shapes
        results = [*self.outputs, *(node for node, _ in self.reduced)]
        ends = [i for i in results if shapes.wide[i] == wide]
        moved = [node for k, node in self.sources.items() if shapes.wide_states[k] == wide]
        rings = [self.program.rings[k].input for k in self.rings if shapes.wide_rings[k] == wide]
        yield (*ends, *moved, *rings)

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
        shapes = self.shapes
        delays = [self.program.rings[k].delay for k in self.rings if shapes.wide_rings[k]]
        for item in self._initial(wide=True):
            args = self.nodes[item].args if item >= 0 else (self.first(~item),)
            for index in (*args, *(delays if item < 0 else ())):
                if not self.shapes.wide[index] and self.nodes[index].op != "number":
                    keys[index] = None
        return tuple(keys)


def first_of(program: Program, owner: int) -> int:
    """Return the node of the value at the start of a state or, beyond them, a ring."""
    count = len(program.states)
    return program.states[owner].initial if owner < count else program.rings[owner - count].initial


def _source(program: Program, state: int) -> int:
    """Return the node that a state follows: its rate, its next value, or -1 for neither."""
    entry = program.states[state]
    return entry.rate if entry.rate >= 0 else entry.next
