"""Docking, second level: well mixed and alike, agents give the distribution that stocks imply.

Equality of means is shown by two one-sided t-tests against a margin stated beforehand, with Holm's
correction over the dates; the spread between runs is held to that of independent children, and the
last date's distribution to its normal law by Kolmogorov and Smirnov's test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2, kstest, norm
from scipy.stats import t as student

from .drivers import PACKAGES, Drivers
from .replicates import Run
from .settings import DOCKED

Floats = NDArray[np.float64]

LEVEL = 0.05
RATIO = (0.8, 1.25)
"""Between these the variance ratio, averaged over the dates, must lie."""
LUCK_LEVEL = 0.01
COUNTED, CHANCE = "counted prevalence", "survey prevalence"
"""Children below the threshold when each is measured once, and the mean of their chances."""


@dataclass(frozen=True)
class Quantity:
    """What is compared.

    Attributes
    ----------
    measure
        Name in `observe.MEASURES`.
    variable
        Name in the stock-and-flow model.
    margin
        Difference that would matter, in the unit of the variable; of children, a share of them.
    lag
        Months by which the measure is older than the date: services are those of the last round.
    """

    measure: str
    variable: str
    margin: float
    lag: float = 0.0

    def tolerance(self, stocks: float) -> float:
        """Return the margin in the unit of the variable."""
        return self.margin * stocks if self.measure == "children" else self.margin


QUANTITIES = (
    Quantity(COUNTED, "HAZ survey prevalence", 0.001),
    Quantity(CHANCE, "HAZ survey prevalence", 0.001),
    Quantity("true prevalence", "HAZ true prevalence", 0.001),
    *(
        Quantity(f"coverage {name}", f"contact coverage[{name}]", 0.0025, DOCKED.round)
        for name in PACKAGES
    ),
    Quantity("all services", "convergence", 0.0025, DOCKED.round),
    Quantity("children", "children total", 0.005),
)
"""A tenth of a point of prevalence, a quarter of a point of coverage, half a percent of children."""


@dataclass(frozen=True)
class Equivalence:
    """A mean of the agents beside the stocks at one date.

    Attributes
    ----------
    quantity
        Name in `QUANTITIES`.
    month
        Months since January 2018.
    stocks, agents
        The stock-and-flow run, and the mean over replicates.
    error
        Standard error of the mean.
    margin
        Difference that would matter.
    p
        Of the two one-sided tests, corrected by Holm over the dates.
    """

    quantity: str
    month: float
    stocks: float
    agents: float
    error: float
    margin: float
    p: float

    @property
    def difference(self) -> float:
        """Agents minus stocks."""
        return self.agents - self.stocks

    @property
    def holds(self) -> bool:
        """Whether the two are equal within the margin."""
        return self.p < LEVEL

    @property
    def refuted(self) -> bool:
        """Whether the difference is beyond the margin, and not by chance."""
        beyond = abs(self.difference) - self.margin
        return beyond > 0.0 and beyond > float(norm.ppf(1.0 - LEVEL)) * self.error


@dataclass(frozen=True)
class Spread:
    """Variance between runs beside that of independent children.

    Attributes
    ----------
    month
        Months since January 2018.
    ratio
        Variance over replicates, relative to p (1 - p) / N.
    low, high
        Between these it lies with probability .95 if children are independent.
    """

    month: float
    ratio: float
    low: float
    high: float


@dataclass(frozen=True)
class Docking:
    """What was found.

    Attributes
    ----------
    replicates
        Number of runs.
    equivalences
        Of every quantity at every date.
    spreads
        Of the counted prevalence at every date.
    ks
        p of the last date's distribution.
    counting
        p of the hypothesis that counted prevalence and chances differ by luck alone, the least of
        the dates, corrected by Holm.
    """

    replicates: int
    equivalences: tuple[Equivalence, ...]
    spreads: tuple[Spread, ...]
    ks: float
    counting: float

    @property
    def ratio(self) -> float:
        """Variance ratio, averaged over the dates."""
        return float(np.mean([spread.ratio for spread in self.spreads]))

    @property
    def faults(self) -> tuple[str, ...]:
        """What does not hold; nothing where agents dock to the stocks.

        Counting adds luck to chances and nothing else, so much that a hundred runs seldom show
        equality at every date. Counted prevalence must not be refuted, and must differ from
        chances by no more than luck; equality is shown for the chances.
        """
        shown = [one for one in self.equivalences if one.quantity != COUNTED]
        found = dict.fromkeys(one.quantity for one in shown if not one.holds)
        found |= dict.fromkeys(one.quantity for one in self.equivalences if one.refuted)
        if self.counting <= LUCK_LEVEL:
            found["counting"] = None
        if not RATIO[0] <= self.ratio <= RATIO[1]:
            found["variance"] = None
        if self.ks <= LUCK_LEVEL:
            found["distribution"] = None
        return tuple(found)


def dock(
    runs: Sequence[Run], drivers: Drivers, quantities: Sequence[Quantity] = QUANTITIES
) -> Docking:
    """Hold runs of mixed, homogeneous agents to the run of the stocks that drove them.

    Parameters
    ----------
    runs
        Replicates of one case, with the same dates.
    drivers
        The run of the stocks, unperturbed.
    quantities
        What to compare.
    """
    months = district_months(runs[0])
    found: list[Equivalence] = []
    for quantity in quantities:
        stocks = np.array([drivers.at(quantity.variable, month - quantity.lag) for month in months])
        margins = np.array([quantity.tolerance(value) for value in stocks])
        found += equivalences(
            quantity.measure, months, district_values(runs, quantity.measure), stocks, margins
        )
    counted = district_values(runs, COUNTED)
    share = np.array([drivers.at("HAZ survey prevalence", month) for month in months])
    children = np.array([drivers.at("children total", month) for month in months])
    variance = share * (1.0 - share) / children
    luck = counted - district_values(runs, CHANCE)
    return Docking(
        len(runs),
        tuple(found),
        spreads(months, counted, variance),
        normal_p(counted[:, -1], float(share[-1]), float(np.sqrt(variance[-1]))),
        float(holm(by_luck(luck)).min()),
    )


def equivalences(
    quantity: str, months: Sequence[float], values: Floats, stocks: Floats, margins: Floats
) -> tuple[Equivalence, ...]:
    """Return the mean of replicates beside the stocks at every date.

    Parameters
    ----------
    quantity
        Name.
    months
        (month,), dates.
    values
        (replicate, month).
    stocks, margins
        (month,).
    """
    mean, error = values.mean(axis=0), values.std(axis=0, ddof=1) / np.sqrt(len(values))
    adjusted = holm(two_one_sided(values, stocks, margins))
    rows = zip(months, stocks, mean, error, margins, adjusted, strict=True)
    return tuple(Equivalence(quantity, *map(float, row)) for row in rows)


def two_one_sided(values: Floats, centre: Floats, margin: Floats) -> Floats:
    """Return (month,), p of the hypothesis that the mean is beyond the margin.

    Parameters
    ----------
    values
        (replicate, month).
    centre, margin
        (month,), what the mean should be, and how far it may be from it.
    """
    freedom = len(values) - 1
    error = np.maximum(values.std(axis=0, ddof=1), 1e-300) / np.sqrt(len(values))
    apart = np.abs(values.mean(axis=0) - centre)
    # The test against the nearer end has the larger p of the two.
    return student.sf((margin - apart) / error, freedom)


def by_luck(values: Floats) -> Floats:
    """Return (month,), p of the hypothesis that values have mean zero: a two-sided t-test.

    Parameters
    ----------
    values
        (replicate, month).
    """
    error = np.maximum(values.std(axis=0, ddof=1), 1e-300) / np.sqrt(len(values))
    return 2.0 * student.sf(np.abs(values.mean(axis=0)) / error, len(values) - 1)


def holm(p: Floats) -> Floats:
    """Return p values corrected for their number, by Holm.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03])).round(6).tolist()
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    out = np.empty_like(p)
    out[order] = np.minimum(stepped, 1.0)
    return out


def spreads(months: Sequence[float], values: Floats, variance: Floats) -> tuple[Spread, ...]:
    """Return the variance over replicates relative to what it should be.

    Parameters
    ----------
    months
        (month,), dates.
    values
        (replicate, month).
    variance
        (month,), what it should be.
    """
    freedom = len(values) - 1
    low, high = (float(chi2.ppf(q, freedom)) / freedom for q in (0.025, 0.975))
    ratio = values.var(axis=0, ddof=1) / variance
    pairs = zip(months, ratio, strict=True)
    return tuple(Spread(float(month), float(one), low, high) for month, one in pairs)


def normal_p(values: Floats, mean: float, deviation: float) -> float:
    """Return p of Kolmogorov and Smirnov's test of values against a normal distribution."""
    return float(kstest(values, "norm", (mean, deviation)).pvalue)


def district_months(run: Run) -> tuple[float, ...]:
    """Return the dates of a run."""
    return tuple(one.month for one in run.observations if one.grouping == "district")


def district_values(runs: Sequence[Run], measure: str) -> Floats:
    """Return (replicate, month) of a measure of the whole district."""
    return np.array(
        [
            [one.values[measure] for one in run.observations if one.grouping == "district"]
            for run in runs
        ]
    )


def scaled(drivers: Drivers, factors: Mapping[str, float]) -> Drivers:
    """Return what drives the agents with some of it multiplied: a mistake, to be noticed.

    Parameters
    ----------
    drivers
        A run of the stocks.
    factors
        By constant, or by variable with all its elements; the stocks themselves are not run again.
    """
    values = {
        name: series * factors.get(name.partition("[")[0], 1.0)
        for name, series in drivers.values.items()
    }
    constants = dict(drivers.constants)
    for name in factors.keys() & set(drivers.program.constants):
        constants[name] = drivers.constant(name) * factors[name]
    return Drivers(drivers.program, drivers.times, values, constants)
