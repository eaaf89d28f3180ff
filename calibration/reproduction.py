"""Whether a fit gives the stored posterior again: the same numbers, or the same within chance."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from .gates import Gate
from .posterior import as_text, load_posterior, paths

Floats = NDArray[np.float64]

ERRORS = 4.5
"""Monte Carlo errors by which a mean or a log SD may differ: with some fifty columns, about one
comparison in a thousand would pass it by chance."""


def stored_gate(columns: Mapping[str, Floats], observation: str) -> Gate:
    """Return whether a fit is the stored one.

    Parameters
    ----------
    columns
        By name: (draw,), as `columns_of` gives them.
    observation
        Figure of Paser for 2021 that was fitted.
    """
    expected = "the same numbers, or means and spreads within Monte Carlo error"
    if as_text(columns) == paths(observation)[0].read_text(encoding="utf-8"):
        return Gate("stored posterior", expected, "the same numbers", True)
    apart = distances(columns, load_posterior(observation).columns)
    name = max(apart, key=lambda key: apart[key])
    told = f"{name} apart by {apart[name]:.1f} errors"
    return Gate("stored posterior", expected, told, apart[name] <= ERRORS)


def distances(first: Mapping[str, Floats], second: Mapping[str, Floats]) -> dict[str, float]:
    """Return by name how far two samples are apart: mean or log SD, in Monte Carlo errors.

    What only one of them has is infinitely far.
    """
    found = dict.fromkeys(first.keys() ^ second.keys(), float("inf"))
    for name in (name for name in first if name in second):
        one, other = first[name], second[name]
        if np.ptp(one) == 0.0 and np.array_equal(one[:1], other[:1]):
            found[name] = 0.0
            continue
        sizes = 1.0 / len(one) + 1.0 / len(other)
        mean = abs(one.mean() - other.mean()) / (other.std() * np.sqrt(sizes))
        # The error of a log SD follows from the fourth moment, which heavy tails make large.
        tail = np.mean(((other - other.mean()) / other.std()) ** 4) - 1.0
        spread = abs(np.log(one.std() / other.std())) / np.sqrt(0.25 * tail * sizes)
        found[name] = float(np.nan_to_num(max(mean, spread), nan=np.inf))
    return found
