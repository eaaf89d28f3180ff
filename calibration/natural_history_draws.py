"""Joint draws of growth by age: curves, catch-up, spread and height error, weighted together.

Curves by age come from `profile_fit`; catch-up, spread and height error from their priors. Each
draw is weighted by what the surveys and the odds ratios of persistence say of it, and equal-weight
draws are kept. The curves are held as a centre and a few modes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..model.parameters import ParameterTable, draw_prior
from ..model.randomness import stream
from .cohort import SCORES, exit_rate, odds_ratio, stage_weights, stationary
from .growth_tables import GrowthTables
from .profile_errors import ErrorPrior, observe
from .profile_fit import draw_curves

Floats = NDArray[np.float64]
SEED = 20260101
DRAWS = 2000
PROPOSALS = 60_000
REMAINING, AGE_SCALE = "attenuation to sixty months", "catch up age scale"
CONSTANTS = ("HAZ spread", REMAINING, AGE_SCALE, "survey height error")
"""Constants drawn beside the age profile; surveys by age say nothing of the first and the last."""
SPREADS = ("survey spread", "step spread")
KEPT_VARIANCE = 0.995
"""Share of the variance of the curves that the stored modes carry."""


@dataclass(frozen=True)
class NaturalHistory:
    """Equal-weight joint draws.

    Attributes
    ----------
    centre
        Mean of the curves, probits at birth and by stage, (knot,).
    modes
        Directions in which the curves differ, (mode, knot).
    values
        By name, (draw,): ``mode 1`` and on, `CONSTANTS` in their units, and `SPREADS`.
    effective
        Proposals that the weights are worth, and the largest weight.
    """

    centre: Floats
    modes: Floats
    values: dict[str, Floats]
    effective: dict[str, float]

    @property
    def scores(self) -> Floats:
        """Curves of all draws, (draw, knot)."""
        along = [self.values[f"mode {k + 1}"] for k in range(len(self.modes))]
        return self.centre + np.column_stack(along) @ self.modes

    def constants(self) -> dict[str, Floats]:
        """Return the draws by the names of the model's constants."""
        curves = dict(zip(SCORES, self.scores.T, strict=True))
        return curves | {name: self.values[name] for name in CONSTANTS}


def infer(
    tables: GrowthTables,
    table: ParameterTable,
    prior: ErrorPrior | None = None,
    seed: int = SEED,
    draws: int = DRAWS,
    proposals: int = PROPOSALS,
) -> NaturalHistory:
    """Draw natural histories by importance resampling.

    Parameters
    ----------
    tables
        Surveys and beliefs.
    table
        Priors of `CONSTANTS`.
    prior
        Sizes of the errors.
    seed
        Seed of the whole run.
    draws, proposals
        Draws to keep, and to choose from.
    """
    prior = prior or ErrorPrior()
    curves = draw_curves(observe(tables, stage_weights(table), prior), prior, seed, proposals)
    values = draw_prior(table, seed, proposals, CONSTANTS)
    values |= {"survey spread": curves.survey, "step spread": curves.step}
    log_weight = curves.log_weight + _log_persistence(tables, table, curves.scores, values)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    rows = _resample(weight, seed, draws)
    centre, modes, along = _modes(curves.scores[rows])
    chosen = {f"mode {k + 1}": column for k, column in enumerate(along.T)}
    chosen |= {name: column[rows] for name, column in values.items()}
    rounded = {name: _rounded(column) for name, column in chosen.items()}
    effective = {
        "effective": round(float(1.0 / (weight**2).sum()), 1),
        "largest_weight": round(float(weight.max()), 6),
    }
    return NaturalHistory(_rounded(centre), _rounded(modes), rounded, effective)


def log_odds_ratios(
    tables: GrowthTables, table: ParameterTable, scores: Floats, values: dict[str, Floats]
) -> Floats:
    """Return the log odds ratio of each belief on persistence, (draw, belief)."""
    cohort = stationary(scores, values[REMAINING], values[AGE_SCALE], exit_rate(table))
    columns = [odds_ratio(cohort, row.age_low, row.age_high) for row in tables.persistence]
    return np.log(np.column_stack(columns)) if columns else np.empty((len(scores), 0))


def _log_persistence(
    tables: GrowthTables, table: ParameterTable, scores: Floats, values: dict[str, Floats]
) -> Floats:
    """Return the log probability of the odds ratios, up to a constant, (draw,)."""
    found = log_odds_ratios(tables, table, scores, values)
    believed = np.log([row.value for row in tables.persistence])
    spread = np.array([row.spread for row in tables.persistence])
    return -0.5 * (((found - believed) / spread) ** 2).sum(axis=1)


def _resample(weight: Floats, seed: int, draws: int) -> NDArray[np.intp]:
    """Return rows by systematic resampling, in random order so that any first part is fair."""
    generator = stream(seed, "natural history/resample")
    points = (np.arange(draws) + generator.random()) / draws
    rows = np.minimum(np.searchsorted(np.cumsum(weight), points), len(weight) - 1)
    return generator.permutation(rows)


def _modes(scores: Floats) -> tuple[Floats, Floats, Floats]:
    """Return centre, modes scaled to one standard deviation, and the place of each draw."""
    centre = scores.mean(axis=0)
    _, size, direction = np.linalg.svd(scores - centre, full_matrices=False)
    kept = int(np.searchsorted(np.cumsum(size**2) / (size**2).sum(), KEPT_VARIANCE)) + 1
    # The sign of a direction is free: the last age is put above zero, so that builds agree.
    sign = np.where(direction[:kept, -1] < 0.0, -1.0, 1.0)[:, np.newaxis]
    scaled = sign * direction[:kept] * size[:kept, np.newaxis] / np.sqrt(len(scores))
    along = (scores - centre) @ (sign * direction[:kept]).T
    return centre, scaled, along / (size[:kept] / np.sqrt(len(scores)))


def _rounded(values: Floats) -> Floats:
    """Return values as they are stored, seven digits."""
    return np.array([float(f"{x:.7g}") for x in values.ravel()]).reshape(values.shape)
