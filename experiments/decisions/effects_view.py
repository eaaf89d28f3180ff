"""Multipliers of effects on a terminal, beside their priors and what trials found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...model.calendar import DECISION_MONTH
from ...model.evidence_tables import load_evidence
from ..cli_tables import items, section
from ..evidence_words import finds_nothing, range_text
from ..grid import grid
from ..text import Words

if TYPE_CHECKING:
    from rich.console import Console

Tree = Mapping[str, Any]
TRIALS = ("A", "B")
"""Grades of the findings that effect sizes are printed beside."""


def words_title(text: Mapping[str, str], words: Words) -> str:
    """Return a title of both languages in this one."""
    return text[words.language]


def spread(found: Tree, words: Words, decimals: int = 1, factor: float = 1.0) -> str:
    """Write a median with its 90 percent interval; nothing means not reached."""
    none = words.get("target.none")

    def one(name: str) -> str:
        value = found[name]
        return none if value is None else words.number(factor * value, decimals)

    ends = {"low": one("low90"), "high": one("high90")}
    if found["median"] is None and found["low90"] is None:
        return none
    return words.get("range", middle=one("median"), **ends)


def show_effects(out: Console, answer: Tree, words: Words) -> None:
    """Print by how much the effects of each strategy would have to be larger.

    Parameters
    ----------
    out
        Where to print.
    answer
        Tree of `target.answer`; its first world is printed.
    words
        Language.
    """
    first = answer["worlds"][0]
    few, world = words.number(answer["effect_draws"], 0), words_title(first["title"], words)
    section(out, words.get("target.effects", world=world, draws=few))
    rows = first["effects"]
    if rows:
        out.print(grid(*_effects(rows, answer, words)))
    _reading(out, rows, answer, words)


def _effects(rows: Sequence[Tree], answer: Tree, words: Words) -> tuple[list[str], list[list[str]]]:
    largest = words.number(answer["largest_multiplier"], 0)
    heads = [
        words.get("target.column_strategy"),
        words.get("target.column_multiplier"),
        words.get("target.column_not_enough", largest=largest),
    ]
    cells = [
        [
            words_title(answer["titles"][row["id"]], words),
            spread(row["multiplier"], words),
            words.percent(row["not_enough"]),
        ]
        for row in rows
    ]
    return heads, cells


def _reading(out: Console, rows: Sequence[Tree], answer: Tree, words: Words) -> None:
    """Print what the multipliers mean, and those of the strategy that needs the least."""
    lines = [words.get("target.effects_reading", decision=words.month(DECISION_MONTH))]
    known = [row for row in rows if row["multiplier"]["median"] is not None]
    if not known:
        largest = words.number(answer["largest_multiplier"], 0)
        items(out, [*lines, words.get("target.effects_none", largest=largest)])
        return
    best = min(known, key=lambda row: row["multiplier"]["median"])
    name = words_title(answer["titles"][best["id"]], words)
    items(out, [*lines, words.get("target.effects_best", name=name)])
    out.print(grid(*_ranges(best, words)))
    found = [row for row in best["evidence"] if row["growth"] and row["grade"] in TRIALS]
    items(out, [_evidence_line(row, words) for row in found])


def _ranges(best: Tree, words: Words) -> tuple[list[str], list[list[str]]]:
    names = ("parameter", "needed", "central", "prior")
    cells = []
    for row in best["ranges"]:
        keys = ("needed", "central", "prior_low90", "prior_high90")
        needed, central, low, high = (words.number(row[key], 3) for key in keys)
        unit = "" if row["unit"] == "dmnl" else f", {words.unit(row['unit'])}"
        marks = [words.get("target.beyond")] if row["beyond_prior"] else []
        marks += [words.get("target.judged")] if row["judged"] else []
        note = f" [{', '.join(marks)}]" if marks else ""
        name = words.name(row["parameter"]) + unit + note
        cells.append([name, needed, central, words.get("span", low=low, high=high)])
    return [words.get(f"target.column_{name}") for name in names], cells


def _evidence_line(row: Tree, words: Words) -> str:
    bounds = ""
    if row["low"] is not None and row["high"] is not None:
        ends = words.span(row["low"], row["high"], 2)
        bounds = f" ({range_text(row['id'], ends, words)})"
    kept = {key: row[key] for key in ("id", "grade")}
    kept |= {key: words.told(row[key]) for key in ("cause", "outcome")}
    if finds_nothing(load_evidence().effects[row["id"]]):
        return words.get("target.evidence_none", found=words.get("caveat.no_difference"), **kept)
    kept["unit"] = words.unit(row["unit"])
    value = words.number(row["value"], 2)
    return words.get("target.evidence_line", value=value, range=bounds, **kept)
