"""Who gets which service: chance of contact of every family, and receipt in a round.

How many contacts a sector can make is given by the district's supply (staff, reach, trust, money).
Distance, wealth, lists and visits decide who gets them: they move the odds of a family, and one
effort for each service, the same for all, makes the mean what the supply allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtr

from .places import Places

Floats = NDArray[np.float64]
Truth = NDArray[np.bool_]

SECTORS = ("dinkes", "dppkb", "dinsos", "pangan")
"""Sectors that deliver services and keep lists of families."""

SECTOR_OF = {
    "maternal": "dinkes",
    "counselling": "dppkb",
    "illness": "dinkes",
    "protection": "dinsos",
}
"""The sector that delivers each package. Cadres of PKK and DPPKB counsel together."""

_AT_PUSKESMAS = ("maternal", "illness")


@dataclass(frozen=True)
class Odds:
    """Logarithms of odds ratios that shape who is reached.

    Attributes
    ----------
    fixed
        (package, family), from wealth and the way to the puskesmas.
    km
        Per km to the posyandu, for counselling and food.
    listed, visited
        Where the sector knows the family, and where it comes to it.
    """

    fixed: Floats
    km: float
    listed: float
    visited: float


def odds_of(places: Places, packages: tuple[str, ...], assumptions: Mapping[str, float]) -> Odds:
    """Return the odds of every family from what does not change.

    Parameters
    ----------
    places
        Where families live.
    packages
        Services, in the order of the rows.
    assumptions
        Odds ratios [dmnl], by name.
    """
    km = np.log(assumptions["distance odds ratio per km"])
    wealth = np.log(assumptions["wealth odds ratio"])
    poor = np.log(assumptions["protection wealth odds ratio"])
    away = km * places.puskesmas_km[places.village]
    rows = [
        (poor if package == "protection" else wealth) * places.wealth
        + (away if package in _AT_PUSKESMAS else 0.0)
        for package in packages
    ]
    listed, visited = (assumptions[f"{name} odds ratio"] for name in ("listed", "outreach"))
    return Odds(np.array(rows), float(km), float(np.log(listed)), float(np.log(visited)))


def level_to(
    mean: float, log_odds: Floats, start: float | None = None, tolerance: float = 1e-10
) -> float:
    """Return the effort that makes the mean chance what it should be.

    Parameters
    ----------
    mean
        Mean chance wanted, above 0 and below 1.
    log_odds
        (family,), differences between families.
    start
        A first guess, for example the effort of the round before.
    tolerance
        Largest error of the mean.

    Notes
    -----
    Newton's method on a function that rises with the effort, held within bounds that close in.
    """
    low, high = logit(mean) - log_odds.max() - 1e-9, logit(mean) - log_odds.min() + 1e-9
    effort = logit(mean) - log_odds.mean() if start is None else min(max(start, low), high)
    for _ in range(60):
        chance = expit(effort + log_odds)
        error = float(chance.mean()) - mean
        if abs(error) < tolerance:
            break
        low, high = (effort, high) if error < 0.0 else (low, effort)
        slope = float((chance * (1.0 - chance)).mean())
        new = effort - error / max(slope, 1e-12)
        effort = new if low < new < high else 0.5 * (low + high)
    return float(effort)


def inclined(lasting: Floats, fresh: Floats, share: float) -> Floats:
    """Return uniform numbers of which a share of the variance lasts from round to round.

    Parameters
    ----------
    lasting, fresh
        Standard normal numbers, the same at every round and new at each.
    share
        Share of the variance that lasts, 0 to 1.
    """
    return ndtr(np.sqrt(share) * lasting + np.sqrt(1.0 - share) * fresh)


def overlapping(chance: Floats, common: Floats, concordance: float, lot: Floats) -> Floats:
    """Return uniform numbers of which a share of families has the same for all services.

    Receipt with them has the concordance of the stock-and-flow model's formula: all services at
    once with chance ``(1 - k) product + k minimum``.

    Parameters
    ----------
    chance
        (package, family), uniform numbers, one for each service.
    common
        (family,), uniform numbers.
    concordance
        k, 0 to 1.
    lot
        (family,), uniform numbers that say which families have the common one.
    """
    return np.where(lot < concordance, common, chance)
