"""Figure of the hold-out: each survey in its predictive interval, and the log scores beside it."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from ..calibration.areas import load_areas
from ..calibration.scores import Holdout
from .data_tables import short_name
from .drawing import BLACK, BLUE, GREY, ORANGE, SMALL, TEXT, TITLE, figure, tint
from .holdout_points import QUANTILES, Forecasts
from .outcomes import POINTS
from .text import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTHS = (3.0, 2.0)
"""Width of the panel of points over that of the scores."""
BANDS = ((QUANTILES.index(0.05), QUANTILES.index(0.95), 0.22), (1, 3, 0.5))
"""Columns of the ends of the 90 and the 50 percent interval, and opacity."""
SHARES = (0.90, 0.50)
LINE = 46
"""Characters of a line below the scores."""


def holdout_chart(found: Forecasts, words: Words) -> Figure:
    """Draw points with intervals on the left, log scores of all forecasts on the right.

    Parameters
    ----------
    found
        Points and scores.
    words
        Language.
    """
    drawn = figure()
    drawn.set_layout_engine("constrained", w_pad=0.12)
    left, right = drawn.subplots(1, 2, width_ratios=WIDTHS)
    _points(left, found, words)
    _scores(right, found.holdout, words)
    drawn.suptitle(words.get("calibration.holdout"), fontsize=TITLE)
    return drawn


def _points(axis: Axes, found: Forecasts, words: Words) -> None:
    """Draw the intervals of each point, by survey and then by district."""
    places = _order(found.holdout)
    for place, k in enumerate(places):
        for low, high, opacity in BANDS:
            start, end = (POINTS * found.quantiles[k, column] for column in (low, high))
            axis.barh(place, end - start, 0.72, start, color=tint(BLUE, opacity), linewidth=0.0)
        middle = POINTS * found.quantiles[k, QUANTILES.index(0.5)]
        axis.plot(middle, place, "|", color=BLUE, markersize=15, markeredgewidth=2.2)
        # By the PIT, so that the marks are those that the gate counts.
        inside = abs(found.holdout.model.pit[k] - 0.5) <= SHARES[0] / 2.0
        colour, shape = (BLACK, "o") if inside else (ORANGE, "D")
        axis.plot(POINTS * found.published[k], place, shape, color=colour, markersize=7)
    axis.set_yticks(
        range(len(places)),
        [_label(*found.holdout.points[k], words) for k in places],
        fontsize=SMALL,
    )
    axis.invert_yaxis()
    axis.use_sticky_edges = False
    axis.locator_params(axis="x", nbins=8, integer=True)
    axis.xaxis.set_major_formatter(lambda value, _: words.number(value, 0))
    axis.tick_params(axis="x", labelsize=SMALL)
    axis.set_xlabel(words.get("figure.survey"), fontsize=TEXT)
    axis.grid(axis="x", alpha=0.3)
    axis.set_axisbelow(True)
    _point_legend(axis, words)


def _order(holdout: Holdout) -> list[int]:
    """Return the points by year of the survey, districts as they come."""
    return sorted(range(len(holdout.points)), key=lambda k: holdout.points[k][1].split()[-1])


def _label(area: str, survey: str, words: Words) -> str:
    areas = load_areas()
    name = short_name(areas[area], words) if area in areas else area
    return f"{name}, {survey}"


def _point_legend(axis: Axes, words: Words) -> None:
    for share, (_, _, opacity) in zip(SHARES, BANDS, strict=True):
        label = words.get("calibration.expected_band", share=words.percent(share))
        axis.barh(np.nan, np.nan, color=tint(BLUE, opacity), label=label)
    style = {"linestyle": "none", "markersize": 7}
    share = words.percent(SHARES[0])
    label = words.get("calibration.came_inside", share=share)
    axis.plot([], [], "o", color=BLACK, label=label, **style)
    label = words.get("calibration.came_outside", share=share)
    axis.plot([], [], "D", color=ORANGE, label=label, **style)
    axis.legend(
        loc="upper center",
        bbox_to_anchor=(0.4, -0.1),
        ncols=2,
        fontsize=SMALL,
        frameon=False,
    )


def _scores(axis: Axes, holdout: Holdout, words: Words) -> None:
    """Draw summed log scores; the error is that of the difference to the model."""
    total = float(holdout.model.log.sum())
    ordered = sorted(holdout.baselines, key=lambda name: -holdout.baselines[name].log.sum())
    names = ["model", *ordered]
    axis.barh(0, total, 0.6, color=BLUE)
    axis.axvline(total, color=BLUE, linestyle="--", linewidth=1.5, zorder=3)
    ends = [total]
    for place, name in enumerate(ordered, start=1):
        value = float(holdout.baselines[name].log.sum())
        error = holdout.gain(name)[1]
        axis.barh(place, value, 0.6, color=tint(GREY, 0.8))
        style = {"color": BLACK, "capsize": 5, "linewidth": 1.8, "zorder": 4}
        axis.errorbar(value, place, xerr=error, fmt="none", **style)
        ends += [value - error, value + error]
    labels = [words.get(f"score.{name.replace(' ', '_')}") for name in names]
    axis.set_yticks(range(len(names)), [fill(label, 18) for label in labels], fontsize=SMALL)
    axis.invert_yaxis()
    axis.set_xlim(min(0.0, *ends), 1.08 * max(1.0, *ends))
    axis.xaxis.set_major_formatter(lambda value, _: words.number(value, 0))
    axis.tick_params(axis="x", labelsize=SMALL)
    axis.set_xlabel(words.get("calibration.log_axis"), fontsize=TEXT)
    axis.grid(axis="x", alpha=0.3)
    axis.set_axisbelow(True)
    note = fill(words.get("calibration.log_note"), LINE)
    style = {"ha": "center", "va": "top", "fontsize": SMALL - 1, "transform": axis.transAxes}
    axis.text(0.4, -0.125, note, **style)
