"""Figure of one run: each variable in a panel, with the run without the levers beside it."""

from __future__ import annotations

import math
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from ..model.calendar import DECISION_MONTH
from ..model.engine.trajectories import Trajectories
from ..scenarios.text import Language
from .drawing import (
    BLACK,
    BLUE,
    FIRST_YEAR,
    GREY,
    SMALL,
    TEXT,
    TITLE,
    bands,
    figure,
    year_ticks,
)
from .run_view import Course, heading, shown_values
from .text import Words
from .text import words as load_words

LETTERS = 96
"""Letters of a title that fit across the figure."""

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def run_chart(course: Course, base: Trajectories, language: Language) -> Figure:
    """Draw every variable of a run.

    Parameters
    ----------
    course
        The run.
    base
        The same variables and months with no extra action.
    language
        Of the labels.
    """
    words, names = load_words(language), list(course.middle)
    columns = math.ceil(math.sqrt(len(names)))
    drawn = figure()
    axes = drawn.subplots(math.ceil(len(names) / columns), columns, squeeze=False)
    for place, axis in enumerate(axes.flat):
        if place < len(names):
            _panel(axis, course, base, names[place], words, LETTERS // columns)
        else:
            axis.set_visible(False)
    handles, labels = axes.flat[0].get_legend_handles_labels()
    drawn.legend(
        handles, labels, loc="outside lower center", ncols=3, fontsize=SMALL, frameon=False
    )
    title = words.title(course.scenario.title)
    titles = [words.get("figure.run", name=title)]
    if not course.draws:
        titles.append(words.get("figure.run_central"))
    drawn.suptitle("\n".join(titles), fontsize=TITLE)
    return drawn


def _panel(
    axis: Axes, course: Course, base: Trajectories, name: str, words: Words, letters: int
) -> None:
    years = FIRST_YEAR + course.run.times / 12.0
    if course.draws:
        bands(axis, years, shown_values(course, name, course.run.values[name]), words)
    middle = shown_values(course, name, course.middle[name])
    without = shown_values(course, name, np.median(base.values[name], axis=0))
    # One run has no median.
    strategy, still = ("median", "base") if course.draws else ("single", "single_base")
    axis.plot(years, middle, color=BLUE, linewidth=2.5, label=words.get(f"figure.{strategy}"))
    label = words.get(f"figure.{still}")
    axis.plot(years, without, color=BLACK, linestyle="--", linewidth=1.8, label=label)
    decision = FIRST_YEAR + DECISION_MONTH / 12.0
    if decision < years[-1]:
        label = words.get("figure.decision", date=words.month(DECISION_MONTH))
        axis.axvline(decision, color=GREY, linestyle=":", linewidth=2.0, label=label)
    axis.set_title(fill(heading(course, name, words, "million"), letters), fontsize=TEXT)
    axis.yaxis.set_major_formatter(lambda value, _: words.number(value, _decimals(axis)))
    axis.tick_params(labelsize=SMALL)
    axis.grid(axis="y", alpha=0.3)
    year_ticks(axis, float(years[0]), float(years[-1]))


def _decimals(axis: Axes) -> int:
    """Return the decimals that tell the ticks of an axis apart."""
    low, high = axis.get_ylim()
    return max(0, 1 - math.floor(math.log10(max(high - low, 1e-9))))
