"""Figure of surveys and routine figures: the same children seen twice, with bands of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .data_points import Point, collect
from .data_tables import area_name
from .drawing import BLACK, BLUE, FIRST_YEAR, ORANGE, SMALL, TEXT, TITLE, figure, tint
from .outcomes import POINTS
from .routine_view import GRID, RoutineView
from .text import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HATCH = "///"
"""Of the routine band, so that it is told from the other without colour."""


def routine_chart(view: RoutineView, words: Words) -> Figure:
    """Draw surveys with intervals, routine figures, and the bands of both.

    Parameters
    ----------
    view
        What was found.
    words
        Language.
    """
    drawn = figure()
    axis = drawn.subplots()
    _bands(axis, view, words)
    points = [p for p in collect([view.area], True, False, False).points if _used(p)]
    _surveys(axis, points, words)
    _figures(axis, view, words)
    years = FIRST_YEAR + np.array(GRID) / 12.0
    axis.set_xlim(years[0], years[-1])
    axis.set_xticks(np.arange(2021, 2027), [str(year) for year in range(2021, 2027)])
    axis.set_ylim(bottom=0.0)
    axis.yaxis.set_major_formatter(lambda value, _: words.number(value, 0))
    axis.tick_params(labelsize=SMALL)
    axis.grid(axis="y", alpha=0.3)
    axis.set_ylabel(words.get("routine.axis"), fontsize=TEXT)
    axis.set_xlabel(words.get("routine.warning_fall"), fontsize=SMALL, style="italic")
    title = words.get("routine.figure", area=area_name(view.area, words))
    axis.set_title(title, fontsize=TITLE)
    drawn.legend(loc="outside lower center", ncols=2, fontsize=SMALL, frameon=False)
    return drawn


def _used(point: Point) -> bool:
    return point.survey.role in ("fit", "unseen")


def _bands(axis: Axes, view: RoutineView, words: Words) -> None:
    years = FIRST_YEAR + np.array(GRID) / 12.0
    for name, colour, style, hatch in (
        ("survey", BLUE, "-", None),
        ("routine", ORANGE, "--", HATCH),
    ):
        low, middle, high = POINTS * view.bands[name]
        # Lines over light bands: where the bands overlap both are seen.
        fill = {"facecolor": (*tint(colour, 0.3), 0.6), "edgecolor": tint(colour, 0.6)}
        axis.fill_between(years, low, high, hatch=hatch, linewidth=0.0, **fill)
        label = words.get(f"routine.figure_{name}")
        axis.plot(years, middle, style, color=colour, linewidth=2.5, label=label)


def _surveys(axis: Axes, points: list[Point], words: Words) -> None:
    label, bar = words.get("routine.figure_point"), words.get("routine.figure_range")
    for point in points:
        row = point.survey
        year = FIRST_YEAR + (row.month_low + row.month_high + 1.0) / 24.0
        if row.value is None:
            ends = [POINTS * (row.low or 0.0), POINTS * (row.high or 0.0)]
            axis.plot([year, year], ends, color=BLUE, linewidth=9, solid_capstyle="butt", label=bar)
            bar = "_"
            continue
        value = POINTS * row.value
        error = [
            [value - POINTS * (point.low or row.value)],
            [POINTS * (point.high or row.value) - value],
        ]
        style = {"color": BLUE, "markersize": 9, "capsize": 4, "linewidth": 2.0}
        axis.errorbar(year, value, error, fmt="o", label=label, **style)
        label = "_"


def _figures(axis: Axes, view: RoutineView, words: Words) -> None:
    for known, key in ((True, "figure"), (False, "year")):
        rows = [k for k, one in enumerate(view.series.figures) if (one.month is not None) == known]
        if rows:
            years = FIRST_YEAR + view.series.years[rows] + 1.0 / 24.0
            inside = ORANGE if known else "white"
            style = {"markersize": 11, "color": BLACK, "markerfacecolor": inside}
            label = words.get(f"routine.figure_{key}")
            axis.plot(years, POINTS * view.series.shares[rows], "p", label=label, **style)
