"""What ``tumbuh agents run`` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..cli_tables import items, section
from ..grid import grid
from ..place import elsewhere
from ..text import Words

if TYPE_CHECKING:
    from rich.console import Console

Answer = Mapping[str, Any]
SHOWN = ("all services", "no service", "coverage counselling", "survey prevalence")
BY_GROUP = (*SHOWN, "listed")


def show(out: Console, answer: Answer, words: Words) -> None:
    """Print the district year by year, and its groups at the end.

    Parameters
    ----------
    out
        Where to.
    answer
        As `run_answer` gives it.
    words
        Language.
    """
    name = answer["title"][words.language]
    kind = words.get(f"agents.kind_{answer['draws']}", n=words.number(answer["replicates"], 0))
    section(out, words.get("agents.run_heading", district=answer["district"]["name"], name=name))
    out.print(f"{kind} {words.get('agents.range_reading')}", style="dim")
    heads = [words.get("run.year"), *(measure(name, words) for name in SHOWN)]
    rows = [[f"{row['year']:.0f}", *_cells(row, SHOWN, words)] for row in answer["years"]]
    out.print(grid(heads, rows))
    section(out, words.get("agents.groups_heading"))
    heads = [words.get("agents.column_group"), *(measure(name, words) for name in BY_GROUP)]
    rows = [
        [group_name(row["grouping"], row["group"], words), *_cells(row, BY_GROUP, words)]
        for row in answer["groups"]
    ]
    out.print(grid(heads, rows))
    items(out, notes(answer, words))


def notes(answer: Answer, words: Words) -> list[str]:
    """Return what a reader must know of how it was run."""
    found = elsewhere(answer["district"], words)
    if answer["mixed_area"]:
        found.append(words.get("agents.note_mixed", district=answer["district"]["name"]))
    else:
        found.append(words.get("agents.note_kecamatan"))
    if answer["isolated"]:
        names = ", ".join(words.get(f"agents.actor_{name}") for name in answer["isolated"])
        found.append(words.get("agents.note_isolated", names=names))
    return [*found, *(shock_line(shock, words) for shock in answer["shocks"])]


def shock_line(shock: Sequence[Any], words: Words) -> str:
    """Return a shock, as kind, month, target and months, as a sentence."""
    kind, month, target, months = shock
    key = kind.replace(" ", "_")
    aim = words.get(f"agents.target_{key}")
    if target:
        aim = words.get(f"agents.actor_{target}") if kind == "rotation" else target
    length = words.number(months, 0)
    return words.get(f"agents.shock_{key}", target=aim, date=words.month(month), months=length)


def measure(name: str, words: Words) -> str:
    """Return what a measure is called."""
    return words.get(f"agents.measure_{name.replace(' ', '_')}")


def group_name(grouping: str, group: str, words: Words) -> str:
    """Return what a group is called; a kecamatan has its own name."""
    if grouping == "kecamatan":
        return group
    return words.get(f"agents.group_{group or 'district'}")


def _cells(row: Mapping[str, Any], names: Sequence[str], words: Words) -> list[str]:
    return [span(row[name], words) for name in names]


def span(values: Sequence[float] | None, words: Words, decimals: int = 1) -> str:
    """Write a median with its 90 percent range; a dash for no number."""
    if values is None:
        return "-"
    middle, low, high = (words.number(value, decimals) for value in values)
    return words.get("range", middle=middle, low=low, high=high)
