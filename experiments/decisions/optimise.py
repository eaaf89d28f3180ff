"""Rupiah over levers and years: the search, all draws and worlds, and what near-optimal plans share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..batch import Progress
from ..runs.evaluate import year_end
from ..runs.question import Question
from ..runs.worlds import STANDARD
from .encoding import Encoding
from .funding import Floats, Limits, Population, bought, joined
from .futures import CHILD_YEARS, OUTPUTS, PREVALENCE, REACH, Futures, futures, sound
from .near import Near, candidates, near_optimal, spread_of_cost
from .neighbours import at_ceiling, with_levers, without_levers
from .search import Objectives, Searched, search

OBJECTIVES = ("child_years", "cost", "reach", "no_regret")
"""Child-years alive and not stunted gained (mean), planned rupiah, gain in the share of families
with all services (mean, points), and probability of no regret."""

PER_FAMILY, PLANS, BANDS = 6, 240, 12
"""Plans of one kind, plans in all, and bands of cost that are run over all draws."""


@dataclass(frozen=True)
class Settings:
    """How a search is made.

    Attributes
    ----------
    limits
        Ceilings.
    within
        Share of the best expected gain that a near-optimal plan may fall short.
    search_draws, generations, size
        First draws that the search sees, generations, and plans of a generation.
    threads
        0 for one on each processor. Results do not depend on it.
    """

    limits: Limits
    within: float = 0.1
    search_draws: int = 64
    generations: int = 60
    size: int = 100
    threads: int = 0


@dataclass(frozen=True)
class Outcomes:
    """What plans bring in one world, against no extra action in the same draw.

    Attributes
    ----------
    child_years
        (plan, draw), child-years alive and not stunted gained.
    reach
        (plan, draw), rise of the share of families with all services, points.
    no_regret
        (plan, draw), whether neither child-years nor prevalence are worse.
    """

    child_years: Floats = field(repr=False)
    reach: Floats = field(repr=False)
    no_regret: NDArray[np.bool_] = field(repr=False)

    def rows(self, draws: NDArray[np.bool_]) -> Outcomes:
        """Return chosen draws."""
        return Outcomes(self.child_years[:, draws], self.reach[:, draws], self.no_regret[:, draws])


@dataclass(frozen=True)
class Optimised:
    """What was found.

    Attributes
    ----------
    question, settings, searched
        What was asked, how, and every plan tried.
    plans
        Plans run over all draws in all worlds; the library's strategies last.
    library
        Ids of the strategies at the end of ``plans``.
    promised
        (plan,), mean gain in the draws of the search; NaN for a plan that was not tried there.
    outcomes
        By world.
    near
        Which plans are near-optimal; the library's are judged against the same best.
    failed
        Draws left out.
    """

    question: Question
    settings: Settings
    searched: Searched = field(repr=False)
    plans: Population = field(repr=False)
    library: tuple[str, ...]
    promised: Floats = field(repr=False)
    outcomes: Mapping[str, Outcomes] = field(repr=False)
    near: Near = field(repr=False)
    failed: int

    @property
    def costs(self) -> Floats:
        """(plan, lever, year), planned million rupiah."""
        limits = self.settings.limits
        return self.plans.costs(limits.inputs, limits.years)


def optimise(
    question: Question, settings: Settings, progress: Progress = lambda done, total: None
) -> Optimised:
    """Search plans under a ceiling and find those that are near-optimal.

    Parameters
    ----------
    question
        District, draws, worlds, year of the outcomes, and strategies to compare with.
    settings
        Ceilings and the search.
    progress
        Called with pieces done and in all: one each for a generation and for a world.
    """
    limits, pieces = settings.limits, settings.generations + len(question.worlds)
    own = limits.repaired(at_ceiling(question.plans[1:], limits))
    encoding = Encoding(bought(), limits)
    standard = _futures(question, STANDARD.id, settings)
    seen = standard.first(settings.search_draws)
    found = search(
        encoding,
        _objectives(seen, limits),
        len(OBJECTIVES),
        generations=settings.generations,
        size=settings.size,
        seed=question.seed,
        known=encoding.encode(own) if own.size else None,
        progress=lambda done, total: progress(min(done, total), pieces),
    )
    tried = encoding.decode(found.points)
    rows = _chosen(tried, found, settings)
    chosen = tried.take(rows)
    best = tried.take([found.best])
    extra = joined([best, *without_levers(best, limits), *with_levers(best, limits)])
    plans = joined([chosen, extra, own])
    promised = np.full(plans.size, np.nan)
    promised[: len(rows)] = -found.objectives[rows, 0]
    raw: dict[str, Outcomes] = {}
    for done, world in enumerate(question.worlds):
        ahead = standard if world is STANDARD else _futures(question, world.id, settings)
        raw[world.id] = outcomes(ahead, plans)
        progress(settings.generations + done + 1, pieces)
    return _result(question, settings, found, plans, promised, raw)


def _result(
    question: Question,
    settings: Settings,
    found: Searched,
    plans: Population,
    promised: Floats,
    raw: Mapping[str, Outcomes],
) -> Optimised:
    """Leave out the draws that failed in any world or plan, and judge the rest."""
    kept = sound(*(part for o in raw.values() for part in (o.child_years, o.reach)))
    clean = {world: o.rows(kept) for world, o in raw.items()}
    near = near_optimal({w: o.child_years for w, o in clean.items()}, settings.within)
    names, failed = question.scenarios[1:], int(np.count_nonzero(~kept))
    return Optimised(question, settings, found, plans, names, promised, clean, near, failed)


def _futures(question: Question, world: str, settings: Settings) -> Futures:
    place = next(w for w in question.worlds if w.id == world)
    month, ceiling = year_end(question.year), settings.limits.ceiling
    constants = question.constants(place)
    return futures(question.program, place, constants, month, ceiling, settings.threads)


def outcomes(ahead: Futures, plans: Population) -> Outcomes:
    """Run plans in one world and compare each draw with itself under no extra action.

    Parameters
    ----------
    ahead
        Draws at the decision date.
    plans
        What is funded.
    """
    base, runs = ahead.nothing(), ahead.run(plans)
    gain = {name: runs[name] - base[name] for name in OUTPUTS}
    # Rounding of the engine is no regret.
    small = 1e-9 * base[CHILD_YEARS]
    regretted = (gain[CHILD_YEARS] < -small) | (gain[PREVALENCE] > 1e-9)
    return Outcomes(gain[CHILD_YEARS], 100.0 * gain[REACH], ~regretted)


def _objectives(ahead: Futures, limits: Limits) -> Objectives:
    def evaluate(plans: Population) -> Floats:
        found = outcomes(ahead, plans)
        cost = plans.costs(limits.inputs, limits.years).sum(axis=(1, 2))
        means = found.child_years.mean(axis=1), found.reach.mean(axis=1)
        return np.column_stack([-means[0], cost, -means[1], -found.no_regret.mean(axis=1)])

    return evaluate


def _chosen(tried: Population, found: Searched, settings: Settings) -> list[int]:
    """Return rows to run over all draws: good ones of every kind, and the best at each cost."""
    scores = -found.objectives[:, 0]
    rows = candidates(tried, scores, 1.5 * settings.within, PER_FAMILY, PLANS)
    return list(dict.fromkeys([*rows, *spread_of_cost(found.objectives[:, 1], scores, BANDS)]))
