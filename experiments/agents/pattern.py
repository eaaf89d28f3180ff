"""The pattern that the agents are held against: how often services meet in the same family.

Susenas 2017 counts, for Indonesia, the families in the first 1,000 days by how many of eight
services they have (rows E21 and E21b of the evidence). Nothing in the agents was fitted to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...model.agents.district import AgentDistrict
from ...model.agents.drivers import PACKAGES, drive
from ...model.agents.facts import load_agent_parameters
from ...model.agents.observe import concordance
from ...model.agents.replicates import Study, Task, places_of
from ...model.language.cache import load_program
from ...model.parameters import draw_prior
from ...scenarios.compile import prepare
from ...scenarios.loader import BASELINE, load_scenario

Floats = NDArray[np.float64]

SURVEYED = (0.356, 0.602, 0.325, 0.742, 0.680, 0.084, 0.119, 0.831)
"""Coverage of the eight services, as E21 tells them."""
NUMBER_OF_SERVICES = (0.043, 0.124, 0.254, 0.287, 0.188, 0.085, 0.012)
"""Share of families with 1, 2, ... 7 of them, as E21b tells; the rest have none."""
MOST_TOGETHER = 0.001
"""All eight: below this, as E21 tells."""

MONTH = 24.0
"""Months since January 2018: lists have filled for two years, the pandemic has not begun."""
REPLICATES, DRAWS = 8, 64
ALL = tuple(range(len(PACKAGES)))
SEED = 20260101


@dataclass(frozen=True)
class CoCoverage:
    """How services meet in families.

    Attributes
    ----------
    k
        Concordance: 0 where services are independent, 1 where they are nested.
    correlation
        Mean correlation of the receipt of two services.
    ratio
        Variance of the number of services over what it would be if they were independent.
    """

    k: float
    correlation: float
    ratio: float


@dataclass(frozen=True)
class Compared:
    """The survey and the agents.

    Attributes
    ----------
    survey
        The pattern; its k is the most that the survey allows.
    usual
        (replicate,), agents at the defaults of their parameters.
    without
        (replicate,), the same with protection left out.
    drawn
        (draw,), agents at draws of the priors.
    """

    survey: CoCoverage
    usual: tuple[CoCoverage, ...]
    without: tuple[CoCoverage, ...]
    drawn: tuple[CoCoverage, ...]


def compared(replicates: int, draws: int) -> Compared:
    """Return the pattern of the survey and of the agents.

    Parameters
    ----------
    replicates, draws
        Runs at the defaults, and at draws of the priors.
    """
    others = tuple(row for row, package in enumerate(PACKAGES) if package != "protection")
    both = [(of_agents(model), of_agents(model, others)) for model in districts({}, replicates)]
    usual, without = zip(*both, strict=True)
    cases = draw_prior(load_agent_parameters(), SEED, draws) if draws else {}
    return Compared(surveyed(), usual, without, tuple(map(of_agents, districts(cases, draws))))


def co_coverage(coverage: Floats, variance: float, together: float) -> CoCoverage:
    """Return how services meet.

    Parameters
    ----------
    coverage
        (service,), share of families with each.
    variance
        Variance over families of the number of services.
    together
        Share of families with all of them.

    Notes
    -----
    What the variance has beyond independence, over what it would have there if all pairs were
    fully correlated: a mean correlation weighted by the spread of each pair.
    """
    spread = np.sqrt(coverage * (1.0 - coverage))
    alone = float((spread**2).sum())
    pairs = float(spread.sum() ** 2) - alone
    return CoCoverage(
        concordance(float(coverage.prod()), float(coverage.min()), together),
        (variance - alone) / pairs,
        variance / alone,
    )


def surveyed() -> CoCoverage:
    """Return the pattern of the survey; its k is the most that it allows."""
    number = np.arange(len(NUMBER_OF_SERVICES) + 1)
    share = np.array([1.0 - sum(NUMBER_OF_SERVICES), *NUMBER_OF_SERVICES])
    variance = float(share @ number**2 - (share @ number) ** 2)
    return co_coverage(np.array(SURVEYED), variance, MOST_TOGETHER)


def of_agents(model: AgentDistrict, rows: tuple[int, ...] = ALL) -> CoCoverage:
    """Return the pattern of the families in the first 1,000 days.

    Parameters
    ----------
    model
        The district between two steps.
    rows
        Packages that count, in the order of ``PACKAGES``.
    """
    receipt = model.round.receipt[list(rows)][:, model.families.in_window(model.month)]
    together = float(receipt.all(axis=0).mean())
    return co_coverage(receipt.mean(axis=1), float(receipt.sum(axis=0).var()), together)


def districts(cases: Mapping[str, Floats], count: int) -> Iterator[AgentDistrict]:
    """Yield districts at `MONTH` with no extra action.

    Parameters
    ----------
    cases
        (case,) by name of the agents' parameters; defaults stand for those not named.
    count
        How many replicates, or cases.
    """
    drivers = drive(load_program(), prepare(load_scenario(BASELINE)).constants, MONTH)[0]
    usual = load_agent_parameters().defaults()
    study = Study("paser", (MONTH,), SEED)
    for number in range(count):
        drawn = {name: float(values[number]) for name, values in cases.items()}
        task = Task(BASELINE, number, drivers, usual | drawn)
        places = places_of(study, task)
        model = AgentDistrict(drivers, places, task.assumptions, task.settings, SEED, number)
        while model.month < MONTH - 1e-9:
            model.step()
        yield model
