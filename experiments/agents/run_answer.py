"""What ``tumbuh agents run`` answers: the district year by year, and its groups at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...model.agents.observe import MEASURES
from ...model.calendar import FIRST_YEAR
from ..place import place_of
from .ground import lonely
from .tidy import SHARES

if TYPE_CHECKING:
    from .ground import Case, Cube, Ground

Floats = NDArray[np.float64]
TAILS = (0.5, 0.05, 0.95)
"""Median, and the ends of the range that holds nine runs in ten."""


def run_answer(ground: Ground, case: Case, cube: Cube, kind: str) -> dict[str, Any]:
    """Return what was run, notes on it, and its measures.

    Parameters
    ----------
    ground, case, cube
        What was run, and what it gave.
    kind
        ``central`` or ``posterior``.
    """
    ends = [at for at, month in enumerate(cube.months) if month % 12.0 == 0.0]
    ends = sorted({*ends, len(cube.months) - 1})
    title, shocks = case.plan.scenario.title, case.settings.shocks
    return {
        "district": place_of(ground.district),
        "scenario": case.plan.scenario.id,
        "title": {"id": title.id, "en": title.en},
        "replicates": ground.replicates,
        "draws": kind,
        "seed": ground.seed,
        "mixed_area": not ground.areas,
        "isolated": list(lonely(case.settings)),
        "shocks": [[s.kind, s.month, s.target, s.months] for s in shocks],
        "years": [
            {"month": cube.months[at], "year": FIRST_YEAR + (cube.months[at] - 1.0) // 12}
            | _row(cube, case.name, at, 0)
            for at in ends
        ],
        "groups": [
            {"grouping": grouping, "group": name} | _row(cube, case.name, -1, number)
            for number, (grouping, name) in enumerate(cube.groups)
        ],
    }


def _row(cube: Cube, case: str, at: int, group: int) -> dict[str, Any]:
    """Return median and ends of every measure; shares in percent."""
    found: dict[str, Any] = {}
    for name in MEASURES:
        scale = 100.0 if name in SHARES else 1.0
        found[name] = triple(scale * cube.of(case, name)[:, at, group])
    return found


def triple(values: Floats) -> list[float] | None:
    """Return the median and the 90 percent range; nothing where no run has a number."""
    there = values[~np.isnan(values)]
    if not len(there):
        return None
    return [round(float(number), 4) for number in np.quantile(there, TAILS)]
