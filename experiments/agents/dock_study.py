"""What is run to dock the agents to the stocks: cases, deliberate mistakes, and variants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ...calibration.ensemble import load_ensemble
from ...model.agents.breaks import AnyStage, MovesFirst, StageAhead
from ...model.agents.cohorts import Cohorts
from ...model.agents.docking import QUANTITIES, Docking, dock, scaled
from ...model.agents.drivers import Drivers, drive
from ...model.agents.facts import load_agent_parameters
from ...model.agents.replicates import Progress, Run, Study, Task, run_all
from ...model.agents.settings import DOCKED, Settings
from ...model.language.ir import Program
from ...scenarios.compile import prepare
from ...scenarios.loader import BASELINE, load_scenario

MONTHS = (12.0, 24.0, 36.0, 48.0, 60.0, 72.0)
SOONER = (24.0, 48.0)
"""Dates to which mistakes are held."""
START = 12.0
"""Month in which levers begin here, so that what they do falls within the dates."""
DRAWS = 200
LEVERS = "all_three_food"
STRATEGIES = ("hr", "facilities", "coordination", "food", "all_three", LEVERS)
DISTRICT = "paser"


@dataclass(frozen=True)
class Size:
    """How many runs.

    Attributes
    ----------
    docked, broken, free
        Replicates of the docked cases, of every mistake, and of every strategy and variant with
        heterogeneity and network.
    workers
        Processes; the numbers do not depend on it.
    seed
        Names the random numbers.
    """

    docked: int = 100
    broken: int = 24
    free: int = 8
    workers: int = 2
    seed: int = 1


@dataclass(frozen=True)
class Case:
    """What differs between runs.

    Attributes
    ----------
    drivers
        The stocks' run.
    settings
        How agents behave.
    cohorts
        How children age, where it is not what the settings say.
    """

    drivers: Drivers = field(repr=False)
    settings: Settings = field(default_factory=Settings)
    cohorts: type[Cohorts] | None = None


@dataclass(frozen=True)
class Mistake:
    """Something wrong in the agents that docking should notice, or is too small to matter.

    Attributes
    ----------
    name
        What it is.
    factors
        What is multiplied, as for `docking.scaled`.
    cohorts
        How children age instead.
    """

    name: str
    factors: Mapping[str, float] = field(default_factory=dict)
    cohorts: type[Cohorts] | None = None


MISTAKES = (
    Mistake("none"),
    Mistake("growth and faltering by age 5 % faster", {"growth velocity": 1.05}),
    Mistake("children leave a stage 5 % sooner", {"stage residence": 1.0 / 1.05}),
    Mistake("catch-up 5 % faster", {"catch up rate": 1.05}),
    Mistake("births 5 % more", {"inflow": 1.05}),
    Mistake("deaths of children 5 % more", {"child death rate": 1.05}),
    Mistake("loss in the pandemic 5 % larger", {"poverty faltering shock": 1.05}),
    Mistake("supply of services 5 % larger", {"supplied contact": 1.05}),
    Mistake("spread of height-for-age 5 % wider", {"HAZ spread": 1.05}),
    Mistake("children land in any stage", cohorts=AnyStage),
    Mistake("children grow as those of the next stage", cohorts=StageAhead),
    Mistake("within a step, cohorts move before they grow", cohorts=MovesFirst),
)
"""The first is no mistake: the same number of runs must dock."""

SHARP = ("survey prevalence", "true prevalence", "all services", "children")
"""Quantities that few runs give sharply; mistakes are held to these."""

VARIANTS = {
    "docked": DOCKED,
    "exact ages": replace(DOCKED, ageing="age"),
    "exact ages, monthly step": replace(DOCKED, ageing="age", step=1.0),
    "families differ": Settings(ageing="stages", step=0.25),
    "families differ, exact ages, monthly step": Settings(),
}
"""The last are the settings in use."""


def drivers_of(program: Program, names: Sequence[str], until: float) -> dict[str, Drivers]:
    """Return the stocks' runs of scenarios, whose levers begin at `START`, at the central draw.

    The central draw is the one of the posterior's first `DRAWS` in which all levers together have
    their median effect on surveyed prevalence.

    Parameters
    ----------
    program
        The model.
    names
        Ids of scenarios.
    until
        Last month, months since January 2018.
    """
    draws = load_ensemble(DISTRICT, DRAWS).constants
    ends = [
        np.array([run.at("HAZ survey prevalence", until) for run in drive(program, given, until)])
        for given in (draws | constants_of(name) for name in (BASELINE, LEVERS))
    ]
    central = int(np.argsort(ends[1] - ends[0])[DRAWS // 2])
    one = {name: float(values[central]) for name, values in draws.items()}
    return {name: drive(program, one | constants_of(name), until)[0] for name in names}


def constants_of(name: str) -> dict[str, float]:
    """Return the constants of a scenario's plan, with its levers beginning at `START`."""
    plan = prepare(load_scenario(name))
    return {
        constant: START if constant.endswith(" start") else value
        for constant, value in plan.constants.items()
    }


class Runner:
    """Runs of the agents for one size, over the same dates.

    Parameters
    ----------
    size
        How many runs.
    progress
        Called with runs done and runs in all, of the case that runs.
    """

    def __init__(self, size: Size, progress: Progress = lambda done, total: None) -> None:
        self.size = size
        self._progress = progress
        self._assumptions = load_agent_parameters().defaults()

    def run(
        self, cases: Mapping[str, Case], replicates: int, months: tuple[float, ...] = MONTHS
    ) -> dict[str, list[Run]]:
        """Return replicates of each case, by name, observed at some months."""
        study = Study(DISTRICT, months, self.size.seed)
        tasks = [
            Task(name, number, case.drivers, self._assumptions, case.settings, case.cohorts)
            for name, case in cases.items()
            for number in range(replicates)
        ]
        found: dict[str, list[Run]] = {name: [] for name in cases}
        for run in run_all(study, tasks, self.size.workers, self._progress):
            found[run.case].append(run)
        return found

    def docked(self, drivers: Mapping[str, Drivers]) -> dict[str, Docking]:
        """Return how well mixed agents dock to the stocks that drive them, by case."""
        cases = {name: Case(one, DOCKED) for name, one in drivers.items()}
        runs = self.run(cases, self.size.docked)
        return {name: dock(runs[name], one) for name, one in drivers.items()}

    def mistaken(self, drivers: Drivers) -> dict[str, Docking]:
        """Return how well agents dock with each of the mistakes, by name."""
        cases = {
            one.name: Case(scaled(drivers, one.factors), DOCKED, one.cohorts) for one in MISTAKES
        }
        sharp = [one for one in QUANTITIES if one.measure in SHARP]
        runs = self.run(cases, self.size.broken, SOONER)
        return {name: dock(found, drivers, sharp) for name, found in runs.items()}
