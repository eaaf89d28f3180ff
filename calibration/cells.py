"""Log likelihood of every survey of a panel: points, intervals and small-area estimates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .hierarchy import Priors, Surveyed
from .likelihood import interval_log_probability, log_density
from .panel import Panel

Floats = NDArray[np.float64]


def log_likelihood(found: Surveyed, panel: Panel, priors: Priors) -> Floats:
    """Return the log likelihood of each survey value, 0 where there is none.

    Where some estimates of a survey are small-area estimates and it is not known which, each value
    is one with the share that is known: a mixture.

    Parameters
    ----------
    found
        What the surveys expect.
    panel, priors
        Surveys, and numbers of the priors.

    Returns
    -------
    ndarray
        (chain, district, survey), per unit of share for a point.
    """
    out = np.zeros(found.mean.shape)
    points = np.nonzero(panel.points)
    mean, children = found.mean[:, *points], found.children[:, *points]
    design = found.design[:, None]
    out[:, *points] = log_density(panel.share[..., *points], mean, children, design)
    for row, column in zip(*np.nonzero(panel.intervals), strict=True):
        ends = (float(panel.low[row, column]), float(panel.high[row, column]))
        at = (slice(None), row, column)
        out[at] = interval_log_probability(ends, found.mean[at], found.children[at], found.design)
    for column in np.flatnonzero(panel.modelled):
        _mix(out, found, panel, priors, int(column))
    return out


def _mix(out: Floats, found: Surveyed, panel: Panel, priors: Priors, column: int) -> None:
    """Replace a survey's likelihood by the mixture with that of small-area estimates."""
    from scipy.special import expit, logit

    mean = logit(found.mean[:, :, column])
    weight = found.weight[:, :, column]
    typical = found.prevalence[:, -1:, column]
    centre = weight * mean + (1.0 - weight) * typical
    p, n = expit(centre), found.children[:, :, column]
    spread = weight * np.sqrt(found.design[:, None] / (n * p * (1.0 - p)))
    for row in np.flatnonzero((panel.points | panel.intervals)[:, column]):
        other = _normal(panel, int(row), column, centre[:, row], spread[:, row])
        survey = out[:, row, column] + np.log1p(-priors.modelled)
        out[:, row, column] = np.logaddexp(survey, other + np.log(priors.modelled))


def _normal(panel: Panel, row: int, column: int, centre: Floats, spread: Floats) -> Floats:
    """Return the log density of a share, or log probability of an interval, normal in the logit."""
    from scipy.special import log_ndtr, logit, ndtr

    share = panel.share[..., row, column]
    if panel.points[row, column]:
        z = (logit(share) - centre) / spread
        return -0.5 * z * z - np.log(spread * np.sqrt(2.0 * np.pi) * share * (1.0 - share))
    low, high = ((logit(end[row, column]) - centre) / spread for end in (panel.low, panel.high))
    # By the nearer tail, so that a far interval keeps its digits.
    flipped = np.where(low > 0.0, -high, low), np.where(low > 0.0, -low, high)
    share_of = np.maximum(ndtr(flipped[1]) - ndtr(flipped[0]), 0.0)
    with np.errstate(divide="ignore"):
        exact = np.log(share_of)
    return np.where(share_of > 0.0, exact, log_ndtr(flipped[1]))
