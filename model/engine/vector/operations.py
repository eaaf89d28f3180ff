"""The operations of a program as vector instructions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from ...language.ir import Node, Program
from ...language.syntax import Table
from .assembly import Assembly
from .exponentials import exp, tanh
from .lanes import library
from .logarithms import log, short_log
from .powers import power, raised

_RELATIONS = {"lt": "olt", "le": "ole", "gt": "ogt", "ge": "oge", "eq": "oeq", "ne": "une"}
_BINARY = {"add": "fadd", "sub": "fsub", "mul": "fmul", "div": "fdiv"}
_INTRINSICS = {"abs": "fabs", "sqrt": "sqrt", "trunc": "trunc"}
_LIBRARY = {
    **{name: name for name in ("sin", "cos", "tan", "sinh", "cosh")},
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
}

# Literal exponents that are multiplied out; the error stays below a unit in the last place each.
_MULTIPLIED = {2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 16.0}
# How often the square root is taken for these.
_ROOTS = {0.5: 1, 0.25: 2}


def emit(a: Assembly, program: Program, node: Node, args: Sequence[str]) -> str:
    """Write an operation and return its result.

    Parameters
    ----------
    a
        Where to write.
    program
        Holds the nodes and tables.
    node
        An operation, not a leaf.
    args
        Its arguments.
    """
    op = node.op
    if op in _BINARY:
        return a.binary(_BINARY[op], *args)
    if op in _RELATIONS:
        return a.compare(_RELATIONS[op], *args)
    if op in ("and", "or"):
        return a.logic(op, *args)
    if op in ("min", "max"):
        return _extreme(a, program, node, args)
    if op in _INTRINSICS:
        return a.intrinsic(_INTRINSICS[op], *args)
    if op in _LIBRARY:
        return library(a, _LIBRARY[op], args)
    if op == "pow":
        return _power(a, program, node, args)
    if op == "lookup":
        return _table(a, program.tables[int(node.value)], args[0])
    return _SINGLE[op](a, *args)


_SINGLE: dict[str, Callable[..., str]] = {
    "neg": Assembly.neg,
    "not": lambda a, x: a.logic("xor", x, a.boolean(True)),
    "select": Assembly.select,
    "exp": exp,
    "ln": log,
    "tanh": tanh,
    # Of the parts of a logarithm, where `lowering` took a power apart.
    "raise": raised,
    "log_high": lambda a, x: short_log(a, x)[0],
    "log_low": lambda a, x: short_log(a, x)[1],
}


def _extreme(a: Assembly, program: Program, node: Node, args: Sequence[str]) -> str:
    """Return the smaller or larger of two values, NaN if one of them is NaN."""
    relation = "olt" if node.op == "min" else "ogt"
    first, second = args
    literals = [program.nodes[index].op == "number" for index in node.args]
    if literals[1] and not literals[0]:
        # The comparison fails on NaN and gives the second value: that must not be the literal.
        first, second = second, first
    result = a.select(a.compare(relation, first, second), first, second)
    if any(literals):
        return result
    return a.select(a.compare("uno", first, first), first, result)


def is_power(program: Program, node: Node) -> bool:
    """Tell whether a node is a power that takes a logarithm: no literal one of a few kinds.

    Parameters
    ----------
    program
        Holds the node.
    node
        An operation or a leaf.
    """
    return node.op == "pow" and _simple_exponent(program, node) is None


def _simple_exponent(program: Program, node: Node) -> float | None:
    """Return a literal exponent that is multiplied out or is a square root of a square root."""
    base, exponent = (program.nodes[index] for index in node.args)
    if exponent.op != "number" or base.op == "number":
        return None
    return exponent.value if exponent.value in _MULTIPLIED | _ROOTS.keys() else None


def _power(a: Assembly, program: Program, node: Node, args: Sequence[str]) -> str:
    exponent = _simple_exponent(program, node)
    if exponent is None:
        return power(a, args[0], args[1])
    if exponent in _ROOTS:
        return _root(a, args[0], _ROOTS[exponent])
    return _repeated(a, args[0], int(exponent))


def _root(a: Assembly, x: str, times: int) -> str:
    """Return a square root, taken so often; at -infinity and -0.0 what C99 asks of a power."""
    infinite = a.compare("oeq", x, a.number(-math.inf))
    x = a.select(infinite, a.number(math.inf), a.add(x, a.number(0.0)))
    for _ in range(times):
        x = a.intrinsic("sqrt", x)
    return x


def _repeated(a: Assembly, x: str, exponent: int) -> str:
    """Return a whole power by multiplication."""
    result = ""
    while exponent:
        if exponent % 2:
            result = a.mul(result, x) if result else x
        exponent //= 2
        if exponent:
            x = a.mul(x, x)
    return result


def _table(a: Assembly, table: Table, x: str) -> str:
    """Return the value of a table at x; NaN at NaN."""
    if table.kind in ("backward", "forward"):
        return _held(a, table, x)
    if len(table.x) == 1:
        return a.select(a.compare("uno", x, x), x, a.number(table.y[0]))
    inside = _within(a, table, x) if table.kind == "clip" else x
    pieces = zip(table.x, table.y, strict=True)
    slopes = [(y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in pairwise(pieces)]
    chosen = [a.number(value) for value in (table.x[0], table.y[0], slopes[0])]
    for point in zip(table.x[1:-1], table.y[1:-1], slopes[1:], strict=True):
        beyond = a.compare("oge", inside, a.number(point[0]))
        later = [a.number(value) for value in point]
        chosen = [a.select(beyond, new, old) for new, old in zip(later, chosen, strict=True)]
    value = a.fma(a.sub(inside, chosen[0]), chosen[2], chosen[1])
    if table.kind == "clip":
        # The line through the last two points may miss the last one by a rounding.
        last = a.compare("oge", x, a.number(table.x[-1]))
        value = a.select(last, a.number(table.y[-1]), value)
    return value


def _within(a: Assembly, table: Table, x: str) -> str:
    low, high = a.number(table.x[0]), a.number(table.x[-1])
    x = a.select(a.compare("olt", x, low), low, x)
    return a.select(a.compare("ogt", x, high), high, x)


def _held(a: Assembly, table: Table, x: str) -> str:
    """Return the value of the last point at or below x, or of the first at or above."""
    backward = table.kind == "backward"
    # Backward takes a value from its point on, forward the next one from beyond its point.
    points = table.x[1:] if backward else table.x[:-1]
    relation = "oge" if backward else "ogt"
    value = a.number(table.y[0])
    for point, height in zip(points, table.y[1:], strict=True):
        beyond = a.compare(relation, x, a.number(point))
        value = a.select(beyond, a.number(height), value)
    return a.select(a.compare("uno", x, x), x, value)
