"""Figure of near-optimal plans: cost against gain, and the rupiah that each lever gets in them."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from ..drawing import BLACK, BLUE, GREY, ORANGE, SMALL, TEXT, TITLE, figure
from ..text import Words
from .optimise_view import lever_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LETTERS = 26


def optimise_chart(answer: Mapping[str, Any], words: Words) -> Figure:
    """Draw what plans cost and bring, and how near-optimal plans spend.

    Parameters
    ----------
    answer
        As `optimise_answer` gives it.
    words
        Language.
    """
    drawn = figure()
    left, right = drawn.subplots(1, 2)
    _plans(left, answer, words)
    _levers(right, answer, words)
    title = words.get("optimise.figure_title", within=words.percent(answer["within"]))
    drawn.suptitle(title, fontsize=TITLE)
    return drawn


def _plans(axis: Axes, answer: Mapping[str, Any], words: Words) -> None:
    seen = answer["cost_and_gain"]
    own = slice(0, len(seen["cost"]) - len(answer["library"]))  # the library has its own marks
    cost, mean = np.array(seen["cost"][own]) / 1000.0, np.array(seen["mean"][own])
    near = np.array(seen["near"][own])
    others = words.get("optimise.figure_other")
    axis.scatter(cost[~near], mean[~near], color=GREY, marker="x", label=others)
    axis.scatter(cost[near], mean[near], color=BLUE, label=words.get("optimise.figure_near"))
    if answer["library"]:
        costs = [row["cost"] / 1000.0 for row in answer["library"]]
        means = [row["mean"] for row in answer["library"]]
        label = words.get("optimise.figure_library")
        axis.scatter(costs, means, color=ORANGE, marker="D", s=70, label=label)
    axis.set_xlabel(words.get("optimise.figure_cost"), fontsize=TEXT)
    axis.set_ylabel(words.get("optimise.figure_gain"), fontsize=TEXT)
    axis.axhline(0.0, color=BLACK, linewidth=0.8)
    axis.tick_params(labelsize=SMALL)
    axis.spines[["top", "right"]].set_visible(False)
    axis.legend(loc="center right", fontsize=SMALL)


def _levers(axis: Axes, answer: Mapping[str, Any], words: Words) -> None:
    rows = answer["levers"]
    places = np.arange(len(rows))[::-1]
    low, high = (np.array([row[end] for row in rows]) / 1000.0 for end in ("low", "high"))
    axis.hlines(places, low, high, color=BLUE, linewidth=5, alpha=0.5)
    best = [row["best"] / 1000.0 for row in rows]
    axis.plot(best, places, "o", color=BLACK, label=words.get("optimise.figure_best"))
    axis.plot([], [], color=BLUE, linewidth=5, alpha=0.5, label=words.get("optimise.figure_range"))
    names = [fill(lever_title(row["lever"], words), LETTERS) for row in rows]
    axis.set_yticks(places, names, fontsize=SMALL - 1)
    axis.set_xlabel(words.get("optimise.figure_money"), fontsize=TEXT)
    axis.tick_params(axis="x", labelsize=SMALL)
    axis.spines[["top", "right"]].set_visible(False)
    axis.legend(loc="upper right", fontsize=SMALL)
