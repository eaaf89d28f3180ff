"""The answer of ``tumbuh value`` as plain values: what is printed, drawn and stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..batch import Progress
from ..measurements import MONTH
from ..place import place_of
from ..ranking import chance_of_best
from ..runs.evaluate import Evaluation, standard_outcomes
from ..runs.question import Question
from ..runs.worlds import World
from .benefit import BY, Benefit, may_be_best, price_grid
from .value_estimates import Value, across, partial, perfect, sampled, today
from .value_known import groups, measurements, singles

Floats = NDArray[np.float64]


def value_answer(
    question: Question,
    benefit: Benefit,
    progress: Progress = lambda done, total: None,
    threads: int = 0,
) -> dict[str, Any]:
    """Return what knowing more is worth for a choice, in every world asked for.

    Parameters
    ----------
    question
        Strategies, draws and worlds.
    benefit
        What the choice is judged by.
    progress
        Called with pieces done and pieces in all.
    threads
        Of the runs; 0 for one on each processor. The numbers do not depend on it.
    """
    pieces = len(question.worlds) + 1
    progress(0, pieces)
    found = question.evaluate(standard_outcomes(question.year), threads=threads)
    worlds = {}
    for done, world in enumerate(question.worlds):
        progress(done + 1, pieces)
        worlds[world.id] = _world(question, world, found[world.id], benefit)
    progress(pieces, pieces)
    return {
        "district": place_of(question.district),
        "year": question.year,
        "draws": question.draws,
        "by": benefit.by,
        "price": benefit.price,
        "month": MONTH,
        "titles": {plan.scenario.id: vars(plan.scenario.title) for plan in question.plans},
        "world_titles": {world.id: vars(world.title) for world in question.worlds},
        "worlds": worlds,
        "structure": _structure(found, benefit) if len(found) > 1 else None,
    }


def _world(question: Question, world: World, found: Evaluation, benefit: Benefit) -> dict[str, Any]:
    table, names = benefit.table(found), found.scenarios
    now = today(table)
    best = chance_of_best(dict(zip(names, table.T, strict=True)))
    return {
        "choice": names[now],
        "chance": best[names[now]],
        "options": options(found, table, best),
        "perfect": _record(perfect(table), names),
        "judged_by": _judged_by(found, benefit.price),
        "curve": _curve(found, benefit.price),
        "known": _known(question, world, found, table),
        "measurements": _measured(question, world, found, benefit),
    }


def options(found: Evaluation, table: Floats, best: Mapping[str, float]) -> list[dict[str, Any]]:
    """Return each strategy with its means and probabilities.

    Parameters
    ----------
    found
        The runs.
    table
        (draw, strategy), benefit.
    best
        Probability of being best, by strategy.
    """
    sound = ~found.failed
    return [
        {
            "id": name,
            "mean": float(table[:, k].mean()),
            "best": best[name],
            "worse": float(np.mean(table[:, k] < table[:, 0])),
            **{
                outcome: float(found.of(outcome, name)[sound].mean())
                for outcome in ("child_years", "gain", "spending")
            },
        }
        for k, name in enumerate(found.scenarios)
    ]


def _judged_by(found: Evaluation, price: float) -> dict[str, Any]:
    """Return choice and value of knowing everything by each benefit that may be asked for."""
    out = {}
    for by in BY:
        if not may_be_best(found.scenarios, by):  # type: ignore[arg-type]
            continue
        table = Benefit(by, price).table(found)  # type: ignore[arg-type]
        now = found.scenarios[today(table)]
        best = chance_of_best(dict(zip(found.scenarios, table.T, strict=True)))
        value = perfect(table)
        out[by] = {
            "choice": now,
            "chance": best[now],
            "value": value.value,
            "error": value.error,
        }
    return out


def _curve(found: Evaluation, price: float) -> list[dict[str, Any]]:
    """Return choice and value of knowing everything at each price, by net benefit."""
    rows = []
    for one in price_grid(price):
        table = Benefit("net", float(one)).table(found)
        value = perfect(table)
        best = chance_of_best(dict(zip(found.scenarios, table.T, strict=True)))
        now = found.scenarios[today(table)]
        row = {"price": float(one), "choice": now, "chance": best[now]}
        rows.append(row | {"value": value.value, "error": value.error})
    return rows


def _known(
    question: Question, world: World, found: Evaluation, table: Floats
) -> list[dict[str, Any]]:
    """Return what knowing groups and single parameters is worth, groups first."""
    sound, space = ~found.failed, question.space(world)
    constants = {name: values[sound] for name, values in question.constants(world).items()}
    rows = []
    together = groups(space, constants)
    alone = singles(space, constants, table)
    for part, looks in ((together, len(together)), (alone, len(space.names))):
        made = [
            {"kind": one.kind, "name": one.name, "quantities": one.values.shape[1]}
            | _record(partial(one.values, table, question.seed), found.scenarios, looks)
            for one in part
        ]
        rows += sorted(made, key=lambda row: -row["value"])
    return rows


def _measured(
    question: Question, world: World, found: Evaluation, benefit: Benefit
) -> list[dict[str, Any]]:
    """Return what each measurement is worth, the best first, beside one without error."""
    given, sound = measurements(question, world, found.failed)
    table = benefit.table(found)[sound[~found.failed]]
    rows = []
    for name, one in given.items():
        value = sampled(one.values, one.noise, table, question.seed, name)
        full = partial(one.values, table, question.seed)
        without = {"without_error": full.value, "without_error_error": full.error}
        record = _record(value, found.scenarios, len(given))
        rows.append({"name": name, "noise": one.noise.tolist()} | record | without)
    return sorted(rows, key=lambda row: -row["value"])


def _structure(found: Mapping[str, Evaluation], benefit: Benefit) -> dict[str, Any]:
    """Return what knowing the true world is worth, each as likely as any other (judged)."""
    failed = np.any([one.failed for one in found.values()], axis=0)
    tables = []
    for one in found.values():
        tables.append(benefit.table(one)[~failed[~one.failed]])
    names = next(iter(found.values())).scenarios
    stacked = np.stack(tables)
    flat = stacked.reshape(-1, len(names))
    return {"choice": names[today(flat)]} | _record(across(stacked), names)


def _record(value: Value, names: tuple[str, ...], looks: int = 1) -> dict[str, Any]:
    to = None if value.to is None else names[value.to]
    return vars(value) | {"to": to, "shown": value.shown(looks)}
