"""XMILE functions that the model language has no word for, written with those it has."""

from __future__ import annotations

import math
from collections.abc import Callable

from .syntax import Call, Expression, Number, Reference

_ONE, _ZERO, _HALF = Number(1.0), Number(0.0), Number(0.5)
_TIME, _STEP = Reference("time"), Reference("time_step")


def _add(left: Expression, right: Expression) -> Expression:
    return Call("+", (left, right))


def _subtract(left: Expression, right: Expression) -> Expression:
    return Call("-", (left, right))


def _divide(left: Expression, right: Expression) -> Expression:
    return Call("/", (left, right))


def _times(left: Expression, right: Expression) -> Expression:
    return Call("*", (left, right))


def _floor(value: Expression) -> Expression:
    """Return the largest whole number that is not above: truncation, and one less below zero."""
    cut = Call("integer", (value,))
    return _subtract(cut, Call("if_then_else", (Call("<", (value, cut)), _ONE, _ZERO)))


def _round(value: Expression) -> Expression:
    """Return the nearest whole number, halves away from zero.

    The rest is compared instead of adding a half: that addition rounds up just below a half.
    """
    cut = Call("integer", (value,))
    rest = _subtract(value, cut)
    up = Call("if_then_else", (Call(">=", (rest, _HALF)), _ONE, _ZERO))
    down = Call("if_then_else", (Call("<=", (rest, Number(-0.5))), _ONE, _ZERO))
    return _subtract(_add(cut, up), down)


def _root(value: Expression, degree: Expression) -> Expression:
    return Call("^", (value, _divide(_ONE, degree)))


def _modulo(value: Expression, divisor: Expression) -> Expression:
    return _subtract(value, _times(divisor, _floor(_divide(value, divisor))))


def _safe(above: Expression, below: Expression, otherwise: Expression = _ZERO) -> Expression:
    zero = Call("=", (below, _ZERO))
    return Call("if_then_else", (zero, otherwise, _divide(above, below)))


def _ramp(slope: Expression, start: Expression, end: Expression | None = None) -> Expression:
    until = _TIME if end is None else Call("min", (_TIME, end))
    return _times(slope, Call("max", (_ZERO, _subtract(until, start))))


def _pulse(size: Expression, first: Expression, interval: Expression = _ZERO) -> Expression:
    """Return ``size / DT`` during one step at the first time, and again after each interval."""
    since = _subtract(_add(_TIME, _times(_HALF, _STEP)), first)
    begun = Call(">=", (since, _ZERO))
    once = Call("<", (since, _STEP))
    if interval != _ZERO:
        again = Call("<", (_modulo(since, interval), _STEP))
        repeats = Call(">", (interval, _ZERO))
        once = Call("or", (once, Call("and", (repeats, again))))
    height = _divide(size, _STEP)
    return Call("if_then_else", (Call("and", (begun, once)), height, _ZERO))


def _order(name: str, order: float) -> Callable[..., Expression]:
    def compose(
        source: Expression, time: Expression, initial: Expression | None = None
    ) -> Expression:
        return Call(name, (source, time, source if initial is None else initial, Number(order)))

    return compose


def _any_order(name: str) -> Callable[..., Expression]:
    def compose(
        source: Expression,
        time: Expression,
        order: Expression,
        initial: Expression | None = None,
    ) -> Expression:
        return Call(name, (source, time, source if initial is None else initial, order))

    return compose


def _fixed(source: Expression, time: Expression, initial: Expression | None = None) -> Expression:
    return Call("delay_fixed", (source, time, source if initial is None else initial))


def _previous(source: Expression, initial: Expression = _ZERO) -> Expression:
    return Call("delay_fixed", (source, _STEP, initial))


def _trend(source: Expression, time: Expression, initial: Expression = _ZERO) -> Expression:
    """Return the fractional growth against an average that starts where the trend is as told."""
    start = _divide(source, _add(_ONE, _times(initial, time)))
    average = Call("smooth", (source, time, start, _ONE))
    return _divide(_subtract(source, average), _times(average, time))


def _forecast(
    source: Expression, time: Expression, horizon: Expression, initial: Expression = _ZERO
) -> Expression:
    return _times(source, _add(_ONE, _times(_trend(source, time, initial), horizon)))


def _wave(function: str) -> Callable[..., Expression]:
    def compose(height: Expression, period: Expression) -> Expression:
        turn = _divide(_times(Number(2.0 * math.pi), _TIME), period)
        return _times(height, Call(function, (turn,)))

    return compose


# How many arguments each may have, and what it stands for.
COMPOSED: dict[str, tuple[tuple[int, ...], Callable[..., Expression]]] = {
    "int": ((1,), _floor),
    "round": ((1,), _round),
    "rootn": ((2,), _root),
    "mod": ((2,), _modulo),
    "modulo": ((2,), _modulo),
    "safediv": ((2, 3), _safe),
    "log10": ((1,), lambda value: Call("log", (value, Number(10.0)))),
    "ramp": ((2, 3), _ramp),
    "pulse": ((2, 3), _pulse),
    "smth1": ((2, 3), _order("smooth", 1.0)),
    "smth3": ((2, 3), _order("smooth", 3.0)),
    "smthn": ((3, 4), _any_order("smooth_n")),
    "delay1": ((2, 3), _order("delay", 1.0)),
    "delay3": ((2, 3), _order("delay", 3.0)),
    "delayn": ((3, 4), _any_order("delay_n")),
    "delay": ((2, 3), _fixed),
    "previous": ((1, 2), _previous),
    "trend": ((2, 3), _trend),
    "forcst": ((3, 4), _forecast),
    "sinwave": ((2,), _wave("sin")),
    "coswave": ((2,), _wave("cos")),
}
