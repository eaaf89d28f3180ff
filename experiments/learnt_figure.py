"""Figure of what was learnt: each parameter before and after the surveys, with its contraction."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .drawing import BLACK, BLUE, GREY, SMALL, TITLE, figure, tint
from .learnt_data import Learnt, quantity_name, unit_name
from .text import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = 5
ROW = 2.5
"""Inches of a row of panels."""
BINS = 30
ENDS = (0.005, 0.995)
"""Quantiles of either set of draws that the axis reaches to; what lies beyond is not drawn."""
LINE = 25
"""Characters of a line above a panel."""


def learnt_chart(items: Sequence[Learnt], words: Words) -> Figure:
    """Draw the prior as an area, the posterior as a line, and write the contraction beside.

    Parameters
    ----------
    items
        At least one.
    words
        Language.
    """
    columns = min(COLUMNS, len(items))
    rows = math.ceil(len(items) / columns)
    drawn = figure()
    drawn.set_size_inches(drawn.get_figwidth(), max(drawn.get_figheight(), ROW * rows + 1.6))
    axes = drawn.subplots(rows, columns, squeeze=False)
    for place, axis in enumerate(axes.flat):
        if place >= len(items):
            axis.set_visible(False)
            continue
        _panel(axis, items[place], words)
    drawn.suptitle(words.get("calibration.learnt"), fontsize=TITLE)
    _legend(drawn, words)
    return drawn


def _panel(axis: Axes, item: Learnt, words: Words) -> None:
    edges = _edges(item)
    middle = (edges[1:] + edges[:-1]) / 2.0
    before, after = (_density(values, edges) for values in (item.prior, item.posterior))
    axis.fill_between(middle, before, step="mid", color=tint(GREY, 0.5), linewidth=0.0)
    axis.step(middle, after, where="mid", color=BLUE, linewidth=2.2)
    axis.set_ylim(0.0, 1.35 * max(before.max(), after.max()))
    axis.set_yticks([])
    axis.set_title(fill(quantity_name(item.name, words), LINE), fontsize=SMALL - 1)
    axis.set_xlabel(unit_name(item.name, words), fontsize=SMALL - 2)
    axis.tick_params(labelsize=SMALL - 2)
    axis.locator_params(axis="x", nbins=4)
    decimals = _decimals(edges[-1] - edges[0])
    axis.xaxis.set_major_formatter(lambda value, _: words.number(value, decimals))
    for side in ("top", "right", "left"):
        axis.spines[side].set_visible(False)
    told = words.get("calibration.contraction", value=words.number(item.contraction, 2))
    style = {"ha": "right", "va": "top", "fontsize": SMALL - 1, "color": BLACK}
    axis.text(0.99, 0.99, told, transform=axis.transAxes, **style)


def _edges(item: Learnt) -> NDArray[np.float64]:
    """Return the edges of the bars, the same for both sets of draws."""
    ends = np.array([np.quantile(v, ENDS) for v in (item.prior, item.posterior)])
    low, high = float(ends[:, 0].min()), float(ends[:, 1].max())
    if low == high:
        low, high = low - 0.5, high + 0.5
    return np.linspace(low, high, BINS + 1)


def _density(values: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of the draws in each bar."""
    return np.histogram(values, edges)[0] / len(values)


def _decimals(width: float) -> int:
    """Return the decimals that tell four ticks of an axis apart."""
    return max(0, 1 - math.floor(math.log10(width / 2.0)))


def _legend(drawn: Figure, words: Words) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    prior = Patch(color=tint(GREY, 0.5), label=words.get("calibration.before"))
    after = Line2D([], [], color=BLUE, linewidth=2.2, label=words.get("calibration.after"))
    note = Line2D([], [], linestyle="none", label=words.get("calibration.contraction_means"))
    drawn.legend(
        handles=[prior, after, note],
        loc="outside lower center",
        ncols=3,
        fontsize=SMALL,
        frameon=False,
    )
