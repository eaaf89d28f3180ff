"""Exponential, logarithm, power and hyperbolic tangent of the compiled engine, against mpmath."""

from __future__ import annotations

import ctypes
import ctypes.util
import math
from functools import lru_cache

import mpmath
import numpy as np
import pytest
from vectors import IDS, LARGEST, SMALLEST, WIDTHS, apply, exact, same_bits, ulps

from tumbuh.model.engine.vector import logarithms, powers
from tumbuh.model.engine.vector.exponentials import exp, tanh

MOST = 2.0
TINY = 2.0**-1022
ONE = np.nextafter(1.0, 2.0)
every = pytest.mark.parametrize("machine, lanes", WIDTHS, ids=IDS)
pytestmark = pytest.mark.skipif(not WIDTHS, reason="no compiler here")


def around(*values, steps=4):
    """Return numbers and their next neighbours."""
    found = []
    for value in values:
        low = high = value
        found.append(value)
        for _ in range(steps):
            low, high = np.nextafter(low, -np.inf), np.nextafter(high, np.inf)
            found += [low, high]
    return np.array(found)


def sizes(generator, count, low=-1074.0, high=1023.99):
    """Return positive numbers of all sizes, subnormal ones among them."""
    return np.maximum(np.exp2(generator.uniform(low, high, count)), SMALLEST)


def exp_arguments(generator, count):
    half = math.log(2.0) / 2
    return np.concatenate(
        [
            generator.uniform(-745.2, 709.8, count),
            generator.uniform(-1.0, 1.0, count),
            generator.uniform(-745.2, -708.0, count),  # subnormal results
            generator.uniform(709.0, 709.79, count),
            generator.choice([-1.0, 1.0], count) * sizes(generator, count, high=-1.0),
            around(0.0, half, -half, 3 * half, 709.782712893384, -708.3964185322641),
            around(-745.1332191019411, -745.1332191019412, 709.7827128933841),
            half * np.arange(-2149, 2047),  # where the reduction changes
        ]
    )


def log_arguments(generator, count):
    near = generator.choice([-1.0, 1.0], count) * np.exp2(generator.uniform(-53, -1.1, count))
    return np.concatenate(
        [
            sizes(generator, 2 * count),
            generator.uniform(0.5, 2.0, count),
            1.0 + near,
            sizes(generator, count, high=-1022.0),
            around(1.0, math.sqrt(2.0), math.sqrt(0.5), 2.0, 0.5, TINY, math.e, steps=9),
            [SMALLEST, 2 * SMALLEST, LARGEST, np.nextafter(LARGEST, 0)],
        ]
    )


def tanh_arguments(generator, count):
    quarter = math.log(2.0) / 4
    sign = generator.choice([-1.0, 1.0], count)
    return np.concatenate(
        [
            generator.uniform(-20.0, 20.0, count),
            sign * sizes(generator, count, high=6.0),
            sign * sizes(generator, count, low=-30.0, high=2.0),
            around(0.0, quarter, -quarter, 3 * quarter, 18.3, 19.06, 40.0, SMALLEST, TINY),
            quarter * np.arange(-120, 120),
        ]
    )


def power_arguments(generator, count):
    """Return bases and exponents whose powers have all sizes."""
    base = np.concatenate(
        [
            sizes(generator, 2 * count),
            generator.uniform(0.0, 4.0, 2 * count),
            1.0 + generator.choice([-1, 1], count) * np.exp2(generator.uniform(-53, -2, count)),
            sizes(generator, count, high=-1022.0),
        ]
    )
    with np.errstate(all="ignore"):
        scale = 1.0 / np.log2(base)
    scale[~np.isfinite(scale)] = 1.0
    wanted = np.where(
        generator.random(len(base)) < 0.7,
        generator.uniform(-1075.0, 1024.0, len(base)),  # the logarithm of the result
        generator.choice([-1074.5, -1022.5, 1023.9, 1e-3, -1e-3, 1e-15], len(base)),
    )
    x, y = base, wanted * scale
    common = generator.uniform(0.0, 3.0, count)
    exponents = generator.choice([0.5, 1.0 / 3.0, -1.0, 2.0, 1.5, -2.5, 7.0, 0.1], count)
    # Where a power, or its base, is no longer usual.
    bases = np.exp2(generator.uniform(-1022.0, 1023.9, count))
    edge = generator.choice([-4.0, 4.0], count) * (1.0 + generator.uniform(-0.06, 0.06, count))
    far = np.exp(generator.choice([-1.0, 1.0], count) * generator.uniform(698.0, 702.0, count))
    # Where the short logarithm is the least exact, and powers almost too large for it.
    worst = generator.uniform(1.35, 1.42, count)
    x = [x, common, bases, far, worst]
    y = [y, exponents, *(edge / np.log(each) for each in (bases, far, worst))]
    return np.concatenate(x), np.concatenate(y)


FUNCTIONS = {
    "exp": (exp, mpmath.exp, exp_arguments),
    "log": (logarithms.log, mpmath.log, log_arguments),
    "tanh": (tanh, mpmath.tanh, tanh_arguments),
    "power": (powers.power, mpmath.power, power_arguments),
}


@lru_cache
def cases(name, count):
    """Return arguments of a function and its true values, found once for all machines."""
    _, true, arguments = FUNCTIONS[name]
    given = arguments(np.random.default_rng(20270101), count)
    arrays = given if isinstance(given, tuple) else (given,)
    return arrays, exact(true, *arrays)


@every
@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("count", [1000, pytest.param(20_000, marks=pytest.mark.slow)])
def test_error_is_at_most_two_units_in_the_last_place(name, count, machine, lanes):
    arrays, true = cases(name, count)
    found = apply(FUNCTIONS[name][0], machine, lanes, *arrays)
    errors = ulps(found, true)
    worst = int(np.argmax(errors))
    assert errors[worst] <= MOST, [float(array[worst]) for array in arrays]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_measure_would_notice(name):
    arrays, true = cases(name, 250)
    machine, lanes = WIDTHS[0]
    found = apply(FUNCTIONS[name][0], machine, lanes, *arrays)
    moved = found
    for _ in range(4):
        moved = np.nextafter(moved, np.inf)
    changed = np.isfinite(moved) & (found != 0)
    assert (ulps(moved, true)[changed] > 1.0).all()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_one_lane_and_many_have_the_same_bits(name):
    arrays, _ = cases(name, 250)
    for machine, lanes in WIDTHS:
        wide = apply(FUNCTIONS[name][0], machine, lanes, *arrays)
        assert same_bits(wide, apply(FUNCTIONS[name][0], machine, 1, *arrays))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_machines_that_fuse_have_the_same_bits(name):
    fused = [machine for machine, lanes in WIDTHS if machine.fused and lanes > 1]
    arrays, _ = cases(name, 250)
    found = [apply(FUNCTIONS[name][0], machine, machine.lanes, *arrays) for machine in fused]
    assert all(same_bits(found[0], other) for other in found)


@every
@pytest.mark.parametrize("name", FUNCTIONS)
def test_place_in_the_vector_does_not_change_a_bit(name, machine, lanes):
    arrays, _ = cases(name, 250)
    whole = apply(FUNCTIONS[name][0], machine, lanes, *arrays)
    shifted = apply(FUNCTIONS[name][0], machine, lanes, *(array[3:] for array in arrays))
    assert same_bits(whole[3:], shifted)
    reverse = apply(FUNCTIONS[name][0], machine, lanes, *(array[::-1] for array in arrays))
    assert same_bits(whole[::-1], reverse)


NAN, INF = math.nan, math.inf
EDGES = {
    "exp": [(0.0, 1.0), (-0.0, 1.0), (INF, INF), (-INF, 0.0), (NAN, NAN), (710.0, INF)]
    + [(1e308, INF), (-746.0, 0.0), (-1e308, 0.0), (709.79, INF), (-745.14, 0.0)]
    + [(SMALLEST, 1.0), (-SMALLEST, 1.0)],
    "log": [(0.0, -INF), (-0.0, -INF), (INF, INF), (-INF, NAN), (NAN, NAN), (1.0, 0.0)]
    + [(-1.0, NAN), (-SMALLEST, NAN), (-LARGEST, NAN)],
    "tanh": [(0.0, 0.0), (-0.0, -0.0), (INF, 1.0), (-INF, -1.0), (NAN, NAN), (40.0, 1.0)]
    + [(SMALLEST, SMALLEST), (-SMALLEST, -SMALLEST), (TINY, TINY), (-LARGEST, -1.0)],
}


@every
@pytest.mark.parametrize("name", EDGES)
def test_edges(name, machine, lanes):
    given, expected = map(np.array, zip(*EDGES[name], strict=True))
    found = apply(FUNCTIONS[name][0], machine, lanes, given)
    for value, got, wanted in zip(given, found, expected, strict=True):
        assert same_bits([got], [wanted]), (value, got)


POWERS = [0.0, 1.0, 0.5, 2.0, 3.0, 1.5, 1.0 / 3.0, 17.0, 1023.0, 1074.0, 1075.0, 1e5, 1e18, 1e300]
POWERS += [2.0**52 + 1, 2.0**53 - 1, 2.0**53, 2.0**53 + 2, 0.999, float(ONE), LARGEST, INF]
POWERS += [SMALLEST, 2.0**-1030, TINY, 1e-300]
SIGNED = np.array([*POWERS, *(-value for value in POWERS), NAN])


def libm_power():
    function = ctypes.CDLL(ctypes.util.find_library("m")).pow
    function.restype, function.argtypes = ctypes.c_double, [ctypes.c_double] * 2
    return function


@every
def test_power_has_the_edges_of_c99(machine, lanes):
    x, y = (grid.ravel() for grid in np.meshgrid(SIGNED, SIGNED))
    found = apply(powers.power, machine, lanes, x, y)
    pow_ = libm_power()
    expected = np.array([pow_(*pair) for pair in zip(x.tolist(), y.tolist(), strict=True)])
    for a, b, got, wanted in zip(x, y, found, expected, strict=True):
        if np.isfinite(wanted) and wanted != 0.0:
            # The library's own error is below one unit.
            assert abs(got - wanted) <= 3 * math.ulp(wanted), (a, b, got, wanted)
        else:
            assert same_bits([got], [wanted]), (a, b, got, wanted)


def logarithm_of(x, y):
    """Return the logarithms of powers, and of their bases, as far as they are numbers."""
    with np.errstate(all="ignore"):
        return np.abs(y * np.log(x)), np.abs(np.log(x))


@every
def test_lanes_beside_an_unusual_power_keep_their_bits(machine, lanes):
    (x, y), _ = cases("power", 250)
    size, base = logarithm_of(x, y)
    usual = (size < 3.7) & (base < 699.0)
    x, y = x[usual][: 8 * 250], y[usual][: 8 * 250]
    alone = apply(powers.power, machine, lanes, x, y)
    x[::2], y[1::6] = -1.0, 1e6
    mixed = apply(powers.power, machine, lanes, x, y)
    kept = np.ones(len(x), bool)
    kept[::2] = kept[1::6] = False
    assert kept.sum() > 100
    assert same_bits(mixed[kept], alone[kept])


@every
def test_unusual_powers_go_the_long_way(machine, lanes):
    (x, y), _ = cases("power", 250)
    size, base = logarithm_of(x, y)
    unusual = ~((size < 4.3) & (base < 701.0))
    x, y = x[unusual], y[unusual]
    left = apply(powers.power, machine, lanes, x, y)
    assert len(x) > 100
    assert same_bits(left, apply(powers._any_power, machine, lanes, x, y))


def parts(write):
    """Return writers of the first and the second part of a logarithm."""
    return [lambda a, x, k=k: write(a, x)[k] for k in (0, 1)]


SHORT, LONG = parts(logarithms.short_log), parts(logarithms.long_log)


@every
@pytest.mark.parametrize("written, bits", [(SHORT, 54.5), (LONG, 62.5)], ids=["short", "long"])
def test_logarithms_in_two_parts_are_as_exact_as_said(written, bits, machine, lanes):
    generator = np.random.default_rng(7)
    # It is the least exact below sqrt(2).
    x = np.concatenate([log_arguments(generator, 400), generator.uniform(1.35, 1.42, 4000)])
    x = x[(x >= TINY) & (x <= LARGEST)]
    high, low = (apply(part, machine, lanes, x) for part in written)
    assert (np.abs(low) <= np.abs(high) / 10).all()
    with mpmath.workdps(50):
        for given, first, second in zip(x.tolist(), high.tolist(), low.tolist(), strict=True):
            true = mpmath.log(mpmath.mpf(given))
            assert abs(mpmath.mpf(first) + second - true) <= abs(true) * 2**-bits, given


@every
def test_the_short_logarithm_of_what_has_none_is_unusual(machine, lanes):
    negative = -sizes(np.random.default_rng(8), 5000)
    nan = np.array([0x7FF8 << 48, 0xFFF8 << 48, 0x7FF0 << 48 | 1, 0xFFFF << 48], np.uint64)
    subnormal = np.array([SMALLEST, TINY - SMALLEST, TINY / 2, TINY / 3, 0.7 * TINY, 0.71 * TINY])
    given = np.concatenate([negative, nan.view(float), subnormal, [0.0, -0.0, INF, -INF, -1.0]])
    high = apply(SHORT[0], machine, lanes, given)
    assert np.isfinite(high).all()
    assert (np.abs(high) > logarithms.UNUSUAL).all()
