"""Whether a number that a user gives can be what is meant."""

from __future__ import annotations

import math

from ..model.errors import Problem

PERCENT_FROM = 2.0
"""A share written as 1.5 is a slip; from 2 on it is taken for a percentage."""


def outside(
    where: str, value: float, bounds: tuple[float, float], unit: str, words: str
) -> Problem | None:
    """Return what is wrong with a number, or nothing.

    Parameters
    ----------
    where
        Place that the message names.
    value
        The number.
    bounds
        Smallest and largest value accepted; either may be infinite.
    unit
        Unit of the model; a share is ``dmnl``.
    words
        What the number is, for the reader.
    """
    lower, upper = bounds
    if math.isfinite(value) and lower <= value <= upper:
        return None
    remedy = "Choose a value within the bounds"
    if unit == "dmnl" and PERCENT_FROM <= value <= 100.0 and lower <= value / 100.0 <= upper:
        remedy = f"Write {value / 100.0:g} for {value:g} percent"
    return Problem(where, f"{_range(lower, upper)} ({words})", f"{value:g}", remedy)


def _range(lower: float, upper: float) -> str:
    if math.isinf(lower) and math.isinf(upper):
        return "a finite number"
    if math.isinf(upper):
        return f"at least {lower:g}"
    return f"at most {upper:g}" if math.isinf(lower) else f"{lower:g} to {upper:g}"
