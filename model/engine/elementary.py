"""Exponential, logarithm, power and hyperbolic tangent, written out for vectors.

Each is within two units in the last place of the true value, over the whole range, and gives
what C99 asks for at zero, infinity, NaN and negative arguments. They are ours because the vector
libraries that compilers call are not there on every machine, and give other bits on each.

The polynomials interpolate at Chebyshev nodes, computed with 60 digits; `tests/model/
test_vector_functions.py` measures the errors against mpmath.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from .assembly import Assembly

# (exp(r) - 1 - r) / r^2 for |r| <= ln(2) / 2, highest power first; error 1.3e-17.
_EXP = (
    2.51003758422237e-08,
    2.7620075892548164e-07,
    2.7557268480289716e-06,
    2.480152132234228e-05,
    0.00019841269863040559,
    0.0013888888917196736,
    0.008333333333330065,
    0.041666666666624164,
    0.16666666666666669,
    0.5000000000000001,
)
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
# ln(2) in two parts; the first has 32 zero bits at its end, so that its product with a whole
# number below 2^21 is exact.
_LN2 = (6.93147180369123816490e-01, 1.90821492927058770002e-10)
_LOG2E = 1.4426950408889634
# Adding it rounds to a whole number, which then stands in the low bits.
_ROUNDER = 6755399441055744.0
_BIAS = 1023
# 2^52 less the mantissa of the first number above sqrt(2).
_ABOVE_ROOT = (1 << 52) - 1 - (0x3FF6A09E667F3BCD & (1 << 52) - 1)
_SUBNORMAL = 2.2250738585072014e-308
# Exponents of this size cannot make the product with a logarithm infinite.
_MODERATE = 1e5


def polynomial(a: Assembly, x: str, coefficients: Sequence[float]) -> str:
    """Return a polynomial by Horner's rule, highest power first."""
    result = a.number(coefficients[0])
    for value in coefficients[1:]:
        result = a.fma(result, x, a.number(value))
    return result


def halved_polynomial(a: Assembly, x: str, square: str, coefficients: Sequence[float]) -> str:
    """Return a polynomial as two of the square, even and odd powers: half as long to wait for."""
    odd, even = coefficients[-2::-2][::-1], coefficients[::-2][::-1]
    return a.fma(polynomial(a, square, odd), x, polynomial(a, square, even))


def exp(a: Assembly, x: str, low: str = "") -> str:
    """Return e to the power of ``x``, or of ``x + low`` with a small second part."""
    whole, rest = _reduce(a, _clamp(a, x, -746.0, 710.0), low)
    square = a.mul(rest, rest)
    above = a.fma(square, halved_polynomial(a, rest, square, _EXP), rest)
    return _scale(a, a.add(above, a.number(1.0)), whole)


def _clamp(a: Assembly, x: str, low: float, high: float) -> str:
    """Return x within limits; NaN stays NaN."""
    x = a.select(a.compare("ogt", x, a.number(high)), a.number(high), x)
    return a.select(a.compare("olt", x, a.number(low)), a.number(low), x)


def _reduce(a: Assembly, x: str, low: str = "") -> tuple[str, str]:
    """Return a whole number n and x - n ln 2."""
    rounded = a.fma(x, a.number(_LOG2E), a.number(_ROUNDER))
    whole = a.sub(rounded, a.number(_ROUNDER))
    rest = a.fma(whole, a.number(-_LN2[0]), x)
    rest = a.fma(whole, a.number(-_LN2[1]), rest)
    return whole, a.add(rest, low) if low else rest


def _scale(a: Assembly, value: str, whole: str) -> str:
    """Return value times 2^whole, rounded once, also where the result is subnormal."""
    if a.machine.scale and a.lanes % 8 == 0:
        return a.in_parts(8, lambda *parts: _scale_at_once(a, *parts), value, whole)
    rounder = a.number(_ROUNDER)
    half = a.sub(a.fma(whole, a.number(0.5), rounder), rounder)
    first, second = _power_of_two(a, half), _power_of_two(a, a.sub(whole, half))
    return a.mul(a.mul(value, first), second)


def _scale_at_once(a: Assembly, value: str, whole: str) -> str:
    kind = "<8 x double>"
    name = "llvm.x86.avx512.mask.scalef.pd.512"
    a.module.declared.add(f"declare {kind} @{name}({kind}, {kind}, {kind}, i8, i32)")
    # 4 keeps the rounding mode as it is.
    args = f"{kind} {value}, {kind} {whole}, {kind} zeroinitializer, i8 -1, i32 4"
    return a.put(f"call {kind} @{name}({args})")


def _power_of_two(a: Assembly, whole: str) -> str:
    """Return 2^whole for -1022 <= whole <= 1023, by writing its exponent."""
    bits = a.bits(a.add(whole, a.number(_ROUNDER + _BIAS)))
    return a.from_bits(a.integers("shl", bits, a.integer(52)))


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
    kept = a.integers("add", bits, a.integer(_BIAS << 52))
    mantissa = a.integers("sub", kept, a.integers("shl", raised, a.integer(52)))
    exponent = a.sub(exponent, a.number(2.0**52 + _BIAS))
    return exponent, a.sub(a.from_bits(mantissa), a.number(1.0))


def log(a: Assembly, x: str) -> str:
    """Return the natural logarithm: -infinity at zero, NaN below."""
    exponent, f = _split(a, x)
    s = a.div(f, a.add(f, a.number(2.0)))
    z = a.mul(s, s)
    half = a.mul(a.mul(f, a.number(0.5)), f)
    tail = a.mul(a.add(z, z), polynomial(a, z, _LOG))
    inner = a.fma(exponent, a.number(_LN2[1]), a.mul(s, a.add(half, tail)))
    result = a.sub(f, a.sub(half, inner))
    return _log_edges(a, x, a.fma(exponent, a.number(_LN2[0]), result))


def _log_edges(a: Assembly, x: str, result: str) -> str:
    """Put in the logarithm of zero, infinity, NaN and what lies below zero."""
    infinite = a.compare("oeq", x, a.number(math.inf))
    result = a.select(infinite, x, result)
    zero = a.compare("oeq", x, a.number(0.0))
    result = a.select(zero, a.number(-math.inf), result)
    # Unordered or less: NaN as well.
    return a.select(a.compare("ult", x, a.number(0.0)), a.number(math.nan), result)


def product(a: Assembly, x: str, y: str) -> tuple[str, str]:
    """Return x y as a rounded product and its exact error."""
    high = a.mul(x, y)
    if a.machine.fused:
        return high, a.fma(x, y, a.neg(high))
    (x1, x2), (y1, y2) = _halves(a, x), _halves(a, y)
    error = a.sub(a.mul(x1, y1), high)
    error = a.add(a.add(error, a.mul(x1, y2)), a.mul(x2, y1))
    return high, a.add(error, a.mul(x2, y2))


def _halves(a: Assembly, x: str) -> tuple[str, str]:
    spread = a.mul(x, a.number(134217729.0))
    high = a.sub(spread, a.sub(spread, x))
    return high, a.sub(x, high)


def _long_log(a: Assembly, exponent: str, f: str) -> tuple[str, str]:
    """Return ln(2^exponent (1 + f)) in two parts, with some 64 bits together."""
    t = _twice_ratio(a, f)
    z_high, z_low = product(a, t[0], t[0])
    z = (z_high, a.fma(a.add(t[0], t[0]), t[1], z_low))
    tail = a.mul(z[0], polynomial(a, z[0], _LOG_TAIL))
    w_high = a.add(tail, a.number(_TWELFTH[0]))
    w_low = a.add(a.sub(a.number(_TWELFTH[0]), w_high), tail)
    v = _times(a, t, _times(a, z, (w_high, a.add(w_low, a.number(_TWELFTH[1])))))
    first = a.mul(exponent, a.number(_LN2[0]))
    high, low = _ordered_sum(a, first, t[0])
    total, rest = _ordered_sum(a, high, v[0])
    rest = a.add(a.add(low, rest), a.add(t[1], v[1]))
    return total, a.fma(exponent, a.number(_LN2[1]), rest)


def _ordered_sum(a: Assembly, x: str, y: str) -> tuple[str, str]:
    """Return a sum and its exact error, for a y that is smaller than x, or for an x of zero."""
    total = a.add(x, y)
    return total, a.add(a.sub(x, total), y)


def _twice_ratio(a: Assembly, f: str) -> tuple[str, str]:
    """Return t = 2 f / (2 + f) in two parts, for f from sqrt(1/2) - 1 to sqrt(2) - 1."""
    inverse = a.div(a.number(2.0), a.add(f, a.number(2.0)))
    high = a.mul(f, inverse)
    # What is left is f - t - t f/2. The difference is exact, as the two are so near.
    left, half = a.sub(f, high), a.mul(f, a.number(0.5))
    if a.machine.fused:
        left = a.fma(a.neg(high), half, left)
    else:
        back, back_low = product(a, high, half)
        left = a.sub(a.sub(left, back), back_low)
    return high, a.mul(left, inverse)


def _long_ratio(a: Assembly, f: str) -> tuple[str, str]:
    """Return f / (2 + f) in two parts."""
    below = a.add(f, a.number(2.0))
    # Exact, whichever of the two is larger.
    part = a.sub(below, f)
    below_low = a.add(a.sub(f, a.sub(below, part)), a.sub(a.number(2.0), part))
    inverse = a.div(a.number(1.0), below)
    high = a.mul(f, inverse)
    back, back_low = product(a, high, below)
    left = a.sub(a.sub(f, back), back_low)
    left = a.sub(left, a.mul(high, below_low))
    return high, a.mul(left, inverse)


def _times(a: Assembly, x: tuple[str, str], y: tuple[str, str]) -> tuple[str, str]:
    high, low = product(a, x[0], y[0])
    return high, a.fma(x[0], y[1], a.fma(x[1], y[0], low))


def long_log(a: Assembly, x: str) -> tuple[str, str]:
    """Return ln x in two parts, for positive, normal and finite x; else they mean nothing."""
    found = a.known.get(("long_log", x))
    if found is None:
        found = _long_log(a, *_split_normal(a, x))
        a.known["long_log", x] = found
    return found


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
    return a.choose_all(
        a.logic("and", normal, moderate),
        lambda: _plain_power(a, y, high, low),
        lambda: a.apart("any_power", _any_power, x, y),
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


def tanh(a: Assembly, x: str) -> str:
    """Return the hyperbolic tangent, t / (t + 2) with t = exp(2 |x|) - 1."""
    size = a.intrinsic("fabs", x)
    double = _clamp(a, a.add(size, size), 0.0, 80.0)
    whole, rest = _reduce(a, double)
    lost = a.sub(a.fma(whole, a.number(-_LN2[0]), double), rest)
    lost = a.fma(whole, a.number(-_LN2[1]), lost)
    tail = a.fma(a.mul(rest, rest), polynomial(a, rest, _EXP), lost)
    scale = _power_of_two(a, whole)
    more = a.fma(scale, rest, a.sub(scale, a.number(1.0)))
    more = a.fma(scale, tail, more)
    high, low = _long_ratio(a, more)
    return a.intrinsic("copysign", a.add(high, low), x)
