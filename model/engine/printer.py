"""Values of one function of a kernel: computed, loaded or literal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..language.ir import Node, Program
from .assembly import Assembly
from .machine import Machine
from .operations import emit
from .reductions import Reduction
from .schedule import Key, Part, node_of


@dataclass
class Layout:
    """Where the values of a vector of members stand in its scratch memory, in vectors.

    Attributes
    ----------
    states, kept
        By state, and by key of what does not change.
    base, total
        By carried state, for Runge-Kutta: its value before the step, and the sum of rates.
    results, previous
        By reduction: what is found so far, and the last value.
    temporary
        First place of what lives within one evaluation.
    size
        Places in all.
    """

    states: dict[int, int] = field(default_factory=dict)
    kept: dict[Key, int] = field(default_factory=dict)
    base: dict[int, int] = field(default_factory=dict)
    total: dict[int, int] = field(default_factory=dict)
    results: dict[int, int] = field(default_factory=dict)
    previous: dict[int, int] = field(default_factory=dict)
    temporary: int = 0
    size: int = 0

    def place(self, keys: Iterable[int]) -> dict[int, int]:
        """Return places for keys, behind what is placed already."""
        places = {key: self.size + position for position, key in enumerate(keys)}
        self.size += len(places)
        return places


def layout_of(
    part: Part, method: str, reductions: Sequence[Reduction], temporaries: int
) -> Layout:
    """Return the places of a part's values."""
    layout = Layout()
    layout.states = layout.place(part.states)
    layout.kept = layout.place(part.kept)
    if method == "rk4":
        layout.base = layout.place(part.carried)
        layout.total = layout.place(part.carried)
    layout.results = layout.place(range(len(reductions)))
    crossing = [i for i, item in enumerate(reductions) if item.kind.startswith("first")]
    layout.previous = layout.place(crossing)
    layout.temporary = layout.size
    layout.size += temporaries
    return layout


@dataclass(frozen=True)
class Sources:
    """Where a function finds what it does not compute.

    Attributes
    ----------
    layout
        Places in scratch memory.
    imported
        Table and place of the keys that the other kernel hands over.
    constants
        Place of each constant in the table of inputs.
    temporary
        Place of the keys that live within one evaluation.
    inverted
        Divisors whose reciprocal is used.
    fused
        By sum: the product that it absorbs.
    evaluates
        Whether what does not change is there already, in scratch memory.
    """

    layout: Layout
    imported: Mapping[Key, tuple[str, int]]
    constants: Mapping[int, int]
    temporary: Mapping[Key, int]
    inverted: frozenset[int]
    fused: Mapping[int, int]
    evaluates: bool


class Body:
    """Writes the values of one function.

    Parameters
    ----------
    program, machine, lanes
        What to print, for which vector unit, how many members at a time.
    sources
        Where the rest is found.
    declared
        Collects declarations of the module.
    """

    def __init__(
        self, program: Program, machine: Machine, lanes: int, sources: Sources, declared: set[str]
    ) -> None:
        self.a = Assembly(machine, lanes, declared)
        self.program, self.sources = program, sources
        self.values: dict[Key, str] = {}
        self.scratch, self.column = "%scratch", "0"

    def compute(self, index: int) -> str:
        """Write a node and remember its value."""
        node = self.program.nodes[index]
        product = self.sources.fused.get(index)
        if product is not None:
            value = self._fused(node, product)
        elif node.op == "div" and node.args[1] in self.sources.inverted:
            value = self.a.mul(*self._factors(index))
        else:
            args = [self.value(arg) for arg in node.args]
            value = emit(self.a, self.program, node, args)
        return self.remember(index, value)

    def _factors(self, index: int) -> tuple[str, str]:
        """Return the two factors of a product, or of a division by a known reciprocal."""
        first, second = self.program.nodes[index].args
        divides = self.program.nodes[index].op == "div"
        return self.value(first), self.value(~second if divides else second)

    def _fused(self, node: Node, product: int) -> str:
        """Write a sum or difference with a product in it, rounded once."""
        a, (x, y) = self.a, self._factors(product)
        first, second = node.args
        if node.op == "add":
            return a.fma(x, y, self.value(first if second == product else second))
        if second == product:
            return a.fma(a.neg(x), y, self.value(first))
        return a.fma(x, y, a.neg(self.value(second)))

    def invert(self, index: int) -> str:
        """Write the reciprocal of a node's value and remember it."""
        one = self.a.number(1.0)
        return self.remember(~index, self.a.div(one, self.value(index)))

    def remember(self, key: Key, value: str) -> str:
        """Remember a value, in scratch memory too if a later piece reads it."""
        self.values[key] = value
        if key in self.sources.temporary:
            place = self.sources.layout.temporary + self.sources.temporary[key]
            self.keep(place, self.number(key))
        return value

    def number(self, key: Key) -> str:
        """Return the value of a key as a number: memory holds truth values as 1 and 0."""
        value = self.value(key)
        if key < 0 or not self.program.nodes[key].truth:
            return value
        return self.a.select(value, self.a.number(1.0), self.a.number(0.0))

    def value(self, key: Key) -> str:
        """Return the value of a key."""
        if key in self.values:
            return self.values[key]
        node = self.program.nodes[node_of(key)]
        if node.op == "number":
            return self.a.number(node.value if key >= 0 else _inverse(node.value))
        value = self._load(key)
        if key >= 0 and node.truth:
            value = self.a.compare("one", value, self.a.number(0.0))
        self.values[key] = value
        return value

    def _load(self, key: Key) -> str:
        sources, node = self.sources, self.program.nodes[node_of(key)]
        if key in sources.temporary:
            return self.slot(sources.layout.temporary + sources.temporary[key])
        if key in sources.imported:
            return self.a.load_same(self.a.address(*sources.imported[key]))
        if sources.evaluates and key in sources.layout.kept:
            return self.slot(sources.layout.kept[key])
        if key < 0:
            return self.a.div(self.a.number(1.0), self.value(~key))
        if node.op in ("state", "frozen"):
            return self.slot(sources.layout.states[int(node.value)])
        if node.op == "constant":
            return self.row("%inputs", sources.constants[int(node.value)])
        if node.op == "time":
            return self.a.load_same("%time")
        raise KeyError(f"node {key} ({node.op}) is not scheduled")

    def row(self, table: str, place: int) -> str:
        """Return a row of a table with one column per member."""
        return self.a.load(self.row_address(table, place))

    def row_address(self, table: str, place: int, width: str = "%members") -> str:
        """Return the address of this vector's part of a row."""
        offset = self.a.put(f"mul i64 {width}, {place}")
        if self.column != "0":
            offset = self.a.put(f"add i64 {offset}, {self.column}")
        return self.a.address(table, offset)

    def slot(self, place: int) -> str:
        """Return a value from the scratch memory."""
        return self.a.load(self._slot_address(place))

    def keep(self, place: int, value: str) -> None:
        """Write a value to the scratch memory."""
        self.a.store(value, self._slot_address(place))

    def _slot_address(self, place: int) -> str:
        return self.a.address(self.scratch, place * self.a.lanes)

    @contextmanager
    def loop(self, vectors: int) -> Iterator[None]:
        """Write something once, to be done for every vector of a block."""
        a = self.a
        self.values = {}
        if vectors == 1:
            a.label(a.fresh("piece"))
            yield
            return
        before, inside, turn = a.fresh("before"), a.fresh("piece"), a.fresh("turn")
        a.label(before)
        a.label(inside)
        index, following = a.fresh("%u"), a.fresh("%u")
        a.do(f"{index} = phi i64 [0, %{before}], [{following}, %{turn}]")
        stride = self.sources.layout.size * a.lanes
        offset = a.put(f"mul i64 {index}, {stride}")
        self.scratch = a.address("%scratch", offset)
        self.column = a.put(f"mul i64 {index}, {a.lanes}")
        yield
        a.label(turn)
        a.do(f"{following} = add i64 {index}, 1")
        more = a.put(f"icmp slt i64 {following}, {vectors}")
        beyond = a.fresh("beyond")
        a.do(f"br i1 {more}, label %{inside}, label %{beyond}")
        a.lines.append(f"{beyond}:")
        self.scratch, self.column = "%scratch", "0"
        self.values = {}

    @contextmanager
    def when(self, condition: str) -> Iterator[None]:
        """Write something that happens only where a pointer or number is not zero."""
        if not condition:
            yield
            return
        kind, zero = ("ptr", "null") if condition == "%out" else ("i64", "0")
        holds = self.a.put(f"icmp ne {kind} {condition}, {zero}")
        inside, beyond = self.a.fresh("when"), self.a.fresh("then")
        self.a.do(f"br i1 {holds}, label %{inside}, label %{beyond}")
        self.a.lines.append(f"{inside}:")
        yield
        self.a.label(beyond)


def _inverse(value: float) -> float:
    return 1.0 / value if value else math.copysign(math.inf, value)
