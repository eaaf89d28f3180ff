"""Checks on the answer itself: falls too fast to believe, and the two child sectors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .batch import Batch
from .outcomes import POINTS, Interval, interval, paired_gain

Floats = NDArray[np.float64]

FASTEST_FALL = 3.0
"""Points a year: the fastest documented sustained fall of a region, from far higher levels
(rows E14 to E20 of the evidence)."""

SUSTAINED_YEARS = 3
LARGE_SHARE, LARGE_POINTS = 0.20, 0.1
"""The child sectors differ when both of these are passed."""


@dataclass(frozen=True)
class SectorDifference:
    """The gain of a strategy under the two child sectors.

    Attributes
    ----------
    coflow, stocks
        Paired gain under the mean-height co-flow, and under stunted and not-stunted stocks,
        percentage points.
    differ
        Whether the medians differ by more than 20 percent and 0.1 points.
    """

    coflow: Interval
    stocks: Interval
    differ: bool


def sector_difference(batch: Batch, case: str, base: str, month: float) -> SectorDifference:
    """Compare the gain under the two child sectors, which run side by side in every draw."""
    coflow = interval(paired_gain(batch, case, base, "HAZ survey prevalence", month))
    stocks = interval(paired_gain(batch, case, base, "stock survey prevalence", month))
    return SectorDifference(coflow, stocks, sectors_differ(coflow.median, stocks.median))


def sectors_differ(coflow: float, stocks: float) -> bool:
    """Tell whether two effects, percentage points, are too far apart to report only one."""
    gap = abs(coflow - stocks)
    return gap > LARGE_POINTS and gap > LARGE_SHARE * max(abs(coflow), abs(stocks))


def fall_is_implausible(times: Floats, prevalence: Floats) -> bool:
    """Tell whether prevalence falls faster than anywhere documented, three years in a row.

    Parameters
    ----------
    times
        (time,), months, increasing.
    prevalence
        (time,), 0 to 1; values between the saved months are interpolated.

    Returns
    -------
    bool
        Whether there is a month from which each of three years falls by more than 3 points.
    """
    years = 12.0 * np.arange(SUSTAINED_YEARS + 1)
    for first in times[times <= times[-1] - years[-1] + 1e-9]:
        level = np.interp(first + years, times, prevalence)
        if np.all(-POINTS * np.diff(level) > FASTEST_FALL):
            return True
    return False


def implausible_share(batch: Batch, case: str, from_month: float) -> tuple[bool, float]:
    """Return whether the median path falls too fast, and the share of draws that do.

    Parameters
    ----------
    batch
        Runs with ``survey prevalence``.
    case
        The strategy.
    from_month
        First month that is looked at.
    """
    kept = batch.times >= from_month - 1e-9
    times, paths = batch.times[kept], batch.path(case, "survey prevalence")[:, kept]
    if times[-1] - times[0] < 12.0 * SUSTAINED_YEARS:
        return False, 0.0
    years = 12.0 * np.arange(SUSTAINED_YEARS + 1)
    hit = np.zeros(len(paths), bool)
    for first in times[times <= times[-1] - years[-1] + 1e-9]:
        level = _at(times, paths, first + years)
        hit |= np.all(-POINTS * np.diff(level, axis=1) > FASTEST_FALL, axis=1)
    return fall_is_implausible(times, np.median(paths, axis=0)), float(hit.mean())


def _at(times: Floats, paths: Floats, wanted: Floats) -> Floats:
    """Interpolate (draw, time) at other times."""
    right = np.clip(np.searchsorted(times, wanted), 1, len(times) - 1)
    weight = (wanted - times[right - 1]) / (times[right] - times[right - 1])
    return paths[:, right - 1] * (1.0 - weight) + paths[:, right] * weight
