"""Plain forecasts that the model has to keep up with; all see the fitted surveys alone.

Each gives a normal distribution of the surveyed share, with the sampling error of the survey that
is forecast and of those it leans on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .intervals import DESIGN_EFFECT
from .panel import Panel

Floats = NDArray[np.float64]

WANDER = 0.015
"""SD that the true prevalence of a district moves in a year, share; judged."""
DAMPING = 0.5
"""Part of a district's distance from the province that is left after a year, damped walk; judged."""


@dataclass(frozen=True)
class Normal:
    """Forecast of each survey: mean and SD, (district, survey), share."""

    mean: Floats
    deviation: Floats


@dataclass(frozen=True)
class Known:
    """What the forecasts see.

    Attributes
    ----------
    values, error
        (district, survey), fitted shares and their sampling variance.
    pooled, between
        Mean of all values, and variance of true district means.
    ahead
        (survey,), years from the last fitted survey to the forecast one.
    noise
        (district, survey), sampling variance of the survey that is forecast.
    """

    values: Floats
    error: Floats
    pooled: float
    between: float
    ahead: Floats
    noise: Floats


def _known(fitted: Panel, children: Floats, years: NDArray[np.int64]) -> Known:
    values, pooled = fitted.share, float(np.nanmean(fitted.share))
    spread = DESIGN_EFFECT * pooled * (1.0 - pooled)
    error = np.where(fitted.points, spread / fitted.children, np.nan)
    mean, variance = _mean_of(values, error)
    between = max(0.0, float(np.var(mean, ddof=1) - variance.mean()))
    ahead = (years - fitted.years[-1]).astype(float)
    return Known(values, error, pooled, between, ahead, spread / children)


def _mean_of(values: Floats, error: Floats) -> tuple[Floats, Floats]:
    """Return mean and variance of each district, weighted by precision."""
    weight = np.where(np.isfinite(values), 1.0 / error, 0.0)
    total = weight.sum(axis=1)
    return np.nansum(weight * np.nan_to_num(values), axis=1) / total, 1.0 / total


def persistence(known: Known) -> Normal:
    """Return the last survey of the district, again."""
    spread = known.error[:, -1:] + known.noise + known.ahead * WANDER**2
    return Normal(np.broadcast_to(known.values[:, -1:], spread.shape), np.sqrt(spread))


def pooled_mean(known: Known) -> Normal:
    """Return the mean of the district's surveys, shrunk towards the province."""
    mean, variance = _mean_of(known.values, known.error)
    weight = known.between / (known.between + variance)
    centre = known.pooled + weight * (mean - known.pooled)
    spread = (weight * variance)[:, None] + known.noise + known.ahead * WANDER**2
    return Normal(np.broadcast_to(centre[:, None], spread.shape), np.sqrt(spread))


def province(known: Known) -> Normal:
    """Return the mean of the province for everyone, with the spread between values seen."""
    seen = float(np.nanstd(known.values, ddof=1))
    return Normal(np.full_like(known.noise, known.pooled), np.full_like(known.noise, seen))


def linear_trend(known: Known) -> Normal:
    """Return the line through the last two surveys of the district."""
    before, last = known.values[:, -2:-1], known.values[:, -1:]
    spread = known.error[:, -1:] * (1.0 + known.ahead) ** 2
    spread = spread + known.error[:, -2:-1] * known.ahead**2 + known.noise
    return Normal(last + (last - before) * known.ahead, np.sqrt(spread))


def damped_walk(known: Known) -> Normal:
    """Return the last survey, pulled towards the province year by year."""
    left = DAMPING**known.ahead
    centre = known.pooled + left * (known.values[:, -1:] - known.pooled)
    drift = WANDER**2 * (1.0 - left**2) / (1.0 - DAMPING**2)
    spread = left**2 * known.error[:, -1:] + (1.0 - left) ** 2 * known.between
    return Normal(centre, np.sqrt(spread + drift + known.noise))


BASELINES: dict[str, Callable[[Known], Normal]] = {
    "persistence": persistence,
    "pooled mean": pooled_mean,
    "province": province,
    "linear trend": linear_trend,
    "damped walk": damped_walk,
}


def forecasts(fitted: Panel, children: Floats, years: NDArray[np.int64]) -> dict[str, Normal]:
    """Return every plain forecast.

    Parameters
    ----------
    fitted
        Surveys that may be seen; a district without the last two has no forecast by some.
    children
        (district, survey) of the surveys that are forecast.
    years
        (survey,), their years.
    """
    known = _known(fitted, children, years)
    return {name: make(known) for name, make in BASELINES.items()}
