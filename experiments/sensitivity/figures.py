"""Figures of a sensitivity analysis: tornado, heat map, convergence."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from ..drawing import BLUE, GREY, ORANGE, SMALL, TEXT, TITLE, figure
from ..text import Words
from .view import MEASURES, factor_name, outcome_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BARS = 8
COLUMNS = 3
HEAT_ROWS = 14
LINES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9")
MARKS = "osD^v"


def tornado(answer: Mapping[str, Any], words: Words) -> Figure:
    """Return the leading factors of every outcome as bars with their intervals."""
    items = _first(answer)
    drawn = figure()
    axes = _panels(drawn, len(items))
    for axis, item in zip(axes, items, strict=True):
        _bars(axis, item, answer["method"], words)
    drawn.supxlabel(words.get(f"sensitivity.axis_{answer['method']}"), fontsize=TEXT)
    drawn.suptitle(
        words.get(f"sensitivity.heading_{answer['method']}", year=answer["year"]), fontsize=TITLE
    )
    return drawn


def heat_map(answer: Mapping[str, Any], words: Words) -> Figure:
    """Return factors against outcomes; the shade is the index, of its largest in the column."""
    items, name = _first(answer), MEASURES[answer["method"]][0]
    values = {i: {row["factor"]: row[name] for row in item["rows"]} for i, item in enumerate(items)}
    largest = [max(max(column.values()), 1e-12) for column in values.values()]
    weight = {f: max(values[i][f] / largest[i] for i in values) for f in values[0]}
    chosen = sorted(weight, key=lambda factor: -weight[factor])[:HEAT_ROWS]
    table = np.array([[max(values[i][f], 0.0) / largest[i] for i in values] for f in chosen])
    drawn = figure()
    axis = drawn.subplots()
    axis.imshow(table, cmap="Blues", vmin=0.0, vmax=1.0, aspect="auto")
    for row, factor in enumerate(chosen):
        for column in values:
            dark = table[row, column] > 0.6
            text = words.number(values[column][factor], 2)
            axis.text(
                column,
                row,
                text,
                ha="center",
                va="center",
                fontsize=SMALL,
                color="white" if dark else "black",
            )
    axis.set_yticks(
        range(len(chosen)), [_short(factor_name(f, words), 46) for f in chosen], fontsize=SMALL
    )
    axis.set_xticks(
        range(len(items)), [fill(outcome_name(item, words), 20) for item in items], fontsize=SMALL
    )
    axis.tick_params(length=0)
    axis.set_title(
        words.get("sensitivity.heat", measure=words.get(f"sensitivity.measure_{name}")),
        fontsize=TITLE,
    )
    return drawn


def convergence_chart(answer: Mapping[str, Any], words: Words) -> Figure:
    """Return the leading indices of every outcome against the size of the sample."""
    items = _first(answer)
    drawn = figure()
    for axis, item in zip(_panels(drawn, len(items)), items, strict=True):
        stages = item["convergence"]
        sizes = [stage["size"] for stage in stages]
        for place, factor in enumerate(stages[-1]["values"]):
            path = [stage["values"][factor] for stage in stages]
            label = _short(factor_name(factor, words), 34)
            axis.plot(sizes, path, color=LINES[place], marker=MARKS[place], label=label)
        axis.set_xscale("log", base=2)
        axis.set_xticks(sizes, [words.number(size, 0) for size in sizes], fontsize=SMALL)
        axis.minorticks_off()
        axis.set_ylim(0.0, 1.7 * axis.get_ylim()[1])  # room for the legend
        _localise(axis, words, "y")
        axis.set_title(fill(outcome_name(item, words), 34), fontsize=SMALL)
        if stages[-1]["values"]:
            axis.legend(fontsize=9, frameon=False, loc="upper left")
        axis.spines[["top", "right"]].set_visible(False)
    drawn.suptitle(words.get("sensitivity.convergence"), fontsize=TITLE)
    drawn.supxlabel(words.get(f"sensitivity.size_{answer['method']}"), fontsize=TEXT)
    return drawn


def _first(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the outcomes in the first world, without those that never vary."""
    found = answer["worlds_found"]
    items = found[next(iter(found))]
    return [item for item in items if item["deviation"] > 0.0] or list(items[:1])


def _panels(drawn: Figure, count: int) -> list[Axes]:
    columns = min(COLUMNS, count)
    rows = -(-count // columns)
    grid = np.atleast_1d(drawn.subplots(rows, columns)).ravel()
    for axis in grid[count:]:
        axis.set_visible(False)
    return list(grid[:count])


def _bars(axis: Axes, item: Mapping[str, Any], method: str, words: Words) -> None:
    names = MEASURES[method]
    rows = item["rows"][:BARS]
    places = np.arange(len(rows))
    lead = np.array([row[names[0]] for row in rows])
    ends = np.array([[row[f"{names[0]}_low"], row[f"{names[0]}_high"]] for row in rows])
    colours = [BLUE if row["matters"] else GREY for row in rows]
    axis.barh(places, lead, color=colours, height=0.65)
    axis.hlines(places, np.maximum(ends[:, 0], 0.0), ends[:, 1], color="black", linewidth=1.2)
    if "first" in names:
        axis.plot([row["first"] for row in rows], places, "D", color=ORANGE, markersize=5)
    if item["noise"] > 0.0:
        axis.axvline(item["noise"], color=ORANGE, linestyle="--", linewidth=1.2)
    labels = [fill(_short(factor_name(row["factor"], words), 44), 24) for row in rows]
    axis.set_yticks(places, labels, fontsize=9)
    axis.invert_yaxis()
    axis.set_xlim(left=0.0)
    _localise(axis, words, "x")
    axis.set_title(fill(outcome_name(item, words), 34), fontsize=SMALL)
    axis.spines[["top", "right"]].set_visible(False)


def _localise(axis: Axes, words: Words, which: str) -> None:
    """Write the numbers of an axis as the language does."""
    from matplotlib.ticker import FuncFormatter

    low, high = axis.get_xlim() if which == "x" else axis.get_ylim()
    decimals = 1 if high - low > 1.0 else 2
    form = FuncFormatter(lambda value, _: words.number(value, decimals))
    (axis.xaxis if which == "x" else axis.yaxis).set_major_formatter(form)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
