"""What is read from the agents: coverage, simultaneity and stunting, by group of families."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .district import AgentDistrict
from .drivers import PACKAGES
from .equations import ANY
from .places import DISTANCE_GROUPS, WEALTH_GROUPS

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

GROUPINGS = ("district", "kecamatan", "distance", "wealth")
MEASURES = (
    *("families", *(f"coverage {name}" for name in PACKAGES), "all services", "no service"),
    *("expected product", "expected minimum", "children", "survey prevalence", "true prevalence"),
    *("severe prevalence", "counted prevalence", "mean HAZ", "food coverage"),
    *("listed", "coordination index"),
)


@dataclass(frozen=True)
class Observation:
    """One group at one month.

    Attributes
    ----------
    month
        Months since January 2018.
    grouping, group
        What divides families (`GROUPINGS`), and the name of the part; empty for the district.
    values
        By name of `MEASURES`; shares are between 0 and 1, and NaN where a group has nobody.
        ``listed`` is the share of lists that a family is on, of those of the sectors; NaN where
        families are alike and there are no lists. The coordination index is that of the district.
    """

    month: float
    grouping: str
    group: str
    values: Mapping[str, float]


def groups_of(model: AgentDistrict) -> dict[str, tuple[tuple[str, ...], Whole]]:
    """Return by grouping the names of its groups and (family,), the group of each family."""
    places = model.places
    found: dict[str, tuple[tuple[str, ...], Whole]] = {}
    found["district"] = (("",), np.zeros(places.families, np.int64))
    if len(places.areas) > 1:
        found["kecamatan"] = (places.areas, places.area())
        found["distance"] = (DISTANCE_GROUPS, places.distance_group())
    found["wealth"] = (WEALTH_GROUPS, places.wealth_group())
    return found


def observe(model: AgentDistrict) -> Iterator[Observation]:
    """Yield every group of families as it is now.

    Parameters
    ----------
    model
        The district between two steps.
    """
    window = np.flatnonzero(model.families.in_window(model.month))
    services = _services(model, window)
    growth = _growth(model)
    for grouping, (names, group_of) in groups_of(model).items():
        family = group_of[window]
        child = group_of[model.children.family]
        values = _means(services, family, len(names)) | _means(growth, child, len(names))
        shown = np.array([values[f"coverage {name}"] for name in PACKAGES])
        values["expected product"] = shown.prod(axis=0)
        values["expected minimum"] = shown.min(axis=0)
        values["families"] = np.bincount(family, minlength=len(names)).astype(float)
        values["children"] = np.bincount(child, minlength=len(names)).astype(float)
        values["coordination index"] = np.full(len(names), model.index)
        for row, name in enumerate(names):
            picked = {measure: float(values[measure][row]) for measure in MEASURES}
            yield Observation(model.month, grouping, name, picked)


def concordance(product: float, minimum: float, together: float) -> float:
    """Return k: where simultaneity lies between independent services and nested ones.

    Parameters
    ----------
    product, minimum
        Share served by all if services were independent, and if they were nested.
    together
        Share served by all.

    Examples
    --------
    >>> round(concordance(0.1, 0.4, 0.25), 6)
    0.5
    """
    return (together - product) / (minimum - product) if minimum > product else float("nan")


def _services(model: AgentDistrict, window: Whole) -> dict[str, Floats]:
    receipt = model.round.receipt[:, window]
    found = {f"coverage {name}": receipt[row].astype(float) for row, name in enumerate(PACKAGES)}
    found["all services"] = receipt.all(axis=0).astype(float)
    found["no service"] = (~receipt.any(axis=0)).astype(float)
    lists = None if model.provision is None else model.provision.registers.known[:, window]
    found["listed"] = np.full(len(window), np.nan) if lists is None else lists.mean(axis=0)
    return found


def _growth(model: AgentDistrict) -> dict[str, Floats]:
    """Return (child,) of each measure; shares are chances, not counts, but for the counted one."""
    children, equations = model.children, model.equations
    slope = model.wealth_slope
    expected = model.cohorts.baseline[children.cohort] + children.departure
    mean = expected + slope * model.places.wealth[children.family]
    seen, true = model.spreads
    given = {f"mean HAZ[{ANY}]": mean}
    survey = equations.survey({**given, "observed spread": seen})[f"survey share[{ANY}]"]
    truth = equations.truth({**given, "HAZ spread": true})[f"true share[{ANY}]"]
    severe = equations.severe({**given, "observed spread": seen})[f"severe share[{ANY}]"]
    measured = mean + seen * children.deviation
    feeding = model.cohorts.rates(model.month)["feeding"][children.cohort]
    fed = (children.luck[0] < model.round.food[children.family]).astype(float)
    return {
        "survey prevalence": survey,
        "true prevalence": truth,
        "severe prevalence": severe,
        "counted prevalence": (measured < model.threshold).astype(float),
        "mean HAZ": mean,
        "food coverage": np.where(feeding > 0.0, fed, np.nan),
    }


def _means(values: Mapping[str, Floats], group: Whole, count: int) -> dict[str, Floats]:
    found = {}
    for name, each in values.items():
        there = ~np.isnan(each)
        total = np.bincount(group[there], each[there], minlength=count)
        size = np.bincount(group[there], minlength=count)
        with np.errstate(invalid="ignore", divide="ignore"):
            found[name] = total / size
    return found
