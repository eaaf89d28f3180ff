"""What ``tumbuh value`` prints: what would be chosen, what knowing is worth, what to measure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ..cli_tables import items, section
from ..grid import grid
from ..text import Words
from .value_known import SINGLES
from .words import (
    amount,
    choice_line,
    judged_by,
    known_name,
    measurement_name,
    strategy_name,
    unit,
    world_name,
    worth,
)

if TYPE_CHECKING:
    from rich.console import Console

Answer = Mapping[str, Any]
STEP = 8
"""Every how many prices of the curve one stands in the table."""


def show(out: Console, answer: Answer, words: Words) -> None:
    """Print the answer in the first world, and what the other worlds change.

    Parameters
    ----------
    out
        Where to.
    answer
        As `value_answer` gives it.
    words
        Language.
    """
    world = next(iter(answer["worlds"].values()))
    draws = words.number(answer["draws"], 0)
    section(out, words.get("information.value_heading", draws=draws, year=answer["year"]))
    out.print(judged_by(answer, words), style="dim")
    out.print(grid(_option_headings(answer, words), _option_rows(answer, world, words)))
    items(out, sentences(answer, words))
    section(out, words.get("information.known_heading", unit=unit(answer, words)))
    out.print(grid(*known_table(answer, world, words)))
    out.print(words.get("information.known_reading", singles=SINGLES), style="dim")
    section(out, words.get("information.measured_heading", month=words.month(answer["month"])))
    out.print(grid(*measured_table(answer, world, words)))
    out.print(words.get("information.measured_reading"), style="dim")
    section(out, words.get("information.price_heading"))
    out.print(grid(*price_table(answer, world, words), left=(0, 1)))
    if len(answer["worlds"]) > 1:
        section(out, words.get("information.worlds_heading"))
        out.print(grid(*worlds_table(answer, words), left=(0, 1, 5)))
    section(out, words.get("information.care_heading"))
    items(out, words.get("information.value_care").split("\n"))


def sentences(answer: Answer, words: Words) -> list[str]:
    """Return what the answer means, in plain sentences."""
    world = next(iter(answer["worlds"].values()))
    lines = [choice_line(answer, world["choice"], world["chance"], words)]
    lines.append(_perfect(answer, world, words))
    lines += _other_benefits(answer, world, words)
    lines += _turns(answer, world, words)
    lines.append(_next(answer, world, words))
    lines += _structure(answer, words)
    return lines


def _perfect(answer: Answer, world: Answer, words: Words) -> str:
    found = world["perfect"]
    if found["change"] == 0.0:
        return words.get("information.never")
    return words.get("information.perfect", **_written(answer, found, words))


def _written(answer: Answer, found: Answer, words: Words) -> dict[str, str]:
    """Return a value, its error, its rupiah and the change that it brings, written."""
    to = "–" if found["to"] is None else strategy_name(answer, found["to"], words)
    return {
        "value": amount(answer, found["value"], words),
        "error": amount(answer, found["error"], words),
        "unit": unit(answer, words),
        "worth": worth(answer, found["value"], words),
        "change": words.percent(found["change"]),
        "to": to,
        "to_chance": words.percent(found["to_chance"]),
    }


def _other_benefits(answer: Answer, world: Answer, words: Words) -> Iterator[str]:
    """Say what would be chosen by the benefits that were not asked for."""
    for by, found in world["judged_by"].items():
        if by == answer["by"]:
            continue
        asked = {"by": by, "price": answer["price"]}
        yield words.get(
            "information.other_benefit",
            by=words.get(f"information.short_{by}", price=words.rupiah(answer["price"])),
            name=strategy_name(answer, found["choice"], words),
            chance=words.percent(found["chance"]),
            value=amount(asked, found["value"], words),
            error=amount(asked, found["error"], words),
            unit=unit(asked, words),
        )


def _turns(answer: Answer, world: Answer, words: Words) -> Iterator[str]:
    """Say between which prices of the curve the choice by net benefit turns."""
    for before, after in pairwise(world["curve"]):
        if before["choice"] != after["choice"]:
            yield words.get(
                "information.turns",
                first=strategy_name(answer, before["choice"], words),
                second=strategy_name(answer, after["choice"], words),
                low=words.rupiah(before["price"]),
                high=words.rupiah(after["price"]),
            )


def _next(answer: Answer, world: Answer, words: Words) -> str:
    """Say what to measure next, where a measurement is worth more than chance."""
    shown = [one for one in world["measurements"] if one["shown"]]
    if not shown:
        return words.get("information.next_none")
    first = shown[0]
    return words.get(
        "information.next",
        name=measurement_name(first["name"], words),
        now=strategy_name(answer, world["choice"], words),
        **_written(answer, first, words),
    )


def _structure(answer: Answer, words: Words) -> Iterator[str]:
    found = answer["structure"]
    if found is None:
        return
    if found["change"] == 0.0:
        name = strategy_name(answer, found["choice"], words)
        yield words.get("information.structure_never", name=name)
    else:
        yield words.get("information.structure", **_written(answer, found, words))


def _option_headings(answer: Answer, words: Words) -> list[str]:
    names = ("strategy", "benefit", "best", "worse", "child_years", "spent")
    blanks = {"unit": unit(answer, words), "year": answer["year"]}
    return [words.get(f"information.column_{name}", **blanks) for name in names]


def _option_rows(answer: Answer, world: Answer, words: Words) -> list[list[str]]:
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
