"""The order of operations: close to how they need each other, yet with work beside long waits.

In depth-first order a long chain waits for itself, divisions stand in a row, and the processor
looks only a few hundred instructions ahead. So a list scheduler picks an operation that is ready,
whose unit is free, and that has the longest way to the end. It looks at two queues, both in
depth-first order: what a logarithm or a power needs, which is mostly waiting, and everything else,
which fills the waits. Of each queue only the next few operations are candidates; that bounds how
many values are alive at once.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence

from ...language.ir import Program

Needs = Callable[[int], Iterable[int]]

# Candidates of the queues: everything else, and the way to powers. Measured on the packaged
# model; with more of them more values are alive than there are registers.
WINDOWS = (60, 30)
_SLOW = frozenset(("raise", "log_high", "log_low"))
# Cycles until a result is there, and cycles in which nothing else begins, roughly.
_LATENCY = {"div": 24, "sqrt": 31, "min": 8, "max": 8, "select": 6, "lookup": 40}
_LATENCY |= {"exp": 75, "ln": 90, "tanh": 100, "raise": 100, "log_high": 130, "log_low": 130}
_OCCUPIED = {"div": 1.0, "min": 1.5, "max": 1.5, "select": 1.0, "lookup": 10.0}
_OCCUPIED |= {
    "exp": 11.0,
    "ln": 15.0,
    "tanh": 22.0,
    "raise": 26.0,
    "log_high": 28.0,
    "log_low": 0.0,
}
_USUAL = (4, 0.5)
# Cycles in which no other division begins.
_DIVIDES = {"div": 16, "log_high": 16, "sqrt": 20}


def interleaved(order: Sequence[int], program: Program, needs: Needs) -> list[int]:
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
    return _Scheduler(order, program, needs).order()


class _Queue:
    """Operations in depth-first order, of which the first few are candidates."""

    def __init__(self, window: int) -> None:
        self.window = window
        self.places: dict[int, int] = {}
        self._members: list[int] = []
        self._done: list[bool] = []
        self._first = 0
        self._far: list[int] = []
        self.near: list[int] = []

    def append(self, index: int) -> None:
        """Add an operation at the end."""
        self.places[index] = len(self._members)
        self._members.append(index)
        self._done.append(False)

    def ready(self, index: int) -> None:
        """Note that an operation has what it needs."""
        heapq.heappush(self._far, self.places[index])

    def finish(self, index: int) -> None:
        """Note that an operation is placed."""
        self.near.remove(index)
        self._done[self.places[index]] = True

    def advance(self) -> None:
        """Find the candidates."""
        while self._first < len(self._done) and self._done[self._first]:
            self._first += 1
        while self._far and self._far[0] < self._first + self.window:
            self.near.append(self._members[heapq.heappop(self._far)])


class _Scheduler:
    def __init__(self, order: Sequence[int], program: Program, needs: Needs) -> None:
        self.ops = {index: program.nodes[index].op for index in order}
        self.place = {index: position for position, index in enumerate(order)}
        self.needs = {index: {n for n in needs(index) if n in self.place} for index in order}
        self.users: dict[int, list[int]] = {index: [] for index in order}
        for index, needed in self.needs.items():
            for item in needed:
                self.users[item].append(index)
        self.height = self._heights(order)
        self.there = dict.fromkeys(order, 0.0)
        self.now = self.divider = 0.0
        self.queue = self._queues(order)

    def _heights(self, order: Sequence[int]) -> dict[int, float]:
        """Return the longest way in cycles from each operation to the end."""
        height: dict[int, float] = {}
        for index in reversed(order):
            after = max((height[user] for user in self.users[index]), default=0.0)
            height[index] = after + _LATENCY.get(self.ops[index], _USUAL[0])
        return height

    def _queues(self, order: Sequence[int]) -> dict[int, _Queue]:
        """Return the queue of each operation."""
        slow: set[int] = set()
        for index in reversed(order):
            if index in slow or self.ops[index] in _SLOW:
                slow |= {index, *self.needs[index]}
        both = [_Queue(window) for window in WINDOWS]
        queues = {index: both[index in slow] for index in order}
        for index in order:
            queues[index].append(index)
        return queues

    def order(self) -> list[int]:
        """Return all operations."""
        waiting = {index: len(needed) for index, needed in self.needs.items()}
        for index, count in waiting.items():
            if not count:
                self.queue[index].ready(index)
        both = list(dict.fromkeys(self.queue.values()))
        result: list[int] = []
        while len(result) < len(waiting):
            for queue in both:
                queue.advance()
            chosen = self._choose([index for queue in both for index in queue.near])
            result.append(chosen)
            self._place(chosen)
            for user in self.users[chosen]:
                waiting[user] -= 1
                if not waiting[user]:
                    self.queue[user].ready(user)
        return result

    def _choose(self, candidates: list[int]) -> int:
        """Return a candidate that can begin first, of several the one with the longest way."""
        begins = {index: self._begins(index) for index in candidates}
        self.now = max(self.now, min(begins.values()))
        able = [index for index, begin in begins.items() if begin <= self.now]
        return max(able, key=lambda index: (self.height[index], -self.place[index]))

    def _begins(self, index: int) -> float:
        at = self.there[index]
        return max(at, self.divider) if self.ops[index] in _DIVIDES else at

    def _place(self, index: int) -> None:
        op = self.ops[index]
        self.queue[index].finish(index)
        if op in _DIVIDES:
            self.divider = self.now + _DIVIDES[op]
        self.now += _OCCUPIED.get(op, _USUAL[1])
        finished = self.now + _LATENCY.get(op, _USUAL[0])
        for user in self.users[index]:
            self.there[user] = max(self.there[user], finished)
