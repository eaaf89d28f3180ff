"""Many plans as arrays: levels, starts, ramps and ends of levers, and what they cost each year.

A lever rises from 0 in a straight line from its start, and falls to 0 at its end. Starts and ends
lie on 1 January and ramps are whole half-years, so that the rate of spending can only peak where
a half-year ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ...model.calendar import DECISION_MONTH, FIRST_YEAR
from ...scenarios.compile import NO_END
from ...scenarios.costs import CostInputs, unit_price
from ...scenarios.levers import catalogue
from ...scenarios.scenario import Dose

Floats = NDArray[np.float64]

HALF_YEAR = 6.0


def january(year: int) -> float:
    """Return the month in which a year begins."""
    return 12.0 * (year - FIRST_YEAR)


def bought(names: Sequence[str] | None = None) -> tuple[str, ...]:
    """Return levers that cost something; a cut of the routine budget buys nothing."""
    levers = catalogue().levers
    return tuple(n for n in (names or levers) if levers[n].cost is not None)


@dataclass(frozen=True)
class Population:
    """Plans, one a row.

    Attributes
    ----------
    levers
        Names of the columns.
    level
        (plan, lever), in the unit of the lever.
    start, ramp, end
        (plan, lever), months of the model's clock; ``ramp`` is a length in months.
    """

    levers: tuple[str, ...]
    level: Floats = field(repr=False)
    start: Floats = field(repr=False)
    ramp: Floats = field(repr=False)
    end: Floats = field(repr=False)

    @property
    def size(self) -> int:
        """Number of plans."""
        return len(self.level)

    def take(self, rows: NDArray[np.intp] | Sequence[int]) -> Population:
        """Return chosen plans, in the order given."""
        kept = np.asarray(rows, np.intp)
        parts = (self.level, self.start, self.ramp, self.end)
        return Population(self.levers, *(part[kept] for part in parts))

    def scaled(self, factor: Floats) -> Population:
        """Return the plans with every level multiplied by a factor, (plan,)."""
        return replace(self, level=self.level * np.asarray(factor)[:, None])

    def doses(self, row: int) -> dict[str, Dose]:
        """Return one plan as doses; levers at level 0 are left out."""
        parts = zip(
            self.level[row],
            self.start[row],
            self.ramp[row],
            self.end[row],
            self.levers,
            strict=True,
        )
        return {
            name: Dose(float(level), float(start), float(ramp), float(end))
            for level, start, ramp, end, name in parts
            if level > 0.0
        }

    def constants(self) -> dict[str, Floats]:
        """Return (plan,) by model constant, for every lever of the catalogue."""
        out: dict[str, Floats] = {}
        absent = {"level": 0.0, "start": DECISION_MONTH, "ramp": 12.0, "end": NO_END}
        for name in catalogue().levers:
            for part, value in absent.items():
                column = np.full(self.size, value)
                if name in self.levers:
                    column = getattr(self, part)[:, self.levers.index(name)]
                out[f"{name} {part}"] = column
        return out

    def costs(self, inputs: CostInputs, years: Sequence[int]) -> Floats:
        """Return planned spending, (plan, lever, year), million rupiah.

        Parameters
        ----------
        inputs
            Prices and quantities.
        years
            Calendar years.
        """
        edges = np.array([january(year) for year in (*years, years[-1] + 1)])
        delivered = self._full_months(edges)
        monthly = self.level * self._prices(inputs) / 12.0
        return monthly[:, :, None] * np.diff(delivered, axis=2)

    def peak(self, inputs: CostInputs, years: Sequence[int]) -> Floats:
        """Return the highest planned rate of spending in some years, (plan,), million IDR a year.

        Parameters
        ----------
        inputs, years
            As for `costs`.
        """
        first, last = january(years[0]), january(years[-1] + 1)
        moments = np.arange(first + HALF_YEAR, last + 0.5 * HALF_YEAR, HALF_YEAR)
        since = moments - self.start[:, :, None]
        rising = np.minimum(1.0, since / np.maximum(self.ramp, 1e-9)[:, :, None])
        on = (since > 0.0) & (moments <= self.end[:, :, None])
        rate = (self.level * self._prices(inputs))[:, :, None] * np.where(on, rising, 0.0)
        return rate.sum(axis=1).max(axis=1)

    def _prices(self, inputs: CostInputs) -> Floats:
        levers = catalogue().levers
        return np.array([unit_price(levers[name], inputs) for name in self.levers])

    def _full_months(self, edges: Floats) -> Floats:
        """Return months at full level delivered up to some moments, (plan, lever, moment)."""
        stop = np.minimum(edges, self.end[:, :, None])
        elapsed = np.maximum(0.0, stop - self.start[:, :, None])
        ramp = np.maximum(self.ramp, 1e-9)[:, :, None]
        return np.where(elapsed >= ramp, elapsed - ramp / 2.0, elapsed**2 / (2.0 * ramp))


def population_of(plans: Sequence[Mapping[str, Dose]], until: int) -> Population:
    """Return plans given as doses; all money ends with a year.

    Parameters
    ----------
    plans
        Dose by lever; levers that cost nothing are left out.
    until
        Last year with money.
    """
    levers, stop = bought(), january(until + 1)
    absent = Dose(0.0, DECISION_MONTH, 12.0)

    def table(part: str) -> Floats:
        return np.array([[getattr(p.get(n, absent), part) for n in levers] for p in plans])

    ends = [[stop if (d := p.get(n, absent)).end is None else d.end for n in levers] for p in plans]
    end = np.minimum(np.array(ends, float), stop)
    return Population(levers, table("level"), table("start"), table("ramp"), end)


def joined(parts: Sequence[Population]) -> Population:
    """Return populations of the same levers one below the other."""
    names = ("level", "start", "ramp", "end")
    return Population(parts[0].levers, *(np.vstack([getattr(p, n) for p in parts]) for n in names))


@dataclass(frozen=True)
class Limits:
    """What a plan may cost.

    Attributes
    ----------
    years
        Years with money.
    ceiling
        Million rupiah a year; no rate of spending passes it either.
    rise
        Largest increase of spending from one year to the next, share of the ceiling: what a new
        budget can absorb. Judged.
    inputs
        Prices and quantities.
    """

    years: tuple[int, ...]
    ceiling: float
    rise: float
    inputs: CostInputs = field(repr=False)

    @property
    def absorbed(self) -> tuple[float, ...]:
        """Most that each year can spend, million rupiah: the ceiling, reached step by step."""
        steps = range(1, len(self.years) + 1)
        return tuple(self.ceiling * min(1.0, self.rise * step) for step in steps)

    def excess(self, plans: Population) -> Floats:
        """Return how many times its limits each plan costs, (plan,); at most 1 keeps them."""
        yearly = plans.costs(self.inputs, self.years).sum(axis=1)
        rises = np.diff(yearly, axis=1, prepend=0.0).max(axis=1) / (self.rise * self.ceiling)
        peaks = plans.peak(self.inputs, self.years) / self.ceiling
        return np.maximum(np.maximum(rises, peaks), yearly.max(axis=1) / self.ceiling)

    def repaired(self, plans: Population) -> Population:
        """Return plans with all levels lowered by one factor each until the limits hold."""
        return plans.scaled(1.0 / np.maximum(1.0, self.excess(plans) * (1.0 + 1e-12)))
