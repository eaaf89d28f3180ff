"""How much services overlap at each level of coordination: from the agents to the stocks.

Services of families are simulated with every actor's determinants held at one level, for levels of
coordination and of coverage. The concordance k places the share served by all between what
independent and what nested services would give. A line through k against the coordination index
is what the stock-and-flow model takes over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression
from scipy.special import expit, logit

from ..randomness import stream
from .actors import ACTORS, ActorStates, link_rows, office_network
from .areas import Area
from .drivers import DETERMINANTS, PACKAGES
from .places import Places, settle
from .services import Provision, Streams

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]

INDEX_LEVELS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Levels of the coordination index."""

COVERAGE_SHIFTS = (-1.0, -0.5, 0.0, 0.5, 1.0)
"""Levels of coverage: what is added to the log odds of the contacts of 2018."""

WARM_UP, MEASURED = 8, 6
"""Rounds until lists are as they will be, and rounds that are measured."""

MONTHS = 6.0


@dataclass(frozen=True)
class Grid:
    """Concordance at every level of coordination and of coverage.

    Attributes
    ----------
    contact
        (package,), share of families in contact in 2018.
    together, product, minimum
        (draw, index level, coverage level), share served by all; and what it would be if services
        were independent, or nested.
    """

    contact: Floats
    together: Floats = field(repr=False)
    product: Floats = field(repr=False)
    minimum: Floats = field(repr=False)

    @property
    def k(self) -> Floats:
        """(draw, index level, coverage level), concordance."""
        return (self.together - self.product) / (self.minimum - self.product)


@dataclass(frozen=True)
class Line:
    """Concordance against the coordination index: ``low + rise * index``.

    Attributes
    ----------
    low
        Without any coordination; below 0 where who gets one service is less likely to get another.
    rise
        What full coordination adds, at least 0.
    """

    low: float
    rise: float

    def at(self, index: Floats) -> Floats:
        """Return the concordance at levels of the index."""
        return self.low + self.rise * index


def run_grid(
    areas: Sequence[Area],
    contact: Floats,
    assumptions: Sequence[Mapping[str, float]],
    families: int,
    posyandu: int,
    puskesmas: int,
    seed: int,
    progress: Progress = lambda done, total: None,
) -> Grid:
    """Simulate services at every level, for every draw of the agents' parameters.

    Parameters
    ----------
    areas
        Kecamatan of the district.
    contact
        (package,), share of families in contact in 2018.
    assumptions
        A draw each of the agents' parameters.
    families, posyandu, puskesmas
        How many. Fewer families than the district has give the same concordance with more noise.
    seed
        Names the random numbers; the same ones are used at all levels of a draw.
    progress
        Called with draws done and draws in all.
    """
    shape = (len(assumptions), len(INDEX_LEVELS), len(COVERAGE_SHIFTS))
    found = np.empty((3, *shape))
    for draw, values in enumerate(assumptions):
        progress(draw, len(assumptions))
        places = settle(areas, families, posyandu, puskesmas, values, seed + draw)
        for row, index in enumerate(INDEX_LEVELS):
            for column, shift in enumerate(COVERAGE_SHIFTS):
                level = expit(logit(contact) + shift)
                found[:, draw, row, column] = _overlap(places, values, level, index, seed, draw)
    progress(len(assumptions), len(assumptions))
    return Grid(contact, *found)


def _overlap(
    places: Places,
    assumptions: Mapping[str, float],
    contact: Floats,
    index: float,
    seed: int,
    draw: int,
) -> tuple[float, float, float]:
    """Return the share served by all, and by independent and by nested services."""
    streams = Streams(*(stream(seed, f"coupling/{name}", draw) for name in _STREAMS))
    provision = Provision(places, assumptions, link_rows(office_network()), streams)
    states = clamped(index)
    together, shares = 0.0, np.zeros(len(PACKAGES))
    for number in range(WARM_UP + MEASURED):
        received = provision.hold(states, contact, 0.0, MONTHS, places.posyandu).receipt
        if number >= WARM_UP:
            together += float(received.all(axis=0).mean()) / MEASURED
            shares += received.mean(axis=1) / MEASURED
    return together, float(shares.prod()), float(shares.min())


_STREAMS = ("services", "lists", "visits")


def clamped(index: float) -> ActorStates:
    """Return states where every determinant of every actor is at one level."""
    size = (len(ACTORS), len(DETERMINANTS))
    return ActorStates(np.full(size, float(index)), np.zeros(len(ACTORS)))


def monotone(k: Floats) -> Floats:
    """Return (index level,), the nearest curve that does not fall, to (index level, ...) values.

    Parameters
    ----------
    k
        Concordance; further axes are averaged.
    """
    means = k.reshape(len(INDEX_LEVELS), -1).mean(axis=1)
    return np.asarray(isotonic_regression(means).x)


def fit_line(levels: Floats) -> Line:
    """Fit a line that does not fall to a monotone curve.

    Parameters
    ----------
    levels
        (index level,), concordance.
    """
    rise, low = np.polyfit(np.array(INDEX_LEVELS), levels, 1)
    return Line(float(low), float(rise)) if rise >= 0.0 else Line(float(levels.mean()), 0.0)


def bootstrap(k: Floats, count: int, rng: np.random.Generator) -> list[Line]:
    """Fit lines to resampled levels of coverage of resampled draws.

    Parameters
    ----------
    k
        (draw, index level, coverage level), concordance.
    count
        How many lines.
    rng
        Random numbers.
    """
    lines = []
    for _ in range(count):
        row = k[rng.integers(len(k))]
        columns = rng.integers(row.shape[1], size=row.shape[1])
        lines.append(fit_line(monotone(row[:, columns])))
    return lines


def convergence(line: Line, grid: Grid) -> Floats:
    """Return (draw, index level, coverage level), share served by all that a line gives back."""
    k = line.at(np.array(INDEX_LEVELS))[:, None]
    return (1.0 - k) * grid.product + k * grid.minimum
