"""Whether a fit finds truths that are known, because its surveys were made from them.

Each made-up panel is fitted by chains of its own, side by side with all the others. Thirty-nine
draws put the truth at one of forty ranks, so that an interval of 90 % holds 36 of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..model.randomness import stream
from .coverage import Covered
from .gates import Gate
from .hierarchy import Priors, draw_coordinates, surveyed
from .moves import sweep
from .panel import Panel
from .predict import sample
from .state import Target, begin
from .surface import Surfaces

Floats = NDArray[np.float64]

CHAINS, SWEEPS = 39, 200
LEVEL = 0.9
ERRORS = 3.0
"""Standard errors, by made-up panel, that the share of truths inside may be off."""


@dataclass(frozen=True)
class Recovery:
    """Truths, and what the fits found.

    Attributes
    ----------
    areas
        Names of the districts.
    truth
        (panel, district), true prevalence at the last survey, 0 to 1.
    draws
        (panel, chain, district), fitted prevalence at the last survey, 0 to 1.
    """

    areas: tuple[str, ...]
    truth: Floats
    draws: Floats

    @property
    def covered(self) -> Covered:
        """Where each truth fell among its draws; the districts of a panel are one cluster."""
        below = (self.draws < self.truth[:, None]).sum(axis=1)
        pit = (below + 0.5) / (self.draws.shape[1] + 1.0)
        places = tuple((f"{k}", area) for k in range(len(self.truth)) for area in self.areas)
        return Covered(places, pit.ravel())

    @property
    def width(self) -> float:
        """Mean width of the 90 % intervals, share."""
        low, high = np.quantile(self.draws, [0.05, 0.95], axis=1)
        return float((high - low).mean())


def recover(
    panel: Panel,
    truth: Priors,
    surfaces: Surfaces,
    seed: int,
    believed: Priors | None = None,
    chains: int = CHAINS,
) -> Recovery:
    """Make surveys from drawn truths, and fit them.

    Parameters
    ----------
    panel
        Which surveys there are, and of how many children; its shares are not used.
    truth
        Priors that truths and surveys come from.
    surfaces
        One for each made-up panel: the fit knows levers and natural history of its truth.
    seed
        Seed of the whole run.
    believed
        Priors of the fit; those of the truth by default. With others the check has to fail.
    chains
        Chains, and draws, of each made-up panel.
    """
    size = len(surfaces.coefficients)
    at = draw_coordinates(stream(seed, "recovery/truth"), size, panel)
    found = surveyed(at, panel, truth, surfaces)
    shares = sample(found, stream(seed, "recovery/surveys"))
    known = np.where(panel.points, shares, np.nan)
    rows = np.repeat(np.arange(size), chains)
    made = replace(panel, share=known[rows])
    drawn = _fitted(Target(made, believed or truth, surfaces.take(rows)), seed)
    real = _share(found.prevalence)
    return Recovery(panel.areas, real, drawn.reshape(size, chains, -1))


def _fitted(target: Target, seed: int) -> Floats:
    """Return (chain, district), prevalence at the last survey at the end of each chain."""
    rng = stream(seed, "recovery/sweeps")
    state = begin(draw_coordinates(rng, len(target.panel.share), target.panel), target)
    for _ in range(SWEEPS):
        state = sweep(state, target, rng)
    return _share(state.prevalence)


def _share(prevalence: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-prevalence[:, :-1, -1]))


def recovery_gate(found: Recovery) -> Gate:
    """Return whether the 90 % intervals hold about 90 % of the truths, neither fewer nor more."""
    seen = found.covered
    inside, error = float(seen.inside(LEVEL).mean()), seen.error(LEVEL)
    expected = f"{LEVEL:.0%} of truths inside their intervals, give or take {ERRORS:g} errors"
    told = f"{inside:.1%} of {len(seen.pit)}, error {error:.1%} by made-up panel"
    return Gate("known truths", expected, told, abs(inside - LEVEL) <= ERRORS * error)
