"""How a departure of mean HAZ fades while children pass through the age stages of the model.

Twenty stages of three months. A departure ``D`` from the cohort's own path closes at the rate
``c[s]`` in stage ``s``. In a steady state the exit of a stage and its mean agree, so ::

    D[s] = (D[s-1] + 3 gain[s]) / (1 + 3 c[s])

The rates are set so that exactly the share ``remaining`` of a departure at birth is left after
all stages, and so that catch-up is spread over age like ``exp(-age / age_scale)``::

    w[s] = integral over stage s of exp(-age/age_scale) / integral over 0-60
    c[s] = (remaining ** -w[s] - 1) / 3
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import EvidenceError, Problem

Array = NDArray[np.float64]

STAGES = 20
STAGE_MONTHS = 3
LAST_AGE = STAGES * STAGE_MONTHS
"""Age at which the last stage is left, months."""


def catch_up_weights(age_scale: ArrayLike) -> Array:
    """Return how catch-up is spread over the stages.

    Parameters
    ----------
    age_scale
        Months over which the rate falls by a factor e; infinite for an even spread.

    Returns
    -------
    ndarray
        Shape (..., stage), summing to 1.
    """
    scale = _checked("age_scale", age_scale, np.inf)[..., np.newaxis]
    starts = STAGE_MONTHS * np.arange(STAGES)
    with np.errstate(invalid="ignore"):
        shares = (
            np.exp(-starts / scale) * np.expm1(-STAGE_MONTHS / scale) / np.expm1(-LAST_AGE / scale)
        )
    return np.where(np.isinf(scale), 1.0 / STAGES, shares)


def catch_up_rates(remaining: ArrayLike, age_scale: ArrayLike) -> Array:
    """Return the rate at which a departure closes in each stage.

    Parameters
    ----------
    remaining
        Share of a birth effect left at 60 months, above 0 to 1.
    age_scale
        As for `catch_up_weights`.

    Returns
    -------
    ndarray
        1/month, shape (..., stage).
    """
    left = _checked("remaining", remaining, 1.0)[..., np.newaxis]
    return np.expm1(-catch_up_weights(age_scale) * np.log(left)) / STAGE_MONTHS


def departures(
    gains: ArrayLike, remaining: ArrayLike, age_scale: ArrayLike, at_birth: ArrayLike = 0.0
) -> Array:
    """Return the departure of each stage in the steady state.

    Parameters
    ----------
    gains
        HAZ/month, shape (..., stage).
    remaining, age_scale
        As for `catch_up_rates`.
    at_birth
        Departure of newborns, HAZ.

    Returns
    -------
    ndarray
        HAZ, shape (..., stage).
    """
    rates = catch_up_rates(remaining, age_scale)
    gain = np.asarray(gains, dtype=float)
    start = np.asarray(at_birth, dtype=float)
    shape = np.broadcast_shapes(rates.shape, gain.shape, (*start.shape, STAGES))
    rates, gain = np.broadcast_to(rates, shape), np.broadcast_to(gain, shape)
    result = np.empty(shape)
    level = np.broadcast_to(start, shape[:-1])
    for stage in range(STAGES):
        level = (level + STAGE_MONTHS * gain[..., stage]) / (1.0 + STAGE_MONTHS * rates[..., stage])
        result[..., stage] = level
    return result


def exposure_yield(
    remaining: ArrayLike, age_scale: ArrayLike, start: int = 6, end: int = 24
) -> Array:
    """Return the departure at the end of an age window per unit of monthly gain in it.

    Without catch-up this is the length of the window.

    Parameters
    ----------
    remaining, age_scale
        As for `catch_up_rates`.
    start, end
        Age window, months, multiples of three within 0 to 60.

    Returns
    -------
    ndarray
        Months, broadcast over the arguments.
    """
    first, stop = _window(start, end)
    gains = np.zeros(STAGES)
    gains[first:stop] = 1.0
    return departures(gains, remaining, age_scale)[..., stop - 1]


def share_left(
    remaining: ArrayLike, age_scale: ArrayLike, start: int = 0, end: int = LAST_AGE
) -> Array:
    """Return the share of a departure at one age that is left at another.

    Parameters
    ----------
    remaining, age_scale
        As for `catch_up_rates`.
    start, end
        Ages, months, multiples of three within 0 to 60.
    """
    first, stop = _window(start, end)
    left = _checked("remaining", remaining, 1.0)
    return left ** catch_up_weights(age_scale)[..., first:stop].sum(axis=-1)


def _window(start: int, end: int) -> tuple[int, int]:
    fine = 0 <= start < end <= LAST_AGE and start % STAGE_MONTHS == 0 == end % STAGE_MONTHS
    if fine:
        return start // STAGE_MONTHS, end // STAGE_MONTHS
    expected = f"two ages out of 0, {STAGE_MONTHS}, ... {LAST_AGE} months, the first below"
    remedy = "Choose ages at which a stage begins and ends"
    raise EvidenceError([Problem("age window", expected, f"{start} and {end}", remedy)])


def _checked(name: str, value: ArrayLike, high: float) -> Array:
    array = np.asarray(value, dtype=float)
    if np.all((array > 0.0) & (array <= high)):
        return array
    bad = array[~((array > 0.0) & (array <= high))].flat[0]
    expected = f"a number above 0 to {high:g}"
    raise EvidenceError([Problem(name, expected, f"{bad:g}", "Correct it")])
