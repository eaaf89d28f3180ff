"""Which strategy may be named for the best chance of the target: none, where there is a tie."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

TWO_SIDED = 1.96
"""Standard errors beyond which a difference is called more than sampling error, 5 percent."""

SMALL = 0.05
"""A target that is missed in more than 95 of 100 draws is missed whichever strategy is chosen."""

Named = Literal["one", "some", "any"]


def told_apart(first: float, second: float, draws: int) -> bool:
    """Tell whether two shares of the same draws differ by more than the error of the draws.

    The error is the largest that shares of this size can have: in how many draws the two disagree
    is not asked, so that a difference is never taken for more than it is.

    Parameters
    ----------
    first, second
        Shares of the draws, 0 to 1.
    draws
        Number of draws.
    """
    difference = abs(first - second)
    disagree = min(first + second, 2.0 - first - second)
    error = math.sqrt(max(0.0, disagree - difference**2) / draws)
    return difference > TWO_SIDED * error


def best_named(base: float, chances: Mapping[str, float], draws: int) -> tuple[Named, str]:
    """Return whether one strategy may be named for the best chance, and the one with the best.

    ``one`` where it stands out from every other and from no extra action, ``some`` where it shares
    its place with others but not with all, ``any`` where none stands out or the chance is small.

    Parameters
    ----------
    base
        Probability with no extra action.
    chances
        Probability by strategy; at least one.
    draws
        Number of draws behind the probabilities.
    """
    best = max(chances, key=lambda name: chances[name])
    others = [base, *(value for name, value in chances.items() if name != best)]
    apart = [told_apart(chances[best], other, draws) for other in others]
    if chances[best] < SMALL or not any(apart):
        return "any", best
    return ("one" if all(apart) else "some"), best
