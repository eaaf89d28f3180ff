"""The observation model of routine figures (e-PPGBM).

A figure is what the measurement sector of the model reports of the children of a draw, with an
error of the district that drifts and one of the figure itself, both normal in the logit. The series
weighs the draws of the levels that are stored already; no fit reads it. Its bias is not known and
drifts, so that a level fitted to it would be a level of the bias.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..model.parameters import draw_prior, load_parameters
from .gates import Gate
from .measurement import months_of
from .psis import Weights
from .routine import RoutineFigure

Floats = NDArray[np.float64]

ROUTINE_MODEL = Path(__file__).with_name("data") / "routine_model.csv"
"""Priors of the errors of routine figures, each with source and grade."""
DISTRICT, MEMORY = "district routine error", "memory of the district routine error"
PASSING = "passing routine error"
BAND = (0.05, 0.95)
FEWEST = 100.0
"""Effective draws below which the weights are not used; judged: a tail of five percent is then
five draws."""


@dataclass(frozen=True)
class Errors:
    """Errors of routine figures.

    Attributes
    ----------
    district
        (draw,), SD of what a district adds to its figures (lists, tools, definition), logit.
    memory
        (draw,), years after which the district's error resembles its old value by 1/e.
    passing
        (draw,), SD of what one figure adds (campaign, month, denominator), logit.
    """

    district: Floats
    memory: Floats
    passing: Floats

    def shared(self, years: Floats) -> Floats:
        """Return (draw, figure, figure), covariance of the district's error, logit.

        Parameters
        ----------
        years
            (figure,), when, years.
        """
        apart = np.abs(years[:, None] - years)
        return self.district[:, None, None] ** 2 * np.exp(-apart / self.memory[:, None, None])

    def whole(self, years: Floats) -> Floats:
        """Return (draw, figure, figure), covariance of both errors, logit."""
        own = np.square(self.passing)[:, None, None] * np.eye(len(years))
        return np.asarray(self.shared(years) + own, np.float64)


def draw_errors(seed: int, draws: int, path: Path = ROUTINE_MODEL) -> Errors:
    """Draw the errors from their priors.

    Raises
    ------
    EvidenceError
        With every mistake of the table, by file and line, or if a row is missing.
    """
    found = draw_prior(load_parameters(path), seed, draws, [DISTRICT, MEMORY, PASSING])
    return Errors(found[DISTRICT], found[MEMORY], found[PASSING])


def months_by_figure(figures: Sequence[RoutineFigure]) -> list[tuple[float, ...]]:
    """Return the months of each figure, 0 is January 2018."""
    return [months_of(figure.year, figure.month) for figure in figures]


def years_of(months: Sequence[Sequence[float]]) -> Floats:
    """Return (figure,), the middle of the months of each figure, years since 2018."""
    return np.array([float(np.mean(own)) for own in months]) / 12.0


def simulated(expected: Floats, errors: Errors, years: Floats, rng: np.random.Generator) -> Floats:
    """Return figures that the model might publish, (draw, figure), 0 to 1.

    Parameters
    ----------
    expected
        (draw, figure), what posyandu report before any error, 0 to 1.
    errors
        Errors of the figures.
    years
        (figure,), when, years.
    rng
        Of the errors.
    """
    from scipy.special import expit, logit

    factor = np.linalg.cholesky(errors.whole(years))
    added = factor @ rng.standard_normal((*expected.shape, 1))
    return expit(logit(expected) + added[..., 0])


def log_likelihood(shares: Floats, expected: Floats, errors: Errors, years: Floats) -> Floats:
    """Return the log density of all figures of one district together, (draw,), per unit of logit.

    The errors are integrated out: the figures of a draw are normal in the logit, and two of them
    have the more in common the nearer they are in time.

    Parameters
    ----------
    shares
        (figure,), published, 0 to 1.
    expected
        (draw, figure), what posyandu report before any error, 0 to 1.
    errors
        Errors of the figures.
    years
        (figure,), when, years.
    """
    from scipy.special import logit

    rest = logit(shares) - logit(expected)
    factor = np.linalg.cholesky(errors.whole(years))
    unit = np.linalg.solve(factor, rest[..., None])[..., 0]
    size = 2.0 * np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)
    return -0.5 * ((unit**2).sum(axis=1) + size + len(shares) * np.log(2.0 * np.pi))


def district_error(
    shares: Floats, expected: Floats, errors: Errors, years: Floats, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return the mean error of the district over its figures, before and given them, logit.

    Parameters
    ----------
    shares, expected, errors, years
        As for `log_likelihood`.
    rng
        Of the draws.

    Returns
    -------
    tuple of ndarray
        (draw,) each.
    """
    from scipy.special import logit

    rest = logit(shares) - logit(expected)
    over = errors.shared(years).mean(axis=1)
    gain = np.linalg.solve(errors.whole(years), over[..., None])[..., 0]
    before = over.mean(axis=1)
    after = np.maximum(before - (gain * over).sum(axis=1), 0.0)
    first, second = rng.standard_normal((2, len(rest)))
    return np.sqrt(before) * first, (gain * rest).sum(axis=1) + np.sqrt(after) * second


def predictive_gate(shares: Floats, drawn: Floats) -> Gate:
    """Return whether every published figure lies in the 90 percent band of the draws.

    Parameters
    ----------
    shares
        (figure,), published, 0 to 1.
    drawn
        (draw, figure), what the model might publish.
    """
    low, high = np.quantile(drawn, BAND, axis=0)
    inside = (low <= shares) & (shares <= high)
    found = f"{inside.sum()} of {len(shares)}"
    return Gate("predictive", "every figure in its 90 percent band", found, bool(inside.all()))


def weights_gate(weights: Weights) -> Gate:
    """Return whether the weights hold: their tail, and the draws that they are worth."""
    expected = f"below {weights.bound:.2f} and {FEWEST:.0f} or more"
    found = f"{weights.shape:.2f} and {weights.effective:.0f}"
    passed = weights.shape < weights.bound and weights.effective >= FEWEST
    return Gate("weights", expected, found, passed)
