"""Map of pathways, like that of a metro: lines are strategies, stations are reviews.

The form is that of Haasnoot et al. 2013, https://doi.org/10.1016/j.gloenvcha.2012.12.006.
"""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING, Any

from ..drawing import BLACK, BLUE, GREEN, GREY, ORANGE, SMALL, TEXT, TITLE, figure
from ..text import Words
from .pathways import START
from .sequence import STRATEGIES
from .sequence_view import best_rules, title_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS: dict[str, str] = dict(zip(STRATEGIES, (BLUE, GREY, GREEN, ORANGE), strict=True))
STEP = 0.45
"""Years that a change of line takes on the map."""


def pathways_chart(answer: Mapping[str, Any], words: Words) -> Figure:
    """Draw the strategies as lines, and where the sign of the process sends draws to another.

    Parameters
    ----------
    answer
        As `sequence_answer` gives it.
    words
        Language.
    """
    drawn = figure()
    axis = drawn.subplots()
    places = {name: len(STRATEGIES) - row for row, name in enumerate(STRATEGIES)}
    rules = best_rules(answer)
    end = answer["read_at_end_of"] + 1
    for name, place in places.items():
        axis.plot([START, end], [place, place], color=COLOURS[name], linewidth=7, zorder=2)
        stay = max(rule["stay"] for rule in rules if rule["first"] == name)
        gain = words.get("sequence.figure_end", gain=words.number(stay, 0))
        axis.text(end + 0.12, place, gain, va="center", fontsize=SMALL)
    for rule in rules:
        _change(axis, rule, places, words)
    names = [fill(title_of(name, answer, words), 18) for name in places]
    axis.set_yticks(list(places.values()), names, fontsize=TEXT)
    years = list(range(START, end + 1))
    axis.set_xticks(years, [str(year) for year in years], fontsize=SMALL)
    axis.set_xlim(START - 0.2, end + 1.6)
    axis.set_ylim(0.5, len(places) + 0.6)
    axis.spines[["top", "right", "left"]].set_visible(False)
    axis.tick_params(axis="y", length=0)
    axis.set_xlabel(words.get("sequence.figure_axis"), fontsize=TEXT)
    drawn.suptitle(words.get("sequence.figure_title"), fontsize=TITLE)
    return drawn


def _change(axis: Axes, rule: Mapping[str, Any], places: Mapping[str, int], words: Words) -> None:
    """Draw a station and the way from it, thin where few draws take it, with their share."""
    month, share = rule["review"] + 1, rule["signals"]["process"]["goes_over"]
    line, other = places[rule["first"]], places[rule["then"]]
    axis.plot(month, line, "o", ms=15, mfc="white", mec=BLACK, mew=2, zorder=4)
    # Ways that leave upwards and downwards stand apart, so that none hides another.
    to = month + STEP
    colour = COLOURS[rule["first"]]
    width = 1.0 + 5.0 * share
    axis.plot([month, to], [line, other], color=colour, linewidth=width, ls=(0, (3, 1)), zorder=3)
    axis.plot(to, other, "o", ms=7, mfc=colour, mec=BLACK, zorder=4)
    axis.text(
        month - 0.14,
        line + 0.22,
        words.percent(share),
        fontsize=SMALL,
        va="center",
        ha="right",
        zorder=5,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
    )
