"""The district as a Mesa model: actors, posyandu and villages; families and children as arrays."""

from __future__ import annotations

from collections.abc import Mapping

import mesa
import numpy as np
from numpy.typing import NDArray

from ..randomness import stream
from .actors import (
    ACTORS,
    SectorActor,
    develop,
    first_states,
    index_of,
    link_rows,
    office_network,
)
from .children import age, first_children, grow
from .cohorts import AgeCohorts, Cohorts, StageCohorts
from .delivery import SECTORS
from .drivers import DETERMINANTS, PACKAGES, Drivers
from .equations import BIRTH_STAGES, CLOCK, PRACTICE, equations
from .families import Families, gains_of, sibling_share
from .places import Places
from .posyandu import Posts, Posyandu, Puskesmas
from .services import Provision, Round, Streams, mixed_round
from .settings import Settings, check_settings

Floats = NDArray[np.float64]

_STREAMS = ("start", "births", "ageing", "cadres", "actors", "services", "lists", "visits")


class Village(mesa.Agent):
    """A village: a handle on the rows of its families."""

    def __init__(self, model: mesa.Model, row: int, families: slice) -> None:
        super().__init__(model)
        self.row = row
        self.families = families


class AgentDistrict(mesa.Model):
    """A district whose families are served, and whose children grow.

    Parameters
    ----------
    drivers
        A run of the stocks with the same parameters and the same scenario.
    places
        Where families live.
    assumptions
        Parameters that only agents have, by name.
    settings
        How agents behave.
    seed, replicate
        Name the random numbers. Two scenarios with the same have the same families, births,
        ageing and luck, so that they can be compared family by family.
    cohorts
        How children age, where it is not what the settings say.
    """

    def __init__(
        self,
        drivers: Drivers,
        places: Places,
        assumptions: Mapping[str, float],
        settings: Settings,
        seed: int,
        replicate: int,
        cohorts: type[Cohorts] | None = None,
    ) -> None:
        super().__init__(rng=seed)
        check_settings(settings, places.areas)
        self.settings, self.places, self.drivers = settings, places, drivers
        self.assumptions = dict(assumptions)
        self.month = 0.0
        self._rng = {name: stream(seed, f"agents/{name}", replicate) for name in _STREAMS}
        self.equations = equations(drivers.program, drivers.constants)
        usual = StageCohorts if settings.ageing == "stages" else AgeCohorts
        self.cohorts: Cohorts = (cohorts or usual)(self.equations, drivers, settings.step)
        self._settle_people()
        self._seat_actors()
        self.progress = 0.0
        self.fidelity = drivers.at("fidelity", 0.0)
        self.index = index_of(self.states, self.equations)
        self._reference = self.index
        self.round = self._serve()

    def _settle_people(self) -> None:
        rng, drivers = self._rng["start"], self.drivers
        siblings = sibling_share(self.assumptions["children per household"])
        self.families = Families(self.places.families, siblings)
        self.children = first_children(self.cohorts, self.places.families, rng)
        per_cohort = 60.0 / len(self.cohorts.stage)
        ages = (self.children.cohort + rng.random(self.children.count)) * per_cohort
        self.families.first(self.children, ages, drivers.at("inflow[s1]", 0.0), rng)
        self._seat = rng.random(self.places.families)
        for row in range(self.places.villages):
            ends = np.searchsorted(self.places.village, [row, row + 1])
            Village(self, row, slice(int(ends[0]), int(ends[1])))

    def _seat_actors(self) -> None:
        self.network = office_network(self.settings.links)
        self._links = link_rows(self.network)
        self.states = first_states(self.drivers)
        self.actors = tuple(SectorActor(self, name, self.states) for name in ACTORS)
        cadres = max(0, round(self.drivers.at("Staff[cadre]", 0.0)))
        self.posts = Posts(self.places, cadres)
        for row in range(self.posts.count):
            Posyandu(self, self.posts, row)
        for area in np.repeat(np.arange(len(self.places.areas)), self.places.puskesmas):
            Puskesmas(self, int(area))
        self._goes_to = self.posts.of_families(self.places, self._seat)
        self.provision: Provision | None = None
        if not self.settings.mixed:
            streams = Streams(*(self._rng[name] for name in ("services", "lists", "visits")))
            self.provision = Provision(self.places, self.assumptions, self._links, streams)

    @property
    def wealth_slope(self) -> float:
        """Mean height-for-age per standard deviation of wealth, HAZ; none where all are alike."""
        return 0.0 if self.settings.mixed else self.assumptions["wealth HAZ gradient"]

    @property
    def spreads(self) -> tuple[float, float]:
        """Standard deviations among children of equal wealth, as surveyed and true, HAZ.

        What goes with wealth is a part of the whole spread, not an addition to it.
        """
        true, error = (
            self.drivers.constant("HAZ spread"),
            self.drivers.constant("survey height error"),
        )
        own = true**2 - self.wealth_slope**2
        return float(np.sqrt(own + error**2)), float(np.sqrt(own))

    @property
    def threshold(self) -> float:
        """Height-for-age below which a child is stunted, HAZ."""
        return self.drivers.constant("stunting threshold")

    # One step ------------------------------------------------------------------------------

    def step(self) -> None:
        """Let everything happen that happens in one step."""
        self._befall()
        if self._is_round():
            self.round = self._serve()
        gains = gains_of(
            self.round.receipt, self.drivers, self.fidelity, self.equations, self.month
        )
        newborn = self._births()
        self._grow(gains)
        self._age(newborn)
        self.families.respond(gains, self.equations, self.settings.step)
        self._meet()
        self._staff()
        self.month += self.settings.step

    def _is_round(self) -> bool:
        rounds = self.month / self.settings.round
        return self.month > 0.0 and abs(rounds - round(rounds)) < 1e-9

    def _grow(self, gains: Mapping[str, Floats]) -> None:
        services = {
            name: gains[name]
            for name in ("gain in coverage[illness]", "gain in coverage[protection]")
        }
        services[PRACTICE] = self.families.practice
        services["convergence"] = self.round.receipt.all(axis=0).astype(float)
        self._rates = self.cohorts.rates(self.month)
        grow(
            self.children,
            self.cohorts,
            self._rates,
            services,
            self.round.food,
            self.drivers,
            self.equations,
            self.month,
        )

    def _births(self) -> tuple[NDArray[np.int64], Floats]:
        """Return the mothers of this step and what their newborns gained before birth."""
        rng = self._rng["births"]
        mothers = self.families.give_birth(self.month + self.settings.step)
        wanted = rng.poisson(self.drivers.at("inflow[s1]", self.month) * self.settings.step)
        self.families.conceive(self.month, wanted, rng)
        care = self.families.pregnancy[2, mothers]
        found = self.equations.birth({BIRTH_STAGES[2]: care, CLOCK: self.month})
        return mothers, found["birth mean HAZ"] - found["initial birth HAZ"]

    def _age(self, newborn: tuple[NDArray[np.int64], Floats]) -> None:
        rng, children = self._rng["ageing"], self.children
        before = children.cohort
        fate = self.cohorts.fates(before, rng.random(children.count))
        age(children, self.cohorts, fate)
        self.cohorts.advance(before, fate, len(newborn[0]), self._rates["change"])
        children.add(*newborn, rng)

    # Actors and staff ----------------------------------------------------------------------

    def _meet(self) -> None:
        """Let actors meet, learn and lose what they do not keep up."""
        rng, step, mixed = self._rng["actors"], self.settings.step, self.settings.mixed
        lots = rng.random((2, len(ACTORS)))
        present = np.ones(len(ACTORS), bool)
        leaves = None
        if not mixed:
            support = self.states.determinants[:, DETERMINANTS.index("support")]
            present = lots[0] < support / self._first_support()
            leaves = lots[1] < step / self.drivers.constant("experience erosion time")
            if self.drivers.constant("switch B6 turnover") == 0.0:
                leaves = np.zeros(len(ACTORS), bool)
        develop(
            self.states,
            self.equations,
            self.drivers,
            self.month,
            step,
            present,
            leaves,
            self._lists_open(),
        )
        self.index = index_of(self.states, self.equations)
        given = {"coordination index": self.index, "reference index": self._reference}
        self.progress = float(self.equations.progress(given)["coordination progress"])
        after = {"coordination progress": self.progress, "relaxation": self._relaxation()}
        self.fidelity = float(self.equations.fidelity(after)["fidelity"])

    def _staff(self) -> None:
        """Let cadres come and go, and new posyandu open."""
        if self.settings.mixed:
            return
        self.posts.turn_over(*self._turnover(), self._rng["cadres"])
        points = round(self.drivers.at("Points In Service", self.month))
        new = points - round(self.drivers.at("Points In Service", 0.0))
        missing = new - (self.posts.count - int(self.places.posyandu.sum()))
        if missing > 0:
            first = self.posts.count
            self.posts.open(self.places, missing)
            for row in range(first, self.posts.count):
                Posyandu(self, self.posts, row)
            self._goes_to = self.posts.of_families(self.places, self._seat)

    def _turnover(self) -> tuple[float, float]:
        """Return the chance of each cadre to leave and of each vacancy to be filled."""
        drivers, step = self.drivers, self.settings.step
        staff = max(1e-9, drivers.at("Staff[cadre]", self.month))
        leave = drivers.at("attrition[cadre]", self.month) / staff
        return step * leave, step / self.drivers.constant("hiring time[cadre]")

    def _befall(self) -> None:
        for shock in self.settings.shocks:
            if abs(shock.month - self.month) > 1e-9:
                continue
            if shock.kind == "rotation":
                for actor in self.actors:
                    if shock.target in ("", actor.name):
                        actor.rotate()
                        if actor.name in SECTORS and self.provision is not None:
                            self.provision.registers.forget(SECTORS.index(actor.name))
            elif shock.kind == "cadres leave":
                area = self.places.area_of_village[self.posts.village]
                wanted = [shock.target in ("", name) for name in self.places.areas]
                self.posts.lose(np.array(wanted)[area])

    def _lists_open(self) -> bool:
        return not any(
            shock.kind == "no lists" and shock.month <= self.month < shock.month + shock.months
            for shock in self.settings.shocks
        )

    # Services ------------------------------------------------------------------------------

    def _together(self, contact: Floats) -> float:
        """Return the share of families with all services by the formula of the stocks."""
        given: dict[str, Floats | float] = {
            f"contact coverage[{name}]": contact[row] for row, name in enumerate(PACKAGES)
        }
        given |= self.equations.concordance({"coordination index": self.index})
        return float(self.equations.convergence(given)["convergence"])

    def _serve(self) -> Round:
        """Hold a round of services: lists, visits, who is reached and who comes."""
        contact, reach = self._contact(), self.drivers.at("food reach", self.month)
        if self.provision is None:
            together = self._together(contact)
            return mixed_round(contact, reach, together, self.families.size, self._rng["services"])
        return self.provision.hold(
            self.states,
            contact,
            reach,
            self.settings.round,
            self.posts.by_village(self.places.villages),
            open_lists=self._lists_open(),
            by_cadres=self._by_cadres,
        )

    def _contact(self) -> Floats:
        """Return (package,), mean contact that supply and joint targeting allow now."""
        drivers = self.drivers
        given: dict[str, float] = {
            f"supplied contact[{name}]": drivers.at(f"supplied contact[{name}]", self.month)
            for name in PACKAGES
        }
        given |= {"coordination progress": self.progress, "relaxation": self._relaxation()}
        found = self.equations.contact(given)
        return np.array([float(found[f"contact coverage[{name}]"]) for name in PACKAGES])

    def _by_cadres(self, chance: Floats) -> Floats:
        """Return (family,), counselling contact when the posyandu lacks cadres, or has more."""
        worker = self.drivers.constant("worker share of counselling")
        relative = self.posts.relative(*self._turnover())[self._goes_to]
        ceiling = self.drivers.constant("contact ceiling")
        found = self.equations.local(
            {
                "initial contact[counselling]": np.minimum(chance, ceiling),
                "relative supply[counselling]": worker + (1.0 - worker) * relative,
            }
        )
        return found["supplied contact[counselling]"]

    def _relaxation(self) -> float:
        return self.drivers.at("relaxation", self.month)

    def _first_support(self) -> float:
        return self.drivers.constant("initial determinant[support]")
