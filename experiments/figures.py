"""Figures of a comparison: fans of surveyed prevalence, and the gain of every strategy."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from ..calibration.intervals import sampling_interval
from ..calibration.observations import Observation
from ..model.calendar import DECISION_MONTH
from ..scenarios.loader import BASELINE, EQUAL_BUDGET_IDS
from .answer import equal_heading
from .drawing import (
    BANDS,
    BLACK,
    BLUE,
    FIRST_YEAR,
    GREEN,
    GREY,
    SMALL,
    TEXT,
    TITLE,
    bands,
    figure,
    tail,
    tint,
    year_ticks,
)
from .outcomes import POINTS
from .results import Comparison, StrategyResult
from .text import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN = ("hr", "facilities", "coordination", "all_three", "food", "all_three_food")
LABEL = 30
"""Characters of a line of a strategy's name."""


def fan_chart(
    answer: Comparison, words: Words, design_effect: float, legend_columns: int = 3
) -> Figure:
    """Draw surveyed prevalence of each strategy against no extra action.

    Parameters
    ----------
    answer
        The comparison.
    words
        Language.
    design_effect
        Sets the length of the survey intervals.
    legend_columns
        Of the legend; fewer for a narrow figure.
    """
    run = {result.id for result in answer.strategies}
    names = [name for name in SHOWN if name in run] or [r.id for r in answer.strategies][:6]
    rows, columns = (2, 3) if len(names) > 3 else (1, max(1, len(names)))
    drawn = figure()
    axes = drawn.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for position, axis in enumerate(axes.flat):
        if position >= len(names):
            axis.set_visible(False)
            continue
        _panel(axis, answer, names[position], words, design_effect)
        title = words.title(answer.titles[names[position]])
        axis.set_title(fill(title, LABEL), fontsize=TEXT)
    handles, labels = axes.flat[0].get_legend_handles_labels()
    place = {"loc": "outside lower center", "ncols": legend_columns}
    drawn.legend(handles, labels, fontsize=SMALL, frameon=False, **place)
    drawn.suptitle(words.get("figure.fan", district=answer.district.name), fontsize=TITLE)
    drawn.supylabel(words.get("figure.survey"), fontsize=TEXT)
    return drawn


def paired_chart(answer: Comparison, words: Words, columns: int = LABEL + 8) -> Figure:
    """Draw the gain of every strategy; the equal-budget set stands apart.

    Parameters
    ----------
    answer, words
        The comparison, and the language.
    columns
        Characters of a line of a strategy's name.
    """
    equal = [r for r in answer.strategies if r.id in EQUAL_BUDGET_IDS]
    plain = [r for r in answer.strategies if r.id not in EQUAL_BUDGET_IDS]
    drawn = figure()
    axis = drawn.subplots()
    ticks: dict[float, str] = {}
    headings: list[str] = []
    place = 0.0
    for group, colour in ((plain, BLUE), (equal, GREEN)):
        if group is equal and equal:
            place -= 0.6
            heading = equal_heading(answer, words)
            axis.axhline(place + 0.9, color=GREY, linewidth=1.0)
            ticks[place] = heading
            headings.append(heading)
            place -= 1.0
        for result in group:
            _gain_bar(axis, answer, result, place, colour)
            ticks[place] = fill(words.title(answer.titles[result.id]), columns)
            place -= 1.0
    _gain_axis(axis, ticks, words)
    for tick in axis.get_yticklabels():
        if tick.get_text() in headings:
            tick.set_fontweight("bold")
    _gain_marks(axis, words)
    drawn.legend(loc="outside lower center", ncols=5, fontsize=SMALL, frameon=False)
    year = answer.base[-1].year
    drawn.suptitle(words.get("figure.paired", year=year), fontsize=TITLE)
    return drawn


def _gain_bar(
    axis: Axes, answer: Comparison, result: StrategyResult, place: float, colour: str
) -> None:
    """Draw bands that end where the draws end; a band of no width is not there."""
    gain = answer.gain(result)
    for (share, opacity), height in zip(BANDS, (0.34, 0.52, 0.7), strict=True):
        low, high = np.quantile(gain, tail(share))
        axis.barh(place, high - low, height, left=low, color=tint(colour, opacity), linewidth=0.0)
    axis.plot(np.mean(gain), place, "D", color="white", markeredgecolor=BLACK, markersize=6)
    axis.plot(np.median(gain), place, "|", color=BLACK, markersize=17, markeredgewidth=2.5)


def _gain_axis(axis: Axes, ticks: dict[float, str], words: Words) -> None:
    axis.axvline(0.0, color=BLACK, linewidth=1.0, zorder=0)
    axis.set_yticks(list(ticks), list(ticks.values()), fontsize=SMALL)
    axis.set_ylim(min(ticks) - 0.7, max(ticks) + 0.7)
    axis.use_sticky_edges = False
    axis.margins(x=0.03)
    axis.autoscale_view(scalex=True, scaley=False)
    axis.tick_params(axis="y", length=0)
    axis.tick_params(axis="x", labelsize=TEXT)
    axis.set_xlabel(words.get("figure.gain"), fontsize=TEXT)
    axis.xaxis.set_major_formatter(lambda value, _: words.number(value, 2))
    axis.grid(axis="x", alpha=0.3)
    axis.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axis.spines[side].set_visible(False)


def _gain_marks(axis: Axes, words: Words) -> None:
    """Explain the bands and marks; the legend is that of the figure."""
    for share, opacity in BANDS:
        label = words.get("figure.band", share=words.percent(share))
        axis.barh(np.nan, np.nan, color=tint(GREY, opacity + 0.15), label=label)
    axis.plot(
        [],
        [],
        "|",
        color=BLACK,
        markersize=17,
        markeredgewidth=2.5,
        label=words.get("figure.point"),
    )
    mark = {"color": "white", "markeredgecolor": BLACK, "markersize": 6}
    axis.plot([], [], "D", label=words.get("figure.average"), **mark)


def _panel(axis: Axes, answer: Comparison, name: str, words: Words, design_effect: float) -> None:
    years = FIRST_YEAR + answer.batch.times / 12.0
    base = POINTS * answer.batch.path(BASELINE, "survey prevalence")
    paths = POINTS * answer.batch.path(name, "survey prevalence")
    bands(axis, years, paths, words)
    middle, before = np.median(paths, axis=0), np.median(base, axis=0)
    axis.plot(years, middle, color=BLUE, linewidth=2.5, label=words.get("figure.median"))
    label = words.get("figure.base")
    axis.plot(years, before, color=BLACK, linestyle="--", linewidth=1.8, label=label)
    _surveys(axis, answer.observations, design_effect, words)
    _decision_and_target(axis, answer, words)
    upper = np.quantile(np.concatenate([paths, base]), 0.95, axis=0).max()
    axis.set_ylim(0.0, max(36.0, 5.0 * np.ceil(upper / 5.0)))
    year_ticks(axis, years[0], years[-1])
    axis.tick_params(labelsize=SMALL)
    axis.grid(axis="y", alpha=0.3)


def _decision_and_target(axis: Axes, answer: Comparison, words: Words) -> None:
    target = answer.target.target
    decision = FIRST_YEAR + DECISION_MONTH / 12.0
    label = words.get("figure.decision", date=words.month(DECISION_MONTH))
    axis.axvline(decision, color=GREY, linestyle=":", linewidth=2.0, label=label)
    share = words.number(POINTS * target.share)
    label = words.get("figure.target", target=share, year=target.year)
    axis.plot(
        target.year + 1.0,
        POINTS * target.share,
        marker="*",
        color=GREEN,
        markeredgecolor=BLACK,
        markersize=17,
        linestyle="none",
        label=label,
        zorder=5,
    )


def _surveys(
    axis: Axes,
    observations: tuple[Observation, ...],
    design_effect: float,
    words: Words,
) -> None:
    """Draw each survey in its months of field work, once in the legend."""
    told: set[str] = set()
    for item in observations:
        year = FIRST_YEAR + (item.month_low + item.month_high) / 24.0
        point = item.value is not None
        key = "figure.used" if point else "figure.known"
        text = "_nolegend_" if key in told else words.get(key)
        told.add(key)
        if item.value is not None:
            ends = sampling_interval(item.value, item.children, design_effect)
            error = [[POINTS * abs(end - item.value)] for end in ends]
            style = {"color": BLACK, "markersize": 6, "capsize": 3, "label": text}
            axis.errorbar(year, POINTS * item.value, error, fmt="o", **style)
        elif item.low is not None and item.high is not None:
            ends = [POINTS * item.low, POINTS * item.high]
            axis.plot(
                [year, year], ends, color=BLACK, linewidth=5.0, solid_capstyle="butt", label=text
            )
