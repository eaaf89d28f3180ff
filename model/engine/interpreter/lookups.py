"""Tables looked up on arrays: between the points, beyond them, or from point to point."""

from __future__ import annotations

import numpy as np

from ..trajectories import Floats


def _clip(source: Floats, x: Floats, y: Floats, out: Floats) -> None:
    out[:] = np.interp(source, x, y)
    if len(x) == 1:  # numpy takes one point for the answer even where there is no number
        np.copyto(out, np.nan, where=np.isnan(source))


def _extrapolate(source: Floats, x: Floats, y: Floats, out: Floats) -> None:
    """Continue the first and last piece; one point alone is flat."""
    _clip(source, x, y, out)
    if len(x) > 1:
        low, high = (y[1] - y[0]) / (x[1] - x[0]), (y[-1] - y[-2]) / (x[-1] - x[-2])
        np.copyto(out, y[0] + low * (source - x[0]), where=source < x[0])
        np.copyto(out, y[-1] + high * (source - x[-1]), where=source > x[-1])


def _backward(source: Floats, x: Floats, y: Floats, out: Floats) -> None:
    place = np.maximum(np.searchsorted(x, source, side="right") - 1, 0)
    np.copyto(out, np.where(np.isnan(source), np.nan, y[place]))


def _forward(source: Floats, x: Floats, y: Floats, out: Floats) -> None:
    place = np.minimum(np.searchsorted(x, source, side="left"), len(x) - 1)
    np.copyto(out, np.where(np.isnan(source), np.nan, y[place]))


LOOKUPS = {
    "clip": _clip,
    "extrapolate": _extrapolate,
    "backward": _backward,
    "forward": _forward,
}
"""By kind of table: what writes the values at the sources, given the points, into an array."""
