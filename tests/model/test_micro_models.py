"""One semantic point per model: a closed form where there is one, and what PySD and simlin say.

A reason instead of ``True`` names a defect of an engine; such a case must fail there, so that an
excuse is noticed when it no longer holds.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from tumbuh.model.engine.integrate import simulate
from tumbuh.model.language.cache import load_program

CONTROL = """
INITIAL TIME = 0.0 ~ month ~ |
FINAL TIME = 8.0 ~ month ~ |
TIME STEP = 0.25 ~ month ~ |
SAVEPER = TIME STEP ~ month ~ |
"""
DT = 0.25


@dataclass(frozen=True)
class Case:
    name: str
    text: str
    expected: dict[str, Callable[[float, int], float] | None]
    pysd: bool | str = True
    simlin: bool | str = True


def clamp(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))


def decay(rate: float, start: float = 1.0) -> Callable[[float, int], float]:
    return lambda t, k: start * (1 - rate * DT) ** k


CASES = [
    Case("constant flow", "x = INTEG(2.0, 3.0) ~~|", {"x": lambda t, k: 3 + 2 * t}),
    Case("decay", "x = INTEG(-0.3*x, 10.0) ~~|", {"x": decay(0.3, 10.0)}),
    Case(
        "transfer conserves",
        "move = 0.5*a ~~| a = INTEG(-move, 4.0) ~~| b = INTEG(move, 1.0) ~~| all = a + b ~~|",
        {"a": decay(0.5, 4.0), "all": lambda t, k: 5.0},
    ),
    Case(
        "rates that are stocks",
        "a = INTEG(b, 1.0) ~~| b = INTEG(-a, 0.0) ~~|",
        {
            "a": lambda t, k: ((1 + 1j * DT) ** k).real,
            "b": lambda t, k: -((1 + 1j * DT) ** k).imag,
        },
    ),
    Case("step", "x = STEP(3.0, 2.0) ~~|", {"x": lambda t, k: 3.0 * (t >= 2)}),
    Case(
        "step between steps",
        "x = STEP(3.0, 2.1) ~~|",
        {"x": lambda t, k: 3.0 * (t + DT / 2 > 2.1)},
    ),
    Case("ramp", "x = RAMP(0.5, 2.0, 6.0) ~~|", {"x": lambda t, k: 0.5 * clamp(t - 2, 0, 4)}),
    Case("pulse", "x = PULSE(2.0, 1.5) ~~|", {"x": lambda t, k: 1.0 * (2 <= t < 3.5)}),
    Case(
        "conditions",
        "x = IF THEN ELSE(Time > 2.0 :AND: :NOT: Time >= 6.0, 1.0, -1.0) ~~|"
        "y = IF THEN ELSE(Time = 3.0 :OR: Time <> 4.0, 1.0, 0.0) ~~|"
        "z = IF THEN ELSE(Time < 1.0, 1.0, IF THEN ELSE(Time <= 2.0, 2.0, 3.0)) ~~|",
        {
            "x": lambda t, k: 1.0 if 2 < t < 6 else -1.0,
            "y": lambda t, k: 0.0 if t == 4 else 1.0,
            "z": lambda t, k: 1.0 if t < 1 else 2.0 if t <= 2 else 3.0,
        },
        simlin="reads :NOT: a >= b as (:NOT: a) >= b",
    ),
    Case(
        "minimum and maximum",
        "x = MIN(Time, 3.0) + MAX(Time, 5.0) ~~| y = ABS(Time - 4.0) ~~|",
        {"x": lambda t, k: min(t, 3) + max(t, 5), "y": lambda t, k: abs(t - 4)},
    ),
    Case(
        "powers and logarithms",
        "x = EXP(-0.2*Time) ~~| y = LN(Time + 1.0) ~~| z = SQRT(Time) ~~| p = (Time+1.0)^0.3 ~~|"
        "q = (Time+1.0)^2.0 ~~| r = LOG(Time + 1.0, 10.0) ~~| s = POWER(Time + 1.0, 1.7) ~~|",
        {
            "x": lambda t, k: math.exp(-0.2 * t),
            "y": lambda t, k: math.log(t + 1),
            "z": lambda t, k: math.sqrt(t),
            "p": lambda t, k: (t + 1) ** 0.3,
            "q": lambda t, k: (t + 1) ** 2,
            "r": lambda t, k: math.log10(t + 1),
            "s": lambda t, k: (t + 1) ** 1.7,
        },
        simlin="has no POWER",
    ),
    Case(
        "trigonometry",
        "x = SIN(Time) + COS(Time) ~~| y = TAN(0.1*Time) ~~| z = ARCTAN(Time) ~~|"
        "u = ARCSIN(0.1*Time) + ARCCOS(0.1*Time) ~~|",
        {
            "x": lambda t, k: math.sin(t) + math.cos(t),
            "y": lambda t, k: math.tan(0.1 * t),
            "z": lambda t, k: math.atan(t),
            "u": lambda t, k: math.pi / 2,
        },
    ),
    Case(
        "hyperbolic",
        "x = SINH(0.3*Time) + COSH(0.3*Time) ~~| y = TANH(0.3*Time) ~~|",
        {"x": lambda t, k: math.exp(0.3 * t), "y": lambda t, k: math.tanh(0.3 * t)},
        simlin="has no hyperbolic functions",
    ),
    Case(
        "whole numbers",
        "x = INTEGER(Time) ~~| y = MODULO(Time, 3.0) ~~| z = INTEGER(-Time) ~~|"
        "u = QUANTUM(Time, 2.0) ~~|",
        {
            "x": lambda t, k: math.trunc(t),
            "y": lambda t, k: math.fmod(t, 3),
            "z": lambda t, k: math.trunc(-t),
            "u": lambda t, k: 2 * math.trunc(t / 2),
        },
        simlin="rounds INTEGER of a negative number down",
    ),
    Case(
        "guarded division",
        "d = Time - 2.0 ~~| x = ZIDZ(1.0, d) ~~| y = XIDZ(1.0, d, 7.0) ~~|",
        {
            "x": lambda t, k: 0.0 if t == 2 else 1 / (t - 2),
            "y": lambda t, k: 7.0 if t == 2 else 1 / (t - 2),
        },
    ),
    Case(
        "tiny denominators count as zero",
        "d = 1e-07 ~~| x = ZIDZ(1.0, d) ~~|",
        {"x": lambda t, k: 0.0},
        simlin="divides by any number but zero",
    ),
    Case(
        "inline lookup",
        "x = WITH LOOKUP(Time, ([(0,0)-(10,10)],(1,2),(3,6),(5,5))) ~~|",
        {"x": lambda t, k: 2 + 2 * (clamp(t, 1, 3) - 1) - 0.5 * (clamp(t, 3, 5) - 3)},
    ),
    Case(
        "named lookup",
        "curve((0,0),(2,1),(4,4)) ~~| x = curve(Time/2.0) ~~|",
        {"x": lambda t, k: float(np.interp(t / 2, [0, 2, 4], [0, 1, 4]))},
    ),
    Case(
        "lookup points in any order",
        "curve((4,4),(0,0),(2,1)) ~~| x = curve(Time) ~~|",
        {"x": lambda t, k: float(np.interp(t, [0, 2, 4], [0, 1, 4]))},
        simlin="does not sort the points",
    ),
    Case("smooth of a constant", "x = SMOOTH(3.0, 2.0) ~~|", {"x": lambda t, k: 3.0}),
    Case(
        "smooth with start",
        "x = SMOOTHI(5.0, 2.0, 1.0) ~~|",
        {"x": lambda t, k: 5 - 4 * (1 - DT / 2) ** k},
    ),
    Case("third-order smooth", "in = STEP(1.0, 1.0) ~~| x = SMOOTH3(in, 3.0) ~~|", {"x": None}),
    Case(
        "third-order smooth with start",
        "x = SMOOTH3I(5.0, 3.0, 1.0) ~~|",
        {
            "x": lambda t, k: (
                5 - 4 * sum(math.comb(k, j) * DT**j * (1 - DT) ** (k - j) for j in range(3))
            )
        },
    ),
    Case(
        "smooth of order n",
        "in = STEP(1.0, 1.0) ~~| x = SMOOTH N(in, 4.0, 0.5, 2) ~~|",
        {"x": None},
        simlin="has no SMOOTH N",
    ),
    Case("first delay", "in = 1.0 + STEP(1.0, 1.0) ~~| x = DELAY1(in, 2.0) ~~|", {"x": None}),
    Case(
        "first delay with start",
        "x = DELAY1I(5.0, 2.0, 1.0) ~~|",
        {"x": lambda t, k: 5 - 4 * (1 - DT / 2) ** k},
    ),
    Case("third delay", "in = 1.0 + STEP(1.0, 1.0) ~~| x = DELAY3(in, 3.0) ~~|", {"x": None}),
    Case(
        "third delay with start",
        "x = DELAY3I(5.0, 3.0, 1.0) ~~|",
        {
            "x": lambda t, k: (
                5 - 4 * sum(math.comb(k, j) * DT**j * (1 - DT) ** (k - j) for j in range(3))
            )
        },
    ),
    Case(
        "delay of order n",
        "in = 1.0 + STEP(1.0, 1.0) ~~| x = DELAY N(in, 4.0, 1.0, 2) ~~|",
        {"x": None},
        simlin="has no DELAY N",
    ),
    Case(
        "delay whose time changes",
        "in = 1.0 + STEP(1.0, 1.0) ~~| wait = 3.0 + RAMP(0.5, 2.0, 6.0) ~~|"
        "x = DELAY3(in, wait) ~~| y = SMOOTH3(in, wait) ~~|",
        {"x": None, "y": None},
    ),
    Case(
        "value at the start",
        "s = INTEG(1.0, 4.0) ~~| x = INITIAL(s*2.0) ~~| y = s/INITIAL(s) ~~|",
        {"x": lambda t, k: 8.0, "y": lambda t, k: (4 + t) / 4},
    ),
    Case(
        "starts that depend on each other",
        "b = INTEG(0.0, a*2.0) ~~| a = INTEG(0.0, c + 1.0) ~~| c = 3.0 + Time ~~|",
        {"b": lambda t, k: 8.0},
    ),
    Case(
        "sums over a range",
        "r: a, b, c ~~| v[r] = 1.0, 2.0, 4.0 ~~| x = SUM(v[r!]) ~~| y = PROD(v[r!]) ~~|"
        "z = VMAX(v[r!]) - VMIN(v[r!]) ~~| u = SUM(v[r!]*v[r!]) + Time ~~|",
        {
            "x": lambda t, k: 7.0,
            "y": lambda t, k: 8.0,
            "z": lambda t, k: 3.0,
            "u": lambda t, k: 21.0 + t,
        },
        simlin="has no PROD over a range",
    ),
    Case(
        "ageing chain over mapped ranges",
        "age: a1, a2, a3 ~~| older: a2, a3 ~~| younger: a1, a2 -> older ~~|"
        "into[a1] = 6.0 ~~| into[older] = out[younger] ~~| out[age] = s[age]/2.0 ~~|"
        "s[age] = INTEG(into[age] - out[age], 0.0) ~~|",
        {"s[a1]": lambda t, k: 12 * (1 - (1 - DT / 2) ** k), "s[a3]": None},
    ),
    Case(
        "exceptions",
        "r: a, b, c ~~| x[r] :EXCEPT: [b] = 1.0 + Time ~~| x[b] = 5.0 ~~|",
        {"x[a]": lambda t, k: 1 + t, "x[b]": lambda t, k: 5.0, "x[c]": lambda t, k: 1 + t},
    ),
    Case(
        "tables of constants",
        "r: a, b ~~| q: u, v, w ~~| m[r, q] = 1.0,2.0,3.0;4.0,5.0,6.0; ~~|"
        "x[q] = SUM(m[r!, q]) ~~| y[r] = SUM(m[r, q!])*Time ~~|",
        {
            "m[b,u]": lambda t, k: 4.0,
            "x[w]": lambda t, k: 9.0,
            "y[a]": lambda t, k: 6.0 * t,
        },
    ),
    Case(
        "ranges inside ranges",
        "small: a, b ~~| big: small, c ~~| v[big] = 1.0, 2.0, 3.0 ~~| x = SUM(v[small!]) ~~|"
        "y[small] = v[small]*10.0 ~~|",
        {"x": lambda t, k: 3.0, "y[b]": lambda t, k: 20.0},
    ),
    Case(
        "numbered ranges",
        "r: (s1-s4) ~~| v[r] = 1.0, 2.0, 3.0, 4.0 ~~| x = SUM(v[r!]) + v[s3] ~~|",
        {"x": lambda t, k: 13.0},
    ),
    Case(
        "order of operations",
        "x = 10.0 - 4.0 - 3.0 + Time ~~| y = 24.0/4.0/2.0*Time ~~| z = -Time^2.0 ~~|"
        "u = 2.0*-Time ~~| v = (1.0 + Time)*3.0 - Time/(2.0 - 4.0) ~~|",
        {
            "x": lambda t, k: 3 + t,
            "y": lambda t, k: 3 * t,
            "z": lambda t, k: -(t**2),
            "u": lambda t, k: -2 * t,
            "v": lambda t, k: (1 + t) * 3 + t / 2,
        },
    ),
    Case(
        "names",
        "Growth_Rate = 0.1 ~~| Total_Stock = INTEG(growth rate*total   stock, 1.0) ~~|",
        {"total stock": lambda t, k: (1 + 0.1 * DT) ** k},
        simlin="does not join several spaces in a name",
    ),
    Case(
        "step in equations",
        "x = TIME STEP + Time ~~| s = INTEG(1.0/TIME STEP, 0.0) ~~|",
        {"x": lambda t, k: t + DT, "s": lambda t, k: float(k)},
    ),
    Case(
        "stock inside an expression",
        "x = 2.0*SMOOTHI(4.0, 2.0, 0.0) + SMOOTHI(1.0, 2.0, 0.0) ~~|",
        {"x": lambda t, k: 9 * (1 - (1 - DT / 2) ** k)},
    ),
]
IDS = [case.name for case in CASES]


def asked(engine: str) -> list:
    """Return the cases for an engine; those that it is known to get wrong must fail."""
    params = []
    for case in CASES:
        reason = getattr(case, engine)
        marks = [] if reason is True else [pytest.mark.xfail(reason=reason, strict=True)]
        params.append(pytest.param(case, id=case.name, marks=marks))
    return params


def simulated(case: Case, tmp_path):
    path = tmp_path / "micro.mdl"
    path.write_text("{UTF-8}\n" + case.text.replace("~~|", "~ dmnl ~ |\n") + CONTROL)
    program = load_program(path, trust=True)
    return path, program, simulate(program, {}, list(case.expected))


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_closed_form(case, tmp_path):
    _, program, run = simulated(case, tmp_path)
    for name, form in case.expected.items():
        if form is not None:
            expected = [form(t, k) for k, t in enumerate(run.times)]
            np.testing.assert_allclose(run[program.find(name).name][0], expected, 1e-12, 1e-12)


@pytest.mark.parametrize("case", asked("pysd"))
def test_agrees_with_pysd(case, tmp_path):
    import pysd

    path, program, run = simulated(case, tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = pysd.read_vensim(str(path)).run()
    columns = {name.lower().replace("_", " ").replace(", ", ","): name for name in table.columns}
    for name in case.expected:
        found = table[columns[name.lower()]].to_numpy(float)
        np.testing.assert_allclose(run[program.find(name).name][0], found, 1e-9, 1e-12)


@pytest.mark.parametrize("case", asked("simlin"))
def test_agrees_with_simlin(case, tmp_path):
    import simlin

    path, program, run = simulated(case, tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = simlin.load(path).run().results
    columns = {name.lower().replace("_", " ").replace(", ", ","): name for name in table.columns}
    for name in case.expected:
        found = table[columns[name.lower()]].to_numpy(float)
        np.testing.assert_allclose(run[program.find(name).name][0], found, 1e-9, 1e-12)
