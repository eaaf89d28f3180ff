"""Figures of two checks: PIT of surveys that were not fitted, and ranks of known truths."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..calibration.scores import Holdout
from ..calibration.selfcheck import DRAWS, SelfCheck
from ..model.randomness import stream
from .drawing import BLACK, BLUE, GREY, ORANGE, SMALL, TEXT, TITLE, figure, tail, tint
from .learnt_data import quantity_name
from .text import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]

LEVEL = 0.90
SAMPLES, PLACES = 4000, 100
"""Made-up sets of even values, and places at which an ECDF is held to its band."""
COLUMNS = 5
ROW = 1.9
"""Inches of a row of panels."""
LINE = 28
"""Characters of a line above a panel."""


def simultaneous_band(
    size: int, level: float = LEVEL, samples: int = SAMPLES, seed: int = 1
) -> tuple[Floats, Floats, Floats]:
    """Return where the whole ECDF of independent uniform values lies with some probability.

    The tails of the binomial at each place are widened until the whole curve stays inside
    (Säilynoja, Bürkner and Vehtari 2022, Graphical test for discrete uniformity and its
    applications in goodness-of-fit evaluation and multiple sample comparison, Statistics and
    Computing 32:32, https://doi.org/10.1007/s11222-022-10090-6).

    Parameters
    ----------
    size
        Number of values.
    level
        Probability that the whole curve is inside.
    samples
        Made-up sets of values that the tails are found with.
    seed
        Of the made-up sets.

    Returns
    -------
    tuple
        Places, lower ends and upper ends, each (place,), 0 to 1.
    """
    from scipy.stats import binom

    places = np.arange(1, PLACES) / PLACES
    values = stream(seed, "check-figures/uniform").uniform(size=(samples, size))
    cells = (values * PLACES).astype(np.int64) + PLACES * np.arange(samples)[:, None]
    counts = np.bincount(cells.ravel(), minlength=PLACES * samples).reshape(samples, PLACES)
    below = counts.cumsum(axis=1)[:, :-1]
    low = binom.cdf(below, size, places)
    high = binom.sf(below - 1, size, places)
    worst = np.minimum(low, high).min(axis=1)
    part = float(np.quantile(worst, 1.0 - level, method="lower"))
    count = np.arange(size + 1)[:, None]
    inside = binom.cdf(count, size, places) >= part
    inside &= binom.sf(count - 1, size, places) >= part
    first = inside.argmax(axis=0)
    last = size - inside[::-1].argmax(axis=0)
    return places, first / size, last / size


def pit_chart(holdout: Holdout, words: Words) -> Figure:
    """Draw the ECDF of the PIT of the model with a simultaneous band of 90 percent.

    Parameters
    ----------
    holdout
        Scores of the points.
    words
        Language.
    """
    pit = np.sort(holdout.model.pit)
    drawn = figure()
    axis = drawn.subplots()
    places, low, high = simultaneous_band(len(pit))
    at = np.concatenate([[0.0], places, [1.0]])
    ends = (np.concatenate([[0.0], low, [1.0]]), np.concatenate([[0.0], high, [1.0]]))
    label = words.get("calibration.pit_band", share=words.percent(LEVEL))
    axis.fill_between(at, *ends, color=tint(GREY, 0.4), linewidth=0.0, label=label)
    label = words.get("calibration.pit_even")
    axis.plot([0.0, 1.0], [0.0, 1.0], "--", color=BLACK, linewidth=1.5, label=label)
    steps = np.concatenate([[0.0], np.repeat(pit, 2), [1.0]])
    heights = np.repeat(np.arange(len(pit) + 1) / len(pit), 2)
    axis.plot(steps, heights, color=BLUE, linewidth=2.5, label=words.get("calibration.pit_curve"))
    axis.plot(pit, np.full(len(pit), 0.0), "|", color=ORANGE, markersize=22, markeredgewidth=2.0)
    axis.plot([], [], "|", color=ORANGE, markersize=14, label=words.get("calibration.pit_point"))
    _unit_axes(axis, words)
    axis.set_title(words.get("calibration.pit"), fontsize=TITLE)
    axis.legend(loc="upper left", fontsize=SMALL, frameon=False)
    surveys = {survey for _, survey in holdout.points}
    note = words.get("calibration.pit_note", points=len(pit), surveys=len(surveys))
    style = {"ha": "right", "va": "bottom", "fontsize": SMALL, "transform": axis.transAxes}
    axis.text(0.98, 0.06, fill(note, 62), **style)
    return drawn


def _unit_axes(axis: Axes, words: Words) -> None:
    axis.set_xlim(-0.01, 1.01)
    axis.set_ylim(-0.02, 1.02)
    for part in (axis.xaxis, axis.yaxis):
        part.set_major_formatter(lambda value, _: words.number(value, 1))
    axis.tick_params(labelsize=SMALL)
    axis.grid(alpha=0.3)
    axis.set_xlabel(words.get("calibration.pit_axis"), fontsize=TEXT)
    axis.set_ylabel(words.get("calibration.pit_share"), fontsize=TEXT)


def rank_chart(check: SelfCheck, words: Words, names: Sequence[str] | None = None) -> Figure:
    """Draw how often the truth had each rank, over what even ranks would give.

    Parameters
    ----------
    check
        Ranks of the truth.
    words
        Language.
    names
        Quantities to draw; all when absent.
    """
    shown = list(check.ranks if names is None else names)
    columns = min(COLUMNS, len(shown))
    rows = math.ceil(len(shown) / columns)
    drawn = figure()
    drawn.set_size_inches(drawn.get_figwidth(), max(drawn.get_figheight(), ROW * rows + 1.8))
    axes = drawn.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for place, axis in enumerate(axes.flat):
        if place >= len(shown):
            axis.set_visible(False)
            continue
        _ranks(axis, check.ranks[shown[place]])
        # A panel above an empty place has no labels of its own otherwise.
        axis.tick_params(labelbottom=place + columns >= len(shown))
        axis.set_title(fill(quantity_name(shown[place], words), LINE), fontsize=SMALL - 2)
    size = len(next(iter(check.ranks.values())))
    drawn.suptitle(words.get("calibration.ranks", replicates=size), fontsize=TITLE)
    drawn.supylabel(words.get("calibration.rank_count"), fontsize=TEXT)
    _rank_legend(drawn, words)
    return drawn


def rank_band(replicates: int, level: float = LEVEL) -> tuple[float, float]:
    """Return the ends between which the count of one rank lies, by the binomial.

    Parameters
    ----------
    replicates
        Number of truths.
    level
        Probability for each rank by itself.
    """
    from scipy.stats import binom

    low, high = binom.ppf(tail(level), replicates, 1.0 / (DRAWS + 1))
    return float(low), float(high)


def _ranks(axis: Axes, ranks: NDArray[np.int64]) -> None:
    low, high = rank_band(len(ranks))
    axis.axhspan(low, high, color=tint(GREY, 0.4), linewidth=0.0, zorder=0)
    axis.axhline(len(ranks) / (DRAWS + 1), color=BLACK, linestyle="--", linewidth=1.2, zorder=1)
    counts = np.bincount(ranks, minlength=DRAWS + 1)
    outside = (counts < low) | (counts > high)
    places = np.arange(DRAWS + 1)
    for chosen, colour, hatch in ((~outside, BLUE, ""), (outside, ORANGE, "//")):
        style = {"width": 0.62, "edgecolor": "white", "hatch": hatch, "zorder": 2}
        axis.bar(places[chosen], counts[chosen], color=colour, **style)
    axis.set_xticks(range(0, DRAWS + 1, 3))
    axis.tick_params(labelsize=SMALL - 2)


def _rank_legend(drawn: Figure, words: Words) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    even = words.get("calibration.rank_even")
    handles = [
        Patch(color=BLUE, label=words.get("calibration.rank_inside")),
        Patch(
            facecolor=ORANGE,
            hatch="//",
            edgecolor="white",
            label=words.get("calibration.rank_outside"),
        ),
        Patch(
            color=tint(GREY, 0.4),
            label=words.get("calibration.rank_band", share=words.percent(LEVEL)),
        ),
        Line2D([], [], color=BLACK, linestyle="--", linewidth=1.2, label=even),
    ]
    # The text of the axis is the title of the legend, as both belong below all panels.
    drawn.legend(
        handles=handles,
        title=words.get("calibration.rank_axis", draws=DRAWS),
        title_fontsize=TEXT,
        loc="outside lower center",
        ncols=2,
        fontsize=SMALL,
        frameon=False,
    )
