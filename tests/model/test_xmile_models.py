"""One point of XMILE per model: a closed form where there is one, and what simlin says.

A reason instead of ``True`` names a difference of simlin; such a case must fail there, so that an
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

DT = 0.25
FILE = """<?xml version="1.0" encoding="utf-8"?>
<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"
 xmlns:isee="http://iseesystems.com/XMILE">
<header><vendor>test</vendor><product version="1">test</product></header>
<sim_specs method="euler" time_units="month"><start>0</start><stop>8</stop>
<dt reciprocal="true">4</dt></sim_specs>
<dimensions><dim name="region"><elem name="north"/><elem name="south"/></dim>
<dim name="age" size="3"/>
<dim name="young"><elem name="1"/><elem name="2"/></dim></dimensions>
<model><variables>{variables}</variables></model></xmile>
"""


def aux(name: str, eqn: str, inner: str = "") -> str:
    escaped = eqn.replace("&", "&amp;").replace("<", "&lt;")
    return f'<aux name="{name}"><eqn>{escaped}</eqn>{inner}</aux>'


def gf(kind: str) -> str:
    return f'<gf type="{kind}"><xpts>1,3,6</xpts><ypts>2,4,1</ypts><yscale min="0" max="5"/></gf>'


REGION = '<dimensions><dim name="region"/></dimensions>'
PAIR = f'<aux name="x">{REGION}<element subscript="north"><eqn>2</eqn></element>' + (
    '<element subscript="south"><eqn>TIME</eqn></element></aux>'
)


@dataclass(frozen=True)
class Case:
    name: str
    variables: str
    expected: dict[str, Callable[[float, int], float] | None]
    simlin: bool | str = True


def decay(rate: float, start: float) -> Callable[[float, int], float]:
    return lambda t, k: start * (1 - rate * DT) ** k


def steps(t: float, k: int) -> float:
    return 2.0 if t < 3 else 4.0 if t < 6 else 1.0


def extrapolated(t: float, k: int) -> float:
    return 2.0 + (t - 1.0) if t < 3 else 4.0 - (t - 3.0)


def flat(t: float, k: int) -> float:
    return float(np.interp(t, [1, 3, 6], [2, 4, 1]))


def stock(name: str, initial: str, inner: str) -> str:
    return f'<stock name="{name}"><eqn>{initial}</eqn>{inner}</stock>'


def flow(name: str, eqn: str, inner: str = "") -> str:
    return f'<flow name="{name}"><eqn>{eqn}</eqn>{inner}</flow>'


def smooth_loop(source, time, order, first):
    """Return the cascade by its definition, step after step."""

    def value(t, k):
        stages = [first] * order
        for step in range(k):
            before = [source(step * DT), *stages[:-1]]
            stages = [s + DT * order * (b - s) / time for s, b in zip(stages, before, strict=True)]
        return stages[-1]

    return value


def delay_loop(source, time, order, first):
    """Return the outflow of a chain of stocks that starts with this outflow."""

    def value(t, k):
        stocks = [first * time / order] * order
        for step in range(k):
            out = [level * order / time for level in stocks]
            into = [source(step * DT), *out[:-1]]
            stocks = [s + DT * (i - o) for s, i, o in zip(stocks, into, out, strict=True)]
        return stocks[-1] * order / time

    return value


def trend_loop(source, time, first):
    def value(t, k):
        average = source(0.0) / (1 + first * time)
        for step in range(k):
            average += DT * (source(step * DT) - average) / time
        return (source(t) - average) / (average * time)

    return value


def forecast(t, k):
    growth = trend_loop(lambda u: 10 + u, 2, 0.0)(t, k)
    return (10 + t) * (1 + 3 * growth)


def step_at_one(t):
    return 1.0 * (t >= 1)


CASES = [
    Case(
        "stock and flows",
        stock("s", "10", "<inflow>in_flow</inflow><outflow>out_flow</outflow>")
        + flow("in flow", "3")
        + flow("out flow", "2"),
        {"s": lambda t, k: 10 + t},
    ),
    Case(
        "decay",
        stock("s", "10", "<outflow>leave</outflow>") + flow("leave", "0.3*s"),
        {"s": decay(0.3, 10.0)},
    ),
    Case("a stock without flows", stock("s", "4", ""), {"s": lambda t, k: 4.0}),
    Case(
        "reciprocal step",
        aux("d", "DT") + aux("e", "STOPTIME - STARTTIME"),
        {"d": lambda t, k: 0.25, "e": lambda t, k: 8.0},
    ),
    Case("negation before power", aux("p", "-(TIME+1)^2"), {"p": lambda t, k: -((t + 1) ** 2)}),
    Case("negative exponent", aux("p", "2^-TIME"), {"p": lambda t, k: 2.0**-t}),
    Case(
        "powers from the right",
        aux("p", "2^3^0.5"),
        {"p": lambda t, k: 2 ** (3**0.5)},
    ),
    Case(
        "conditions",
        aux("c", "IF TIME > 2 AND NOT (TIME >= 6) THEN 1 ELSE -1"),
        {"c": lambda t, k: 1.0 if 2 < t < 6 else -1.0},
    ),
    Case(
        "equality binds loosely",
        aux("c", "IF TIME < 2 = TIME < 4 THEN 1 ELSE 0"),
        {"c": lambda t, k: float((t < 2) == (t < 4))},
    ),
    Case(
        "rounding, halves away from zero",
        aux("r", "ROUND(TIME*2 - 7)"),
        {"r": lambda t, k: math.copysign(math.floor(abs(t * 2 - 7) + 0.5), t * 2 - 7)},
        "has no ROUND",
    ),
    Case("roots", aux("r", "ROOTN(TIME, 3)"), {"r": lambda t, k: t ** (1 / 3)}, "has no ROOTN"),
    Case(
        "infinity",
        aux("r", "MIN(INF, TIME) + MAX(-INF, 1) + (IF TIME < INF THEN 2 ELSE 0)"),
        {"r": lambda t, k: t + 3},
    ),
    Case(
        "several arguments",
        PAIR
        + aux("s", "SUM(TIME, 2, 3)")
        + aux("m", "MEAN(TIME, 2, 4)")
        + aux("w", "MEAN(x, 7)")
        + aux("u", "MAX(x[*], 5)")
        + aux("l", "MIN(x, 1)"),
        {
            "s": lambda t, k: t + 5,
            "m": lambda t, k: (t + 6) / 3,
            "w": lambda t, k: (t + 9) / 3,
            "u": lambda t, k: max(t, 5),
            "l": lambda t, k: min(t, 1),
        },
        "cannot run reducers of several arguments",
    ),
    Case(
        "positions of elements",
        aux("p", "region.south*TIME"),
        {"p": lambda t, k: 2 * t},
    ),
    Case(
        "names with an apostrophe",
        aux("can't do", "TIME") + aux("y", "Can't_do + 1"),
        {"y": lambda t, k: t + 1},
        "reads no apostrophe in a name",
    ),
    Case(
        "modulo takes the sign of the divisor",
        aux("m", "(TIME - 4) MOD 3"),
        {"m": lambda t, k: (t - 4) % 3},
    ),
    Case(
        "INT rounds down",
        aux("i", "INT(TIME - 4)"),
        {"i": lambda t, k: math.floor(t - 4)},
    ),
    Case(
        "minimum, maximum, absolute value",
        aux("m", "MIN(TIME, 3) + MAX(TIME, 5) + ABS(TIME - 4)"),
        {"m": lambda t, k: min(t, 3) + max(t, 5) + abs(t - 4)},
    ),
    Case(
        "logarithms and roots",
        aux("m", "LN(TIME + 1) + LOG10(TIME + 1) + SQRT(TIME) + EXP(-TIME)"),
        {"m": lambda t, k: math.log(t + 1) + math.log10(t + 1) + t**0.5 + math.exp(-t)},
    ),
    Case(
        "trigonometry",
        aux("m", "SIN(TIME) + COS(PI*TIME) + ARCTAN(TIME)"),
        {"m": lambda t, k: math.sin(t) + math.cos(math.pi * t) + math.atan(t)},
    ),
    Case(
        "safe division",
        aux("q", "SAFEDIV(1, TIME - 4)") + aux("r", "SAFEDIV(1, TIME - 4, 9)"),
        {
            "q": lambda t, k: 0.0 if t == 4 else 1 / (t - 4),
            "r": lambda t, k: 9.0 if t == 4 else 1 / (t - 4),
        },
    ),
    Case("step", aux("s", "STEP(3, 2)"), {"s": lambda t, k: 3.0 * (t >= 2)}),
    Case("ramp without an end", aux("r", "RAMP(0.5, 2)"), {"r": lambda t, k: 0.5 * max(0, t - 2)}),
    Case(
        "ramp with an end",
        aux("r", "RAMP(0.5, 2, 6)"),
        {"r": lambda t, k: 0.5 * min(max(0, t - 2), 4)},
    ),
    Case(
        "pulse once",
        aux("p", "PULSE(3, 2)"),
        {"p": lambda t, k: 3 / DT * (t == 2)},
    ),
    Case(
        "pulse again and again",
        aux("p", "PULSE(3, 1, 2)"),
        {"p": lambda t, k: 3 / DT * (t >= 1 and (t - 1) % 2 == 0)},
    ),
    Case(
        "first-order smooth",
        aux("s", "SMTH1(STEP(1, 1), 2)"),
        {"s": lambda t, k: 0.0 if t <= 1 else 1 - (1 - DT / 2) ** (k - 4)},
    ),
    Case(
        "third-order smooth",
        aux("s", "SMTH3(TIME, 2, 1)"),
        {"s": smooth_loop(lambda t: t, 2, 3, 1.0)},
    ),
    Case(
        "smooth of any order",
        aux("s", "SMTHN(TIME, 2, 4, 1)"),
        {"s": smooth_loop(lambda t: t, 2, 4, 1.0)},
        "has no SMTHN",
    ),
    Case(
        "first-order delay", aux("d", "DELAY1(TIME, 2)"), {"d": delay_loop(lambda t: t, 2, 1, 0.0)}
    ),
    Case(
        "third-order delay",
        aux("d", "DELAY3(STEP(1, 1), 2, 0)"),
        {"d": delay_loop(step_at_one, 2, 3, 0.0)},
    ),
    Case(
        "delay of any order",
        aux("d", "DELAYN(STEP(1, 1), 2, 2)"),
        {"d": delay_loop(step_at_one, 2, 2, 0.0)},
        "has no DELAYN",
    ),
    Case(
        "trend",
        aux("g", "TREND(EXP(0.1*TIME), 2, 0.1)"),
        {"g": trend_loop(lambda t: math.exp(0.1 * t), 2, 0.1)},
    ),
    Case("forecast", aux("g", "FORCST(10 + TIME, 2, 3)"), {"g": forecast}, "has no FORCST"),
    Case(
        "value at the start",
        aux("a", "TIME + 3") + aux("i", "INIT(a)"),
        {"i": lambda t, k: 3.0},
    ),
    Case(
        "value one step ago",
        aux("a", "TIME") + aux("p", "PREVIOUS(a, -1)"),
        {"p": lambda t, k: -1.0 if k == 0 else t - DT},
    ),
    Case(
        "fixed delay",
        aux("a", "TIME") + aux("p", "DELAY(a, 1, -1)"),
        {"p": lambda t, k: -1.0 if t < 1 else t - 1},
        "takes DELAY for a first-order delay",
    ),
    Case("graphical function, flat outside", aux("g", "TIME", gf("continuous")), {"g": flat}),
    Case(
        "graphical function, extrapolated",
        aux("g", "TIME", gf("extrapolate")),
        {"g": extrapolated},
        "holds the ends of every graphical function",
    ),
    Case(
        "graphical function, in steps",
        aux("g", "TIME", gf("discrete")),
        {"g": steps},
        "interpolates every graphical function",
    ),
    Case(
        "graphical function by name",
        f'<aux name="table">{gf("continuous")}</aux>' + aux("g", "LOOKUP(table, TIME/2)"),
        {"g": lambda t, k: flat(t / 2, k)},
    ),
    Case(
        "points by scale",
        aux(
            "g",
            "TIME",
            '<gf><xscale min="0" max="8"/><yscale min="0" max="9"/><ypts>0,1,9</ypts></gf>',
        ),
        {"g": lambda t, k: float(np.interp(t, [0, 4, 8], [0, 1, 9]))},
    ),
    Case(
        "apply to all",
        PAIR + f'<aux name="y">{REGION}<eqn>x[region]*2</eqn></aux>',
        {"y[north]": lambda t, k: 4.0, "y[south]": lambda t, k: 2 * t},
    ),
    Case(
        "apply to all without subscripts",
        PAIR + f'<aux name="y">{REGION}<eqn>x*2</eqn></aux>',
        {"y[south]": lambda t, k: 2 * t},
    ),
    Case(
        "functions of arrays",
        PAIR
        + aux("a", "SUM(x[*])")
        + aux("m", "MEAN(x[*])")
        + aux("u", "MAX(x[*])")
        + aux("l", "MIN(x[*])")
        + aux("n", "SIZE(x[*])"),
        {
            "a": lambda t, k: 2 + t,
            "m": lambda t, k: (2 + t) / 2,
            "u": lambda t, k: max(2, t),
            "l": lambda t, k: min(2, t),
            "n": lambda t, k: 2.0,
        },
    ),
    Case(
        "elements by position",
        PAIR + aux("a", "x[2] - x[1]"),
        {"a": lambda t, k: t - 2},
    ),
    Case(
        "elements named by number",
        '<aux name="w"><dimensions><dim name="age"/></dimensions><eqn>5</eqn></aux>'
        + aux("a", "SUM(w[*]) + w[3]"),
        {"a": lambda t, k: 20.0},
    ),
    Case(
        "arrays of stocks",
        f'<stock name="s">{REGION}<eqn>1</eqn><inflow>f</inflow></stock>'
        + f'<flow name="f">{REGION}<element subscript="north"><eqn>1</eqn></element>'
        + '<element subscript="south"><eqn>s[north]</eqn></element></flow>',
        {"s[north]": lambda t, k: 1 + t, "s[south]": None},
    ),
    Case(
        "one equation, a curve for each element",
        f'<aux name="y">{REGION}<eqn>TIME</eqn><element subscript="north">{gf("continuous")}'
        + '</element><element subscript="south"><gf><xscale min="0" max="8"/><yscale min="0" '
        + 'max="9"/><ypts>0,8</ypts></gf></element></aux>',
        {"y[north]": flat, "y[south]": lambda t, k: t},
    ),
    Case(
        "a dimension that is part of another",
        '<aux name="w"><dimensions><dim name="age"/></dimensions><element subscript="1"><eqn>1'
        + '</eqn></element><element subscript="2"><eqn>TIME</eqn></element>'
        + '<element subscript="3"><eqn>3</eqn></element></aux>'
        + '<aux name="v"><dimensions><dim name="young"/></dimensions><eqn>w[young]</eqn></aux>'
        + aux("a", "SUM(w[young])"),
        {"v[2]": lambda t, k: t, "a": lambda t, k: 1 + t},
        "does not know that one dimension is part of another",
    ),
    Case(
        "names with signs, and comments",
        aux("births &amp; deaths", "TIME {months}")
        + aux("y", '"births_&amp;_deaths" + 1'.replace("&amp;", "&")),
        {"y": lambda t, k: t + 1},
    ),
    Case(
        "a flow that stops at zero",
        flow("f", "TIME - 4", "<non_negative/>"),
        {"f": lambda t, k: max(0.0, t - 4)},
        "lets a non-negative flow go below zero",
    ),
    Case(
        "a stock that stops at zero",
        stock("s", "1", "<outflow>f</outflow><non_negative/>") + flow("f", "1"),
        {"s": lambda t, k: max(0.0, 1 - t)},
        "lets a non-negative stock go below zero",
    ),
]


def program_of(case, folder):
    path = folder / "case.stmx"
    path.write_text(FILE.format(variables=case.variables))
    return path, load_program(path)


@pytest.mark.parametrize("engine", ["numpy", "llvm"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_closed_form(case, engine, tmp_path):
    _, program = program_of(case, tmp_path)
    run = simulate(program, {}, list(case.expected), engine=engine)
    for name, form in case.expected.items():
        if form is not None:
            exact = [form(t, k) for k, t in enumerate(run.times)]
            np.testing.assert_allclose(run[name][0], exact, 1e-12, 1e-12, err_msg=name)


def simlin_table(path):
    import simlin

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return simlin.load(path).run().results


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_simlin_agrees(case, tmp_path):
    path, program = program_of(case, tmp_path)
    run = simulate(program, {}, list(case.expected))

    def compare():
        table = simlin_table(path)
        columns = {str(name).lower().replace("_", " "): name for name in table}
        for name in case.expected:
            found = table[columns[name.lower()]].to_numpy(float)
            np.testing.assert_allclose(found, run[name][0], 1e-9, 1e-12, err_msg=name)

    if case.simlin is True:
        compare()
        return
    with pytest.raises(Exception):  # noqa: B017 - whatever the engine does wrong
        compare()
