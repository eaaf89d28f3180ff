"""Numbers in two parts, whose sum has about twice the digits of one: products, sums, quotients."""

from __future__ import annotations

from .assembly import Assembly


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


def times(a: Assembly, x: tuple[str, str], y: tuple[str, str]) -> tuple[str, str]:
    """Return the product of two numbers in two parts."""
    high, low = product(a, x[0], y[0])
    return high, a.fma(x[0], y[1], a.fma(x[1], y[0], low))


def ordered_sum(a: Assembly, x: str, y: str) -> tuple[str, str]:
    """Return a sum and its exact error, for a y that is smaller than x, or for an x of zero."""
    total = a.add(x, y)
    return total, a.add(a.sub(x, total), y)


def ordered_difference(a: Assembly, x: str, y: str) -> tuple[str, str]:
    """Return a difference and its exact error, for a y that is smaller than x."""
    total = a.sub(x, y)
    return total, a.sub(a.sub(x, total), y)


def ratio(a: Assembly, f: str) -> tuple[str, str]:
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


def twice_ratio(a: Assembly, f: str) -> tuple[str, str]:
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
