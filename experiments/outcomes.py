"""What is read from the draws of one strategy: intervals, paired differences, probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .batch import Batch

Floats = NDArray[np.float64]

POINTS = 100.0
"""Percentage points in a share of one."""

TIE = 1e-6
"""Differences in prevalence below this are rounding of the engine, not an effect."""

GAINS = (0.5, 1.0)
"""Gains, percentage points, whose probability is reported."""

NO_EFFECT = 0.005
"""Changes smaller than this, percentage points, are called no effect: they print as 0.00."""

OUTPUTS = (
    "survey prevalence",
    "true prevalence",
    "routine prevalence",
    "severe prevalence",
    "HAZ survey prevalence",
    "stock survey prevalence",
    "stunted children",
    "stunting free child years",
    "Cumulative Spending",
    "onset rate under two",
)
"""Variables that a comparison keeps."""


@dataclass(frozen=True)
class Interval:
    """Median with the ranges that hold 80 and 90 percent of the draws, and their mean.

    With a spike of the prior at no effect the median alone may say zero where the mean does not.
    """

    median: float
    low80: float
    high80: float
    low90: float
    high90: float
    mean: float

    @property
    def numbers(self) -> tuple[float, float, float, float, float]:
        """Median and ends, in the order of the fields."""
        return self.median, self.low80, self.high80, self.low90, self.high90


@dataclass(frozen=True)
class AtDate:
    """One strategy at the end of one year.

    Attributes
    ----------
    month, year
        Month of the model's clock, and the year that ends there.
    survey, true, severe, routine
        Prevalence as a survey of all children would find it, without error of measurement, of
        severe stunting, and as posyandu report it, percent.
    gain, true_gain
        Paired fall against no extra action, percentage points; above 0 is better.
    chances
        Probability of a gain of at least each of `GAINS`.
    better, none
        Probability of any gain at all, and of no effect.
    averted
        Stunted children fewer than with no extra action.
    child_years
        Child-years without stunting gained since January 2018.
    spending
        Cumulative extra spending, million rupiah.
    on_target
        Probability that surveyed prevalence is at or below the target.
    """

    month: float
    year: int
    survey: Interval
    true: Interval
    severe: Interval
    routine: Interval
    gain: Interval
    true_gain: Interval
    chances: tuple[float, ...]
    better: float
    none: float
    averted: Interval
    child_years: Interval
    spending: Interval
    on_target: float


def interval(values: ArrayLike) -> Interval:
    """Return median, 80 and 90 percent intervals of equally likely draws.

    Parameters
    ----------
    values
        (draw,), at least one finite number.
    """
    return intervals([values])[0]


def intervals(rows: Sequence[ArrayLike]) -> list[Interval]:
    """Return the interval of each of several sets of equally likely draws.

    Parameters
    ----------
    rows
        (draw,) each, of one length; one call for all takes a fraction of the time of one for each.
    """
    drawn = np.array(rows, float)
    found = np.quantile(drawn, [0.05, 0.1, 0.5, 0.9, 0.95], axis=1).T.tolist()
    return [
        Interval(median, low80, high80, low90, high90, float(row.mean()))
        for row, (low90, low80, median, high80, high90) in zip(drawn, found, strict=True)
    ]


def chance(condition: NDArray[np.bool_]) -> float:
    """Return the share of draws in which something holds."""
    return float(np.mean(condition))


def paired_gain(batch: Batch, case: str, base: str, variable: str, month: float) -> Floats:
    """Return the fall of a prevalence against the base in the same draws, (draw,), points.

    Differences that are rounding of the engine are set to zero.
    """
    fall = batch.at(base, variable, month) - batch.at(case, variable, month)
    return POINTS * np.where(np.abs(fall) < TIE, 0.0, fall)


def at_date(batch: Batch, case: str, base: str, month: float, year: int, target: float) -> AtDate:
    """Return everything that is reported of a strategy at one date.

    Parameters
    ----------
    batch
        Runs with `OUTPUTS`.
    case, base
        The strategy, and what it is compared with.
    month, year
        A saved month, and the year that ends there.
    target
        Prevalence that is aimed at, 0 to 1.
    """
    survey = batch.at(case, "survey prevalence", month)
    gain = paired_gain(batch, case, base, "survey prevalence", month)

    def more(variable: str, than: str, of: str) -> Floats:
        return batch.at(of, variable, month) - batch.at(than, variable, month)

    def percent(variable: str) -> Floats:
        return POINTS * batch.at(case, variable, month)

    drawn = {
        "survey": POINTS * survey,
        "true": percent("true prevalence"),
        "severe": percent("severe prevalence"),
        "routine": percent("routine prevalence"),
        "gain": gain,
        "true_gain": paired_gain(batch, case, base, "true prevalence", month),
        "averted": more("stunted children", than=case, of=base),
        "child_years": more("stunting free child years", than=base, of=case),
        "spending": batch.at(case, "Cumulative Spending", month),
    }
    return AtDate(
        **dict(zip(drawn, intervals(list(drawn.values())), strict=True)),
        month=month,
        year=year,
        chances=tuple(chance(gain >= threshold) for threshold in GAINS),
        better=chance(gain > 0.0),
        none=chance(np.abs(gain) < NO_EFFECT),
        on_target=chance(survey <= target),
    )


def new_faltering_cut(batch: Batch, case: str, base: str, first: float, last: float) -> Floats:
    """Return the implied cut in new stunting under two, (draw,), percent.

    New stunting is onset after birth, among children under two; stunting at birth is not counted.
    It is one minus the ratio of the mean onset rates of the strategy and of the base.

    Parameters
    ----------
    batch
        Runs with ``onset rate under two``.
    case, base
        The strategy, and what it is compared with.
    first, last
        First and last month of the average.
    """
    kept = (batch.times >= first - 1e-9) & (batch.times <= last + 1e-9)

    def mean(name: str) -> Floats:
        return batch.path(name, "onset rate under two")[:, kept].mean(axis=1)

    ratio = mean(case) / mean(base)
    return POINTS * np.where(np.abs(1.0 - ratio) < TIE, 0.0, 1.0 - ratio)
