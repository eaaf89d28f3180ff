"""A sensitivity analysis on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..cli_tables import items, section
from ..grid import grid
from ..place import elsewhere

if TYPE_CHECKING:
    from rich.console import Console

    from ..text import Words

SHOWN = 10
"""Factors in a table; the rest are counted."""
MEASURES = {
    "sobol": ("total", "first"),
    "morris": ("effect", "spread"),
    "pawn": ("distance",),
    "regional": ("distance",),
}


def show(out: Console, answer: Mapping[str, Any], words: Words) -> None:
    """Print what matters for each outcome, how sure that is, and what a world changes.

    Parameters
    ----------
    out
        Console.
    answer
        As `as_answer` gives it.
    words
        Language.
    """
    method = answer["method"]
    section(out, words.get(f"sensitivity.heading_{method}", year=answer["year"]))
    out.print(words.get(f"sensitivity.reading_{method}"), style="dim")
    items(out, elsewhere(answer["district"], words))
    found = answer["worlds_found"]
    for item in found[next(iter(found))]:
        _outcome(out, item, answer, words)
    if len(found) > 1:
        _worlds(out, answer, words)
    out.print()
    out.print(words.get("sensitivity.joint", name=factor_name("levels and natural history", words)))
    out.print(words.get("sensitivity.guard"), style="dim")


def outcome_name(item: Mapping[str, Any], words: Words) -> str:
    """Return what an outcome is called.

    Parameters
    ----------
    item
        An outcome of the answer.
    words
        Language.
    """
    first, second = (_scenario(item[key], words) for key in ("first", "second"))
    return words.get(f"sensitivity.outcome_{item['kind']}", first=first, second=second)


def factor_name(name: str, words: Words) -> str:
    """Return what a parameter or a sector is called."""
    known = words.table["sensitivity_factors"]
    return str(known[name]) if name in known else words.name(name)


def measured(value: float, words: Words) -> str:
    """Write an index or an effect with enough digits, whatever its size."""
    return words.number(value, 2 if abs(value) < 100.0 else 0)


def _scenario(name: str, words: Words) -> str:
    from ...scenarios.loader import LIBRARY_IDS, load_scenario

    return words.title(load_scenario(name).title) if name in LIBRARY_IDS else name


def _outcome(
    out: Console, item: Mapping[str, Any], answer: Mapping[str, Any], words: Words
) -> None:
    section(out, outcome_name(item, words))
    mean, spread = (_amount(item[key], item["unit"], words) for key in ("mean", "deviation"))
    # The trajectories of Morris visit four values of each assumption as often as one another.
    key = "spread_points" if answer["method"] == "morris" else "spread"
    out.print(words.get(f"sensitivity.{key}", mean=mean, deviation=spread))
    if item["deviation"] == 0.0:
        out.print(words.get("sensitivity.constant"))
        return
    names = MEASURES[answer["method"]]
    headings = [words.get(f"sensitivity.by_{answer['by']}")]
    headings += [words.get(f"sensitivity.measure_{name}") for name in names]
    rows = [[factor_name(row["factor"], words)] + _cells(row, names, words) for row in _lead(item)]
    if rows:
        out.print(grid(headings, rows))
    left = len(item["rows"]) - item["matter"]
    out.print(words.get("sensitivity.rest", matter=item["matter"], left=left), style="dim")
    out.print(_settled(answer, item, words), style="dim" if item["settled"] else "yellow")


def _settled(answer: Mapping[str, Any], item: Mapping[str, Any], words: Words) -> str:
    """Say whether the sample is large enough, and if not, by which of the two signs."""
    *_, half, whole = item["convergence"]
    # An effect has the unit of its outcome, so that its interval is told as a share of the largest.
    key = "width_share" if answer["method"] == "morris" else "width"
    width = words.get(f"sensitivity.{key}", width=words.number(whole["half_interval"], 2))
    blanks = {"top": answer["top"], "width": width}
    if item["settled"]:
        return words.get("sensitivity.settled", **blanks)
    others = set(half["leading"]) != set(whole["leading"])
    wide = whole["half_interval"] > answer["settled_below"]
    signs = {"unsettled_others": others, "unsettled_wide": wide}
    why = [words.get(f"sensitivity.{name}", **blanks) for name, holds in signs.items() if holds]
    return words.get("sensitivity.unsettled", why="; ".join(why))


def _lead(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the rows to show: the first ones, as far as they stand out of noise."""
    return [row for row in item["rows"][:SHOWN] if row["matters"]]


def _cells(row: Mapping[str, Any], names: tuple[str, ...], words: Words) -> list[str]:
    cells = []
    for name in names:
        middle = measured(row[name], words)
        if row[f"{name}_high"] > row[f"{name}_low"]:
            ends = (measured(row[f"{name}_{end}"], words) for end in ("low", "high"))
            cells.append(words.get("range", middle=middle, low=next(ends), high=next(ends)))
        else:
            cells.append(middle)
    return cells


def _amount(value: float, unit: str, words: Words) -> str:
    return words.get(f"sensitivity.unit_{unit}", value=measured(value, words))


def _worlds(out: Console, answer: Mapping[str, Any], words: Words) -> None:
    """Print the leading factors of each outcome in each world."""
    from ..runs.worlds import WORLDS

    titles = {world.id: words.title(world.title) for world in WORLDS}
    found = answer["worlds_found"]
    section(out, words.get("sensitivity.worlds"))
    for place, item in enumerate(found[next(iter(found))]):
        out.print(outcome_name(item, words), style="bold")
        for world, outcomes in found.items():
            lead = outcomes[place]["convergence"][-1]["leading"]
            names = ", ".join(factor_name(name, words) for name in lead)
            said = names or words.get("sensitivity.nothing")
            out.print(words.get("sensitivity.world", title=titles[world], names=said))
