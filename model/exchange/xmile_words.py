"""Words of XMILE: names that are taken, and functions written out in plain operators."""

from __future__ import annotations

from collections.abc import Callable

RESERVED = {
    *("abs", "arccos", "arcsin", "arctan", "cos", "exp", "inf", "int", "ln", "log10", "max", "min"),
    *("pi", "sin", "sqrt", "tan", "exprnd", "lognormal", "normal", "poisson", "random", "delay"),
    *("delay1", "delay3", "delayn", "forcst", "smth1", "smth3", "smthn", "trend", "pulse", "ramp"),
    *("step", "dt", "starttime", "stoptime", "time", "if", "then", "else", "init", "previous"),
    *("and", "or", "not", "mod", "self", "size", "sum", "mean", "prod", "rank", "stddev", "lookup"),
}


def _truncated(value: str) -> str:
    return f"IF {value} < 0 THEN -INT(-{value}) ELSE INT({value})"


def _quantum(value: str, grain: str) -> str:
    return f"IF {grain} < 1e-06 THEN {value} ELSE {grain}*({_truncated(f'({value}/{grain})')})"


# The tolerances are those of model/language/functions.py.
COMPOSED: dict[str, Callable[..., str]] = {
    "if_then_else": lambda c, a, b: f"IF {c} THEN {a} ELSE {b}",
    "zidz": lambda a, b: f"IF ABS({b}) < 1e-06 THEN 0 ELSE {a}/{b}",
    "xidz": lambda a, b, c: f"IF ABS({b}) < 1e-06 THEN {c} ELSE {a}/{b}",
    "log": lambda a, b: f"LN({a})/LN({b})",
    "integer": _truncated,
    "quantum": _quantum,
    "modulo": lambda a, b: f"{a} - ({_quantum(a, b)})",
    "ramp": lambda h, s, e: f"IF TIME + 1e-06 > {s} THEN {h}*(MIN({e}, TIME) - {s}) ELSE 0",
    "pulse": lambda s, w: f"IF TIME >= {s} - 1e-06 AND TIME < {s} + {w} THEN 1 ELSE 0",
}
DELAYS: dict[str, tuple[str, tuple[float, ...]]] = {
    "smooth": ("SMTH", (1.0, 3.0)),
    "smooth_n": ("SMTH", (1.0, 3.0)),
    "delay": ("DELAY", (1.0, 3.0)),
    "delay_n": ("DELAY", (1.0, 3.0)),
    "delay_fixed": ("DELAY", ()),
}
