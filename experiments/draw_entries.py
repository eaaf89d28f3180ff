"""One entry of a draws file: the distribution or the list of values of one constant."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from ..model.distributions import FAMILIES, Array, Prior
from ..model.prior_checks import faults
from ..model.report import Report, did_you_mean
from .written_numbers import number_of, remedy_for

LETTERS = ("a", "b", "c")
OPTIONAL = ("lower", "upper", "spike", "null_value")
MOST_SHOWN = 20
"""Wrong values of one list that are named; the rest are not looked at."""

At = tuple[Hashable, ...]


@dataclass(frozen=True)
class Entry:
    """What a file says of one constant.

    Attributes
    ----------
    prior
        Its distribution, or nothing.
    values
        Its value in each draw, or nothing.
    """

    prior: Prior | None = None
    values: Array | None = None

    def centres(self) -> Iterable[float]:
        """Return values that show the size: all that are listed, else the middle."""
        if self.values is not None:
            return self.values
        if self.prior is None or self.prior.family == "fixed":
            return [] if self.prior is None else [self.prior.value]
        number = self.prior.numbers[{"uniform": 1, "triangular": 2}.get(self.prior.family, 0)]
        return [] if number is None else [number]


def read_entry(at: At, data: object, report: Report) -> Entry | None:
    """Return what stands at a place of the file, or nothing after noting what is wrong.

    Parameters
    ----------
    at
        Place of the entry.
    data
        A mapping with a family, a list of numbers, or one number.
    report
        Receives the problems.
    """
    if isinstance(data, Mapping):
        prior = _prior(at, data, report)
        return None if prior is None else Entry(prior=prior)
    if isinstance(data, list):
        values = _values(at, data, report)
        return None if values is None else Entry(values=values)
    value = _number(at, data, report)
    return None if value is None else Entry(prior=Prior("fixed", value))


def _number(at: At, data: object, report: Report) -> float | None:
    """Return a finite number, or nothing after noting what stands there instead."""
    if isinstance(data, int | float) and not isinstance(data, bool):
        if abs(data) < math.inf and number_of(repr(data)) is not None:
            return float(data)
        report.add(at, "a finite number", str(data)[:40], "Write the number itself")
    elif isinstance(data, str) and number_of(data) is not None:
        report.add(at, "a number", f"the text {data!r}", "Remove the quotes")
    else:
        report.add(at, "a number", repr(data)[:60], remedy_for(data))
    return None


def _values(at: At, data: list[object], report: Report) -> Array | None:
    before = len(report)
    if not data:
        report.add(at, "one number for each draw", "an empty list", "Write the numbers, or a file")
    numbers = []
    for place, item in enumerate(data):
        if len(report) - before >= MOST_SHOWN:
            remedy = f"Correct these {MOST_SHOWN} values first"
            report.add(at, "numbers", "more mistakes further down the list", remedy)
            break
        numbers.append(_number((*at, place), item, report))
    return np.array(numbers, float) if len(report) == before else None


def _prior(at: At, data: Mapping[Hashable, object], report: Report) -> Prior | None:
    family = data.get("family")
    if not isinstance(family, str) or family not in FAMILIES:
        listed = ", ".join(FAMILIES)
        remedy = did_you_mean(family, FAMILIES, f"Choose one of {listed}")
        found = "nothing" if family is None else repr(family)[:60]
        report.add((*at, "family"), f"family: one of {listed}", found, remedy)
        return None
    before = len(report)
    numbers = _numbers(at, family, data, report)
    if len(report) > before:
        return None
    prior = Prior(family, numbers.pop("value", 0.0), **numbers)
    for expected, found in faults(prior):
        report.add(at, expected, found, "Correct the numbers of the distribution")
    return prior if len(report) == before else None


def words_of(family: str) -> dict[str, str]:
    """Return what the numbers of a family are called, with the short form of each."""
    if family == "fixed":
        return {"value": "value"}
    return dict(zip(FAMILIES[family], LETTERS, strict=False))


def _numbers(
    at: At, family: str, data: Mapping[Hashable, object], report: Report
) -> dict[str, float]:
    """Return the numbers of a distribution by the names of the parameter table."""
    words = words_of(family)
    optional = () if family == "fixed" else OPTIONAL
    known = dict.fromkeys((*words, *words.values(), *optional))
    found: dict[str, float] = {}
    for key, item in data.items():
        if key == "family":
            continue
        if key not in known:
            remedy = did_you_mean(key, known, f"Write {', '.join(known)}")
            report.add((*at, key), f"a number of the {family} family", repr(key)[:60], remedy)
            continue
        letter = words.get(str(key), str(key))
        number = _number((*at, key), item, report)
        if letter in found:
            report.add((*at, key), f"the number {letter!r} once", "it twice", "Keep one of the two")
        if number is not None:
            found[letter] = number
    for word, letter in words.items():
        if word not in data and letter not in data:
            expected = f"'{word}' for the {family} family"
            report.add(at, expected, "nothing", f"Write `{word}: NUMBER`")
    return found
