"""Figure of a batch: an outcome of every scenario, with one bar for each structure."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from ..drawing import BLACK, BLUE, GREEN, GREY, ORANGE, SMALL, TEXT, TITLE, figure, tint
from .summary import main_outcome, rows_of
from .summary_view import group_name, outcome_title, world_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..text import Words

LOOKS = (
    (BLUE, "o"),
    (ORANGE, "s"),
    (GREEN, "^"),
    (BLACK, "D"),
    (GREY, "v"),
)
"""Colour and mark of each structure, so that either tells them apart."""
LETTERS = 34
ROW = 0.17
"""Inches of a bar."""
MOST_GROUPS = 40
"""Groups that are drawn; more cannot be read."""


def batch_chart(answer: Mapping[str, Any], words: Words, outcome: str = "") -> Figure:
    """Draw the range of an outcome: half of the runs in the thick bar, nine of ten in the thin.

    Parameters
    ----------
    answer
        As `summarise` gives it.
    words
        Language.
    outcome
        What is drawn; the first gain when empty.
    """
    chosen = outcome or main_outcome(answer)
    rows = [row for row in rows_of(answer, chosen) if "mean" in row]
    names = list(dict.fromkeys(group_name(row, words) for row in rows))[:MOST_GROUPS]
    worlds = answer["worlds"]
    drawn = figure()
    height = 2.6 + len(names) * (0.28 + ROW * len(worlds))
    drawn.set_size_inches(drawn.get_figwidth(), max(drawn.get_figheight(), height))
    axis = drawn.subplots()
    for row in rows:
        if group_name(row, words) in names:
            _bar(axis, row, names.index(group_name(row, words)), worlds)
    _finish(axis, names, outcome_title(answer, chosen, words), words)
    _legend(axis, drawn, worlds, words)
    title = answer["title"].get(words.language) or answer["design"]
    drawn.suptitle(fill(words.get("batch.figure", title=title), 80), fontsize=TITLE)
    return drawn


def _bar(axis: Axes, row: Mapping[str, Any], place: int, worlds: list[str]) -> None:
    """Draw one group in one structure."""
    number = worlds.index(row["world"])
    colour, mark = LOOKS[number % len(LOOKS)]
    step = 0.8 / len(worlds)
    at = place - 0.4 + step * (number + 0.5)
    axis.plot([row["q05"], row["q95"]], [at, at], color=tint(colour, 0.55), linewidth=2.5)
    axis.plot([row["q25"], row["q75"]], [at, at], color=colour, linewidth=6.5, alpha=0.75)
    look = {"marker": mark, "markersize": 7, "markeredgecolor": "white"}
    axis.plot([row["median"]], [at], color=colour, linestyle="none", **look)


def _finish(axis: Axes, names: list[str], label: str, words: Words) -> None:
    axis.set_yticks(range(len(names)), [fill(name, LETTERS) for name in names], fontsize=SMALL)
    axis.set_ylim(len(names) - 0.45, -0.55)
    axis.axvline(0.0, color=BLACK, linewidth=1.0)
    axis.set_xlabel(label, fontsize=TEXT)
    axis.tick_params(axis="x", labelsize=SMALL)
    axis.xaxis.set_major_formatter(lambda value, _: words.number(value, _digits(axis)))
    axis.grid(axis="x", color=tint(GREY, 0.4), linewidth=0.8)
    axis.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axis.spines[side].set_visible(False)
    axis.tick_params(axis="y", length=0)


def _digits(axis: Axes) -> int:
    """Return how many digits tell the marks of the axis apart."""
    marks = axis.get_xticks()
    whole = (digits for digits in range(4) if np.allclose(np.round(marks, digits), marks))
    return next(whole, 4)


def _legend(axis: Axes, drawn: Figure, worlds: list[str], words: Words) -> None:
    """Name the structures, and say what the bars hold."""
    from matplotlib.lines import Line2D

    looks = zip(worlds, LOOKS * (1 + len(worlds) // len(LOOKS)), strict=False)
    handles = [
        Line2D([], [], color=colour, marker=mark, linewidth=4, label=world_name(world, words))
        for world, (colour, mark) in looks
    ]
    handles.append(Line2D([], [], color="none", label=words.get("batch.figure_bars")))
    drawn.legend(
        handles=handles, loc="outside lower center", ncols=3, fontsize=SMALL, frameon=False
    )
