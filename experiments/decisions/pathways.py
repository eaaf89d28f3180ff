"""Adaptive pathways: begin with one strategy, review it, and go over to another when it lags.

A trigger reads a sign of the process, with its error of measurement, and compares its rise since
the decision date with what the model expects of the strategy. The draws in which it speaks go on
with the other strategy from the same state; all others go on as they were.

Haasnoot, Kwakkel, Walker and ter Maat 2013, "Dynamic adaptive policy pathways: A method for
crafting robust decisions for a deeply uncertain world",
https://doi.org/10.1016/j.gloenvcha.2012.12.006.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...model.calendar import DECISION_MONTH, LAST_YEAR
from ...model.engine.integrate import simulate
from ...model.engine.trajectories import Snapshot
from ...scenarios.scenario import Dose, Scenario
from ..stack import cores
from .funding import Floats, january, joined, population_of
from .futures import CEILING, CHILD_YEARS, SPENT, Futures, continue_from
from .sequence import STRATEGIES, started

Flags = NDArray[np.bool_]

INDICATORS = {
    "hr": ("quality[counselling]", 0.03),
    "facilities": ("readiness[kit]", 0.03),
    "coordination": ("coordination index", 0.05),
    "food": ("food reach", 0.04),
}
"""Sign of each strategy, and standard deviation of one measurement of it (0 to 1; judged)."""

SURVEY = "survey prevalence"

SIGNALS: tuple[str, ...] = ("never", "always", "process", "survey", "exact")
"""Stay; go over; the sign of the process; prevalence of one district survey; without error."""

START = 2027
"""Year in which the first strategy begins."""


@dataclass(frozen=True)
class Rule:
    """Begin with one strategy; if its sign lags at a review, go over to another.

    Attributes
    ----------
    first, then
        Ids of strategies.
    review
        Year at whose end the sign is read; the other strategy starts the next January.
    """

    first: str
    then: str
    review: int


@dataclass(frozen=True)
class Pathways:
    """What a set of rules is tried with.

    Attributes
    ----------
    strategies
        By id, as scaled.
    reviews
        Years of reviews, rising.
    share
        Part of the expected rise below which a sign lags. Judged.
    add
        Whether the first strategy goes on beside the other, instead of ending.
    children
        Children of one district survey.
    """

    strategies: Mapping[str, Scenario]
    reviews: tuple[int, ...]
    share: float
    add: bool
    children: int

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every pair of strategies at every review."""
        pairs = itertools.permutations(STRATEGIES, 2)
        return tuple(Rule(*pair, review) for pair in pairs for review in self.reviews)


@dataclass(frozen=True)
class Watched:
    """The strategies up to each review, in one world.

    Attributes
    ----------
    states
        By review: state of all members; member = strategy x draw, in the order of `STRATEGIES`.
    start
        By variable, (strategy, draw), at the decision date; the last row is no extra action.
    seen
        By review, then variable, (strategy, draw), at the end of that year.
    """

    states: Mapping[int, Snapshot] = field(repr=False)
    start: Mapping[str, Floats] = field(repr=False)
    seen: Mapping[int, Mapping[str, Floats]] = field(repr=False)


def watch(ahead: Futures, paths: Pathways) -> Watched:
    """Run each strategy, and no extra action, to every review.

    Parameters
    ----------
    ahead
        Draws at the decision date.
    paths
        Strategies and reviews.
    """
    plans = [started(paths.strategies[name], START) for name in STRATEGIES]
    rows = np.tile(np.arange(ahead.size), len(plans) + 1)
    given = _given(ahead, [*plans, {}], rows)
    names = [*(name for name, _ in INDICATORS.values()), SURVEY]
    state, states = ahead.snapshot.take(rows), {}
    seen: dict[int, Mapping[str, Floats]] = {}
    for review in (0, *paths.reviews):
        month = DECISION_MONTH if review == 0 else january(review + 1)
        run = simulate(
            ahead.program,
            given,
            names,
            [month],
            start=state,
            threads=ahead.threads or cores(),
        )
        state = states[review] = run.snapshot
        shape = (len(plans) + 1, ahead.size)
        seen[review] = {n: np.broadcast_to(run[n][:, 0], rows.shape).reshape(shape) for n in names}
    return Watched(states, seen.pop(0), seen)


def _given(
    ahead: Futures, plans: Sequence[Mapping[str, Dose]], rows: NDArray[np.intp]
) -> dict[str, Floats]:
    """Return the constants of members: plan by plan, each with all draws."""
    table = population_of(plans, LAST_YEAR).constants()
    each = len(rows) // len(plans)
    given = {name: values[rows] for name, values in ahead.draws.items()}
    given |= {name: np.repeat(values, each) for name, values in table.items()}
    return given | {CEILING: np.full(len(rows), ahead.ceiling)}


def follow(
    ahead: Futures,
    paths: Pathways,
    watched: Watched,
    cases: Sequence[tuple[Rule, Flags]],
) -> dict[str, Floats]:
    """Go on from the review of rules: draws that are triggered with the other strategy.

    Parameters
    ----------
    ahead, paths, watched
        As for `watch`, and what it gave.
    cases
        Rules of the same review, each with (draw,), whether it triggers.

    Returns
    -------
    dict
        (case, draw): ``stunting free child years`` and ``Cumulative Spending``.
    """
    review = cases[0][0].review
    plans = [branches(paths, rule) for rule, _ in cases]
    stay, move = (population_of([plan[side] for plan in plans], LAST_YEAR) for side in (0, 1))
    flags = np.array([flag for _, flag in cases])
    both = joined([stay, move])
    which = (np.arange(len(cases))[:, None] + len(cases) * flags).ravel()
    draw = np.tile(np.arange(ahead.size), len(cases))
    place = [STRATEGIES.index(rule.first) for rule, _ in cases]
    rows = np.repeat(place, ahead.size) * ahead.size + draw
    given = {name: values[draw] for name, values in ahead.draws.items()}
    given |= {name: values[which] for name, values in both.constants().items()}
    given |= {CEILING: np.full(len(draw), ahead.ceiling)}
    state = watched.states[review].take(rows)
    run = continue_from(ahead.program, given, state, ahead.month, ahead.threads)
    return {name: run[name].reshape(len(cases), ahead.size) for name in (CHILD_YEARS, SPENT)}


def branches(paths: Pathways, rule: Rule) -> tuple[dict[str, Dose], dict[str, Dose]]:
    """Return the doses of a rule where it does not trigger, and where it does.

    Parameters
    ----------
    paths
        Strategies, and whether the first one goes on.
    rule
        First, then, and the review.
    """
    first = started(paths.strategies[rule.first], START)
    end = None if paths.add else january(rule.review + 1)
    over = started(paths.strategies[rule.first], START, end)
    return first, over | started(paths.strategies[rule.then], rule.review + 1)
