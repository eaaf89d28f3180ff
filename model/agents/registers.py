"""Lists of families: which sector knows whom, what goes out of date, and what is shared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from .delivery import SECTORS, level_to, odds_of
from .places import Places

Floats = NDArray[np.float64]
Truth = NDArray[np.bool_]

_COMPLETENESS = {
    "dinkes": "health list completeness",
    "dppkb": "population list completeness",
    "dinsos": "protection list completeness",
    "pangan": "food list completeness",
}

_MOST = 0.99
"""Share of families that a sector can register at most."""


class Registers:
    """Lists of the sectors.

    Attributes
    ----------
    own
        (sector, family), what a sector registered itself.
    adopted
        (sector, family), what it took over from others.
    """

    def __init__(
        self, places: Places, assumptions: Mapping[str, float], rng: np.random.Generator
    ) -> None:
        self._within = assumptions["registration time"]
        self._lasts = assumptions["list loss time"]
        # A list misses those whom its sector reaches least: the same odds, other luck.
        alike = ("maternal", "counselling", "protection", "protection")
        tilt = odds_of(places, alike, assumptions).fixed
        self._chance = np.empty(tilt.shape)
        for row, sector in enumerate(SECTORS):
            # Of those whom a sector can register, some are always out of date: the share that was
            # counted on a list is what is left.
            counted = assumptions[_COMPLETENESS[sector]]
            wanted = min(_MOST, counted / self._up_to_date())
            self._chance[row] = expit(level_to(wanted, tilt[row]) + tilt[row])
        self._reachable = rng.random(tilt.shape) < self._chance
        self.own = self._reachable & (rng.random(tilt.shape) < self._up_to_date())
        self.adopted = np.zeros_like(self.own)

    @property
    def known(self) -> Truth:
        """(sector, family), whether a sector knows a family by name."""
        return self.own | self.adopted

    def update(self, months: float, rng: np.random.Generator) -> None:
        """Let entries go out of date and new ones come in.

        Parameters
        ----------
        months
            Time since the last update.
        rng
            Two numbers for each sector and family are taken, whatever happens.
        """
        dated, fresh = rng.random(self.own.shape), rng.random(self.own.shape)
        # Between two updates an entry may be lost and found again, so that what is left of lists
        # does not depend on how often they are updated.
        kept = self._up_to_date()
        moved = 1.0 - np.exp(-months * (1.0 / self._within + 1.0 / self._lasts))
        lost, found = dated < (1.0 - kept) * moved, fresh < kept * moved
        self.own = np.where(self.own, ~lost, self._reachable & found)
        self.adopted &= dated >= 1.0 - np.exp(-months / self._lasts)

    def exchange(self, pairs: Iterable[tuple[int, int, float]], rng: np.random.Generator) -> None:
        """Let sectors take over entries of each other's lists.

        Parameters
        ----------
        pairs
            Index of who takes, of who gives, and the chance of each entry.
        rng
            A number for each family is taken for each pair, whatever happens.
        """
        before = self.known
        for taker, giver, chance in pairs:
            taken = before[giver] & (rng.random(before.shape[1]) < chance)
            self.adopted[taker] |= taken

    def from_villages(self, taker: int, told: Truth) -> None:
        """Let a sector take over the families that villages name to it.

        Parameters
        ----------
        taker
            Index of the sector.
        told
            (family,), whether its village handed over its list.
        """
        self.adopted[taker] |= told

    def forget(self, sector: int) -> None:
        """Lose what a sector had from others: an official left, and the contacts with him."""
        self.adopted[sector] = False

    def _up_to_date(self) -> float:
        """Return the share of the families a sector can register that it has, in the long run."""
        gain, loss = 1.0 / self._within, 1.0 / self._lasts
        return gain / (gain + loss)
