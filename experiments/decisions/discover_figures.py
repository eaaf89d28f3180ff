"""Figures of a discovery: the trade-off of its boxes, the limits of one, and two inputs of it."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..drawing import BLACK, BLUE, GREY, ORANGE, SMALL, TEXT, TITLE, figure, render, tint
from ..text import Words
from .discover_view import event, named

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Tree = Mapping[str, Any]
LETTERS, NAME = 80, 34
GOLDEN = 0.5 * (5.0**0.5 - 1.0)
"""Step that spreads any number of points evenly."""


def files(answer: Tree, words: Words) -> dict[str, bytes]:
    """Return the figures of an answer by file name; none where no box is told."""
    if answer["verdict"] != "box":
        return {}
    drawn = {"tradeoff": tradeoff_chart(answer, words), "limits": limits_chart(answer, words)}
    if answer["scatter"] is not None:
        drawn["scatter"] = scatter_chart(answer, words)
    return {
        f"{name}.{form}": render(chart, form)
        for name, chart in drawn.items()
        for form in ("png", "svg")
    }


def tradeoff_chart(answer: Tree, words: Words) -> Figure:
    """Draw coverage and density of every box of the trajectory."""
    steps, chosen = answer["trajectory"], answer["box"]
    drawn = figure()
    axis = drawn.subplots()
    coverage, density = (
        100.0 * np.array([step[name] for step in steps]) for name in ("coverage", "density")
    )
    counts = np.array([len(step["restricted"]) for step in steps])
    axis.plot(coverage, density, color=GREY, linewidth=1.0, zorder=1)
    points = axis.scatter(coverage, density, c=counts, cmap="cividis_r", s=90, edgecolors=BLACK)
    bar = drawn.colorbar(points, ax=axis, ticks=np.unique(counts)[:: max(1, len(counts) // 90)])
    bar.set_label(words.get("discover.figure_dims"), fontsize=TEXT)
    label = words.get("discover.figure_chosen")
    place = [100.0 * chosen["coverage"]], [100.0 * chosen["density"]]
    style: dict[str, Any] = {
        "markerfacecolor": "none",
        "markeredgecolor": ORANGE,
        "linestyle": "none",
    }
    axis.plot(*place, marker="o", markersize=19, markeredgewidth=3.5, label=label, **style)
    axis.set_xlabel(words.get("discover.figure_coverage"), fontsize=TEXT)
    axis.set_ylabel(words.get("discover.figure_density"), fontsize=TEXT)
    axis.set_xlim(0.0, 103.0)
    axis.set_ylim(0.0, 103.0)
    axis.tick_params(labelsize=TEXT)
    axis.grid(alpha=0.3)
    axis.legend(loc="lower left", fontsize=SMALL, frameon=False)
    _title(drawn, "tradeoff", answer, words)
    return drawn


def limits_chart(answer: Tree, words: Words) -> Figure:
    """Draw which part of the values of each restricted input lies inside the box."""
    rows = answer["box"]["limits"]
    drawn = figure()
    axis = drawn.subplots()
    labels = []
    for place, row in enumerate(rows):
        low, high = _ends(row)
        first = place == 0
        every = words.get("discover.figure_range") if first else None
        inside = words.get("discover.figure_inside") if first else None
        axis.barh(place, 100.0, 0.5, color=tint(GREY, 0.4), label=every)
        axis.barh(place, high - low, 0.5, left=low, color=BLUE, hatch="//", label=inside)
        labels.append(fill(named(row, words), NAME))
        _write(axis, row, place, (low, high), words)
    axis.set_yticks(range(len(labels)), labels, fontsize=TEXT)
    axis.set_ylim(len(rows) - 0.4, -0.7)
    axis.set_xlim(0.0, 100.0)
    axis.tick_params(axis="x", labelsize=TEXT)
    axis.set_xlabel(words.get("discover.figure_quantile"), fontsize=TEXT)
    drawn.legend(loc="outside lower center", ncols=2, fontsize=SMALL, frameon=False)
    _title(drawn, "limits", answer, words)
    return drawn


def scatter_chart(answer: Tree, words: Words) -> Figure:
    """Draw runs in the two surest inputs of the box, with the box."""
    found = answer["scatter"]
    points, true = _apart(np.array(found["points"])), np.array(found["true"])
    drawn = figure()
    axis = drawn.subplots()
    for wanted, colour, mark, name in ((False, GREY, "o", "false"), (True, ORANGE, "^", "true")):
        chosen = points[true == wanted]
        label = words.get(f"discover.figure_{name}")
        axis.scatter(*chosen.T, c=colour, marker=mark, s=34, alpha=0.65, linewidths=0, label=label)
    limits = {row["name"]: row for row in answer["box"]["limits"]}
    for name, line in zip(found["names"], (axis.axvline, axis.axhline), strict=True):
        for side in ("low", "high"):
            if limits[name][side] is not None:
                line(limits[name][side], color=BLUE, linewidth=2.5, linestyle="--")
    axis_names = zip(
        (axis.set_xlabel, axis.set_ylabel), found["names"], found["units"], strict=True
    )
    for put, name, unit in axis_names:
        shown = named({"name": name}, words)
        put(shown if unit == "dmnl" else f"{shown}, {unit}", fontsize=TEXT)
    axis.tick_params(labelsize=TEXT)
    drawn.legend(loc="outside lower center", ncols=2, fontsize=SMALL, frameon=False)
    _title(drawn, "scatter", answer, words)
    return drawn


def _apart(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Move points of an input with two values sideways, so that they do not hide each other."""
    moved = points.copy()
    for column in range(points.shape[1]):
        values = np.unique(points[:, column])
        if len(values) == 2:
            places = np.arange(len(points)) * GOLDEN % 1.0 - 0.5
            moved[:, column] += 0.35 * (values[1] - values[0]) * places
    return moved


def _ends(row: Tree) -> tuple[float, float]:
    """Return the ends of the part inside, percent; of a category the share of its labels."""
    if "kept" in row:
        return 0.0, 100.0 * len(row["kept"]) / len(row["all"])
    low, high = row["low_quantile"], row["high_quantile"]
    return 100.0 * (low or 0.0), 100.0 if high is None else 100.0 * high


def _write(axis: Axes, row: Tree, place: int, ends: tuple[float, float], words: Words) -> None:
    """Write the limits in their units above their bar."""
    from .discover_view import value

    if "kept" in row:
        axis.text(1.0, place - 0.32, ", ".join(row["kept"]), fontsize=SMALL, va="bottom")
        return
    for side, end in zip(("low", "high"), ends, strict=True):
        if row[side] is not None:
            text = value(row[side], row["unit"], words)
            side_of = "left" if end < 50.0 else "right"
            axis.text(end, place - 0.3, text, fontsize=SMALL, ha=side_of, va="bottom")


def _title(drawn: Figure, name: str, answer: Tree, words: Words) -> None:
    text = words.get(f"discover.figure_{name}", outcome=event(answer, words))
    drawn.suptitle(fill(text, LETTERS), fontsize=TITLE)
