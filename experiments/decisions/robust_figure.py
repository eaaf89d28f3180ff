"""Figures of robustness: mean benefit against regret, and regret by strategy and world."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from ..drawing import BLACK, BLUE, SMALL, TEXT, TITLE, figure
from ..text import Words
from .words import strategy_name, unit, world_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Answer = Mapping[str, Any]
SMALLEST, LARGEST = 60.0, 900.0
"""Area of the marks, square points, from no cost to the largest cost."""
LETTERS = 22


def trade_chart(answer: Answer, words: Words) -> Figure:
    """Draw mean benefit against the regret that nine in ten futures stay below.

    Marks have numbers, as names would lie over each other; the legend has the names.

    Parameters
    ----------
    answer
        As `robust_answer` gives it.
    words
        Language.
    """
    drawn = figure()
    axis = drawn.subplots()
    mean, behind = (answer["metrics"][metric] for metric in ("mean", "regret_90"))
    most = max(*answer["yearly_cost"].values(), 1e-9)
    names = _order(answer)
    for number, name in enumerate(names, 1):
        cost = answer["yearly_cost"][name]
        area = SMALLEST + cost / most * (LARGEST - SMALLEST)
        place = (behind[name], mean[name])
        label = f"{number}  {strategy_name(answer, name, words)} ({words.rupiah(cost)})"
        axis.scatter(*place, s=area, color=BLUE, alpha=0.55, edgecolor=BLACK, label=label)
        # Above and below in turn, so that neighbours do not cover each other's number.
        lift = (1 if number % 2 else -1) * (8.0 + np.sqrt(area) / 2.0)
        axis.annotate(
            str(number),
            place,
            xytext=(0.0, lift),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=TEXT,
        )
    _finish(axis, answer, words)
    drawn.suptitle(words.get("information.figure_trade_title"), fontsize=TITLE)
    return drawn


def _order(answer: Answer) -> list[str]:
    """Return the strategies, least mean regret first, as in the table."""
    regrets = answer["metrics"]["mean_regret"]
    return sorted(regrets, key=lambda name: regrets[name])


def _finish(axis: Axes, answer: Answer, words: Words) -> None:
    """Write axes and legend; in the legend all marks are small, the cost is written."""
    decimals = 2 if answer["by"] == "gain" else 0
    for side in (axis.xaxis, axis.yaxis):
        side.set_major_formatter(lambda value, _: words.number(value, decimals))
    axis.margins(0.12)
    axis.grid(alpha=0.3)
    axis.tick_params(labelsize=SMALL)
    shown = unit(answer, words)
    axis.set_xlabel(words.get("information.figure_regret", unit=shown), fontsize=TEXT)
    axis.set_ylabel(words.get("information.figure_mean", unit=shown), fontsize=TEXT)
    legend = axis.legend(
        title=words.get("information.figure_cost"),
        fontsize=SMALL,
        title_fontsize=SMALL,
        handlelength=0.0,
        handletextpad=0.0,
    )
    for handle in legend.legend_handles:
        if handle is not None:
            handle.set_visible(False)


def matrix_chart(answer: Answer, words: Words) -> Figure:
    """Draw mean regret as a heat map, strategies by worlds, each number written in its cell.

    Parameters
    ----------
    answer, words
        As for `trade_chart`.
    """
    worlds, names = answer["worlds"], _order(answer)
    table = np.array([[world["mean_regret"][name] for world in worlds.values()] for name in names])
    drawn = figure()
    axis = drawn.subplots()
    picture = axis.imshow(table, cmap="cividis_r", aspect="auto", vmin=0.0)
    decimals = 2 if answer["by"] == "gain" else 0
    middle = table.max() / 2.0
    for row, column in np.ndindex(*table.shape):
        value = float(table[row, column])
        colour = "white" if value > middle else "black"
        text = words.number(value, decimals)
        axis.text(column, row, text, ha="center", va="center", color=colour, fontsize=TEXT)
    titles = [_wrapped(world_name(answer, name, words)) for name in worlds]
    axis.set_xticks(range(len(titles)), titles, fontsize=SMALL - 1)
    axis.set_yticks(
        range(len(names)), [strategy_name(answer, name, words) for name in names], fontsize=SMALL
    )
    bar = drawn.colorbar(picture)
    bar.ax.yaxis.set_major_formatter(lambda value, _: words.number(value, decimals))
    shown = unit(answer, words)
    drawn.suptitle(words.get("information.figure_matrix_title", unit=shown), fontsize=TITLE)
    return drawn


def _wrapped(title: str) -> str:
    """Return a title in lines; a number and its percent sign stay together."""
    return fill(title.replace(" %", "\u00a0%"), LETTERS)
