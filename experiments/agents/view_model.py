"""The district that a browser shows: made from a few choices, and recorded as it goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from ...model.agents.areas import Area, areas_of
from ...model.agents.district import AgentDistrict
from ...model.agents.drivers import PACKAGES, Drivers, drive
from ...model.agents.facts import load_agent_parameters
from ...model.agents.observe import Observation, observe
from ...model.agents.replicates import Study, Task, places_of
from ...model.agents.settings import Shock, ShockKind
from ...model.calendar import FIRST_YEAR
from ...model.language.cache import load_program
from ...scenarios.compile import prepare
from ...scenarios.loader import BASELINE, load_scenario

LAST_YEAR = 2031
UNTIL = 12.0 * (LAST_YEAR + 1 - FIRST_YEAR)
"""The last month that a view can reach: the end of the year that a comparison ends with."""
SEED = 20260101
FIRST_SHOWN = 2026
OUTCOMES = ("all services", "no service", "survey prevalence")
OF_STOCKS = {"all services": "convergence", "survey prevalence": "HAZ survey prevalence"} | {
    f"coverage {name}": f"contact coverage[{name}]" for name in PACKAGES
}
"""Variables of the stocks that say the same as a measure of the agents."""


@dataclass
class Record:
    """What was observed.

    Attributes
    ----------
    months
        Months since January 2018.
    district
        By measure, one value for each month; shares are 0 to 1.
    kecamatan
        Share of families with all services by kecamatan, now.
    """

    months: list[float] = field(default_factory=list)
    district: dict[str, list[float]] = field(default_factory=dict)
    kecamatan: dict[str, float] = field(default_factory=dict)

    def add(self, observations: list[Observation]) -> None:
        """Take what is observed at one month."""
        self.months.append(observations[0].month)
        for seen in observations:
            if seen.grouping == "district":
                for name, value in seen.values.items():
                    self.district.setdefault(name, []).append(value)
            elif seen.grouping == "kecamatan":
                self.kecamatan[seen.group] = seen.values["all services"]


@lru_cache(maxsize=8)
def stocks(scenario: str) -> Drivers:
    """Return the run of the stocks of a scenario, at the central values of all parameters."""
    return drive(load_program(), prepare(load_scenario(scenario)).constants, UNTIL)[0]


class ShownDistrict(AgentDistrict):
    """A district made from choices alone, as Mesa's controls make it anew.

    Parameters
    ----------
    scenario
        Id of the library.
    year
        The view opens at the start of this year; what came before has been run.
    joint, outreach
        ``joint action exponent`` and ``outreach share`` [dmnl].
    replicate
        Same number, same families and luck.
    district
        Id of a district, or the path of its file.

    Attributes
    ----------
    tiles
        Kecamatan by name.
    record
        What was observed: once a round before the view opens, then at every step.
    """

    def __init__(
        self,
        *,
        scenario: str = BASELINE,
        year: int = FIRST_SHOWN,
        joint: float | None = None,
        outreach: float | None = None,
        replicate: int = 0,
        district: str = "paser",
    ) -> None:
        chosen = {"joint action exponent": joint, "outreach share": outreach}
        own = load_agent_parameters().defaults()
        own |= {name: value for name, value in chosen.items() if value is not None}
        task = Task(scenario, replicate, stocks(scenario), own)
        places = places_of(Study(district, (UNTIL,), SEED), task)
        super().__init__(task.drivers, places, own, task.settings, SEED, replicate)
        self.scenario = scenario
        self.tiles: Mapping[str, Area] = {area.name: area for area in areas_of(district)}
        self.record = Record()
        self._every = self.settings.round
        self._look()
        while self.month < 12.0 * (year - FIRST_YEAR) - 1e-9:
            self.step()
        self._every = self.settings.step

    def step(self) -> None:
        """Let a month pass and observe it; no more after the last one."""
        super().step()
        if abs(self.month / self._every % 1.0) < 1e-9:
            self._look()
        self.running = self.month < UNTIL - 1e-9

    def shock(self, kind: ShockKind, target: str = "") -> None:
        """Let something befall actors in the step to come."""
        new = Shock(kind, self.month, target)
        self.settings = self.settings.with_shocks([*self.settings.shocks, new])

    def of_stocks(self, measure: str) -> float:
        """Return what the stocks say of a measure now."""
        return self.drivers.at(OF_STOCKS[measure], self.month)

    def _look(self) -> None:
        self.record.add(list(observe(self)))
