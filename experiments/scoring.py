"""Fit the surveys up to 2022, and score what that expects of the later ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..calibration.convergence import unsettled
from ..calibration.false_alarm import chance_of, gains_if_right
from ..calibration.fit import Fit, fit
from ..calibration.hierarchy import load_priors
from ..calibration.holdout import load_unseen
from ..calibration.panel import FIGURES, fitted, make_panel, ten_districts
from ..calibration.predict import Prediction, predict
from ..calibration.rest import draw_rest
from ..calibration.scores import TOLERANCE, Holdout, Score, score
from ..calibration.surface import build
from ..model.language.cache import load_program
from .batch import Progress

Floats = NDArray[np.float64]
SEED = 20260101


@dataclass(frozen=True)
class Scoring:
    """What the hold-out says.

    Attributes
    ----------
    fit, prediction
        The fit, and what it expects of all surveys.
    holdout
        Scores of the points that were not fitted.
    unsettled
        R-hat of what had not settled.
    gains
        (replicate,), gain on the best plain forecast if the model were exactly right, nats.
    """

    fit: Fit
    prediction: Prediction
    holdout: Holdout
    unsettled: dict[str, float]
    gains: Floats

    @property
    def chance(self) -> float:
        """Chance of a gain as low as the one found, if the model were exactly right."""
        return chance_of(self.holdout.gain(self.holdout.best)[0], self.gains)

    @property
    def false_alarm(self) -> float:
        """Chance that the fixed tolerance fails a model that is exactly right."""
        return float((self.gains < -TOLERANCE).mean())

    @property
    def failures(self) -> tuple[str, ...]:
        """Names of the gates that failed: ``settled``, ``covered``, ``score``."""
        gates = {
            "settled": not self.unsettled,
            "covered": self.holdout.covers,
            "score": self.holdout.keeps_up,
        }
        return tuple(name for name, passed in gates.items() if not passed)


def score_holdout(
    draws: int = 1000,
    seed: int = SEED,
    observation: str = "district",
    threads: int = 1,
    progress: Progress = lambda done, total: None,
) -> Scoring:
    """Fit and score.

    Parameters
    ----------
    draws
        Draws of the rest, and chains.
    seed
        Seed of the whole run.
    observation
        Figure of Paser for 2021: ``district`` or ``official``.
    threads
        Calls at the same time; the result does not depend on it.
    progress
        Called with work done and work in all.
    """
    areas, seen = ten_districts(), fitted(FIGURES[observation])
    later = tuple(row for row in load_unseen() if row.role == "unseen")
    narrow, wide = make_panel(seen, areas), make_panel((*seen, *later), areas)
    rest = draw_rest(seed, draws)
    surfaces = build(load_program(), rest, wide.windows, lambda a, b: progress(a, 3 * b), threads)
    first = surfaces.keep(range(len(narrow.surveys)))
    found = fit(
        narrow,
        load_priors(),
        first,
        seed,
        threads=threads,
        progress=lambda a, b: progress(b + 2 * a, 3 * b),
    )
    prediction = predict(found, wide, surfaces, seed)
    gains = gains_if_right(prediction, narrow, found.priors, seed)
    holdout = score(prediction, narrow)
    return Scoring(found, prediction, holdout, unsettled(found.trace), gains)


def rows(result: Scoring) -> list[dict[str, float | str | int]]:
    """Return one row for each forecast, the model first; shares are 0 to 1."""
    holdout = result.holdout
    found = [_row("model", holdout.model)]
    for name, plain in holdout.baselines.items():
        gain, error = holdout.gain(name)
        found.append(_row(name, plain) | {"gain": gain, "gain_error": error})
    return found


def _row(name: str, one: Score) -> dict[str, float | str | int]:
    return {
        "forecast": name,
        "log_score": float(one.log.sum()),
        "crps": float(one.crps.mean()),
        "covered_50": one.covered(0.5),
        "covered_90": one.covered(0.9),
        "points": len(one.pit),
    }
