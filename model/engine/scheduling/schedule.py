"""Which nodes of a program stand in which kernel, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...language.ir import LEAVES, Program
from ..reductions import Reduction
from ..shapes import Shapes, depth_first
from .initial import InitialValues
from .ordering import interleaved
from .parts import Part, Schedule
from .rewriting import Key, node_of, rewriting_of


@dataclass(frozen=True)
class _Own:
    """What one kernel holds and gives; its states and rings follow the nodes ``followed``."""

    wide: bool
    states: tuple[int, ...]
    rings: tuple[int, ...]
    sources: dict[int, int]
    followed: tuple[int, ...]
    outputs: tuple[int, ...]
    reductions: tuple[tuple[int, Reduction], ...]

    @property
    def reduced(self) -> tuple[int, ...]:
        return tuple(node for node, _ in self.reductions)

    @property
    def results(self) -> tuple[int, ...]:
        return (*self.outputs, *self.reduced)

    @property
    def often(self) -> tuple[int, ...]:
        """Places of the reductions that go on at most steps."""
        kinds = [reduction.kind for _, reduction in self.reductions]
        return tuple(place for place, kind in enumerate(kinds) if kind != "last")


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
        self.states, self.rings = list(states), list(rings)
        self.outputs, self.reduced, self.keeps = list(outputs), list(reduced), keeps
        self.initial = None if continued else InitialValues(program, shapes, states, rings)
        self.rewriting = rewriting_of(program, shapes.varying)
        followed = [node for k in states if (node := _source(program, k)) >= 0]
        followed += [program.rings[k].input for k in rings]
        ends = [*outputs, *(node for node, _ in reduced)]
        self.order = depth_first([*followed, *ends], self._needs)

    def schedule(self) -> Schedule:
        """Return the two parts."""
        return Schedule(self._part(False), self._part(True), self.rewriting)

    def _needs(self, index: int) -> list[int]:
        """Return the nodes that a node needs, in an evaluation if it changes."""
        if self.shapes.varying[index]:
            return [node_of(key) for key in self.rewriting.reads(index)]
        return list(self.nodes[index].args)

    def _part(self, wide: bool) -> Part:
        own = self._own(wide)
        before, after = self._sections(own)
        shared = {*before, *after}
        kept = own.outputs if self.keeps else ()
        going = [own.reduced[place] for place in own.often]
        return Part(
            wide=wide,
            states=own.states,
            rings=own.rings,
            carried=tuple(own.sources),
            initial=tuple(self.initial.items(wide)) if self.initial else (),
            invariant=self._operations(self.order, wide, varying=False),
            before=before,
            after=after,
            for_outputs=self._only(wide, kept, shared),
            for_reduced=self._only(wide, going, shared),
            for_results=self._only(wide, own.results, set()),
            outputs=own.outputs,
            reduced=own.reduced,
            often=own.often,
            sources=own.sources,
            kept=self._kept(own),
            at_start=self.initial.handed() if self.initial else (),
            fixed=self._handed(varying=False),
            changing=self._handed(varying=True),
        )

    def _own(self, wide: bool) -> _Own:
        shapes, program = self.shapes, self.program
        states = tuple(k for k in self.states if shapes.wide_states[k] == wide)
        rings = tuple(k for k in self.rings if shapes.wide_rings[k] == wide)
        sources = {k: node for k in states if (node := _source(program, k)) >= 0}
        return _Own(
            wide=wide,
            states=states,
            rings=rings,
            sources=sources,
            followed=(*sources.values(), *(program.rings[k].input for k in rings)),
            outputs=tuple(i for i in self.outputs if shapes.wide[i] == wide),
            reductions=tuple(pair for pair in self.reduced if shapes.wide[pair[0]] == wide),
        )

    def _operations(self, order: Iterable[int], wide: bool, varying: bool) -> tuple[int, ...]:
        """Return those nodes, no leaves, that one kernel computes once or at evaluations."""
        shapes = self.shapes
        return tuple(
            i
            for i in order
            if shapes.varying[i] == varying
            and shapes.wide[i] == wide
            and self.nodes[i].op not in LEAVES
        )

    def _evaluation(self, wide: bool, roots: Iterable[int]) -> tuple[int, ...]:
        """Return the operations of one evaluation that the roots need."""
        return self._operations(depth_first(roots, self._needs), wide, varying=True)

    def _sections(self, own: _Own) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return what the rates need, cut where all is there that results need too."""
        # What the wide kernel takes from the uniform one is computed there at every evaluation.
        exported = [] if own.wide else [node_of(key) for key in self._handed(varying=True)]
        for_rates = self._evaluation(own.wide, [*own.followed, *exported])
        for_results = self._evaluation(own.wide, own.results)
        in_rates, in_results = set(for_rates), set(for_results)
        early = [i for i in for_results if i in in_rates]
        late = [i for i in for_rates if i not in in_results]
        # One order for all: a long chain that results need has other work beside it.
        order = self._interleaved([*early, *late])
        wanted = set(early)
        end = max((place + 1 for place, i in enumerate(order) if i in wanted), default=0)
        return order[:end], order[end:]

    def _only(self, wide: bool, roots: Iterable[int], shared: set[int]) -> tuple[int, ...]:
        """Return the operations that only these results need."""
        return self._interleaved([i for i in self._evaluation(wide, roots) if i not in shared])

    def _interleaved(self, order: list[int]) -> tuple[int, ...]:
        return tuple(interleaved(order, self.program, self._needs))

    def _evaluated(self, own: _Own) -> list[tuple[Key, ...]]:
        """Return what each evaluated node, and each result and update, reads."""
        operations = self._operations(self.order, own.wide, varying=True)
        return [*map(self.rewriting.reads, operations), (*own.results, *own.followed)]

    def _kept(self, own: _Own) -> tuple[Key, ...]:
        """Return what does not change but is read at evaluations; frozen states have slots."""
        keys = dict.fromkeys(key for group in self._evaluated(own) for key in group)
        return tuple(
            key
            for key in keys
            if self._is_from(key, own.wide, varying=False) and not self._has_slot(key)
        )

    def _is_from(self, key: Key, wide: bool, varying: bool) -> bool:
        """Tell whether a kernel computes a value, once or at evaluations; literals are anywhere."""
        index, shapes = node_of(key), self.shapes
        literal = self.nodes[index].op == "number"
        return not literal and shapes.wide[index] == wide and shapes.varying[index] == varying

    def _has_slot(self, key: Key) -> bool:
        return key >= 0 and self.nodes[key].op in ("state", "frozen")

    def _handed(self, varying: bool) -> tuple[Key, ...]:
        """Return what the wide kernel reads from the uniform one, by whether it changes."""
        groups = self._evaluated(self._own(True))
        if not varying:
            shapes = self.shapes
            fixed = [i for i in self.order if shapes.wide[i] and not shapes.varying[i]]
            groups += [self.nodes[i].args for i in fixed]
        keys = dict.fromkeys(key for group in groups for key in group)
        return tuple(key for key in keys if self._is_from(key, False, varying))


def _source(program: Program, state: int) -> int:
    """Return the node that a state follows: its rate, its next value, or -1 for neither."""
    entry = program.states[state]
    return entry.rate if entry.rate >= 0 else entry.next
