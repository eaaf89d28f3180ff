"""Robustness of strategies over many futures: regret, the worst, satisficing, spread.

A future is a draw in a world. The metrics and their names are those of McPhail, Maier, Kwakkel,
Giuliani, Castelletti & Westra 2018, Robustness metrics: how are they calculated, when should they
be used and why do they give different results?, Earth's Future 6,
https://doi.org/10.1002/2017EF000649. They differ in what they look at (the benefit itself, its
distance from the best of that future, or whether it is enough), in which futures count, and in how
these are put together; so they may prefer different strategies.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...model.errors import InputError, Problem
from ...model.randomness import stream
from ..outcomes import TIE
from ..runs.evaluate import Evaluation

Floats = NDArray[np.float64]

TAIL = 0.10
"""Share of the futures that count as bad: the worst tenth."""
RESAMPLES = 200
OUTCOMES = ("prevalence", "gain", "averted", "child_years", "spending")


def regret(benefit: Floats) -> Floats:
    """Return how much each strategy falls behind the best of the same future.

    Parameters
    ----------
    benefit
        (future, strategy), more is better.

    Returns
    -------
    array
        (future, strategy), at least 0, in the unit of the benefit.

    Examples
    --------
    >>> regret(np.array([[1.0, 3.0], [2.0, 2.0]])).tolist()
    [[2.0, 0.0], [0.0, 0.0]]
    """
    return benefit.max(axis=1, keepdims=True) - benefit


def worst_tenth(benefit: Floats) -> Floats:
    """Return the mean of each strategy over its own worst tenth of the futures (CVaR).

    Parameters
    ----------
    benefit
        (future, strategy).
    """
    kept = max(1, round(TAIL * len(benefit)))
    return np.sort(benefit, axis=0)[:kept].mean(axis=0)


def signal(benefit: Floats) -> Floats:
    """Return mean over SD of each strategy; 0 where it has no spread, as no extra action.

    Parameters
    ----------
    benefit
        (future, strategy).
    """
    spread = benefit.std(axis=0, ddof=1)
    means = benefit.mean(axis=0)
    return np.divide(means, spread, out=np.zeros_like(means), where=spread > 0.0)


def best_share(benefit: Floats) -> Floats:
    """Return the share of futures in which each strategy is best; ties share.

    Parameters
    ----------
    benefit
        (future, strategy).
    """
    leads = regret(benefit) <= 0.0
    return (leads / leads.sum(axis=1, keepdims=True)).mean(axis=0)


Metric = Callable[[Floats], Floats]

METRICS: Mapping[str, tuple[Metric, bool]] = {
    "mean": (lambda b: b.mean(axis=0), True),
    "worst": (lambda b: b.min(axis=0), True),
    "worst_tenth": (worst_tenth, True),
    "signal": (signal, True),
    "mean_regret": (lambda b: regret(b).mean(axis=0), False),
    "regret_90": (lambda b: np.quantile(regret(b), 1.0 - TAIL, axis=0), False),
    "largest_regret": (lambda b: regret(b).max(axis=0), False),
    "best": (best_share, True),
}
"""By name: what is computed from (future, strategy), and whether more of it is better."""


@dataclass(frozen=True)
class Enough:
    """What counts as enough in a future.

    Attributes
    ----------
    outcome
        One of `OUTCOMES`.
    least
        Whether the outcome must be at least the limit, or at most.
    limit
        In the unit of the outcome: percent, points, children, child-years, million rupiah.
    """

    outcome: str
    least: bool
    limit: float

    @property
    def text(self) -> str:
        """The condition as it is asked for on the command line."""
        return f"{self.outcome}{'>=' if self.least else '<='}{self.limit:g}"

    def share(self, found: Evaluation) -> Floats:
        """Return the share of draws in which each strategy is enough, (strategy,)."""
        values = found.table(self.outcome)[~found.failed]
        met = values >= self.limit if self.least else values <= self.limit
        return met.mean(axis=0)


def read_enough(texts: Sequence[str]) -> tuple[Enough, ...]:
    """Return conditions such as ``averted>=100`` or ``prevalence<=14.2``.

    Raises
    ------
    InputError
        With every text that is none.
    """
    pattern = re.compile(rf"\s*({'|'.join(OUTCOMES)})\s*(>=|<=)\s*(-?\d+(?:\.\d+)?)\s*")
    found = [pattern.fullmatch(text) for text in texts]
    expected = f"OUTCOME>=NUMBER or OUTCOME<=NUMBER, the outcome one of {', '.join(OUTCOMES)}"
    remedy = "Put it in quotation marks, such as --satisfice 'averted>=100'"
    problems = [
        Problem("--satisfice", expected, repr(text), remedy)
        for text, match in zip(texts, found, strict=True)
        if match is None
    ]
    read = [Enough(m[1], m[2] == ">=", float(m[3])) for m in found if m is not None]
    problems += [
        Problem("--satisfice", "prevalence in percent", one.text, f"Write {_in_percent(one)}")
        for one in read
        if one.outcome == "prevalence" and 0.0 < one.limit < 1.0
    ]
    if problems:
        raise InputError(problems)
    return tuple(read)


def _in_percent(one: Enough) -> str:
    """Return a condition on a share as the condition on percent that was meant."""
    return Enough(one.outcome, one.least, round(100.0 * one.limit, 9)).text


def preferred(benefit: Floats, seed: int) -> dict[str, tuple[tuple[int, ...], float]]:
    """Return which strategies each metric prefers, and how often it still does when resampled.

    Parameters
    ----------
    benefit
        (future, strategy).
    seed
        Of the resampling of futures.

    Returns
    -------
    dict
        By metric: indices of the strategies that share the first place, and share of resamples in
        which the same ones do. That share tells whether there are futures enough, not whether the
        metric is right.
    """
    rng = stream(seed, "robust/resample")
    size = len(benefit)
    again = [benefit[rng.integers(0, size, size)] for _ in range(RESAMPLES)]
    found = {}
    for name, (metric, more) in METRICS.items():
        first = leaders(metric(benefit), more)
        kept = np.mean([leaders(metric(one), more) == first for one in again])
        found[name] = (first, float(kept))
    return found


def leaders(values: Floats, more: bool) -> tuple[int, ...]:
    """Return the indices of the first place; what differs by rounding alone shares it.

    Parameters
    ----------
    values
        (strategy,).
    more
        Whether more is better.
    """
    good = values if more else -values
    near = TIE * np.maximum(1.0, np.abs(good).max())
    return tuple(int(k) for k in np.flatnonzero(good >= good.max() - near))
