"""Scores of frozen forecasts: log score, CRPS and PIT from the stored quantiles.

Between the quantiles the probit of the probability is a monotone cubic (Fritsch and Carlson 1980,
Monotone piecewise cubic interpolation, SIAM Journal on Numerical Analysis 17,
https://doi.org/10.1137/0717021) of the logit of the share; below 0.5 % and above 99.5 % it is a
straight line with the mean slope of the three outermost steps. The density is the derivative of
that distribution function. It is per unit of share, as in `likelihood.log_density`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .ledger_entry import LEVELS, Forecast
from .ledger_surveys import Published

Floats = NDArray[np.float64]

_OUTER = 3
"""Steps between quantiles that set the slope of a tail; judged."""
_GRID = 4001


class Distribution(Protocol):
    """A distribution of a surveyed share."""

    def cdf(self, share: ArrayLike) -> Floats:
        """Return the probability of at most a share."""
        ...

    def log_density(self, share: float) -> float:
        """Return the log density, per unit of share."""
        ...


@dataclass(frozen=True)
class Stored:
    """The distribution that quantiles stand for.

    Attributes
    ----------
    quantiles
        (199,), rising shares at `LEVELS`, 0 to 1.
    """

    quantiles: Floats

    @cached_property
    def _knots(self) -> tuple[Floats, Floats]:
        from scipy.special import logit, ndtri

        return logit(self.quantiles), ndtri(LEVELS)

    def _probit(self, share: ArrayLike) -> tuple[Floats, Floats]:
        """Return the probit of the probability and its derivative by the logit of the share."""
        from scipy.interpolate import PchipInterpolator
        from scipy.special import logit

        (x, z), at = self._knots, logit(np.asarray(share, float))
        curve = PchipInterpolator(x, z)
        value, slope = curve(at), curve(at, 1)
        for outside, end, inner in ((at < x[0], 0, _OUTER), (at > x[-1], -1, -1 - _OUTER)):
            steep = (z[inner] - z[end]) / (x[inner] - x[end])
            value = np.where(outside, z[end] + steep * (at - x[end]), value)
            slope = np.where(outside, steep, slope)
        return value, slope

    def cdf(self, share: ArrayLike) -> Floats:
        """Return the probability of at most a share.

        Parameters
        ----------
        share
            Of any shape, above 0 and below 1.
        """
        from scipy.special import ndtr

        return ndtr(self._probit(share)[0])

    def log_density(self, share: float) -> float:
        """Return the log density, per unit of share.

        Parameters
        ----------
        share
            Above 0 and below 1.
        """
        value, slope = self._probit(share)
        normal = -0.5 * value**2 - 0.5 * np.log(2.0 * np.pi)
        return float(normal + np.log(slope) - np.log(share * (1.0 - share)))


@dataclass(frozen=True)
class Bell:
    """A normal distribution of a share: mean and SD."""

    mean: float
    deviation: float

    def cdf(self, share: ArrayLike) -> Floats:
        """Return the probability of at most a share."""
        from scipy.special import ndtr

        return ndtr((np.asarray(share, float) - self.mean) / self.deviation)

    def log_density(self, share: float) -> float:
        """Return the log density, per unit of share."""
        z = (share - self.mean) / self.deviation
        return float(-0.5 * z * z - np.log(self.deviation * np.sqrt(2.0 * np.pi)))


@dataclass(frozen=True)
class SurveyScore:
    """Scores of one forecast of one survey.

    Attributes
    ----------
    log
        Log density of the published share, per unit of share; log probability of an interval. More
        is better, nats.
    crps
        Continuous ranked probability score, share; less is better. Absent for an interval.
    pit
        Probability that the forecast gave to smaller shares, 0 to 1. Absent for an interval.
    """

    log: float
    crps: float | None
    pit: float | None

    def inside(self, level: float) -> bool | None:
        """Return whether the share lies in the central interval of a level, if it is known."""
        return None if self.pit is None else abs(self.pit - 0.5) <= level / 2.0


@dataclass(frozen=True)
class Scored:
    """A published survey, its forecast, and the scores of that and of the last survey again."""

    survey: Published
    forecast: Forecast
    model: SurveyScore
    persistence: SurveyScore


def score_surveys(
    surveys: Sequence[Published], forecasts: Sequence[Forecast]
) -> tuple[Scored, ...]:
    """Score the forecasts of some surveys.

    Parameters
    ----------
    surveys
        What was published, of districts and years that were forecast.
    forecasts
        Of the entry.
    """
    known = {(item.area, item.year): item for item in forecasts}
    out: list[Scored] = []
    for survey in surveys:
        item = known[survey.area, survey.year]
        plain = Bell(item.persistence, item.persistence_sd)
        scores = [score_one(kind, survey) for kind in (Stored(item.quantiles), plain)]
        out.append(Scored(survey, item, *scores))
    return tuple(out)


def score_one(forecast: Distribution, survey: Published) -> SurveyScore:
    """Score one distribution against one survey.

    Parameters
    ----------
    forecast
        Of the surveyed share.
    survey
        Its share, or the interval that is known to hold it.
    """
    if survey.value is not None:
        pit = float(forecast.cdf(survey.value))
        log = forecast.log_density(survey.value)
        return SurveyScore(log, crps(forecast, survey.value), pit)
    assert survey.low is not None and survey.high is not None
    low, high = forecast.cdf(np.array([survey.low, survey.high]))
    return SurveyScore(float(np.log(max(high - low, 1e-300))), None, None)


def crps(forecast: Distribution, share: float) -> float:
    """Return the continuous ranked probability score, share.

    The integral of the squared distance between the distribution function and the step at the
    share, by Simpson's rule on either side of it.

    Parameters
    ----------
    forecast
        Of the surveyed share.
    share
        Published, above 0 and below 1.
    """
    from scipy.integrate import simpson

    edge = 1e-9
    below, above = np.linspace(edge, share, _GRID), np.linspace(share, 1.0 - edge, _GRID)
    left = simpson(forecast.cdf(below) ** 2, x=below)
    return float(left + simpson((1.0 - forecast.cdf(above)) ** 2, x=above))
