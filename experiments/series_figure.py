"""Figure of the series: surveys with sampling intervals over what the fit expects of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..calibration.intervals import sampling_interval
from .data_tables import area_name, short_name
from .drawing import (
    BLACK,
    BLUE,
    FIRST_YEAR,
    GREEN,
    GREY,
    ORANGE,
    SMALL,
    TEXT,
    TITLE,
    figure,
    tail,
    tint,
    year_ticks,
)
from .outcomes import POINTS
from .series_data import Expected, Series
from .text import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BANDS = ((0.90, 0.22), (0.50, 0.5))
"""Share of the draws, and opacity."""
MARKS = {"fitted": (BLACK, "o"), "returned": (ORANGE, "s"), "unseen": (GREEN, "^")}
"""Colour and shape by what the fit knows of a survey; either tells them apart."""
COLUMNS = 5


@dataclass(frozen=True)
class Scale:
    """Sizes of a panel: half the width of the band of a survey, years, and that of the marks."""

    half: float
    mark: float


WIDE, NARROW = Scale(0.17, 1.0), Scale(0.3, 0.55)


def series_chart(series: Series, words: Words) -> Figure:
    """Draw one district.

    Parameters
    ----------
    series
        Draws and surveys.
    words
        Language.
    """
    drawn = figure()
    axis = drawn.subplots()
    _panel(axis, series, WIDE)
    _axis(axis, [series], words)
    drawn.supylabel(words.get("figure.survey"), fontsize=TEXT)
    drawn.suptitle(
        words.get("calibration.series", district=area_name(series.area, words)), fontsize=TITLE
    )
    _legend(drawn, [series], words)
    return drawn


def many_series_chart(districts: Sequence[Series], words: Words) -> Figure:
    """Draw several districts, each in a panel of its own with the same axes.

    Parameters
    ----------
    districts
        At least one.
    words
        Language.
    """
    columns = min(COLUMNS, len(districts))
    drawn = figure()
    axes = drawn.subplots(
        math.ceil(len(districts) / columns), columns, sharex=True, sharey=True, squeeze=False
    )
    for place, axis in enumerate(axes.flat):
        if place >= len(districts):
            axis.set_visible(False)
            continue
        _panel(axis, districts[place], NARROW)
        _axis(axis, districts, words)
        # A panel above an empty place has no labels of its own otherwise.
        axis.tick_params(labelbottom=place + columns >= len(districts))
        axis.set_title(short_name(districts[place].area, words), fontsize=SMALL)
    drawn.supylabel(words.get("figure.survey"), fontsize=TEXT)
    drawn.suptitle(words.get("calibration.many_series"), fontsize=TITLE)
    _legend(drawn, districts, words)
    return drawn


def _panel(axis: Axes, series: Series, scale: Scale) -> None:
    years, paths = FIRST_YEAR + series.months / 12.0, POINTS * series.paths
    for share, opacity in BANDS:
        ends = np.quantile(paths, tail(share), axis=0)
        axis.fill_between(years, *ends, color=tint(BLUE, opacity), linewidth=0.0)
    axis.plot(years, np.median(paths, axis=0), color=BLUE, linewidth=2.0)
    for item in series.surveys:
        year = _year(item)
        _expected(axis, year, POINTS * item.shares, scale)
        _survey(axis, year, item, series.design_effect, scale)


def _year(item: Expected) -> float:
    """Return the middle of the field work as a year with decimals."""
    return FIRST_YEAR + (item.survey.month_low + item.survey.month_high + 1.0) / 24.0


def _expected(axis: Axes, year: float, shares: NDArray[np.float64], scale: Scale) -> None:
    """Draw the 90 and 50 percent bands of a survey, one inside the other."""
    for share, opacity in BANDS:
        low, high = np.quantile(shares, tail(share))
        colour = tint(GREY, opacity + 0.2)
        axis.bar(year, high - low, 2.0 * scale.half, low, color=colour, linewidth=0.0, zorder=2)


def _survey(axis: Axes, year: float, item: Expected, effect: float, scale: Scale) -> None:
    """Draw a point with its 95 percent sampling interval, or a bracket where that is all."""
    colour, shape = MARKS[item.status]
    row, size = item.survey, scale.mark
    style = {"color": colour, "zorder": 4, "linewidth": 2.0 * size + 0.4}
    if row.value is not None:
        value = POINTS * row.value
        ends = sampling_interval(row.value, row.children, effect)
        error = [[abs(POINTS * end - value)] for end in ends]
        inside = colour if item.status == "fitted" else "white"
        marks = {"markersize": 9.0 * size, "markerfacecolor": inside, "capsize": 4.0 * size}
        axis.errorbar(year, value, error, fmt=shape, **marks, **style)
    elif row.low is not None and row.high is not None:
        low, high = POINTS * row.low, POINTS * row.high
        # Open to the right: no value between the ends is known to be likelier than another.
        left, right = year - 0.8 * scale.half, year + 0.4 * scale.half
        axis.plot([right, left, left, right], [low, low, high, high], **style)


def _axis(axis: Axes, districts: Sequence[Series], words: Words) -> None:
    months = np.concatenate([series.months for series in districts])
    first, last = FIRST_YEAR + months.min() / 12.0, FIRST_YEAR + months.max() / 12.0
    year_ticks(axis, first, last)
    if len(districts) == 1:
        years = range(math.ceil(first), math.floor(last) + 1)
        axis.set_xticks(list(years), [str(year) for year in years])
    axis.set_ylim(0.0, _top(districts))
    axis.yaxis.set_major_formatter(lambda value, _: words.number(value, 0))
    axis.tick_params(labelsize=SMALL)
    axis.grid(axis="y", alpha=0.3)


def _top(districts: Sequence[Series]) -> float:
    """Return the upper end of the axis, percent: a multiple of five above everything."""
    ends = [np.quantile(series.paths, tail(BANDS[0][0])[1], axis=0).max() for series in districts]
    for series in districts:
        for item in series.surveys:
            ends.append(np.quantile(item.shares, tail(BANDS[0][0])[1]))
            if item.survey.value is not None:
                row, effect = item.survey, series.design_effect
                ends.append(sampling_interval(item.survey.value, row.children, effect)[1])
            ends.append(item.survey.high or 0.0)
    return 5.0 * math.ceil((POINTS * max(ends) + 1.0) / 5.0)


def _legend(drawn: Figure, districts: Sequence[Series], words: Words) -> None:
    """Explain the marks that the figure has, and no others."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    surveys = [item for series in districts for item in series.surveys]
    handles: list[Line2D | Patch] = []
    for key, colour, more in (("prevalence_band", BLUE, 0.0), ("survey_band", GREY, 0.2)):
        for share, opacity in BANDS:
            label = words.get(f"calibration.{key}", share=words.percent(share))
            handles.append(Patch(color=tint(colour, opacity + more), label=label))
    for status, (colour, shape) in MARKS.items():
        if any(item.status == status for item in surveys):
            inside = colour if status == "fitted" else "white"
            style = {"color": colour, "markerfacecolor": inside, "markersize": 8.0}
            label = words.get(f"calibration.{status}")
            handles.append(Line2D([], [], marker=shape, linestyle="none", label=label, **style))
    if any(item.survey.value is not None for item in surveys):
        label = words.get("calibration.interval")
        handles.append(Line2D([], [], color=BLACK, linewidth=2.0, label=label))
    if any(item.survey.value is None for item in surveys):
        style = {"color": BLACK, "marker": "$[$", "linestyle": "none", "markersize": 11.0}
        handles.append(Line2D([], [], label=words.get("calibration.bracket"), **style))
    drawn.legend(
        handles=handles, loc="outside lower center", ncols=2, fontsize=SMALL, frameon=False
    )
