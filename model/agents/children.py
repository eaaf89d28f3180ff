"""Children under five as arrays: growth, ageing, births, deaths.

A child's height-for-age is the baseline of its cohort, plus what services, shocks and catch-up
have made of it since, plus how much it differs from others like it: a part that goes with the
wealth of its family, and a constant of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .cohorts import DIES, Cohorts
from .drivers import Drivers
from .equations import ANY, PRACTICE, Equations

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass
class Children:
    """One entry per child.

    Attributes
    ----------
    family, cohort
        (child,), indices.
    departure
        (child,), height-for-age above the cohort's baseline, HAZ.
    deviation
        (child,), constant difference to others, in standard deviations.
    luck
        (2, child), uniform numbers that decide who gets the supplement and the free meals.
    """

    family: Whole
    cohort: Whole
    departure: Floats
    deviation: Floats
    luck: Floats

    @property
    def count(self) -> int:
        """Number of children."""
        return len(self.family)

    def keep(self, mask: NDArray[np.bool_]) -> None:
        """Drop the children who are not in the mask."""
        left = np.flatnonzero(mask)
        self.family, self.cohort = self.family.take(left), self.cohort.take(left)
        self.departure, self.deviation = self.departure.take(left), self.deviation.take(left)
        self.luck = self.luck.take(left, axis=1)

    def add(self, family: Whole, departure: Floats, rng: np.random.Generator) -> None:
        """Add newborns, in the first cohort."""
        born = newborns(family, np.zeros(len(family), np.int64), departure, rng)
        self.family = np.concatenate([self.family, born.family])
        self.cohort = np.concatenate([self.cohort, born.cohort])
        self.departure = np.concatenate([self.departure, born.departure])
        self.deviation = np.concatenate([self.deviation, born.deviation])
        self.luck = np.concatenate([self.luck, born.luck], axis=1)


def newborns(family: Whole, cohort: Whole, departure: Floats, rng: np.random.Generator) -> Children:
    """Return children with their constants drawn."""
    size = len(family)
    return Children(family, cohort, departure, rng.standard_normal(size), rng.random((2, size)))


def first_children(cohorts: Cohorts, families: int, rng: np.random.Generator) -> Children:
    """Return the children of January 2018, each in some family.

    Their numbers by cohort are Poisson, as they are in the long run of births and ageing by chance.
    """
    counts = rng.poisson(cohorts.expected())
    cohort = np.repeat(np.arange(len(counts)), counts)
    family = rng.integers(families, size=len(cohort))
    return newborns(family, cohort, np.zeros(len(cohort)), rng)


def grow(
    children: Children,
    cohorts: Cohorts,
    rates: Mapping[str, Floats],
    services: Mapping[str, Floats],
    food: Floats,
    drivers: Drivers,
    equations: Equations,
    month: float,
) -> None:
    """Let every child grow for one step.

    Parameters
    ----------
    children
        Changed in place.
    cohorts
        Baselines, and the length of the step.
    rates
        (cohort,) by name, from `Cohorts.rates`.
    services
        (family,) by name: ``gain in coverage[...]`` of illness care and protection, ``convergence``
        (1 where all services are received) and `PRACTICE`.
    food
        (family,), chance that a child of 6 to 23 months gets the supplement.
    drivers, equations
        The stock-and-flow run and the shared equations.
    month
        Months since January 2018.
    """
    cohort = children.cohort
    pace = np.zeros(children.count)
    exposed = np.flatnonzero(rates["feeding"][cohort] > 0.0)
    pace[exposed] = _pace(children, exposed, services, food, drivers, equations, month)
    baseline = cohorts.baseline[cohort]
    found = equations.growth(
        {
            f"Children[{ANY}]": 1.0,
            f"baseline change[{ANY}]": 0.0,
            f"programme gain[{ANY}]": pace,
            f"shock[{ANY}]": rates["shock"][cohort],
            f"catch up rate[{ANY}]": rates["catch up"][cohort],
            f"mean HAZ[{ANY}]": baseline + children.departure,
            f"baseline mean HAZ[{ANY}]": baseline,
        }
    )
    children.departure = children.departure + cohorts.step * found[f"HAZ growth[{ANY}]"]


def _pace(
    children: Children,
    exposed: Whole,
    services: Mapping[str, Floats],
    food: Floats,
    drivers: Drivers,
    equations: Equations,
    month: float,
) -> Floats:
    family = children.family[exposed]
    lucky = children.luck[:, exposed]
    given: dict[str, Floats | float] = {name: services[name][family] for name in services}
    given["food reach"] = (lucky[0] < food[family]).astype(float)
    given["free meals"] = (lucky[1] < drivers.at("free meals", month)).astype(float)
    given["reference convergence"] = drivers.at("reference convergence", 0.0)
    given["trial gain"] = drivers.at("trial gain", month)
    return equations.pace(given)["programme pace"]


def age(children: Children, cohorts: Cohorts, fate: Whole) -> None:
    """Move the children to their next cohort and drop those who died or turned five.

    Parameters
    ----------
    children
        Changed in place.
    cohorts
        Tells who comes into which cohort, and how many there are.
    fate
        (child,), from `Cohorts.fates`.
    """
    children.cohort = cohorts.moved(children.cohort, fate)
    children.keep((fate != DIES) & (children.cohort < len(cohorts.stage)))


__all__ = ["PRACTICE", "Children", "age", "first_children", "grow", "newborns"]
