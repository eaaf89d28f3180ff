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
    items(out, [shock_line(shock, words) for shock in answer["shocks"]])
    keys = ("measure", "shock", "worst", "worst_when", "recovered", "last")
    heads = [words.get(f"agents.column_{key}") for key in keys]
    out.print(
        grid(
            heads,
            [_row(answer, k, n, words) for n in MEASURES for k in answer["changes"]],
            left=(0, 1),
        )
    )
    items(out, notes({**answer, "shocks": [], "isolated": []}, words))


def _row(answer: Answer, kind: str, name: str, words: Words) -> list[str]:
    found = answer["recovery"][kind][name]
    half = found["half"]
    back = words.get("agents.recovered_never") if half is None else words.number(half, 0)
    if not found["shown"]:
        back = words.get("agents.recovered_none")
    return [
        measure(name, words),
        short(kind, words),
        span(found["worst"], words, 2),
        "-" if found["when"] is None else words.number(found["when"], 0),
        back,
        span(answer["changes"][kind][name][-1], words, 2),
    ]


def short(kind: str, words: Words) -> str:
    """Return what a kind of shock is called in a table."""
    return words.get(f"agents.short_{kind.replace(' ', '_')}")
