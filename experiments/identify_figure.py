"""Figure of what the surveys narrow: bars of contraction of unknowns and of questions."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from .drawing import BLACK, BLUE, GREEN, ORANGE, SMALL, TEXT, TITLE, figure
from .identify import CHOICE, EFFECTS, LEVEL, Identified, Learnt
from .identify_view import parameter_name, question_name
from .text import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GROUPS = (
    ("level", LEVEL, BLUE, ""),
    ("effects", EFFECTS, GREEN, "//"),
    ("choice", CHOICE, ORANGE, "xx"),
)
"""Questions with colour and hatching, so that either tells the groups apart."""
LETTERS = 40
LEAST = -0.3
"""Left end of the axis: an interval that reaches further is cut there."""


def identify_chart(found: Identified, words: Words) -> Figure:
    """Draw the contraction of every unknown of the fit and of every question.

    Parameters
    ----------
    found
        What was found.
    words
        Language.
    """
    drawn = figure()
    left, right = drawn.subplots(1, 2)
    names = list(found.parameters)
    labels = [parameter_name(name, words) for name in names]
    _bars(left, [found.parameters[name] for name in names], 0, BLUE, "", "_")
    _finish(left, labels, words.get("identify.figure_parameters"), words)
    start, labels = 0, []
    for group, questions, colour, hatch in GROUPS:
        label = words.get(f"identify.group_{group}")
        _bars(right, [found.questions[name] for name in questions], start, colour, hatch, label)
        labels += [question_name(name, words) for name in questions]
        start += len(questions)
    _finish(right, labels, words.get("identify.figure_questions"), words)
    handles, names = right.get_legend_handles_labels()
    place = "outside lower center"
    drawn.legend(handles, names, loc=place, ncols=3, fontsize=SMALL, frameon=False)
    drawn.supxlabel(words.get("identify.figure_axis"), fontsize=TEXT)
    drawn.suptitle(words.get("identify.figure_title"), fontsize=TITLE)
    return drawn


def _bars(axis: Axes, lines: list[Learnt], start: int, colour: str, hatch: str, label: str) -> None:
    """Draw bars from the top, each with its interval."""
    rows = start + np.arange(len(lines))
    values, low, high = (
        np.array([getattr(one.contraction, end) for one in lines])
        for end in ("value", "low", "high")
    )
    axis.barh(rows, values, color=colour, hatch=hatch, edgecolor="white", label=label)
    ends = np.clip([values - low, high - values], 0.0, None)
    axis.errorbar(values, rows, xerr=ends, fmt="none", ecolor=BLACK, capsize=3, linewidth=1.5)


def _finish(axis: Axes, labels: list[str], title: str, words: Words) -> None:
    axis.set_yticks(
        range(len(labels)), [fill(label, LETTERS) for label in labels], fontsize=SMALL - 2
    )
    axis.invert_yaxis()
    axis.set_xlim(LEAST, 1.0)
    axis.set_xticks(np.arange(-0.2, 1.1, 0.2))
    axis.axvline(0.0, color=BLACK, linewidth=1.0)
    axis.xaxis.set_major_formatter(lambda value, _: words.number(value, 1))
    axis.tick_params(axis="x", labelsize=SMALL)
    axis.grid(axis="x", alpha=0.3)
    axis.set_title(title, fontsize=TEXT)
