"""How far behind a plain forecast the model would fall by chance, were it exactly right.

A score of a few points is noisy, and the best of several plain forecasts is chosen after the fact.
So the gain is held against gains on surveys that the model itself makes.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..model.randomness import stream
from .baselines import forecasts
from .cells import log_likelihood
from .fit import Progress
from .hierarchy import Priors
from .panel import Panel
from .predict import Prediction
from .scores import normal_score

Floats = NDArray[np.float64]

REPLICATES = 400


def gains_if_right(
    found: Prediction,
    fitted: Panel,
    priors: Priors,
    seed: int,
    replicates: int = REPLICATES,
    progress: Progress = lambda done, total: None,
) -> Floats:
    """Return the log score gained on the best plain forecast, when surveys come from the model.

    Parameters
    ----------
    found
        Prediction of a panel whose first surveys are those of ``fitted``.
    fitted, priors
        What the fit saw, and its priors.
    seed
        Chooses the draws that make the surveys.
    replicates
        Sets of surveys, at most the number of draws.
    progress
        Called with replicates done and replicates in all.

    Returns
    -------
    ndarray
        (replicate,), nats.
    """
    panel, first, draws = found.panel, len(fitted.surveys), len(found.shares)
    seen = panel.points[:, first:]
    plain = forecasts(fitted, panel.children[:, first:], panel.years[first:])
    chosen = stream(seed, "false alarm/draws").permutation(draws)[:replicates]
    gains = np.empty(len(chosen))
    for k, draw in enumerate(chosen):
        made = np.where(seen, found.shares[draw, :, first:], np.nan)
        share = np.concatenate([np.full(fitted.share.shape, np.nan), made], axis=1)
        logs = log_likelihood(found.found, replace(panel, share=share), priors)
        # The draw that made the surveys may not forecast them.
        others = np.delete(logs, draw, axis=0)[:, :, first:][:, seen]
        own = np.logaddexp.reduce(others, axis=0).sum() - seen.sum() * np.log(draws - 1)
        truth, places = made[seen], np.nonzero(seen)
        best = max(normal_score(item, truth, places).log.sum() for item in plain.values())
        gains[k] = own - best
        progress(k + 1, len(chosen))
    return gains


def chance_of(gain: float, gains: Floats) -> float:
    """Return the share of gains as low as one found."""
    return float((gains <= gain).mean())
