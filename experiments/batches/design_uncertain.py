"""The uncertainties of a design: which vary, and between what."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...model.distributions import Prior, support
from ...model.errors import Problem
from ...model.report import Report, did_you_mean
from ...scenarios.bounds import outside
from ...scenarios.levers import catalogue
from ..draw_entries import At, read_entry
from ..runs.space import Space, Uncertainty, find
from ..runs.worlds import World
from .design import Coordinate
from .design_values import Spread, inside, spread, unknown_names, words_of

KEYS = ("names", "sectors", "grades", "except", "ranges")
PLACE = "uncertainties"


def read_uncertainties(data: object, space: Space, report: Report) -> tuple[Coordinate, ...]:
    """Return what varies, in the order of the space.

    Parameters
    ----------
    data
        ``all``, ``none``, or a mapping of `KEYS`. Without names, sectors and grades it starts
        from all. A name under ``ranges`` varies in any case.
    space
        Everything that is uncertain.
    report
        Receives the problems.
    """
    if data == "all" or data is None:
        return tuple(_coordinate(item) for item in space.uncertainties)
    if data == "none":
        return ()
    if not isinstance(data, Mapping):
        expected = f"all, none, or entries of {', '.join(KEYS)}"
        report.add((PLACE,), expected, repr(data)[:60], "Write `uncertainties: all`")
        return ()
    unknown_names((PLACE,), data, KEYS, report)
    ranges = _ranges(data.get("ranges", {}), space, report)
    chosen = _chosen(data, space, report) | ranges.keys()
    left_out = set(_names(data, "except", space, report))
    for name in sorted(left_out & ranges.keys()):
        expected, remedy = f"{name!r} in one of except and ranges", "Keep one of the two"
        report.add((PLACE, "except"), expected, "it in both", remedy)
    found = (_coordinate(item) for item in space.uncertainties if item.name in chosen - left_out)
    return tuple(ranges.get(item.name, item) for item in found)


def _coordinate(item: Uncertainty) -> Coordinate:
    return Coordinate(item.name, item.unit, "uncertainty", item.prior)


def _chosen(data: Mapping[Hashable, object], space: Space, report: Report) -> set[str]:
    """Return the names that names, sectors and grades choose."""
    named = set(_names(data, "names", space, report))
    groups = {
        part: _group(data, part, {getattr(i, part[:-1]) for i in space.uncertainties}, report)
        for part in ("sectors", "grades")
        if part in data
    }
    if groups:
        named |= {
            item.name
            for item in space.uncertainties
            if all(getattr(item, part[:-1]) in wanted for part, wanted in groups.items())
        }
    elif "names" not in data:
        named = set(space.names)
    return named


def _group(data: Mapping[Hashable, object], part: str, known: set[str], report: Report) -> set[str]:
    words = sorted(known - {""})
    found = set()
    for at, word in words_of((PLACE, part), data[part], report):
        if word in words:
            found.add(word)
            continue
        remedy = did_you_mean(word, words, f"Choose one of {', '.join(words)}")
        report.add(at, f"one of {', '.join(words)}", repr(word)[:60], remedy)
    return found


def _names(data: Mapping[Hashable, object], part: str, space: Space, report: Report) -> list[str]:
    if part not in data:
        return []
    listed = words_of((PLACE, part), data[part], report)
    found = [known_name(at, word, space, report) for at, word in listed]
    return [name for name in found if name is not None]


def known_name(at: At, word: str, space: Space, report: Report) -> str | None:
    """Return the uncertainty of a name, or nothing after noting the nearest one."""
    name = find(space, word)
    if name is None:
        lever = any(word.startswith(lever) for lever in catalogue().levers)
        remedy = did_you_mean(word, space.names, "`tumbuh evidence` lists the names")
        remedy = "Write levers under `levers:`" if lever else remedy
        report.add(at, "an uncertainty", repr(word)[:60], remedy)
    return name


def _ranges(data: object, space: Space, report: Report) -> dict[str, Coordinate]:
    if not isinstance(data, Mapping):
        remedy = "Write `NAME: {low: 0.1, high: 0.5}` below it"
        report.add((PLACE, "ranges"), "a range by name", repr(data)[:60], remedy)
        return {}
    found: dict[str, Coordinate] = {}
    for word, entry in data.items():
        at = (PLACE, "ranges", word)
        name = known_name(at, str(word), space, report)
        if name is None:
            continue
        if name in found:
            report.add(at, f"{name!r} once", "it again", "Keep one of the two")
            continue
        item = next(item for item in space.uncertainties if item.name == name)
        found[name] = _range(at, entry, item, report)
    return found


def _range(at: At, entry: object, item: Uncertainty, report: Report) -> Coordinate:
    """Return an uncertainty with the distribution or the values of the design."""
    own = _coordinate(item)
    if isinstance(entry, Mapping) and "family" in entry and item.prior is not None:
        read = read_entry(at, entry, report)
        prior = None if read is None else read.prior
        if prior is None or prior.family == "fixed":
            if prior is not None:
                report.add(at, "a distribution", "one fixed value", "Give low and high, or a list")
            return own
        low, high = _bounds(item.prior)
        least, most = support(prior)
        if least < low or most > high:
            expected, found = f"a distribution within {low:g} to {high:g}", f"{least:g} to {most:g}"
            report.add(at, expected, found, "Add or correct `lower:` and `upper:`")
        return replace(own, prior=prior)
    found = spread(at, entry, report)
    if found is None or not _inside(at, found, item, report):
        return own
    if found.limits is None:
        return _listed(at, own, found, report)
    low, high = found.limits
    return replace(own, prior=Prior("uniform", (low + high) / 2.0, low, high))


def _listed(at: At, own: Coordinate, found: Spread, report: Report) -> Coordinate:
    if len(found.values) < 2:
        expected, remedy = "low and high, or several values", "Write `{low: 0.1, high: 0.5}`"
        report.add(at, expected, "one value", remedy)
    return replace(own, prior=None, values=found.values)


def _inside(at: At, found: Spread, item: Uncertainty, report: Report) -> bool:
    """Hold values to what the uncertainty can be: the ends of its prior, and its null value."""
    if item.prior is None:
        words = "rank of a stored draw, from the lowest prevalence to the highest"
        return inside(at, found, (0.0, 1.0), "rank", words, report)
    bounds = _bounds(item.prior)
    return inside(at, found, bounds, item.unit, item.name, report)


def _bounds(prior: Prior) -> tuple[float, float]:
    """Return what can be drawn, the default and the value of no effect included."""
    low, high = support(prior)
    more = [x for x in (prior.value, prior.null_value) if x is not None]
    return min(low, *more), max(high, *more)


def table_faults(
    where: str, heading: str, column: NDArray[np.float64], item: Uncertainty
) -> list[Problem]:
    """Return the first value of a column that the uncertainty cannot have, by its line."""
    low, high = (0.0, 1.0) if item.prior is None else _bounds(item.prior)
    wrong = np.flatnonzero((column < low) | (column > high))
    if len(wrong) == 0:
        return []
    row = int(wrong[0])
    problem = outside(
        f"{where}:{row + 2} column {heading}", column[row], (low, high), item.unit, item.name
    )
    return [] if problem is None else [problem]


def left_open(
    coordinates: Sequence[Coordinate],
    worlds: Sequence[World],
    named: Mapping[str, At],
    report: Report,
) -> tuple[Coordinate, ...]:
    """Return the coordinates that some world leaves open.

    Parameters
    ----------
    coordinates
        What varies.
    worlds
        In which the design is run.
    named
        Place of each uncertainty that the design asks for by name; one that every world fixes
        cannot vary.
    report
        Receives the problems.
    """
    fixed = set.intersection(*(set(world.settings) for world in worlds)) if worlds else set()
    for name, at in named.items():
        if name in fixed:
            expected = "an uncertainty that one of the structures leaves open"
            remedy = "Delete it, or name another structure under `worlds:`"
            report.add(at, expected, f"{name!r}, which they fix", remedy)
    return tuple(item for item in coordinates if item.name not in fixed)


def named_ones(data: object, space: Space) -> dict[str, At]:
    """Return the place of each uncertainty that ``uncertainties`` asks for by name."""
    found: dict[str, At] = {}
    if not isinstance(data, Mapping):
        return found
    for part in ("names", "ranges"):
        entry = data.get(part)
        items = list(entry) if isinstance(entry, Mapping | list) else [entry]
        for place, word in enumerate(items):
            name = find(space, str(word))
            if name is not None:
                found[name] = (PLACE, part, place if part == "names" else word)
    return found
