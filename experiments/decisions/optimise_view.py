"""The answer of `tumbuh optimise` on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...scenarios.levers import catalogue
from ...scenarios.text import Text
from ..cli_tables import items, section
from ..grid import grid
from ..place import elsewhere

if TYPE_CHECKING:
    from rich.console import Console

    from ..text import Words

KINDS = 8
"""Kinds of plans that are printed."""


def lever_title(name: str, words: Words) -> str:
    """Return what a reader calls a lever."""
    return words.title(catalogue().levers[name].title)


def show(out: Console, answer: Mapping[str, Any], words: Words) -> None:
    """Print which plans are near-optimal, what they share, and what they are compared with.

    Parameters
    ----------
    out
        Console.
    answer
        As `optimise_answer` gives it.
    words
        Language.
    """
    say = words.get
    place, years = answer["district"]["name"], answer["years"]
    head = say("optimise.title", district=place, first=years[0], last=years[-1])
    out.print(f"{head} ({say('rule')})", style="bold")
    items(out, elsewhere(answer["district"], words))
    out.print(_asked(answer, words), style="dim")
    section(out, say("optimise.heading_answer"))
    items(out, list(_sentences(answer, words)))
    section(out, say("optimise.heading_levers"))
    out.print(grid(*_lever_rows(answer, words), left=(0, 1)))
    out.print(say("optimise.reading_levers", **_within(answer, words)), style="dim")
    section(out, say("optimise.heading_kinds"))
    out.print(grid(*_kind_rows(answer, words)))
    out.print(say("optimise.reading_kinds", **_within(answer, words)), style="dim")
    if answer["library"]:
        section(out, say("optimise.heading_library"))
        out.print(grid(*_library_rows(answer, words)))
        out.print(" ".join(reading_library(answer, words)), style="dim")
    section(out, say("optimise.heading_limits"))
    items(out, [say(f"optimise.limit_{n}") for n in ("measure", "equity", "search", "money")])


def _within(answer: Mapping[str, Any], words: Words) -> dict[str, str]:
    return {
        "within": words.percent(answer["within"]),
        "funded": words.percent(answer["funded_from"]),
    }


def _asked(answer: Mapping[str, Any], words: Words) -> str:
    absorbed = "; ".join(words.billions(value) for value in answer["absorbed"])
    return words.get(
        "optimise.asked",
        ceiling=words.rupiah(answer["ceiling"]),
        rise=words.percent(answer["rise"]),
        absorbed=absorbed,
        year=answer["read_at_end_of"],
        tried=words.number(answer["tried"], 0),
        search=words.number(answer["search_draws"], 0),
        compared=words.number(answer["compared"], 0),
        draws=words.number(answer["draws"], 0),
        worlds=len(answer["worlds"]),
    )


def _sentences(answer: Mapping[str, Any], words: Words) -> list[str]:
    say, best = words.get, answer["best"]
    out = [
        say(
            "optimise.best",
            mean=words.number(best["mean"], 0),
            low=words.number(best["low90"], 0),
            high=words.number(best["high90"], 0),
            cost=words.rupiah(best["cost"]),
            levers=_names(best["levers"], words),
        ),
        say(
            "optimise.near",
            count=words.number(answer["near"][answer["world"]], 0),
            kinds=len(answer["kinds"]),
            everywhere=words.number(answer["near_everywhere"], 0),
            worlds=len(answer["worlds"]),
            **_within(answer, words),
        ),
    ]
    out += [
        say(f"optimise.levers_{verdict}", levers=_names(named, words))
        for verdict in ("all", "none", "differs")
        if (named := [row["lever"] for row in answer["levers"] if row["agreed"] == verdict])
    ]
    if answer["promised"] is not None:
        seen, found = words.number(answer["promised"], 0), words.number(best["mean"], 0)
        out.append(say("optimise.promised", promised=seen, found=found))
    return out


def _names(levers: list[str], words: Words) -> str:
    return ", ".join(lever_title(name, words) for name in levers) or words.get("optimise.nothing")


def _lever_rows(answer: Mapping[str, Any], words: Words) -> tuple[list[str], list[list[str]]]:
    heads = [words.get(f"optimise.column_{n}") for n in ("lever", "in", "low", "best", "without")]
    rows = [
        [
            lever_title(row["lever"], words),
            words.get(f"optimise.verdict_{row['verdict']}", share=words.percent(row["share"])),
            words.span(row["low"] / 1000.0, row["high"] / 1000.0),
            words.number(row["best"] / 1000.0),
            words.percent(row["without"]),
        ]
        for row in answer["levers"]
    ]
    return heads, rows


def _kind_rows(answer: Mapping[str, Any], words: Words) -> tuple[list[str], list[list[str]]]:
    names = ("kind", "mean", "cost", "reach", "no_regret", "often", "worlds")
    heads = [words.get(f"optimise.column_{name}") for name in names]
    rows = [
        [f"{number}. {_names(row['levers'], words)}", *_cells(row, answer, words)]
        for number, row in enumerate(answer["kinds"][:KINDS], start=1)
    ]
    return heads, rows


def reading_library(answer: Mapping[str, Any], words: Words) -> list[str]:
    """Return how the library's strategies were made comparable, and what still differs."""
    told = [words.get("optimise.reading_library")]
    if answer["library_ramp"]:
        low, high, fast = (
            words.number(months, 0) for months in (*answer["library_ramp"], answer["fastest_ramp"])
        )
        told.append(words.get("optimise.library_ramp", low=low, high=high, fast=fast))
    return told


def _library_rows(answer: Mapping[str, Any], words: Words) -> tuple[list[str], list[list[str]]]:
    names = ("strategy", "mean", "cost", "reach", "no_regret", "often", "worlds")
    heads = [words.get(f"optimise.column_{name}") for name in names]
    rows = [
        [words.title(Text(**row["title"])), *_cells(row, answer, words)]
        for row in sorted(answer["library"], key=lambda row: -row["mean"])
    ]
    return heads, rows


def _cells(row: Mapping[str, Any], answer: Mapping[str, Any], words: Words) -> list[str]:
    return [
        words.number(row["mean"], 0),
        words.billions(row["cost"]),
        words.number(row["reach"], 1),
        words.percent(row["no_regret"]),
        words.percent(row["often"]),
        f"{row['worlds']}/{len(answer['worlds'])}",
    ]
