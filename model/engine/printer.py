"""One part of a schedule as the text of an LLVM module.

The module has a function ``run`` that takes blocks of as many members as the machine has lanes
through the whole time span, so that the state of a block stays in the nearest cache. It calls
``start``, ``fix`` and, at every step, one function per stage of the method. Long stretches are
cut into pieces: the compiler's work grows faster than the length of a piece.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from ..language.ir import Program
from .assembly import Assembly
from .elementary import long_log
from .machine import Machine
from .operations import emit
from .reductions import Reduction
from .schedule import Key, Part, node_of

# Operations of one piece; measured: larger ones compile slower, smaller ones run slower.
PIECE = 160


@dataclass
class Layout:
    """Where the values of a block stand in its scratch memory, in vectors.

    Attributes
    ----------
    states, kept
        By state, and by key of what does not change.
    base, total
        By carried state, for Runge-Kutta: its value before the step, and the sum of rates.
    results, previous
        By reduction: what is found so far, and the last value.
    """

    states: dict[int, int] = field(default_factory=dict)
    kept: dict[Key, int] = field(default_factory=dict)
    base: dict[int, int] = field(default_factory=dict)
    total: dict[int, int] = field(default_factory=dict)
    results: dict[int, int] = field(default_factory=dict)
    previous: dict[int, int] = field(default_factory=dict)
    size: int = 0

    def place(self, keys: Iterable[int]) -> dict[int, int]:
        """Return places for keys, behind what is placed already."""
        places = {key: self.size + position for position, key in enumerate(keys)}
        self.size += len(places)
        return places


def layout_of(part: Part, method: str, reductions: Sequence[Reduction]) -> Layout:
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
    return layout


class Body:
    """Writes the nodes of one function.

    Parameters
    ----------
    program, part, machine, layout
        What to print, for which vector unit, and where values stand.
    declared
        Collects declarations of the module.
    inverted
        Divisors replaced by reciprocals; empty outside evaluations.
    imported
        Table and place of the keys that the other kernel hands over.
    constants
        Place of each constant in the table of inputs.
    evaluates
        Whether what does not change is there already, in the scratch memory.
    """

    def __init__(
        self,
        program: Program,
        part: Part,
        machine: Machine,
        layout: Layout,
        declared: set[str],
        inverted: frozenset[int],
        imported: dict[Key, tuple[str, int]],
        constants: dict[int, int],
        evaluates: bool,
    ) -> None:
        lanes = machine.lanes if part.wide else 1
        self.a = Assembly(machine, lanes, declared)
        self.program, self.part, self.layout = program, part, layout
        self.inverted, self.imported, self.constants = inverted, imported, constants
        self.evaluates = evaluates
        self.values: dict[Key, str] = {}
        self._loaded: dict[Key, str] = {}
        self._logs: dict[int, tuple[str, str]] = {}
        self._since = 0

    def compute(self, index: int) -> str:
        """Write a node and remember its value."""
        self._since += 1
        if self._since >= PIECE:
            self._cut()
        node = self.program.nodes[index]
        divisor = node.args[1] if node.op == "div" else -1
        if divisor in self.inverted:
            value = self.a.mul(self.value(node.args[0]), self.value(~divisor))
        else:
            args = [self.value(arg) for arg in node.args]
            value = emit(self.a, self.program, node, args, self._logarithm)
        self.values[index] = value
        return value

    def _cut(self) -> None:
        """Begin a new piece: what stands in memory is read again when it is needed."""
        self._since = 0
        self._loaded.clear()
        self.a.label(self.a.fresh("piece"))

    def _logarithm(self, index: int) -> tuple[str, str]:
        if index not in self._logs:
            self._logs[index] = long_log(self.a, self.value(index))
        return self._logs[index]

    def value(self, key: Key) -> str:
        """Return the value of a key, computed, loaded or literal."""
        if key in self.values:
            return self.values[key]
        node = self.program.nodes[node_of(key)]
        if node.op == "number":
            return self.a.number(node.value if key >= 0 else _inverse(node.value))
        if key not in self._loaded:
            loaded = self._load(key)
            if loaded:
                self._loaded[key] = loaded
                return loaded
            # A reciprocal that several divisions of this evaluation share.
            one = self.a.number(1.0)
            self.values[key] = self.a.div(one, self.value(node_of(key)))
            return self.values[key]
        return self._loaded[key]

    def _load(self, key: Key) -> str:
        """Return a value that stands in memory, or nothing for a reciprocal that does not."""
        a, node = self.a, self.program.nodes[node_of(key)]
        if key in self.imported:
            return a.load_same(a.address(*self.imported[key]))
        if self.evaluates and key in self.layout.kept:
            return self.slot(self.layout.kept[key])
        if key < 0:
            return ""
        if node.op in ("state", "frozen"):
            return self.slot(self.layout.states[int(node.value)])
        if node.op == "constant":
            return self.input(self.constants[int(node.value)])
        if node.op == "time":
            return a.load_same("%time")
        raise KeyError(f"node {key} ({node.op}) is not scheduled")

    def input(self, place: int) -> str:
        """Return an input of the block."""
        offset = self.a.put(f"mul i64 %members, {place}")
        return self.a.load(self.a.address("%inputs", offset))

    def slot(self, place: int) -> str:
        """Return a value from the scratch memory."""
        return self.a.load(self._slot_address(place))

    def keep(self, place: int, value: str) -> None:
        """Write a value to the scratch memory."""
        self.a.store(value, self._slot_address(place))

    def _slot_address(self, place: int) -> str:
        return self.a.address("%scratch", place * self.a.lanes)

    def pin(self, keys: Iterable[Key]) -> None:
        """Read states now whose old values are needed after they have moved."""
        for key in keys:
            if key >= 0 and self.program.nodes[key].op == "state":
                self.values[key] = self.value(key)

    def branch(self, condition: str, write: Callable[[], None]) -> None:
        """Write something that happens only where a scalar condition holds."""
        inside, beyond = self.a.fresh("when"), self.a.fresh("then")
        self.a.do(f"br i1 {condition}, label %{inside}, label %{beyond}")
        self.a.lines.append(f"{inside}:")
        before = dict(self.values), dict(self._loaded), dict(self._logs)
        write()
        self.values, self._loaded, self._logs = before
        self._since = 0
        self.a.label(beyond)


def _inverse(value: float) -> float:
    return 1.0 / value if value else math.copysign(math.inf, value)
