"""Natural logarithm and power, written out for vectors as in :mod:`.exponentials`."""

from __future__ import annotations

import math

from .assembly import Assembly
from .branches import apart, choose_all
from .double_double import ordered_sum, product, times, twice_ratio
from .exponentials import BIAS, LN2, exp, polynomial

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
# The same without its first term, in z = (2 s)^2: ((atanh(s) / s - 1) / s^2 - 1/3) / 4 z; error 8e-22.
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
# Exponents of this size cannot make the product with a logarithm infinite.
_MODERATE = 1e5


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


def long_log(a: Assembly, x: str) -> tuple[str, str]:
    """Return ln x in two parts, for positive, normal and finite x; else they mean nothing."""
    found = a.known.get(("long_log", x))
    if found is None:
        found = _long_log(a, *_split_normal(a, x))
        a.known["long_log", x] = found
    return found


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


def power(a: Assembly, x: str, y: str) -> str:
    """Return x to the power of y."""
    return raised(a, x, y, *long_log(a, x))


def raised(a: Assembly, x: str, y: str, high: str, low: str) -> str:
    """Return x to the power of y, given the two parts of ln x.

    Where every lane has a positive, normal, finite base and a moderate exponent, nothing needs a
    second look, and a shorter way is taken. Both ways give the same bits there.
    """
    normal = a.logic(
        "and",
        a.compare("oge", x, a.number(_SUBNORMAL)),
        a.compare("olt", x, a.number(math.inf)),
    )
    moderate = a.compare("olt", a.intrinsic("fabs", y), a.number(_MODERATE))
    return choose_all(
        a,
        a.logic("and", normal, moderate),
        lambda: _plain_power(a, y, high, low),
        lambda: apart(a, "any_power", _any_power, x, y),
    )


def _plain_power(a: Assembly, y: str, logarithm: str, rest: str) -> str:
    high, low = product(a, y, logarithm)
    return exp(a, high, a.fma(y, rest, low))


def _any_power(a: Assembly, x: str, y: str) -> str:
    magnitude = a.intrinsic("fabs", x)
    total, rest = _long_log(a, *_split(a, magnitude))
    total = _log_edges(a, magnitude, total)
    high, low = product(a, y, total)
    low = a.fma(y, rest, low)
    # Beyond this the result is 0 or infinite, and the error of the product may be no number.
    size = a.intrinsic("fabs", high)
    low = a.select(a.compare("olt", size, a.number(800.0)), low, a.number(0.0))
    result = exp(a, high, low)
    one = a.compare("oeq", magnitude, a.number(1.0))
    result = _power_sign(a, x, y, a.select(one, a.number(1.0), result))
    certain = a.logic("or", a.compare("oeq", y, a.number(0.0)), a.compare("oeq", x, a.number(1.0)))
    return a.select(certain, a.number(1.0), result)


def _power_sign(a: Assembly, x: str, y: str, result: str) -> str:
    """Give a power of a negative number its sign, or NaN where y is not whole."""
    whole = a.compare("oeq", a.intrinsic("floor", y), y)
    half = a.mul(y, a.number(0.5))
    odd = a.logic("and", whole, a.compare("one", a.intrinsic("floor", half), half))
    signed = a.intrinsic("copysign", result, x)
    result = a.select(odd, signed, result)
    finite = a.compare("one", a.intrinsic("fabs", x), a.number(math.inf))
    below = a.logic("and", a.compare("olt", x, a.number(0.0)), finite)
    undefined = a.logic("and", below, a.logic("xor", whole, a.boolean(True)))
    return a.select(undefined, a.number(math.nan), result)
