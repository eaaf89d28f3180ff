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


def _zidz(above: str, below: str, otherwise: str = "0") -> str:
    return f"IF ABS({below}) < 1e-06 THEN {otherwise} ELSE {above}/{below}"


def _trend(source: str, time: str, trend: str) -> str:
    average = f"SMTH1({source}, {time}, {source}/(1 + {trend}*{time}))"
    return _zidz(f"({source} - {average})", f"({time}*ABS({average}))")


def _forecast(source: str, time: str, horizon: str, trend: str) -> str:
    average = f"SMTH1({source}, {time}, {source}/(1 + {trend}))"
    growth = _zidz(f"({source} - {average})", f"({time}*{average})")
    return f"{source}*(1 + ({growth})*{horizon})"


def _pulse(start: str, width: str) -> str:
    lasting = f"(IF {width} = 0 THEN DT ELSE {width})"
    return f"IF TIME + DT/2 > {start} AND TIME + DT/2 < {start} + {lasting} THEN 1 ELSE 0"


def _ramp(slope: str, start: str, end: str) -> str:
    reached = f"(IF TIME > {start} THEN MIN({end}, TIME) ELSE TIME)"
    return f"IF TIME + DT/2 > {start} THEN {slope}*({reached} - {start}) ELSE 0"


# The tolerances are those of model/language/functions.py.
COMPOSED: dict[str, Callable[..., str]] = {
    "if_then_else": lambda c, a, b: f"IF {c} THEN {a} ELSE {b}",
    "zidz": _zidz,
    "xidz": _zidz,
    "trend": _trend,
    "forecast": _forecast,
    "log": lambda a, b: f"LN({a})/LN({b})",
    "integer": _truncated,
    "quantum": _quantum,
    "modulo": lambda a, b: f"{a} - ({_quantum(a, b)})",
    "ramp": _ramp,
    "pulse": _pulse,
}
DELAYS: dict[str, tuple[str, tuple[float, ...]]] = {
    "smooth": ("SMTH", (1.0, 3.0)),
    "smooth_n": ("SMTH", (1.0, 3.0)),
    "delay": ("DELAY", (1.0, 3.0)),
    "delay_n": ("DELAY", (1.0, 3.0)),
    "delay_fixed": ("DELAY", ()),
}
