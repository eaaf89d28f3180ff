"""An analysis as plain values: what is printed, and all behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..place import place_of
from ..runs.question import Question
from .analyse import TOP, WIDE, Analysis
from .estimators import LEVEL, Indices


def as_answer(
    question: Question,
    found: Mapping[str, tuple[Analysis, ...]],
    method: str,
    by: str,
    size: int,
) -> dict[str, Any]:
    """Return the answer tree.

    Parameters
    ----------
    question
        What was asked.
    found
        Analyses by world.
    method, by, size
        How it was answered.
    """
    about = {
        key: value for key, value in question.about().items() if key not in ("draws", "sampler")
    }
    return {
        "method": method,
        "by": by,
        "size": size,
        "level": LEVEL,
        "settled_below": WIDE,
        "top": TOP,
        **about,
        "district": place_of(question.district),
        "worlds_found": {
            world: [_outcome(item) for item in analyses] for world, analyses in found.items()
        },
    }


def _outcome(item: Analysis) -> dict[str, Any]:
    indices = item.indices
    return {
        "outcome": item.asked.text,
        "kind": item.asked.kind,
        "first": item.asked.first,
        "second": item.asked.second,
        "unit": item.asked.unit,
        "mean": item.mean,
        "deviation": item.deviation,
        "settled": item.settled,
        "matter": int(indices.matters().sum()),
        "noise": indices.noise,
        "rows": _rows(indices),
        "convergence": [
            {"size": size, "leading": list(item.top(size)), "half_interval": item.width(size)}
            | {"values": _leading(item, size)}
            for size in sorted(item.stages)
        ],
    }


def _rows(indices: Indices) -> list[dict[str, Any]]:
    """Return one row for each factor, the most influential first."""
    matters = indices.matters()
    rows = []
    for place in indices.order():
        row: dict[str, Any] = {"factor": indices.factors[place], "matters": bool(matters[place])}
        for name, values in indices.measures.items():
            low, high = indices.low[name][place], indices.high[name][place]
            row |= {
                name: float(values[place]),
                f"{name}_low": float(low),
                f"{name}_high": float(high),
            }
        rows.append(row)
    return rows


def _leading(item: Analysis, size: int) -> dict[str, float]:
    """Return the indices of the finally leading factors at a size."""
    found, last = item.stages[size], item.indices
    lead = [last.factors[place] for place in last.order()[:TOP]]
    values = dict(zip(found.factors, found.measures[found.ranking], strict=True))
    return {name: float(values[name]) for name in lead}
