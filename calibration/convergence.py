"""Whether chains have forgotten where they began: rank-normalised split R-hat."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LARGEST = 1.01
"""R-hat of any watched quantity (Vehtari et al. 2021, Bayesian Analysis, doi 10.1214/20-BA1221)."""


def r_hat(values: Floats) -> float:
    """Return the larger of R-hat of the ranks and of the folded ranks.

    Parameters
    ----------
    values
        (run, sweep, chain of the run). Early and late sweeps of each run count as runs, so that a
        drift shows as a difference between them.
    """
    middle = np.abs(values - np.median(values))
    return max(_of_ranks(values), _of_ranks(middle))


def _of_ranks(values: Floats) -> float:
    from scipy.special import ndtri
    from scipy.stats import rankdata

    z = ndtri((rankdata(values) - 0.375) / (values.size + 0.25)).reshape(values.shape)
    half = values.shape[1] // 2
    parts = [z[:, :half], z[:, -half:]]
    runs = np.concatenate([part.reshape(len(part), -1) for part in parts])
    size = runs.shape[1]
    within = runs.var(axis=1, ddof=1).mean()
    between = runs.mean(axis=1).var(ddof=1)
    return float(np.sqrt((size - 1) / size + between / within))


def unsettled(trace: Mapping[str, Floats]) -> dict[str, float]:
    """Return R-hat of the quantities that are not settled, the largest first."""
    found = {name: r_hat(values) for name, values in trace.items()}
    bad = {name: value for name, value in found.items() if not value <= LARGEST}
    return dict(sorted(bad.items(), key=lambda item: -item[1]))
