"""Powers, written out for vectors: within two units in the last place, with the edges of C99."""

from __future__ import annotations

import math

from .assembly import Assembly
from .branches import apart, choose_all
from .double_double import product
from .exponentials import exp, exp_within
from .logarithms import UNUSUAL, long_log, short_log

# Up to some 5 % above this size of the logarithm of a power, which is what the first part may
# miss, the short logarithm of its base is exact enough.
_USUAL = 4.0


def power(a: Assembly, x: str, y: str) -> str:
    """Return x to the power of y."""
    return raised(a, x, y, *short_log(a, x))


def raised(a: Assembly, x: str, y: str, high: str, low: str) -> str:
    """Return x to the power of y, given the two parts of its short logarithm.

    A lane whose base is not positive, normal and finite, or whose power is not between some e^-4
    and e^4, is computed again in a longer way. Where there is no such lane, nothing is; what a
    lane gets does not depend on the others.
    """
    first, second = product(a, y, high)
    result = exp_within(a, first, a.fma(y, low, second))
    # Without a fused product, a large exponent makes the second part NaN.
    size = first if a.machine.fused else a.add(first, second)
    usual = a.logic(
        "and",
        a.compare("olt", a.intrinsic("fabs", high), a.number(UNUSUAL)),
        a.compare("olt", a.intrinsic("fabs", size), a.number(_USUAL)),
    )
    return choose_all(
        a,
        usual,
        lambda: result,
        lambda: a.select(usual, result, apart(a, "any_power", _any_power, x, y)),
    )


def _any_power(a: Assembly, x: str, y: str) -> str:
    magnitude = a.intrinsic("fabs", x)
    total, rest = long_log(a, magnitude)
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
