"""The order of operations: close to how they need each other, yet with work beside long waits.

In depth-first order a long chain, such as the powers of the delivery chain, waits for itself, and
the processor looks only a few hundred instructions ahead. So a list scheduler picks, among
operations whose place in the depth-first order lies within a window, one that is ready and has the
longest way to the end. The window bounds how many values are alive at once.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence

from ..language.ir import Program

# Measured on the packaged model; larger windows keep more values alive than the cache holds.
WINDOW = 100
# Cycles until a result is there, and cycles that an operation occupies, roughly.
_LATENCY = {"pow": 230, "exp": 80, "ln": 90, "tanh": 100, "lookup": 40, "div": 15, "sqrt": 20}
_OCCUPIED = {"pow": 85, "exp": 24, "ln": 30, "tanh": 45, "lookup": 20, "div": 9, "sqrt": 18}
_USUAL = (4, 1)


def interleaved(
    order: Sequence[int], program: Program, needs: Callable[[int], Iterable[int]]
) -> list[int]:
    """Return operations in an order that keeps the processor busy.

    Parameters
    ----------
    order
        Operations, needs before their users.
    program
        Holds their nodes.
    needs
        Nodes that an operation needs; those outside the order are there already.
    """
    place = {index: position for position, index in enumerate(order)}
    inner = {index: {n for n in needs(index) if n in place} for index in order}
    users: dict[int, list[int]] = {index: [] for index in order}
    for index, needed in inner.items():
        for item in needed:
            users[item].append(index)
    height = _heights(order, users, program)
    waiting = {index: len(needed) for index, needed in inner.items()}
    there = dict.fromkeys(order, 0.0)
    # By place: those that are ready but beyond the window.
    far = [place[index] for index in order if not waiting[index]]
    near: list[int] = []
    done = [False] * len(order)
    result: list[int] = []
    now, first = 0.0, 0
    while len(result) < len(order):
        while done[first]:
            first += 1
        while far and far[0] < first + WINDOW:
            near.append(order[heapq.heappop(far)])
        now = max(now, min(there[index] for index in near))
        able = [index for index in near if there[index] <= now]
        chosen = max(able, key=lambda index: (height[index], -place[index]))
        near.remove(chosen)
        done[place[chosen]] = True
        result.append(chosen)
        op = program.nodes[chosen].op
        now += _OCCUPIED.get(op, _USUAL[1])
        finished = now + _LATENCY.get(op, _USUAL[0])
        for user in users[chosen]:
            there[user] = max(there[user], finished)
            waiting[user] -= 1
            if not waiting[user]:
                heapq.heappush(far, place[user])
    return result


def _heights(
    order: Sequence[int], users: dict[int, list[int]], program: Program
) -> dict[int, float]:
    """Return the longest way in cycles from each operation to the end."""
    height: dict[int, float] = {}
    for index in reversed(order):
        after = max((height[user] for user in users[index]), default=0.0)
        height[index] = after + _LATENCY.get(program.nodes[index].op, _USUAL[0])
    return height
