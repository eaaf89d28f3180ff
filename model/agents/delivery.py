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


def overlapping(contact: Floats, together: float, rng: np.random.Generator, size: int) -> Floats:
    """Return uniform numbers with which a given share of families receives all services.

    Some families have the same number for all services, so that these meet; or, where fewer than
    by chance should get all, opposite numbers for two of them, so that these miss each other. The
    coverage of each service is untouched.

    Parameters
    ----------
    contact
        (package,), share of families in contact.
    together
        Share that gets all; between what two services that miss each other leave and the least
        coverage. Beyond, as near as can be.
    rng
        Random numbers; the same are taken for every `together`.
    size
        Number of families.

    Returns
    -------
    ndarray
        (package, family).
    """
    chance = rng.random((len(contact), size))
    common, lot = rng.random(size), rng.random(size)
    product, least = float(contact.prod()), float(contact.min())
    if together >= product:
        share = (together - product) / max(least - product, 1e-12)
        return np.where(lot < share, common, chance)
    first, second = np.argsort(contact)[:2]
    meet = max(0.0, float(contact[first] + contact[second]) - 1.0)
    apart = product * (1.0 - meet / float(contact[first] * contact[second]))
    opposite = chance.copy()
    opposite[second] = 1.0 - chance[first]
    return np.where(lot < (product - together) / max(apart, 1e-12), opposite, chance)
