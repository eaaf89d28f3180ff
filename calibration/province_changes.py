"""Likelihood of changes between two surveys: how much a district and a year add beyond sampling.

A lasting difference between districts cancels in a change. What moved the whole province is
removed as its mean, and the rest is drawn out for the degree of freedom that this costs; a second
form integrates it out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SCALES = np.geomspace(0.02, 0.8, 90)
"""Scales at which the likelihood is computed, logit."""
DROP = 1.9207
"""Fall of the log likelihood at the ends of a 95 % interval: half the quantile of chi-squared."""
_NORMAL_95 = 1.96
_STEP, _ENDS = 0.1, 9.0
"""Step of the frequencies, 1/logit, and where they end, in standard errors of the sharpest pair."""
_LEAST = 1e-300
"""Densities below it are rounding errors."""
_REACH, _NODES = 2.0, 401
"""Half width of the grid of the shift of a province, logit, and its points."""


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval.

    Attributes
    ----------
    value, low, high
        The number and the ends of the interval, all in the same unit.
    """

    value: float
    low: float
    high: float

    @property
    def log_spread(self) -> float:
        """SD of the log that the interval stands for; infinite where it reaches 0."""
        if self.low <= 0.0:
            return float("inf")
        return float(np.log(self.high / self.low) / (2.0 * _NORMAL_95))

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


@dataclass(frozen=True)
class Changes:
    """Changes of districts between two surveys.

    Attributes
    ----------
    province
        (district,), index of its province.
    change
        (district,), logit of the later share less that of the earlier one.
    variance
        (district,), sampling variance of the change, logit squared.
    """

    province: NDArray[np.int64]
    change: Floats
    variance: Floats

    def centred(self) -> Floats:
        """Return changes less the mean of the province, drawn out by what the mean took away."""
        out = np.empty_like(self.change)
        for k in np.unique(self.province):
            own = self.change[self.province == k]
            out[self.province == k] = (own - own.mean()) * np.sqrt(len(own) / (len(own) - 1.0))
        return out

    def split(self) -> list[tuple[Floats, Floats]]:
        """Return changes and variances of each province."""
        places = [self.province == k for k in np.unique(self.province)]
        return [(self.change[at], self.variance[at]) for at in places]


def student_log_likelihood(changes: Changes, scales: Floats = SCALES) -> Floats:
    """Return the log likelihood where each survey deviates by Student's t, 4 degrees of freedom.

    The density of two such deviations and a normal error has no closed form, but its
    characteristic function has; it is turned back by a sum over frequencies.

    Parameters
    ----------
    changes
        Of all provinces.
    scales
        (scale,), of the deviation of one survey, logit.

    Returns
    -------
    ndarray
        (scale,).
    """
    frequency, two = _two_deviations(changes, scales)
    apart = changes.centred()
    error = np.exp(-0.5 * np.outer(changes.variance, frequency**2))
    density = two @ (error * np.cos(np.outer(apart, frequency))).T
    return np.log(np.maximum(density, _LEAST)).sum(axis=1)


def integrated_log_likelihood(changes: Changes, scales: Floats = SCALES) -> Floats:
    """Return the same, with the shift of each province integrated out under a flat prior.

    A district that moved far then pulls the shift of its province less than it pulls a mean.

    Parameters
    ----------
    changes, scales
        As for `student_log_likelihood`.
    """
    frequency, two = _two_deviations(changes, scales)
    parts = [_integrated(*group, frequency, two) for group in changes.split()]
    return np.sum(parts, axis=0)


def _two_deviations(changes: Changes, scales: Floats) -> tuple[Floats, Floats]:
    """Return frequencies, and the weight of each at each scale in the sum over them."""
    last = _ENDS / np.sqrt(changes.variance.min())
    frequency = np.arange(0.0, last + _STEP, _STEP)
    weight = np.where(frequency > 0.0, 1.0, 0.5) * _STEP / np.pi
    two = np.array([characteristic(scale * frequency) ** 2 for scale in scales])
    return frequency, two * weight


def _integrated(change: Floats, variance: Floats, frequency: Floats, two: Floats) -> Floats:
    """Return the log likelihood of one province at each scale, its shift integrated out."""
    shift = np.linspace(-_REACH, _REACH, _NODES)
    angle = np.outer(change - change.mean(), frequency)
    error = np.exp(-0.5 * np.outer(variance, frequency**2))
    even, odd = error * np.cos(angle), error * np.sin(angle)
    # The cosine of a difference, so that shifts and districts meet in a product of matrices.
    back = np.outer(frequency, shift)
    cosine, sine = np.cos(back), np.sin(back)
    out = np.empty(len(two))
    for k, row in enumerate(two):
        density = np.maximum((even * row) @ cosine + (odd * row) @ sine, _LEAST)
        out[k] = np.logaddexp.reduce(np.log(density).sum(axis=0))
    return out + np.log(shift[1] - shift[0])


def characteristic(frequency: Floats) -> Floats:
    """Return the characteristic function of Student's t with 4 degrees of freedom.

    Parameters
    ----------
    frequency
        At least 0.

    Notes
    -----
    Hurst (1995), The characteristic function of the Student t distribution, Australian National
    University, Financial Mathematics Research Report FMRR 006-95.
    """
    from scipy.special import kv

    x = 2.0 * np.maximum(frequency, 1e-9)
    return kv(2, x) * x**2 / 2.0


def normal_log_likelihood(changes: Changes, scales: Floats = SCALES) -> Floats:
    """Return the log likelihood where each survey deviates by a normal error.

    Parameters
    ----------
    changes
        Of all provinces.
    scales
        (scale,), SD of the deviation of one survey, logit.

    Returns
    -------
    ndarray
        (scale,).
    """
    total = 2.0 * scales[:, None] ** 2 + changes.variance
    logs = np.log(2.0 * np.pi * total) + changes.centred() ** 2 / total
    return -0.5 * logs.sum(axis=1)


def most_likely(
    changes: Changes, log_likelihood: Callable[[Changes, Floats], Floats]
) -> tuple[Estimate, float]:
    """Return the most likely scale with its likelihood interval, and the log likelihood there.

    Parameters
    ----------
    changes
        Of all provinces.
    log_likelihood
        One of those of this module.
    """
    from scipy.interpolate import CubicSpline

    curve = CubicSpline(np.log(SCALES), log_likelihood(changes, SCALES))
    fine = np.geomspace(SCALES[0], SCALES[-1], 20_001)
    value = curve(np.log(fine))
    best = int(value.argmax())
    inside = fine[value >= value[best] - DROP]
    return Estimate(float(fine[best]), float(inside[0]), float(inside[-1])), float(value[best])
