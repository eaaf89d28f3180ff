"""Functions of the model language, written with the operations of the program.

They mean what PySD 3.14 computes, and so does Vensim where PySD follows it: the tolerances of
``STEP``, ``RAMP``, ``PULSE`` and ``ZIDZ`` are part of the language.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from .ir import SIGNATURES, Builder

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


def _step_function(build: Builder, step: int, height: int, start: int) -> int:
    middle = build.make("add", build.leaf("time"), build.make("div", step, build.number(2.0)))
    return build.make("select", build.make("gt", middle, start), height, build.number(0.0))


def _ramp(build: Builder, _step: int, slope: int, start: int, end: int) -> int:
    time = build.leaf("time")
    begun = build.make("gt", build.make("add", time, build.number(_SMALL)), start)
    height = build.make("mul", slope, build.make("sub", build.make("min", end, time), start))
    return build.make("select", begun, height, build.number(0.0))


def _pulse(build: Builder, _step: int, start: int, width: int) -> int:
    time = build.leaf("time")
    begun = build.make("le", build.make("sub", start, build.number(_SMALL)), time)
    running = build.make("lt", time, build.make("add", start, width))
    both = build.make("and", begun, running)
    return build.make("select", both, build.number(1.0), build.number(0.0))


def _pulse_train(build: Builder, step: int, start: int, every: int, width: int, end: int) -> int:
    """Return pulses at ``start``, ``start + every``... before ``end``, as PySD orders them."""
    make, time = build.make, build.leaf("time")
    since = make("add", make("sub", time, start), build.number(_SMALL))
    whole = make("mul", every, make("trunc", make("div", since, every)))
    begun = make("and", make("le", start, time), make("lt", time, end))
    running = make("and", begun, make("lt", make("sub", since, whole), width))
    train = make("select", running, build.number(1.0), build.number(0.0))
    if build.nodes[every].op == "number" and build.nodes[every].value != 0.0:
        return train
    once = make("eq", every, build.number(0.0))
    return make("select", once, _pulse(build, step, start, width), train)


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
}

# Every function that a model may call by name, as the parser leaves it.
BUILT_IN = frozenset(
    {name for name in {*_OPERATIONS, *_COMPOSED} if name[0].isalpha()}
    - {"neg", "and", "or", "not", "limited"}
    | {*VECTOR_FUNCTIONS, *TABLE_KINDS, "elmcount", "active_initial"}
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
