"""Probability of a survey figure given the prevalence of the model.

A survey measures children in clusters, so the count of stunted children is beta-binomial with the
variance of a binomial times the design effect. The form is normalised in the count: without the
normalising terms a free design effect would grow without bound.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..model.parameters import load_parameters

Floats = NDArray[np.float64]
SURVEY_MODEL = Path(__file__).with_name("data") / "survey_model.csv"
"""Priors of the survey errors and of the districts of a province, each with source and grade."""


@lru_cache
def central_design_effect() -> float:
    """Return the median of the prior of the design effect.

    Raises
    ------
    EvidenceError
        With every mistake of the packaged table, by file and line.
    """
    return 1.0 + load_parameters(SURVEY_MODEL).get("design effect less one").prior.value


def log_probability(
    value: float | Floats, mean: Floats, children: Floats, design_effect: Floats
) -> Floats:
    """Return the log probability of a surveyed share.

    The count is beta-binomial with mean ``mean`` and variance
    ``children * mean * (1 - mean) * design_effect``, normalised over all counts.

    Parameters
    ----------
    value
        Published share, 0 to 1; the count is the nearest whole number of children.
    mean
        Expected share, 0 to 1.
    children
        Children measured, a whole number above the design effect.
    design_effect
        Above 1.
    """
    from scipy.special import betaln, gammaln

    count = np.round(children * value)
    strength = (children - design_effect) / (design_effect - 1.0)
    ways = gammaln(children + 1.0) - gammaln(count + 1.0) - gammaln(children - count + 1.0)
    above = betaln(count + mean * strength, children - count + (1.0 - mean) * strength)
    return ways + above - betaln(mean * strength, (1.0 - mean) * strength)


def sampling_deviation(share: float, children: int, design_effect: float) -> float:
    """Return the standard error of a surveyed share, same unit as ``share``.

    >>> round(sampling_deviation(0.25, 675, 1.6), 4)
    0.0211
    """
    return float(np.sqrt(share * (1.0 - share) * design_effect / children))


def log_density(share: Floats, mean: Floats, children: Floats, design_effect: Floats) -> Floats:
    """Return the log density of a surveyed share, per unit of share.

    As `log_probability`, times the number of counts in a unit of share, so that surveys with
    different numbers of children can be weighed against each other.

    Parameters
    ----------
    share, mean, children, design_effect
        As for `log_probability`; of any shapes that go together.
    """
    return log_probability(share, mean, children, design_effect) + np.log(children)


def interval_log_probability(
    ends: tuple[float, float], mean: Floats, children: Floats, design_effect: Floats
) -> Floats:
    """Return the log probability that a surveyed share lies in an interval, ends included.

    Parameters
    ----------
    ends
        Lowest and highest share, 0 to 1.
    mean, children, design_effect
        As for `log_probability`, one-dimensional.
    """
    first, last = np.ceil(ends[0] * children - 1e-9), np.floor(ends[1] * children + 1e-9)
    strength = (children - design_effect) / (design_effect - 1.0)
    a, b = mean * strength, (1.0 - mean) * strength
    counts = first + np.arange(np.max(last - first))[:, None]
    # From one count to the next the probability changes by a ratio: no gamma function is needed.
    ratio = (children - counts) / (counts + 1.0) * (counts + a) / (children - counts - 1.0 + b)
    steps = np.where(counts < last, np.log(np.maximum(ratio, 1e-300)), -np.inf)
    start = log_probability(first / children, mean, children, design_effect)
    total = np.logaddexp.reduce(np.vstack([np.zeros_like(start)[None], np.cumsum(steps, axis=0)]))
    return np.where(last >= first, start + total, -np.inf)
