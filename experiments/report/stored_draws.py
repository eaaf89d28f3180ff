"""What was drawn for a stored comparison: the values of each uncertain input."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..evidence_words import number_text
from ..text import Words

Floats = NDArray[np.float64]


def read_draws(folder: Path) -> dict[str, Floats]:
    """Return (draw,) by input, in the model's units, of every draw that was run.

    Parameters
    ----------
    folder
        Of a stored comparison.
    """
    with (folder / "draws.csv").open(encoding="utf-8", newline="") as file:
        _, *names = next(reader := csv.reader(file))
        values = np.array([[float(cell) for cell in row[1:]] for row in reader])
    return dict(zip(names, values.T, strict=True))


def drawn_text(draws: Mapping[str, Floats], name: str, words: Words) -> str:
    """Write median and 90 percent range to three digits that count.

    Parameters
    ----------
    draws
        By input.
    name
        Of an input; one that was not drawn is a dash.
    words
        Language.
    """
    if name not in draws:
        return "–"
    row = np.quantile(draws[name], [0.5, 0.05, 0.95]).tolist()
    rounded = (float(f"{x:.3g}") if abs(x) < 1e3 else round(x) for x in row)
    middle, low, high = (number_text(x, words) for x in rounded)
    return words.get("range", middle=middle, low=low, high=high)
