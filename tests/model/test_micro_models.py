"""Stocks, starts, names and the order of operations; see :mod:`micro`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from engines import ENGINES, engine_name
from micro import DT, Case, asked, check_closed_form, check_pysd, check_simlin


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
    Case(
        "values at the start of a run only",
        "s = INTEG(1.0, x) ~~| x = ACTIVE INITIAL(s*2.0, 3.0) ~~| y = x + 1.0 ~~|"
        "u = INTEG(0.0, y) ~~|",
        {"s": lambda t, k: 3 + t, "x": lambda t, k: 6 + 2 * t, "u": lambda t, k: 4.0},
    ),
    Case(
        "value at the start of a variable with two equations",
        "s = INTEG(1.0, 5.0) ~~| x = ACTIVE INITIAL(s*2.0, 3.0) ~~| y = INITIAL(x) ~~|"
        "z = SMOOTHI(x, 2.0, x) ~~|",
        {"y": lambda t, k: 3.0, "z": None},
    ),
    Case(
        "values that flight simulators change",
        "x = GAME(Time*2.0) ~~|",
        {"x": lambda t, k: 2 * t},
        simlin="has no GAME",
    ),
    Case("unchangeable constant", "x == 3.0 ~~| y = x*Time ~~|", {"y": lambda t, k: 3 * t}),
    Case(
        "stock that overshoots below zero",
        "x = INTEG(-1.5*MAX(Time, 1.0), 2.0) ~~|",
        {"x": None},
    ),
    Case(
        "rate with several flows and a literal",
        "a = 0.5 ~~| b = 0.1*x ~~| x = INTEG(a + 0.25 - b - 0.05, 1.0) ~~|",
        {"x": lambda t, k: 7 - 6 * (1 - 0.1 * DT) ** k},
    ),
    Case(
        "names in quotes",
        '"in/out, net" = 0.5 ~~| "the stock" = INTEG("in/out, net"*2.0, 1.0) ~~| x = the stock ~~|',
        {"x": lambda t, k: 1 + t},
        pysd="takes a name with quotes and the same without for two",
    ),
    Case(
        "numbers as they may be written",
        "a = 1e1 ~~| b = .5 ~~| c = -2 ~~| d = 3. ~~| e = 1.5E-1 ~~| x = a + b + c + d + e + Time ~~|",
        {"x": lambda t, k: 11.65 + t},
    ),
]
IDS = [case.name for case in CASES]


@pytest.mark.parametrize("engine", ENGINES, ids=engine_name)
@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_closed_form(case, engine, tmp_path):
    check_closed_form(case, engine, tmp_path)


@pytest.mark.parametrize("case", asked(CASES, "pysd"))
def test_agrees_with_pysd(case, tmp_path):
    check_pysd(case, tmp_path)


@pytest.mark.parametrize("case", asked(CASES, "simlin"))
def test_agrees_with_simlin(case, tmp_path):
    check_simlin(case, tmp_path)
