"""The values of states and rings at the start of a run: in which order, and in which kernel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...language.ir import LEAVES, Program
from ..shapes import Shapes, depth_first
from .rewriting import Key


class InitialValues:
    """Sorts what is computed at the start.

    An owner is a state or, counted on beyond the program's states, a ring.

    Parameters
    ----------
    program, shapes
        The program, and what differs between members.
    states, rings
        States and rings that are needed.
    """

    def __init__(
        self, program: Program, shapes: Shapes, states: Sequence[int], rings: Sequence[int]
    ) -> None:
        self.program, self.nodes, self.shapes = program, program.nodes, shapes
        self.states, self.rings = list(states), list(rings)

    def items(self, wide: bool) -> list[int]:
        """Return the nodes and fills of a kernel, in order; ``~owner`` fills an owner."""
        owners = self._owners()
        delays = [self.program.rings[k].delay for k in self.rings]

        def needs(index: int) -> Iterable[int]:
            if index in owners:
                return (first_of(self.program, owners[index]),)
            return self.nodes[index].args

        # An owner that several leaves show is filled once.
        items: dict[int, None] = {}
        for index in depth_first([*owners, *delays], needs):
            if index in owners:
                if self._is_wide(owners[index]) == wide:
                    items[~owners[index]] = None
            elif self.shapes.wide[index] == wide and self.nodes[index].op not in LEAVES:
                items[index] = None
        return list(items)

    def handed(self) -> tuple[Key, ...]:
        """Return what the wide kernel reads from the uniform one."""
        keys: dict[Key, None] = {}
        shapes = self.shapes
        delays = [self.program.rings[k].delay for k in self.rings if shapes.wide_rings[k]]
        for item in self.items(wide=True):
            reads = (first_of(self.program, ~item), *delays) if item < 0 else self.nodes[item].args
            for index in reads:
                if not shapes.wide[index] and self.nodes[index].op != "number":
                    keys[index] = None
        return tuple(keys)

    def _owners(self) -> dict[int, int]:
        """Return the owner that each leaf shows."""
        count = len(self.program.states)
        owners: dict[int, int] = {}
        for index, node in enumerate(self.nodes):
            if node.op in ("state", "frozen") and int(node.value) in self.states:
                owners[index] = int(node.value)
            elif node.op == "ring" and int(node.value) in self.rings:
                owners[index] = count + int(node.value)
        return owners

    def _is_wide(self, owner: int) -> bool:
        count = len(self.program.states)
        if owner < count:
            return self.shapes.wide_states[owner]
        return self.shapes.wide_rings[owner - count]


def first_of(program: Program, owner: int) -> int:
    """Return the node of the value at the start of a state or, beyond them, a ring."""
    count = len(program.states)
    return program.states[owner].initial if owner < count else program.rings[owner - count].initial
