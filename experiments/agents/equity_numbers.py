"""Numbers of equity from runs: shares of groups, gaps between them, concentration by wealth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...model.agents.places import DISTANCE_GROUPS, WEALTH_GROUPS
from .ground import Cube

Floats = NDArray[np.float64]

SHARES = {
    "all_services": "all services",
    "no_service": "no service",
    "maternal": "coverage maternal",
    "counselling": "coverage counselling",
    "illness": "coverage illness",
    "protection": "coverage protection",
    "food": "food coverage",
    "prevalence": "survey prevalence",
}
"""Measures in percent: their ids, and what the agents call them."""
COUNT = "unserved"
"""Families with no service: a number, not a share."""
OF_CHILDREN = ("food", "prevalence")
BAD = ("no_service", "prevalence", COUNT)
"""Measures of which less is better."""
GAPS: Mapping[str, tuple[str, str]] = {
    "distance": (DISTANCE_GROUPS[-1], DISTANCE_GROUPS[0]),
    "wealth": (WEALTH_GROUPS[0], WEALTH_GROUPS[-1]),
}
"""What is compared: the first less the second."""


@dataclass(frozen=True)
class Reading:
    """Measures of all runs at one month.

    Attributes
    ----------
    groups
        Ids: ``district``, those of the kecamatan, of distance and of wealth.
    names
        By id of a group: its grouping and name.
    values
        By measure and scenario: (replicate, group), percent or families.
    weights
        By scenario: (2, replicate, group), families in the first 1,000 days, and children.
    """

    groups: tuple[str, ...]
    names: Mapping[str, tuple[str, str]]
    values: Mapping[str, Mapping[str, Floats]] = field(repr=False)
    weights: Mapping[str, Floats] = field(repr=False)

    def of(self, measure: str, scenario: str, group: str) -> Floats:
        """Return (replicate,) of a measure."""
        return self.values[measure][scenario][:, self.groups.index(group)]


def slug(name: str) -> str:
    """Return a name as an id.

    Examples
    --------
    >>> slug("Tanah Grogot")
    'tanah_grogot'
    """
    return "_".join(name.casefold().split())


def read(cube: Cube) -> Reading:
    """Return the measures of the last month of a cube."""
    groups = tuple(slug(name) or "district" for _, name in cube.groups)
    values: dict[str, dict[str, Floats]] = {
        measure: {case: 100.0 * cube.of(case, own)[:, -1] for case in cube.cases}
        for measure, own in SHARES.items()
    }
    families = {case: cube.of(case, "families")[:, -1] for case in cube.cases}
    values[COUNT] = {
        case: families[case] * values["no_service"][case] / 100.0 for case in cube.cases
    }
    weights = {
        case: np.stack([families[case], cube.of(case, "children")[:, -1]]) for case in cube.cases
    }
    return Reading(groups, dict(zip(groups, cube.groups, strict=True)), values, weights)


def gap(reading: Reading, measure: str, scenario: str, between: tuple[str, str]) -> Floats:
    """Return (replicate,), how much more of a measure the first group has than the second."""
    first, second = between
    return reading.of(measure, scenario, first) - reading.of(measure, scenario, second)


def furthest(reading: Reading, measure: str, scenario: str) -> tuple[str, str] | None:
    """Return the kecamatan with the worst and the best median of a measure, if there are any.

    The two are chosen once, over all runs: the worst and the best of each run would differ by luck
    alone.
    """
    areas = [g for g in reading.groups if reading.names[g][0] == "kecamatan"]
    found = [reading.of(measure, scenario, area) for area in areas]
    if not areas or np.isnan(found).all(axis=1).any():
        return None
    middle = [float(np.nanmedian(values)) for values in found]
    most, least = areas[int(np.argmax(middle))], areas[int(np.argmin(middle))]
    return (most, least) if measure in BAD else (least, most)


def concentration(values: Floats, weights: Floats) -> Floats:
    """Return the concentration index of groups ordered from poor to rich.

    Parameters
    ----------
    values
        (replicate, group), a share.
    weights
        (replicate, group), people.

    Returns
    -------
    array
        (replicate,), -1 to 1; above 0 the rich have more of it. NaN where nobody has any.

    Notes
    -----
    Twice the covariance of the share with the rank, over the mean share. Among fifths only what
    lies between them counts.

    Examples
    --------
    >>> concentration(np.array([[1.0, 3.0]]), np.array([[1.0, 1.0]])).tolist()
    [0.25]
    """
    part = weights / weights.sum(axis=1, keepdims=True)
    rank = np.cumsum(part, axis=1) - 0.5 * part
    mean = (part * values).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(mean > 0.0, 2.0 * (part * values * rank).sum(axis=1) / mean - 1.0, np.nan)


def wealth_index(reading: Reading, measure: str, scenario: str) -> Floats:
    """Return (replicate,), the concentration index of a measure by wealth."""
    columns = [reading.groups.index(group) for group in WEALTH_GROUPS]
    weights = reading.weights[scenario][1 if measure in OF_CHILDREN else 0][:, columns]
    return concentration(reading.values[measure][scenario][:, columns], weights)
