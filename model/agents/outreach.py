"""Outreach days: which villages a sector visits in a half year, alone or together with others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .actors import ACTORS, CHAIR, VILLAGE, ActorStates
from .delivery import SECTORS
from .registers import Registers

Floats = NDArray[np.float64]
Truth = NDArray[np.bool_]

_ROWS = tuple(ACTORS.index(sector) for sector in SECTORS)
_TOGETHER = ("clarity", "resources")
_SHARE = ("information", "support")


@dataclass(frozen=True)
class Targets:
    """Whom a round of outreach can aim at.

    Attributes
    ----------
    village
        (family,), index of the village.
    villages
        Number of villages.
    at_risk
        (family,), whether the family is at risk of stunting: the joint plan's families.
    known
        (sector, family), who is on whose list.
    received
        (sector, family), who got something from whom in the last round.
    missed
        (sector, family), who did not get all that a sector delivers.
    """

    village: NDArray[np.int64]
    villages: int
    at_risk: Truth
    known: Truth
    received: Truth
    missed: Truth


def families_visited(
    states: ActorStates,
    targets: Targets,
    share: float,
    exponent: float,
    rng: np.random.Generator,
) -> Truth:
    """Return (sector, family), whom a sector comes to on its outreach days.

    A sector has a calendar of villages, and in a village comes to as many families as are at risk
    there. On its own it picks villages and families by itself. Where it and the chair have clear
    tasks and money to share, it follows the joint plan: the same villages as all others, and the
    families at risk whom it knows.

    Parameters
    ----------
    states
        Determinants of the actors.
    targets
        Whom it can aim at.
    share
        Share of villages that a calendar holds.
    exponent
        As for `ActorStates.product`.
    rng
        The same numbers are taken whatever the states are.
    """
    shape = (len(SECTORS), targets.villages)
    joint = rng.random(targets.villages) < share
    own, lot = rng.random(shape) < share, rng.random(shape)
    picked = rng.random(targets.known.shape) < targets.at_risk.mean()
    chair = ACTORS.index(CHAIR)
    follow = [states.product(row, chair, _TOGETHER, exponent) for row in _ROWS]
    follows = (lot < np.array(follow)[:, None])[:, targets.village]
    planned = joint[targets.village] & targets.at_risk & targets.known
    return np.where(follows, planned, own[:, targets.village] & picked)


def families_sought(
    states: ActorStates,
    targets: Targets,
    links: list[tuple[int, int]],
    exponent: float,
    rng: np.random.Generator,
) -> Truth:
    """Return (sector, family), whom a sector comes to because others serve them and it does not.

    Where two linked sectors share what they know, each sees whom the other served, and fills the
    gap: that is what convergence means.

    Parameters
    ----------
    states
        Determinants of the actors.
    targets
        Whom it can aim at.
    links
        Pairs of actors who work with each other.
    exponent, rng
        As for `families_visited`.
    """
    found = np.zeros_like(targets.known)
    for one, row in enumerate(_ROWS):
        for other, beside in enumerate(_ROWS):
            lot = rng.random(targets.known.shape[1])
            if one == other or (min(row, beside), max(row, beside)) not in links:
                continue
            sees = lot < states.product(row, beside, _SHARE, exponent)
            found[one] |= sees & targets.received[other]
    return found & targets.known & targets.missed


def share_lists(
    registers: Registers,
    states: ActorStates,
    links: list[tuple[int, int]],
    village_of: NDArray[np.int64],
    villages: int,
    exponent: float,
    open_lists: bool,
    rng: np.random.Generator,
) -> None:
    """Let linked sectors take over entries, and villages name their families to linked sectors.

    Parameters
    ----------
    registers
        Changed in place.
    states
        Determinants of the actors.
    links
        Pairs of actors who work with each other.
    village_of
        (family,), index of the village.
    villages
        Number of villages.
    exponent
        As for `ActorStates.product`.
    open_lists
        Whether lists are shared at all; False after a shock that ends it.
    rng
        The same numbers are taken whatever happens.
    """
    linked = set(links)
    pairs = []
    for taker, first in enumerate(_ROWS):
        for giver, second in enumerate(_ROWS):
            if taker != giver:
                together = (min(first, second), max(first, second)) in linked and open_lists
                chance = states.product(first, second, _SHARE, exponent) if together else 0.0
                pairs.append((taker, giver, chance))
    registers.exchange(pairs, rng)
    village = ACTORS.index(VILLAGE)
    for taker, row in enumerate(_ROWS):
        lot = rng.random(villages)
        together = (min(row, village), max(row, village)) in linked and open_lists
        chance = states.product(row, village, _SHARE, exponent) if together else 0.0
        registers.from_villages(taker, (lot < chance)[village_of])
