"""Two surveys of each district of other provinces: how much of their spread both share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..model.randomness import stream
from .likelihood import central_design_effect
from .other_provinces import OtherDistrict
from .panel import Panel, fitted, make_panel, ten_districts
from .province_changes import Changes

Floats = NDArray[np.float64]

REPLICATES = 4000


@dataclass(frozen=True)
class Pairs:
    """Both surveys of each district.

    Attributes
    ----------
    province
        (district,), index of its province.
    value
        (district, survey), logit of the published share.
    variance
        (district, survey), sampling variance, logit squared.
    """

    province: NDArray[np.int64]
    value: Floats
    variance: Floats

    def changes(self) -> Changes:
        """Return the changes from the first survey to the second."""
        return Changes(
            self.province, self.value[:, 1] - self.value[:, 0], self.variance.sum(axis=1)
        )


def design() -> tuple[tuple[float, float], float]:
    """Return the children of a district in SSGI 2021 and SSGI 2022, and the design effect."""
    children = np.nanmedian(seen_panel().children, axis=0)
    return (float(children[0]), float(children[1])), central_design_effect()


def seen_panel() -> Panel:
    """Return the surveys of both years in the ten districts of the fit."""
    return make_panel(fitted(), ten_districts())


def make_pairs(
    rows: Sequence[OtherDistrict], children: tuple[float, float], design_effect: float
) -> Pairs:
    """Return both surveys of each district with their sampling variances.

    Parameters
    ----------
    rows
        At least two districts of each province.
    children
        Children measured in a district in each survey.
    design_effect
        Variance of the survey over that of a simple random sample.
    """
    from scipy.special import expit, logit

    names = sorted({row.province for row in rows})
    province = np.array([names.index(row.province) for row in rows])
    value = logit(np.array([[row.value_2021, row.value_2022] for row in rows]))
    means = np.array([value[province == k].mean(axis=0) for k in range(len(names))])
    # Halfway to the mean, since a share that is low by chance would claim too small an error.
    share = expit((value + means[province]) / 2.0)
    variance = design_effect / (np.array(children) * share * (1.0 - share))
    return Pairs(province, value, variance)


def covariance(pairs: Pairs) -> Floats:
    """Return (survey, survey), covariance within provinces, pooled, logit squared."""
    groups = [pairs.value[pairs.province == k] for k in np.unique(pairs.province)]
    apart = np.concatenate([group - group.mean(axis=0) for group in groups])
    return apart.T @ apart / (len(apart) - len(groups))


def resampled(pairs: Pairs, seed: int, replicates: int = REPLICATES) -> Floats:
    """Return the covariance of districts drawn anew within their provinces.

    Parameters
    ----------
    pairs
        Both surveys of each district.
    seed
        Seed of the whole run.
    replicates
        How many times.

    Returns
    -------
    ndarray
        (replicate, survey, survey), logit squared.
    """
    total, freedom = np.zeros((replicates, 2, 2)), 0
    for k in np.unique(pairs.province):
        group = pairs.value[pairs.province == k]
        size, rng = len(group), stream(seed, f"province spread/{k}")
        drawn = group[rng.integers(0, size, (replicates, size))]
        apart = drawn - drawn.mean(axis=1, keepdims=True)
        # Districts drawn twice bring the spread down by one part in their number.
        total += np.swapaxes(apart, 1, 2) @ apart * (size / (size - 1.0))
        freedom += size - 1
    return total / freedom
