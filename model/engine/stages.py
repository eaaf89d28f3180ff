"""The functions of a kernel: the start, what does not change, and the stages of a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..language.ir import Program
from .machine import Machine
from .printer import Body, Layout, layout_of
from .reductions import Reduction
from .schedule import Key, Part, Schedule, node_of


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
        Of this part, in the order of its reduced nodes.
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

    @property
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


_START = "ptr %inputs, i64 %members, ptr %same, ptr %time, ptr %scratch, ptr %from, ptr %over"
_STAGE = (
    "ptr %same, ptr %time, ptr %scratch, double %amount, ptr %over, ptr %out, i64 %apart,"
    " i64 %counts, ptr %weights, double %step"
)


class _Module:
    def __init__(self, kernel: Kernel) -> None:
        self.kernel, self.part, self.program = kernel, kernel.part, kernel.program
        self.layout = kernel.layout
        self.declared: set[str] = set()
        self.functions: list[str] = []
        self.constants = {index: place for place, index in enumerate(kernel.constants)}

    def text(self) -> str:
        self._start()
        self._fix()
        if self.kernel.method == "euler":
            self._stage("stage0", results=True, move=self._move_euler)
        else:
            self._stage("stage0", results=True, move=self._move_first)
            self._stage("stage1", results=False, move=self._move_middle)
            self._stage("stage3", results=False, move=self._move_last)
        self._stage("last", results=True, move=None)
        self._finish()
        self.functions.append(_driver(self.kernel))
        head = sorted(self.declared)
        attributes = f"attributes #0 = {{ nounwind {self.kernel.machine.attributes} }}"
        return "\n".join([*head, *self.functions, attributes, ""])

    def _body(self, imported: Sequence[Key], evaluation: bool) -> Body:
        inverted = self.kernel.schedule.inverted if evaluation else frozenset()
        body = Body(
            self.program,
            self.part,
            self.kernel.machine,
            self.layout,
            self.declared,
            inverted,
            {},
            self.constants,
        )
        if self.part.wide:
            tables = {key: ("%same", place) for place, key in enumerate(imported)}
            body.tables.update(tables)
        return body

    def _close(self, name: str, arguments: str, body: Body) -> None:
        lines = "\n".join(body.a.lines)
        self.functions.append(
            f"define internal void @{name}({arguments}) #0 {{\nentry:\n{lines}\n  ret void\n}}\n"
        )
