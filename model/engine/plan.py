"""Which nodes to compute when: once, every step, or only where results are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ..language.ir import Node, Program
from ..language.phases import needed, sources, varying_nodes
from .interpret import Operation, Pool, Value, emit


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


def needed_states(program: Program, outputs: Iterable[int]) -> list[int]:
    """Return the states that some output depends on, through any number of steps."""
    return needed(program, outputs)[0]


@dataclass(frozen=True)
class Action:
    """Something done with the values of nodes that is no node itself: keep, check, update.

    Attributes
    ----------
    reads
        Nodes whose values it reads.
    make
        Given the values read, whether each is dead afterwards, and the pool: the calls.
    """

    reads: tuple[int, ...]
    make: Callable[[list[Value], list[bool], Pool], list[Operation]] = field(repr=False)


def bind(
    program: Program,
    items: Sequence[int | Action],
    values: dict[int, Value],
    keep: Iterable[int],
    pool: Pool,
) -> list[Operation]:
    """Give every item its buffers and return the calls in order.

    Parameters
    ----------
    program
        The program.
    items
        Nodes to compute, arguments first, and actions between them.
    values
        Where the results of earlier nodes lie. The kept results are added.
    keep
        Nodes whose buffers stay theirs.
    pool
        Gives buffers; those of dead values return to it.
    """
    last = _last_reads(program, items)
    fixed = set(values) | set(keep)
    local = dict(values)
    operations: list[Operation] = []
    for place, item in enumerate(items):
        reads = item.reads if isinstance(item, Action) else program.nodes[item].args
        dead = {index for index in reads if last[index] == place and index not in fixed}
        if isinstance(item, Action):
            found = [local[index] for index in reads]
            operations.extend(item.make(found, [index in dead for index in reads], pool))
            for index in dead:
                pool.give(local[index])
        else:
            args = [local[index] for index in reads]
            dying = [local[index] for index in sorted(dead)]
            local[item], calls = emit(program, program.nodes[item], args, dying, pool)
            operations.extend(calls)
            if item not in last and item not in fixed:
                pool.give(local[item])
    values.update({index: local[index] for index in keep})
    return operations


def _last_reads(program: Program, items: Sequence[int | Action]) -> dict[int, int]:
    last: dict[int, int] = {}
    for place, item in enumerate(items):
        for index in item.reads if isinstance(item, Action) else program.nodes[item].args:
            last[index] = place
    return last
