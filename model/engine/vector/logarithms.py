"""Natural logarithms, written out for vectors as in :mod:`.exponentials`.

There are three: one in one part, and for powers one in two parts that is short and one that is
exact enough for powers of every size.
"""

from __future__ import annotations

import math

from .assembly import Assembly
from .double_double import ordered_difference, ordered_sum, product, times, twice_ratio
from .exponentials import BIAS, LN2, polynomial

# (atanh(s) / s - 1) / s^2 in z = s^2 <= 0.02945, highest power first; error 3e-20.
_LOG = (
    0.06543383504974087,
    0.06634379834280306,
    0.07693120102906739,
    0.09090897815442377,
    0.11111111195900235,
    0.14285714285401616,
    0.2000000000000044,
    0.3333333333333333,
)
# 2 (atanh(s) / s - 1) / s^2 in z = s^2, highest power first; error 3e-16.
_LOG_SHORT = (
    0.14616449685043406,
    0.15331721600556042,
    0.18182889125261723,
    0.2222221113479508,
    0.28571428625975487,
    0.39999999999899505,
    0.666666666666667,
)
# ((atanh(s) / s - 1) / s^2 - 1/3) / 4 z in z = (2 s)^2; error 8e-22.
_LOG_TAIL = (
    2.0**-18 * 0.05861589311938259,
    2.0**-16 * 0.05853118169745603,
    2.0**-14 * 0.06667402346923655,
    2.0**-12 * 0.07692297481259215,
    2.0**-10 * 0.09090909167696401,
    2.0**-8 * 0.11111111110827943,
    2.0**-6 * 0.14285714285714682,
    2.0**-4 * 0.2,
)
_TWELFTH = (0.3333333333333333 / 4, 1.850371707708594e-17 / 4)
# 2^52 less the mantissa of the first number above sqrt(2).
_ABOVE_ROOT = (1 << 52) - 1 - (0x3FF6A09E667F3BCD & (1 << 52) - 1)
_SUBNORMAL = 2.2250738585072014e-308
# The logarithm of a positive, normal and finite number lies between -708.4 and 709.8.
UNUSUAL = 700.0


def log(a: Assembly, x: str) -> str:
    """Return the natural logarithm: -infinity at zero, NaN below."""
    exponent, f = _split(a, x)
    s = a.div(f, a.add(f, a.number(2.0)))
    z = a.mul(s, s)
    half = a.mul(a.mul(f, a.number(0.5)), f)
    tail = a.mul(a.add(z, z), polynomial(a, z, _LOG))
    inner = a.fma(exponent, a.number(LN2[1]), a.mul(s, a.add(half, tail)))
    result = a.sub(f, a.sub(half, inner))
    return _log_edges(a, x, a.fma(exponent, a.number(LN2[0]), result))


def _split(a: Assembly, x: str) -> tuple[str, str]:
    """Return e and f with x = 2^e (1 + f), f from sqrt(1/2) - 1 to sqrt(2) - 1, for x > 0."""
    tiny = a.compare("olt", x, a.number(_SUBNORMAL))
    exponent, f = _split_normal(a, a.select(tiny, a.mul(x, a.number(2.0**54)), x))
    return a.select(tiny, a.sub(exponent, a.number(54.0)), exponent), f


def _split_normal(a: Assembly, x: str) -> tuple[str, str]:
    """Return the same for an x that is not subnormal."""
    bits = a.bits(x)
    # Adding this carries into the exponent where the mantissa is above sqrt(2).
    raised = a.integers("lshr", a.integers("add", bits, a.integer(_ABOVE_ROOT)), a.integer(52))
    exponent = a.from_bits(a.integers("or", raised, a.integer(0x433 << 52)))
    kept = a.integers("add", bits, a.integer(BIAS << 52))
    mantissa = a.integers("sub", kept, a.integers("shl", raised, a.integer(52)))
    exponent = a.sub(exponent, a.number(2.0**52 + BIAS))
    return exponent, a.sub(a.from_bits(mantissa), a.number(1.0))


def _log_edges(a: Assembly, x: str, result: str) -> str:
    """Put in the logarithm of zero, infinity, NaN and what lies below zero."""
    infinite = a.compare("oeq", x, a.number(math.inf))
    result = a.select(infinite, x, result)
    zero = a.compare("oeq", x, a.number(0.0))
    result = a.select(zero, a.number(-math.inf), result)
    # Unordered or less: NaN as well.
    return a.select(a.compare("ult", x, a.number(0.0)), a.number(math.nan), result)


def short_log(a: Assembly, x: str) -> tuple[str, str]:
    """Return ln x in two parts, the second at most a tenth of the first, with some 55 bits together.

    Only for positive, normal and finite x. Where x is something else, infinite or NaN, the first
    part is a number above `UNUSUAL` in size, and the second means nothing.
    """
    found = a.known.get(("short_log", x))
    if found is None:
        found = _short_log(a, *_split_normal(a, x))
        a.known["short_log", x] = found
    return found


def _short_log(a: Assembly, exponent: str, f: str) -> tuple[str, str]:
    """Return ln(2^exponent (1 + f)), with ln(1 + f) = f - h + s (h + r) and h = f^2 / 2.

    There s = f / (2 + f), and r is a sum of even powers of s.
    """
    s = a.div(f, a.add(f, a.number(2.0)))
    z = a.mul(s, s)
    r = a.mul(z, polynomial(a, z, _LOG_SHORT))
    h, h_low = product(a, a.mul(f, a.number(0.5)), f)
    high, low = ordered_sum(a, a.mul(exponent, a.number(LN2[0])), f)
    total, rest = ordered_difference(a, high, h)
    rest = a.add(low, a.sub(rest, h_low))
    rest = a.fma(exponent, a.number(LN2[1]), rest)
    return total, a.fma(s, a.add(h, r), rest)


def long_log(a: Assembly, x: str) -> tuple[str, str]:
    """Return ln x in two parts, with some 64 bits together, for every x.

    Where ln x is infinite or NaN, the first part is, and the second means nothing.
    """
    total, rest = _long_log(a, *_split(a, x))
    return _log_edges(a, x, total), rest


def _long_log(a: Assembly, exponent: str, f: str) -> tuple[str, str]:
    """Return ln(2^exponent (1 + f)) in two parts, with some 64 bits together."""
    t = twice_ratio(a, f)
    z_high, z_low = product(a, t[0], t[0])
    z = (z_high, a.fma(a.add(t[0], t[0]), t[1], z_low))
    tail = a.mul(z[0], polynomial(a, z[0], _LOG_TAIL))
    w_high = a.add(tail, a.number(_TWELFTH[0]))
    w_low = a.add(a.sub(a.number(_TWELFTH[0]), w_high), tail)
    v = times(a, t, times(a, z, (w_high, a.add(w_low, a.number(_TWELFTH[1])))))
    first = a.mul(exponent, a.number(LN2[0]))
    high, low = ordered_sum(a, first, t[0])
    total, rest = ordered_sum(a, high, v[0])
    rest = a.add(a.add(low, rest), a.add(t[1], v[1]))
    return total, a.fma(exponent, a.number(LN2[1]), rest)
