"""Functions of time, conditions, arithmetic and lookups; see :mod:`micro`."""

from __future__ import annotations

import math

import numpy as np
import pytest
from engines import ENGINES, engine_name
from micro import DT, Case, asked, check_closed_form, check_pysd, check_simlin


def clamp(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))


def _worth(steps: int) -> float:
    """Return the worth of 3 per unit of time at 8 % up to a step."""
    return sum(3.0 * DT / (1.0 + 0.08 * DT) ** k for k in range(steps + 1))


CASES = [
    Case("step", "x = STEP(3.0, 2.0) ~~|", {"x": lambda t, k: 3.0 * (t >= 2)}),
    Case(
        "step between steps",
        "x = STEP(3.0, 2.1) ~~|",
        {"x": lambda t, k: 3.0 * (t + DT / 2 > 2.1)},
    ),
    Case("ramp", "x = RAMP(0.5, 2.0, 6.0) ~~|", {"x": lambda t, k: 0.5 * clamp(t - 2, 0, 4)}),
    Case("pulse", "x = PULSE(2.0, 1.5) ~~|", {"x": lambda t, k: 1.0 * (2 <= t < 3.5)}),
    Case(
        "pulse between steps",
        "x = PULSE(2.1, 0.5) ~~| y = PULSE(2.2, 0.5) ~~|",
        {"x": lambda t, k: 1.0 * (2 <= t < 2.5), "y": lambda t, k: 1.0 * (2.25 <= t < 2.75)},
        pysd="begins a pulse at the first step that is not before it",
        simlin="moves a pulse between two steps to the next step",
    ),
    Case(
        "pulse without a width",
        "w = 0.0 ~~| x = PULSE(2.0, 0.0) ~~| y = PULSE(2.0, w) ~~|",
        {"x": lambda t, k: 1.0 * (t == 2), "y": lambda t, k: 1.0 * (t == 2)},
        pysd="gives a pulse without a width no step",
    ),
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
        # Vensim's own output of public models: 4^3^2 = 262144, 2^-2^-3 = 0.917004, -2^2 = -4.
        "powers of powers",
        "a = 4.0 ~~| b = 2.0 ~~| u = a^3.0^b ~~| v = b^-2^-3 ~~| w = b^-b^-3.0 ~~| x = 2^3^2 ~~|",
        {
            "u": lambda t, k: 262144.0,
            "v": lambda t, k: 2 ** -(2**-3),
            "w": lambda t, k: 2 ** -(2**-3),
            "x": lambda t, k: 512.0,
        },
    ),
    Case(
        "signs before powers",
        "b = 2.0 ~~| u = -2^b ~~| v = (-2)^b ~~| w = 5 - 2^b*3 ~~| x = -(2.5)^2 ~~| y = 3*-.5e1^b ~~|"
        "z = ( - 2.0 ) ^ 3 ~~| q = -b^b ~~| r = 1e-2^b ~~|",
        {
            "u": lambda t, k: -4.0,
            "v": lambda t, k: 4.0,
            "w": lambda t, k: -7.0,
            "x": lambda t, k: -6.25,
            "y": lambda t, k: -75.0,
            "z": lambda t, k: -8.0,
            "q": lambda t, k: -4.0,
            "r": lambda t, k: 1e-4,
        },
        pysd="takes the sign of a number before its power",
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
    Case(
        "pulses again and again",
        "x = PULSE TRAIN(1.0, 0.5, 2.0, 6.0) ~~|",
        {"x": lambda t, k: 1.0 * (1 <= t <= 6 and (t - 1) % 2 < 0.5)},
    ),
    Case(
        "pulses up to the end",
        "x = PULSE TRAIN(1.0, 1.0, 2.0, 5.0) ~~| y = PULSE TRAIN(1.0, 1.0, 2.0, 5.5) ~~|",
        {
            "x": lambda t, k: 1.0 * (1 <= t <= 5 and (t - 1) % 2 < 1),
            "y": lambda t, k: 1.0 * (1 <= t <= 5.5 and (t - 1) % 2 < 1),
        },
        pysd="stops a pulse train before its end",
    ),
    Case(
        "pulses between steps",
        "x = PULSE TRAIN(0.6, 0.5, 1.5, 7.0) ~~| y = PULSE TRAIN(0.7, 0.5, 1.5, 7.0) ~~|",
        {
            "x": lambda t, k: 1.0 * (0.5 <= t <= 7 and (t - 0.5) % 1.5 < 0.5),
            "y": lambda t, k: 1.0 * (0.75 <= t <= 7 and (t - 0.75) % 1.5 < 0.5),
        },
        pysd="begins a pulse at the first step that is not before it",
        simlin="begins a pulse at the first step that is not before it",
    ),
    Case(
        "pulses of one step",
        "x = PULSE TRAIN(1.0, 0.1, 2.0, 7.0) ~~| y = PULSE TRAIN(1.0, 0.0, 2.0, 7.0) ~~|",
        {
            "x": lambda t, k: 1.0 * (t in (1, 3, 5, 7)),
            "y": lambda t, k: 1.0 * (t in (1, 3, 5, 7)),
        },
        pysd="gives pulses without a width no step",
        simlin="gives pulses without a width no step",
    ),
    Case(
        "pulses that run into each other",
        "gap = 0.0 ~~| x = PULSE TRAIN(1.0, 0.5, gap, 6.0) ~~| y = PULSE TRAIN(2.0, 2.0, 1.5, 5.0) ~~|",
        {"x": lambda t, k: 1.0 * (1 <= t <= 6), "y": lambda t, k: 1.0 * (2 <= t <= 5)},
        pysd="stops a pulse train before its end",
        simlin="gives a pulse train without interval no pulse",
    ),
    Case(
        "pulse narrower than a step",
        "x = PULSE(2.0, 0.2) ~~| y = PULSE(2.0, 0.1) ~~|",
        {"x": lambda t, k: 1.0 * (t == 2), "y": lambda t, k: 0.0},
        pysd="gives a narrow pulse the step that it begins at",
        simlin="gives a narrow pulse the step that it begins at",
    ),
    Case(
        "ramp that goes down and ends early",
        "x = RAMP(-2.0, 1.0, 2.5) ~~|",
        {"x": lambda t, k: -2 * clamp(t - 1, 0, 1.5)},
    ),
    Case(
        # Vensim's own output of a public model, RAMP(-1, 3.1, 10) at 3 with this step: 0.1.
        "ramp between steps",
        "x = RAMP(-1.0, 3.1, 6.0) ~~| y = RAMP(-1.0, 3.2, 6.0) ~~|",
        {
            "x": lambda t, k: 3.1 - min(t, 6) if t >= 3 else 0.0,
            "y": lambda t, k: 3.2 - min(t, 6) if t >= 3.25 else 0.0,
        },
        pysd="begins a ramp at the first step that is not before it",
        simlin="begins a ramp at the first step that is not before it",
    ),
    Case(
        "ramp that ends before it begins",
        "x = RAMP(2.0, 6.0, 3.0) ~~|",
        {"x": lambda t, k: -6.0 if t > 6 else 0.0},
        pysd="ends such a ramp where it begins, not after it",
    ),
    Case(
        "step whose height changes",
        "x = STEP(Time, 3.0) ~~|",
        {"x": lambda t, k: t * (t >= 3)},
    ),
    Case(
        # Vensim's documentation: a sum of the discounted stream, the present step included.
        "net present value",
        "x = NPV(3.0, 0.08, 0.0, 1.0) ~~| y = NPV(3.0, 0.08, 2.0, 0.5) ~~|"
        "r: a, b ~~| s[r] = 1.0, 2.0 ~~| z[r] = 1.0 + NPV(s[r]*Time, 0.0, 0.0, 1.0) ~~|",
        {
            "x": lambda t, k: _worth(k),
            "y": lambda t, k: (_worth(k) + 2.0) / 2.0,
            "z[a]": lambda t, k: 1.0 + DT * DT * k * (k + 1) / 2,
            "z[b]": lambda t, k: 1.0 + DT * DT * k * (k + 1),
        },
        pysd="has no NPV",
        simlin="has no NPV",
    ),
    Case(
        "and before or",
        "a = 1.0 ~~| b = 1.0 ~~| c = 0.0 ~~|"
        "x = IF THEN ELSE(a > 0.5 :OR: b > 0.5 :AND: c > 0.5, 1.0, 0.0)*Time ~~|"
        "y = IF THEN ELSE(c > 0.5 :AND: b > 0.5 :OR: a > 0.5, 1.0, 0.0)*Time ~~|",
        {"x": lambda t, k: t, "y": lambda t, k: t},
        pysd="joins :AND: and :OR: from the right",
    ),
    Case(
        "not before and",
        "x = IF THEN ELSE(:NOT: (Time > 2.0) :AND: Time > 1.0, 1.0, 0.0) ~~|",
        {"x": lambda t, k: 1.0 * (1 < t <= 2)},
    ),
    Case(
        "conditions as numbers",
        "x = IF THEN ELSE(Time, 1.0, 2.0) ~~|",
        {"x": lambda t, k: 1.0 if t else 2.0},
    ),
    Case(
        "negative remainders",
        "x = MODULO(-Time, 3.0) ~~| y = QUANTUM(-Time, 3.0) ~~|",
        {"x": lambda t, k: -math.fmod(t, 3), "y": lambda t, k: -3.0 * math.trunc(t / 3)},
        simlin="gives MODULO the sign of the divisor",
    ),
    Case(
        "quantum of no size",
        "g = 0.0 ~~| x = QUANTUM(Time, g) ~~| y = MODULO(Time, g) ~~|",
        {"x": lambda t, k: t, "y": lambda t, k: 0.0},
        simlin="divides by the size of a quantum",
    ),
    Case(
        "lookup read forward",
        "curve((0,0),(2,1),(4,4)) ~~| x = LOOKUP FORWARD(curve, Time - 1.0) ~~|",
        {"x": lambda t, k: 0.0 if t <= 1 else 1.0 if t <= 3 else 4.0},
        pysd="has no LOOKUP FORWARD",
    ),
    Case(
        "lookup read backward",
        "curve((0,0),(2,1),(4,4)) ~~| x = LOOKUP BACKWARD(curve, Time - 1.0) ~~|",
        {"x": lambda t, k: 0.0 if t < 3 else 1.0 if t < 5 else 4.0},
        pysd="has no LOOKUP BACKWARD",
    ),
    Case(
        "lookup carried on",
        "curve((1,0),(2,1),(4,4)) ~~| x = LOOKUP EXTRAPOLATE(curve, Time) ~~|",
        {"x": lambda t, k: t - 1 if t < 2 else 1 + 1.5 * (t - 2)},
        pysd="has no LOOKUP EXTRAPOLATE",
        simlin="holds the last value instead of extrapolating",
    ),
    Case(
        "lookup for each element",
        "r: a, b ~~| curve[a]((0,0),(8,8)) ~~| curve[b]((0,0),(8,16)) ~~| x[r] = curve[r](Time) ~~|",
        {"x[a]": lambda t, k: t, "x[b]": lambda t, k: 2 * t},
    ),
    Case(
        "lookup with limits and points between",
        "curve([(0,0)-(10,10)],(0,0),(1,1),(8,8)) ~~| x = curve(Time) ~~|",
        {"x": lambda t, k: t},
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
