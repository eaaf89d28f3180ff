"""Ageing and the path that a cohort returns to, for children as agents.

Two ways to age. By stages, as the stocks do it: a child leaves its three-month stage by chance,
and children of one stage share their baseline, because a stock mixes them. By exact age: a child
grows older by the clock, and children born in the same step share their baseline. The equations
of growth are the same.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import final

import numpy as np
from numpy.typing import NDArray

from .drivers import STAGES, Drivers
from .equations import ANY, Equations

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

STAYS, MOVES, DIES = 0, 1, 2


class Cohorts(ABC):
    """Cohorts with a baseline each.

    Attributes
    ----------
    baseline
        (cohort,), mean height-for-age without programmes and shocks, HAZ.
    stage
        (cohort,), index of the stage whose rates hold.
    """

    baseline: Floats
    stage: Whole

    def __init__(self, equations: Equations, drivers: Drivers, step: float) -> None:
        self.step = step
        self._equations = equations
        self._drivers = drivers
        self._death = drivers.constant("child death rate")
        self._residence = drivers.constant("stage residence")
        self._catch_up = drivers.row("catch up rate", STAGES, 0.0)
        self._feeding = drivers.row("feeding window", STAGES, 0.0)

    @abstractmethod
    def expected(self) -> Floats:
        """Return (cohort,), expected number of children at the start."""

    @abstractmethod
    def fates(self, cohort: Whole, chance: Floats) -> Whole:
        """Return (child,), what becomes of each child in this step.

        Parameters
        ----------
        cohort
            (child,), index of its cohort.
        chance
            (child,), uniform numbers.
        """

    def moved(self, cohort: Whole, fate: Whole) -> Whole:
        """Return (child,), cohort after the step; beyond the last for those who turn five.

        Parameters
        ----------
        cohort
            (child,), cohort before the step.
        fate
            (child,), what `fates` said.
        """
        return cohort + (fate == MOVES)

    @abstractmethod
    def advance(self, before: Whole, fate: Whole, births: int, change: Floats) -> None:
        """Carry the baselines over a step.

        Parameters
        ----------
        before
            (child,), cohort before the step.
        fate
            (child,), what `fates` said.
        births
            Newborns who survive.
        change
            (cohort,), change of the baseline, HAZ a month.
        """

    @abstractmethod
    def velocity(self) -> Floats:
        """Return (cohort,), change by age that holds the path, HAZ a month."""

    def rates(self, month: float) -> dict[str, Floats]:
        """Return (cohort,) each: change of the baseline and shock, HAZ a month, and the rates."""
        drivers = self._drivers
        found = self._equations.path(
            {
                f"growth velocity[{ANY}]": self.velocity(),
                "removal": drivers.at("removal", month),
                f"secular gain[{ANY}]": drivers.row("secular gain", STAGES, month)[self.stage],
                "pandemic": drivers.at("pandemic", month),
            }
        )
        return {
            "change": found[f"baseline change[{ANY}]"],
            "shock": found[f"shock[{ANY}]"],
            "catch up": self._catch_up[self.stage],
            "feeding": self._feeding[self.stage],
        }


class StageCohorts(Cohorts):
    """Twenty stages, left by chance; the stock-and-flow model one child at a time."""

    def __init__(self, equations: Equations, drivers: Drivers, step: float) -> None:
        super().__init__(equations, drivers, step)
        self.stage = np.arange(len(STAGES))
        self.baseline = drivers.row("initial mean HAZ", STAGES, 0.0)
        self._velocity = drivers.row("growth velocity", STAGES, 0.0)
        self._birth = drivers.at("initial birth HAZ", 0.0)

    def expected(self) -> Floats:
        """Return (cohort,), expected number of children at the start."""
        return self._drivers.row("initial children", STAGES, 0.0)

    def velocity(self) -> Floats:
        """Return (cohort,), change by age that holds the path, HAZ a month."""
        return self._velocity

    def fates(self, cohort: Whole, chance: Floats) -> Whole:
        """Return (child,), what becomes of each child in this step."""
        leave = self.step / self._residence
        dies = (chance >= leave) & (chance < leave + self.step * self._death)
        return np.where(chance < leave, MOVES, np.where(dies, DIES, STAYS))

    def advance(self, before: Whole, fate: Whole, births: int, change: Floats) -> None:
        """Carry the baselines over a step, as the stock of baselines is carried."""
        size = len(self.baseline)
        present = np.bincount(before, minlength=size)
        moves = np.bincount(before[fate == MOVES], minlength=size)
        deaths = np.bincount(before[fate == DIES], minlength=size)
        arrivals = np.concatenate([[births], moves[:-1]])
        brought = np.concatenate([[self._birth], self.baseline[:-1]])
        stay = present - moves - deaths
        total = stay * self.baseline + self.step * present * change + arrivals * brought
        after = stay + arrivals
        self.baseline = np.where(after > 0, total / np.maximum(after, 1), self.baseline)


@final
class AgeCohorts(Cohorts):
    """Children born in the same step, who age by the clock."""

    def __init__(self, equations: Equations, drivers: Drivers, step: float) -> None:
        super().__init__(equations, drivers, step)
        count = round(len(STAGES) * self._residence / step)
        self.stage = (np.arange(count) * step // self._residence).astype(np.int64)
        middle = self._residence * (np.arange(len(STAGES)) + 0.5)
        ages = step * (np.arange(count + 1) + 0.5)
        means = drivers.row("initial mean HAZ", STAGES, 0.0)
        birth = drivers.at("initial birth HAZ", 0.0)
        # A stage's mean is that of its middle: the survey's profile holds at the start.
        path = np.interp(ages, [0.0, *middle], [birth, *means])
        self.baseline = path[:-1].copy()
        self._velocity = np.diff(path) / step
        self._first = float(path[0])

    def expected(self) -> Floats:
        """Return (cohort,), expected number of children at the start."""
        births = self._drivers.at("inflow[s1]", 0.0) * self.step
        survival = 1.0 - self.step * self._death
        return births * np.power(survival, np.arange(len(self.stage), dtype=np.float64))

    def velocity(self) -> Floats:
        """Return (cohort,), change by age that holds the path, HAZ a month."""
        return self._velocity

    def fates(self, cohort: Whole, chance: Floats) -> Whole:
        """Return (child,): all grow older, but those who die."""
        return np.where(chance < self.step * self._death, DIES, MOVES)

    def advance(self, before: Whole, fate: Whole, births: int, change: Floats) -> None:
        """Carry each cohort's baseline to the next age."""
        grown = self.baseline + self.step * change
        self.baseline = np.concatenate([[self._first], grown[:-1]])
