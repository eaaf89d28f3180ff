"""Macros; see :mod:`micro`."""

from __future__ import annotations

import pytest
from engines import ENGINES, engine_name
from micro import DT, Case, asked, check_closed_form, check_pysd, check_simlin

SIMPLE = "does not compile a macro without a stock"
DECAY = (
    ":MACRO: DECAY(input, tau)\nDECAY = level/tau ~~|\nlevel = INTEG(input - DECAY, start) ~~|\n"
    "start = 0.5*input*tau ~~|\n:END OF MACRO:\n"
)

CASES = [
    Case(
        "macro without memory",
        ":MACRO: TWICE(in)\nTWICE = in*2.0 ~~|\n:END OF MACRO:\nx = TWICE(Time) + 1.0 ~~|",
        {"x": lambda t, k: 2 * t + 1},
        simlin=SIMPLE,
    ),
    Case(
        "macro with a stock",
        f"{DECAY} a = 4.0 ~~| x = DECAY(a, 2.0) ~~|",
        {"x": lambda t, k: 4.0 + (2.0 - 4.0) * (1 - DT / 2) ** k},
    ),
    Case(
        "a macro called twice",
        f"{DECAY} a = 1.0 + STEP(1.0, 1.0) ~~| x = DECAY(a, 2.0)*DECAY(a + 1.0, 4.0) ~~|",
        {"x": None},
    ),
    Case(
        "macro for each element",
        f"{DECAY} r: u, v ~~| a[r] = 1.0, 2.0 ~~| x[r] = DECAY(a[r] + Time, 2.0)*3.0 ~~|",
        {"x[u]": None, "x[v]": None},
    ),
    Case(
        "macro inside a macro",
        ":MACRO: TWICE(in)\nTWICE = in*2.0 ~~|\n:END OF MACRO:\n"
        ":MACRO: FOUR TIMES(in)\nFOUR TIMES = TWICE(helper) ~~| helper = TWICE(in) ~~|\n"
        ":END OF MACRO:\nx = FOUR TIMES(Time) ~~|",
        {"x": lambda t, k: 4 * t},
        simlin=SIMPLE,
    ),
    Case(
        "names inside a macro are its own",
        f"{DECAY} level = 100.0 ~~| input = 3.0 ~~| x = DECAY(input, 1.0) + level ~~|",
        {"x": lambda t, k: 103.0 - 1.5 * (1 - DT) ** k},
    ),
    Case(
        "model variables inside a macro",
        ":MACRO: SHIFTED(in)\nSHIFTED = in*Time$ + TIME STEP$ ~~|\n:END OF MACRO:\nx = SHIFTED(2.0) ~~|",
        {"x": lambda t, k: 2 * t + DT},
        pysd="does not know names with $ in macros",
        simlin="does not know TIME STEP$ in macros",
    ),
    Case(
        "delays inside a macro",
        ":MACRO: SLOW(in, wait)\nSLOW = SMOOTHI(DELAY FIXED(in, wait, 0.0), wait, 1.0) ~~|\n"
        ":END OF MACRO:\nx = SLOW(Time, 1.0) ~~|",
        {"x": None},
        pysd="has no time step inside a macro, which DELAY FIXED needs",
        simlin="makes DELAY FIXED a first-order delay",
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
