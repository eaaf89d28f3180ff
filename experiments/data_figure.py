"""Figure of the data: surveys by area with intervals; routine figures and ages drawn apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..calibration.areas import Area
from ..calibration.intervals import DESIGN_EFFECT
from ..calibration.survey_rows import LAST_FITTED_YEAR
from .data_points import Data, Point
from .data_tables import area_name
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
SHADE = "#EEEEEE"
COLUMNS = 4
ROW, STRIP, LEGEND = 2.3, 3.0, 1.3
"""Inches of a row of panels, of the strip below them, and of title and legend."""


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
        _panel(axis, data.of(area), words)
        if len(data.areas) > 1:
            axis.set_title(area_name(area, words), fontsize=SMALL)
        _year_axis(axis, min(years), max(years))
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


def _panel(axis: Axes, points: Sequence[Point], words: Words) -> None:
    if any(point.later for point in points):
        axis.axvspan(LAST_FITTED_YEAR + 1.0, 2100.0, color=SHADE, zorder=0)
    for point in points:
        _point(axis, point)
    if not points:
        style = {"ha": "center", "fontsize": SMALL, "transform": axis.transAxes}
        axis.text(0.5, 0.5, words.get("data.none"), **style)
    axis.grid(axis="y", alpha=0.3)
    axis.tick_params(labelsize=SMALL)


def _point(axis: Axes, point: Point) -> None:
    """Draw one survey: a shape with its interval, or a bar where only a range is known."""
    row, year = point.survey, _year(point)
    marker, colour = SHAPES[row.instrument]
    if row.low is not None and row.high is not None:
        ends = [POINTS * row.low, POINTS * row.high]
        axis.plot([year, year], ends, color=colour, linewidth=7.0, solid_capstyle="butt")
    if row.value is None:
        return
    value = POINTS * row.value
    if row.role == "rival":
        axis.plot(year + 0.3, value, "x", color=GREY, markersize=7, markeredgewidth=2.0)
        return
    if row.role == "alternative":
        year += 0.3
    if point.low is not None and point.high is not None:
        error = [[value - POINTS * point.low], [POINTS * point.high - value]]
        axis.errorbar(year, value, error, fmt="none", ecolor=colour, capsize=3, linewidth=1.5)
    inside = colour if row.role == "fit" else "white"
    axis.plot(year, value, marker, markersize=7, color=colour, markerfacecolor=inside)


def _year_axis(axis: Axes, first: float, last: float) -> None:
    """Label whole years, few enough for a narrow panel."""
    step = 1 if last - first < 4.0 else 2 if last - first < 9.0 else 4
    start, end = math.floor(first), math.ceil(last)
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
    part.set_facecolor("#F7F7F7")
    count = len(areas) + (1 if data.ages else 0)
    if not count:
        return
    axes = part.subplots(1, count, squeeze=False, width_ratios=_widths(len(areas), data))
    for place, area in enumerate(areas):
        _routine(axes[0][place], area, data, words)
        if place:
            axes[0][place].tick_params(labelleft=False)
    if areas:
        part.suptitle(words.get("data.figure_routine"), fontsize=TEXT)
    if data.ages:
        _ages(axes[0][-1], data, words)


def _widths(areas: int, data: Data) -> list[float]:
    return [1.0] * areas + ([1.0 if areas < 2 else 2.0] if data.ages else [])


def _routine(axis: Axes, area: Area, data: Data, words: Words) -> None:
    rows = [row for row in data.routine if row.area == area.code and row.share is not None]
    years = [row.year + ((row.month or 6.5) - 0.5) / 12.0 for row in rows]
    shares = [POINTS * row.share for row in rows if row.share is not None]
    axis.plot(years, shares, ":", color=GREY, linewidth=1.5)
    axis.plot(years, shares, "p", color=BLACK, markerfacecolor="white", markersize=8)
    every = [row.year for row in data.routine]
    axis.set_xlim(min(every) - 0.3, max(every) + 1.3)
    axis.set_xticks([year + 0.5 for year in sorted({min(every), max(every)})])
    axis.set_xticklabels([str(year) for year in sorted({min(every), max(every)})])
    axis.set_ylim(0.0, 30.0)
    axis.set_title(area_name(area, words), fontsize=SMALL, wrap=True)
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
    axis.set_title(words.get("data.figure_age"), fontsize=SMALL)
    axis.legend(fontsize=SMALL - 2, frameon=False, loc="lower right")
    axis.grid(axis="y", alpha=0.3)
    axis.tick_params(labelsize=SMALL)
