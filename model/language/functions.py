"""Functions of the model language, written with the operations of the program.

They mean what Vensim documents, else what PySD 3.14 computes: the tolerances of ``STEP``, ``RAMP``,
``PULSE`` and ``ZIDZ`` are part of the language.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from .ir import OF_STEP, SIGNATURES, Builder

# How the functions that apply a named lookup read it; nothing where as the file says.
TABLE_KINDS = {
    "lookup": "",
    "lookup_extrapolate": "extrapolate",
    "lookup_forward": "forward",
    "lookup_backward": "backward",
}
VECTOR_FUNCTIONS = {"sum": "add", "prod": "mul", "vmin": "min", "vmax": "max"}

# Below this Vensim takes a number for zero.
_SMALL = 1e-6

_OPERATIONS = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "div",
    "^": "pow",
    "power": "pow",
    "neg": "neg",
    "<": "lt",
    "<=": "le",
    ">": "gt",
    ">=": "ge",
    "=": "eq",
    "<>": "ne",
    "and": "and",
    "or": "or",
    "not": "not",
    "if_then_else": "select",
    "integer": "trunc",
    # An outflow, and what its stock has to give: no file can write it.
    "limited": "min",
    **{name: name for name in ("min", "max", "abs", "exp", "ln", "sqrt", "sin", "cos", "tan")},
    **{name: name for name in ("arcsin", "arccos", "arctan", "sinh", "cosh", "tanh")},
}


def lower_call(build: Builder, step: int, name: str, args: list[int]) -> int | None:
    """Return the node of a function call, or nothing if the function is not known.

    Parameters
    ----------
    build
        Makes the nodes.
    step
        Node of the time step.
    name
        Function in lower case with underscores.
    args
        Nodes of the arguments.

    Raises
    ------
    TypeError
        If the number of arguments is wrong.
    """
    if name in _OPERATIONS:
        op = _OPERATIONS[name]
        if len(args) != arity(name):
            raise TypeError(name)
        return build.make(op, *args)
    if name in _COMPOSED:
        count, compose = _COMPOSED[name]
        if len(args) != count:
            raise TypeError(name)
        return compose(build, step, *args)
    return None


def arity(name: str) -> int:
    """Return how many arguments a known function takes."""
    return len(SIGNATURES[_OPERATIONS[name]][0]) if name in _OPERATIONS else _COMPOSED[name][0]


def _log(build: Builder, _step: int, value: int, base: int) -> int:
    return build.make("div", build.make("ln", value), build.make("ln", base))


def _quantum(build: Builder, _step: int, value: int, grain: int) -> int:
    rounded = build.make("mul", grain, build.make("trunc", build.make("div", value, grain)))
    return build.make("select", build.make("lt", grain, build.number(_SMALL)), value, rounded)


def _modulo(build: Builder, step: int, value: int, divisor: int) -> int:
    return build.make("sub", value, _quantum(build, step, value, divisor))


def _xidz(build: Builder, _step: int, above: int, below: int, otherwise: int) -> int:
    zero = build.make("lt", build.make("abs", below), build.number(_SMALL))
    return build.make("select", zero, otherwise, build.make("div", above, below))


def _zidz(build: Builder, _step: int, above: int, below: int) -> int:
    return zero_guarded(build, above, below)


def _time(build: Builder) -> int:
    """Return the time that test inputs see: Vensim holds them over a step, also with Runge-Kutta."""
    return build.leaf("time", OF_STEP)


def _middle(build: Builder, step: int) -> int:
    """Return Vensim's "time plus": half a step on, so that no rounding moves a test input."""
    return build.make("add", _time(build), build.make("div", step, build.number(2.0)))


def _step_function(build: Builder, step: int, height: int, start: int) -> int:
    begun = build.make("gt", _middle(build, step), start)
    return build.make("select", begun, height, build.number(0.0))


def _ramp(build: Builder, step: int, slope: int, start: int, end: int) -> int:
    """Return the line, which begins with the step nearest to its start, as Vensim's does.

    Up to the start no end is looked for: one that comes before holds only after it.
    """
    make, time = build.make, _time(build)
    reached = make("select", make("gt", time, start), make("min", end, time), time)
    height = make("mul", slope, make("sub", reached, start))
    return make("select", make("gt", _middle(build, step), start), height, build.number(0.0))


def _pulse(build: Builder, step: int, start: int, width: int) -> int:
    make, middle, zero = build.make, _middle(build, step), build.number(0.0)
    lasting = make("select", make("eq", width, zero), step, width)
    if build.nodes[width].op == "number":
        lasting = width if build.nodes[width].value else step
    running = make("lt", middle, make("add", start, lasting))
    return make("select", make("and", make("gt", middle, start), running), build.number(1.0), zero)


def _pulse_train(build: Builder, step: int, start: int, every: int, width: int, end: int) -> int:
    """Return pulses at ``start``, ``start + every``... up to ``end``, as PySD orders them.

    Each lasts a step at least. Where one begins or ends midway in a step, roundings would decide;
    the tolerance lets all engines decide alike.
    """
    make, time = build.make, _time(build)
    lasting = make("max", width, step)
    since = make("sub", make("sub", _middle(build, step), start), build.number(_SMALL))
    part = make("sub", since, make("mul", every, make("trunc", make("div", since, every))))
    pulse = make("lt", part, make("sub", lasting, build.number(2.0 * _SMALL)))
    on = make("or", make("lt", every, lasting), pulse)
    begun = make("gt", since, build.number(0.0))
    inside = make("and", begun, make("le", time, make("add", end, build.number(_SMALL))))
    return make("select", make("and", inside, on), build.number(1.0), build.number(0.0))


def _pi(build: Builder, _step: int) -> int:
    return build.number(math.pi)


_COMPOSED: dict[str, tuple[int, Callable[..., int]]] = {
    "log": (2, _log),
    "quantum": (2, _quantum),
    "modulo": (2, _modulo),
    "xidz": (3, _xidz),
    "zidz": (2, _zidz),
    "step": (2, _step_function),
    "ramp": (3, _ramp),
    "pulse": (2, _pulse),
    "pulse_train": (4, _pulse_train),
    "pi": (0, _pi),
}

# What the functions with a memory need at the same instant: places of arguments. While running.
IMMEDIATE: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("integ", "integ_non_negative", "smooth", "smooth_n", "initial"), ()),
    **dict.fromkeys(("delay", "delay_n"), (1,)),
    "delay_fixed": (),
    "sample_if_true": (0, 1),
    "active_initial": (0,),
    "trend": (0, 1),
    "forecast": (0, 1, 2),
    "npv": (0, 3),
}

# Every function that a model may call by name, as the parser leaves it.
BUILT_IN = frozenset(
    {name for name in {*_OPERATIONS, *_COMPOSED} if name[0].isalpha()}
    - {"neg", "and", "or", "not", "limited"}
    | {*VECTOR_FUNCTIONS, *TABLE_KINDS, "elmcount", "active_initial", "npv"}
) - {"lookup"}

# Names that the parser takes for functions with a memory, whatever the model defines.
RESERVED = {
    "integ": 2,
    "initial": 1,
    "sample_if_true": 3,
    "trend": 3,
    "forecast": 3,
    **dict.fromkeys(("smooth", "smooth3", "delay1", "delay3"), 2),
    **dict.fromkeys(("smoothi", "smooth3i", "delay1i", "delay3i", "delay_fixed"), 3),
    **dict.fromkeys(("smooth_n", "delay_n", "pulse_train"), 4),
    "game": 1,
    "lookup": 0,
    "data": 0,
}


def zero_guarded(build: Builder, above: int, below: int) -> int:
    """Return ``ZIDZ``: the quotient, or 0 where the denominator counts as zero."""
    return _xidz(build, -1, above, below, build.number(0.0))
