"""Where the chains of the sampler are, and what they sample."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from .cells import log_likelihood
from .hierarchy import Coordinates, Priors, surveyed
from .panel import Panel
from .surface import Surfaces

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Target:
    """What is sampled.

    Attributes
    ----------
    panel, priors
        Surveys and priors.
    surfaces
        One for each chain.
    """

    panel: Panel
    priors: Priors
    surfaces: Surfaces


@dataclass(frozen=True)
class State:
    """Where the chains are.

    Attributes
    ----------
    at
        Coordinates.
    prevalence
        (chain, district + 1, survey), logit of the prevalence of the model.
    cells
        (chain, district, survey), log likelihood of each survey value.
    """

    at: Coordinates
    prevalence: Floats
    cells: Floats


def begin(at: Coordinates, target: Target) -> State:
    """Return the state at some coordinates."""
    found = surveyed(at, target.panel, target.priors, target.surfaces)
    return State(at, found.prevalence, log_likelihood(found, target.panel, target.priors))


def choose(accept: NDArray[np.bool_], fresh: Floats, old: Floats) -> Floats:
    """Spread decisions, (chain, district or 1, survey or 1), over a part of the coordinates."""
    if old.ndim == 1:
        accept = accept[:, 0, 0]
    elif old.ndim == 2:
        accept = accept[:, 0, :]
    return np.where(accept, fresh, old)


def take(at: Coordinates, rows: NDArray[np.intp]) -> Coordinates:
    """Return the coordinates of some chains."""
    return Coordinates(*(getattr(at, item.name)[rows] for item in fields(Coordinates)))


def take_target(target: Target, rows: NDArray[np.intp]) -> Target:
    """Return what some chains sample; each may have surveys of its own."""
    panel = target.panel
    if panel.share.ndim == 3:
        panel = replace(panel, share=panel.share[rows])
    return replace(target, panel=panel, surfaces=target.surfaces.take(rows))
