"""A kernel before it is text: what its evaluations do, and where its values stand in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ...language.ir import Program
from ..machine import Machine
from ..reductions import Reduction
from ..scheduling.evaluator import Evaluator
from ..scheduling.parts import Part, Schedule
from ..scheduling.pieces import Evaluation
from ..scheduling.rewriting import Key


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
        return _layout(self.part, self.method, self.reductions, temporaries)


@dataclass
class Layout:
    """Where the values of a vector of members stand in its scratch memory, in vectors.

    Attributes
    ----------
    states, kept
        By state, and by key of what does not change.
    base, total
        By carried state, for Runge-Kutta: its value before the step, and the sum of rates.
    held
        By state that takes a next value, for Runge-Kutta: that value.
    rings
        By ring: length in steps, then the value before the start, at the next place.
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
    held: dict[int, int] = field(default_factory=dict)
    rings: dict[int, int] = field(default_factory=dict)
    results: dict[int, int] = field(default_factory=dict)
    previous: dict[int, int] = field(default_factory=dict)
    temporary: int = 0
    size: int = 0

    def place(self, keys: Iterable[int]) -> dict[int, int]:
        """Return places for keys, behind what is placed already."""
        places = {key: self.size + position for position, key in enumerate(keys)}
        self.size += len(places)
        return places


def _layout(part: Part, method: str, reductions: Sequence[Reduction], temporaries: int) -> Layout:
    """Return the places of a part's values."""
    layout = Layout()
    layout.states = layout.place(part.states)
    layout.kept = layout.place(part.kept)
    if method == "rk4":
        layout.base = layout.place(part.carried)
        layout.total = layout.place(part.carried)
        layout.held = layout.place(part.carried)
    layout.rings = {k: layout.size + 2 * place for place, k in enumerate(part.rings)}
    layout.size += 2 * len(part.rings)
    layout.results = layout.place(range(len(reductions)))
    crossing = [i for i, item in enumerate(reductions) if item.kind.startswith("first")]
    layout.previous = layout.place(crossing)
    layout.temporary = layout.size
    layout.size += temporaries
    return layout
