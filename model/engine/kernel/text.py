"""The text of a kernel: its start, what does not change, the stages of a step, and the end."""

from __future__ import annotations

from collections.abc import Iterable

from ..interpreter.rings import NUDGE
from ..scheduling.initial import first_of
from ..scheduling.pieces import Evaluation, Statement
from ..scheduling.rewriting import Key
from ..vector.assembly import Module
from .driver import Shape, driver
from .layout import Kernel
from .moves import MOVES, Move
from .printer import Body, Sources
from .reductions import begin_results, reduce_step

START = (
    "ptr %inputs, i64 %members, ptr %same, ptr %time, ptr %scratch, ptr %from, ptr %over, ptr %step"
)
STAGE = (
    "ptr %always, ptr %same, ptr %time, ptr %scratch, ptr %over, double %amount, double %step,"
    " ptr %out, i64 %apart, i64 %counts, ptr %weights, ptr %rings, i64 %remembered, i64 %count"
)
FINISH = "i64 %members, ptr %scratch, ptr %to, ptr %reduced"
# Functions that run once, not at every step: they are not worth the compiler's effort.
_ONCE = ("start", "fix", "finish")
# A piece begins a page, so that its place in the caches does not depend on what stands before it.
# A step's code is about as large as the first-level cache, and where it lies moved the packaged
# model's step by 5 %; of the places tried, this is among the best.
_PAGE = 4096


def module_text(kernel: Kernel) -> str:
    """Return the text of the kernel's module."""
    return _Module(kernel).text()


class _Module:
    def __init__(self, kernel: Kernel) -> None:
        self.kernel, self.part, self.program = kernel, kernel.part, kernel.program
        self.layout = kernel.layout
        self.module = Module()
        self.functions: list[str] = []
        self.constants = {index: place for place, index in enumerate(kernel.constants)}

    def text(self) -> str:
        self._start()
        self._fix()
        moves = MOVES[self.kernel.method]
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
        place = "" if name in _ONCE or self.kernel.machine.triple else f" align {_PAGE}"
        head = f"define internal void @{name}({arguments}) #{group}{place}"
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
        count = len(self.program.states)
        if owner < count:
            return self.layout.states[owner]
        return self.layout.rings[owner - count] + 1

    def _length(self, body: Body, delay: str) -> str:
        """Return the steps of a ring, as :class:`..interpreter.rings.RingBuffer` counts them."""
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
        begin_results(body, self.kernel.reductions)
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
        index = statement.index
        if statement.kind == "compute":
            body.compute(index)
        elif statement.kind == "invert":
            body.invert(index)
        elif statement.kind == "pin" and statement.defines is not None:
            body.remember(statement.defines, body.slot(self.layout.states[index]))
        elif statement.kind == "move" and move is not None:
            move(body, self.part, index)
        elif statement.reads:
            self._give(body, statement.kind, index, statement.reads[0])

    def _give(self, body: Body, kind: str, index: int, key: Key) -> None:
        """Write where a value goes: to a ring, the results, or the other kernel."""
        a = body.a
        if kind == "push":
            offset = a.put(f"mul i64 %count, {a.lanes}")
            a.store(body.value(key), a.address(body.memory(index), offset))
        elif kind == "keep":
            a.store(body.value(key), body.row_address("%out", index, "%apart"))
        elif kind == "reduce":
            weight = a.load_same(a.address("%weights", index))
            reduce_step(body, index, self.kernel.reductions[index], body.value(key), weight)
        elif kind == "hand":
            a.store(body.number(key), a.address("%over", index))

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
