"""What ``tumbuh value`` prints: what would be chosen, what knowing is worth, what to measure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ..cli_tables import items, section
from ..grid import grid
from ..place import elsewhere
from ..text import Words
from .value_estimates import CHANCE
from .value_known import SINGLES
from .value_tables import known_table, measured_table, option_table, price_table, worlds_table
from .words import (
    amount,
    choice_line,
    judged_by,
    measurement_name,
    strategy_name,
    unit,
    worth,
)

if TYPE_CHECKING:
    from rich.console import Console

Answer = Mapping[str, Any]


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
    items(out, elsewhere(answer["district"], words))
    out.print(judged_by(answer, words), style="dim")
    out.print(grid(*option_table(answer, world, words)))
    items(out, sentences(answer, words))
    section(out, words.get("information.known_heading", unit=unit(answer, words)))
    out.print(grid(*known_table(answer, world, words)))
    out.print(
        words.get("information.known_reading", singles=SINGLES, level=words.percent(CHANCE)),
        style="dim",
    )
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
