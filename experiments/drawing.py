"""What all figures share: size, colours, bands, and files that are the same to the byte."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .text import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZE = (13.33, 7.5)
"""Inches: a 16:9 slide."""
BLUE, ORANGE, GREEN, GREY, BLACK = "#0072B2", "#D55E00", "#009E73", "#999999", "#000000"
"""Okabe-Ito colours, told apart with any colour vision."""
BANDS = ((0.90, 0.20), (0.80, 0.38), (0.50, 0.62))
"""Share of the draws, and opacity where only this band is drawn."""
TEXT, SMALL, TITLE = 15, 13, 19
FIRST_YEAR = 2018.0


def figure() -> Figure:
    """Return an empty figure of the size of a slide."""
    from matplotlib.figure import Figure

    return Figure(figsize=SIZE, layout="constrained")


def render(drawn: Figure, form: str) -> bytes:
    """Return a figure as the bytes of a file: no dates, and fixed ids in SVG.

    Parameters
    ----------
    drawn
        The figure.
    form
        ``png`` or ``svg``.
    """
    import matplotlib

    buffer = io.BytesIO()
    metadata = {"Date": None} if form == "svg" else {"Software": None}
    with matplotlib.rc_context({"svg.hashsalt": "tumbuh"}):
        drawn.savefig(buffer, format=form, dpi=120, metadata=metadata)
    return buffer.getvalue()


def font_file(name: str) -> Path:
    """Return the file of a font that comes with Matplotlib, such as ``DejaVuSans-Bold``."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf"


def tail(share: float) -> tuple[float, float]:
    """Return the two quantiles between which a share of the draws lies."""
    return (1.0 - share) / 2.0, (1.0 + share) / 2.0


def tint(colour: str, opacity: float) -> tuple[float, float, float]:
    """Return a colour as it looks over white; bands that overlap then do not add up."""
    from matplotlib.colors import to_rgb

    red, green, blue = (1.0 - opacity * (1.0 - part) for part in to_rgb(colour))
    return red, green, blue


def bands(axis: Axes, years: NDArray[np.float64], paths: NDArray[np.float64], words: Words) -> None:
    """Fill the bands of many paths, widest first.

    Parameters
    ----------
    axis
        Where to draw.
    years, paths
        (time,) and (draw, time).
    words
        Language of the labels.
    """
    for share, opacity in BANDS:
        bottom, top = np.quantile(paths, tail(share), axis=0)
        label = words.get("figure.band", share=words.percent(share))
        axis.fill_between(years, bottom, top, color=tint(BLUE, opacity), linewidth=0.0, label=label)


def year_ticks(axis: Axes, first: float, last: float) -> None:
    """Label whole years, few enough to read from the back of a room."""
    step = 2 if last - first <= 10.0 else 4
    years = [year for year in range(2000, 2041, step) if first <= year <= last]
    axis.set_xticks(years, [str(year) for year in years])
    axis.set_xlim(first, last)
