"""Graphical functions of XMILE: points, and what lies between and outside them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from .syntax import Call, Expression, Number, Table
from .xmile_expression import ExpressionError
from .xmile_tree import Element

_KINDS = ("continuous", "extrapolate", "discrete")


@dataclass(frozen=True)
class Curve:
    """A graphical function: its points and its kind."""

    table: Table
    kind: str

    def at(self, argument: Expression) -> Expression:
        """Return the function applied to an argument."""
        x, y = self.table.x, self.table.y
        if self.kind == "discrete":
            return _steps(x, y, argument)
        inside = Call("with_lookup", (argument, self.table))
        if self.kind == "continuous":
            return inside
        low = _line(argument, x[0], y[0], (y[1] - y[0]) / (x[1] - x[0]))
        high = _line(argument, x[-1], y[-1], (y[-1] - y[-2]) / (x[-1] - x[-2]))
        above = Call("if_then_else", (Call(">", (argument, Number(x[-1]))), high, inside))
        return Call("if_then_else", (Call("<", (argument, Number(x[0]))), low, above))


def read_curve(element: Element) -> Curve:
    """Return the function of a ``<gf>``.

    Raises
    ------
    ExpressionError
        If points are missing, not numbers, not increasing, or the kind is unknown.
    """
    kind = element.attributes.get("type", "continuous").lower()
    if kind not in _KINDS:
        remedy = f"Use one of {', '.join(_KINDS)}"
        raise ExpressionError(f"a graphical function of type '{kind}'", remedy)
    y = _points(element, "ypts")
    x = _points(element, "xpts") or _spread(element, len(y))
    if len(x) != len(y) or len(x) < 2:
        found = f"a graphical function with {len(x)} x and {len(y)} y values"
        raise ExpressionError(found, "Give as many x as y values, at least two")
    if any(right <= left for left, right in pairwise(x)):
        found = "a graphical function whose x values do not increase"
        raise ExpressionError(found, "Sort the points, each with its own x")
    return Curve(Table(x, y), kind)


def _points(element: Element, tag: str) -> tuple[float, ...]:
    child = element.first(tag)
    if child is None or not child.text.strip():
        return ()
    return tuple(_number(part) for part in child.text.split(child.attributes.get("sep") or ","))


def _spread(element: Element, count: int) -> tuple[float, ...]:
    scale = element.first("xscale")
    if scale is None or count < 2:
        return ()
    low, high = (_number(scale.attributes.get(name, "")) for name in ("min", "max"))
    return tuple(low + (high - low) * place / (count - 1) for place in range(count))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        found = f"'{text.strip()}' as a number of a graphical function"
        raise ExpressionError(found, "Write a number") from None


def _line(argument: Expression, x: float, y: float, slope: float) -> Expression:
    away = Call("*", (Number(slope), Call("-", (argument, Number(x)))))
    return Call("+", (Number(y), away))


def _steps(x: tuple[float, ...], y: tuple[float, ...], argument: Expression) -> Expression:
    """Return nested choices, balanced, so that many points do not nest deeply."""
    if len(x) == 1:
        return Number(y[0])
    middle = len(x) // 2
    below = _steps(x[:middle], y[:middle], argument)
    above = _steps(x[middle:], y[middle:], argument)
    return Call("if_then_else", (Call("<", (argument, Number(x[middle]))), below, above))
