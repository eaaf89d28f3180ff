"""Strictly proper scores of forecasts of surveys that were not fitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .baselines import Normal, forecasts
from .panel import Panel
from .predict import Prediction

Floats = NDArray[np.float64]

TOLERANCE = 2.0
"""Nats by which the best plain forecast may be ahead."""
LEAST_COVERED = 0.75
"""Share of points that a 90 % interval has to hold: 12 of 16."""


@dataclass(frozen=True)
class Score:
    """Scores of one forecast over the same points.

    Attributes
    ----------
    log, crps
        (point,), log density per unit of share (more is better), and continuous ranked probability
        score, share (less is better).
    pit
        (point,), probability integral transform.
    """

    log: Floats
    crps: Floats
    pit: Floats

    def covered(self, level: float) -> int:
        """Return how many points lie inside the central interval of a level."""
        tail = (1.0 - level) / 2.0
        return int(((self.pit >= tail) & (self.pit <= 1.0 - tail)).sum())


@dataclass(frozen=True)
class Holdout:
    """Scores of the model and of the plain forecasts.

    Attributes
    ----------
    points
        Area and survey of each point.
    model, baselines
        Scores.
    """

    points: tuple[tuple[str, str], ...]
    model: Score
    baselines: Mapping[str, Score]

    @property
    def best(self) -> str:
        """The plain forecast with the highest log score."""
        return max(self.baselines, key=lambda name: self.baselines[name].log.sum())

    def gain(self, name: str) -> tuple[float, float]:
        """Return the log score gained on a plain forecast, and its error, nats.

        The error is clustered by survey, since a year moves all districts.
        """
        each = self.model.log - self.baselines[name].log
        groups = [survey for _, survey in self.points]
        rest = each - each.mean()
        sums = [rest[[g == survey for g in groups]].sum() for survey in sorted(set(groups))]
        count = max(2, len(sums))
        return float(each.sum()), float(np.sqrt(np.sum(np.square(sums)) * count / (count - 1)))

    @property
    def covers(self) -> bool:
        """Whether enough points lie inside the 90 % intervals."""
        return self.model.covered(0.9) >= LEAST_COVERED * len(self.points)

    @property
    def keeps_up(self) -> bool:
        """Whether the model is not too far behind the best plain forecast."""
        return self.gain(self.best)[0] >= -TOLERANCE


def score(found: Prediction, fitted: Panel) -> Holdout:
    """Score the points of a prediction that were not fitted.

    Parameters
    ----------
    found
        Prediction of a panel whose first surveys are those of ``fitted``.
    fitted
        What the fit and the plain forecasts saw.
    """
    panel, first = found.panel, len(fitted.surveys)
    seen = panel.points[:, first:]
    rows, columns = np.nonzero(seen)
    truth = panel.share[:, first:][seen]
    plain = forecasts(fitted, panel.children[:, first:], panel.years[first:])
    shares = found.shares[:, :, first:][:, rows, columns]
    own = Score(
        found.log_score[:, first:][seen], crps_of_draws(shares, truth), pit_of_draws(shares, truth)
    )
    others = {name: normal_score(item, truth, (rows, columns)) for name, item in plain.items()}
    places = tuple(
        (panel.areas[r], panel.surveys[first + c]) for r, c in zip(rows, columns, strict=True)
    )
    return Holdout(places, own, others)


def crps_of_draws(draws: Floats, truth: Floats) -> Floats:
    """Return the continuous ranked probability score of samples.

    Parameters
    ----------
    draws
        (draw, point).
    truth
        (point,).
    """
    ordered = np.sort(draws, axis=0)
    size = len(ordered)
    weight = 2.0 * np.arange(1, size + 1) - size - 1.0
    spread = (weight[:, None] * ordered).sum(axis=0) / size**2
    return np.abs(draws - truth).mean(axis=0) - spread


def pit_of_draws(draws: Floats, truth: Floats) -> Floats:
    """Return the share of draws below the truth, and half of those that equal it, (point,)."""
    return (draws < truth).mean(axis=0) + 0.5 * (draws == truth).mean(axis=0)


def normal_score(item: Normal, truth: Floats, at: tuple[NDArray[np.intp], ...]) -> Score:
    """Return the scores of a normal forecast.

    Parameters
    ----------
    item
        Forecast of every survey.
    truth
        (point,), published shares.
    at
        District and survey of each point.
    """
    from scipy.special import ndtr

    deviation = item.deviation[at]
    z = (truth - item.mean[at]) / deviation
    density = np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)
    crps = deviation * (z * (2.0 * ndtr(z) - 1.0) + 2.0 * density - 1.0 / np.sqrt(np.pi))
    return Score(np.log(density / deviation), crps, ndtr(z))
