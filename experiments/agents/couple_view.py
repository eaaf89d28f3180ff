"""What ``tumbuh agents couple`` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ...model.agents.coupling import INDEX_LEVELS, convergence
from ..cli_tables import items, section
from ..grid import grid
from ..outcomes import POINTS
from ..text import Words

if TYPE_CHECKING:
    from rich.console import Console

    from .couple import Coupling

Answer = Mapping[str, Any]
RANGE = (0.5, 0.05, 0.95)
"""Median and the ends of the 90 percent interval."""


def summary(found: Coupling) -> dict[str, Any]:
    """Return what the coupling says as plain values.

    Concordance by level of coordination, as median and 90 percent interval over draws; the line at
    central values; and the largest gap, in points, between convergence as simulated and as the
    line gives it back.
    """
    index = np.array(INDEX_LEVELS)
    k = np.array([line.at(index) for line in found.lines])
    grid_, line = found.central
    middle = grid_.together.shape[-1] // 2
    return {
        "levels": list(INDEX_LEVELS),
        "concordance": np.quantile(k, RANGE, axis=0).T.tolist(),
        "central": {"low": line.low, "rise": line.rise},
        "served": (POINTS * grid_.together[0, :, middle]).tolist(),
        "given_back": (POINTS * convergence(line, grid_)[0, :, middle]).tolist(),
        "largest_gap": POINTS * found.departure,
        "rise": np.quantile([one.rise for one in found.lines], RANGE).tolist(),
    }


def show(out: Console, answer: Answer, words: Words) -> None:
    """Print concordance and convergence by level of coordination.

    Parameters
    ----------
    out
        Where to.
    answer
        As the command gives it.
    words
        Language.
    """
    section(out, words.get("coupling.heading", draws=words.number(answer["draws"], 0)))
    heads = [words.get(f"coupling.{name}") for name in ("index", "k", "served", "given_back")]
    rows = []
    for row, level in enumerate(answer["levels"]):
        middle, low, high = (words.number(value, 3) for value in answer["concordance"][row])
        rows.append(
            [
                words.number(level, 1),
                words.get("range", middle=middle, low=low, high=high),
                words.number(answer["served"][row], 1),
                words.number(answer["given_back"][row], 1),
            ]
        )
    out.print(grid(heads, rows))
    gap = words.number(answer["largest_gap"], 2)
    notes = [words.get(f"coupling.{name}") for name in ("reading_scale", "reading_judged")]
    items(out, [words.get("coupling.gap", gap=gap), *notes])
