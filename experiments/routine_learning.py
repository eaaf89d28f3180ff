"""What routine figures teach of levels, trends and strategies: draws before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..calibration.psis import contraction_error, quantiles
from ..calibration.routine_model import BAND
from ..calibration.routine_update import Update
from ..model.language.cache import load_program
from ..model.randomness import stream
from ..scenarios.compile import prepare
from ..scenarios.loader import BASELINE, load_scenarios
from .batch import Progress, case_of, run_batch
from .outcomes import paired_gain

Floats = NDArray[np.float64]

STRATEGIES = ("hr", "facilities", "coordination", "all_three")
GAIN_MONTH = 144.0
"""End of 2029, the year of the national target."""


@dataclass(frozen=True)
class Spread:
    """Median, ends of the 90 percent interval and mean of weighted draws.

    Parts of a whole add up in their means only.
    """

    middle: float
    low: float
    high: float
    mean: float


@dataclass(frozen=True)
class Learnt:
    """What the series makes of one quantity.

    Attributes
    ----------
    before, after
        Without and with the series.
    contraction
        One minus the variance after over that before, by name of `variants`.
    error
        Monte Carlo error of the contraction of ``all``.
    """

    before: Spread
    after: Spread
    contraction: Mapping[str, float]
    error: float


def spread(values: Floats, weights: Floats) -> Spread:
    """Return median and 90 percent interval of weighted draws.

    Parameters
    ----------
    values, weights
        (draw,); weights sum to one.
    """
    low, middle, high = quantiles(values, weights, (BAND[0], 0.5, BAND[1]))
    return Spread(float(middle), float(low), float(high), float(weights @ values))


def learn(before: Floats, after: Floats, weights: Mapping[str, Floats], seed: int) -> Learnt:
    """Return what weights make of draws.

    Parameters
    ----------
    before, after
        (draw,), of the prior; and the draws that the weights belong to, mostly the same.
    weights
        (draw,) by variant; they sum to one.
    seed
        Of the Monte Carlo error.
    """
    variance, equal = float(np.var(before)), np.full(len(before), 1.0 / len(before))

    def gained(own: Floats) -> float:
        rest = float(own @ (after - own @ after) ** 2)
        return 1.0 - rest / variance if variance > 0.0 else 0.0

    error = contraction_error(after, weights["all"], stream(seed, "routine/contraction"))
    return Learnt(
        spread(before, equal),
        spread(after, weights["all"]),
        {name: gained(own) for name, own in weights.items()},
        error,
    )


def gains(
    constants: Mapping[str, Floats], found: Mapping[str, Update], seed: int, progress: Progress
) -> dict[str, Learnt]:
    """Return what the series makes of the effects of strategies, points at the end of 2029."""
    plans = [prepare(scenario) for scenario in load_scenarios([BASELINE, *STRATEGIES])]
    batch = run_batch(
        load_program(),
        constants,
        [case_of(plan) for plan in plans],
        ["survey prevalence"],
        [GAIN_MONTH],
        progress=progress,
    )
    weights = {}
    for name, item in found.items():
        kept = item.weights.values[~batch.failed]
        weights[name] = kept / kept.sum()
    out = {}
    for strategy in STRATEGIES:
        gain = paired_gain(batch, strategy, BASELINE, "survey prevalence", GAIN_MONTH)
        out[strategy] = learn(gain, gain, weights, seed)
    return out
