"""Figures of who is left out: a schematic map of the kecamatan, and bars by distance and wealth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from ..drawing import BLACK, BLUE, GREY, SMALL, TITLE, figure
from ..text import Words
from .equity import shown
from .equity_view import group_name, title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Normalize
    from matplotlib.figure import Figure

Answer = Mapping[str, Any]
Colour = tuple[float, float, float] | str
MEASURES = ("no_service", "all_services")
COLUMNS, LETTERS, WIDEST = 4, 30, 82
"""Panels in a row; letters of a panel's title and of that of the figure."""
FEW_IS_DARK = ("all_services",)
"""Measures of which little means left out: their colours run the other way."""
MARKS = {1: " \u25b2", -1: " \u25bc", 0: ""}
"""A rise and a fall that are shown, and no difference."""


def charts(answer: Answer, words: Words) -> dict[str, Figure]:
    """Return all figures by name; no map for a district without kecamatan.

    Parameters
    ----------
    answer
        As `equity_answer` gives it.
    words
        Language.
    """
    drawn = {f"{name}_groups": groups_chart(answer, name, words) for name in MEASURES}
    if answer["areas"]:
        drawn |= {f"{name}_map": map_chart(answer, name, words) for name in MEASURES}
    return drawn


def map_chart(answer: Answer, measure: str, words: Words) -> Figure:
    """Draw a schematic map of the kecamatan for every strategy, and one with their names.

    Parameters
    ----------
    answer, words
        As for `charts`.
    measure
        A share: an id of `SHARES`.
    """
    from matplotlib.colors import Normalize

    drawn, scenarios = figure(), answer["scenarios"]
    rows = math.ceil((len(scenarios) + 1) / COLUMNS)
    axes = list(drawn.subplots(rows, COLUMNS, squeeze=False).flat)
    levels = answer["levels"][measure]
    most = max(levels[s][area["id"]][0] for s in scenarios for area in answer["areas"])
    # A tile without anybody left out still shows against the white of the page.
    norm = Normalize(-0.15 * most, 1.15 * most)
    _key(axes[0], answer, words)
    for axis, scenario in zip(axes[1:], scenarios, strict=False):
        _map(axis, answer, measure, scenario, norm, words)
    for axis in axes[1 + len(scenarios) :]:
        axis.set_visible(False)
    _head(drawn, answer, measure, words)
    drawn.supxlabel(words.get("agents.figure_map_note"), fontsize=SMALL)
    return drawn


def _head(drawn: Figure, answer: Answer, measure: str, words: Words) -> None:
    from ...model.calendar import month_of

    date = words.month(month_of(answer["until"]))
    heading = words.get(f"agents.figure_{measure}", place=answer["district"]["name"], date=date)
    drawn.suptitle(fill(heading, WIDEST), fontsize=TITLE)


def _frame(axis: Axes, answer: Answer) -> None:
    """Set the limits so that every tile shows, north at the top."""
    columns = [area["column"] for area in answer["areas"]]
    rows = [area["row"] for area in answer["areas"]]
    axis.set_xlim(min(columns) - 0.55, max(columns) + 0.55)
    axis.set_ylim(max(rows) + 0.55, min(rows) - 0.55)
    axis.axis("off")


def _tile(axis: Axes, area: Mapping[str, Any], colour: Colour, text: str, size: float) -> None:
    from matplotlib.colors import to_rgb
    from matplotlib.patches import Rectangle

    corner = (area["column"] - 0.48, area["row"] - 0.48)
    axis.add_patch(Rectangle(corner, 0.96, 0.96, facecolor=colour, edgecolor="white"))
    light = float(np.dot(to_rgb(colour), (0.299, 0.587, 0.114)))
    ink = "black" if light > 0.5 else "white"
    place = (area["column"], area["row"])
    axis.text(*place, text, ha="center", va="center", fontsize=size, color=ink, linespacing=0.95)


def _key(axis: Axes, answer: Answer, words: Words) -> None:
    _frame(axis, answer)
    for area in answer["areas"]:
        _tile(axis, area, "#E8E8E8", area["name"].replace(" ", "\n"), SMALL - 3.5)
    name = fill(words.get("agents.figure_key"), LETTERS)
    axis.set_title(name, fontsize=SMALL, color="#444444")


def _map(
    axis: Axes, answer: Answer, measure: str, scenario: str, norm: Normalize, words: Words
) -> None:
    from matplotlib import colormaps

    _frame(axis, answer)
    colours = colormaps["Blues_r" if measure in FEW_IS_DARK else "Blues"]
    changes = answer["changes"][measure].get(scenario, {})
    for area in answer["areas"]:
        value = answer["levels"][measure][scenario][area["id"]][0]
        mark = MARKS[shown(changes.get(area["id"]))]
        _tile(axis, area, colours(norm(value))[:3], words.number(value, 1) + mark, SMALL - 0.5)
    name = fill(title(answer, scenario, words), LETTERS)
    axis.set_title(name, fontsize=SMALL, fontweight="normal" if changes else "bold")


def groups_chart(answer: Answer, measure: str, words: Words) -> Figure:
    """Draw bars by distance and wealth for every strategy, against no extra action.

    Parameters
    ----------
    answer, measure, words
        As for `map_chart`.
    """
    drawn, scenarios = figure(), answer["scenarios"]
    groups = [g["id"] for g in answer["groups"] if g["grouping"] != "kecamatan"]
    places = _places(answer, groups)
    axes = drawn.subplots(1, len(scenarios), sharex=True, sharey=True, squeeze=False)[0]
    for axis, scenario in zip(axes, scenarios, strict=True):
        _bars(axis, answer, measure, scenario, groups, places, words)
    names = [group_name(answer, group, words) for group in groups]
    axes[0].set_yticks(places, names, fontsize=SMALL)
    axes[0].set_ylim(max(places) + 0.6, -0.6)
    axes[0].set_xlim(0.0, 1.35 * axes[0].get_xlim()[1])
    _head(drawn, answer, measure, words)
    drawn.supxlabel(words.get("agents.figure_groups_note"), fontsize=SMALL)
    return drawn


def _places(answer: Answer, groups: Sequence[str]) -> list[float]:
    """Return where each bar stands, with space between groupings."""
    grouping = {group["id"]: group["grouping"] for group in answer["groups"]}
    found, at = [], 0.0
    for number, group in enumerate(groups):
        if number and grouping[group] != grouping[groups[number - 1]]:
            at += 0.6
        found.append(at)
        at += 1.0
    return found


def _bars(
    axis: Axes,
    answer: Answer,
    measure: str,
    scenario: str,
    groups: Sequence[str],
    places: Sequence[float],
    words: Words,
) -> None:
    """Draw the level, the level without extra action, and the range of the paired difference."""
    levels, base = answer["levels"][measure], answer["scenarios"][0]
    changes = answer["changes"][measure].get(scenario, {})
    values = [levels[scenario][group][0] for group in groups]
    before = [levels[base][group][0] for group in groups]
    seen = [scenario == base or shown(changes[group]) != 0 for group in groups]
    colours = [BLACK if scenario == base else BLUE if one else GREY for one in seen]
    axis.barh(places, values, height=0.62, color=colours, alpha=0.75)
    if changes:
        for at, start, group in zip(places, before, groups, strict=True):
            axis.plot([start, start], [at - 0.42, at + 0.42], color=BLACK, linewidth=2.2)
            ends = [start + end for end in changes[group][1:]]
            axis.plot(ends, [at, at], color="#D55E00", linewidth=2.0, solid_capstyle="butt")
    for at, value in zip(places, values, strict=True):
        axis.annotate(
            words.number(value, 1),
            (1.0, at),
            xycoords=axis.get_yaxis_transform(),
            ha="right",
            va="center",
            fontsize=SMALL,
        )
    axis.set_title(fill(title(answer, scenario, words), 14), fontsize=SMALL - 1)
    axis.xaxis.set_major_formatter(lambda value, _: words.number(value, 0))
    axis.tick_params(labelsize=SMALL - 1)
    axis.grid(axis="x", alpha=0.3)
    axis.set_axisbelow(True)
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)
