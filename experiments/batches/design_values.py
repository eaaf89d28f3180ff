"""One value of a design: a number, a list of them, or a range; every mistake is noted."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

from ...model.report import Report, did_you_mean
from ...scenarios.bounds import outside
from ..draw_entries import At, read_entry
from ..written_numbers import percent

Convert = Callable[[At, object, Report], float | None]


@dataclass(frozen=True)
class Spread:
    """What was written for something.

    Attributes
    ----------
    values
        One value, or several.
    limits
        Lowest and highest value, to be drawn between.
    """

    values: tuple[float, ...] = ()
    limits: tuple[float, float] | None = None

    @property
    def least(self) -> float:
        """Lowest value that can occur."""
        return self.limits[0] if self.limits else min(self.values)

    @property
    def most(self) -> float:
        """Highest value that can occur."""
        return self.limits[1] if self.limits else max(self.values)


def number(at: At, data: object, report: Report) -> float | None:
    """Return a finite number, or nothing after noting what stands there instead."""
    if isinstance(data, Mapping | list):
        report.add(at, "a number", f"a {type(data).__name__}", "Write one number")
        return None
    entry = read_entry(at, data, report)
    return None if entry is None or entry.prior is None else entry.prior.value


def spread(at: At, data: object, report: Report, convert: Convert = number) -> Spread | None:
    """Return one value, a list of values or a range, or nothing after noting what is wrong.

    Parameters
    ----------
    at
        Place of the entry.
    data
        What stands there.
    report
        Receives the problems.
    convert
        Turns one value into a number, for example a date into a month.
    """
    before = len(report)
    if isinstance(data, Mapping):
        return _limits(at, data, report, convert)
    items = data if isinstance(data, list) else [data]
    if not items:
        report.add(at, "at least one value", "an empty list", "Write the values")
    values = [
        convert((*at, k) if isinstance(data, list) else at, item, report)
        for k, item in enumerate(items)
    ]
    found = tuple(value for value in values if value is not None)
    if len(set(found)) < len(found):
        report.add(at, "different values", "a value twice", "Keep one of them")
    return Spread(found) if len(report) == before else None


def _limits(
    at: At, data: Mapping[Hashable, object], report: Report, convert: Convert
) -> Spread | None:
    unknown_names(at, data, ("low", "high"), report)
    ends = []
    for name in ("low", "high"):
        if name not in data:
            report.add(at, f"'{name}' of the range", "nothing", f"Write `{name}: VALUE`")
            continue
        ends.append(convert((*at, name), data[name], report))
    if len(ends) < 2 or None in ends:
        return None
    low, high = (float(end) for end in ends if end is not None)
    if low >= high:
        expected, found = "a low below the high", f"{data['low']} and {data['high']}"
        report.add(at, expected, found, "Exchange or correct the two ends")
        return None
    return Spread(limits=(low, high))


def inside(
    at: At,
    found: Spread,
    bounds: tuple[float, float],
    unit: str,
    words: str,
    report: Report,
) -> bool:
    """Note the first value outside bounds, and tell whether there is none.

    Parameters
    ----------
    at, report
        Place, and what receives the problem.
    found
        What was written.
    bounds
        Smallest and largest value accepted.
    unit
        ``dmnl`` for a share.
    words
        What it is.
    """
    for value in (found.least, found.most):
        problem = outside("", value, bounds, unit, words)
        if problem is None:
            continue
        remedy, share = problem.remedy, percent([value], bounds)
        if share is not None:
            remedy = f"Write {share / 100.0:g} for {share:g} percent"
        report.add(at, problem.expected, problem.found, remedy)
        return False
    return True


def whole(
    at: At, data: object, least: int, most: int, report: Report, remedy: str = "Correct it"
) -> int | None:
    """Return a whole number within bounds, or nothing after noting what is wrong."""
    fits = isinstance(data, int) and not isinstance(data, bool) and least <= data <= most
    if fits:
        return int(data)  # type: ignore[arg-type]
    expected = f"a whole number from {least} to {most}"
    if isinstance(data, float) and math.isfinite(data) and data.is_integer():
        remedy = f"Write {int(data)}, without a decimal point or exponent"
    report.add(at, expected, repr(data)[:40], remedy)
    return None


def unknown_names(
    at: At, data: Mapping[Hashable, object], known: Sequence[str], report: Report
) -> None:
    """Note every name that is not known, with the nearest one that is."""
    for key in data:
        if key not in known:
            remedy = did_you_mean(key, known, "Remove it")
            report.add((*at, key), f"one of {', '.join(known)}", repr(key)[:60], remedy)


def words_of(at: At, data: object, report: Report) -> list[tuple[At, str]]:
    """Return a list of words with their places; one word stands for a list of one."""
    items = data if isinstance(data, list) else [data]
    found: list[tuple[At, str]] = []
    for place, item in enumerate(items):
        here = (*at, place) if isinstance(data, list) else at
        if isinstance(item, str) and item.strip():
            found.append((here, item.strip()))
        else:
            report.add(here, "a name", repr(item)[:60], "Write a name, or a list of names")
    if not items:
        report.add(at, "at least one name", "an empty list", "Name one, or delete the entry")
    twice = sorted({word for _, word in found if [w for _, w in found].count(word) > 1})
    for word in twice:
        report.add(at, f"{word!r} once", "it twice", "Keep one of them")
    return found
