"""The operations of a program as numpy calls on fixed buffers.

Every buffer is as long as a multiple of :data:`LANES`, and what is the same for all members is
kept ``LANES`` times. numpy picks its machine code by length and stride; so padded, a member gets
the same bits wherever it stands and whoever stands beside it. Functions that are not exact
(``exp`` and the like) never write over their argument and never see a broadcast argument, for
the same reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...language.ir import Node, Program
from .lookups import LOOKUPS

LANES = 8

Operation = Callable[[], object]
# float64, or bool for truth values.
Array = NDArray[Any]

_EXACT: dict[str, np.ufunc] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "min": np.minimum,
    "max": np.maximum,
    "neg": np.negative,
    "abs": np.absolute,
    "sqrt": np.sqrt,
    "trunc": np.trunc,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "eq": np.equal,
    "ne": np.not_equal,
    "and": np.logical_and,
    "or": np.logical_or,
    "not": np.logical_not,
}
_INEXACT: dict[str, np.ufunc] = {
    "exp": np.exp,
    "ln": np.log,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "arcsin": np.arcsin,
    "arccos": np.arccos,
    "arctan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
}


@dataclass(frozen=True)
class Value:
    """Where a node's result lies: ``wide`` has a number per member, else ``LANES`` equal ones."""

    array: Array
    wide: bool

    def beside(self, wide: bool) -> Array:
        """Return the array to use in an operation whose result is wide or not."""
        return self.array[:1] if wide and not self.wide else self.array


class Pool:
    """Buffers of one width that are used again when their value is dead.

    Parameters
    ----------
    width
        Members of the chunk, a multiple of :data:`LANES`.
    """

    def __init__(self, width: int) -> None:
        self.width = width
        self.made = 0
        self._free: dict[bool, list[Array]] = {False: [], True: []}

    def take(self, wide: bool, truth: bool = False) -> Value:
        """Return a buffer; its content is arbitrary."""
        kind = np.bool_ if truth else np.float64
        if not wide:
            return Value(np.zeros(LANES, kind), False)
        if self._free[truth]:
            return Value(self._free[truth].pop(), True)
        self.made += 1
        return Value(np.zeros(self.width, kind), True)

    def give(self, value: Value) -> None:
        """Take a buffer back."""
        if value.wide:
            self._free[value.array.dtype == np.bool_].append(value.array)


def emit(
    program: Program, node: Node, args: Sequence[Value], dying: Sequence[Value], pool: Pool
) -> tuple[Value, list[Operation]]:
    """Return where a node's result will lie and the calls that compute it.

    Parameters
    ----------
    program
        Holds the tables.
    node
        An operation, not a leaf.
    args
        Values of the arguments.
    dying
        Those of them that nobody reads later; their buffers go back to the pool here.
    pool
        Gives buffers.
    """
    wide = any(value.wide for value in args)
    if node.op == "select":
        return _emit_select(args, dying, pool, wide)
    function = _EXACT.get(node.op)
    if _is_square(program, node):
        # A literal 2 is a multiplication, whatever numpy makes of it.
        function, args = np.multiply, (args[0], args[0])
    if function is not None:
        # These give the same bits in place, and in place is kind to the cache.
        for value in dying:
            pool.give(value)
        out = pool.take(wide, node.truth)
        sources = [value.beside(wide) for value in args]
        return out, [_call(function, *sources, out=out.array)]
    out = pool.take(wide)
    operations = _inexact(program, node, args, out, pool)
    for value in dying:
        pool.give(value)
    return out, operations


def apply(program: Program, node: Node, args: Sequence[Array]) -> Array:
    """Return the result of one operation on arrays that broadcast, as :func:`emit` computes it.

    Parameters
    ----------
    program
        Holds the tables.
    node
        An operation, not a leaf.
    args
        Values of the arguments.
    """
    if node.op == "select":
        return np.where(*args)
    if _is_square(program, node):
        return np.multiply(args[0], args[0])
    if node.op == "pow":
        return np.power(*args)
    if node.op == "lookup":
        table = program.tables[int(node.value)]
        out = np.empty(np.shape(args[0]))
        LOOKUPS[table.kind](args[0], np.array(table.x), np.array(table.y), out)
        return out
    return (_EXACT.get(node.op) or _INEXACT[node.op])(*args)


def _is_square(program: Program, node: Node) -> bool:
    return node.op == "pow" and program.nodes[node.args[1]] == Node("number", (), 2.0)


def _inexact(
    program: Program, node: Node, args: Sequence[Value], out: Value, pool: Pool
) -> list[Operation]:
    if node.op == "pow":
        scratch: list[Value] = []
        operations: list[Operation] = []
        sources = []
        for value in args:
            if out.wide and not value.wide:
                copy = pool.take(True)
                scratch.append(copy)
                operations.append(partial(np.copyto, copy.array, value.array[:1]))
                value = copy
            sources.append(value.array)
        for value in scratch:
            pool.give(value)
        return [*operations, _call(np.power, *sources, out=out.array)]
    source = args[0].array
    if node.op == "lookup":
        table = program.tables[int(node.value)]
        points = (np.array(table.x), np.array(table.y))
        return [partial(LOOKUPS[table.kind], source, *points, out.array)]
    return [_call(_INEXACT[node.op], source, out=out.array)]


def _call(function: np.ufunc, *sources: Array, out: Array) -> Operation:
    """Bind a call; without keyword it starts faster, which counts when members are few."""
    if function in (np.minimum, np.maximum):  # these deprecate a third position
        return partial(function, *sources, out=out)
    return partial(function, *sources, out)


def _emit_select(
    args: Sequence[Value], dying: Sequence[Value], pool: Pool, wide: bool
) -> tuple[Value, list[Operation]]:
    condition, then, otherwise = args
    mask = condition.beside(wide)
    replaceable = otherwise.wide == wide and any(value is otherwise for value in dying)
    if replaceable and then is not otherwise:
        out = otherwise
        operations: list[Operation] = []
    else:
        out = pool.take(wide)
        operations = [partial(np.copyto, out.array, otherwise.beside(wide))]
    operations.append(partial(np.copyto, out.array, then.beside(wide), where=mask))
    for value in dying:
        if value is not out:
            pool.give(value)
    return out, operations
