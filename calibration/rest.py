"""Draws of all that the surveys of districts do not update."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..model import distributions, parameters, randomness
from ..model.kept_columns import arithmetic, code_of, kept_columns
from ..model.parameters import Parameter, draw_prior, load_parameters
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
    names = [row.name for row in _drawn(natural)]
    return draw_prior(load_parameters(), seed, draws, names) | natural


def kept_rest(seed: int, draws: int) -> dict[str, Floats]:
    """Return what `draw_rest` returns, to the bit; what is drawn from priors is kept on disk.

    For the seed and the number of draws of a stored posterior, which every command asks for.

    Parameters
    ----------
    seed, draws
        As for `draw_rest`.
    """
    natural = load_natural_history(draws)
    rows = _drawn(natural)
    names = [row.name for row in rows]
    code = code_of(distributions, parameters, randomness)
    priors = repr([(row.name, row.prior) for row in rows])
    parts = ("draws of priors", priors, str(seed), str(draws), code, arithmetic("scipy"))
    drawn = kept_columns(parts, lambda: draw_prior(load_parameters(), seed, draws, names))
    return drawn | natural


def _drawn(natural: dict[str, Floats]) -> list[Parameter]:
    """Return the uncertain parameters that neither the surveys nor the natural history set."""
    rows = load_parameters().uncertain()
    return [row for row in rows if row.name not in {*DIMENSIONS, *natural}]
