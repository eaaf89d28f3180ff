"""What one operation gives by numpy, and how far a kernel may be from it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

EPSILON = 2.0**-52
# Where a reciprocal or an unrounded product loses digits or overflows, unlike what it stands for.
LARGE, SMALL = 1e290, 1e-290
# Below the smallest normal number the last place is absolute.
TINY = 4 * 5e-324

EXACT = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "neg": np.negative,
    "abs": np.abs,
    "sqrt": np.sqrt,
    "trunc": np.trunc,
    "min": np.minimum,
    "max": np.maximum,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "eq": np.equal,
    "ne": np.not_equal,
    "and": np.logical_and,
    "or": np.logical_or,
    "not": np.logical_not,
    "select": lambda c, a, b: np.where(c != 0, a, b),
}
INEXACT = {
    "pow": np.power,
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


def expected_value(program, node, args):
    """Return the result of an operation, as numbers."""
    if node.op == "lookup":
        table = program.tables[int(node.value)]
        return np.vectorize(lambda x: _read(table, x), otypes=[float])(args[0])
    if node.op == "pow" and program.nodes[node.args[1]].op == "number" and args[1].flat[0] == 2.0:
        return args[0] * args[0]
    return np.asarray({**EXACT, **INEXACT}[node.op](*args), float)


def _read(table, x):
    """Read a table at one number, piece by piece."""
    points = list(zip(table.x, table.y, strict=True))
    if np.isnan(x):
        return np.nan
    if table.kind == "backward":
        return [y for at, y in points if at <= x][-1] if x >= points[0][0] else points[0][1]
    if table.kind == "forward":
        return next((y for at, y in points if at >= x), points[-1][1])
    if len(points) == 1:
        return points[0][1]
    if table.kind == "clip":
        if x <= points[0][0]:
            return points[0][1]
        if x >= points[-1][0]:
            return points[-1][1]
    pieces = list(pairwise(points))
    (x1, y1), (x2, y2) = next((piece for piece in pieces if x < piece[1][0]), pieces[-1])
    return y1 + (y2 - y1) / (x2 - x1) * (x - x1)


def tolerance_of(program, index, args, expected, values, rewriting):
    """Return the error allowed for each member; infinite where nothing is promised."""
    node, none = program.nodes[index], np.zeros(expected.shape)
    if node.op == "lookup":
        return _of_table(program.tables[int(node.value)], args[0])
    if index in rewriting.fused:
        factors = [values[arg] for arg in program.nodes[rewriting.fused[index]].args]
        return _of_fused(args, factors)
    if rewriting.divides(index):
        usual = 2 * EPSILON * np.abs(expected) + TINY
        return np.where(_extreme(args[1]) | _extreme(expected), np.inf, usual)
    if node.op in INEXACT:
        # A literal power is multiplied out: x^16 is off by seven units in the last place.
        units = 20 if node.op == "pow" else 6
        return units * EPSILON * np.abs(expected) + TINY
    return none


def _extreme(values):
    size = np.abs(values)
    return np.isfinite(size) & (size > LARGE) | (size < SMALL) & (size > 0)


def _of_fused(args, factors):
    """A product that is not rounded before the sum: off by the rounding that is left out."""
    usual = 2 * EPSILON * (np.abs(args[0]) + np.abs(args[1])) + TINY
    overflown = ~np.isfinite(args[0] + args[1]) & np.isfinite(factors[0]) & np.isfinite(factors[1])
    extreme = _extreme(args[0]) | _extreme(args[1]) | _extreme(factors[1])
    return np.where(overflown | extreme, np.inf, usual)


def _of_table(table, x):
    if table.kind in ("backward", "forward") or len(table.x) == 1:
        return np.zeros(x.shape)
    slope = np.abs(np.diff(table.y) / np.diff(table.x)).max()
    reach = np.minimum(np.abs(x), 8.0) if table.kind == "clip" else np.abs(x)
    found = 4 * EPSILON * (np.abs(table.y).max() + slope * (reach + 8.0))
    # At infinity there is no tolerance: the result is exact.
    return np.where(np.isfinite(found), found, 0.0)
