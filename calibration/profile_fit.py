"""Stunting by age as a smooth curve: its centre, and draws that two surveys and their errors allow.

The curve is the probit of the share stunted at birth and in twenty stages. Before any survey it is
a random walk of the slope: second differences are normal with a common spread, level and slope are
free, and the share at birth has a belief. A survey sees the mean share of an age band with three
errors on the probit scale: of sampling, of the survey (its own in each band), and of the form of
the model (the same for all surveys). How much surveys differ, and how rough the curve is, are
uncertain too; both are summed over quantiles of their priors.

What is drawn is the share at birth and that of each age band; between them every draw takes the
smoothest curve, so seven numbers make it. No survey says anything of wiggles inside a band.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..model.catch_up import STAGES
from ..model.randomness import stream
from .growth_tables import GrowthTables
from .normal import ndtri
from .profile_errors import (
    ErrorPrior,
    Seen,
    band_scores,
    density,
    error_covariance,
    observe,
)

Floats = NDArray[np.float64]
KNOTS = STAGES + 1
NODES = 12
"""Quantiles of a prior that stand for it."""
SWEEPS = 5
"""Gauss-Newton steps; three are enough from the survey's own level."""
_FLAT = 1e-6
"""Precision of level and slope before any survey."""


@dataclass(frozen=True)
class Fit:
    """Normal approximation of the curve under one pair of spreads.

    Attributes
    ----------
    mode
        Most likely curve, (knot,).
    root
        Turns independent noise into curves around the mode, (knot, 1 + band).
    seen, slope
        Scores that the mode gives to the observations, and how they move with the curve.
    evidence
        Log probability of the observations, up to a constant.
    """

    mode: Floats
    root: Floats
    seen: Floats
    slope: Floats
    evidence: float


@dataclass(frozen=True)
class Curves:
    """Draws of the curve from the mixture of normal approximations.

    Attributes
    ----------
    scores
        Probits at birth and by stage, (draw, knot).
    survey, step
        Spread between surveys, and of the second differences, (draw,).
    log_weight
        Exact over approximate log likelihood, (draw,).
    """

    scores: Floats
    survey: Floats
    step: Floats
    log_weight: Floats


def fit_curve(seen: Seen, step: float, covariance: Floats) -> Fit:
    """Return the most likely curve and its normal approximation.

    Parameters
    ----------
    seen
        The surveys.
    step
        Spread of the second differences.
    covariance
        Of the errors of the observations.
    """
    bend = np.diff(np.eye(KNOTS), 2, axis=0)
    prior = bend.T @ bend / step**2 + _FLAT * np.eye(KNOTS)
    prior[0, 0] += seen.birth_spread**-2
    pull = np.zeros(KNOTS)
    pull[0] = seen.birth * seen.birth_spread**-2
    inverse = np.linalg.inv(covariance)
    mode = np.full(KNOTS, float(seen.score.mean()), dtype=np.float64)
    for _ in range(SWEEPS):
        fitted, slope = _linear(seen, mode)
        precision = prior + slope.T @ inverse @ slope
        target = seen.score - fitted + slope @ mode
        solved = np.linalg.solve(precision, slope.T @ inverse @ target + pull)
        mode = np.asarray(solved, dtype=np.float64)
    fitted, slope = _linear(seen, mode)
    around = np.asarray(np.linalg.inv(prior + slope.T @ inverse @ slope), dtype=np.float64)
    root = _smooth_root(bend, around, _band_slope(seen, mode))
    rest = seen.score - fitted + slope @ (mode - np.linalg.solve(prior, pull))
    spread = slope @ np.linalg.solve(prior, slope.T) + covariance
    evidence = -0.5 * (rest @ np.linalg.solve(spread, rest) + np.linalg.slogdet(spread)[1])
    return Fit(mode, root, fitted, slope, float(evidence))


def central_scores(tables: GrowthTables, weights: Floats, prior: ErrorPrior) -> Floats:
    """Return the central curve: through the mean of the surveys, with the error of sampling.

    Returns
    -------
    ndarray
        Probits at birth and by stage, (knot,).
    """
    seen = observe(tables, weights, prior)
    shares = np.array([band.value for band in tables.bands])
    bands = np.arange(len(seen.mean))
    means = np.array([shares[seen.row == band].mean() for band in bands])
    spread = np.full(len(bands), prior.centre_error**2)
    mean = Seen(seen.mean, bands, ndtri(means), spread, seen.birth, seen.birth_spread)
    return fit_curve(mean, prior.step, np.diag(spread)).mode


def draw_curves(seen: Seen, prior: ErrorPrior, seed: int, draws: int) -> Curves:
    """Draw curves from the normal approximations, each pair of spreads by its evidence.

    Parameters
    ----------
    seen
        The surveys.
    prior
        Sizes of the errors.
    seed, draws
        Seed of the whole run, and how many curves.
    """
    nodes = (np.arange(NODES) + 0.5) / NODES
    surveys = prior.survey * ndtri(0.5 + 0.5 * nodes)
    steps = prior.step * np.exp(prior.step_log_spread * ndtri(nodes))
    errors = [error_covariance(seen, survey, prior.form) for survey in surveys]
    fits = [[fit_curve(seen, step, error) for step in steps] for error in errors]
    evidence = np.array([[fit.evidence for fit in row] for row in fits]).ravel()
    ladder = np.cumsum(np.exp(evidence - evidence.max()))
    uniform = stream(seed, "natural history/spreads").random(draws)
    cell = np.minimum(np.searchsorted(ladder, uniform * ladder[-1]), ladder.size - 1)
    scores, log_weight = np.empty((draws, KNOTS)), np.empty(draws)
    shape = draws, 1 + len(seen.mean)
    noise = stream(seed, "natural history/curve").standard_normal(shape)
    for index in np.unique(cell):
        rows, fit = cell == index, fits[index // NODES][index % NODES]
        scores[rows] = fit.mode + noise[rows] @ fit.root.T
        log_weight[rows] = _correction(seen, fit, errors[index // NODES], scores[rows])
    return Curves(scores, surveys[cell // NODES], steps[cell % NODES], log_weight)


def _linear(seen: Seen, scores: Floats) -> tuple[Floats, Floats]:
    """Return the scores of the observations and how they move with the curve."""
    return band_scores(seen, scores)[seen.row], _band_slope(seen, scores)[seen.row]


def _band_slope(seen: Seen, scores: Floats) -> Floats:
    """Return how the scores of the age bands move with the curve, (band, knot)."""
    slope = np.zeros((len(seen.mean), KNOTS))
    below = density(band_scores(seen, scores))[:, np.newaxis]
    slope[:, 1:] = seen.mean * density(scores[1:]) / below
    return slope


def _smooth_root(bend: Floats, covariance: Floats, slope: Floats) -> Floats:
    """Return a root of the covariance of birth and bands, spread over age as smoothly as can be."""
    pinned = np.vstack([np.eye(1, KNOTS), slope])
    free = np.linalg.inv(bend.T @ bend + _FLAT * np.eye(KNOTS))
    smooth = free @ pinned.T @ np.linalg.inv(pinned @ free @ pinned.T)
    return smooth @ np.linalg.cholesky(pinned @ covariance @ pinned.T)


def _correction(seen: Seen, fit: Fit, covariance: Floats, scores: Floats) -> Floats:
    """Return the exact less the approximate log likelihood of each curve."""
    inverse = np.linalg.inv(covariance)
    exact = seen.score - band_scores(seen, scores)[:, seen.row]
    close = seen.score - fit.seen - (scores - fit.mode) @ fit.slope.T
    sizes = [np.einsum("di,ij,dj->d", rest, inverse, rest) for rest in (exact, close)]
    return -0.5 * (sizes[0] - sizes[1])
