"""What is expected of each strategy once something is known: regressions on the draws.

Nothing is run again. The benefit of every strategy is regressed on what would be known, over the
draws that are there (Strong, Oakley & Brennan 2014, Estimating Multiparameter Partial Expected
Value of Perfect Information from a Probabilistic Sensitivity Analysis Sample, Medical Decision
Making 34, https://doi.org/10.1177/0272989X13505910). What is predicted for a draw comes from draws
of the other parts, so that a regression that follows chance is not rewarded for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import QuantileTransformer, SplineTransformer, StandardScaler
from threadpoolctl import threadpool_limits

from ...model.randomness import stream

Floats = NDArray[np.float64]

PARTS = 5
"""Parts of the draws; each is predicted from the others."""
KNOTS, QUANTILES, BUMPS = 5, 200, 100
"""Knots of a spline over ranks, quantiles that ranks come from, and bumps of all inputs together."""
BENDS_TOGETHER = 12
"""Inputs up to which the regression may bend in several at once; more are added up only."""
PENALTIES = np.logspace(-2.0, 4.0, 7)
"""Penalties that leaving one draw out chooses among, for each strategy on its own."""


@dataclass(frozen=True)
class Predicted:
    """Expected benefit of each strategy, less that of the first, given what would be known.

    Attributes
    ----------
    held_out
        (repeat, draw, strategy), from draws of the other parts.
    in_sample
        The same from all draws: it follows chance, and so promises too much.
    """

    held_out: Floats = field(repr=False)
    in_sample: Floats = field(repr=False)


def parts_of(draws: int, seed: int) -> NDArray[np.intp]:
    """Return the part of each draw, (draw,)."""
    return stream(seed, "value/parts").permutation(draws) % PARTS


def predict(known: Floats, benefit: Floats, parts: NDArray[np.intp]) -> Predicted:
    """Return what is expected of each strategy by what would be known.

    Parameters
    ----------
    known
        (repeat, draw, quantity): what would be known, in several repeats if it has an error.
    benefit
        (draw, strategy).
    parts
        (draw,), part of each draw.
    """
    repeats = len(known)
    targets = np.tile(benefit - benefit[:, :1], (repeats, 1))
    inputs = known.reshape(repeats * len(benefit), -1)
    held_out = np.empty_like(targets)
    # One thread: faster for tables of this size, and the same sums on every machine.
    with threadpool_limits(1):
        for part in range(PARTS):
            left = np.tile(parts == part, repeats)
            held_out[left] = _fitted(inputs[~left], targets[~left], inputs[left])
        in_sample = _fitted(inputs, targets, inputs)
    shape = (repeats, *benefit.shape)
    return Predicted(held_out.reshape(shape), in_sample.reshape(shape))


def _fitted(inputs: Floats, targets: Floats, asked: Floats) -> Floats:
    """Return the predictions of the design that leaving one draw out prefers."""
    out = np.tile(targets.mean(axis=0), (len(asked), 1))
    moves = np.ptp(inputs, axis=0) > 0.0
    differs = np.ptp(targets, axis=0) > 0.0
    if not moves.any() or not differs.any():
        return out
    size = len(inputs)
    designs = [_added(size)]
    if moves.sum() <= BENDS_TOGETHER:
        designs.append(_together(size))
    models = [_ridge(design, inputs[:, moves], targets[:, differs]) for design in designs]
    best = max(models, key=lambda found: found[1])
    out[:, differs] = best[0].predict(asked[:, moves]).reshape(len(asked), -1)
    return out


def _ridge(design: FeatureUnion, inputs: Floats, targets: Floats) -> tuple[Pipeline, float]:
    """Return the fitted regression, and its score when each draw is left out."""
    ridge = RidgeCV(alphas=PENALTIES, alpha_per_target=True)
    fitted = make_pipeline(design, ridge).fit(inputs, targets)
    return fitted, float(np.sum(np.asarray(ridge.best_score_, float)))


def _added(size: int) -> FeatureUnion:
    """Return a line and a spline over ranks for each input; a spike of a prior is one rank."""
    return FeatureUnion([("line", StandardScaler()), ("spline", _splines(size))])


def _together(size: int) -> FeatureUnion:
    """Return the same, and bumps in all inputs at once."""
    bumps = make_pipeline(
        StandardScaler(), Nystroem(kernel="rbf", n_components=min(BUMPS, size), random_state=0)
    )
    return FeatureUnion([("line", StandardScaler()), ("spline", _splines(size)), ("bumps", bumps)])


def _splines(size: int) -> Pipeline:
    ranks = QuantileTransformer(n_quantiles=min(QUANTILES, size), subsample=size)
    return make_pipeline(ranks, SplineTransformer(n_knots=KNOTS, include_bias=False))
