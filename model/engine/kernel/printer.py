"""Values of one function of a kernel: computed, loaded or literal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from ...language.ir import OF_STEP, Node, Program
from ..machine import Machine
from ..scheduling.rewriting import Key, Rewriting, node_of
from ..vector.assembly import Assembly, Module
from ..vector.lanes import each_lane
from ..vector.operations import emit
from .layout import Layout


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
    rewriting
        How operations are written; nothing outside evaluations. In an evaluation, what does not
        change is there already, in scratch memory.
    """

    layout: Layout
    imported: Mapping[Key, tuple[str, int]]
    constants: Mapping[int, int]
    temporary: Mapping[Key, int]
    rewriting: Rewriting | None


class Body:
    """Writes the values of one function.

    Parameters
    ----------
    program, machine, lanes
        What to print, for which vector unit, how many members at a time.
    sources
        Where the rest is found.
    module
        Collects what functions share.
    tabled
        Whether numbers come from the module's table.
    """

    def __init__(
        self,
        program: Program,
        machine: Machine,
        lanes: int,
        sources: Sources,
        module: Module,
        tabled: bool = False,
    ) -> None:
        self.a = Assembly(machine, lanes, module, tabled)
        self.program, self.sources = program, sources
        self.values: dict[Key, str] = {}

    def compute(self, index: int) -> str:
        """Write a node and remember its value."""
        node, rewriting = self.program.nodes[index], self.sources.rewriting
        if rewriting and index in rewriting.fused:
            value = self._fused(node, rewriting.fused[index], rewriting)
        elif rewriting and rewriting.divides(index):
            value = self.a.mul(*map(self.value, rewriting.factors(index)))
        else:
            args = [self.value(arg) for arg in node.args]
            value = emit(self.a, self.program, node, args)
        return self.remember(index, value)

    def _fused(self, node: Node, product: int, rewriting: Rewriting) -> str:
        """Write a sum or difference with a product in it, rounded once."""
        a, (x, y) = self.a, map(self.value, rewriting.factors(product))
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
        if sources.rewriting and key in sources.layout.kept:
            return self.slot(sources.layout.kept[key])
        if key < 0:
            return self.a.div(self.a.number(1.0), self.value(~key))
        if node.op in ("state", "frozen"):
            return self.slot(sources.layout.states[int(node.value)])
        if node.op == "ring":
            return self._ring(int(node.value))
        if node.op == "constant":
            return self.row("%inputs", sources.constants[int(node.value)])
        if node.op == "time":
            step = node.value == OF_STEP
            return self.a.load_same(self.a.address("%time", 1) if step else "%time")
        raise KeyError(f"node {key} ({node.op}) is not scheduled")

    def _ring(self, k: int) -> str:
        """Return the input of a ring as it was some steps ago."""
        a, place = self.a, self.sources.layout.rings[k]
        before = self.slot(place + 1)
        if not self.sources.rewriting:
            return before
        length = self.slot(place)
        now = a.put("sitofp i64 %count to double")
        age = a.sub(a.spread(now), length)
        past = a.compare("oge", age, a.number(0.0))
        safe = a.select(past, age, a.number(0.0))
        found = each_lane(a, lambda lane, step: self._remembered(k, step, lane), safe)
        value = a.select(past, found, before)
        # A length of zero stands for a delay time that is no number.
        known = a.compare("oge", length, a.number(0.5))
        return a.select(known, value, a.number(math.nan))

    def _remembered(self, k: int, step: str, lane: int) -> str:
        """Return one number of the memory of a ring."""
        index = self.a.put(f"fptosi double {step} to i64")
        offset = self.a.put(f"mul i64 {index}, {self.a.lanes}")
        offset = self.a.put(f"add i64 {offset}, {lane}")
        address = self.a.address(self.memory(k), offset)
        return self.a.put(f"load double, ptr {address}, align 8")

    def memory(self, k: int) -> str:
        """Return where the memory of a ring begins."""
        place = list(self.sources.layout.rings).index(k)
        offset = self.a.put(f"mul i64 %remembered, {place * self.a.lanes}")
        return self.a.address("%rings", offset)

    def row(self, table: str, place: int) -> str:
        """Return a row of a table with one column per member."""
        return self.a.load(self.row_address(table, place))

    def row_address(self, table: str, place: int, width: str = "%members") -> str:
        """Return the address of these members' part of a row."""
        return self.a.address(table, self.a.put(f"mul i64 {width}, {place}"))

    def slot(self, place: int) -> str:
        """Return a value from the scratch memory."""
        return self.a.load(self._slot_address(place))

    def keep(self, place: int, value: str) -> None:
        """Write a value to the scratch memory."""
        self.a.store(value, self._slot_address(place))

    def _slot_address(self, place: int) -> str:
        return self.a.address("%scratch", place * self.a.lanes)


def _inverse(value: float) -> float:
    return 1.0 / value if value else math.copysign(math.inf, value)
