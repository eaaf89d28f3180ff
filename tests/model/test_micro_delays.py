"""Smooths, delays, samples and trends; see :mod:`micro`."""

from __future__ import annotations

import math

import pytest
from engines import ENGINES, engine_name
from micro import DT, Case, asked, check_closed_form, check_pysd, check_simlin

CONVEYOR = "makes DELAY FIXED a first-order delay"


def average(k: int) -> float:
    return 6 + (6 / 1.2 - 6) * (1 - DT / 2) ** k


CASES = [
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
        "delay of whole steps",
        "x = DELAY FIXED(Time, 1.0, -1.0) ~~|",
        {"x": lambda t, k: t - 1 if t >= 1 else -1.0},
        simlin=CONVEYOR,
    ),
    Case(
        "delay between whole steps rounds half up",
        "x = DELAY FIXED(Time, 0.6, -1.0) ~~| y = DELAY FIXED(Time, 0.625, -1.0) ~~|"
        "z = DELAY FIXED(Time, 0.9, -1.0) ~~|",
        {
            "x": lambda t, k: t - 2 * DT if k >= 2 else -1.0,
            "y": lambda t, k: t - 3 * DT if k >= 3 else -1.0,
            "z": lambda t, k: t - 4 * DT if k >= 4 else -1.0,
        },
        simlin=CONVEYOR,
    ),
    Case(
        "delay shorter than a step is one step",
        "s = INTEG(1.0, 0.0) ~~| x = DELAY FIXED(s + Time, 0.0, -1.0) ~~|",
        {"x": lambda t, k: 2 * (t - DT) if k else -1.0},
        simlin=CONVEYOR,
    ),
    Case(
        "delay of whole steps keeps its first length",
        "wait = 1.0 + Time ~~| x = DELAY FIXED(Time, wait, 0.0) ~~|",
        {"x": lambda t, k: max(t - 1, 0)},
        simlin=CONVEYOR,
    ),
    Case(
        "delay of whole steps of a stock, its start and its loop",
        "x = DELAY FIXED(s, 1.0, s + 1.0) ~~| s = INTEG(1.0 - 0.1*x, 2.0) ~~|",
        {"x": None, "s": None},
        simlin=CONVEYOR,
    ),
    Case(
        "delays of whole steps in a chain",
        "x = DELAY FIXED(y, 0.5, 0.0) ~~| y = DELAY FIXED(Time, 0.5, 0.0) ~~|",
        {"x": lambda t, k: max(t - 1, 0)},
        simlin=CONVEYOR,
    ),
    Case(
        "sample",
        "x = SAMPLE IF TRUE(Time > 2.0 :AND: Time < 4.0, Time, -1.0) ~~|",
        {"x": lambda t, k: -1.0 if t <= 2 else min(t, 3.75)},
    ),
    Case(
        "sample of itself",
        "x = SAMPLE IF TRUE(MODULO(Time, 1.0) = 0.0, x + 1.0, 0.0) ~~|"
        "peak = SAMPLE IF TRUE(y > peak, y, -5.0) ~~| y = 4.0*Time - Time^2.0 ~~|",
        {
            "x": lambda t, k: math.floor(t) + 1.0,
            "peak": lambda t, k: 4.0 if t >= 2.0 else 4.0 * t - t * t,
        },
        pysd="reads it in a loop",
        simlin="reads it in a loop",
    ),
    Case(
        "sample of a stock that uses it",
        "s = INTEG(1.0 - 0.1*x, 0.0) ~~|x = SAMPLE IF TRUE(MODULO(Time, 2.0) = 0.0, s, 0.0) ~~|",
        {"x": None, "s": None},
    ),
    Case(
        "trend of growth",
        "in = 5.0*1.02^(Time/0.25) ~~| x = TREND(in, 2.0, 0.03) ~~|",
        {"x": None},
    ),
    Case(
        "trend of nothing",
        "x = TREND(0.0*Time, 2.0, 0.03) ~~|",
        {"x": lambda t, k: 0.0},
    ),
    Case(
        "trend of a constant forgets its start",
        "x = TREND(6.0, 2.0, 0.1) ~~|",
        {"x": lambda t, k: (6 - average(k)) / (2 * average(k))},
    ),
    Case(
        "forecast",
        "in = 1.0 + 0.1*Time ~~| x = FORECAST(in, 2.0, 3.0) ~~| y = FORECAST(4.0, 2.0, 3.0) ~~|",
        {"x": None, "y": lambda t, k: 4.0},
        simlin="has no FORECAST",
    ),
    Case(
        "smooth of a smooth",
        "in = STEP(1.0, 1.0) ~~| x = SMOOTH(SMOOTH(in, 2.0), 2.0) ~~| y = SMOOTH3(in, 6.0) ~~|",
        {"x": None, "y": None},
    ),
    Case(
        "delay that starts from its input",
        "in = 2.0 + Time ~~| x = DELAY3(in, 3.0) ~~| y = DELAY1(in, 1.0) ~~| z = SMOOTH(in, 1.0) ~~|",
        {"x": None, "y": None, "z": lambda t, k: 1 + t + (1 - DT) ** k},
    ),
    Case(
        "delay of order n with order one",
        "in = 1.0 + STEP(1.0, 1.0) ~~| x = DELAY N(in, 4.0, 1.0, 1) - DELAY1I(in, 4.0, 1.0) ~~|",
        {"x": lambda t, k: 0.0},
    ),
    Case(
        "memory for each element",
        "r: a, b ~~| wait[r] = 1.0, 2.0 ~~| x[r] = DELAY FIXED(Time, wait[r], 0.0) ~~|"
        "y[r] = SMOOTHI(Time, wait[r], 0.0) ~~| z[r] = SAMPLE IF TRUE(Time < wait[r], Time, 0.0) ~~|",
        {
            "x[a]": lambda t, k: max(t - 1, 0),
            "x[b]": lambda t, k: max(t - 2, 0),
            "y[b]": None,
            "z[b]": lambda t, k: min(t, 1.75),
        },
        pysd="fails on DELAY FIXED with a subscripted delay time",
        simlin=CONVEYOR,
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
