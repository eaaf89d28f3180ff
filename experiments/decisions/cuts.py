"""How far new faltering would have to fall: the speed limit, the cut needed, and what equals it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ...model.calendar import DECISION_MONTH
from ..limits import FOOD, SPEED_LIMIT
from .aim import Aim
from .ground import COVERAGE, CUT, SECTORS, START, SURVEY, SWITCHES, Ground, crossing

Floats = NDArray[np.float64]

CUTS = np.linspace(0.0, 1.0, 41)
"""Shares of new faltering taken away, from none to all."""
SMALLEST_STEP, MOST_STARTS = 6.0, 17
"""Months between the starts that are tried, and how many at most."""


def starts(aim: Aim) -> Floats:
    """Return the months in which the cut may begin, before the reading of the target."""
    return np.arange(DECISION_MONTH, aim.month, SMALLEST_STEP)[:MOST_STARTS]


def speed_limit(ground: Ground, aim: Aim) -> dict[str, Floats]:
    """Return prevalence if all new faltering ended on the decision date.

    Returns
    -------
    dict
        (draw,) by variable: as the world has it, and in each child sector, 0 to 1.
    """
    run = ground.run(SPEED_LIMIT.constants, np.array([aim.month]))
    return {name: run[name][:, 0] for name in (SURVEY, *SECTORS)}


def paths(ground: Ground, aim: Aim) -> dict[str, Floats]:
    """Return months and quarterly prevalence with no extra action and at the speed limit.

    Returns
    -------
    dict
        ``months`` (time,), ``base`` and ``limit`` (draw, time), 0 to 1, from January 2018.
    """
    after = np.append(np.arange(DECISION_MONTH + 3.0, aim.month - 1e-9, 3.0), aim.month)
    before = np.arange(0.0, DECISION_MONTH + 1e-9, 3.0)
    found = {"months": np.concatenate([before, after])}
    for name, case in (("base", {}), ("limit", SPEED_LIMIT.constants)):
        run = ground.run(case, after)[SURVEY]
        found[name] = np.hstack([ground.past, run])
    return found


def required_cut(ground: Ground, aim: Aim, start: float = DECISION_MONTH) -> Floats:
    """Return the least cut of new faltering that reaches the target in each draw.

    Parameters
    ----------
    ground
        Draws of a world.
    aim
        The target.
    start
        Month from which the cut holds.

    Returns
    -------
    ndarray
        (draw,), 0 to 1; 0 where nothing is needed, infinity where all would not be enough.
    """

    def above(cut: Floats, rows: NDArray[np.intp]) -> Floats:
        return ground.prevalence({CUT: cut, START: start}, aim.month, rows) - aim.share

    return crossing(above, np.zeros(ground.size), np.ones(ground.size))


def by_cut(ground: Ground, aim: Aim) -> Floats:
    """Return prevalence for each of `CUTS` from the decision date, (draw, cut), 0 to 1."""
    return np.column_stack([ground.prevalence({CUT: float(cut)}, aim.month) for cut in CUTS])


def equal_cut(table: Floats, prevalence: Floats) -> Floats:
    """Return the cut that would give the same prevalence in each draw.

    Parameters
    ----------
    table
        (draw, cut), from `by_cut`; falls with the cut.
    prevalence
        (draw,), 0 to 1.

    Returns
    -------
    ndarray
        (draw,), 0 to 1, straight between the steps of `CUTS`; minus infinity where prevalence is
        above that of no cut, and infinity where it is below that of ending all new faltering.
    """
    pairs = zip(table, prevalence, strict=True)
    return np.array(
        [
            np.interp(value, row[::-1], CUTS[::-1], left=np.inf, right=-np.inf)
            for row, value in pairs
        ]
    )


def services(ground: Ground, aim: Aim) -> Mapping[str, Floats]:
    """Return what perfect services and food for all could do, and what the services reach.

    Returns
    -------
    dict
        (draw,), 0 to 1: ``prevalence`` with every link of delivery perfect from the decision date,
        ``food`` prevalence with food for every child of 6 to 23 months, ``both``; ``before`` and
        ``after``, the mean effective coverage of the four services without and with it.
    """
    month = np.array([aim.month])
    perfect = dict.fromkeys(SWITCHES, 1.0)
    plain = ground.run({}, month)
    best = ground.run(perfect, month)
    return {
        "prevalence": best[SURVEY][:, 0],
        "food": ground.prevalence(FOOD, aim.month),
        "both": ground.prevalence(perfect | FOOD, aim.month),
        "before": np.mean([plain[name][:, 0] for name in COVERAGE], axis=0),
        "after": np.mean([best[name][:, 0] for name in COVERAGE], axis=0),
    }


def services_needed(ground: Ground, aim: Aim) -> Floats:
    """Return the least common improvement of all links of delivery that reaches the target.

    Returns
    -------
    ndarray
        (draw,), 0 (as they are) to 1 (perfect for everyone); infinity where perfect services
        would not be enough.
    """

    def above(share: Floats, rows: NDArray[np.intp]) -> Floats:
        changed = dict.fromkeys(SWITCHES, share)
        return ground.prevalence(changed, aim.month, rows) - aim.share

    return crossing(above, np.zeros(ground.size), np.ones(ground.size))
