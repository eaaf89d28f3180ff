"""Draws of all that the surveys of districts do not update."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..model.parameters import draw_prior, load_parameters
from .natural_history import load_natural_history
from .surface import DIMENSIONS

Floats = NDArray[np.float64]


def draw_rest(seed: int, draws: int) -> dict[str, Floats]:
    """Draw all that the surveys of districts do not update: levers, nuisances, natural history.

    Parameters
    ----------
    seed
        Seed of the whole run.
    draws
        Number of draws, at most those of the stored natural history.

    Returns
    -------
    dict
        (draw,) by constant of the model, in its unit.
    """
    natural = load_natural_history(draws)
    rows = load_parameters().uncertain()
    names = [row.name for row in rows if row.name not in {*DIMENSIONS, *natural}]
    return draw_prior(load_parameters(), seed, draws, names) | natural
