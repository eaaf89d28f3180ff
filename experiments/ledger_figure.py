"""Figure of the ledger: the fan of the surveys to come in one district, after those there are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..calibration.areas import Area
from ..calibration.intervals import DESIGN_EFFECT, LEVEL, sampling_interval
from ..calibration.ledger_chain import Line
from ..calibration.ledger_entry import Forecast
from ..calibration.ledger_forecast import field_work
from ..calibration.observations import Observation
from .data_figure import SHAPES
from .data_tables import area_name
from .drawing import BANDS, BLUE, FIRST_YEAR, GREY, SMALL, TEXT, TITLE, figure, tint
from .outcomes import POINTS
from .text import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def ledger_chart(
    line: Line,
    forecasts: Sequence[Forecast],
    surveys: Sequence[Observation],
    area: Area,
    words: Words,
) -> Figure:
    """Draw the forecasts of one district after its earlier surveys.

    Parameters
    ----------
    line, forecasts
        The entry, and its forecasts of the district.
    surveys
        Earlier surveys of the district.
    area
        The district.
    words
        Language.
    """
    drawn = figure()
    axis = drawn.subplots()
    _fan(axis, forecasts, words)
    _earlier(axis, surveys, words)
    year, month, day = map(int, line.date.split("-"))
    frozen = year + (month - 1.0 + (day - 1.0) / 31.0) / 12.0
    label = words.get("ledger.figure_frozen", number=line.number, day=line.date)
    axis.axvline(frozen, color=GREY, linestyle=":", linewidth=2.0, label=label)
    highest = [item.interval(0.9)[1] for item in forecasts]
    highest += [end for row in surveys for end in _ends(row)]
    axis.set_ylim(0.0, 5.0 * math.ceil(POINTS * max(highest) / 5.0 + 0.5))
    years = [row.year for row in surveys] + [item.year for item in forecasts]
    ticks = range(min(years), max(years) + 1)
    axis.set_xticks([year + 0.5 for year in ticks], [str(year) for year in ticks])
    axis.set_xlim(min(years) - 0.2, max(years) + 1.2)
    axis.grid(axis="y", alpha=0.3)
    axis.tick_params(labelsize=SMALL)
    drawn.supylabel(words.get("figure.survey"), fontsize=TEXT)
    title = words.get("ledger.figure", area=area_name(area, words))
    drawn.suptitle(title, fontsize=TITLE)
    drawn.legend(loc="outside lower center", ncols=3, fontsize=SMALL, frameon=False)
    return drawn


def _fan(axis: Axes, forecasts: Sequence[Forecast], words: Words) -> None:
    """Fill the central intervals, widest first, and mark the medians."""
    at = [FIRST_YEAR + (field_work(item.year).mean() + 0.5) / 12.0 for item in forecasts]
    for share, opacity in BANDS:
        low, high = POINTS * np.array([item.interval(share) for item in forecasts]).T
        label = words.get("ledger.figure_band", share=words.percent(share))
        axis.fill_between(at, low, high, color=tint(BLUE, opacity), linewidth=0.0, label=label)
    medians = [POINTS * item.median for item in forecasts]
    label = words.get("ledger.figure_median")
    axis.plot(at, medians, "o-", color=BLUE, markerfacecolor="white", linewidth=2.0, label=label)


def _ends(row: Observation) -> tuple[float, float]:
    """Return the ends of the sampling interval of a survey, or of what is known of it."""
    if row.value is not None:
        return sampling_interval(row.value, row.children)
    assert row.low is not None and row.high is not None
    return row.low, row.high


def _earlier(axis: Axes, surveys: Sequence[Observation], words: Words) -> None:
    """Draw each survey with its interval; a bar where only a range is known."""
    told: set[str] = set()
    effect, level = words.number(DESIGN_EFFECT), words.percent(LEVEL)
    for row in surveys:
        marker, colour = SHAPES[row.instrument]
        at = FIRST_YEAR + (row.month_low + row.month_high + 1.0) / 24.0
        low, high = (POINTS * end for end in _ends(row))
        if row.value is None:
            label = words.get("ledger.figure_range", instrument=row.instrument)
            style = {"color": colour, "linewidth": 7.0, "solid_capstyle": "butt"}
            axis.plot([at, at], [low, high], label=_once(label, told), **style)
            continue
        value = POINTS * row.value
        blanks = {"instrument": row.instrument, "level": level, "effect": effect}
        label = words.get("ledger.figure_earlier", **blanks)
        error = [[value - low], [high - value]]
        style = {"fmt": marker, "color": colour, "capsize": 4, "markersize": 8}
        axis.errorbar(at, value, error, label=_once(label, told), **style)


def _once(label: str, told: set[str]) -> str:
    """Return a label the first time, and none after it."""
    if label in told:
        return "_nolegend_"
    told.add(label)
    return label
