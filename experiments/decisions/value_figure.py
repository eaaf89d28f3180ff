"""Figures of the value of information: bars of what would help, and the curve over the price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..drawing import BLACK, BLUE, GREEN, GREY, ORANGE, SMALL, TEXT, TITLE, figure
from ..text import Words
from .words import known_name, measurement_name, strategy_name, unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Answer = Mapping[str, Any]
LETTERS = 34
LONGEST = 14
"""Bars in a panel; what is worth less is in the tables."""
STYLES = ((BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (BLACK, ":"), ("#CC79A7", "-"), (GREY, "--"))
"""Colour and line of the choices along the curve."""


def value_chart(answer: Answer, words: Words) -> Figure:
    """Draw what knowing exactly and what measuring is worth in the first world.

    Parameters
    ----------
    answer
        As `value_answer` gives it.
    words
        Language.
    """
    world = next(iter(answer["worlds"].values()))
    known = sorted(world["known"], key=lambda one: -one["value"])[:LONGEST]
    measured = world["measurements"][:LONGEST]
    drawn = figure()
    left, right = drawn.subplots(1, 2)
    names = [known_name(one["kind"], one["name"], words) for one in known]
    title = words.get("information.figure_known")
    label = words.get("information.figure_in_sample")
    _bars(left, known, names, BLUE, "in_sample", label, title)
    names = [measurement_name(one["name"], words) for one in measured]
    title = words.get("information.figure_measured")
    label = words.get("information.figure_without_error")
    _bars(right, measured, names, GREEN, "without_error", label, title)
    for axis in (left, right):
        axis.xaxis.set_major_formatter(lambda value, _: words.number(value, _decimals(answer)))
    drawn.supxlabel(words.get("information.figure_axis", unit=unit(answer, words)), fontsize=TEXT)
    drawn.suptitle(words.get("information.figure_value_title"), fontsize=TITLE)
    return drawn


def _decimals(answer: Answer) -> int:
    return 3 if answer["by"] == "gain" else 0


def _bars(
    axis: Axes,
    found: Sequence[Answer],
    names: Sequence[str],
    colour: str,
    beside: str,
    label: str,
    title: str,
) -> None:
    """Draw bars from the top with their errors, and a mark for the number beside each."""
    rows = np.arange(len(found))
    values = np.array([one["value"] for one in found])
    errors = 2.0 * np.array([one["error"] for one in found])
    # What is not beyond chance is pale, and has hatching as well.
    for row, one in zip(rows, found, strict=True):
        hatch, alpha = ("", 1.0) if one["shown"] else ("//", 0.45)
        axis.barh(row, one["value"], color=colour, hatch=hatch, edgecolor="white", alpha=alpha)
    low = np.minimum(values, errors)
    axis.errorbar(values, rows, xerr=[low, errors], fmt="none", ecolor=BLACK, capsize=3)
    other = [one[beside] for one in found]
    axis.plot(other, rows, "D", color=ORANGE, markersize=6, label=label, linestyle="none")
    axis.set_yticks(
        rows, [fill(name, LETTERS, break_on_hyphens=False) for name in names], fontsize=SMALL - 3
    )
    axis.invert_yaxis()
    axis.set_xlim(left=0.0)
    axis.tick_params(axis="x", labelsize=SMALL)
    axis.grid(axis="x", alpha=0.3)
    axis.legend(loc="lower right", fontsize=SMALL, frameon=False)
    axis.set_title(title, fontsize=TEXT)


def price_chart(answer: Answer, words: Words) -> Figure:
    """Draw what knowing everything is worth at each price, and how often the choice is best.

    Parameters
    ----------
    answer, words
        As for `value_chart`.
    """
    curve = next(iter(answer["worlds"].values()))["curve"]
    drawn = figure()
    top, bottom = drawn.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    prices = np.array([row["price"] for row in curve])
    values = np.array([row["value"] for row in curve])
    chances = 100.0 * np.array([row["chance"] for row in curve])
    errors = 2.0 * np.array([row["error"] for row in curve])
    top.fill_between(prices, np.maximum(0.0, values - errors), values + errors, color="#DDDDDD")
    choices = list(dict.fromkeys(row["choice"] for row in curve))
    for choice, (colour, line) in zip(choices, STYLES, strict=False):
        at = np.array([row["choice"] == choice for row in curve])
        # A line goes on to the next point, so that no gap opens where the choice turns.
        shown = at | np.concatenate([[False], at[:-1]])
        style = {"color": colour, "linestyle": line, "linewidth": 3.0}
        name = strategy_name(answer, choice, words)
        top.plot(prices, np.where(shown, values, np.nan), label=name, **style)
        bottom.plot(prices, np.where(shown, chances, np.nan), **style)
    for axis in (top, bottom):
        axis.axvline(answer["price"], color=BLACK, linewidth=1.0)
        axis.tick_params(labelsize=SMALL)
        axis.grid(alpha=0.3)
    _finish(top, bottom, prices, answer, words)
    drawn.suptitle(words.get("information.figure_price_title"), fontsize=TITLE)
    return drawn


def _finish(
    top: Axes, bottom: Axes, prices: NDArray[np.float64], answer: Answer, words: Words
) -> None:
    top.set_xscale("log")
    top.set_ylim(bottom=0.0)
    bottom.set_ylim(0.0, 102.0)
    ticks = answer["price"] * np.array([0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0])
    decimals = 0 if answer["price"] >= 10.0 else 2
    bottom.set_xticks(ticks, [words.number(tick, decimals) for tick in ticks])
    bottom.set_xticks([], minor=True)
    bottom.set_xlim(prices[0], prices[-1])
    top.legend(title=words.get("information.column_choice"), fontsize=SMALL, title_fontsize=SMALL)
    here = words.get("information.figure_here")
    top.annotate(
        here,
        (answer["price"], top.get_ylim()[1]),
        xytext=(4, -14),
        textcoords="offset points",
        fontsize=SMALL - 1,
    )
    top.set_ylabel(words.get("information.figure_price_value"), fontsize=TEXT)
    bottom.set_ylabel(fill(words.get("information.figure_best_axis"), 18), fontsize=SMALL)
    bottom.set_xlabel(words.get("information.figure_price_axis"), fontsize=TEXT)
