"""The text of reductions: what each result is at the start, and after a step that counts."""

from __future__ import annotations

from collections.abc import Sequence

from ..reductions import Reduction
from .printer import Body

_NAN = float("nan")
_INFINITE = float("inf")
_FIRST = {
    "last": _NAN,
    "least": _INFINITE,
    "minimum": _INFINITE,
    "maximum": -_INFINITE,
    "integral": 0.0,
    "first_below": _NAN,
    "first_above": _NAN,
}


def begin_results(body: Body, reductions: Sequence[Reduction]) -> None:
    """Write the start of all reductions.

    Parameters
    ----------
    body
        Where to write.
    reductions
        Those of the kernel, in order.
    """
    layout = body.sources.layout
    for place, reduction in enumerate(reductions):
        body.keep(layout.results[place], body.a.number(_FIRST[reduction.kind]))
        if place in layout.previous:
            body.keep(layout.previous[place], body.a.number(_NAN))


def reduce_step(body: Body, place: int, reduction: Reduction, value: str, weight: str) -> None:
    """Write what a step does to a result.

    Parameters
    ----------
    body
        Where to write.
    place, reduction
        Which of the kernel's reductions.
    value
        Of the reduced node, in this step.
    weight
        What the step counts; zero leaves it out.
    """
    a, slot = body.a, body.sources.layout.results[place]
    old = body.slot(slot)
    counted = a.compare("one", weight, a.number(0.0))
    if reduction.kind == "integral":
        new = a.fma(value, weight, old)
    elif reduction.kind == "last":
        new = value
    elif reduction.kind in ("least", "minimum", "maximum"):
        new = _extreme(body, reduction, value, old)
    else:
        new = _crossing(body, place, reduction, value, old, counted)
    body.keep(slot, a.select(counted, new, old))


def _extreme(body: Body, reduction: Reduction, value: str, old: str) -> str:
    a, relation = body.a, "ogt" if reduction.kind == "maximum" else "olt"
    new = a.select(a.compare(relation, value, old), value, old)
    if reduction.kind == "least":
        return new
    return a.select(a.compare("uno", value, old), a.number(_NAN), new)


def _crossing(
    body: Body, place: int, reduction: Reduction, value: str, old: str, counted: str
) -> str:
    """Return the month of a crossing: by a straight line from the last value that counted."""
    a, previous = body.a, body.sources.layout.previous[place]
    threshold, now = a.number(reduction.threshold), a.load_same("%time")
    before = body.slot(previous)
    share = a.div(a.sub(threshold, before), a.sub(value, before))
    back = a.mul(a.sub(share, a.number(1.0)), a.spread("%step"))
    # From nothing, or from infinity, no line can be drawn.
    gap = a.sub(before, before)
    crossed = a.select(a.compare("uno", gap, gap), now, a.add(now, back))
    relation = "ole" if reduction.kind == "first_below" else "oge"
    holds = a.compare(relation, value, threshold)
    first = a.logic("and", holds, a.compare("uno", old, old))
    body.keep(previous, a.select(counted, value, before))
    return a.select(first, crossed, old)
