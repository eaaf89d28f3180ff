"""Where families live: kecamatan, villages, posyandu, and how far it is to them.

No map of villages was at hand. Populations, areas and numbers of villages of the kecamatan are
real; how people spread within a kecamatan, and so every distance, is drawn: for points spread
evenly the mean way to the nearest is one over twice the square root of their density, and ways
differ by a lognormal factor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, Problem
from ..randomness import stream
from .areas import Area

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

DISTANCE_GROUPS = ("near", "middle", "far")
WEALTH_GROUPS = ("poorest", "second", "third", "fourth", "richest")

NEAREST = 0.5
"""Mean way to the nearest of points spread evenly with density 1."""


@dataclass(frozen=True)
class Places:
    """Villages, posyandu and the families in them.

    Attributes
    ----------
    areas
        Names of the kecamatan; one nameless area for a district without a table of them.
    area_of_village
        (village,), index of its kecamatan.
    village_km2
        (village,), settled area.
    posyandu
        (village,), number of posyandu at the start.
    puskesmas
        (area,), number of puskesmas.
    puskesmas_km
        (village,), way to the puskesmas, km.
    village, wealth, spread
        (family,): index of its village; wealth in standard deviations; its way to the posyandu
        relative to the mean way in its village.
    """

    areas: tuple[str, ...]
    area_of_village: Whole = field(repr=False)
    village_km2: Floats = field(repr=False)
    posyandu: Whole = field(repr=False)
    puskesmas: Whole = field(repr=False)
    puskesmas_km: Floats = field(repr=False)
    village: Whole = field(repr=False)
    wealth: Floats = field(repr=False)
    spread: Floats = field(repr=False)

    @property
    def families(self) -> int:
        """Number of families."""
        return len(self.village)

    @property
    def villages(self) -> int:
        """Number of villages."""
        return len(self.area_of_village)

    def area(self) -> Whole:
        """Return (family,), index of the kecamatan."""
        return self.area_of_village[self.village]

    def posyandu_km(self, posyandu: Whole) -> Floats:
        """Return (family,), km to the posyandu, when villages have so many of them."""
        mean = NEAREST * np.sqrt(self.village_km2 / np.maximum(posyandu, 1))
        return self.spread * mean[self.village]

    def distance_group(self) -> Whole:
        """Return (family,), index in `DISTANCE_GROUPS`: thirds by the way to the puskesmas."""
        return _fractions(self.puskesmas_km[self.village], len(DISTANCE_GROUPS))

    def wealth_group(self) -> Whole:
        """Return (family,), index in `WEALTH_GROUPS`: fifths of families."""
        return _fractions(self.wealth, len(WEALTH_GROUPS))


def settle(
    areas: Sequence[Area],
    families: int,
    posyandu: int,
    puskesmas: int,
    assumptions: Mapping[str, float],
    seed: int,
    replicate: int = 0,
) -> Places:
    """Put families, posyandu and puskesmas into villages.

    Parameters
    ----------
    areas
        Kecamatan; none for one well-mixed area without distances.
    families, posyandu, puskesmas
        How many of each.
    assumptions
        ``settled share of land``, ``distance spread`` and ``village size spread`` [dmnl] are used.
    seed, replicate
        The same two give the same places, whatever else is drawn. Each replicate has its own, since
        one drawing of where villages lie is no more known than another.

    Raises
    ------
    InputError
        If there is nobody, or no posyandu, to place.
    """
    problems = [
        Problem(name, "at least one", f"{number}", "Correct the district file")
        for name, number in (("families", families), ("posyandu", posyandu))
        if number < 1
    ]
    if problems:
        raise InputError(problems)
    rng = stream(seed, "agents/places", replicate)
    if not areas:
        return _one_area(families, posyandu, puskesmas, rng)
    area_of_village = np.repeat(np.arange(len(areas)), [area.villages for area in areas])
    sizes = rng.lognormal(0.0, assumptions["village size spread"], len(area_of_village))
    people = sizes * _per_village(areas, area_of_village, "population", sizes)
    village_km2 = (
        _per_village(areas, area_of_village, "area_km2") * assumptions["settled share of land"]
    )
    population = np.array([float(area.population) for area in areas])
    centres = 1 + shares(population, max(0, puskesmas - len(areas)))
    return Places(
        tuple(area.name for area in areas),
        area_of_village,
        village_km2,
        1 + shares(people, max(0, posyandu - len(people))),
        centres,
        _puskesmas_km(areas, area_of_village, centres, assumptions, rng),
        np.sort(rng.choice(len(people), size=families, p=people / people.sum())),
        rng.standard_normal(families),
        _factors(assumptions, families, rng),
    )


def shares(weights: Floats, total: int) -> Whole:
    """Divide whole things in proportion to weights, by the largest remainders.

    Examples
    --------
    >>> shares(np.array([1.0, 1.0, 2.0]), 6).tolist()
    [2, 1, 3]
    """
    exact = weights / weights.sum() * total
    whole = np.floor(exact).astype(np.int64)
    rest = np.argsort(whole - exact, kind="stable")[: total - int(whole.sum())]
    whole[rest] += 1
    return whole


def _one_area(families: int, posyandu: int, puskesmas: int, rng: np.random.Generator) -> Places:
    return Places(
        ("",),
        np.zeros(1, np.int64),
        np.zeros(1),
        np.array([posyandu]),
        np.array([puskesmas]),
        np.zeros(1),
        np.zeros(families, np.int64),
        rng.standard_normal(families),
        np.ones(families),
    )


def _per_village(
    areas: Sequence[Area], area_of_village: Whole, name: str, sizes: Floats | None = None
) -> Floats:
    """Return (village,): the kecamatan's number over its villages, or over their sizes."""
    size = np.ones(len(area_of_village)) if sizes is None else sizes
    totals = np.array([float(getattr(area, name)) for area in areas])
    return (totals / np.bincount(area_of_village, size))[area_of_village]


def _puskesmas_km(
    areas: Sequence[Area],
    area_of_village: Whole,
    centres: Whole,
    assumptions: Mapping[str, float],
    rng: np.random.Generator,
) -> Floats:
    km2 = np.array([area.area_km2 for area in areas]) * assumptions["settled share of land"]
    mean = NEAREST * np.sqrt(km2 / centres)
    return mean[area_of_village] * _factors(assumptions, len(area_of_village), rng)


def _factors(assumptions: Mapping[str, float], size: int, rng: np.random.Generator) -> Floats:
    """Return lognormal factors with mean 1."""
    spread = assumptions["distance spread"]
    return rng.lognormal(-0.5 * spread**2, spread, size)


def _fractions(values: Floats, count: int) -> Whole:
    """Return in which of so many equal parts each value lies."""
    edges = np.quantile(values, np.arange(1, count) / count)
    return np.searchsorted(edges, values, side="left")
