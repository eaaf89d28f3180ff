"""What ``tumbuh agents shocks`` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..cli_tables import items, section
from ..grid import grid
from ..text import Words
from .run_view import measure, notes, shock_line, span
from .shocks_answer import MEASURES

if TYPE_CHECKING:
    from rich.console import Console

Answer = Mapping[str, Any]


def show(out: Console, answer: Answer, words: Words) -> None:
    """Print for every shock and measure how far it falls and when half is back.

    Parameters
    ----------
    out
        Where to.
    answer
        As `shocks_answer` gives it.
    words
        Language.
    """
    heading = words.get(
        "agents.shocks_heading",
        name=answer["title"][words.language],
        district=answer["district"]["name"],
        draws=words.number(answer["draws"], 0),
    )
    section(out, heading)
    out.print(words.get("agents.shocks_reading"), style="dim")
    keys = ("measure", "worst", "worst_when", "recovered", "last")
    heads = [words.get(f"agents.column_{key}") for key in keys]
    for shock in answer["shocks"]:
        section(out, shock_line(shock, words))
        out.print(grid(heads, [_row(answer, shock[0], name, words) for name in MEASURES]))
    items(out, notes({**answer, "shocks": [], "isolated": []}, words))


def _row(answer: Answer, kind: str, name: str, words: Words) -> list[str]:
    found = answer["recovery"][kind][name]
    last = span(answer["changes"][kind][name][-1], words, 2)
    if not found["shown"]:
        none = words.get("agents.recovered_none")
        return [measure(name, words), span(found["worst"], words, 2), "-", none, last]
    half = found["half"]
    back = words.get("agents.recovered_never") if half is None else words.number(half, 0)
    when = words.number(found["when"], 0)
    return [measure(name, words), span(found["worst"], words, 2), when, back, last]


def short(kind: str, words: Words) -> str:
    """Return what a kind of shock is called in a table."""
    return words.get(f"agents.short_{kind.replace(' ', '_')}")
