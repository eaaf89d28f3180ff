"""Rounds of services: what a half year brings to every family."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from .actors import ActorStates
from .delivery import SECTOR_OF, SECTORS, inclined, level_to, odds_of, overlapping
from .drivers import PACKAGES
from .outreach import Targets, families_sought, families_visited, share_lists
from .places import Places
from .registers import Registers

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]

COUNSELLING = PACKAGES.index("counselling")
_SERVED_BY = [SECTORS.index(SECTOR_OF[package]) for package in PACKAGES]
_FOOD = SECTORS.index("pangan")


@dataclass(frozen=True)
class Round:
    """What a round brings.

    Attributes
    ----------
    receipt
        (package, family), services received.
    food
        (family,), chance that a child of 6 to 23 months gets the supplement.
    effort
        By service, the effort that spread the contacts; a first guess for the next round.
    """

    receipt: Truth = field(repr=False)
    food: Floats = field(repr=False)
    effort: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Streams:
    """Random numbers of a round: of families, of lists and of visits.

    The same numbers are taken in every round, whatever the actors do, so that two scenarios differ
    by what actors do and not by luck.
    """

    services: np.random.Generator
    lists: np.random.Generator
    visits: np.random.Generator


class Provision:
    """Families, lists and calendars of a district where no two families are alike.

    Parameters
    ----------
    places
        Where families live.
    assumptions
        Parameters of the agents, by name.
    links
        Pairs of actors who work with each other.
    streams
        Random numbers.

    Attributes
    ----------
    registers
        Who is on whose list.
    last
        The last round; nobody has received anything before the first.
    """

    def __init__(
        self,
        places: Places,
        assumptions: Mapping[str, float],
        links: list[tuple[int, int]],
        streams: Streams,
    ) -> None:
        self.places, self.assumptions = places, assumptions
        self._links, self._streams = links, streams
        self.registers = Registers(places, assumptions, streams.lists)
        self._odds = odds_of(places, PACKAGES, assumptions)
        self._food_odds = odds_of(places, ("protection",), assumptions).fixed[0]
        self._lasting = streams.services.standard_normal((len(PACKAGES), places.families))
        # Families at risk are poorer, as those whom social protection reaches.
        risk = self._food_odds
        at_risk = expit(level_to(assumptions["share of families at risk"], risk) + risk)
        self._at_risk = streams.services.random(places.families) < at_risk
        nobody = np.zeros((len(PACKAGES), places.families), bool)
        self.last = Round(nobody, np.zeros(places.families))

    def hold(
        self,
        states: ActorStates,
        contact: Floats,
        food_reach: float,
        months: float,
        posyandu: Whole,
        *,
        open_lists: bool = True,
        by_cadres: Callable[[Floats], Floats] = lambda chance: chance,
    ) -> Round:
        """Hold one round.

        Parameters
        ----------
        states
            Determinants of the actors.
        contact
            (package,), mean share of families in contact that supply allows.
        food_reach
            Mean share of children who get the supplement.
        months
            Since the last round.
        posyandu
            (village,), number of posyandu.
        open_lists
            Whether lists are shared.
        by_cadres
            Turns (family,) of the chance of counselling into what the cadres can do.
        """
        log_odds, food_odds = self._log_odds(states, months, posyandu, open_lists)
        effort: dict[str, float] = {}
        chance = np.empty_like(log_odds)
        for row, package in enumerate(PACKAGES):
            guess = self.last.effort.get(package)
            effort[package] = level_to(contact[row], log_odds[row], guess)
            chance[row] = expit(effort[package] + log_odds[row])
        chance[COUNSELLING] = by_cadres(chance[COUNSELLING])
        food = np.zeros(self.places.families)
        if food_reach > 0.0:
            effort["food"] = level_to(food_reach, food_odds, self.last.effort.get("food"))
            food = expit(effort["food"] + food_odds)
        fresh = self._streams.services.standard_normal(chance.shape)
        luck = inclined(self._lasting, fresh, self.assumptions["persistence of attendance"])
        self.last = Round(luck < chance, food, effort)
        return self.last

    def _log_odds(
        self, states: ActorStates, months: float, posyandu: Whole, open_lists: bool
    ) -> tuple[Floats, Floats]:
        """Return (package, family) and (family,): log odds of services and of food."""
        exponent, villages = self.assumptions["joint action exponent"], self.places.villages
        village_of, streams = self.places.village, self._streams
        self.registers.update(months, streams.lists)
        share_lists(
            self.registers,
            states,
            self._links,
            village_of,
            villages,
            exponent,
            open_lists,
            streams.lists,
        )
        targets = self._targets()
        share = self.assumptions["outreach share"]
        visited = families_visited(states, targets, share, exponent, streams.visits)
        # Who shares no lists does not see either whom others served.
        links = self._links if open_lists else []
        sought = families_sought(states, targets, links, exponent, streams.visits)
        reached = self._odds.listed * targets.known + self._odds.visited * (visited | sought)
        km = self._odds.km * self.places.posyandu_km(posyandu)
        log_odds = self._odds.fixed + reached[_SERVED_BY]
        log_odds[COUNSELLING] += km
        return log_odds, self._food_odds + km + reached[_FOOD]

    def _targets(self) -> Targets:
        received, missed = [], []
        for sector in SECTORS:
            own = [row for row, package in enumerate(PACKAGES) if SECTOR_OF[package] == sector]
            got = self.last.receipt[own]
            received.append(got.any(axis=0))
            missed.append(~got.all(axis=0))
        return Targets(
            self.places.village,
            self.places.villages,
            self._at_risk,
            self.registers.known,
            np.array(received),
            np.array(missed),
        )


def mixed_round(
    contact: Floats, food_reach: float, together: float, families: int, rng: np.random.Generator
) -> Round:
    """Hold a round where all families are alike and so many get all services as the stocks say.

    Parameters
    ----------
    contact
        (package,), share of families in contact.
    food_reach
        Share of children who get the supplement.
    together
        Share of families with all services.
    families
        How many.
    rng
        Random numbers.
    """
    luck = overlapping(contact, together, rng, families)
    return Round(luck < contact[:, None], np.full(families, food_reach))
