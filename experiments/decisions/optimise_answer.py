"""The answer of `tumbuh optimise` as plain values, and its files."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np

from ...scenarios.scenario import Scenario
from ...scenarios.text import Text
from ..place import place_of
from .encoding import RAMPS
from .funding import Floats
from .near import FUNDED, families, funded, lever_use
from .optimise import Optimised
from .plan_files import plan_file

SHOWN = 8
"""Kinds of plans that are printed and written as files."""


def optimise_answer(found: Optimised) -> dict[str, Any]:
    """Return everything that is printed, and more.

    Parameters
    ----------
    found
        What was found.
    """
    limits, question = found.settings.limits, found.question
    near, first = found.near, question.worlds[0].id
    top = int(near.expected[first].argmax())
    searched = found.searched
    return {
        "district": place_of(question.district),
        "years": list(limits.years),
        "read_at_end_of": question.year,
        "ceiling": limits.ceiling,
        "rise": limits.rise,
        "absorbed": list(limits.absorbed),
        "within": found.settings.within,
        "funded_from": FUNDED,
        "draws": question.draws - found.failed,
        "failed": found.failed,
        "worlds": [world.id for world in question.worlds],
        "world": first,
        "tried": len(searched.points),
        "generations": searched.generations,
        "search_draws": min(found.settings.search_draws, question.draws),
        "promised": _promised(found, top),
        "compared": found.plans.size,
        "best": _plan(found, top),
        "near": {world: int(flags.sum()) for world, flags in near.near.items()},
        "near_everywhere": int(near.everywhere.sum()),
        "kinds": _kinds(found),
        "levers": _levers(found),
        "library": [_library(found, name) for name in found.library],
        "fastest_ramp": min(RAMPS),
        "library_ramp": _library_ramp(found),
        "cost_and_gain": _cost_and_gain(found),
    }


def _promised(found: Optimised, top: int) -> float | None:
    value = float(found.promised[top])
    return value if np.isfinite(value) else None


def _plan(found: Optimised, row: int) -> dict[str, Any]:
    """Return one plan: what it costs by lever and year, and what it brings."""
    first = found.question.worlds[0].id
    seen, money = found.outcomes[first], found.costs[row]
    gains = seen.child_years[row]
    low, middle, high = np.quantile(gains, [0.05, 0.5, 0.95])
    names = found.plans.levers
    on = funded(found.plans)[row]
    return {
        "levers": [name for name, flag in zip(names, on, strict=True) if flag],
        "mean": float(gains.mean()),
        "low90": float(low),
        "median": float(middle),
        "high90": float(high),
        "cost": float(money.sum()),
        "by_year": [float(value) for value in money.sum(axis=0)],
        "money": {
            name: [float(value) for value in money[column]]
            for column, name in enumerate(names)
            if money[column].sum() > 0.0
        },
        "reach": float(seen.reach[row].mean()),
        "no_regret": float(seen.no_regret[row].mean()),
        "often": float(found.near.often[first][row]),
        "worlds": int(found.near.worlds[row]),
        "by_world": {world: float(e[row]) for world, e in found.near.expected.items()},
    }


def _ranked_kinds(found: Optimised) -> list[Any]:
    """Return rows of near-optimal plans that fund the same levers, best member first."""
    first = found.question.worlds[0].id
    expected, near = found.near.expected[first], np.flatnonzero(found.near.near[first])
    groups = [near[rows] for rows in families(funded(found.plans.take(near)))]
    ranked = [rows[np.argsort(-expected[rows], kind="stable")] for rows in groups]
    return sorted(ranked, key=lambda rows: -expected[rows[0]])


def _kinds(found: Optimised) -> list[dict[str, Any]]:
    often = found.near.often[found.question.worlds[0].id]
    costs = found.costs.sum(axis=(1, 2))
    return [
        _plan(found, int(rows[0]))
        | {
            "plans": len(rows),
            "often_of_kind": float(often[rows].max()),
            "cost_range": [float(costs[rows].min()), float(costs[rows].max())],
        }
        for rows in _ranked_kinds(found)
    ]


def _levers(found: Optimised) -> list[dict[str, Any]]:
    """Return what near-optimal plans do with each lever, in the first world and in all."""
    flags, money = funded(found.plans), found.costs.sum(axis=2)
    use = {
        world: lever_use(found.plans.levers, flags, money, expected, found.near.near[world])
        for world, expected in found.near.expected.items()
    }
    out = []
    for column, item in enumerate(use[found.question.worlds[0].id]):
        verdicts = {world: rows[column].verdict for world, rows in use.items()}
        agreed = item.verdict if len(set(verdicts.values())) == 1 else "differs"
        out.append(
            {"lever": item.name, "share": item.share, "verdict": item.verdict}
            | {"low": item.low, "high": item.high, "best": item.best, "without": item.without}
            | {"in_worlds": verdicts, "agreed": agreed}
        )
    return out


def _library(found: Optimised, name: str) -> dict[str, Any]:
    row = found.plans.size - len(found.library) + found.library.index(name)
    scenario: Scenario = found.question.plans[1 + found.library.index(name)].scenario
    title = {"id": scenario.title.id, "en": scenario.title.en}
    return {"id": name, "title": title} | _plan(found, row)


def _library_ramp(found: Optimised) -> list[float] | None:
    """Return the shortest and longest ramp of what the library's strategies buy, months."""
    first = found.plans.size - len(found.library)
    plans = found.plans.take(np.arange(first, found.plans.size))
    ramps = plans.ramp[plans.level > 0.0]
    return [float(ramps.min()), float(ramps.max())] if ramps.size else None


def _cost_and_gain(found: Optimised) -> dict[str, Any]:
    first = found.question.worlds[0].id
    return {
        "cost": [float(value) for value in found.costs.sum(axis=(1, 2))],
        "mean": [float(value) for value in found.near.expected[first]],
        "near": [bool(value) for value in found.near.near[first]],
    }


def plan_files(found: Optimised) -> dict[str, str]:
    """Return a scenario file for the best plan of each kind that is shown."""
    ceiling, files = found.settings.limits.ceiling, {}
    for number, rows in enumerate(_ranked_kinds(found)[:SHOWN], start=1):
        name = f"near_optimal_{number}"
        title = Text(f"Rencana hampir terbaik {number}", f"Near-optimal plan {number}")
        intent = Text(
            "Ditemukan oleh tumbuh optimise; bukan rekomendasi, melainkan satu dari beberapa "
            "rencana yang hampir sama baiknya.",
            "Found by tumbuh optimise; not a recommendation but one of several plans that do "
            "about as well.",
        )
        doses = found.plans.doses(int(rows[0]))
        files[f"{name}.yaml"] = plan_file(name, title, intent, doses, ceiling)
    return files


def plans_table(found: Optimised) -> str:
    """Return every plan that was run over all draws, as CSV with rupiah by lever."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    money: Floats = found.costs.sum(axis=2)
    worlds = list(found.near.expected)
    heads = [f"{name} million_idr" for name in found.plans.levers]
    heads += [f"{part} {world}" for world in worlds for part in ("child_years", "near", "often")]
    rows.writerow(["plan", "cost_million_idr", "reach_points", "no_regret", *heads])
    first = found.outcomes[found.question.worlds[0].id]
    for row in range(found.plans.size):
        cells = [
            money[row].sum(),
            first.reach[row].mean(),
            first.no_regret[row].mean(),
            *money[row],
        ]
        numbers = [f"{value:.6g}" for value in cells]
        for world in worlds:
            near = found.near
            numbers += [f"{near.expected[world][row]:.6g}", str(int(near.near[world][row]))]
            numbers.append(f"{near.often[world][row]:.4f}")
        rows.writerow([row + 1, *numbers])
    return out.getvalue()
