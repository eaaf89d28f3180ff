"""What the levers can do for a target: all at their maximum, and with larger effects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...model.calendar import DECISION_MONTH
from ...model.distributions import quantile, support
from ...model.parameters import Parameter, load_parameters
from ...scenarios.compile import NO_END, Plan
from ...scenarios.costs import planning_inputs, steady_cost
from ...scenarios.levers import Lever, catalogue
from .aim import Aim
from .ground import Ground, crossing

Floats = NDArray[np.float64]
Above = Callable[[Floats, NDArray[np.intp]], Floats]

SCALES = np.round(np.linspace(0.05, 1.0, 20), 2)
"""Common share of every lever's maximum."""
LADDER = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0)
"""Multipliers of the effect sizes that are tried; between two of them the least is solved for."""
EFFECT_DRAWS = 256
"""Draws in which multipliers are solved for: the first ones."""
NO_CEILING = 1e9
"""Million rupiah a year: a ceiling that no plan meets."""


def bought() -> dict[str, Lever]:
    """Return the levers that a plan buys; a cut of the budget is none of them."""
    return {name: lever for name, lever in catalogue().levers.items() if lever.cost is not None}


def everything(scale: float) -> dict[str, float]:
    """Return the constants of all levers together at a share of their maximum.

    They act in full from the decision date, and no ceiling of the budget holds them back.

    Parameters
    ----------
    scale
        Share of every maximum, 0 to 1.
    """
    out = {"budget ceiling": NO_CEILING}
    for lever in bought().values():
        out[lever.constant("level")] = scale * lever.maximum
        out[lever.constant("start")] = DECISION_MONTH
        out[lever.constant("ramp")] = 0.0
        out[lever.constant("end")] = NO_END
    return out


def cost_of(scale: float) -> float:
    """Return the steady cost of `everything`, million rupiah a year at central prices."""
    levels = {name: scale * lever.maximum for name, lever in bought().items()}
    return steady_cost(levels, planning_inputs())


def by_scale(ground: Ground, aim: Aim) -> Floats:
    """Return prevalence with all levers at each of `SCALES`, (draw, scale), 0 to 1."""
    cases = [everything(float(scale)) for scale in SCALES]
    return np.column_stack([ground.prevalence(case, aim.month) for case in cases])


def least_scale(table: Floats, share: float, wanted: float) -> float | None:
    """Return the least of `SCALES` at which the target is reached in a share of the draws.

    Parameters
    ----------
    table
        (draw, scale), from `by_scale`.
    share
        Prevalence that is aimed at, 0 to 1.
    wanted
        Share of the draws.
    """
    reached = (table <= share).mean(axis=0) >= wanted
    return float(SCALES[np.argmax(reached)]) if reached.any() else None


@dataclass(frozen=True)
class Effect:
    """A parameter that carries the effect of a plan.

    Attributes
    ----------
    row
        Of the parameter table.
    most
        Value at which it stops: 1 for a share, infinity for others.
    """

    row: Parameter
    most: float

    def times(self, values: Floats, multiplier: Floats) -> Floats:
        """Return (draw,) larger values, in the unit of the parameter."""
        return np.maximum(values, np.minimum(values * multiplier, self.most))

    def range(self) -> tuple[float, float]:
        """Return the values between which nine tenths of the prior lie."""
        low, high = quantile(self.row.prior, np.array([0.05, 0.95]))
        return float(low), float(high)


@dataclass(frozen=True)
class Needed:
    """By how much the effects of a plan would have to be larger.

    Attributes
    ----------
    id
        Of the scenario.
    effects
        What is multiplied, all with the same number.
    multiplier
        (draw,), at least 1; infinity where the largest of `LADDER` is not enough.
    """

    id: str
    effects: tuple[Effect, ...]
    multiplier: Floats = field(repr=False)


def effects_of(plan: Plan) -> tuple[Effect, ...]:
    """Return the parameters that carry the effects of the levers of a plan.

    A dimensionless parameter whose prior lies within 0 and 1 is a share and stops at 1.
    """
    levers = catalogue().levers
    used = [name for name, dose in plan.scenario.levers.items() if dose.level != 0.0]
    names = dict.fromkeys(link for name in used for link in levers[name].links)
    table, out = load_parameters(), []
    for name in names:
        row = table.get(name)
        low, high = support(row.prior)
        share = row.unit == "dmnl" and low >= 0.0 and high <= 1.0
        out.append(Effect(row, 1.0 if share else np.inf))
    return tuple(out)


def can_be_asked(plan: Plan) -> bool:
    """Tell whether the multipliers of a plan can be solved for from the decision date."""
    used = {name: dose for name, dose in plan.scenario.levers.items() if dose.level != 0.0}
    late = all(dose.start >= DECISION_MONTH for dose in used.values())
    return late and not plan.scenario.settings and any(name in bought() for name in used)


def needed(ground: Ground, plan: Plan, aim: Aim, base: Floats) -> Needed:
    """Return the least multiplier of a plan's effects that reaches the target in each draw.

    Prevalence with larger effects is that of no extra action as drawn, less the gain of the plan
    against no extra action under the same larger effects. What the services do already is then
    not counted as a gain of the plan.

    Parameters
    ----------
    ground
        Draws of a world.
    plan
        Whose levers begin on the decision date or later.
    aim
        The target.
    base
        (draw,), prevalence with no extra action, 0 to 1.
    """
    effects = effects_of(plan)

    def above(multiplier: Floats, rows: NDArray[np.intp]) -> Floats:
        pair = {
            effect.row.name: np.tile(
                effect.times(ground.draws[effect.row.name][rows], multiplier), 2
            )
            for effect in effects
        }
        for name, value in plan.constants.items():
            pair[name] = np.concatenate([ground.draws[name][rows], np.full(len(rows), value)])
        without, with_plan = np.split(ground.prevalence(pair, aim.month, np.tile(rows, 2)), 2)
        return base[rows] - (without - with_plan) - aim.share

    low, high = _brackets(above, ground.size)
    found = np.where(np.isfinite(high), low, np.inf)
    inside = np.flatnonzero(np.isfinite(high) & (high > low))
    if len(inside):
        found[inside] = crossing(
            lambda x, chosen: above(x, inside[chosen]), low[inside], high[inside], tolerance=1e-6
        )
    return Needed(plan.scenario.id, effects, found)


def _brackets(above: Above, size: int) -> tuple[Floats, Floats]:
    """Return the steps of `LADDER` between which each row first meets the target.

    Both ends are the first step where that is enough; the upper is infinity where none is.
    """
    low, high = np.full(size, LADDER[0]), np.full(size, np.inf)
    left, before = np.arange(size), LADDER[0]
    for step in LADDER:
        if not len(left):
            break
        met = above(np.full(len(left), step), left) <= 0.0
        low[left[met]], high[left[met]] = before, step
        left, before = left[~met], step
    return low, high


def ranges(found: Needed, multiplier: float) -> list[Mapping[str, object]]:
    """Return each effect beside its prior: what it would have to be at a multiplier.

    Parameters
    ----------
    found
        Of a plan.
    multiplier
        Usually the median over draws; infinity gives no value.
    """
    rows: list[Mapping[str, object]] = []
    for effect in found.effects:
        low, high = effect.range()
        value = effect.row.value
        finite = bool(np.isfinite(multiplier))
        times = np.array([multiplier if finite else 1.0])
        wanted = float(effect.times(np.array([value]), times)[0])
        rows.append(
            {
                "parameter": effect.row.name,
                "unit": effect.row.unit,
                "central": value,
                "prior_low90": low,
                "prior_high90": high,
                "needed": wanted if finite else None,
                "beyond_prior": wanted > high if finite else None,
                "judged": effect.row.judged,
                "grade": effect.row.grade,
            }
        )
    return rows


def trials(plan: Plan, rows: Mapping[str, object]) -> Sequence[str]:
    """Return ids of the evidence behind a plan's levers, in the order of the levers."""
    levers = catalogue().levers
    used = [name for name, dose in plan.scenario.levers.items() if dose.level != 0.0]
    ids = dict.fromkeys(row for name in used for row in levers[name].evidence)
    return [name for name in ids if name in rows]
