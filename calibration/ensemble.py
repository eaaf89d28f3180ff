"""The draws that every answer starts from: levers from their priors, levels as the surveys left them.

The surveys set the level of prevalence, not the levers. Levers and natural history are drawn first
and never touched again; the fit found a level for each such draw. That is a cut: information flows
from levers to levels only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.errors import DataError, Problem
from ..model.randomness import stream
from .posterior import Posterior, load_posterior, made_from, paths
from .rest import kept_rest

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ensemble:
    """Equal-weight draws of every uncertain parameter.

    Attributes
    ----------
    constants
        By parameter: (draw,), in the parameter's unit.
    seed
        Seed that made it.
    provenance
        What it was made from.
    """

    constants: dict[str, Floats]
    seed: int
    provenance: dict[str, Any]

    @property
    def size(self) -> int:
        """Number of draws."""
        return len(next(iter(self.constants.values())))


def load_ensemble(
    area: str = "paser",
    draws: int = 1000,
    seed: int | None = None,
    observation: str = "district",
) -> Ensemble:
    """Return draws for a district.

    Parameters
    ----------
    area
        Code of the district. One that was not fitted is drawn as one more of the province.
    draws
        How many draws.
    seed
        Chooses which of those stored, without repeats; the first ones when absent. It does not
        sample anew: all draws together are the same set whatever the seed.
    observation
        Figure of Paser for 2021 that was fitted: ``district`` or ``official``.

    Raises
    ------
    DataError
        If fewer draws are stored, a table that they were made from has mistakes, or one was changed
        since.
    """
    posterior = load_posterior(observation, [area])
    check_posterior(posterior, draws, paths(observation)[1].name)
    return ensemble_of(posterior, area, draws, seed, observation)


def ensemble_of(
    posterior: Posterior,
    area: str,
    draws: int,
    seed: int | None = None,
    observation: str = "district",
) -> Ensemble:
    """Return draws for a district from a fit, which must belong to the tables of now.

    Parameters
    ----------
    posterior
        The fit.
    area, draws, seed, observation
        As for `load_ensemble`; at most as many draws as the fit has.

    Raises
    ------
    DataError
        If the fit has fewer draws.
    """
    problems = _too_few(posterior, draws)
    if problems:
        raise DataError(problems)
    rows = _rows(posterior.size, draws, seed)
    # All that are stored, so that every choice of draws is one of the same columns.
    drawn = kept_rest(posterior.seed, posterior.size) | posterior.levels(area)
    constants = {name: values[rows] for name, values in drawn.items()}
    about = {"district": area, "observation": observation, "subset_seed": seed}
    return Ensemble(constants, posterior.seed, {**posterior.provenance, **about})


def _rows(stored: int, draws: int, seed: int | None) -> NDArray[np.intp]:
    """Return the rows that make up a subset, in the order of the file."""
    if seed is None:
        return np.arange(draws)
    return np.sort(stream(seed, "ensemble/subset").permutation(stored)[:draws])


def check_posterior(posterior: Posterior, draws: int, name: str) -> None:
    """Refuse a stored fit that was made from other tables, or that has fewer draws.

    Parameters
    ----------
    posterior
        The fit.
    draws
        How many are wanted.
    name
        Of the file that says what it was made from.

    Raises
    ------
    DataError
        With everything that was changed since.
    """
    problems = [
        Problem(f"{name} {key}", "what it was made from", "another", "Run `make posterior`")
        for key, found in made_from().items()
        if posterior.provenance.get(key) != found
    ]
    problems += _too_few(posterior, draws)
    if problems:
        raise DataError(problems)


def _too_few(posterior: Posterior, draws: int) -> list[Problem]:
    if 1 <= draws <= posterior.size:
        return []
    return [Problem("--draws", f"1 to {posterior.size}", str(draws), "Ask for fewer draws")]
