"""Figures of a comparison; the only module that imports matplotlib.

Files are the same to the byte for the same input: no dates, and fixed ids in SVG.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from ..calibration.likelihood import sampling_deviation
from ..calibration.observations import Observation, load_unseen
from ..scenarios.loader import BASELINE
from .compare import Comparison
from .outcomes import POINTS
from .text import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZE = (13.33, 7.5)
"""Inches: a 16:9 slide."""
BLUE, ORANGE, GREY, BLACK = "#0072B2", "#D55E00", "#999999", "#000000"
"""Okabe-Ito colours, told apart with any colour vision."""
BANDS = ((0.05, 0.95, 0.15), (0.10, 0.90, 0.2), (0.25, 0.75, 0.3))
SHOWN = ("hr", "facilities", "coordination", "all_three", "food", "all_three_food")
FIRST_YEAR = 2018.0


def fan_chart(answer: Comparison, words: Words, district: str, design_effect: float) -> Figure:
    """Draw surveyed prevalence of each strategy against no extra action.

    Parameters
    ----------
    answer
        The comparison.
    words
        Language.
    district
        Name of the district.
    design_effect
        Sets the length of the survey intervals.
    """
    run = {result.id for result in answer.strategies}
    names = [name for name in SHOWN if name in run] or [r.id for r in answer.strategies][:6]
    rows, columns = (2, 3) if len(names) > 3 else (1, max(1, len(names)))
    figure = _figure()
    axes = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    titles = {plan.scenario.id: plan.scenario.title.get(words.language) for plan in answer.plans}
    for position, axis in enumerate(axes.flat):
        if position >= len(names):
            axis.set_visible(False)
            continue
        _panel(axis, answer, names[position], words, design_effect)
        axis.set_title(titles[names[position]], fontsize=14, wrap=True)
    handles, labels = axes.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, fontsize=14, frameon=False)
    figure.suptitle(words.get("figure.fan", district=district), fontsize=18)
    figure.supylabel(words.get("figure.survey"), fontsize=15)
    return figure


def paired_chart(answer: Comparison, words: Words) -> Figure:
    """Draw the paired gain of every strategy with its 50, 80 and 90 percent intervals."""
    last, year = answer.base[-1].month, answer.base[-1].year
    titles = {plan.scenario.id: plan.scenario.title.get(words.language) for plan in answer.plans}
    figure = _figure()
    axis = figure.subplots()
    results = list(answer.strategies)[::-1]
    for row, result in enumerate(results):
        base = answer.batch.at(result.base, "survey prevalence", last)
        gain = POINTS * (base - answer.batch.at(result.id, "survey prevalence", last))
        for low, high, _ in BANDS:
            ends = np.quantile(gain, [low, high])
            width = {0.05: 3.0, 0.10: 7.0, 0.25: 12.0}[low]
            axis.plot(ends, [row, row], color=BLUE, linewidth=width, alpha=0.45)
        axis.plot(np.median(gain), row, "o", color=BLACK, markersize=7)
    axis.axvline(0.0, color=BLACK, linewidth=1.0)
    axis.set_yticks(range(len(results)), [titles[result.id] for result in results], fontsize=14)
    axis.set_xlabel(f"{words.get('figure.gain')} ({words.get('figure.band')})", fontsize=15)
    axis.tick_params(axis="x", labelsize=14)
    axis.xaxis.set_major_formatter(lambda value, _: words.number(value, 2))
    axis.set_title(words.get("figure.paired", year=year), fontsize=18)
    return figure


def render(figure: Figure, form: str) -> bytes:
    """Return a figure as the bytes of a file.

    Parameters
    ----------
    figure
        The figure.
    form
        ``png`` or ``svg``.
    """
    import matplotlib

    buffer = io.BytesIO()
    metadata = {"Date": None} if form == "svg" else {"Software": None}
    with matplotlib.rc_context({"svg.hashsalt": "tumbuh"}):
        figure.savefig(buffer, format=form, dpi=120, metadata=metadata)
    return buffer.getvalue()


def _figure() -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=SIZE, layout="constrained")


def _panel(axis: Axes, answer: Comparison, name: str, words: Words, design_effect: float) -> None:
    years = FIRST_YEAR + answer.batch.times / 12.0
    base = POINTS * answer.batch.path(BASELINE, "survey prevalence")
    paths = POINTS * answer.batch.path(name, "survey prevalence")
    for low, high, alpha in BANDS:
        bottom, top = np.quantile(paths, [low, high], axis=0)
        axis.fill_between(years, bottom, top, color=BLUE, alpha=alpha, linewidth=0.0)
    axis.plot(
        years, np.median(paths, axis=0), color=BLUE, linewidth=2.5, label=words.get("figure.band")
    )
    label = words.get("figure.base")
    axis.plot(
        years, np.median(base, axis=0), color=BLACK, linestyle="--", linewidth=1.8, label=label
    )
    _surveys(axis, answer.observations, design_effect, BLACK, "o", words.get("figure.used"))
    _surveys(axis, load_unseen(), design_effect, ORANGE, "s", words.get("figure.unseen"))
    axis.axvspan(2025.0, years[-1], color=GREY, alpha=0.15, label=words.get("figure.future"))
    axis.set_ylim(0.0, 36.0)
    axis.set_xlim(years[0], years[-1])
    axis.set_xticks([2020.0, 2024.0, 2028.0], ["2020", "2024", "2028"])
    axis.tick_params(labelsize=14)
    axis.grid(axis="y", alpha=0.3)


def _surveys(
    axis: Axes,
    observations: tuple[Observation, ...],
    design_effect: float,
    colour: str,
    marker: str,
    label: str,
) -> None:
    for item in observations:
        year = FIRST_YEAR + (item.month_low + item.month_high) / 24.0
        if item.value is not None:
            error = sampling_deviation(item.value, item.children, design_effect)
            axis.errorbar(
                year,
                POINTS * item.value,
                1.96 * POINTS * error,
                fmt=marker,
                color=colour,
                markersize=6,
                capsize=3,
                label=label,
            )
            label = "_nolegend_"
        elif item.low is not None and item.high is not None:
            ends = [POINTS * item.low, POINTS * item.high]
            axis.plot([year, year], ends, color=colour, linewidth=4.0)
