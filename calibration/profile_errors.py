"""What surveys by age see of a curve, and with which errors: the observation side of tier 0."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..model.catch_up import STAGES
from .growth_tables import GrowthTables
from .normal import ndtr, ndtri

Floats = NDArray[np.float64]
_DENSITY_AT_ZERO = 0.3989422804014327


@dataclass(frozen=True)
class ErrorPrior:
    """Judged sizes of what is not sampling error, on the probit scale.

    Attributes
    ----------
    design_effect
        Of the national samples; 38,800 effective of 84,796 children in 2019 is 2.2, the survey of
        2018 is nearer 3.
    form
        Spread of the error of the model's form; 0.02 is about half a point at 20 percent.
    survey
        Scale of the half-normal prior of what surveys differ by.
    step, step_log_spread
        Median and log spread of the lognormal prior of the second differences.
    centre_error
        Error of the mean of the surveys when the central curve is drawn: sampling alone.
    """

    design_effect: float = 2.5
    form: float = 0.02
    survey: float = 0.05
    step: float = 0.06
    step_log_spread: float = 0.5
    centre_error: float = 0.0075


@dataclass(frozen=True)
class Seen:
    """The surveys as arrays.

    Attributes
    ----------
    mean
        Averages stages into age bands, (band, stage).
    row
        Age band of each observation, (observation,).
    score
        Probit of each observed share, (observation,).
    sampling
        Variance of sampling of each score, (observation,).
    birth, birth_spread
        Belief on the probit of the share at birth.
    """

    mean: Floats
    row: NDArray[np.intp]
    score: Floats
    sampling: Floats
    birth: float
    birth_spread: float


def density(score: Floats) -> Floats:
    """Return the standard normal density; scipy.stats takes half a second to import."""
    return _DENSITY_AT_ZERO * np.exp(-0.5 * score * score)


def observe(tables: GrowthTables, weights: Floats, prior: ErrorPrior) -> Seen:
    """Return the surveys as arrays; ``weights`` are the children of each stage."""
    ages = tables.ages
    mean = np.zeros((len(ages), STAGES))
    for band in tables.bands:
        mean[ages.index((band.age_low, band.age_high)), band.stages] = weights[band.stages]
    mean /= mean.sum(axis=1, keepdims=True)
    share = np.array([band.value for band in tables.bands])
    children = np.array([band.children for band in tables.bands])
    score = ndtri(share)
    sampling = share * (1.0 - share) * prior.design_effect / children / density(score) ** 2
    row = np.array([ages.index((band.age_low, band.age_high)) for band in tables.bands])
    return Seen(mean, row, score, sampling, float(ndtri(tables.birth.value)), tables.birth.spread)


def band_scores(seen: Seen, scores: Floats) -> Floats:
    """Return the probit of the share of each age band, (..., band)."""
    return ndtri(ndtr(scores[..., 1:]) @ seen.mean.T)


def error_covariance(seen: Seen, survey: float, form: float) -> Floats:
    """Return the covariance of the errors of all observations."""
    same = seen.row[:, np.newaxis] == seen.row
    return form**2 * same + np.diag(survey**2 + seen.sampling)
