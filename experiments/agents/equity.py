"""Who is left out, and who gains by a strategy and who does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...scenarios.loader import BASELINE
from ..outcomes import NO_EFFECT
from ..place import place_of
from .equity_numbers import BAD, COUNT, GAPS, SHARES, Reading, furthest, gap, read, slug
from .equity_numbers import wealth_index as index_of
from .run_answer import triple

if TYPE_CHECKING:
    from ...scenarios.compile import Plan
    from .ground import Cube, Ground

Floats = NDArray[np.float64]
Triple = Sequence[float] | None

DEFAULT = ("hr", "facilities", "coordination", "all_three", "all_three_food", "food")
"""Strategies that are held against no extra action when none are named."""


def equity_answer(ground: Ground, plans: Sequence[Plan], cube: Cube, until: str) -> dict[str, Any]:
    """Return levels, paired differences, gaps and concentration as plain values.

    Parameters
    ----------
    ground, plans, cube
        What was run, no extra action first, and what it gave.
    until
        The month that was read, such as ``2031-12``.

    Returns
    -------
    dict
        Every number is a list of median and 90 percent range over the replicates: ``levels`` and
        ``changes`` by measure, scenario and group; ``gaps`` and ``gap_changes`` by measure,
        scenario and what is compared; ``indices`` and ``index_changes`` by measure and scenario.
        Shares are in percent, differences in points.
    """
    reading = read(cube)
    ids = [plan.scenario.id for plan in plans]
    titles = {plan.scenario.id: plan.scenario.title for plan in plans}
    pairs = {m: _pairs(reading, m) for m in (*SHARES, COUNT)}
    return {
        "district": place_of(ground.district),
        "until": until,
        "draws": ground.replicates,
        "seed": ground.seed,
        "mixed_area": not ground.areas,
        "scenarios": ids,
        "titles": {name: {"id": title.id, "en": title.en} for name, title in titles.items()},
        "areas": [
            {"id": slug(area.name), "name": area.name, "column": area.column, "row": area.row}
            for area in ground.areas
        ],
        "groups": [{"id": group, "grouping": reading.names[group][0]} for group in reading.groups],
        "compared": pairs,
        "levels": _tables(ids, (*SHARES, COUNT), lambda m, s: _levels(reading, m, s)),
        "changes": _tables(ids[1:], (*SHARES, COUNT), lambda m, s: _changes(reading, m, s)),
        "gaps": _tables(ids, (*SHARES,), lambda m, s: _gaps(reading, m, s, pairs[m])),
        "gap_changes": _tables(
            ids[1:], (*SHARES,), lambda m, s: _gap_changes(reading, m, s, pairs[m])
        ),
        "indices": _tables(ids, (*SHARES,), lambda m, s: triple(index_of(reading, m, s))),
        "index_changes": _tables(
            ids[1:],
            (*SHARES,),
            lambda m, s: triple(index_of(reading, m, s) - index_of(reading, m, BASELINE)),
        ),
    }


def shown(change: Triple) -> int:
    """Return 1 or -1 for a rise or a fall that nine runs in ten show, 0 for no difference.

    Parameters
    ----------
    change
        Median and ends of the 90 percent range, points.

    Examples
    --------
    >>> shown([0.4, 0.1, 0.9]), shown([0.4, -0.1, 0.9]), shown([-0.2, -0.4, -0.1])
    (1, 0, -1)
    """
    if change is None:
        return 0
    return int(change[1] > NO_EFFECT) - int(change[2] < -NO_EFFECT)


def gains(measure: str, change: Triple) -> int:
    """Return 1 where a group gains, -1 where it loses, 0 where no difference is shown."""
    return -shown(change) if measure in BAD else shown(change)


def _tables(
    scenarios: Sequence[str], measures: Sequence[str], read_one: Callable[[str, str], Any]
) -> dict[str, dict[str, Any]]:
    return {m: {s: read_one(m, s) for s in scenarios} for m in measures}


def _pairs(reading: Reading, measure: str) -> dict[str, tuple[str, str]]:
    """Return which groups are compared: far and near, poorest and richest, worst and best."""
    pairs = {name: pair for name, pair in GAPS.items() if pair[0] in reading.groups}
    extremes = furthest(reading, measure, BASELINE)
    return pairs if extremes is None else pairs | {"kecamatan": extremes}


def _levels(reading: Reading, measure: str, scenario: str) -> dict[str, Triple]:
    return {g: triple(reading.of(measure, scenario, g)) for g in reading.groups}


def _changes(reading: Reading, measure: str, scenario: str) -> dict[str, Triple]:
    return {
        g: triple(reading.of(measure, scenario, g) - reading.of(measure, BASELINE, g))
        for g in reading.groups
    }


def _gaps(
    reading: Reading, measure: str, scenario: str, pairs: Mapping[str, tuple[str, str]]
) -> dict[str, Triple]:
    return {name: triple(gap(reading, measure, scenario, pair)) for name, pair in pairs.items()}


def _gap_changes(
    reading: Reading, measure: str, scenario: str, pairs: Mapping[str, tuple[str, str]]
) -> dict[str, Triple]:
    return {
        name: triple(gap(reading, measure, scenario, pair) - gap(reading, measure, BASELINE, pair))
        for name, pair in pairs.items()
    }
