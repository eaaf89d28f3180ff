"""The answer of ``tumbuh robust`` as plain values: what is printed, drawn and stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..batch import Progress
from ..place import place_of
from ..runs.evaluate import Evaluation, standard_outcomes
from ..runs.question import Question
from .benefit import Benefit, may_be_best
from .robust_metrics import METRICS, TAIL, Enough, preferred, regret

Floats = NDArray[np.float64]


def robust_answer(
    question: Question,
    benefit: Benefit,
    enough: Sequence[Enough],
    progress: Progress = lambda done, total: None,
    threads: int = 0,
) -> dict[str, Any]:
    """Return metrics of robustness over the draws of every world, and in each world alone.

    Parameters
    ----------
    question
        Strategies, draws and worlds.
    benefit
        What regret and the worst are counted in.
    enough
        What counts as enough.
    progress
        Called with worlds done and worlds in all.
    threads
        Of the runs; 0 for one on each processor. The numbers do not depend on it.
    """
    outcomes = standard_outcomes(question.year)
    found = question.evaluate(outcomes, progress, threads)
    tables = {world: benefit.table(one) for world, one in found.items()}
    every = np.concatenate(list(tables.values()))
    names = question.scenarios
    return {
        "district": place_of(question.district),
        "year": question.year,
        "draws": question.draws,
        "by": benefit.by,
        "price": benefit.price,
        "may_be_best": may_be_best(names, benefit.by),
        "titles": {plan.scenario.id: vars(plan.scenario.title) for plan in question.plans},
        "world_titles": {world.id: vars(world.title) for world in question.worlds},
        "yearly_cost": {plan.scenario.id: plan.yearly_cost for plan in question.plans},
        "futures": len(every),
        "metrics": _metrics(every, names),
        "worse": _by_name(_worse(every), names),
        "enough": {one.text: _enough(one, found, names) for one in enough},
        "preferred": _preferred(every, names, question.seed),
        "worlds": {world: _world(table, names) for world, table in tables.items()},
    }


def _metrics(table: Floats, names: Sequence[str]) -> dict[str, dict[str, float]]:
    return {name: _by_name(metric(table), names) for name, (metric, _) in METRICS.items()}


def _worse(table: Floats) -> Floats:
    """Return the share of futures with less than no extra action, the first, has."""
    return (table < table[:, :1]).mean(axis=0)


def _enough(
    one: Enough, found: Mapping[str, Evaluation], names: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Return the share of futures that are enough: the mean of the worlds, and the least of them."""
    shares = np.stack([one.share(evaluation) for evaluation in found.values()])
    return {
        "share": _by_name(shares.mean(axis=0), names),
        "least": _by_name(shares.min(axis=0), names),
    }


def _preferred(table: Floats, names: Sequence[str], seed: int) -> dict[str, dict[str, Any]]:
    return {
        metric: {"ids": [names[k] for k in first], "kept": kept}
        for metric, (first, kept) in preferred(table, seed).items()
    }


def _world(table: Floats, names: Sequence[str]) -> dict[str, Any]:
    behind = regret(table)
    return {
        "mean": _by_name(table.mean(axis=0), names),
        "mean_regret": _by_name(behind.mean(axis=0), names),
        "regret_90": _by_name(np.quantile(behind, 1.0 - TAIL, axis=0), names),
        "best": _by_name(METRICS["best"][0](table), names),
        "worse": _by_name(_worse(table), names),
    }


def _by_name(values: Floats, names: Sequence[str]) -> dict[str, float]:
    return {name: float(value) for name, value in zip(names, values, strict=True)}
