"""A step of the sampler that moves all districts together against the biases of the surveys.

Surveys that all read high and districts that all stand high look the same, so these directions are
long and narrow. A chain steps along the difference between two other chains (differential
evolution, ter Braak 2006, Statistics and Computing, doi 10.1007/s11222-006-8769-1), which has the
shape of what the surveys leave open.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .cells import log_likelihood
from .hierarchy import Coordinates, moved, points_of, surveyed
from .state import State, Target, choose, take, take_target

Floats = NDArray[np.float64]

_LONG = 0.1
"""Share of steps as long as the whole difference, which can cross between separate regions."""
_FUZZ = 1e-3
"""Noise on each step, in SD of the chains; without it few chains could span too little."""


def drift(state: State, target: Target, rng: np.random.Generator) -> State:
    """Move each half of the chains along differences between chains of the other half."""
    halves = np.array_split(rng.permutation(len(state.cells)), 2)
    if len(halves[1]) < 2:
        return state
    for own, other in (halves, halves[::-1]):
        state = _move(state, target, rng, own, other)
    return state


def _move(
    state: State,
    target: Target,
    rng: np.random.Generator,
    own: NDArray[np.intp],
    other: NDArray[np.intp],
) -> State:
    at, part = take(state.at, own), take_target(target, own)
    steps = _steps(take(state.at, other), state.prevalence[other], target, len(own), rng)
    fresh = {name: getattr(at, name) + step for name, step in steps.items()}
    proposed = moved(at, **fresh)
    found = surveyed(proposed, part.panel, target.priors, part.surfaces)
    cells = log_likelihood(found, part.panel, target.priors)
    gain = (cells - state.cells[own]).sum(axis=(1, 2)) + _prior_gain(at, fresh)
    accept = (np.log(rng.random(len(own))) < gain)[:, None, None]
    kept = {name: getattr(state.at, name).copy() for name in fresh}
    for name, values in fresh.items():
        kept[name][own] = choose(accept, values, getattr(at, name))
    prevalence, likelihood = state.prevalence.copy(), state.cells.copy()
    prevalence[own] = np.where(accept, found.prevalence, prevalence[own])
    likelihood[own] = np.where(accept, cells, likelihood[own])
    return State(moved(state.at, **kept), prevalence, likelihood)


def _steps(
    others: Coordinates, prevalence: Floats, target: Target, size: int, rng: np.random.Generator
) -> dict[str, Floats]:
    """Return steps along differences between other chains, by coordinate.

    Each chain has its own draw of the rest and hence a level of its own, so what is taken from the
    others is where their prevalence stands; the mean multiplier follows from it.
    """
    slopes = target.surfaces.slopes()
    points = points_of(others, target.priors)
    place = np.column_stack(
        [
            prevalence[:, :-1].mean(axis=(1, 2)),
            points[:, :-1, 2].mean(axis=1),
            others.shift,
        ]
    )
    first = rng.integers(0, len(place), size)
    second = (first + rng.integers(1, len(place), size)) % len(place)
    usual = 2.38 / np.sqrt(2.0 * place.shape[1])
    factor = np.where(rng.random(size) < _LONG, 1.0, usual)
    apart = factor[:, None] * (place[first] - place[second])
    apart += _FUZZ * place.std(axis=0) * rng.standard_normal(apart.shape)
    level = (apart[:, 0] - slopes[2] * apart[:, 1]) / slopes[0]
    return {
        "level": level / target.priors.multiplier[1],
        "secular": apart[:, 1] / target.priors.secular[1],
        "shift": apart[:, 2:],
    }


def _prior_gain(at: Coordinates, fresh: dict[str, Floats]) -> Floats:
    """Return (chain,), log prior of the proposal less that of the state."""
    gains = [
        0.5 * (getattr(at, name) ** 2 - new**2).reshape(len(new), -1).sum(axis=1)
        for name, new in fresh.items()
    ]
    return np.sum(gains, axis=0)
