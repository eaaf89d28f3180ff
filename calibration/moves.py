"""Steps of the sampler: parts of the coordinates move, the prior is kept, the likelihood decides.

A step mixes old coordinates with fresh standard normal ones (preconditioned Crank-Nicolson), which
leaves the prior as it is; so only the likelihood enters the acceptance, and nothing is tuned.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .cells import log_likelihood
from .drift import drift
from .hierarchy import lognormal, moved, surveyed
from .state import State, Target, choose

Floats = NDArray[np.float64]


STEPS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("local",), "district"),
    (("noise", "children"), "cell"),
    (("level", "spread"), "chain"),
    (("shift",), "survey"),
    (("secular", "poverty"), "chain"),
    (("excess", "discrepancy"), "chain"),
)
"""Parts that move together, and what is accepted or refused on its own."""

_SHARED = {"chain": (1, 2), "district": (2,), "survey": (1,), "cell": ()}
"""Axes of the likelihood that decide together."""


def sweep(state: State, target: Target, rng: np.random.Generator) -> State:
    """Move every part once."""
    for parts, kind in STEPS:
        names = (*parts, "weight") if kind == "cell" and target.panel.modelled.any() else parts
        state = _step(state, target, rng, names, kind)
    return _recentre(drift(state, target, rng), target, rng)


def _step(
    state: State, target: Target, rng: np.random.Generator, parts: tuple[str, ...], kind: str
) -> State:
    fresh = {name: _mixed(getattr(state.at, name), rng) for name in parts}
    proposed = moved(state.at, **fresh)
    known = None if {"local", "level", "secular"} & set(parts) else state.prevalence
    found = surveyed(proposed, target.panel, target.priors, target.surfaces, known)
    cells = log_likelihood(found, target.panel, target.priors)
    axes = _SHARED[kind]
    gain = (cells - state.cells).sum(axis=axes, keepdims=True)
    accept = np.log(rng.random(gain.shape)) < gain
    kept = {n: choose(accept, fresh[n], getattr(state.at, n)) for n in parts}
    whole = np.broadcast_to(accept, cells.shape)
    return State(
        moved(state.at, **kept),
        _rows(accept, found.prevalence, state.prevalence),
        np.where(whole, cells, state.cells),
    )


def _rows(accept: NDArray[np.bool_], new: Floats, old: Floats) -> Floats:
    """Choose prevalence; the typical district moves with what all districts share."""
    if new is old:
        return old
    both = accept[:, :, :1]
    typical = both if both.shape[1] == 1 else np.ones_like(both[:, :1])
    districts = np.broadcast_to(both, (len(new), new.shape[1] - 1, 1))
    return np.where(np.concatenate([districts, typical], axis=1), new, old)


def _mixed(old: Floats, rng: np.random.Generator) -> Floats:
    """Return old coordinates mixed with fresh ones; small and large steps in turn by chance."""
    share = rng.random((len(old),) + (1,) * (old.ndim - 1)) ** 2
    return np.sqrt(1.0 - share) * old + np.sqrt(share) * rng.standard_normal(old.shape)


def _recentre(state: State, target: Target, rng: np.random.Generator) -> State:
    """Move what districts have in common, and leave the districts where they are.

    The coordinates of the districts follow, so that only the prior decides: mean and spread of
    the multipliers, then the mean of the secular gains.
    """
    priors, at = target.priors, state.at
    level, width = _mixed(at.level, rng), _mixed(at.spread, rng)
    old, new = (
        (priors.multiplier[1] * mean, lognormal(priors.multiplier_spread, spread))
        for mean, spread in ((at.level, at.spread), (level, width))
    )
    state = _follow(state, target, rng, {"level": level, "spread": width}, 0, old, new)
    secular = _mixed(state.at.secular, rng)
    ends = (priors.secular[1] * one for one in (state.at.secular, secular))
    before, after = ((one, np.full_like(one, priors.secular_spread)) for one in ends)
    return _follow(state, target, rng, {"secular": secular}, 2, before, after)


def _follow(
    state: State,
    target: Target,
    rng: np.random.Generator,
    fresh: dict[str, Floats],
    dimension: int,
    old: tuple[Floats, Floats],
    new: tuple[Floats, Floats],
) -> State:
    """Propose shared coordinates, with one dimension of the districts held where it is.

    ``old`` and ``new`` are mean and spread of the districts in that dimension, (chain,).
    """
    at, panel = state.at, target.panel
    was = at.local[..., dimension]
    now = (old[0][:, None] + old[1][:, None] * was - new[0][:, None]) / new[1][:, None]
    gain = 0.5 * (was**2 - now**2).sum(axis=1) - was.shape[1] * np.log(new[1] / old[1])
    local = at.local.copy()
    local[..., dimension] = now
    proposed = moved(at, local=local, **fresh)
    prevalence, cells = state.prevalence, state.cells
    if panel.modelled.any():
        # Small-area estimates lean on the typical district, which moves with the mean.
        found = surveyed(proposed, panel, target.priors, target.surfaces)
        prevalence, cells = found.prevalence, log_likelihood(found, panel, target.priors)
        gain = gain + (cells - state.cells).sum(axis=(1, 2))
    accept = (np.log(rng.random(len(gain))) < gain)[:, None, None]
    names = ("local", *fresh)
    kept = {name: choose(accept, getattr(proposed, name), getattr(at, name)) for name in names}
    return State(
        moved(at, **kept),
        np.where(accept, prevalence, state.prevalence),
        np.where(accept, cells, state.cells),
    )
