"""What a fit expects of surveys that it has not seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..model.randomness import stream
from .cells import log_likelihood
from .fit import Fit
from .hierarchy import Coordinates, Surveyed, moved, surveyed
from .panel import Panel
from .surface import Surfaces

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Prediction:
    """Predictive distribution of every survey of a panel.

    Attributes
    ----------
    panel
        Surveys, fitted ones and others; the fitted ones come first.
    found
        What each draw expects.
    shares
        (draw, district, survey), a survey of each draw, 0 to 1.
    log_score
        (district, survey), log predictive density of what was published, per unit of share; log
        probability for an interval; not a number where there is nothing.
    """

    panel: Panel
    found: Surveyed
    shares: Floats
    log_score: Floats


def predict(fit: Fit, panel: Panel, surfaces: Surfaces, seed: int) -> Prediction:
    """Return what a fit expects of the surveys of a wider panel.

    Parameters
    ----------
    fit
        Fit to the first surveys of the panel.
    panel
        The same districts, more surveys; its values of these are used for the score alone.
    surfaces
        One for each chain of the fit, with the windows of the panel.
    seed
        Of the biases, discrepancies and samples of the surveys that were not fitted.
    """
    at = _extended(fit, panel, stream(seed, "predict/survey"))
    found = surveyed(at, panel, fit.priors, surfaces)
    score = _mean_of_exponentials(log_likelihood(found, panel, fit.priors))
    known = panel.points | panel.intervals
    shares = sample(found, stream(seed, "predict/children"))
    return Prediction(panel, found, shares, np.where(known, score, np.nan))


def sample(found: Surveyed, rng: np.random.Generator) -> Floats:
    """Return a surveyed share for each draw, (draw, district, survey), 0 to 1.

    The mean of each draw varies from sample to sample so that counts are beta-binomial.
    """
    design = found.design[:, None, None]
    strength = (found.children - design) / (design - 1.0)
    mean = rng.beta(found.mean * strength, (1.0 - found.mean) * strength)
    return rng.binomial(found.children.astype(np.int64), mean) / found.children


def _extended(fit: Fit, panel: Panel, rng: np.random.Generator) -> Coordinates:
    """Return the coordinates with fresh ones for the surveys that were not fitted."""
    chains, districts = fit.points.shape[0], len(panel.areas)
    more = len(panel.surveys) - len(fit.panel.surveys)
    shift = np.concatenate([fit.at.shift, rng.standard_normal((chains, more))], axis=1)
    cells = {
        name: np.concatenate(
            [getattr(fit.at, name), rng.standard_normal((chains, districts, more))], axis=2
        )
        for name in ("noise", "children", "weight")
    }
    return moved(fit.at, shift=shift, **cells)


def _mean_of_exponentials(logs: Floats) -> Floats:
    return np.logaddexp.reduce(logs, axis=0) - np.log(len(logs))
