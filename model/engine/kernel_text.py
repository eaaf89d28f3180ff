"""The text of a kernel: its start, what does not change, the stages of a step, and the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from ..language.ir import Program
from .driver import driver
from .machine import Machine
from .printer import Body, Layout, layout_of
from .reductions import Reduction
from .schedule import Key, Part, Schedule

START = "ptr %inputs, i64 %members, ptr %same, ptr %time, ptr %scratch, ptr %from, ptr %over"
STAGE = (
    "ptr %always, ptr %same, ptr %time, ptr %scratch, ptr %over, double %amount, double %step,"
    " ptr %out, i64 %apart, i64 %counts, ptr %weights"
)
FINISH = "i64 %members, ptr %scratch, ptr %to, ptr %reduced"


@dataclass(frozen=True)
class Kernel:
    """A kernel to print.

    Attributes
    ----------
    program, schedule, part
        What it computes.
    machine
        For which vector unit.
    method
        ``euler`` or ``rk4``.
    continued
        Whether states are read, not computed.
    reductions
        One for each reduced node of the part.
    constants
        Indices of its inputs, in order.
    """

    program: Program
    schedule: Schedule
    part: Part
    machine: Machine
    method: str
    continued: bool
    reductions: tuple[Reduction, ...]
    constants: tuple[int, ...]

    @property
    def lanes(self) -> int:
        """Members of a block."""
        return self.machine.lanes if self.part.wide else 1

    @cached_property
    def layout(self) -> Layout:
        """Places in the scratch memory."""
        return layout_of(self.part, self.method, self.reductions)

    @property
    def stages(self) -> int:
        """Evaluations of a step."""
        return 4 if self.method == "rk4" else 1


def module_text(kernel: Kernel) -> str:
    """Return the text of the kernel's module."""
    return _Module(kernel).text()


class _Module:
    def __init__(self, kernel: Kernel) -> None:
        self.kernel, self.part, self.program = kernel, kernel.part, kernel.program
        self.layout, self.states = kernel.layout, kernel.program.states
        self.declared: set[str] = set()
        self.functions: list[str] = []
        self.constants = {index: place for place, index in enumerate(kernel.constants)}

    def text(self) -> str:
        self._start()
        self._fix()
        if self.kernel.method == "euler":
            self._stage("stage0", True, self._euler)
        else:
            self._stage("stage0", True, self._first)
            self._stage("stage1", False, self._middle)
            self._stage("stage3", False, self._last)
        self._stage("last", True, None)
        self._finish()
        shape = (len(self.part.changing), len(self.part.reduced))
        run = driver(self.kernel.lanes, self.kernel.method, *shape)
        attributes = f"attributes #0 = {{ nounwind {self.kernel.machine.attributes} }}"
        return "\n".join([*sorted(self.declared), *self.functions, run, attributes, ""])

    def _body(self, evaluates: bool, **tables: Iterable[Key]) -> Body:
        imported = {
            key: (f"%{name}", place)
            for name, keys in tables.items()
            for place, key in enumerate(keys)
            if self.part.wide
        }
        inverted = self.kernel.schedule.inverted if evaluates else frozenset()
        return Body(
            self.program,
            self.part,
            self.kernel.machine,
            self.layout,
            self.declared,
            inverted,
            imported,
            self.constants,
            evaluates,
        )

    def _close(self, name: str, arguments: str, body: Body) -> None:
        lines = "\n".join(body.a.lines)
        self.functions.append(
            f"define internal void @{name}({arguments}) #0 {{\nentry:\n{lines}\n  ret void\n}}\n"
        )

    def _hand_over(self, body: Body, keys: Iterable[Key]) -> None:
        """Write what the wide kernel reads, in the uniform kernel."""
        if not self.part.wide:
            for place, key in enumerate(keys):
                body.a.store(body.value(key), body.a.address("%over", place))

    def _start(self) -> None:
        body = self._body(False, same=self.part.at_start)
        if self.kernel.continued:
            for place, k in enumerate(self.part.states):
                offset = body.a.put(f"mul i64 %members, {place}")
                value = body.a.load(body.a.address("%from", offset))
                body.keep(self.layout.states[k], value)
        for item in self.part.initial:
            if item >= 0:
                body.compute(item)
            else:
                body.keep(self.layout.states[~item], body.value(self.states[~item].initial))
        self._hand_over(body, self.part.at_start)
        self._close("start", START, body)

    def _fix(self) -> None:
        body = self._body(False, same=self.part.fixed)
        for index in self.part.invariant:
            body.compute(index)
        for key, place in self.layout.kept.items():
            body.keep(place, body.value(key))
        self._hand_over(body, self.part.fixed)
        for place, reduction in enumerate(self.kernel.reductions):
            body.keep(self.layout.results[place], body.a.number(_FIRST[reduction.kind]))
            if place in self.layout.previous:
                body.keep(self.layout.previous[place], body.a.number(_NAN))
        self._close("fix", START, body)

    def _stage(self, name: str, results: bool, move: Callable[[Body, int], None] | None) -> None:
        body = self._body(True, always=self.part.fixed, same=self.part.changing)
        body.pin([*self.part.rates, *(() if self.part.wide else self.part.changing)])
        for index in self.part.before:
            body.compute(index)
        if results:
            self._results(body)
        if move is not None:
            self._move_all(body, move)
        elif not self.part.wide:
            for index in self.part.after:
                body.compute(index)
        self._hand_over(body, self.part.changing)
        self._close(name, STAGE, body)

    def _move_all(self, body: Body, move: Callable[[Body, int], None]) -> None:
        """Compute the rest, and move each state as soon as nobody reads its old value."""
        place = {index: position for position, index in enumerate(self.part.after)}
        ready = {k: place.get(self.states[k].rate, -1) for k in self.part.carried}
        for position, index in enumerate(self.part.after):
            for argument in self.program.nodes[index].args:
                node = self.program.nodes[argument]
                if node.op == "state" and int(node.value) in ready:
                    ready[int(node.value)] = max(ready[int(node.value)], position)
        moves: dict[int, list[int]] = {}
        for k, position in ready.items():
            moves.setdefault(position, []).append(k)
        for position in range(-1, len(self.part.after)):
            if position >= 0:
                body.compute(self.part.after[position])
            for k in moves.get(position, ()):
                move(body, k)

    # -- methods --------------------------------------------------------------------------------

    def _euler(self, body: Body, k: int) -> None:
        place = self.layout.states[k]
        rate, amount = body.value(self.states[k].rate), body.a.spread("%amount")
        body.keep(place, body.a.fma(rate, amount, body.slot(place)))

    def _first(self, body: Body, k: int) -> None:
        place, rate = self.layout.states[k], body.value(self.states[k].rate)
        base = body.slot(place)
        body.keep(self.layout.base[k], base)
        body.keep(self.layout.total[k], rate)
        body.keep(place, body.a.fma(rate, body.a.spread("%amount"), base))

    def _middle(self, body: Body, k: int) -> None:
        place, rate = self.layout.states[k], body.value(self.states[k].rate)
        total = body.a.add(body.slot(self.layout.total[k]), body.a.add(rate, rate))
        body.keep(self.layout.total[k], total)
        base = body.slot(self.layout.base[k])
        body.keep(place, body.a.fma(rate, body.a.spread("%amount"), base))

    def _last(self, body: Body, k: int) -> None:
        rate = body.value(self.states[k].rate)
        total = body.a.add(body.slot(self.layout.total[k]), rate)
        base = body.slot(self.layout.base[k])
        moved = body.a.fma(total, body.a.spread("%amount"), base)
        body.keep(self.layout.states[k], moved)

    # -- results --------------------------------------------------------------------------------

    def _results(self, body: Body) -> None:
        if self.part.outputs:
            wanted = body.a.put("icmp ne ptr %out, null")
            body.branch(wanted, lambda: self._outputs(body))
        if self.part.reduced:
            counts = body.a.put("icmp ne i64 %counts, 0")
            body.branch(counts, lambda: self._reduce(body))

    def _outputs(self, body: Body) -> None:
        for index in self.part.for_outputs:
            body.compute(index)
        for place, index in enumerate(self.part.outputs):
            offset = body.a.put(f"mul i64 %apart, {place}")
            body.a.store(body.value(index), body.a.address("%out", offset))

    def _reduce(self, body: Body) -> None:
        for index in self.part.for_reduced:
            body.compute(index)
        for place, index in enumerate(self.part.reduced):
            weight = body.a.load_same(body.a.address("%weights", place))
            self._reduce_one(body, place, body.value(index), weight)

    def _reduce_one(self, body: Body, place: int, value: str, weight: str) -> None:
        a, reduction = body.a, self.kernel.reductions[place]
        old = body.slot(self.layout.results[place])
        counted = a.compare("one", weight, a.number(0.0))
        if reduction.kind == "integral":
            new = a.fma(value, weight, old)
        elif reduction.kind == "last":
            new = value
        elif reduction.kind in ("minimum", "maximum"):
            relation = "olt" if reduction.kind == "minimum" else "ogt"
            new = a.select(a.compare(relation, value, old), value, old)
            # NaN stays NaN.
            new = a.select(a.compare("uno", value, old), a.number(_NAN), new)
        else:
            new = self._crossing(body, place, value, old, counted)
        body.keep(self.layout.results[place], a.select(counted, new, old))

    def _crossing(self, body: Body, place: int, value: str, old: str, counted: str) -> str:
        a, reduction = body.a, self.kernel.reductions[place]
        threshold, now = a.number(reduction.threshold), a.load_same("%time")
        before = body.slot(self.layout.previous[place])
        share = a.div(a.sub(threshold, before), a.sub(value, before))
        back = a.mul(a.sub(share, a.number(1.0)), a.spread("%step"))
        crossed = a.select(a.compare("uno", before, before), now, a.add(now, back))
        relation = "ole" if reduction.kind == "first_below" else "oge"
        holds = a.compare(relation, value, threshold)
        first = a.logic("and", holds, a.compare("uno", old, old))
        body.keep(self.layout.previous[place], a.select(counted, value, before))
        return a.select(first, crossed, old)

    def _finish(self) -> None:
        body = self._body(True)
        a = body.a
        for place, k in enumerate(self.part.states):
            offset = a.put(f"mul i64 %members, {place}")
            a.store(body.slot(self.layout.states[k]), a.address("%to", offset))
        for place, slot in self.layout.results.items():
            offset = a.put(f"mul i64 %members, {place}")
            a.store(body.slot(slot), a.address("%reduced", offset))
        self._close("finish", FINISH, body)


_NAN = float("nan")
_INFINITE = float("inf")
_FIRST = {
    "last": _NAN,
    "minimum": _INFINITE,
    "maximum": -_INFINITE,
    "integral": 0.0,
    "first_below": _NAN,
    "first_above": _NAN,
}
