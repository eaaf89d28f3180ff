"""Points between 0 and 1 for a space: any part can be made alone, with the same numbers."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ...model.randomness import spawning, stream

Floats = NDArray[np.float64]
Sampler = Literal["random", "latin_hypercube", "sobol"]
SAMPLERS: tuple[str, ...] = get_args(Sampler)
Part = Callable[[int, int], Floats]

_WORD = 4
"""Random numbers of one step of the counter of Philox."""


def sampled(
    sampler: Sampler, names: Sequence[str], draws: int, seed: int, replicate: int = 0
) -> Part:
    """Return a function from first and last draw to their points, (draw, name).

    The numbers of a draw do not depend on the part it is made in, so that parts can be made
    anywhere and in any order. Except in a Sobol sequence a name has a stream of its own: another
    name beside it does not change its numbers.

    Parameters
    ----------
    sampler
        How the points are spread.
    names
        Of the coordinates.
    draws
        Number of draws in all.
    seed, replicate
        Of the random numbers; replicates are independent.
    """
    make = {"random": _random, "latin_hypercube": _latin_hypercube, "sobol": _sobol}
    return make[sampler](tuple(names), draws, seed, replicate)


def _random(names: tuple[str, ...], draws: int, seed: int, replicate: int) -> Part:
    def part(first: int, last: int) -> Floats:
        skip = first % _WORD
        columns = []
        for name in names:
            made = stream(seed, f"draws/{name}", replicate)
            made.bit_generator.advance(first // _WORD)  # type: ignore[attr-defined]
            columns.append(made.random(skip + last - first)[skip:])
        return _table(columns, last - first)

    return part


def _latin_hypercube(names: tuple[str, ...], draws: int, seed: int, replicate: int) -> Part:
    """One stratified column for each name; columns are shuffled apart."""
    from scipy.stats import qmc

    def column(name: str) -> Floats:
        rng = spawning(seed, f"draws/latin hypercube/{name}", replicate)
        return qmc.LatinHypercube(d=1, rng=rng).random(draws).ravel()

    columns = [column(name) for name in names]
    return lambda first, last: _table([c[first:last] for c in columns], last - first)


def _sobol(names: tuple[str, ...], draws: int, seed: int, replicate: int) -> Part:
    from scipy.stats import qmc

    def part(first: int, last: int) -> Floats:
        if not names:
            return np.empty((last - first, 0))
        engine = qmc.Sobol(d=len(names), rng=spawning(seed, "draws/sobol", replicate))
        if first:
            engine.fast_forward(first)
        with warnings.catch_warnings():
            # The advice on powers of two is given once, where the number of draws is chosen.
            warnings.simplefilter("ignore", UserWarning)
            return engine.random(last - first)

    return part


def _table(columns: list[Floats], size: int) -> Floats:
    return np.column_stack(columns) if columns else np.empty((size, 0))
