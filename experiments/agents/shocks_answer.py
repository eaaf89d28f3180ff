"""How families' services fall after a shock, and how they recover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...model.agents.settings import SHOCKS, Settings, Shock
from ..place import place_of
from .equity import shown
from .ground import Case
from .run_answer import triple

if TYPE_CHECKING:
    from ...scenarios.compile import Plan
    from .ground import Cube, Ground

Floats = NDArray[np.float64]

UNSHOCKED = "none"
MEASURES = ("all services", "no service", "coverage counselling", "listed", "coordination index")
"""What is followed after a shock."""
BAD = ("no service",)
"""Of which less is better."""
RECOVERED = 0.5
"""Share of the worst fall that is left when half is back."""


def shock_cases(plan: Plan, month: float) -> list[Case]:
    """Return the strategy without a shock, and with each of them in a month.

    Parameters
    ----------
    plan
        The strategy.
    month
        Months since January 2018.
    """
    bare = Case(UNSHOCKED, plan)
    own = [Case(one.kind, plan, Settings(shocks=(one,))) for one in shocks_at(month)]
    return [bare, *own]


def months_around(month: float, until: float) -> list[float]:
    """Return the months that are followed: half a year before the shock, and all after it."""
    return [float(one) for one in range(max(0, int(month) - 6), int(until) + 1)]


def shocks_answer(ground: Ground, plan: Plan, cube: Cube, month: float) -> dict[str, Any]:
    """Return paired differences after every shock, and when they are worst and half back.

    Parameters
    ----------
    ground, plan, cube
        What was run, without shock first, and what it gave; its months are those after the shock.
    month
        Month of the shock.
    """
    title, months = plan.scenario.title, [at - month for at in cube.months]
    paths = {kind: {name: _path(cube, kind, name) for name in MEASURES} for kind in cube.cases[1:]}
    return {
        "district": place_of(ground.district),
        "scenario": plan.scenario.id,
        "title": {"id": title.id, "en": title.en},
        "draws": ground.replicates,
        "seed": ground.seed,
        "mixed_area": not ground.areas,
        "month": month,
        "shocks": [[s.kind, s.month, s.target, s.months] for s in shocks_at(month)],
        "months_after": months,
        "levels": {
            name: [triple(100.0 * cube.of(UNSHOCKED, name)[:, at, 0]) for at in range(len(months))]
            for name in MEASURES
        },
        "changes": paths,
        "recovery": {
            kind: {
                name: recovery(*_since(months, path), name in BAD) for name, path in by_name.items()
            }
            for kind, by_name in paths.items()
        },
    }


def shocks_at(month: float) -> list[Shock]:
    """Return one shock of each kind, which befalls all."""
    return [Shock(kind, month) for kind in SHOCKS]


def _since(
    months: Sequence[float], path: Sequence[Sequence[float] | None]
) -> tuple[Sequence[float], Sequence[Sequence[float] | None]]:
    """Return what lies after the shock."""
    first = sum(month < 0.0 for month in months)
    return months[first:], path[first:]


def _path(cube: Cube, kind: str, name: str) -> list[Sequence[float] | None]:
    """Return the paired difference at every month, points."""
    change = 100.0 * (cube.of(kind, name) - cube.of(UNSHOCKED, name))[:, :, 0]
    return [triple(change[:, at]) for at in range(change.shape[1])]


def recovery(
    months: Sequence[float], path: Sequence[Sequence[float] | None], bad: bool = False
) -> Mapping[str, Any]:
    """Return the worst difference, when it is, and when half of it is back.

    Parameters
    ----------
    months
        Months after the shock.
    path
        Median and ends of the difference at each.
    bad
        Whether less of the measure is better.

    Returns
    -------
    dict
        ``worst``, the three numbers at the month with the lowest median, or the highest of
        what is bad; ``when``, that month;
        ``half``, the first month after it from which the median stays above half of the worst, or
        nothing; ``shown``, whether the worst is a difference at all.
    """
    side = -1 if bad else 1
    middle = side * np.array([np.nan if one is None else one[0] for one in path])
    if np.isnan(middle).all():
        return {"worst": None, "when": None, "half": None, "shown": False}
    at = int(np.nanargmin(middle))
    below = np.flatnonzero(middle[at:] < RECOVERED * middle[at])
    back = at + (int(below[-1]) if len(below) else 0) + 1
    return {
        "worst": path[at],
        "when": months[at],
        "half": months[back] if back < len(months) else None,
        "shown": side * shown(path[at]) < 0,
    }
