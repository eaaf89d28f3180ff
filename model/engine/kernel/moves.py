"""The text of how a stage of a step moves a state, with Euler and fourth-order Runge-Kutta.

A state without a rate takes its next value instead, which the first stage finds.
"""

from __future__ import annotations

from collections.abc import Callable

from ..scheduling.parts import Part
from .printer import Body

# Writes how a state moves, in the kernel of a part.
Move = Callable[[Body, Part, int], None]


def _euler(body: Body, part: Part, k: int) -> None:
    place, source = body.sources.layout.states[k], body.value(part.sources[k])
    if body.program.states[k].rate < 0:
        body.keep(place, source)
        return
    moved = body.a.fma(source, body.a.spread("%amount"), body.slot(place))
    body.keep(place, _floored(body, k, moved))


def _first(body: Body, part: Part, k: int) -> None:
    layout = body.sources.layout
    place, rate = layout.states[k], body.value(part.sources[k])
    if body.program.states[k].rate < 0:
        body.keep(layout.held[k], rate)
        return
    base = body.slot(place)
    body.keep(layout.base[k], base)
    body.keep(layout.total[k], rate)
    body.keep(place, body.a.fma(rate, body.a.spread("%amount"), base))


def _middle(body: Body, part: Part, k: int) -> None:
    if body.program.states[k].rate < 0:
        return
    layout = body.sources.layout
    place, rate = layout.states[k], body.value(part.sources[k])
    total = body.a.add(body.slot(layout.total[k]), body.a.add(rate, rate))
    body.keep(layout.total[k], total)
    base = body.slot(layout.base[k])
    body.keep(place, body.a.fma(rate, body.a.spread("%amount"), base))


def _last(body: Body, part: Part, k: int) -> None:
    layout = body.sources.layout
    if body.program.states[k].rate < 0:
        body.keep(layout.states[k], body.slot(layout.held[k]))
        return
    total = body.a.add(body.slot(layout.total[k]), body.value(part.sources[k]))
    base = body.slot(layout.base[k])
    moved = body.a.fma(total, body.a.spread("%amount"), base)
    body.keep(layout.states[k], _floored(body, k, moved))


def _floored(body: Body, k: int, value: str) -> str:
    """Return the value of a state after a step, clipped if it has a floor."""
    if not body.program.states[k].floor:
        return value
    below = body.a.compare("olt", value, body.a.number(0.0))
    return body.a.select(below, body.a.number(0.0), value)


MOVES: dict[str, dict[str, Move]] = {
    "euler": {"stage0": _euler},
    "rk4": {"stage0": _first, "stage1": _middle, "stage3": _last},
}
"""By method and function."""
