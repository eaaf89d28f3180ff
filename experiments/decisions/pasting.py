"""Pasting: a box that was peeled too far grows again where its mean rises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .inputs import Inputs

if TYPE_CHECKING:
    from .prim import Box

Flags = NDArray[np.bool_]


def pasted(box: Box, inputs: Inputs, outcome: Flags, share: float) -> Box | None:
    """Return the wider box whose mean gains most for each row added, or nothing.

    Parameters
    ----------
    box
        Peeled.
    inputs, outcome
        The rows.
    share
        Rows that a paste of a number adds, as a share of those in the box.
    """
    inside = box.holds(inputs)
    rows, mean = int(inside.sum()), float(outcome[inside].mean())
    best, top = None, 0.0
    for wider in _pastes(box, inputs, rows, share):
        kept = wider.holds(inputs)
        more = int(kept.sum())
        gain = (float(outcome[kept].mean()) - mean) / (more - rows) if more > rows else 0.0
        if gain > top:
            best, top = wider, gain
    return best


def _pastes(box: Box, inputs: Inputs, rows: int, share: float) -> Iterator[Box]:
    count = max(1, int(np.ceil(share * rows)))
    for column in np.flatnonzero(np.isfinite(box.low)):
        yield _wider(box, inputs, int(column), count, lower=True)
    for column in np.flatnonzero(np.isfinite(box.high)):
        yield _wider(box, inputs, int(column), count, lower=False)
    for name, kept in box.allowed.items():
        for code in np.flatnonzero(~kept):
            more = kept.copy()
            more[code] = True
            yield replace(box, allowed=box.allowed | {name: more})


def _wider(box: Box, inputs: Inputs, column: int, count: int, lower: bool) -> Box:
    """Move one limit outwards over the nearest rows; it goes when no row is left outside."""
    limits = box.low.copy() if lower else box.high.copy()
    old = limits[column]
    limits[column] = -np.inf if lower else np.inf
    open_box = replace(box, low=limits) if lower else replace(box, high=limits)
    values = inputs.numbers[open_box.holds(inputs), column]
    outside = np.sort(values[values < old])[::-1] if lower else np.sort(values[values > old])
    if len(outside) <= count:
        return open_box
    limits = limits.copy()
    limits[column] = 0.5 * (outside[count - 1] + outside[count])
    return replace(box, low=limits) if lower else replace(box, high=limits)
