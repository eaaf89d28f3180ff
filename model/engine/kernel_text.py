"""The text of a kernel: its start, what does not change, the stages of a step, and the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from ..language.ir import Program
from .assembly import Module
from .driver import Shape, driver
from .machine import Machine
from .pieces import Evaluation, Evaluator, Statement
from .printer import Body, Layout, Sources, layout_of
from .reductions import Reduction
from .rewriting import Key
from .rings import NUDGE
from .schedule import Part, Schedule, first_of

START = (
    "ptr %inputs, i64 %members, ptr %same, ptr %time, ptr %scratch, ptr %from, ptr %over, ptr %step"
)
STAGE = (
    "ptr %always, ptr %same, ptr %time, ptr %scratch, ptr %over, double %amount, double %step,"
    " ptr %out, i64 %apart, i64 %counts, ptr %weights, ptr %rings, i64 %remembered, i64 %count"
)
Move = Callable[[Body, int], None]
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
    keeps
        Whether outputs are computed along with the first stage of each step: better where they
        are kept often; else they are computed apart, at the steps that keep them.
    """

    program: Program
    schedule: Schedule
    part: Part
    machine: Machine
    method: str
    continued: bool
    reductions: tuple[Reduction, ...]
    constants: tuple[int, ...]
    keeps: bool

    @property
    def lanes(self) -> int:
        """Members of a vector."""
        return self.machine.lanes if self.part.wide else 1

    @property
    def stages(self) -> int:
        """Evaluations of a step."""
        return 4 if self.method == "rk4" else 1

    @cached_property
    def evaluations(self) -> dict[str, Evaluation]:
        """What each stage does, by function."""
        evaluator = Evaluator(self.program, self.schedule, self.part)
        first, results = evaluator.first(self.keeps), evaluator.results()
        if self.method == "euler":
            return {"stage0": first, "last": results}
        other = evaluator.later()
        return {"stage0": first, "stage1": other, "stage3": other, "last": results}

    @cached_property
    def layout(self) -> Layout:
        """Places in the scratch memory of a vector."""
        temporaries = max(item.temporaries for item in self.evaluations.values())
        return layout_of(self.part, self.method, self.reductions, temporaries)


def module_text(kernel: Kernel) -> str:
    """Return the text of the kernel's module."""
    return _Module(kernel).text()


class _Module:
    def __init__(self, kernel: Kernel) -> None:
        self.kernel, self.part, self.program = kernel, kernel.part, kernel.program
        self.layout, self.states = kernel.layout, kernel.program.states
        self.module = Module()
        self.functions: list[str] = []
        self.constants = {index: place for place, index in enumerate(kernel.constants)}

    def text(self) -> str:
        self._start()
        self._fix()
        moves = {
            "stage0": self._euler if self.kernel.method == "euler" else self._first,
            "stage1": self._middle,
            "stage3": self._last,
        }
        for name, evaluation in self.kernel.evaluations.items():
            self._stage(name, evaluation, moves.get(name))
        self._finish()
        kernel, part = self.kernel, self.part
        lengths = (len(part.changing), len(part.reduced))
        shape = Shape(kernel.lanes, kernel.method, *lengths, kernel.keeps)
        run = driver(shape)
        often = f"attributes #0 = {{ nounwind {kernel.machine.attributes} }}"
        once = f"attributes #1 = {{ nounwind noinline optnone {kernel.machine.attributes} }}"
        return "\n".join([*self.module.text(), *self.functions, run, often, once, ""])

    def _body(self, evaluation: Evaluation | None, **tables: Iterable[Key]) -> Body:
        imported = {
            key: (f"%{name}", place)
            for name, keys in tables.items()
            for place, key in enumerate(keys)
            if self.part.wide
        }
        sources = Sources(
            self.layout,
            imported,
            self.constants,
            evaluation.places if evaluation else {},
            self.kernel.schedule.rewriting if evaluation else None,
        )
        kernel = self.kernel
        # What a browser runs has its numbers at hand; what runs once is not worth a table.
        tabled = evaluation is not None and not kernel.machine.triple
        return Body(self.program, kernel.machine, kernel.lanes, sources, self.module, tabled)

    def _close(self, name: str, arguments: str, body: Body) -> None:
        lines = "\n".join(body.a.lines)
        group = 1 if name in _ONCE else 0
        head = f"define internal void @{name}({arguments}) #{group}"
        self.functions.append(f"{head} {{\nentry:\n{lines}\n  ret void\n}}\n")

    def _hand_over(self, body: Body, keys: Iterable[Key]) -> None:
        """Write what the wide kernel reads, in the uniform kernel."""
        if not self.part.wide:
            for place, key in enumerate(keys):
                body.a.store(body.number(key), body.a.address("%over", place))

    def _start(self) -> None:
        body = self._body(None, same=self.part.at_start)
        if self.kernel.continued:
            for place, k in enumerate(self.part.states):
                body.keep(self.layout.states[k], body.row("%from", place))
        for item in self.part.initial:
            if item >= 0:
                body.compute(item)
            else:
                body.keep(self._place(~item), body.number(first_of(self.program, ~item)))
        for k, place in self.layout.rings.items():
            body.keep(place, self._length(body, body.value(self.program.rings[k].delay)))
        self._hand_over(body, self.part.at_start)
        self._close("start", START, body)

    def _place(self, owner: int) -> int:
        """Return the place of a state, or of what a ring gives before its first input."""
        count = len(self.states)
        if owner < count:
            return self.layout.states[owner]
        return self.layout.rings[owner - count] + 1

    def _length(self, body: Body, delay: str) -> str:
        """Return the steps of a ring, as :class:`.rings.RingBuffer` counts them."""
        a = body.a
        steps = a.div(delay, a.load_same("%step"))
        steps = a.select(a.compare("olt", steps, a.number(1.0)), a.number(1.0), steps)
        steps = a.intrinsic("rint", a.add(steps, a.number(NUDGE)))
        return a.select(a.compare("uno", steps, steps), a.number(0.0), steps)

    def _fix(self) -> None:
        body = self._body(None, same=self.part.fixed)
        for index in self.part.invariant:
            body.compute(index)
        for key, place in self.layout.kept.items():
            body.keep(place, body.number(key))
        self._hand_over(body, self.part.fixed)
        for place, reduction in enumerate(self.kernel.reductions):
            body.keep(self.layout.results[place], body.a.number(_FIRST[reduction.kind]))
            if place in self.layout.previous:
                body.keep(self.layout.previous[place], body.a.number(_NAN))
        self._close("fix", START, body)

    def _stage(self, name: str, evaluation: Evaluation, move: Move | None) -> None:
        """Write a stage as calls of its pieces."""
        lines: list[str] = []
        for number, group in enumerate(evaluation.groups):
            calls = []
            for piece in group.pieces:
                part = f"{name}.{len(self.functions)}"
                self._piece(part, piece, evaluation, move)
                calls.append(f"  call void @{part}({STAGE})")
            lines += _where(group.condition, calls, f"{number}")
        body = "\n".join(lines)
        self.functions.append(
            f"define internal void @{name}({STAGE}) #0 {{\nentry:\n{body}\n  ret void\n}}\n"
        )

    def _piece(
        self, name: str, piece: Iterable[Statement], evaluation: Evaluation, move: Move | None
    ) -> None:
        body = self._body(evaluation, always=self.part.fixed, same=self.part.changing)
        for statement in piece:
            self._do(body, statement, move)
        self._close(name, STAGE, body)

    def _do(self, body: Body, statement: Statement, move: Move | None) -> None:
        index, key = statement.index, statement.reads[0] if statement.reads else 0
        if statement.kind == "compute":
            body.compute(index)
        elif statement.kind == "invert":
            body.invert(index)
        elif statement.kind == "pin" and statement.defines is not None:
            body.remember(statement.defines, body.slot(self.layout.states[index]))
        elif statement.kind == "move" and move is not None:
            move(body, index)
        elif statement.kind == "push":
            offset = body.a.put(f"mul i64 %count, {body.a.lanes}")
            body.a.store(body.value(key), body.a.address(body.memory(index), offset))
        elif statement.kind == "keep":
            body.a.store(body.value(key), body.row_address("%out", index, "%apart"))
        elif statement.kind == "reduce":
            weight = body.a.load_same(body.a.address("%weights", index))
            self._reduce(body, index, body.value(key), weight)
        elif statement.kind == "hand":
            body.a.store(body.number(key), body.a.address("%over", index))

    # -- methods --------------------------------------------------------------------------------

    def _euler(self, body: Body, k: int) -> None:
        place, source = self.layout.states[k], body.value(self.part.sources[k])
        if self.states[k].rate < 0:
            body.keep(place, source)
            return
        moved = body.a.fma(source, body.a.spread("%amount"), body.slot(place))
        body.keep(place, self._floored(body, k, moved))

    def _floored(self, body: Body, k: int, value: str) -> str:
        if not self.states[k].floor:
            return value
        below = body.a.compare("olt", value, body.a.number(0.0))
        return body.a.select(below, body.a.number(0.0), value)

    def _first(self, body: Body, k: int) -> None:
        place, rate = self.layout.states[k], body.value(self.part.sources[k])
        if self.states[k].rate < 0:
            body.keep(self.layout.held[k], rate)
            return
        base = body.slot(place)
        body.keep(self.layout.base[k], base)
        body.keep(self.layout.total[k], rate)
        body.keep(place, body.a.fma(rate, body.a.spread("%amount"), base))

    def _middle(self, body: Body, k: int) -> None:
        if self.states[k].rate < 0:
            return
        place, rate = self.layout.states[k], body.value(self.part.sources[k])
        total = body.a.add(body.slot(self.layout.total[k]), body.a.add(rate, rate))
        body.keep(self.layout.total[k], total)
        base = body.slot(self.layout.base[k])
        body.keep(place, body.a.fma(rate, body.a.spread("%amount"), base))

    def _last(self, body: Body, k: int) -> None:
        if self.states[k].rate < 0:
            body.keep(self.layout.states[k], body.slot(self.layout.held[k]))
            return
        total = body.a.add(body.slot(self.layout.total[k]), body.value(self.part.sources[k]))
        base = body.slot(self.layout.base[k])
        moved = body.a.fma(total, body.a.spread("%amount"), base)
        body.keep(self.layout.states[k], self._floored(body, k, moved))

    # -- results --------------------------------------------------------------------------------

    def _reduce(self, body: Body, place: int, value: str, weight: str) -> None:
        a, reduction = body.a, self.kernel.reductions[place]
        old = body.slot(self.layout.results[place])
        counted = a.compare("one", weight, a.number(0.0))
        if reduction.kind == "integral":
            new = a.fma(value, weight, old)
        elif reduction.kind == "last":
            new = value
        elif reduction.kind in ("least", "minimum", "maximum"):
            relation = "ogt" if reduction.kind == "maximum" else "olt"
            new = a.select(a.compare(relation, value, old), value, old)
            if reduction.kind != "least":
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
        # From nothing, or from infinity, no line can be drawn.
        gap = a.sub(before, before)
        crossed = a.select(a.compare("uno", gap, gap), now, a.add(now, back))
        relation = "ole" if reduction.kind == "first_below" else "oge"
        holds = a.compare(relation, value, threshold)
        first = a.logic("and", holds, a.compare("uno", old, old))
        body.keep(self.layout.previous[place], a.select(counted, value, before))
        return a.select(first, crossed, old)

    def _finish(self) -> None:
        body = self._body(None)
        for place, k in enumerate(self.part.states):
            body.a.store(body.slot(self.layout.states[k]), body.row_address("%to", place))
        lengths = [self.layout.rings[k] for k in self.part.rings]
        for place, slot in enumerate([*self.layout.results.values(), *lengths]):
            body.a.store(body.slot(slot), body.row_address("%reduced", place))
        self._close("finish", FINISH, body)


def _where(condition: str, calls: list[str], label: str) -> list[str]:
    """Return calls that are made only where a pointer or number is not zero."""
    if not condition or not calls:
        return calls
    kind, zero = ("ptr", "null") if condition == "%out" else ("i64", "0")
    return [
        f"  %holds{label} = icmp ne {kind} {condition}, {zero}",
        f"  br i1 %holds{label}, label %when{label}, label %then{label}",
        f"when{label}:",
        *calls,
        f"  br label %then{label}",
        f"then{label}:",
    ]


# Functions that run once, not at every step: they are not worth the compiler's effort.
_ONCE = ("start", "fix", "finish")
_NAN = float("nan")
_INFINITE = float("inf")
_FIRST = {
    "last": _NAN,
    "least": _INFINITE,
    "minimum": _INFINITE,
    "maximum": -_INFINITE,
    "integral": 0.0,
    "first_below": _NAN,
    "first_above": _NAN,
}
