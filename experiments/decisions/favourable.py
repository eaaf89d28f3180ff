"""What the draws in which a target is reached have in common, one input at a time."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..runs.question import Question
from ..runs.worlds import World
from .inputs import numbers_of

Floats = NDArray[np.float64]

SHOWN = 5
"""Inputs that are reported."""
FEWEST = 10
"""Draws that are needed on either side before anything is said."""
CHANCE = 0.05
"""Probability that chance alone, among all inputs together, names one of them. Judged."""


def separation(values: Floats, reached: NDArray[np.bool_]) -> float:
    """Return the chance that an input is larger where the target is reached than where not.

    The area under the receiver operating characteristic: one half says nothing.
    Source: Hanley and McNeil, "The meaning and use of the area under a receiver operating
    characteristic (ROC) curve" (1982), https://doi.org/10.1148/radiology.143.1.7063747

    Parameters
    ----------
    values
        (draw,), finite.
    reached
        (draw,), true and false at least once each.
    """
    from scipy.stats import rankdata

    ranks, count = rankdata(values), int(reached.sum())
    pairs = count * (len(values) - count)
    return float((ranks[reached].sum() - count * (count + 1) / 2.0) / pairs)


def by_chance(reached: NDArray[np.bool_], looks: int) -> float:
    """Return how far from one half the separation of an input without meaning may lie.

    Normal approximation of the rank sum, two-sided, divided among all inputs that are looked at
    (Bonferroni).

    Parameters
    ----------
    reached
        (draw,), true and false at least once each.
    looks
        Number of inputs.
    """
    one = int(reached.sum())
    other = len(reached) - one
    deviation = np.sqrt((one + other + 1.0) / (12.0 * one * other))
    return float(NormalDist().inv_cdf(1.0 - CHANCE / (2.0 * looks)) * deviation)


def separating(
    question: Question, world: World, found: tuple[str, NDArray[np.bool_]]
) -> dict[str, Any]:
    """Return the inputs in which the draws that reach a target differ most from the others.

    Named is only what differs by more than chance makes the largest of so many differ.

    Parameters
    ----------
    question
        Whose draws were run.
    world
        Its structure.
    found
        Strategy, and in which of its draws the target is reached.
    """
    strategy, reached = found
    few = min(int(reached.sum()), int((~reached).sum())) < FEWEST
    out: dict[str, Any] = {"strategy": strategy, "draws": int(reached.sum())}
    out |= {"by_chance": CHANCE, "inputs": []}
    if few:
        return out
    names, table = numbers_of(question, world)
    kept = [c for c in range(len(names)) if np.ptp(table[:, c]) > 0.0]
    scores = {names[c]: separation(table[:, c], reached) for c in kept}
    least = by_chance(reached, len(scores))
    order = sorted(scores, key=lambda name: -abs(scores[name] - 0.5))[:SHOWN]
    for name in (name for name in order if abs(scores[name] - 0.5) > least):
        column = table[:, names.index(name)]
        middles = float(np.median(column[reached])), float(np.median(column))
        row = {"name": name, "larger": scores[name], "reached": middles[0], "all": middles[1]}
        out["inputs"].append(row)
    return out
