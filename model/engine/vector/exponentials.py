"""Exponential and hyperbolic tangent, written out for vectors.

These and the functions of :mod:`.logarithms` are within two units in the last place of the true
value, over the whole range, and give what C99 asks for at zero, infinity, NaN and negative
arguments. They are ours because the vector libraries that compilers call are not there on every
machine, and give other bits on each.

The polynomials interpolate at Chebyshev nodes, computed with 60 digits; `tests/model/
test_vector_functions.py` measures the errors against mpmath.
"""

from __future__ import annotations

from collections.abc import Sequence

from .assembly import Assembly
from .double_double import ratio

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
# ln(2) in two parts; the first has 32 zero bits at its end, so that its product with a whole
# number below 2^21 is exact.
LN2 = (6.93147180369123816490e-01, 1.90821492927058770002e-10)
_LOG2E = 1.4426950408889634
# Adding it rounds to a whole number, which then stands in the low bits.
_ROUNDER = 6755399441055744.0
# What an exponent of zero is written as.
BIAS = 1023


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
    return exp_within(a, _clamp(a, x, -746.0, 710.0), low)


def exp_within(a: Assembly, x: str, low: str = "") -> str:
    """Return the same for an x from -746 to 710, or NaN."""
    whole, rest = _reduce(a, x, low)
    square = a.mul(rest, rest)
    above = a.fma(square, halved_polynomial(a, rest, square, _EXP), rest)
    return _scale(a, a.add(above, a.number(1.0)), whole)


def tanh(a: Assembly, x: str) -> str:
    """Return the hyperbolic tangent, t / (t + 2) with t = exp(2 |x|) - 1."""
    size = a.intrinsic("fabs", x)
    double = _clamp(a, a.add(size, size), 0.0, 80.0)
    whole, rest = _reduce(a, double)
    lost = a.sub(a.fma(whole, a.number(-LN2[0]), double), rest)
    lost = a.fma(whole, a.number(-LN2[1]), lost)
    tail = a.fma(a.mul(rest, rest), polynomial(a, rest, _EXP), lost)
    scale = _power_of_two(a, whole)
    more = a.fma(scale, rest, a.sub(scale, a.number(1.0)))
    more = a.fma(scale, tail, more)
    high, low = ratio(a, more)
    return a.intrinsic("copysign", a.add(high, low), x)


def _clamp(a: Assembly, x: str, low: float, high: float) -> str:
    """Return x within limits; NaN stays NaN."""
    x = a.select(a.compare("ogt", x, a.number(high)), a.number(high), x)
    return a.select(a.compare("olt", x, a.number(low)), a.number(low), x)


def _reduce(a: Assembly, x: str, low: str = "") -> tuple[str, str]:
    """Return a whole number n and x - n ln 2."""
    both = a.add(x, low) if low else x
    rounded = a.fma(both, a.number(_LOG2E), a.number(_ROUNDER))
    whole = a.sub(rounded, a.number(_ROUNDER))
    rest = a.fma(whole, a.number(-LN2[0]), x)
    rest = a.fma(whole, a.number(-LN2[1]), rest)
    return whole, a.add(rest, low) if low else rest


def _scale(a: Assembly, value: str, whole: str) -> str:
    """Return value times 2^whole, rounded once, also where the result is subnormal."""
    if a.machine.scale and a.lanes == a.machine.lanes:
        return _scale_at_once(a, value, whole)
    rounder = a.number(_ROUNDER)
    half = a.sub(a.fma(whole, a.number(0.5), rounder), rounder)
    first, second = _power_of_two(a, half), _power_of_two(a, a.sub(whole, half))
    return a.mul(a.mul(value, first), second)


def _scale_at_once(a: Assembly, value: str, whole: str) -> str:
    kind = a.real
    name = "llvm.x86.avx512.mask.scalef.pd.512"
    a.module.declared.add(f"declare {kind} @{name}({kind}, {kind}, {kind}, i8, i32)")
    # 4 keeps the rounding mode as it is.
    args = f"{kind} {value}, {kind} {whole}, {kind} zeroinitializer, i8 -1, i32 4"
    return a.put(f"call {kind} @{name}({args})")


def _power_of_two(a: Assembly, whole: str) -> str:
    """Return 2^whole for -1022 <= whole <= 1023, by writing its exponent."""
    bits = a.bits(a.add(whole, a.number(_ROUNDER + BIAS)))
    return a.from_bits(a.integers("shl", bits, a.integer(52)))
