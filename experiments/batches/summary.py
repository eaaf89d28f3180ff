"""What the runs of a store say, by structure and scenario: one column in memory at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...model.errors import InputError, Problem
from ...model.report import did_you_mean
from ...scenarios.loader import BASELINE, EQUAL_BUDGET_IDS
from ..outcomes import NO_EFFECT
from ..place import place_of_area
from ..ranking import chance_of_best
from .facts import NO_SAMPLE, Facts, facts_of
from .read import columns_of, stored_runs
from .store import Store
from .whole import check_chunks

if TYPE_CHECKING:
    import pyarrow

Floats = NDArray[np.float64]

QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
"""Exact quantiles, with linear interpolation between runs, by their name in the answer."""
MOST_GROUPS = 5_000
"""Groups beyond which combinations of levers are put together."""


@dataclass(frozen=True)
class Group:
    """The runs of one scenario in one structure.

    Attributes
    ----------
    world, scenario
        Ids.
    levers
        Value by lever column, where the design runs combinations.
    runs
        Places of its runs among all that are stored, in the order of the draws.
    """

    world: str
    scenario: str
    levers: Mapping[str, float]
    runs: NDArray[np.intp] = field(repr=False)


def summarise(store: Store) -> dict[str, Any]:
    """Return mean, quantiles and probabilities of every outcome, as plain values.

    Runs that left the finite numbers are counted and left out. The probability of being best is
    given only among scenarios of equal budget, in the draws of one structure.

    Parameters
    ----------
    store
        The store, whole or begun.

    Returns
    -------
    dict
        With ``rows``: one for each structure, scenario (and combination of levers) and outcome.

    Raises
    ------
    DataError
        If nothing is stored, or a chunk is damaged.
    """
    check_chunks(store)
    facts = facts_of(store.design)
    groups = _groups(store, facts)
    outcomes = _outcomes(store)
    rows: list[dict[str, Any]] = []
    best: list[dict[str, Any]] = []
    for outcome in outcomes:
        values = columns_of(store, [outcome]).column(0).to_numpy()
        better = facts.is_better(outcome)
        least = least_gain(store.manifest.unit(outcome))
        rows += [_row(group, outcome, values[group.runs], better, least) for group in groups]
        best += _best(groups, outcome, values) if better else []
    about = store.manifest
    return {
        "design": facts.id,
        "title": dict(facts.title),
        "district": place_of_area(facts.area),
        "sampler": facts.sampler,
        "is_sample": facts.sampler not in NO_SAMPLE,
        "runs": about.runs,
        "stored": stored_runs(store),
        "worlds": list(dict.fromkeys(group.world for group in groups)),
        "scenarios": list(dict.fromkeys(group.scenario for group in groups)),
        "outcomes": [
            {"name": name, "unit": about.unit(name), "form": facts.forms.get(name, "value")}
            for name in outcomes
        ],
        "rows": rows,
        "best": best,
    }


def least_gain(unit: str) -> float:
    """Return the gain up to which an outcome is called unchanged, as in the comparison."""
    return NO_EFFECT if unit == "points" else 0.0


def _outcomes(store: Store) -> list[str]:
    """Return the outcomes that are measured; a flag of failure is none."""
    return [
        column["name"]
        for column in store.manifest.columns
        if column["role"] == "outcome" and column["kind"] == "float"
    ]


def _groups(store: Store, facts: Facts) -> list[Group]:
    """Return the groups in the order of the design."""
    table = columns_of(store, ["world", "scenario"])
    worlds, scenarios = (store.manifest.categories(name) for name in ("world", "scenario"))
    code = _codes(table, "world", worlds) * len(scenarios) + _codes(table, "scenario", scenarios)
    found: list[Group] = []
    for value in np.unique(code):
        runs = np.flatnonzero(code == value)
        world, scenario = worlds[value // len(scenarios)], scenarios[value % len(scenarios)]
        found += _combinations(store, facts, Group(world, scenario, {}, runs))
    return found


def _codes(table: pyarrow.Table, name: str, categories: Sequence[str]) -> NDArray[np.int64]:
    """Return the number of the category of each run; each file may count them its own way."""
    column = table.column(name).unify_dictionaries()
    place = {word: number for number, word in enumerate(categories)}
    parts = [
        np.array([place[word] for word in part.dictionary.to_pylist()], np.int64)[
            part.indices.to_numpy(zero_copy_only=False)
        ]
        for part in column.chunks
    ]
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def _combinations(store: Store, facts: Facts, group: Group) -> list[Group]:
    """Split the runs with levers of the design itself by their combination."""
    from .design import LEVERS

    if group.scenario != LEVERS or not facts.combined:
        return [group]
    columns = [columns_of(store, [n]).column(0).to_numpy()[group.runs] for n in facts.combined]
    values, place = np.unique(np.column_stack(columns), axis=0, return_inverse=True)
    if len(values) > MOST_GROUPS:
        return [group]
    order = np.argsort(place.ravel(), kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(place.ravel()))[:-1])
    return [
        Group(
            group.world,
            group.scenario,
            dict(zip(facts.combined, map(float, chosen), strict=True)),
            group.runs[part],
        )
        for chosen, part in zip(values, parts, strict=True)
    ]


def _row(group: Group, outcome: str, values: Floats, better: bool, least: float) -> dict[str, Any]:
    """Return the numbers of one outcome of one group; a gain counts from above ``least``."""
    kept = values[np.isfinite(values)]
    row: dict[str, Any] = {
        "world": group.world,
        "scenario": group.scenario,
        "levers": dict(group.levers),
        "outcome": outcome,
        "runs": len(kept),
        "failed": len(values) - len(kept),
    }
    if len(kept):
        row["mean"] = float(kept.mean())
        numbers = np.quantile(kept, list(QUANTILES.values()))
        row |= {name: float(value) for name, value in zip(QUANTILES, numbers, strict=True)}
        if better:
            row["above_zero"] = float(np.mean(kept > least))
    return row


def _best(groups: Sequence[Group], outcome: str, values: Floats) -> list[dict[str, Any]]:
    """Return the probability of the largest gain among scenarios of equal budget, by structure."""
    found: list[dict[str, Any]] = []
    for world in dict.fromkeys(group.world for group in groups):
        gains = {
            group.scenario: values[group.runs]
            for group in groups
            if group.world == world and group.scenario in EQUAL_BUDGET_IDS
        }
        if len(gains) < 2:
            continue
        # A chunk holds whole draws, so that the runs of all scenarios stand in the same order.
        table = np.array(list(gains.values()))
        kept = np.isfinite(table).all(axis=0)
        if not kept.any():
            continue
        chances = chance_of_best({name: row[kept] for name, row in zip(gains, table, strict=True)})
        found.append({"outcome": outcome, "world": world, "chance": chances})
    return found


def main_outcome(answer: Mapping[str, Any]) -> str:
    """Return the outcome that is shown first: the first gain, else the first of all."""
    outcomes = answer["outcomes"]
    gains = [item["name"] for item in outcomes if item["form"] == "gain"]
    return (gains or [item["name"] for item in outcomes])[0]


def rows_of(answer: Mapping[str, Any], outcome: str) -> list[Mapping[str, Any]]:
    """Return the rows of an outcome; no extra action is left out where it is zero by definition."""
    form = next(item["form"] for item in answer["outcomes"] if item["name"] == outcome)
    return [
        row
        for row in answer["rows"]
        if row["outcome"] == outcome and (form == "value" or row["scenario"] != BASELINE)
    ]


def check_outcomes(store: Store, names: Sequence[str]) -> None:
    """Refuse outcomes that the store does not have, all at once.

    Raises
    ------
    InputError
        With the nearest name that there is.
    """
    known = _outcomes(store)
    advice = f"Choose one of {', '.join(known)}"
    problems = [
        Problem(f"--outcome {name}", "an outcome", "none", did_you_mean(name, known, advice))
        for name in names
        if name not in known
    ]
    if problems:
        raise InputError(problems)
