"""Graphical functions of XMILE: points, and what lies between and outside them."""

from __future__ import annotations

from itertools import pairwise

from .syntax import Table
from .xmile_expression import ExpressionError
from .xmile_tree import Element

# What the model language calls the kinds of XMILE.
KINDS = {"continuous": "clip", "extrapolate": "extrapolate", "discrete": "backward"}


def read_curve(element: Element) -> Table:
    """Return the points of a ``<gf>``, with their kind.

    Raises
    ------
    ExpressionError
        If points are missing, not numbers, not increasing, or the kind is unknown.
    """
    kind = element.attributes.get("type", "continuous").lower()
    if kind not in KINDS:
        remedy = f"Use one of {', '.join(KINDS)}"
        raise ExpressionError(f"a graphical function of type '{kind}'", remedy)
    y = _points(element, "ypts")
    x = _points(element, "xpts") or _spread(element, len(y))
    if len(x) != len(y) or len(x) < 2:
        found = f"a graphical function with {len(x)} x and {len(y)} y values"
        raise ExpressionError(found, "Give as many x as y values, at least two")
    if any(right <= left for left, right in pairwise(x)):
        found = "a graphical function whose x values do not increase"
        raise ExpressionError(found, "Sort the points, each with its own x")
    return Table(x, y, KINDS[kind])


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
