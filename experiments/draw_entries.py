"""One entry of a draws file: the distribution or the list of values of one constant."""

from __future__ import annotations

import difflib
import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..model.distributions import FAMILIES, Array, Prior
from ..model.errors import Problem
from ..model.prior_checks import faults
from ..model.yamlfile import LineMap
from .written_numbers import number_of, remedy_for

LETTERS = ("a", "b", "c")
OPTIONAL = ("lower", "upper", "spike", "null_value")
MOST_SHOWN = 20
"""Wrong values of one list that are named; the rest are counted."""


@dataclass
class Faults:
    """What is wrong with one file, collected with its lines."""

    where: str
    line_of: LineMap
    found: list[tuple[int, Problem]] = field(default_factory=list)

    def add(self, at: Sequence[Hashable], expected: str, found: str, remedy: str) -> None:
        """Note one problem at an entry of the file."""
        line = self.line_of(at)
        self.found.append((line, Problem(f"{self.where}:{line}", expected, found, remedy)))

    def in_order(self) -> list[Problem]:
        """Return the problems by line."""
        return [problem for _, problem in sorted(self.found, key=lambda item: item[0])]


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


def did_you_mean(word: object, known: Iterable[str], otherwise: str) -> str:
    """Return a remedy that names the nearest known word, or the other advice."""
    near = difflib.get_close_matches(str(word).lower(), list(known), n=1, cutoff=0.6)
    return f"Did you mean {near[0]!r}" if near else otherwise


def read_entry(
    name: str, data: object, bounds: tuple[float, float] | None, faults_: Faults
) -> Entry | None:
    """Return what stands under the name of a constant, or nothing after noting what is wrong.

    Parameters
    ----------
    name
        Name of the constant as the file writes it.
    data
        A mapping with a family, a list of numbers, or one number.
    bounds
        Lowest and highest value that the model allows, if it says so.
    faults_
        Receives the problems.
    """
    at = ("constants", name)
    if isinstance(data, Mapping):
        prior = _prior(at, data, bounds, faults_)
        return None if prior is None else Entry(prior=prior)
    if isinstance(data, list):
        values = _values(at, data, bounds, faults_)
        return None if values is None else Entry(values=values)
    value = read_number(at, data, faults_)
    if value is None or not _fits(at, [value], bounds, faults_):
        return None
    return Entry(prior=Prior("fixed", value))


def read_number(at: Sequence[Hashable], data: object, faults_: Faults) -> float | None:
    """Return a finite number, or nothing after noting what stands there instead."""
    if isinstance(data, int | float) and not isinstance(data, bool):
        value = _as_float(data)
        if math.isfinite(value):
            return value
        faults_.add(at, "a finite number", str(data)[:40], "Write the number itself")
        return None
    if isinstance(data, str) and number_of(data) is not None:
        faults_.add(at, "a number", f"the text {data!r}", "Remove the quotes")
    else:
        faults_.add(at, "a number", repr(data)[:60], remedy_for(data))
    return None


def _as_float(data: float) -> float:
    try:
        return float(data)
    except OverflowError:
        return math.inf


def _values(
    at: tuple[Hashable, ...],
    data: list[object],
    bounds: tuple[float, float] | None,
    faults_: Faults,
) -> Array | None:
    before = len(faults_.found)
    if not data:
        faults_.add(at, "one number for each draw", "an empty list", "Write the numbers, or a file")
    numbers = []
    for place, item in enumerate(data):
        if len(faults_.found) - before >= MOST_SHOWN:
            remedy = f"Correct these {MOST_SHOWN} values first"
            faults_.add(at, "numbers", "more mistakes further down the list", remedy)
            break
        numbers.append(read_number((*at, place), item, faults_))
    if len(faults_.found) > before:
        return None
    values = np.array(numbers, float)
    return values if _fits(at, values, bounds, faults_) else None


def _prior(
    at: tuple[Hashable, ...],
    data: Mapping[Hashable, object],
    bounds: tuple[float, float] | None,
    faults_: Faults,
) -> Prior | None:
    family = data.get("family")
    if not isinstance(family, str) or family not in FAMILIES:
        listed = ", ".join(FAMILIES)
        remedy = did_you_mean(family, FAMILIES, f"Choose one of {listed}")
        found = "nothing" if family is None else repr(family)[:60]
        faults_.add((*at, "family"), f"family: one of {listed}", found, remedy)
        return None
    before = len(faults_.found)
    numbers = _numbers(at, family, data, faults_)
    if len(faults_.found) > before:
        return None
    value = numbers.pop("value", 0.0)
    prior = Prior(family, value, **numbers)
    for expected, found in faults(prior):
        remedy = _advice(prior, bounds, "Correct the numbers of the distribution")
        faults_.add(at, expected, found, remedy)
    if len(faults_.found) == before and _percent(_centres(prior), _bounds_of(prior, bounds)):
        _refuse_percent(at, _centres(prior), faults_)
    return prior if len(faults_.found) == before else None


def _numbers(
    at: tuple[Hashable, ...], family: str, data: Mapping[Hashable, object], faults_: Faults
) -> dict[str, float]:
    """Return the numbers of a distribution by the names of the parameter table."""
    words = FAMILIES[family]
    letters = dict(zip(words, LETTERS, strict=False))
    known = ["value"] if family == "fixed" else [*words, *LETTERS[: len(words)], *OPTIONAL]
    found: dict[str, float] = {}
    for key, item in data.items():
        if key == "family":
            continue
        if key not in known:
            remedy = did_you_mean(key, known, f"Write {', '.join(known)}")
            expected = f"a number of the {family} family"
            faults_.add((*at, key), expected, repr(key)[:60], remedy)
            continue
        letter = letters.get(str(key), str(key))
        number = read_number((*at, key), item, faults_)
        if letter in found:
            expected = f"'{letter}' once: it is the {words[LETTERS.index(letter)]}"
            faults_.add((*at, key), expected, "it twice", "Keep one of the two")
        if number is not None:
            found[letter] = number
    _note_missing(at, family, data, faults_)
    return found


def _note_missing(
    at: tuple[Hashable, ...], family: str, data: Mapping[Hashable, object], faults_: Faults
) -> None:
    """Note which numbers of the family are not there, by their own words."""
    words = FAMILIES[family] or ("value",)
    letters = LETTERS if FAMILIES[family] else ("value",)
    for word, letter in zip(words, letters, strict=False):
        if word not in data and letter not in data:
            expected = f"'{word}' for the {family} family"
            faults_.add(at, expected, "nothing", f"Write `{word}: NUMBER`")


def _bounds_of(prior: Prior, bounds: tuple[float, float] | None) -> tuple[float, float] | None:
    if prior.lower is not None and prior.upper is not None:
        return prior.lower, prior.upper
    if prior.family in ("beta", "bernoulli") and prior.upper is None:
        return 0.0, 1.0
    return bounds


def _centres(prior: Prior) -> list[float]:
    place = {"uniform": 1, "triangular": 2}.get(prior.family, 0)
    number = prior.value if prior.family == "fixed" else prior.numbers[place]
    return [] if number is None else [number]


def _advice(prior: Prior, bounds: tuple[float, float] | None, otherwise: str) -> str:
    """Return the advice for a prior whose numbers are wrong, perhaps because they are percent."""
    centres = _centres(prior)
    if _percent(centres, _bounds_of(prior, bounds)):
        return f"Write {centres[0] / 100.0:g} for {centres[0]:g} percent"
    return otherwise


def _percent(values: Iterable[float], bounds: tuple[float, float] | None) -> bool:
    """Tell whether a share seems to be written in percent."""
    if bounds is None or bounds[0] < 0.0 or bounds[1] > 1.0:
        return False
    return any(1.0 < value <= 100.0 for value in values)


def _refuse_percent(at: Sequence[Hashable], values: Iterable[float], faults_: Faults) -> None:
    first = next(value for value in values if value > 1.0)
    remedy = f"Write {first / 100.0:g} for {first:g} percent"
    faults_.add(at, "a share from 0 to 1", f"{first:g}", remedy)


def _fits(
    at: Sequence[Hashable],
    values: Iterable[float],
    bounds: tuple[float, float] | None,
    faults_: Faults,
) -> bool:
    """Note values in percent where the model says that the constant is a share."""
    listed = [float(value) for value in values]
    if _percent(listed, bounds):
        _refuse_percent(at, listed, faults_)
        return False
    return True
