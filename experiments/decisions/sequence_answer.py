"""The answer of `tumbuh sequence` as plain values, and its files."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

import numpy as np

from ...scenarios.text import Text
from ..place import place_of
from .pathways_answer import READ
from .plan_files import plan_file
from .sequence import NEVER, STRATEGIES, Sequenced, same_as_best, shares

WRITTEN = 3
"""Orders that are written as scenario files, beside the best schedule of all."""


def sequence_answer(found: Sequenced, pathways: Mapping[str, Any]) -> dict[str, Any]:
    """Return everything that is printed, and more.

    Parameters
    ----------
    found
        Schedules in all worlds.
    pathways
        As `pathways_answer` gives it.
    """
    money, question = found.money, found.question
    same = same_as_best(found)
    top = best_schedule(found)
    return {
        "district": place_of(question.district),
        "years": list(money.years),
        "ceilings": list(money.ceilings),
        "read_at_end_of": money.horizon,
        "part": money.largest / len(STRATEGIES),
        "cost_a_year": _steady(found),
        "strategies": {
            name: {"id": s.title.id, "en": s.title.en} for name, s in shares(money).items()
        },
        "draws": question.draws - found.failed,
        "failed": found.failed,
        "worlds": [world.id for world in question.worlds],
        "world": found.first,
        "schedules": len(found.starts),
        "best": _schedule(found, top),
        "best_by_world": {
            world: _starts(found, int(o.child_years.mean(axis=1).argmax()))
            for world, o in found.outcomes.items()
        },
        "orders": [
            {"order": list(order), "same_as_best": bool(flag)} | _schedule(found, row)
            for (order, row), flag in zip(found.orders.items(), same, strict=True)
        ],
        "pathways": dict(pathways),
    }


def best_schedule(found: Sequenced) -> int:
    """Return the row of the schedule with the largest mean in the first world."""
    return int(found.outcomes[found.first].child_years.mean(axis=1).argmax())


def _steady(found: Sequenced) -> dict[str, float]:
    from ...scenarios.costs import steady_cost

    return {
        name: steady_cost({k: d.level for k, d in s.levers.items()}, found.money.inputs)
        for name, s in shares(found.money).items()
    }


def _starts(found: Sequenced, row: int) -> dict[str, int | None]:
    pairs = zip(STRATEGIES, found.starts[row], strict=True)
    return {name: None if year == NEVER else year for name, year in pairs}


def _schedule(found: Sequenced, row: int) -> dict[str, Any]:
    seen = found.outcomes[found.first]
    low, middle, high = np.quantile(seen.child_years[row], [0.05, 0.5, 0.95])
    regret = found.regret(found.first)[row]
    years, _ = found.money.by_year()
    costs = found.plans.take([row]).costs(found.money.inputs, years)[0].sum(axis=0)
    by_world = {w: float(found.regret(w)[row].mean()) for w in found.outcomes}
    return {
        "starts": _starts(found, row),
        "mean": float(seen.child_years[row].mean()),
        "low90": float(low),
        "median": float(middle),
        "high90": float(high),
        "cost": float(costs.sum()),
        "by_year": [float(value) for value in costs],
        "reach": float(seen.reach[row].mean()),
        "no_regret": float(seen.no_regret[row].mean()),
        "regret": float(regret.mean()),
        "regret_high": float(np.quantile(regret, 0.9)),
        "regret_by_world": by_world,
        "best_beats_it": found.chance(row),
    }


def schedule_files(found: Sequenced) -> dict[str, str]:
    """Return scenario files of the best schedule and of the best orders."""
    rows = [best_schedule(found), *list(found.orders.values())[:WRITTEN]]
    files: dict[str, str] = {}
    for number, row in enumerate(dict.fromkeys(rows)):
        best = number == 0
        name = "schedule_best" if best else f"order_{number}"
        title = Text(
            "Jadwal terbaik yang dicoba" if best else f"Urutan {number}",
            "Best schedule tried" if best else f"Order {number}",
        )
        intent = Text(
            "Dicoba oleh tumbuh sequence: " + _told(found, row),
            "Tried by tumbuh sequence: " + _told(found, row),
        )
        doses, most = found.plans.doses(row), found.money.largest
        files[f"{name}.yaml"] = plan_file(name, title, intent, doses, most)
    return files


def _told(found: Sequenced, row: int) -> str:
    return ", ".join(f"{name} {year or '-'}" for name, year in _starts(found, row).items())


def schedules_table(found: Sequenced) -> str:
    """Return every schedule with its mean and regret in every world, as CSV."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    parts = [f"{part} {world}" for world in found.outcomes for part in ("child_years", "regret")]
    rows.writerow([*STRATEGIES, *parts])
    means = {
        w: (o.child_years.mean(axis=1), found.regret(w).mean(axis=1))
        for w, o in found.outcomes.items()
    }
    for row, starts in enumerate(found.starts):
        numbers = [f"{table[row]:.6g}" for pair in means.values() for table in pair]
        rows.writerow([*(year or "" for year in starts), *numbers])
    return out.getvalue()


def rules_table(answer: Mapping[str, Any]) -> str:
    """Return every rule with every signal in every world, as CSV."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    plain = ("first", "then", "review", "lags", "better", "stay", "over", "foresight")
    parts = ("goes_over", "lag_caught", "lag_false", "better_caught", "better_false")
    parts += ("mean", "spent", "worth", "error")
    rows.writerow(["world", *plain, *(f"{part} {signal}" for signal in READ for part in parts)])
    for world, rules in answer["pathways"]["rules"].items():
        for rule in rules:
            cells = [rule["signals"][signal][part] for signal in READ for part in parts]
            numbers = ["" if cell is None else f"{cell:.6g}" for cell in cells]
            rows.writerow([world, *(rule[name] for name in plain), *numbers])
    return out.getvalue()
