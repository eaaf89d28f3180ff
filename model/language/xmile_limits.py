"""Outflows of non-negative stocks: as large as written, and no larger than what is there.

XMILE 1.0 (OASIS, 2015), 3.6.2, puts the logic of a non-negative stock into its outflows, and Stella
computes (isee systems, Flow Prioritization,
https://iseesystems.com/resources/help/v2/Content/08-Reference/05-Computational_Details/Flow_prioritization.htm)
the smaller of the outflow and of ``stock/DT`` with all inflows, less what the outflows before it
take. So nothing is made of nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .functions import IMMEDIATE, TABLE_KINDS
from .syntax import Call, Equation, Expression, Number, Reference, key_of
from .xmile_arrays import Scope
from .xmile_functions import translate


@dataclass(frozen=True)
class Bounded:
    """A non-negative stock.

    Attributes
    ----------
    stock
        Its key.
    inflows, outflows
        Keys of its flows, as the file lists them: the first outflow takes first.
    """

    stock: str
    inflows: tuple[str, ...]
    outflows: tuple[str, ...]


def limit_outflows(
    equations: Sequence[Equation], scopes: Sequence[Scope], stocks: Sequence[Bounded]
) -> list[Equation]:
    """Return the equations with the outflows of non-negative stocks held to what is there.

    An inflow that itself follows from the outflow cannot be counted for it, and is not. Of two
    outflows of which one follows from the other, the other takes first.

    Parameters
    ----------
    equations
        Of all variables, outflows as written.
    scopes
        What names mean in each equation.
    stocks
        The non-negative stocks, in file order.
    """
    rooms: dict[str, tuple[Bounded, list[str], list[str]]] = {}
    needs = _Needs(equations)
    for stock in stocks:
        taken: list[str] = []
        for outflow in _in_order(stock.outflows, needs):
            inflows = [name for name in stock.inflows if not needs.reach(name, outflow)]
            rooms[outflow] = (stock, inflows, list(taken))
            needs.add(outflow, [*inflows, *taken])
            taken.append(outflow)
    return [
        _limited(equation, scope, *rooms[key_of(equation.name)])
        if key_of(equation.name) in rooms
        else equation
        for equation, scope in zip(equations, scopes, strict=True)
    ]


def _limited(
    equation: Equation, scope: Scope, stock: Bounded, inflows: list[str], taken: list[str]
) -> Equation:
    def of(name: str) -> Expression:
        return translate(Reference(name), scope)

    room: Expression = Call("/", (of(stock.stock), Reference("time_step")))
    for name in inflows:
        room = Call("+", (room, of(name)))
    for name in taken:
        room = Call("-", (room, of(name)))
    room = Call("max", (Number(0.0), room))
    return replace(equation, expression=Call("limited", (equation.expression, room)))


def _in_order(outflows: Sequence[str], needs: _Needs) -> list[str]:
    """Return outflows as listed, but what one follows from before it."""
    rest, ordered = list(outflows), []
    while rest:
        free = [a for a in rest if not any(b != a and needs.reach(a, b) for b in rest)]
        ordered.append((free or rest)[0])
        rest.remove(ordered[-1])
    return ordered


class _Needs:
    """What each variable follows from at one instant, by key."""

    def __init__(self, equations: Sequence[Equation]) -> None:
        self._direct: dict[str, set[str]] = {}
        for equation in equations:
            self.add(key_of(equation.name), _now(equation.expression))

    def add(self, name: str, needed: Iterator[str] | Sequence[str]) -> None:
        """Add what a variable follows from."""
        self._direct.setdefault(name, set()).update(needed)

    def reach(self, name: str, sought: str) -> bool:
        """Tell whether a variable follows from another, or is the same."""
        seen, open_ = {name}, [name]
        while open_:
            for needed in self._direct.get(open_.pop(), ()):
                if needed not in seen:
                    seen.add(needed)
                    open_.append(needed)
        return sought in seen


def _now(expression: Expression) -> Iterator[str]:
    """Yield the names that a value follows from at the same instant; a stock follows from none."""
    if isinstance(expression, Reference):
        yield expression.name
    if isinstance(expression, Call):
        chosen: Sequence[int] | range = range(len(expression.arguments))
        if expression.function in IMMEDIATE:
            chosen = IMMEDIATE[expression.function]
        elif expression.function in TABLE_KINDS:
            chosen = chosen[1:]
        for place in chosen:
            if place < len(expression.arguments):
                yield from _now(expression.arguments[place])
