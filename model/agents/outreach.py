"""Outreach days: which villages a sector visits in a half year, alone or together with others."""

from __future__ import annotations

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
_SEEK = ("information", "resources")


def villages_visited(
    states: ActorStates, villages: int, share: float, exponent: float, rng: np.random.Generator
) -> Truth:
    """Return (sector, village), who is visited in this round.

    Each sector has a calendar of its own; where it and the chair have clear tasks and money to
    share, it follows the joint one, so that all come to the same villages.

    Parameters
    ----------
    states
        Determinants of the actors.
    villages
        Number of villages.
    share
        Share of villages that a calendar holds.
    exponent
        As for `ActorStates.product`.
    rng
        The same numbers are taken whatever the states are.
    """
    joint = rng.random(villages) < share
    own = rng.random((len(SECTORS), villages)) < share
    lot = rng.random((len(SECTORS), villages))
    chair = ACTORS.index(CHAIR)
    follow = [states.product(row, chair, _TOGETHER, exponent) for row in _ROWS]
    return np.where(lot < np.array(follow)[:, None], joint, own)


def families_sought(
    states: ActorStates, known: Truth, missed: Truth, exponent: float, rng: np.random.Generator
) -> Truth:
    """Return (sector, family), who is visited at home because a list shows that he was missed.

    Parameters
    ----------
    states
        Determinants of the actors.
    known
        (sector, family), who is on a list.
    missed
        (sector, family), who did not get the sector's service in the last round.
    exponent, rng
        As for `villages_visited`.
    """
    seek = [states.product(row, row, _SEEK, exponent) for row in _ROWS]
    lot = rng.random(known.shape)
    return known & missed & (lot < np.array(seek)[:, None])


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
