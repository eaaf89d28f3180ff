"""What a decision is judged by: strategies that may be chosen, and the benefit of each.

The net benefit of a strategy is the child-years without stunting that it gains less what it spends
divided by the price of a child-year, all against no extra action and up to the end of the year
asked for. It is counted in child-years; times the price it is in rupiah. Nothing is discounted, and
what comes after that year does not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ...model.errors import InputError, Problem
from ...scenarios.loader import BASELINE, EQUAL_BUDGET_IDS
from ..runs.evaluate import Evaluation

Floats = NDArray[np.float64]
By = Literal["net", "child_years", "gain"]
BY: tuple[str, ...] = get_args(By)
Among = Literal["equal", "three"]
THREE = ("hr", "facilities", "coordination")

PRICE = 50.0
"""Judged: million rupiah that a child-year without stunting is worth; no source gives one."""
PRICE_RANGE = (0.1, 10.0)
"""Judged: lowest and highest price of a curve, as multiples of the price."""
FEWEST = 64
"""Judged: draws below which no regression on draws is worth reading."""
FIRST_YEAR, LAST_YEAR = 2027, 2035
LARGEST_PRICE = 1e6


@dataclass(frozen=True)
class Benefit:
    """How a strategy is judged.

    Attributes
    ----------
    by
        ``net``: child-years gained less spending over price; ``child_years``: child-years alone;
        ``gain``: fall of surveyed prevalence, percentage points.
    price
        Million rupiah for a child-year without stunting; judged by whoever asks.
    """

    by: By = "net"
    price: float = PRICE

    @property
    def in_child_years(self) -> bool:
        """Whether the benefit is counted in child-years, which have a price."""
        return self.by != "gain"

    def table(self, found: Evaluation) -> Floats:
        """Return (draw, strategy), draws that failed left out.

        Parameters
        ----------
        found
            Runs with the standard outcomes, no extra action first.

        Returns
        -------
        array
            Child-years, or percentage points for ``gain``; more is better.
        """
        sound = ~found.failed
        if self.by == "gain":
            return found.table("gain")[sound]
        years = found.table("child_years")[sound]
        if self.by == "child_years":
            return years
        return years - found.table("spending")[sound] / self.price


def may_be_best(strategies: Sequence[str], by: By) -> bool:
    """Return whether one may ask which strategy is best: at equal budgets, or net of spending."""
    return by == "net" or set(strategies) <= {BASELINE, *EQUAL_BUDGET_IDS}


def strategies_of(among: Among | None, scenarios: str | None) -> str:
    """Return the names of the strategies to choose from, with commas between.

    Parameters
    ----------
    among
        ``equal``: the same budget for each, also when nothing is named; ``three``: the library's.
    scenarios
        Ids and files with commas between, instead.

    Raises
    ------
    InputError
        If both are given.
    """
    if among and scenarios is not None:
        remedy = "Leave one of them out"
        raise InputError([Problem("--among", "--among or --scenarios", "both", remedy)])
    if scenarios is not None:
        return scenarios
    return ",".join(THREE if among == "three" else EQUAL_BUDGET_IDS)


def check_options(draws: int, until: int, price: float) -> list[Problem]:
    """Return what is wrong with the numbers of a question.

    Parameters
    ----------
    draws, until
        Number of draws, and year of the answer.
    price
        Million rupiah for a child-year.
    """
    problems = []
    if draws < FEWEST:
        problems.append(Problem("--draws", f"at least {FEWEST}", str(draws), "Ask for more draws"))
    if not FIRST_YEAR <= until <= LAST_YEAR:
        expected = f"a year from {FIRST_YEAR} to {LAST_YEAR}"
        problems.append(Problem("--until", expected, str(until), "Choose another year"))
    if not 0.0 < price <= LARGEST_PRICE:
        expected = f"million rupiah above 0, at most {LARGEST_PRICE:,.0f}"
        problems.append(Problem("--price", expected, f"{price:g}", "Correct it"))
    return problems


def price_grid(price: float, size: int = 41) -> Floats:
    """Return prices for a curve, (price,), evenly spaced in the logarithm, million rupiah."""
    low, high = PRICE_RANGE
    return np.geomspace(low * price, high * price, size)
