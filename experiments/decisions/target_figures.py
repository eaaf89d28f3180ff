"""Figures of a target: the chance over cut and start, and the speed limit beside the target."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from ...model.calendar import DECISION_MONTH, FIRST_YEAR
from ..drawing import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    SMALL,
    TEXT,
    TITLE,
    figure,
    render,
    tint,
    year_ticks,
)
from ..text import Words
from .target_view import aim_words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Tree = Mapping[str, Any]
LEVELS = np.arange(0.0, 101.0, 10.0)
LINES = (10.0, 50.0, 80.0, 90.0)
LETTERS = 90


def files(answer: Tree, words: Words) -> dict[str, bytes]:
    """Return the figures of an answer by file name."""
    drawn = {"speed_limit": paths_chart(answer, words)}
    if len(answer["worlds"][0]["cut"]["starts"]) > 1:
        drawn["chance_of_target"] = contour_chart(answer, words)
    return {
        f"{name}.{form}": render(chart, form)
        for name, chart in drawn.items()
        for form in ("png", "svg")
    }


def contour_chart(answer: Tree, words: Words) -> Figure:
    """Draw the chance of the target over the cut of new faltering and its start."""
    found = answer["worlds"][0]["cut"]
    years = np.array([FIRST_YEAR + row["month"] / 12.0 for row in found["starts"]])
    cuts = 100.0 * np.array(found["cuts"])
    chance = 100.0 * np.array([row["chance"] for row in found["starts"]]).T
    drawn = figure()
    axis = drawn.subplots()
    filled = axis.contourf(years, cuts, chance, levels=LEVELS, cmap="cividis")
    lines = [level for level in LINES if chance.min() < level < chance.max()]
    if lines:
        drawn_lines = axis.contour(years, cuts, chance, levels=lines, colors="white")
        axis.clabel(drawn_lines, fmt=lambda v: f"{words.number(v, 0)} %", fontsize=TEXT)
    else:
        limit = words.percent(float(chance.max()) / 100.0)
        text = words.get("target.figure_contour_impossible", chance=limit)
        place: dict[str, Any] = {"transform": axis.transAxes, "ha": "center", "color": "white"}
        axis.text(0.5, 0.5, text, fontsize=TITLE, **place)
    bar = drawn.colorbar(filled, ax=axis)
    bar.set_label(words.get("target.figure_contour_bar"), fontsize=TEXT)
    bar.ax.tick_params(labelsize=SMALL)
    shown = [row for row in found["starts"] if row["month"] % 12.0 == 0.0]
    ticks = [FIRST_YEAR + row["month"] / 12.0 for row in shown]
    axis.set_xticks(ticks, [words.month(row["month"]) for row in shown])
    axis.tick_params(labelsize=SMALL)
    axis.set_xlabel(words.get("target.figure_contour_x"), fontsize=TEXT)
    axis.set_ylabel(words.get("target.figure_contour_y"), fontsize=TEXT)
    title = words.get("target.figure_contour", **aim_words(answer, words))
    drawn.suptitle(fill(title, LETTERS), fontsize=TITLE)
    return drawn


def paths_chart(answer: Tree, words: Words) -> Figure:
    """Draw prevalence with no extra action and with all new faltering ended, and the target."""
    paths, target = answer["worlds"][0]["paths"], answer["target"]
    years = np.array(paths["years"])
    decision = FIRST_YEAR + DECISION_MONTH / 12.0
    after = years >= decision - 1e-9
    drawn = figure()
    axis = drawn.subplots()
    base, limit = ({k: np.array(v) for k, v in paths[name].items()} for name in ("base", "limit"))
    axis.fill_between(years, base["low90"], base["high90"], color=tint(GREY, 0.35), linewidth=0.0)
    label = words.get("target.figure_base")
    axis.plot(years, base["median"], color=BLACK, linestyle="--", linewidth=2.0, label=label)
    for band, opacity in (("90", 0.3), ("50", 0.6)):
        low, high = limit[f"low{band}"][after], limit[f"high{band}"][after]
        axis.fill_between(years[after], low, high, color=tint(BLUE, opacity), alpha=0.8, lw=0.0)
    label = words.get("target.figure_limit")
    axis.plot(years[after], limit["median"][after], color=BLUE, linewidth=3.0, label=label)
    label = words.get("target.figure_target", **aim_words(answer, words))
    axis.axhline(target["prevalence"], color=GREEN, linestyle=":", linewidth=2.0)
    star: dict[str, Any] = {
        "marker": "*",
        "color": GREEN,
        "markeredgecolor": BLACK,
        "linestyle": "none",
    }
    end = FIRST_YEAR + target["month"] / 12.0
    axis.plot([end], [target["prevalence"]], markersize=20, label=label, zorder=5, **star)
    axis.axvline(decision, color=GREY, linestyle=":", linewidth=2.0)
    axis.set_ylim(0.0, None)
    year_ticks(axis, years[0], years[-1] + 0.15)
    axis.tick_params(labelsize=TEXT)
    axis.grid(axis="y", alpha=0.3)
    axis.set_ylabel(words.get("target.figure_survey"), fontsize=TEXT)
    drawn.legend(loc="outside lower center", ncols=2, fontsize=SMALL, frameon=False)
    title = words.get("target.figure_paths", decision=words.month(DECISION_MONTH))
    drawn.suptitle(title, fontsize=TITLE)
    return drawn
