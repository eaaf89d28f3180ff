"""Value of information: how much better the choice is expected to be once something is known."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from ...model.randomness import stream
from .value_regression import Predicted, parts_of, predict

Floats = NDArray[np.float64]

REPEATS = 4
"""Measurements that are simulated for each draw."""
CHANCE = 0.05
"""Probability that any of several things without value is called worth knowing."""


@dataclass(frozen=True)
class Value:
    """What knowing something is worth, in the unit of the benefit.

    Attributes
    ----------
    value
        Gain of choosing by it instead of choosing today; at least 0, as one may ignore it. Draws
        are judged by a rule made from other draws, so it leans low.
    error
        Standard error from the number of draws.
    in_sample
        Mean of the largest expectation that the regression gives, from all draws at once. What it
        has more than the value is overfitting; less, a regression that is held back.
    change
        Probability that the choice becomes another than today's; 0 where the value is 0 because
        it never does.
    to
        The choice that it most often becomes, an index, or nothing.
    to_chance
        Probability of that.
    """

    value: float
    error: float
    in_sample: float
    change: float
    to: int | None
    to_chance: float

    def shown(self, looks: int = 1) -> bool:
        """Return whether the value is more than chance, at 5 percent for all looks together.

        Parameters
        ----------
        looks
            Things among which this one was found: the more, the larger chance makes the largest.
        """
        return self.value > NormalDist().inv_cdf(1.0 - CHANCE / looks) * self.error


def today(benefit: Floats) -> int:
    """Return the strategy with the largest expected benefit; the first of equals."""
    return int(np.argmax(benefit.mean(axis=0)))


def perfect(benefit: Floats) -> Value:
    """Return the expected value of knowing everything.

    Parameters
    ----------
    benefit
        (draw, strategy).

    Returns
    -------
    Value
        The mean of the best less the best mean.

    Examples
    --------
    >>> perfect(np.array([[0.0, 1.0], [0.0, -1.0]])).value
    0.5
    """
    return _judged(benefit, benefit[None], benefit[None])


def partial(known: Floats, benefit: Floats, seed: int) -> Value:
    """Return the expected value of knowing some quantities without error.

    Parameters
    ----------
    known
        (draw, quantity).
    benefit
        (draw, strategy).
    seed
        Of the parts that the draws are split into.
    """
    predicted = predict(known[None], benefit, parts_of(len(benefit), seed))
    return _of(predicted, benefit)


def sampled(values: Floats, noise: Floats, benefit: Floats, seed: int, name: str) -> Value:
    """Return the expected value of a measurement with an error.

    The measurement is simulated for each draw, and the benefit regressed on what it finds (Strong,
    Oakley, Brennan & Breeze 2015, Estimating the Expected Value of Sample Information Using the
    Probabilistic Sensitivity Analysis Sample, Medical Decision Making 35,
    https://doi.org/10.1177/0272989X15575286).

    Parameters
    ----------
    values
        (draw, quantity), what would be found without error.
    noise
        (quantity,), SD of the error, normal, in the unit of the quantity.
    benefit
        (draw, strategy).
    seed, name
        Of the errors.
    """
    errors = stream(seed, f"value/error/{name}").normal(size=(REPEATS, *values.shape))
    predicted = predict(values + noise * errors, benefit, parts_of(len(benefit), seed))
    return _of(predicted, benefit)


def across(tables: Floats) -> Value:
    """Return the expected value of knowing which structure is true, each as likely (judged).

    Parameters
    ----------
    tables
        (structure, draw, strategy), the same draws in each.
    """
    pooled = tables.mean(axis=0)
    now = today(pooled)
    choices = tables.mean(axis=1).argmax(axis=1)
    chosen = np.array([table[:, k] for table, k in zip(tables, choices, strict=True)])
    return _value((chosen - tables[:, :, now]).mean(axis=0), None, choices, now)


def _of(predicted: Predicted, benefit: Floats) -> Value:
    return _judged(benefit, predicted.held_out, predicted.in_sample)


def _judged(benefit: Floats, scores: Floats, in_sample: Floats) -> Value:
    """Judge the rule that takes the largest score by the benefit that each draw really has."""
    now, rows = today(benefit), np.arange(len(benefit))
    chosen = _choice(scores, now)
    more = (benefit[rows, chosen] - benefit[:, now]).mean(axis=0)
    promised = float((in_sample.max(axis=2) - in_sample[..., now]).mean())
    return _value(more, promised, chosen, now)


def _choice(scores: Floats, now: int) -> NDArray[np.intp]:
    """Return the index of the largest score; today's choice where it shares the first place."""
    chosen = scores.argmax(axis=-1)
    stays = scores[..., now] >= scores.max(axis=-1)
    return np.where(stays, now, chosen)


def _value(more: Floats, promised: float | None, chosen: NDArray[np.intp], now: int) -> Value:
    """Return the value from what each draw gains by the new choice."""
    value = max(0.0, float(more.mean()))
    error = float(more.std(ddof=1) / np.sqrt(len(more)))
    share = np.bincount(chosen.ravel()) / chosen.size
    change = float(1.0 - share[now]) if now < len(share) else 1.0
    if now < len(share):
        share[now] = 0.0
    to = int(share.argmax()) if share.any() else None
    in_sample = value if promised is None else promised
    return Value(value, error, in_sample, change, to, 0.0 if to is None else float(share[to]))
