"""The operations of a program as vector instructions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from ..language.ir import Node, Program
from ..language.syntax import Table
from . import elementary
from .assembly import Assembly

_RELATIONS = {"lt": "olt", "le": "ole", "gt": "ogt", "ge": "oge", "eq": "oeq", "ne": "une"}
_BINARY = {"add": "fadd", "sub": "fsub", "mul": "fmul", "div": "fdiv"}
_INTRINSICS = {"abs": "fabs", "sqrt": "sqrt", "trunc": "trunc"}
_LIBRARY = {
    **{name: name for name in ("sin", "cos", "tan", "sinh", "cosh")},
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
}

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
        return a.each_lane(_LIBRARY[op], args)
    if op == "pow":
        return _power(a, program, node, args)
    if op == "lookup":
        return _interpolate(a, program.tables[int(node.value)], args[0])
    return _SINGLE[op](a, *args)


_SINGLE: dict[str, Callable[..., str]] = {
    "neg": Assembly.neg,
    "not": lambda a, x: a.logic("xor", x, a.boolean(True)),
    "select": Assembly.select,
    "exp": elementary.exp,
    "ln": elementary.log,
    "tanh": elementary.tanh,
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


def _power(a: Assembly, program: Program, node: Node, args: Sequence[str]) -> str:
    base, exponent = (program.nodes[index] for index in node.args)
    if exponent.op == "number" and exponent.value in (2.0, 3.0, 4.0) and base.op != "number":
        square = a.mul(args[0], args[0])
        if exponent.value == 2.0:
            return square
        return a.mul(square, args[0] if exponent.value == 3.0 else square)
    return elementary.power(a, args[0], args[1])


def _interpolate(a: Assembly, table: Table, x: str) -> str:
    """Return the value of a table: the line through the two points beside x, flat outside."""
    xs, ys = table.x, table.y
    if len(xs) == 1:
        # The product keeps NaN.
        return a.fma(x, a.number(0.0), a.number(ys[0]))
    x = a.select(a.compare("olt", x, a.number(xs[0])), a.number(xs[0]), x)
    x = a.select(a.compare("ogt", x, a.number(xs[-1])), a.number(xs[-1]), x)
    slopes = [(y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in pairwise(zip(xs, ys, strict=True))]
    chosen = [a.number(value) for value in (xs[0], ys[0], slopes[0])]
    for point, height, slope in zip(xs[1:-1], ys[1:-1], slopes[1:], strict=True):
        beyond = a.compare("oge", x, a.number(point))
        later = [a.number(value) for value in (point, height, slope)]
        chosen = [a.select(beyond, new, old) for new, old in zip(later, chosen, strict=True)]
    return a.fma(a.sub(x, chosen[0]), chosen[2], chosen[1])
