"""Figure of shocks: what each takes away, and how it comes back."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from ..drawing import BLACK, BLUE, SMALL, TITLE, figure, tint
from ..text import Words
from .run_view import measure
from .shocks_answer import MEASURES
from .shocks_view import short

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Answer = Mapping[str, Any]
SHOWN = MEASURES[:4]
"""Measures with a row of panels; the table has the others too."""


def shocks_chart(answer: Answer, words: Words) -> Figure:
    """Draw every shock in a column, every measure in a row.

    Parameters
    ----------
    answer
        As `shocks_answer` gives it.
    words
        Language.
    """
    drawn, kinds = figure(), list(answer["changes"])
    axes = drawn.subplots(len(SHOWN), len(kinds), sharex=True, sharey="row", squeeze=False)
    for row, name in enumerate(SHOWN):
        for column, kind in enumerate(kinds):
            axis = axes[row, column]
            _panel(axis, answer, kind, name, words)
            if row == 0:
                axis.set_title(short(kind, words), fontsize=SMALL + 1)
        label = fill(measure(name, words).rsplit(",", 1)[0], 15)
        axes[row, 0].set_ylabel(label, fontsize=SMALL - 2)
    title = words.get(
        "agents.figure_shocks",
        date=words.month(answer["month"]),
        name=answer["title"][words.language],
        place=answer["district"]["name"],
    )
    drawn.suptitle(title, fontsize=TITLE)
    note = f"{words.get('agents.months_after')}\n{words.get('agents.figure_shocks_note')}"
    drawn.supxlabel(note, fontsize=SMALL)
    return drawn


def _panel(axis: Axes, answer: Answer, kind: str, name: str, words: Words) -> None:
    months = np.array(answer["months_after"])
    path = answer["changes"][kind][name]
    numbers = np.array([[np.nan] * 3 if one is None else one for one in path])
    axis.fill_between(months, numbers[:, 1], numbers[:, 2], color=tint(BLUE, 0.28), linewidth=0.0)
    axis.plot(months, numbers[:, 0], color=BLUE, linewidth=2.5)
    axis.axhline(0.0, color=BLACK, linewidth=1.0)
    axis.axvline(0.0, color=BLACK, linestyle=":", linewidth=1.5)
    axis.yaxis.set_major_formatter(lambda value, _: words.number(value, 1))
    axis.xaxis.set_major_formatter(lambda value, _: words.number(value, 0))
    axis.set_xticks(np.arange(0.0, months[-1] + 1.0, 6.0))
    axis.tick_params(labelsize=SMALL - 1)
    axis.grid(axis="y", alpha=0.3)
