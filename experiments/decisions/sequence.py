"""In which order strategies start when the money does not come all at once."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ...scenarios.compile import scale
from ...scenarios.costs import CostInputs, steady_cost
from ...scenarios.loader import load_scenario
from ...scenarios.scenario import Dose, Scenario
from ..batch import Progress
from ..ranking import RANKING_CHANCE, chance_of_more
from ..runs.evaluate import year_end
from ..runs.question import Question
from .funding import Floats, Population, january, population_of
from .futures import Futures, futures, sound
from .optimise import Outcomes, outcomes

STRATEGIES: tuple[str, ...] = ("hr", "facilities", "coordination", "food")
"""Strategies that are put in order; each moves levers of its own."""

NEVER = 0
"""Stands for the start of a strategy that is left out."""

Starts = tuple[int, ...]
"""Year of the start of each strategy, in the order of `STRATEGIES`; `NEVER` for none."""


@dataclass(frozen=True)
class Money:
    """What may be spent.

    Attributes
    ----------
    years
        Years in which a strategy may start.
    ceilings
        Million rupiah in each of these years; the last one holds for every later year.
    horizon
        Year at whose end outcomes are read; a strategy that has started goes on until then.
    inputs
        Prices and quantities.
    """

    years: tuple[int, ...]
    ceilings: tuple[float, ...]
    horizon: int
    inputs: CostInputs = field(repr=False)

    @property
    def largest(self) -> float:
        """Largest yearly sum, million rupiah."""
        return max(self.ceilings)

    def by_year(self) -> tuple[tuple[int, ...], Floats]:
        """Return years to the horizon with the sum of each, (year,)."""
        years = tuple(range(self.years[0], self.horizon + 1))
        last = [self.ceilings[-1]] * (len(years) - len(self.ceilings))
        return years, np.array([*self.ceilings, *last])


def shares(money: Money) -> dict[str, Scenario]:
    """Return the strategies, each scaled to the same part of the largest sum.

    Parameters
    ----------
    money
        What may be spent.
    """
    part = money.largest / len(STRATEGIES)

    def cost_of(levels: Mapping[str, float]) -> float:
        return steady_cost(levels, money.inputs)

    return {name: scale(load_scenario(name), part, cost_of).scenario for name in STRATEGIES}


def started(scenario: Scenario, year: int, end: float | None = None) -> dict[str, Dose]:
    """Return the doses of a strategy that starts in another year.

    Parameters
    ----------
    scenario
        A strategy that starts in January 2027.
    year
        Year of the start.
    end
        First month without it; it goes on when absent.
    """
    first = min(dose.start for dose in scenario.levers.values())
    later = january(year) - first
    return {n: replace(d, start=d.start + later, end=end) for n, d in scenario.levers.items()}


def schedules(money: Money) -> tuple[list[Starts], Population]:
    """Return every choice of starts that keeps the yearly sums, and its plans.

    Parameters
    ----------
    money
        What may be spent.
    """
    strategies = shares(money)
    choices = [(*money.years, NEVER)] * len(STRATEGIES)
    every = [tuple(starts) for starts in itertools.product(*choices)]
    plans = population_of([_doses(strategies, starts) for starts in every], money.horizon)
    years, sums = money.by_year()
    yearly = plans.costs(money.inputs, years).sum(axis=1)
    kept = np.flatnonzero((yearly <= sums * (1.0 + 1e-9)).all(axis=1))
    return [every[row] for row in kept], plans.take(kept)


def _doses(strategies: Mapping[str, Scenario], starts: Starts) -> dict[str, Dose]:
    doses: dict[str, Dose] = {}
    for name, year in zip(STRATEGIES, starts, strict=True):
        if year != NEVER:
            doses |= started(strategies[name], year)
    return doses


def order_of(starts: Starts) -> tuple[str, ...] | None:
    """Return the strategies in order of start, nothing if one is left out or two start together."""
    if NEVER in starts or len(set(starts)) < len(starts):
        return None
    return tuple(name for _, name in sorted(zip(starts, STRATEGIES, strict=True)))


@dataclass(frozen=True)
class Sequenced:
    """What was found.

    Attributes
    ----------
    question, money
        What was asked.
    starts, plans
        Every schedule that keeps the sums.
    outcomes
        By world, of every schedule.
    orders
        Row of the best schedule of each order, the best order first.
    ahead
        By world, the draws at the decision date.
    failed
        Draws left out.
    """

    question: Question
    money: Money
    starts: Sequence[Starts] = field(repr=False)
    plans: Population = field(repr=False)
    outcomes: Mapping[str, Outcomes] = field(repr=False)
    orders: Mapping[tuple[str, ...], int] = field(repr=False)
    ahead: Mapping[str, Futures] = field(repr=False)
    failed: int

    @property
    def first(self) -> str:
        """World by whose means schedules are chosen."""
        return self.question.worlds[0].id

    def regret(self, world: str) -> Floats:
        """Return (schedule, draw): child-years less than the best schedule of the draw."""
        gains = self.outcomes[world].child_years
        return gains.max(axis=0) - gains

    def chance(self, row: int) -> float:
        """Return the probability that the best order does more than a schedule, same draw."""
        gains = self.outcomes[self.first].child_years
        return chance_of_more(gains[next(iter(self.orders.values()))], gains[row])

    def told_apart(self, row: int) -> bool:
        """Whether the best order may be called better than a schedule."""
        return self.chance(row) >= RANKING_CHANCE


def sequence(
    question: Question,
    money: Money,
    progress: Progress = lambda done, total: None,
    threads: int = 0,
) -> Sequenced:
    """Run every schedule in every world.

    Parameters
    ----------
    question
        District, draws and worlds.
    money
        What may be spent.
    progress
        Called with worlds done and in all.
    threads
        0 for one on each processor. Results do not depend on it.
    """
    starts, plans = schedules(money)
    ahead: dict[str, Futures] = {}
    raw: dict[str, Outcomes] = {}
    for done, world in enumerate(question.worlds):
        progress(done, len(question.worlds))
        month, draws = year_end(money.horizon), question.constants(world)
        ahead[world.id] = futures(question.program, world, draws, month, money.largest, threads)
        raw[world.id] = outcomes(ahead[world.id], plans)
    kept = sound(*(found.child_years for found in raw.values()))
    clean = {world: found.rows(kept) for world, found in raw.items()}
    orders = best_of_orders(starts, clean[question.worlds[0].id].child_years.mean(axis=1))
    failed = int(np.count_nonzero(~kept))
    return Sequenced(question, money, starts, plans, clean, orders, ahead, failed)


def best_of_orders(starts: Sequence[Starts], mean: Floats) -> dict[tuple[str, ...], int]:
    """Return the row of the best schedule of each order, the best order first.

    Parameters
    ----------
    starts
        Schedules.
    mean
        (schedule,), what they gain.
    """
    rows: dict[tuple[str, ...], int] = {}
    for row in np.argsort(-mean, kind="stable"):
        order = order_of(starts[row])
        if order is not None:
            rows.setdefault(order, int(row))
    return rows


def same_as_best(found: Sequenced) -> NDArray[np.bool_]:
    """Return for each order whether it cannot be told apart from the best one."""
    return np.array([not found.told_apart(row) for row in found.orders.values()])
