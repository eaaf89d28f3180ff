"""Nodes, and actions on their values, bound to buffers that are used again when a value is dead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from ...language.ir import Program
from .operations import Operation, Pool, Value, emit


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
