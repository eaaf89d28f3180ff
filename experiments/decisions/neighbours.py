"""Neighbours of the best plan, and strategies of the library under the same ceiling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ...model.errors import InputError, Problem
from ...scenarios.compile import Plan, scale
from ...scenarios.costs import steady_cost
from ...scenarios.levers import catalogue
from ...scenarios.scenario import Dose
from .funding import Limits, Population, bought, january, population_of
from .near import FUNDED, funded


def without_levers(best: Population, limits: Limits) -> list[Population]:
    """Return the best plan without each lever that it funds, money saved and money moved.

    With the money moved, the other levers rise by one factor until a limit or a maximum stops them.

    Parameters
    ----------
    best
        One plan.
    limits
        Ceilings.
    """
    most = np.array([catalogue().levers[name].maximum for name in best.levers])
    out: list[Population] = []
    for column in np.flatnonzero(funded(best)[0]):
        level = best.level.copy()
        level[0, column] = 0.0
        saved = replace(best, level=level)
        on = level[0] > 0.0
        room = float(np.min(most[on] / level[0][on], initial=np.inf))
        excess = float(limits.excess(saved)[0])
        factor = min(room, 1.0 / excess) if excess > 0.0 else 1.0
        out += [saved, limits.repaired(saved.scaled(np.array([max(1.0, factor)])))]
    return out


def with_levers(best: Population, limits: Limits) -> list[Population]:
    """Return the best plan with each lever that it does not fund, at the least that counts.

    All levels then fall by one factor until the limits hold. "No near-optimal plan funds it" is
    said of a lever only where this plan falls behind as well.

    Parameters
    ----------
    best
        One plan.
    limits
        Ceilings.
    """
    full = np.array([catalogue().levers[name].full for name in best.levers])
    out: list[Population] = []
    for column in np.flatnonzero(~funded(best)[0]):
        level, start, end = best.level.copy(), best.start.copy(), best.end.copy()
        # The margin keeps the lever above the threshold after all levels were lowered.
        level[0, column] = 1.2 * FUNDED * full[column]
        start[0, column], end[0, column] = january(limits.years[0]), january(limits.years[-1] + 1)
        out.append(limits.repaired(replace(best, level=level, start=start, end=end)))
    return out


def at_ceiling(plans: Sequence[Plan], limits: Limits) -> Population:
    """Return strategies scaled to the ceiling, with money in the years of the limits alone.

    Parameters
    ----------
    plans
        Strategies that change levers with a price and no setting.
    limits
        Ceiling, years and prices.

    Raises
    ------
    InputError
        Naming every strategy that cannot be compared.
    """
    problems = [p for plan in plans if (p := _unfit(plan)) is not None]
    if problems:
        raise InputError(problems)
    inputs = limits.inputs
    doses: list[Mapping[str, Dose]] = [
        scale(
            p.scenario, limits.ceiling, lambda levels: steady_cost(levels, inputs)
        ).scenario.levers
        for p in plans
    ]
    if not doses:
        return population_of([{}], limits.years[-1]).take([])
    return population_of(doses, limits.years[-1])


def _unfit(plan: Plan) -> Problem | None:
    scenario = plan.scenario
    free = [name for name in scenario.levers if name not in bought()]
    if not scenario.settings and not free and plan.planned_cost > 0.0:
        return None
    found = "settings" if scenario.settings else ", ".join(free) or "no lever with a price"
    remedy = "Leave it out of --scenarios; money cannot be moved into it"
    expected = f"a strategy of priced levers alone in {scenario.id!r}"
    return Problem("--scenarios", expected, found, remedy)
