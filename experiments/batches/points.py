"""The draws of a design, made part by part: the numbers of a draw do not depend on the part.

Points lie between 0 and 1, one coordinate for each thing that differs, and become values through
its distribution.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ...model.distributions import quantile
from ...model.randomness import spawning
from ..runs.points import Part, sampled
from .design import SEED, Coordinate, Design, Floats

MORRIS_LEVELS = 4
"""Levels of a trajectory, even; 4 is the value of Morris (1991), doi:10.1080/00401706.1991.10484804,
and of SALib."""


def values(design: Design, replicate: int, first: int, last: int) -> Floats:
    """Return the values of some draws of one replicate, (draw, coordinate), in their units.

    Parameters
    ----------
    design
        With any sampler but ``posterior``, whose draws are stored.
    replicate
        From 0.
    first, last
        First draw, and the one after the last.
    """
    if design.sampler == "points":
        columns = [design.table[name][first:last] for name in design.names]
        return np.column_stack(columns)
    at = unit_points(design, replicate, first, last)
    columns = [_value(item, at[:, k]) for k, item in enumerate(design.coordinates)]
    return np.column_stack(columns) if columns else at


def unit_points(design: Design, replicate: int, first: int, last: int) -> Floats:
    """Return the points of some draws, (draw, coordinate), from 0 to 1."""
    seed = SEED if design.seed is None else design.seed
    if design.sampler == "morris":
        return _trajectories(len(design.names), seed, replicate, first, last)
    if design.sampler == "factorial":
        return _factorial(sizes(design), first, last)
    return _part(design.sampler, design.names, design.draws, seed, replicate)(first, last)


def sizes(design: Design) -> tuple[int, ...]:
    """Return the number of values of each coordinate of a factorial design."""
    return tuple(len(item.values) or design.steps for item in design.coordinates)


def _value(item: Coordinate, at: Floats) -> Floats:
    """Return the values that points from 0 to 1 stand for."""
    if item.values:
        count = len(item.values)
        return np.array(item.values)[np.minimum((at * count).astype(np.intp), count - 1)]
    return at if item.prior is None else quantile(item.prior, at)


@lru_cache(maxsize=4)
def _part(sampler: str, names: tuple[str, ...], draws: int, seed: int, replicate: int) -> Part:
    """Keep the points of a latin hypercube, which is made whole."""
    return sampled(sampler, names, draws, seed, replicate)  # type: ignore[arg-type]


def _trajectories(count: int, seed: int, replicate: int, first: int, last: int) -> Floats:
    """Return points along Morris trajectories, each of ``count + 1`` draws with its own stream.

    The levels 0, 1/3, 2/3 and 1 are moved into the middles of four equally likely parts: the ends
    of a distribution without bounds are infinite.
    """
    from SALib.sample.morris import sample

    problem = {"num_vars": count, "names": [str(k) for k in range(count)]}
    problem["bounds"] = [[0.0, 1.0]] * count
    size = count + 1
    found = [
        sample(problem, 1, MORRIS_LEVELS, seed=spawning(seed, f"draws/morris/{number}", replicate))
        for number in range(first // size, (last - 1) // size + 1)
    ]
    skip = first % size
    grid = np.rint(np.vstack(found)[skip : skip + last - first] * (MORRIS_LEVELS - 1))
    return (grid + 0.5) / MORRIS_LEVELS


def _factorial(counts: tuple[int, ...], first: int, last: int) -> Floats:
    """Return the middles of equally likely parts; the last coordinate changes fastest."""
    left = np.arange(first, last)
    out = np.empty((last - first, len(counts)))
    for column in reversed(range(len(counts))):
        out[:, column] = (left % counts[column] + 0.5) / counts[column]
        left //= counts[column]
    return out
