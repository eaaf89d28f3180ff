"""The answer to a target: is it reached, by what, and what would have to be true for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...model.calendar import FIRST_YEAR, date_of
from ...scenarios.text import Text
from ..batch import Progress
from ..outcomes import POINTS
from ..place import place_of
from ..runs.evaluate import Outcome, evaluate
from ..runs.question import Question
from ..runs.worlds import World
from . import cuts, favourable, reach
from .aim import Aim
from .ground import SECTORS, SURVEY, Ground, lay
from .lever_rows import effects_rows, levers_row
from .verdict import numbers, verdict

Floats = NDArray[np.float64]

PARTS = 6
"""Pieces of the work in a world, for the progress bar."""


@dataclass(frozen=True)
class _Work:
    """What is computed of a world before it is summed up."""

    ground: Ground
    base: Floats
    limit: Mapping[str, Floats]


def answer(
    question: Question, aim: Aim, progress: Progress = lambda done, total: None
) -> dict[str, Any]:
    """Return the whole answer as plain values.

    Parameters
    ----------
    question
        Strategies, draws and worlds.
    aim
        Prevalence and month.
    progress
        Called with pieces done and pieces in all.

    Returns
    -------
    dict
        Prevalence in percent, cuts and chances from 0 to 1, money in million rupiah a year;
        nothing (``null``) stands for what cannot be reached.
    """
    total, worlds = PARTS * len(question.worlds), []
    for place, world in enumerate(question.worlds):

        def tell(done: int, place: int = place) -> None:
            progress(PARTS * place + done, total)

        worlds.append(_world(question, aim, world, tell))
    titles = {p.scenario.id: _both(p.scenario.title) for p in question.plans}
    return {
        "district": place_of(question.district),
        "target": {
            "prevalence": POINTS * aim.share,
            "by": aim.by,
            "month": aim.month,
            "own": aim.own,
        },
        "draws": question.draws,
        "effect_draws": min(reach.EFFECT_DRAWS, question.draws),
        "largest_multiplier": reach.LADDER[-1],
        "titles": titles,
        "verdict": verdict(worlds),
        "worlds": worlds,
    }


def _world(
    question: Question, aim: Aim, world: World, tell: Callable[[int], None]
) -> dict[str, Any]:
    tell(0)
    ground = lay(question, world)
    base = ground.prevalence({}, aim.month)
    work = _Work(ground, base, cuts.speed_limit(ground, aim))
    tell(1)
    strategies, reached = _strategies(question, aim, world)
    tell(2)
    cut = _cuts(work, aim)
    tell(3)
    table = cuts.by_cut(ground, aim)
    equal, all_levers = _equal(work, aim, table), reach.by_scale(ground, aim)
    tell(4)
    effects = effects_rows(ground, base, question.plans, aim)
    tell(5)
    return {
        "id": world.id,
        "title": _both(world.title),
        "failed": ground.failed,
        "base": numbers(POINTS * base),
        "strategies": strategies,
        "speed_limit": _limit(work, aim),
        "paths": _paths(ground, aim),
        "cut": cut,
        "equivalents": equal + [_equal_row("all_levers", all_levers[:, -1], table, aim)],
        "levers": levers_row(all_levers, aim),
        "effects": effects,
        "favourable": favourable.separating(question, world, reached),
    }


def _strategies(
    question: Question, aim: Aim, world: World
) -> tuple[dict[str, Any], tuple[str, NDArray[np.bool_]]]:
    """Return each strategy at the month, and in which draws the best of them reaches the target."""
    outcomes = [Outcome("prevalence", SURVEY, aim.month)]
    constants = question.constants(world)
    found = evaluate(question.program, constants, question.plans, outcomes, world)
    rows: dict[str, Any] = {}
    reached = {}
    for plan in question.plans:
        value = found.of("prevalence", plan.scenario.id)
        reached[plan.scenario.id] = value <= aim.share
        kept = value[~found.failed]
        rows[plan.scenario.id] = {
            "chance": float(np.mean(kept <= aim.share)),
            "prevalence": numbers(POINTS * kept),
            "yearly_cost": plan.yearly_cost,
        }
    best = max(rows, key=lambda name: rows[name]["chance"])
    return rows, (best, reached[best])


def _limit(work: _Work, aim: Aim) -> dict[str, Any]:
    def one(values: Floats) -> dict[str, Any]:
        return {
            "prevalence": numbers(POINTS * values),
            "chance": float(np.mean(values <= aim.share)),
        }

    sectors = {name: one(work.limit[name]) for name in SECTORS}
    lowest = POINTS * min(float(values.min()) for values in work.limit.values())
    return one(work.limit[SURVEY]) | {"lowest": lowest, "sectors": sectors}


def _paths(ground: Ground, aim: Aim) -> dict[str, Any]:
    found = cuts.paths(ground, aim)
    levels = {"low90": 0.05, "low50": 0.25, "median": 0.5, "high50": 0.75, "high90": 0.95}
    bands = {
        case: {
            k: (POINTS * np.quantile(found[case], q, axis=0)).tolist() for k, q in levels.items()
        }
        for case in ("base", "limit")
    }
    return {"years": (FIRST_YEAR + found["months"] / 12.0).tolist()} | bands


def _cuts(work: _Work, aim: Aim) -> dict[str, Any]:
    """Return the cut needed from each start, and the chance of the target over cut and start."""
    rows = []
    for start in cuts.starts(aim):
        need = cuts.required_cut(work.ground, aim, float(start))
        rows.append(
            {
                "start": date_of(float(start)),
                "month": float(start),
                "needed": numbers(need),
                "chance": [float(np.mean(need <= cut)) for cut in cuts.CUTS],
                "not_enough": float(np.mean(~np.isfinite(need))),
            }
        )
    return {"cuts": cuts.CUTS.tolist(), "starts": rows}


def _equal(work: _Work, aim: Aim, table: Floats) -> list[dict[str, Any]]:
    """Return what perfect services and food for all are equal to, as cuts of new faltering."""
    found = cuts.services(work.ground, aim)
    needed = cuts.services_needed(work.ground, aim)
    row = _equal_row("services", found["prevalence"], table, aim)
    row["coverage_before"] = numbers(POINTS * found["before"])
    row["coverage_after"] = numbers(POINTS * found["after"])
    row["improvement_needed"] = numbers(needed)
    food = _equal_row("food", found["food"], table, aim)
    return [row, food, _equal_row("services_and_food", found["both"], table, aim)]


def _equal_row(name: str, prevalence: Floats, table: Floats, aim: Aim) -> dict[str, Any]:
    equal = np.maximum(cuts.equal_cut(table, prevalence), 0.0)
    return {
        "measure": name,
        "prevalence": numbers(POINTS * prevalence),
        "equal_cut": numbers(equal),
        "chance": float(np.mean(prevalence <= aim.share)),
    }


def _both(text: Text) -> dict[str, str]:
    return {"id": text.id, "en": text.en}
