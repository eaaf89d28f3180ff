"""Figure of the data: surveys by area with intervals; routine figures and ages drawn apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING

from ..calibration.areas import Area
from ..calibration.intervals import DESIGN_EFFECT
from ..calibration.survey_rows import LAST_FITTED_YEAR
from .data_points import Data, Point
from .data_tables import area_name, share_text, short_name
from .drawing import BLACK, BLUE, FIRST_YEAR, GREEN, GREY, ORANGE, SMALL, TEXT, TITLE, figure
from .outcomes import POINTS
from .text import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

PINK, SKY = "#CC79A7", "#56B4E9"
SHAPES = {
    "Riskesdas": ("v", PINK),
    "PSG": ("D", SKY),
    "SSGBI": ("^", GREEN),
    "SSGI": ("o", BLUE),
    "SKI": ("s", ORANGE),
    "prediction": ("+", BLACK),
}
"""Marker and Okabe-Ito colour of an instrument; the marker alone tells them apart."""
SHADE, PALE = "#EEEEEE", "#F7F7F7"
COLUMNS = 4
ROW, STRIP, LEGEND = 2.3, 3.0, 1.3
"""Inches of a row of panels, of the strip below them, and of title and legend."""
RIGHT, LEFT = 0.3, -0.6
"""Years from the fitted figure of a survey to others of the same survey."""


def data_chart(data: Data, words: Words) -> Figure:
    """Draw the surveys of each area in a panel of its own.

    Parameters
    ----------
    data
        What was asked for.
    words
        Language.
    """
    many, apart = len(data.areas) > 1, bool(data.routine or data.ages)
    columns = COLUMNS if many else 1
    rows = math.ceil(len(data.areas) / columns)
    heights = [ROW * rows + LEGEND if many else 6.0, *([STRIP] if apart else [])]
    drawn = figure()
    drawn.set_size_inches(drawn.get_figwidth(), sum(heights))
    drawn.set_layout_engine("constrained", w_pad=0.1, h_pad=0.08)
    parts = list(drawn.subfigures(len(heights), 1, height_ratios=heights, squeeze=False).flat)
    _surveys(parts[0], data, words, rows, columns)
    if apart:
        _strip(parts[1], data, words)
    only = area_name(data.areas[0], words)
    title = words.get("data.figure_all") if many else words.get("data.figure", area=only)
    drawn.suptitle(title, fontsize=TITLE)
    return drawn


def _surveys(part: SubFigure, data: Data, words: Words, rows: int, columns: int) -> None:
    axes = part.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    years = [_year(point) for point in data.points] or [FIRST_YEAR]
    for place, axis in enumerate(axes.flat):
        if place >= len(data.areas):
            axis.set_visible(False)
            continue
        area = data.areas[place]
        _panel(axis, data.of(area), words, alone=len(data.areas) == 1)
        if len(data.areas) > 1:
            axis.set_title(short_name(area, words), fontsize=SMALL)
        _year_axis(axis, min(years), max(years), len(data.areas) == 1)
        axis.set_ylim(0.0, _top(data.points))
    part.supylabel(words.get("data.axis"), fontsize=TEXT)
    _legend(part, axes.flat[0], data, words)


def _year(point: Point) -> float:
    """Return the middle of the field work as a year with decimals."""
    return FIRST_YEAR + (point.survey.month_low + point.survey.month_high + 1.0) / 24.0


def _top(points: Sequence[Point]) -> float:
    """Return the upper end of the axis, percent: a multiple of ten above everything."""
    ends = [e for p in points for e in (p.survey.value, p.survey.high, p.high) if e is not None]
    return 10.0 * math.ceil((POINTS * max(ends, default=0.3) + 1.0) / 10.0)


def _panel(axis: Axes, points: Sequence[Point], words: Words, alone: bool) -> None:
    """Draw the surveys of one area; several figures of one survey stand side by side."""
    if any(point.later for point in points):
        axis.axvspan(LAST_FITTED_YEAR + 1.0, 2100.0, color=SHADE, zorder=0)
    for point in points:
        year = _year(point) + _aside(point, points)
        _point(axis, point, year)
        if alone:
            _name_value(axis, point, year, points, words)
    if not points:
        style = {"ha": "center", "fontsize": SMALL, "transform": axis.transAxes}
        axis.text(0.5, 0.5, words.get("data.none"), **style)
    axis.grid(axis="y", alpha=0.3)
    axis.tick_params(labelsize=SMALL)


def _aside(point: Point, points: Sequence[Point]) -> float:
    """Return how many years a second figure of a survey stands beside the first."""
    role = point.survey.role
    if role not in ("alternative", "rival"):
        return 0.0
    return LEFT if role == "rival" and _replaced(point, points) else RIGHT


def _replaced(point: Point, points: Sequence[Point]) -> bool:
    """Return whether a survey has a figure that may be used instead of the fitted one."""
    same = (other.survey for other in points if other.survey.survey == point.survey.survey)
    return any(row.role == "alternative" for row in same)


def _name_value(
    axis: Axes, point: Point, year: float, points: Sequence[Point], words: Words
) -> None:
    """Write a value beside its mark, on the side where there is room."""
    row = point.survey
    if row.value is None or row.role == "rival":
        return
    left = row.role == "fit" and _replaced(point, points)
    place, side = (-7 if left else 7, 3), "right" if left else "left"
    style = {"textcoords": "offset points", "xytext": place, "ha": side, "fontsize": SMALL - 3}
    axis.annotate(share_text(row.value, words), (year, POINTS * row.value), **style)


def _point(axis: Axes, point: Point, year: float) -> None:
    """Draw one survey: a shape with its interval, or a bar where only a range is known."""
    row = point.survey
    marker, colour = SHAPES[row.instrument]
    if row.low is not None and row.high is not None:
        ends = [POINTS * row.low, POINTS * row.high]
        axis.plot([year, year], ends, color=colour, linewidth=7.0, solid_capstyle="butt")
    if row.value is None:
        return
    value = POINTS * row.value
    if row.role == "rival":
        axis.plot(year, value, "x", color=GREY, markersize=7, markeredgewidth=2.0)
        return
    if point.low is not None and point.high is not None:
        error = [[value - POINTS * point.low], [POINTS * point.high - value]]
        axis.errorbar(year, value, error, fmt="none", ecolor=colour, capsize=3, linewidth=1.5)
    inside = colour if row.role == "fit" else "white"
    axis.plot(year, value, marker, markersize=7, color=colour, markerfacecolor=inside)


def _year_axis(axis: Axes, first: float, last: float, wide: bool) -> None:
    """Label whole years, few enough for a narrow panel."""
    step = 1 if wide or last - first < 4.0 else 2 if last - first < 9.0 else 4
    start, end = math.floor(first), math.floor(last)
    years = [year for year in range(start, end + 1) if (end - year) % step == 0]
    axis.set_xticks([year + 0.5 for year in years], [str(year) for year in years])
    axis.set_xlim(first - 0.8, last + 0.8)


def _legend(part: SubFigure, axis: Axes, data: Data, words: Words) -> None:
    """Explain shapes and marks that the figure has, and no others."""
    rows = [point.survey for point in data.points]
    used = {row.instrument for row in rows}
    for name, (marker, colour) in SHAPES.items():
        if name in used:
            label = words.get("data.legend_prediction") if name == "prediction" else name
            style = {"markersize": 7, "markerfacecolor": "white", "linestyle": "none"}
            axis.plot([], [], marker, color=colour, label=label, **style)
    if any(row.role == "fit" for row in rows):
        label = words.get("data.legend_fit")
        axis.plot([], [], "o", color=BLUE, markersize=7, linestyle="none", label=label)
    if any(point.low is not None for point in data.points):
        label = words.get("data.legend_interval", effect=words.number(DESIGN_EFFECT))
        axis.errorbar([], [], [], fmt="none", ecolor=BLACK, capsize=3, label=label)
    if any(row.low is not None for row in rows):
        label = words.get("data.legend_range")
        axis.plot([], [], color=BLUE, linewidth=7.0, label=label)
    if any(row.role == "rival" for row in rows):
        style = {"color": GREY, "markersize": 7, "markeredgewidth": 2.0, "linestyle": "none"}
        axis.plot([], [], "x", label=words.get("data.legend_rival"), **style)
    if any(point.later for point in data.points):
        axis.fill_between([], [], [], color=SHADE, label=words.get("data.legend_later"))
    handles, labels = axis.get_legend_handles_labels()
    part.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=SMALL, frameon=False)


def _strip(part: SubFigure, data: Data, words: Words) -> None:
    """Draw routine figures and ages below the surveys, on axes of their own."""
    areas = [a for a in data.areas if any(row.area == a.code for row in data.routine)]
    wanted = [2.0 + len(areas)] * bool(areas) + [3.0] * bool(data.ages)
    if not wanted:
        return
    halves = list(part.subfigures(1, len(wanted), width_ratios=wanted, squeeze=False).flat)
    for half in halves:
        half.set_facecolor(PALE)
    if areas:
        halves[0].suptitle(words.get("data.figure_routine"), fontsize=SMALL + 1)
        for axis, area in zip(_axes(halves[0], len(areas)), areas, strict=True):
            _routine(axis, area, data, words)
    if data.ages:
        halves[-1].suptitle(words.get("data.figure_age"), fontsize=SMALL + 1)
        _ages(_axes(halves[-1], 1)[0], data, words)


def _axes(part: SubFigure, count: int) -> list[Axes]:
    return list(part.subplots(1, count, sharey=True, squeeze=False).flat)


def _routine(axis: Axes, area: Area, data: Data, words: Words) -> None:
    """Draw the routine figures of one area."""
    many = len(data.areas) > 1
    rows = [row for row in data.routine if row.area == area.code and row.share is not None]
    years = [row.year + ((row.month or 6.5) - 0.5) / 12.0 for row in rows]
    shares = [POINTS * row.share for row in rows if row.share is not None]
    axis.plot(years, shares, ":", color=GREY, linewidth=1.5)
    axis.plot(years, shares, "p", color=BLACK, markerfacecolor="white", markersize=8)
    every = [row.year for row in data.routine]
    ends = range(min(every), max(every) + 1, max(1, (max(every) - min(every)) if many else 1))
    axis.set_xlim(min(every) - 0.3, max(every) + 1.3)
    axis.set_xticks([year + 0.5 for year in ends], [str(year) for year in ends])
    axis.set_ylim(0.0, 30.0)
    title = fill(short_name(area, words), 10, break_long_words=False)
    axis.set_title(title, fontsize=SMALL - 2)
    axis.grid(axis="y", alpha=0.3)
    axis.tick_params(labelsize=SMALL)


def _ages(axis: Axes, data: Data, words: Words) -> None:
    """Draw stunting by age, a line a survey; length at birth is another indicator, left out."""
    rows = [row for row in data.ages if row.measure == "stunted"]
    for survey in dict.fromkeys(row.survey for row in rows):
        own = [row for row in rows if row.survey == survey]
        marker, colour = SHAPES[survey.split()[0]]
        middle = [(row.age_low + row.age_high + 1) / 2.0 for row in own]
        values = [POINTS * row.value for row in own]
        axis.plot(middle, values, marker=marker, color=colour, markersize=6, label=survey)
    axis.set_ylim(0.0, 30.0)
    axis.set_xticks([0, 12, 24, 36, 48, 60])
    axis.set_xlabel(words.get("data.axis_age"), fontsize=SMALL)
    axis.legend(fontsize=SMALL - 2, frameon=False, loc="lower right")
    axis.grid(axis="y", alpha=0.3)
    axis.tick_params(labelsize=SMALL)
