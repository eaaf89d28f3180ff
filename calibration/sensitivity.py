"""How much the result hangs on each prior and on the surveys, and how many draws it is worth.

A part is scaled when its density is raised to a power near 1; draws are weighed for it, and what
moves is sensitive to that part (Kallioinen et al. 2024, Detecting and diagnosing prior and
likelihood sensitivity with power-scaling, Statistics and Computing 34, arXiv 2107.14054). Levers
and natural history were never updated (a cut), so their priors are not scaled; raising the
likelihood can weigh their draws all the same, as it weighs whole chains.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..model.randomness import stream
from .fit import Fit, watched
from .gates import Gate
from .state import State

Floats = NDArray[np.float64]

STEP = 0.25
"""Powers 1.25 and 1 / 1.25 = 0.8."""
SENSITIVE = 0.05
"""Distance per doubling of the power above which a quantity counts as sensitive (same paper)."""
LARGEST_K = 0.7
"""Pareto k above which weights cannot be trusted (Vehtari et al. 2024, Pareto smoothed importance
sampling, Journal of Machine Learning Research 25, arXiv 1507.02646)."""
LEAST_ESS = 400.0
"""Draws in all: 100 for each of the four runs (Vehtari et al. 2021, Rank-normalization, folding,
and localization, Bayesian Analysis 16, doi 10.1214/20-BA1221)."""
PARTS = (
    "level",
    "spread",
    "secular",
    "poverty",
    "excess",
    "discrepancy",
    "shift",
    "local",
    "noise",
    "children",
    "weight",
)
"""Coordinates whose priors are scaled, one part at a time, in the names of `Coordinates`."""
LIKELIHOOD = "likelihood"
SHUFFLES = 4
"""Times that the weights are dealt anew among the draws, to see what chance alone moves."""
CHANCE = 0.99
"""Of what shuffled weights move, over all quantities, a quantity has to pass this share."""
_BLIND = ("log likelihood",)
"""Watched, but the scaling itself: sensitive by its making."""


@dataclass(frozen=True)
class Sensitivity:
    """What power scaling says.

    Attributes
    ----------
    quantities
        Names of what was watched.
    distance
        By part, and for the likelihood: (quantity,), distance per doubling of the power.
    chance
        By part, and for the likelihood: distance that the same weights give when they are shuffled
        among the draws. A part of many coordinates has uneven weights, which move whatever is
        looked at, the more so the fewer draws there are.
    pareto
        By part, and for the likelihood: the larger Pareto k of both powers; minus infinity where
        all weights are equal.
    """

    quantities: tuple[str, ...]
    distance: Mapping[str, Floats]
    chance: Mapping[str, float]
    pareto: Mapping[str, float]

    def sensitive(self, part: str) -> NDArray[np.bool_]:
        """Return (quantity,), whether a part moves it by enough, and by more than chance."""
        return self.distance[part] >= max(SENSITIVE, self.chance[part])

    def conflicts(self) -> dict[str, tuple[str, ...]]:
        """Return the parts of the prior that pull against the surveys, by quantity."""
        priors = [part for part in self.distance if part != LIKELIHOOD]
        found = {}
        for k in np.flatnonzero(self.sensitive(LIKELIHOOD)):
            parts = tuple(part for part in priors if self.sensitive(part)[k])
            if parts:
                found[self.quantities[k]] = parts
        return found

    def unmoved(self) -> tuple[str, ...]:
        """Return what scaling the surveys does not move by more than chance: the prior stands.

        Few draws hide small moves; ``chance`` says how small.
        """
        still = np.flatnonzero(~self.sensitive(LIKELIHOOD))
        return tuple(self.quantities[k] for k in still)


def sensitivity(fit: Fit) -> Sensitivity:
    """Return the sensitivity of all that is watched to each part of the prior and to the surveys.

    Parameters
    ----------
    fit
        The fit; the ends of its chains are the draws.
    """
    found = watched(State(fit.at, fit.prevalence, fit.cells), fit.priors, fit.panel)
    quantities = {name: values for name, values in found.items() if name not in _BLIND}
    return scaled(quantities, log_priors(fit), fit.cells.sum(axis=(1, 2)))


def log_priors(fit: Fit) -> dict[str, Floats]:
    """Return (chain,) by part: log density of its standard normal coordinates.

    Coordinates of surveys that do not exist are left out: they only make the weights uneven.
    """
    known = fit.panel.points | fit.panel.intervals
    used = {"noise": known, "children": known, "weight": known & fit.panel.modelled}
    found = {}
    for part in PARTS:
        values = getattr(fit.at, part)
        values = values[:, used[part]] if part in used else values.reshape(len(values), -1)
        if values.shape[1]:
            found[part] = -0.5 * (values**2).sum(axis=1)
    return found


def scaled(
    quantities: Mapping[str, Floats], priors: Mapping[str, Floats], likelihood: Floats
) -> Sensitivity:
    """Scale each part in turn.

    Parameters
    ----------
    quantities
        By name: (draw,).
    priors
        By part: (draw,), log density.
    likelihood
        (draw,), log likelihood.
    """
    rng = stream(0, "sensitivity/shuffles")
    distance, chance, pareto = {}, {}, {}
    for part, density in {**priors, LIKELIHOOD: likelihood}.items():
        distance[part] = _distance(quantities, density)
        dealt = [_distance(quantities, rng.permutation(density)) for _ in range(SHUFFLES)]
        chance[part] = float(np.quantile(dealt, CHANCE))
        pareto[part] = max(_pareto(power * density) for power in (STEP, 1.0 / (1.0 + STEP) - 1.0))
    return Sensitivity(tuple(quantities), distance, chance, pareto)


def _distance(quantities: Mapping[str, Floats], density: Floats) -> Floats:
    """Return (quantity,), how far raising a density to powers about 1 moves each quantity."""
    import arviz as az

    data = az.from_dict(posterior={name: values[None] for name, values in quantities.items()})
    data.add_groups(log_prior=az.dict_to_dataset({"part": density[None]}))
    moved = az.psens(data, delta=STEP)
    return np.array([float(moved[name]) for name in quantities])


def _pareto(weights: Floats) -> float:
    """Return Pareto k of log weights."""
    import arviz as az

    with warnings.catch_warnings():
        # A large k is what the gate is there to report.
        warnings.simplefilter("ignore", UserWarning)
        return float(az.psislw(weights.copy())[1])


def weight_gate(found: Sensitivity) -> Gate:
    """Return whether the weights can be trusted; `Sensitivity.conflicts` says what they tell.

    A conflict fails no gate: it names a quantity for which prior and surveys both count, and
    whose prior has to stand up by itself.
    """
    worst = max(found.pareto, key=lambda part: found.pareto[part])
    k = found.pareto[worst]
    expected = f"Pareto k below {LARGEST_K}"
    return Gate("weights of scaled parts", expected, f"{k:.2f} ({worst})", k < LARGEST_K)


def effective_draws(trace: Mapping[str, Floats]) -> dict[str, tuple[float, float]]:
    """Return the effective number of draws in bulk and tails, by what is watched.

    Parameters
    ----------
    trace
        By name: (run, sweep, chain of the run), as in `Fit`. Every chain counts as a chain, and
        has its own draw of levers and natural history, so chains differ for good and the numbers
        are on the low side. The ends of chains, which are the draws of a fit, do not depend on
        each other.
    """
    import arviz as az

    found = {}
    for name, values in trace.items():
        chains = np.ascontiguousarray(np.swapaxes(values, 1, 2).reshape(-1, values.shape[1]))
        found[name] = float(az.ess(chains)), float(az.ess(chains, method="tail"))
    return found


def effective_gate(found: Mapping[str, tuple[float, float]]) -> Gate:
    """Return whether bulk and tails of all that is watched are worth enough draws."""
    worst = min(found, key=lambda name: min(found[name]))
    bulk, tail = found[worst]
    told = f"{bulk:.0f} in bulk, {tail:.0f} in tails ({worst})"
    expected = f"at least {LEAST_ESS:g} in bulk and tails"
    return Gate("effective draws", expected, told, min(bulk, tail) >= LEAST_ESS)
