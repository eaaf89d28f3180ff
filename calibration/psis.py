"""Importance weights, smoothed in their tail, with the number that says whether they hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LARGEST_SHAPE = 0.7
"""Pareto k above which weights are not to be used, however many draws there are."""


@dataclass(frozen=True)
class Weights:
    """Weights of draws.

    Attributes
    ----------
    values
        (draw,), they sum to one.
    shape
        Pareto k of their tail; the larger, the fewer draws carry the whole.
    """

    values: Floats
    shape: float

    @property
    def effective(self) -> float:
        """Equally likely draws that the weights are worth."""
        return float(1.0 / np.sum(self.values**2))

    @property
    def bound(self) -> float:
        """Largest Pareto k at which weights of so many draws hold.

        Source: Vehtari et al. 2024, "Pareto smoothed importance sampling", Journal of Machine
        Learning Research 25, https://jmlr.org/papers/v25/19-556.html.
        """
        return min(1.0 - 1.0 / float(np.log10(len(self.values))), LARGEST_SHAPE)


def smoothed(log_likelihood: Floats) -> Weights:
    """Return the weights that turn draws of a prior into draws of the posterior.

    Parameters
    ----------
    log_likelihood
        (draw,), of all values together.
    """
    import arviz

    logs, shape = arviz.psislw(log_likelihood)
    values = np.exp(np.asarray(logs))
    return Weights(values / values.sum(), float(shape))


def quantiles(values: Floats, weights: Floats, shares: tuple[float, ...]) -> Floats:
    """Return quantiles of weighted draws.

    Parameters
    ----------
    values, weights
        (draw,); weights sum to one.
    shares
        0 to 1.
    """
    order = np.argsort(values)
    # The middle of each step, so that equal weights give the usual quantiles.
    reached = np.cumsum(weights[order]) - 0.5 * weights[order]
    return np.interp(shares, reached, values[order])


def contraction(values: Floats, weights: Floats) -> float:
    """Return one minus the variance after weighting over that before; 0 means nothing learnt.

    Parameters
    ----------
    values, weights
        (draw,); weights sum to one.
    """
    before = float(np.var(values))
    after = float(weights @ (values - weights @ values) ** 2)
    return 0.0 if before <= 0.0 else 1.0 - after / before


def contraction_error(values: Floats, weights: Floats, rng: np.random.Generator) -> float:
    """Return the Monte Carlo error of a contraction, from draws resampled with their weights.

    Parameters
    ----------
    values, weights
        (draw,); weights sum to one.
    rng
        Of the 200 samples.
    """
    size, found = len(values), []
    for _ in range(200):
        rows = rng.integers(size, size=size)
        own = weights[rows]
        found.append(contraction(values[rows], own / own.sum()))
    return float(np.std(found))
