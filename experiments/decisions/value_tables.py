"""Tables of ``tumbuh value``: headings and rows as they are printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..text import Words
from .words import (
    amount,
    known_name,
    measurement_name,
    strategy_name,
    unit,
    world_name,
    worth,
)

Answer = Mapping[str, Any]
STEP = 8
"""Every how many prices of the curve one stands in the table."""


def option_table(answer: Answer, world: Answer, words: Words) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows of the strategies, the largest mean benefit first."""
    return _headings(answer, words), _rows(answer, world, words)


def _headings(answer: Answer, words: Words) -> list[str]:
    names = ("strategy", "benefit", "best", "worse", "child_years", "spent")
    blanks = {"unit": unit(answer, words), "year": answer["year"]}
    return [words.get(f"information.column_{name}", **blanks) for name in names]


def _rows(answer: Answer, world: Answer, words: Words) -> list[list[str]]:
    ordered = sorted(world["options"], key=lambda one: -one["mean"])
    return [
        [
            strategy_name(answer, one["id"], words),
            amount(answer, one["mean"], words),
            words.percent(one["best"]),
            words.percent(one["worse"]),
            words.number(one["child_years"], 0),
            words.billions(one["spending"]),
        ]
        for one in ordered
    ]


def known_table(answer: Answer, world: Answer, words: Words) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows of what could be known; what never changes the choice is last."""
    names = ("known", "value", "error", "in_sample", "worth", "change")
    heads = [words.get(f"information.column_{name}") for name in names]
    moving = [
        one
        for one in world["known"]
        if one["change"] > 0.0 and (one["value"] > 0.0 or one["kind"] != "parameter")
    ]
    rows = [
        [
            _marked(known_name(one["kind"], one["name"], words), one),
            *_cells(answer, one, words, "in_sample"),
        ]
        for one in moving
    ]
    still = [one for one in world["known"] if one["change"] == 0.0 and one["kind"] != "parameter"]
    if still:
        shown = ", ".join(known_name(one["kind"], one["name"], words) for one in still)
        name = words.get("information.still", names=shown)
        rows.append([name, amount(answer, 0.0, words), *["–"] * 3, words.percent(0.0)])
    return heads, rows


def measured_table(
    answer: Answer, world: Answer, words: Words
) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows of the measurements, what is worth most first."""
    names = ("measured", "value", "error", "without_error", "pay", "change", "to")
    heads = [words.get(f"information.column_{name}") for name in names]
    return heads, [
        [
            _marked(measurement_name(one["name"], words), one),
            *_cells(answer, one, words, "without_error"),
            "–" if one["to"] is None else strategy_name(answer, one["to"], words),
        ]
        for one in world["measurements"]
    ]


def _marked(name: str, found: Answer) -> str:
    """Mark what is worth more than chance, so that no colour is needed."""
    return f"* {name}" if found["shown"] else name


def _cells(answer: Answer, found: Answer, words: Words, beside: str) -> list[str]:
    return [
        amount(answer, found["value"], words),
        amount(answer, found["error"], words),
        amount(answer, found[beside], words),
        worth(answer, found["value"], words),
        words.percent(found["change"]),
    ]


def price_table(answer: Answer, world: Answer, words: Words) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows of choice and value of knowing everything by price."""
    names = ("price", "choice", "best", "perfect", "worth")
    heads = [words.get(f"information.column_{name}") for name in names]
    rows = world["curve"][::STEP]
    return heads, [
        [
            words.rupiah(row["price"]),
            strategy_name(answer, row["choice"], words),
            words.percent(row["chance"]),
            words.number(row["value"]),
            words.rupiah(row["value"] * row["price"]),
        ]
        for row in rows
    ]


def worlds_table(answer: Answer, words: Words) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows of choice, value and first measurement in every world."""
    names = ("world", "choice", "best", "perfect", "first_value", "first")
    heads = [words.get(f"information.column_{name}") for name in names]
    return heads, [
        [
            world_name(answer, name, words),
            strategy_name(answer, world["choice"], words),
            words.percent(world["chance"]),
            amount(answer, world["perfect"]["value"], words),
            *_first(answer, world["measurements"], words),
        ]
        for name, world in answer["worlds"].items()
    ]


def _first(answer: Answer, measured: Sequence[Answer], words: Words) -> list[str]:
    """Return value and name of the best measurement, where it is worth more than chance."""
    shown = [one for one in measured if one["shown"]]
    if not shown:
        return ["–", words.get("information.none")]
    return [amount(answer, shown[0]["value"], words), measurement_name(shown[0]["name"], words)]
