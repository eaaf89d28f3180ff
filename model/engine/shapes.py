"""What each node depends on: members, time, and other nodes before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ..language.ir import Node, Program
from ..language.phases import sources, varying_nodes


@dataclass(frozen=True)
class Shapes:
    """What each node depends on.

    Attributes
    ----------
    wide
        Whether it differs between members.
    varying
        Whether it changes during the run.
    wide_states, wide_rings
        Whether each state and each ring differs between members.
    """

    wide: list[bool]
    varying: list[bool]
    wide_states: list[bool]
    wide_rings: list[bool]


def shapes_of(
    program: Program,
    wide_constants: set[int],
    wide_start: list[bool] | None,
    wide_ring_start: list[bool] | None = None,
) -> Shapes:
    """Find what differs between members and what changes in time.

    Parameters
    ----------
    program
        The program.
    wide_constants
        Indices of the constants given for each member.
    wide_start, wide_ring_start
        For a run that continues: whether each state and each ring differs at its start.
    """
    start = None if wide_start is None else tuple(wide_start)
    rings = tuple(wide_ring_start or ())
    return _shapes(_Question(program, program.fingerprint, frozenset(wide_constants), start, rings))


@dataclass(frozen=True)
class _Question:
    """What decides about shapes; jobs that are the same but for their numbers ask it again."""

    program: Program = field(compare=False)
    fingerprint: str
    wide: frozenset[int]
    start: tuple[bool, ...] | None
    rings: tuple[bool, ...]


@lru_cache(maxsize=16)
def _shapes(question: _Question) -> Shapes:
    program = question.program
    states = list(question.start or [False] * len(program.states))
    rings = list(question.rings or [False] * len(program.rings))
    fresh = question.start is None
    while True:
        wide = _wide_nodes(program.nodes, question.wide, states, rings)
        following = [
            old or any(wide[index] for index in sources(state, fresh))
            for old, state in zip(states, program.states, strict=True)
        ]
        following_rings = [
            old or wide[ring.input] or (fresh and (wide[ring.initial] or wide[ring.delay]))
            for old, ring in zip(rings, program.rings, strict=True)
        ]
        if following == states and following_rings == rings:
            break
        states, rings = following, following_rings
    return Shapes(wide, varying_nodes(program), states, rings)


def _wide_nodes(
    nodes: Sequence[Node], constants: frozenset[int], states: list[bool], rings: list[bool]
) -> list[bool]:
    wide: list[bool] = []
    for node in nodes:
        if node.op == "constant":
            wide.append(int(node.value) in constants)
        elif node.op in ("state", "frozen"):
            wide.append(states[int(node.value)])
        elif node.op == "ring":
            wide.append(rings[int(node.value)])
        else:
            wide.append(any(wide[arg] for arg in node.args))
    return wide


def depth_first(
    roots: Iterable[int], needs: Callable[[int], Iterable[int]], done: Iterable[int] = ()
) -> list[int]:
    """Return the roots and all they need, needs first, in the order of first use."""
    order: list[int] = []
    seen = set(done)
    for root in roots:
        if root in seen:
            continue
        seen.add(root)
        stack = [(root, iter(needs(root)))]
        while stack:
            index, rest = stack[-1]
            following = next((item for item in rest if item not in seen), None)
            if following is None:
                order.append(index)
                stack.pop()
            else:
                seen.add(following)
                stack.append((following, iter(needs(following))))
    return order
