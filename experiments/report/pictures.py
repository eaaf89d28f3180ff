"""The two figures of a report, for a screen and for paper."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from ..drawing import SMALL, render
from ..figures import fan_chart, paired_chart
from .blocks import Picture
from .html import plain_svg
from .material import Material

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 10.0
"""Inches at which the text of a figure, printed 178 mm wide, is as large as that of the page."""
FLAT, TALL = 3.4, 13.0
"""Inches of the flattest and the tallest figure; a taller one would not fit its page."""
LABEL, AXIS, PANEL = 46, 36, 24
"""Characters of a line of a strategy's name, of the name of the axis, and above a panel."""


def pictures(about: Material) -> tuple[Picture, Picture]:
    """Return the gains of all strategies, and the paths of the main ones."""
    answer, words = about.answer, about.words
    place, rows = answer.district.name, len(answer.strategies)
    gain = paired_chart(answer, words, LABEL)
    axis = gain.axes[0]
    axis.set_xlabel(fill(axis.get_xlabel(), AXIS))
    fan = fan_chart(answer, words, about.stored.design_effect, legend_columns=2)
    for panel in fan.axes:
        name = " ".join(panel.get_title().split())
        panel.set_title(fill(name, PANEL, break_on_hyphens=False), fontsize=SMALL)
    titles = words.get("figure.paired", year=about.year), words.get("figure.fan", district=place)
    tall = min(max(FLAT, 1.6 + 0.34 * rows), TALL), 6.5 if len(fan.axes) > 3 else 5.0
    return (
        _picture(gain, "gain", titles[0], tall[0], about),
        _picture(fan, "fan", titles[1], tall[1], about),
    )


def _picture(drawn: Figure, name: str, title: str, height: float, about: Material) -> Picture:
    drawn.suptitle("")  # the title stands below it in the text
    drawn.set_size_inches(WIDTH, height)
    alt = about.say(f"alt_{name}")
    return Picture(title, alt, plain_svg(render(drawn, "svg"), name), render(drawn, "png"))
