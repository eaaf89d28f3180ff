"""Docking, third level, and departures: what holds when families differ, and where means part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...model.agents.actors import ACTORS, ActorStates, link_rows, office_network
from ...model.agents.docking import district_values
from ...model.agents.drivers import DETERMINANTS, PACKAGES, Drivers
from ...model.agents.observe import concordance
from ...model.agents.places import DISTANCE_GROUPS, WEALTH_GROUPS, Places
from ...model.agents.replicates import Run
from ...model.agents.services import Provision, Streams
from ...model.randomness import stream
from ...scenarios.loader import BASELINE
from .dock_study import MONTHS, STRATEGIES, VARIANTS, Case, Runner

Floats = NDArray[np.float64]

EFFECTS = {
    "mean coverage": (tuple(f"coverage {name}" for name in PACKAGES), 0.001),
    "all services": (("all services",), 0.0005),
    "survey prevalence": (("survey prevalence",), 0.0001),
}
"""Effects that are compared: what is averaged, and what is too small to have a sign."""
STOCKS = {
    **{f"coverage {name}": f"contact coverage[{name}]" for name in PACKAGES},
    "all services": "convergence",
    "survey prevalence": "HAZ survey prevalence",
}
SMALL = 0.01
"""Fall of the overlap that does not count."""
LEVELS = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Determinants at which all actors are held."""
WARM, COUNTED = 3, 6
"""Rounds before lists have settled, and rounds that count."""


@dataclass(frozen=True)
class Effect:
    """What a strategy changes by the last date, against no extra action.

    Attributes
    ----------
    strategy, outcome
        Names.
    stocks, agents
        Shares; of the agents the mean over paired replicates.
    error
        Standard error of that mean.
    floor
        Change that is too small to have a sign.
    """

    strategy: str
    outcome: str
    stocks: float
    agents: float
    error: float
    floor: float

    @property
    def agrees(self) -> bool:
        """Whether both have the same sign, or the agents cannot tell so small a change from none."""
        if abs(self.stocks) < self.floor:
            return abs(self.agents) < self.floor + 2.0 * self.error
        return self.stocks * self.agents > 0.0


@dataclass(frozen=True)
class Variant:
    """Means of agents beside the stocks, under all levers.

    Attributes
    ----------
    name
        In `dock_study.VARIANTS`.
    differences
        By measure: (month,), mean of the replicates minus the stocks.
    errors
        By measure: standard error of the last.
    """

    name: str
    differences: Mapping[str, Sequence[float]]
    errors: Mapping[str, float]


@dataclass(frozen=True)
class Relations:
    """What was found with heterogeneity and network.

    Attributes
    ----------
    effects
        Of every strategy on every outcome.
    concordances, errors
        (level,), overlap of services with all determinants held at `LEVELS`, and the standard
        error of its difference to the first.
    by_distance
        (distance group,), mean coverage at the last date.
    protection
        (wealth group,), coverage of protection, the poorest first.
    """

    effects: tuple[Effect, ...]
    concordances: tuple[float, ...]
    errors: tuple[float, ...]
    by_distance: tuple[float, ...]
    protection: tuple[float, ...]

    @property
    def faults(self) -> tuple[str, ...]:
        """What does not hold."""
        signs = [f"{e.strategy} on {e.outcome}" for e in self.effects if not e.agrees]
        ordered = {
            "overlap does not fall with coordination": self._not_lower(),
            "coverage falls with distance": np.diff(self.by_distance) < 0.0,
            "protection rises with poverty": np.diff(self.protection) < 0.0,
        }
        return (*signs, *(name for name, steps in ordered.items() if not np.all(steps)))

    def _not_lower(self) -> NDArray[np.bool_]:
        rise = np.array(self.concordances) - self.concordances[0]
        return rise > -SMALL - 2.0 * np.array(self.errors)


def relations(
    runner: Runner, drivers: Mapping[str, Drivers], assumptions: Mapping[str, float], places: Places
) -> Relations:
    """Run every strategy with the settings in use and hold its effects to those of the stocks.

    Parameters
    ----------
    runner
        Runs the agents.
    drivers
        The stocks' runs by scenario, no extra action among them.
    assumptions, places
        For the rounds with determinants held.
    """
    cases = {name: Case(drivers[name]) for name in (BASELINE, *STRATEGIES)}
    runs = runner.run(cases, runner.size.free)
    effects = [_effect(name, outcome, runs, drivers) for name in STRATEGIES for outcome in EFFECTS]
    base = runs[BASELINE]
    overlap, errors = _held(runner, drivers[BASELINE], assumptions, places)
    covered = [_groups(base, "distance", DISTANCE_GROUPS, f"coverage {name}") for name in PACKAGES]
    return Relations(
        tuple(effects),
        overlap,
        errors,
        tuple(map(float, np.mean(covered, axis=0))),
        tuple(_groups(base, "wealth", WEALTH_GROUPS, "coverage protection")),
    )


def variants(runner: Runner, drivers: Drivers) -> tuple[Variant, ...]:
    """Return how far the means of each variant are from the stocks.

    Parameters
    ----------
    runner
        Runs the agents.
    drivers
        The stocks' run.
    """
    cases = {name: Case(drivers, settings) for name, settings in VARIANTS.items()}
    found = []
    for name, runs in runner.run(cases, runner.size.free).items():
        differences, errors = {}, {}
        for measure, variable in STOCKS.items():
            values = district_values(runs, measure)
            stocks = np.array([drivers.at(variable, month) for month in MONTHS])
            differences[measure] = [float(one) for one in values.mean(axis=0) - stocks]
            errors[measure] = float(values[:, -1].std(ddof=1) / np.sqrt(len(values)))
        found.append(Variant(name, differences, errors))
    return tuple(found)


def _held(
    runner: Runner, drivers: Drivers, assumptions: Mapping[str, float], places: Places
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return (level,), mean overlap over seeds and the standard error of its rise."""
    found = np.array(
        [
            [
                held_concordance(level, drivers, assumptions, places, runner.size.seed + number)
                for level in LEVELS
            ]
            for number in range(runner.size.free)
        ]
    )
    rise = found - found[:, :1]
    error = rise.std(axis=0, ddof=1) / np.sqrt(len(rise))
    return tuple(map(float, found.mean(axis=0))), tuple(map(float, error))


def held_concordance(
    level: float, drivers: Drivers, assumptions: Mapping[str, float], places: Places, seed: int
) -> float:
    """Return the overlap of services when every determinant of every actor is held at a level.

    Parameters
    ----------
    level
        0 to 1.
    drivers
        Gives the supply, that of January 2018.
    assumptions, places
        As for a run.
    seed
        The same numbers are drawn at every level.
    """
    names = ("services", "lists", "visits")
    streams = Streams(*(stream(seed, f"agents/{name}", 0) for name in names))
    links = link_rows(office_network())
    provision = Provision(places, assumptions, links, streams)
    size = len(ACTORS)
    states = ActorStates(np.full((size, len(DETERMINANTS)), level), np.zeros(size))
    contact = np.array([drivers.at(f"contact coverage[{name}]", 0.0) for name in PACKAGES])
    found = []
    for number in range(WARM + COUNTED):
        receipt = provision.hold(states, contact, 0.0, 6.0, places.posyandu).receipt
        if number >= WARM:
            shares = receipt.mean(axis=1)
            together = float(receipt.all(axis=0).mean())
            found.append(concordance(float(shares.prod()), float(shares.min()), together))
    return float(np.mean(found))


def _effect(
    name: str, outcome: str, runs: Mapping[str, list[Run]], drivers: Mapping[str, Drivers]
) -> Effect:
    measures, floor = EFFECTS[outcome]
    changes, stocks = [], []
    for measure in measures:
        ends = [district_values(runs[one], measure)[:, -1] for one in (BASELINE, name)]
        changes.append(ends[1] - ends[0])
        last = [drivers[one].at(STOCKS[measure], MONTHS[-1]) for one in (BASELINE, name)]
        stocks.append(last[1] - last[0])
    paired = np.mean(changes, axis=0)
    error = float(paired.std(ddof=1) / np.sqrt(len(paired)))
    return Effect(name, outcome, float(np.mean(stocks)), float(paired.mean()), error, floor)


def _groups(runs: Sequence[Run], grouping: str, names: Sequence[str], measure: str) -> list[float]:
    """Return (group,), mean of a measure over replicates at the last date."""
    values = {name: [] for name in names}
    for run in runs:
        for one in run.observations:
            if one.grouping == grouping and one.month == MONTHS[-1]:
                values[one.group].append(one.values[measure])
    return [float(np.mean(values[name])) for name in names]
