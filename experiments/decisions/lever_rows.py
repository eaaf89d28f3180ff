"""What the levers can do for a target, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...model.evidence_rows import Effect
from ...model.evidence_tables import load_evidence
from ...scenarios.compile import Plan
from ..outcomes import POINTS
from . import reach
from .aim import Aim
from .ground import Ground
from .verdict import LIKELY, numbers

Floats = NDArray[np.float64]

GROWTH = ("laz_difference", "standardised_difference", "prevalence_ratio", "relative_risk", "pp")
"""Kinds of findings on growth that effect sizes may be held to."""


def levers_row(table: Floats, aim: Aim) -> dict[str, Any]:
    """Return what all levers together do.

    Parameters
    ----------
    table
        (draw, scale), prevalence from `reach.by_scale`, 0 to 1.
    aim
        The target.
    """
    least = {}
    for wanted in LIKELY:
        scale = reach.least_scale(table, aim.share, wanted)
        cost = None if scale is None else reach.cost_of(scale)
        least[f"{wanted:g}"] = {"scale": scale, "yearly_cost": cost}
    return {
        "scales": reach.SCALES.tolist(),
        "chance": np.mean(table <= aim.share, axis=0).tolist(),
        "prevalence_at_maximum": numbers(POINTS * table[:, -1]),
        "yearly_cost_at_maximum": reach.cost_of(1.0),
        "draws_reached": int(np.sum(table[:, -1] <= aim.share)),
        "least": least,
    }


def effects_rows(
    ground: Ground, base: Floats, plans: Sequence[Plan], aim: Aim
) -> list[dict[str, Any]]:
    """Return for each plan the multiplier of its effects that the target needs.

    Parameters
    ----------
    ground
        Draws of a world; only the first are used.
    base
        (draw,), prevalence with no extra action, 0 to 1.
    plans
        Strategies; those that buy nothing are left out.
    aim
        The target.
    """
    few, rows = ground.first(reach.EFFECT_DRAWS), load_evidence().effects
    base = base[: few.size]
    out = []
    for plan in plans:
        if not reach.can_be_asked(plan):
            continue
        found = reach.needed(few, plan, aim, base)
        middle = numbers(found.multiplier)
        median = np.inf if middle["median"] is None else middle["median"]
        out.append(
            {
                "id": plan.scenario.id,
                "multiplier": middle,
                "as_drawn": float(np.mean(found.multiplier <= 1.0)),
                "not_enough": float(np.mean(~np.isfinite(found.multiplier))),
                "ranges": reach.ranges(found, median),
                "evidence": [_finding(rows[name]) for name in reach.trials(plan, rows)],
            }
        )
    return out


def _finding(row: Effect) -> dict[str, Any]:
    keys = ("id", "cause", "outcome", "kind", "value", "low", "high", "unit", "grade")
    found = {key: getattr(row, key) for key in keys}
    growth = row.kind in GROWTH and row.outcome in ("stunting", "HAZ") and row.value is not None
    return found | {"growth": growth}
