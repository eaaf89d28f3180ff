"""The co-coverage of survey and agents, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from .pattern import CoCoverage, Compared

Floats = NDArray[np.float64]

_NINETY = (0.05, 0.5, 0.95)
_DECIMALS = (3, 3, 2)


def pattern_table(found: Compared) -> str:
    """Return the three numbers of the survey beside those of the agents."""
    head = ("", "k", "mean correlation of two services", "ratio of variances")
    told = f"mean of {len(found.usual)} replicates at the defaults"
    survey = list(_numbers(found.survey))
    rows = [
        ["Susenas 2017, eight services", f"at most {survey[0]}", *survey[1:]],
        [f"agents, four services, {told}", *_numbers(mean(found.usual))],
        [f"agents, protection left out, {told}", *_numbers(mean(found.without))],
        [f"agents, four services, {len(found.drawn)} draws of the priors", *_ranges(found.drawn)],
    ]
    return table(head, rows)


def reading(found: Compared) -> str:
    """Return what the table says, in words that follow its numbers."""
    usual, survey = mean(found.usual), found.survey
    low, _, high = np.quantile(_columns(found.drawn)[1], _NINETY)
    inside = "within" if usual.k <= survey.k else "above"
    lines = [f"The agents' *k* is {inside} what the survey allows."]
    if low <= survey.correlation <= high:
        lines.append("The correlation of the survey lies within the range of the draws.")
    else:
        less = "less" if survey.correlation > high else "more"
        lines.append(
            f"**The correlation does not match**: the agents' services go together {less} than the "
            "survey's, in more than nine draws of ten."
        )
    without = mean(found.without)
    if abs(without.correlation - survey.correlation) < abs(usual.correlation - survey.correlation):
        lines.append("Without protection it is nearer to the survey's, and *k* is farther from it.")
    return "\n".join(lines) + "\n"


def mean(found: Sequence[CoCoverage]) -> CoCoverage:
    """Return the mean of several."""
    return CoCoverage(*map(float, _columns(found).mean(axis=1)))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of words in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _columns(found: Sequence[CoCoverage]) -> Floats:
    return np.array([[each.k, each.correlation, each.ratio] for each in found]).T


def _numbers(found: CoCoverage) -> Iterator[str]:
    numbers = (found.k, found.correlation, found.ratio)
    yield from (f"{x:.{places}f}" for x, places in zip(numbers, _DECIMALS, strict=True))


def _ranges(found: Sequence[CoCoverage]) -> Iterator[str]:
    """Yield medians with 90 percent of the draws."""
    for column, places in zip(_columns(found), _DECIMALS, strict=True):
        low, middle, high = (f"{x:.{places}f}" for x in np.quantile(column, _NINETY))
        yield f"{middle} ({low} to {high})"
