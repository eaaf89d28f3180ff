"""Scenario discovery: the assumptions under which something is true of a strategy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...model.district_facts import target_of
from ...model.errors import InputError, Problem
from ...scenarios.loader import BASELINE
from ..batch import Progress
from ..outcomes import POINTS
from ..place import place_of
from ..runs.evaluate import Evaluation, standard_outcomes
from ..runs.question import Question
from . import boxes
from .event import Event
from .inputs import Inputs, inputs_of
from .prim import Box, Step, step_of, trajectory

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SHOWN = 1_500
"""Runs of the scatter figure at most."""


@dataclass(frozen=True)
class Rows:
    """Runs with their inputs.

    Attributes
    ----------
    inputs
        Of each row.
    outcome
        (row,), whether the event is true.
    groups
        (row,), draw.
    """

    inputs: Inputs
    outcome: Flags
    groups: NDArray[np.intp]


def discover(
    question: Question,
    event: Event,
    share: float | None = None,
    most: int = boxes.MOST_LIMITED,
    picked: int | None = None,
    progress: Progress = lambda done, total: None,
) -> dict[str, Any]:
    """Return the whole answer as plain values.

    Parameters
    ----------
    question
        Strategies that the event needs, draws and worlds.
    event
        What may be true.
    share
        Prevalence of the target, 0 to 1; the district's own when absent.
    most
        Inputs that the box may restrict.
    picked
        Place of the box in the trajectory, instead of the rule.
    progress
        Called with pieces done and pieces in all.

    Returns
    -------
    dict
        Shares from 0 to 1, limits in the units of the inputs.

    Raises
    ------
    InputError
        If the trajectory has no such box.
    """
    aim = target_of(question.district).share if share is None else share
    found = question.evaluate(standard_outcomes(question.year))
    progress(1, 4)
    rows = _rows(question, event, found, aim)
    answer = _about(question, event, rows, aim)
    few = min(int(rows.outcome.sum()), int((~rows.outcome).sum())) < boxes.FEWEST
    mean = float(rows.outcome.mean())
    if few or not boxes.RARE <= mean <= 1.0 - boxes.RARE:
        return answer | {"verdict": "always" if mean > 0.5 else "never"}
    held = boxes.held_out(rows.inputs, rows.outcome, rows.groups, question.seed, most)
    progress(2, 4)
    answer["held_out"] = asdict(held)
    answer["tree"] = _tree(rows, question.seed)
    progress(3, 4)
    if not held.found and picked is None:
        return answer | {"verdict": "nothing"}
    return answer | {"verdict": "box"} | _box(rows, question.seed, most, picked)


def _rows(question: Question, event: Event, found: dict[str, Evaluation], share: float) -> Rows:
    """Put the worlds one under the other, without draws that failed anywhere."""
    ids = [plan.scenario.id for plan in question.plans]
    name = event.strategy if event.strategy in ids else ids[-1]
    failed = np.any([evaluation.failed for evaluation in found.values()], axis=0)
    true = [event.true_in(found[world.id], name, share) for world in question.worlds]
    draws = np.tile(np.arange(question.draws), len(question.worlds))
    kept = np.flatnonzero(~np.tile(failed, len(question.worlds)))
    # Draws that are left are counted anew, so that each stands once in every world.
    groups = np.unique(draws[kept], return_inverse=True)[1]
    return Rows(inputs_of(question).take(kept), np.concatenate(true)[kept], groups)


def _about(question: Question, event: Event, rows: Rows, share: float) -> dict[str, Any]:
    worlds = np.split(rows.outcome, len(question.worlds))
    ids = {plan.scenario.id: plan.scenario.title for plan in question.plans}
    title = ids.get(event.strategy, question.plans[-1].scenario.title)
    return {
        "district": place_of(question.district),
        "event": {
            "kind": event.kind,
            "strategy": event.strategy,
            "title": {"id": title.id, "en": title.en},
            "points": event.points,
            "prevalence": POINTS * share,
            "compared": [name for name in ids if name != BASELINE],
        },
        "year": question.year,
        "draws": question.draws,
        "rows": len(rows.outcome),
        "share": float(rows.outcome.mean()),
        "worlds": [
            {
                "id": world.id,
                "title": {"id": world.title.id, "en": world.title.en},
                "share": float(part.mean()),
            }
            for world, part in zip(question.worlds, worlds, strict=True)
        ],
    }


def _box(rows: Rows, seed: int, most: int, picked: int | None) -> dict[str, Any]:
    inputs, outcome = rows.inputs, rows.outcome
    steps = trajectory(inputs, outcome)
    if picked is not None and not 0 <= picked < len(steps):
        expected, remedy = f"0 to {len(steps) - 1}", "Choose a box of the printed trajectory"
        raise InputError([Problem("--box", expected, str(picked), remedy)])
    place = boxes.choose(steps, most) if picked is None else picked
    box = steps[place].box
    if picked is None:
        box = boxes.simplified(box, inputs, outcome)
    told = step_of(box, inputs, outcome)
    return {
        "trajectory": [_step(step) for step in steps],
        "chosen": place,
        "picked": picked is not None,
        "most": most,
        "sure": boxes.SURE,
        "resamples": boxes.RESAMPLES,
        "box": _step(told) | {"limits": _limits(box, rows, seed, told)},
        "scatter": _scatter(box, rows),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "mass": step.mass,
        "coverage": step.coverage,
        "density": step.density,
        "restricted": list(step.restricted),
    }


def plain_limits(box: Box, inputs: Inputs) -> list[dict[str, Any]]:
    """Return each restricted input with its limits, and how many values lie below them."""
    out: list[dict[str, Any]] = []
    for name in box.restricted(inputs):
        if name in box.allowed:
            ids = inputs.labels[name]
            kept = [ids[code] for code in np.flatnonzero(box.allowed[name])]
            out.append({"name": name, "kept": kept, "all": list(ids)})
            continue
        column = inputs.names.index(name)
        values = inputs.numbers[:, column]
        row: dict[str, Any] = {"name": name, "unit": inputs.units[column]}
        for side, limit in (("low", box.low[column]), ("high", box.high[column])):
            finite = bool(np.isfinite(limit))
            row[side] = float(limit) if finite else None
            row[f"{side}_quantile"] = float(np.mean(values <= limit)) if finite else None
        inside = values[(values >= box.low[column]) & (values <= box.high[column])]
        one = len(inside) > 0 and float(np.ptp(inside)) == 0.0
        row["only"] = float(inside[0]) if one else None
        row["inside"] = len(inside) / len(values)
        out.append(row)
    return out


def _limits(box: Box, rows: Rows, seed: int, told: Step) -> list[dict[str, Any]]:
    known = boxes.limits_of(box, rows.inputs, rows.outcome)
    again = boxes.reproduced(told, rows.inputs, rows.outcome, rows.groups, seed)
    return [
        row
        | {"quasi_p": {one.side: one.quasi_p for one in known if one.name == row["name"]}}
        | {"again": again[row["name"]]}
        for row in plain_limits(box, rows.inputs)
    ]


def _scatter(box: Box, rows: Rows) -> dict[str, Any] | None:
    """Return runs in the two numbers whose limits are surest, where there are two."""
    known = boxes.limits_of(box, rows.inputs, rows.outcome)
    ordered = sorted(known, key=lambda limit: limit.quasi_p)
    names = list(dict.fromkeys(one.name for one in ordered if one.side != "category"))[:2]
    if len(names) < 2:
        return None
    step = max(1, rows.inputs.size // SHOWN)
    columns = [rows.inputs.names.index(name) for name in names]
    return {
        "names": names,
        "units": [rows.inputs.units[column] for column in columns],
        "points": rows.inputs.numbers[::step][:, columns].tolist(),
        "true": rows.outcome[::step].tolist(),
    }


def _tree(rows: Rows, seed: int) -> dict[str, Any]:
    from .cart import grow

    found = grow(rows.inputs, rows.outcome, rows.groups, seed)
    leaves: Sequence[Step] = found.leaves
    return {
        "size": found.size,
        "skill": found.skill,
        "leaves": [_step(s) | {"limits": plain_limits(s.box, rows.inputs)} for s in leaves],
    }
