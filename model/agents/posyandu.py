"""Posyandu and their cadres: who leaves, who is replaced, and where new ones open."""

from __future__ import annotations

import mesa
import numpy as np
from numpy.typing import NDArray

from .places import Places, shares

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


class Posts:
    """Posyandu of the district with their cadres.

    Attributes
    ----------
    village
        (posyandu,), index of its village.
    planned, present
        (posyandu,), cadres when all posts are filled, and now.
    """

    def __init__(self, places: Places, cadres: int) -> None:
        self.village = np.repeat(np.arange(places.villages), places.posyandu)
        self.planned = shares(np.ones(len(self.village)), cadres)
        self.present = self.planned.copy()

    @property
    def count(self) -> int:
        """Number of posyandu."""
        return len(self.village)

    def by_village(self, villages: int) -> Whole:
        """Return (village,), number of posyandu."""
        return np.bincount(self.village, minlength=villages)

    def open(self, places: Places, number: int) -> None:
        """Open posyandu, each where families have the longest mean way.

        Parameters
        ----------
        places
            Where families live.
        number
            How many.
        """
        for _ in range(number):
            counts = self.by_village(places.villages)
            village = int(np.argmax(places.village_km2 / np.maximum(counts, 1)))
            self.village = np.append(self.village, village)
            usual = round(float(self.planned.mean()))
            self.planned = np.append(self.planned, usual)
            self.present = np.append(self.present, usual)

    def turn_over(self, leave: float, fill: float, rng: np.random.Generator) -> None:
        """Let cadres leave and vacancies be filled.

        Parameters
        ----------
        leave, fill
            Chance of each cadre and of each vacancy in this step.
        rng
            Two numbers for each posyandu are taken.
        """
        gone = rng.binomial(self.present, min(1.0, leave))
        come = rng.binomial(np.maximum(0, self.planned - self.present), min(1.0, fill))
        self.present = self.present - gone + come

    def lose(self, where: NDArray[np.bool_]) -> None:
        """Take one cadre from each of some posyandu."""
        self.present = np.maximum(0, self.present - where)

    def relative(self, leave: float, fill: float) -> Floats:
        """Return (posyandu,), cadres relative to what turnover leaves on average.

        Parameters
        ----------
        leave, fill
            Chances in a step, as for `turn_over`.
        """
        usual = fill / (leave + fill) if leave + fill > 0.0 else 1.0
        return self.present / np.maximum(1, self.planned) / usual

    def of_families(self, places: Places, seat: Floats) -> Whole:
        """Return (family,), index of the posyandu that a family goes to.

        Parameters
        ----------
        places
            Where families live.
        seat
            (family,), uniform numbers: which of the village's posyandu.
        """
        order = np.argsort(self.village, kind="stable")
        counts = self.by_village(places.villages)
        first = np.concatenate([[0], np.cumsum(counts)[:-1]])
        step = (seat * counts[places.village]).astype(np.int64)
        return order[first[places.village] + step]


class Posyandu(mesa.Agent):
    """One posyandu: a handle on a row of `Posts`."""

    def __init__(self, model: mesa.Model, posts: Posts, row: int) -> None:
        super().__init__(model)
        self._posts = posts
        self.row = row

    @property
    def village(self) -> int:
        """Index of the village."""
        return int(self._posts.village[self.row])

    @property
    def cadres(self) -> int:
        """Cadres at work."""
        return int(self._posts.present[self.row])


class Puskesmas(mesa.Agent):
    """One health centre.

    Parameters
    ----------
    model
        The district.
    area
        Index of its kecamatan.
    """

    def __init__(self, model: mesa.Model, area: int) -> None:
        super().__init__(model)
        self.area = area
