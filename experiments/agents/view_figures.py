"""Pictures of a district while it runs: its course, its kecamatan, its actors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx
import numpy as np

from ...model.agents.actors import ACTORS
from ...model.agents.drivers import DETERMINANTS, PACKAGES
from ...model.calendar import FIRST_YEAR
from ..drawing import BLACK, BLUE, GREEN, GREY, ORANGE, tint
from ..text import Words
from .view_model import OF_STOCKS, UNTIL, ShownDistrict

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = (BLUE, ORANGE, GREEN, GREY)
SHARED = ("information", "support")
"""What two actors need to share lists, as `model.agents.outreach` has it."""
TEXT, SMALL = 10, 7.5
FULL = 0.3
"""Share with all services at which a tile has its darkest shade."""


def course(model: ShownDistrict, words: Words) -> Figure:
    """Draw coverage, simultaneity and prevalence; the stocks' run beside the agents'."""
    drawn = _figure()
    first, second, third = drawn.subplots(3, 1, sharex=True)
    for package, colour in zip(PACKAGES, COLOURS, strict=True):
        label = words.get(f"view.package_{package}")
        _lines(first, model, f"coverage {package}", colour, label)
    _lines(second, model, "all services", BLUE, words.get("view.all_services"))
    _lines(second, model, "no service", ORANGE, words.get("view.no_service"))
    _lines(third, model, "survey prevalence", BLUE, words.get("view.survey_prevalence"))
    for axis in (first, second, third):
        for shock in model.settings.shocks:
            axis.axvline(FIRST_YEAR + shock.month / 12.0, color=GREY, linewidth=1.0)
        axis.set_ylim(bottom=0.0)
        axis.legend(fontsize=SMALL, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
        axis.tick_params(labelsize=SMALL)
    third.set_xlim(FIRST_YEAR, FIRST_YEAR + UNTIL / 12.0)
    drawn.suptitle(words.get("view.course"), fontsize=TEXT)
    return drawn


def _lines(axis: Axes, model: ShownDistrict, measure: str, colour: str, label: str) -> None:
    """Draw the agents in full, and the stocks dashed where they know the measure."""
    years = FIRST_YEAR + np.array(model.record.months) / 12.0
    axis.plot(years, 100.0 * np.array(model.record.district[measure]), color=colour, label=label)
    if measure in OF_STOCKS:
        stocks, times = model.drivers.values[OF_STOCKS[measure]], model.drivers.times
        axis.plot(FIRST_YEAR + times / 12.0, 100.0 * stocks, color=colour, ls="--", lw=0.8)


def tiles(model: ShownDistrict, words: Words) -> Figure:
    """Draw a tile for each kecamatan: share of families with all services."""
    drawn = _figure()
    axis = drawn.subplots()
    axis.set_axis_off()
    axis.set_aspect("equal")
    for name, share in model.record.kecamatan.items():
        area = model.tiles[name]
        shade = tint(BLUE, min(1.0, share / FULL)) if np.isfinite(share) else GREY
        corner = (area.column - 0.47, -area.row - 0.47)
        axis.add_patch(_square(corner, shade))
        ink = "white" if share > 0.6 * FULL else BLACK
        told = words.percent(share) if np.isfinite(share) else "-"
        text = f"{name.replace(' ', chr(10), 1)}\n{told}"
        axis.text(area.column, -area.row, text, ha="center", va="center", color=ink, fontsize=SMALL)
    if not model.record.kecamatan:
        axis.text(0.5, 0.5, words.get("view.one_area"), ha="center", transform=axis.transAxes)
    axis.autoscale_view()
    drawn.suptitle(words.get("view.tiles"), fontsize=TEXT)
    return drawn


def _square(corner: tuple[float, float], colour: object):  # noqa: ANN202 - matplotlib is lazy
    from matplotlib.patches import Rectangle

    return Rectangle(corner, 0.94, 0.94, facecolor=colour, edgecolor="white")


def network(model: ShownDistrict, words: Words) -> Figure:
    """Draw the actors with their four determinants, and who works with whom."""
    drawn = _figure()
    axis = drawn.subplots()
    axis.set_axis_off()
    axis.set_aspect("equal")
    places = networkx.circular_layout(model.network)
    exponent = model.assumptions["joint action exponent"]
    for first, second in model.network.edges:
        rows = ACTORS.index(first), ACTORS.index(second)
        chance = model.states.product(*rows, SHARED, exponent)
        ends = np.array([places[first], places[second]])
        axis.plot(ends[:, 0], ends[:, 1], color=GREY, linewidth=0.3 + 6.0 * chance, zorder=1)
    for actor in model.actors:
        _bars(axis, places[actor.name], model.states.determinants[actor.row])
        x, y = places[actor.name]
        axis.text(x, y - 0.16, actor.name, ha="center", va="top", fontsize=SMALL)
    for name, colour in zip(DETERMINANTS, COLOURS, strict=True):
        axis.plot([], [], color=colour, linewidth=6, label=words.get(f"view.{name}"))
    axis.set(xlim=(-1.3, 1.3), ylim=(-1.4, 1.2))
    axis.legend(fontsize=SMALL, edgecolor="none", ncols=2, loc="center")
    drawn.suptitle(words.get("view.network"), fontsize=TEXT)
    return drawn


def _bars(axis: Axes, place: np.ndarray, states: np.ndarray) -> None:
    """Draw four bars in a white box; a full one is as high as the box."""
    left, bottom = place - 0.14
    axis.bar(left + 0.14, 0.28, 0.3, bottom=bottom, color="white", edgecolor=GREY, zorder=2)
    across = left + 0.035 + 0.07 * np.arange(len(states))
    axis.bar(across, 0.28 * states, 0.06, bottom=bottom, color=COLOURS, zorder=3)


def _figure() -> Figure:
    """Return an empty figure of the shape that Mesa's grid gives each component."""
    from matplotlib.figure import Figure

    return Figure(figsize=(6.6, 4.8), layout="constrained")
