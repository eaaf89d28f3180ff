"""Simulation-based calibration: surveys are made from known truths, and fitted again.

Over many replicates the rank of the truth among the draws is uniform if, and only if, prior,
likelihood and sampler fit together (Talts et al. 2018, arXiv 1804.06788). Each chain is one
replicate, so that the sampler that is checked is the sampler that is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..model.randomness import stream
from .fit import Progress, watched
from .hierarchy import Priors, draw_coordinates, surveyed
from .moves import sweep
from .panel import Panel
from .predict import sample
from .state import Target, begin
from .surface import Surfaces

Floats = NDArray[np.float64]

BURN, DRAWS, THIN = 120, 9, 60
"""Draws that are nearer to each other than the slowest unknowns forget, some 30 sweeps, resemble
each other and pile up the ranks at both ends."""
BINS = 10


@dataclass(frozen=True)
class SelfCheck:
    """Ranks of the truth.

    Attributes
    ----------
    ranks
        By quantity: (replicate,), 0 to 9.
    """

    ranks: Mapping[str, NDArray[np.int64]]

    def p_values(self) -> dict[str, float]:
        """Return the probability of ranks as uneven as these, by chi-square over ten bins."""
        from scipy.stats import chisquare

        width = (DRAWS + 1) // BINS
        return {
            name: float(chisquare(np.bincount(ranks // width, minlength=BINS)).pvalue)
            for name, ranks in self.ranks.items()
        }

    def smallest(self) -> float:
        """Return the smallest p-value, corrected by Holm for the number of quantities."""
        values = self.p_values()
        return min(1.0, min(values.values()) * len(values))


def self_check(
    panel: Panel,
    truth: Priors,
    surfaces: Surfaces,
    seed: int,
    believed: Priors | None = None,
    progress: Progress = lambda done, total: None,
) -> SelfCheck:
    """Make surveys of known truths and rank these among the draws of a fit.

    Parameters
    ----------
    panel
        Which surveys there are; its values are not used.
    truth
        Priors that truths and surveys come from.
    surfaces
        One for each replicate.
    seed
        Seed of the whole run.
    believed
        Priors of the fit; those of the truth by default. With others the check has to fail.
    progress
        Called with sweeps done and sweeps in all.
    """
    size = len(surfaces.coefficients)
    at = draw_coordinates(stream(seed, "self-check/truth"), size, panel)
    found = surveyed(at, panel, truth, surfaces)
    shares = sample(found, stream(seed, "self-check/surveys"))
    made = replace(panel, share=np.where(panel.points, shares, np.nan))
    origin = Target(made, truth, surfaces)
    known = watched(begin(at, origin), truth, made)
    target = Target(made, believed or truth, surfaces)
    below = _ranks(target, known, seed, progress)
    return SelfCheck(below)


def _ranks(
    target: Target, known: Mapping[str, Floats], seed: int, progress: Progress
) -> dict[str, NDArray[np.int64]]:
    """Return how many of the kept draws lie below the truth."""
    rng, size = stream(seed, "self-check/sweeps"), len(target.surfaces.coefficients)
    state = begin(draw_coordinates(rng, size, target.panel), target)
    below = {name: np.zeros(size, np.int64) for name in known}
    total = BURN + DRAWS * THIN
    for k in range(total):
        state = sweep(state, target, rng)
        if k >= BURN and (k - BURN) % THIN == THIN - 1:
            drawn = watched(state, target.priors, target.panel)
            for name, values in drawn.items():
                below[name] += values < known[name]
        progress(k + 1, total)
    return below
