"""How the draws of a design are spread, how many there are, and where a table of them lies."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ...calibration.shipped import DRAWS
from ...model.errors import InputError, Problem
from ...model.report import Report, did_you_mean
from ..draw_points import read_points
from ..draw_spec import LARGEST_HYPERCUBE, MOST_SEED
from ..runs.space import Space
from .design import SAMPLER_NAMES, Coordinate, Floats, SamplerName
from .design_uncertain import known_name, table_faults
from .design_values import whole

MOST_DRAWS = 10**13
"""Draws of a design: more than any machine runs, and their numbers still fit 64 bits."""
MOST_REPLICATES = 100_000
MOST_STEPS = 1_000
MOST_SOBOL = 2**30
"""Points of scipy's Sobol sequence."""
LARGEST_TABLE = 2_000_000
"""Numbers of a table of points, which travels with the design to every process: 40 MB as text."""
OWN_SIZE = {"morris": "trajectories", "factorial": "steps", "points": "points"}
"""Samplers whose number of draws follows from something else than ``draws``."""


@dataclass(frozen=True)
class Note:
    """Something that is allowed and seldom meant; the text has this name in the locales.

    Attributes
    ----------
    name
        Of the text, in section ``experiment``.
    values
        What its blanks are filled with.
    """

    name: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class DrawsRead:
    """What a design says of its draws; the fields are those of `Design`."""

    sampler: SamplerName
    draws: int
    replicates: int
    seed: int | None
    steps: int
    coordinates: tuple[Coordinate, ...]
    table: Mapping[str, Floats]
    notes: tuple[Note, ...]


def read_draws(
    data: Mapping[Hashable, object],
    coordinates: tuple[Coordinate, ...],
    space: Space,
    folder: Path,
    report: Report,
    apart: list[Problem],
) -> DrawsRead:
    """Read sampler, size, seed and table.

    Parameters
    ----------
    data
        The design.
    coordinates
        What varies: uncertainties and parts of levers.
    space
        Everything that is uncertain.
    folder
        Where the table lies.
    report, apart
        Receive the problems of the design, and those of the table.
    """
    sampler = _sampler(data, report)
    table: Mapping[str, Floats] = {}
    if sampler == "points":
        table, coordinates = _table(data, coordinates, space, folder, report, apart)
    elif "points" in data:
        report.add(("points",), "the sampler points", sampler, "Write `sampler: points`")
    steps = _whole(data, "steps", 2, MOST_STEPS, report) or 3
    replicates = _whole(data, "replicates", 1, MOST_REPLICATES, report) or 1
    seed = _whole(data, "seed", 0, MOST_SEED, report)
    before = len(report)
    draws = _size(data, sampler, coordinates, steps, table, report)
    if len(report) == before and not apart:
        _check(data, sampler, draws, replicates, coordinates, report)
    notes = _notes(sampler, draws, coordinates)
    return DrawsRead(sampler, draws, replicates, seed, steps, coordinates, table, notes)


def _sampler(data: Mapping[Hashable, object], report: Report) -> SamplerName:
    given = data.get("sampler", "points" if "points" in data else "posterior")
    if given in SAMPLER_NAMES:
        return given  # type: ignore[return-value]
    listed = ", ".join(SAMPLER_NAMES)
    remedy = did_you_mean(given, SAMPLER_NAMES, f"Choose one of {listed}")
    report.add(("sampler",), f"one of {listed}", repr(given)[:60], remedy)
    return "random"


def _whole(
    data: Mapping[Hashable, object], key: str, least: int, most: int, report: Report
) -> int | None:
    return whole((key,), data[key], least, most, report) if key in data else None


def _size(
    data: Mapping[Hashable, object],
    sampler: SamplerName,
    coordinates: Sequence[Coordinate],
    steps: int,
    table: Mapping[str, Floats],
    report: Report,
) -> int:
    """Return the number of draws of one replicate."""
    own = OWN_SIZE.get(sampler, "draws")
    for key, owner in (("trajectories", "morris"), ("steps", "factorial")):
        if key in data and sampler != owner:
            remedy = f"Write `sampler: {owner}`, or delete it"
            report.add((key,), f"the sampler {owner}", sampler, remedy)
    if own != "draws" and "draws" in data:
        remedy = f"Delete it; `{own}` says how many there are"
        report.add(("draws",), f"no draws with the sampler {sampler}", "some", remedy)
    if sampler == "points":
        return len(next(iter(table.values()), np.zeros(1)))
    if sampler == "factorial":
        draws = math.prod(len(item.values) or steps for item in coordinates)
        if draws > MOST_DRAWS:
            found = f"{len(coordinates)} coordinates of {steps} steps"
            remedy = "Let fewer uncertainties vary, or write another sampler"
            report.add(("sampler",), f"at most {MOST_DRAWS} draws", found, remedy)
        return draws
    if own not in data:
        report.add((own,), f"the number of {own}", "nothing", f"Write `{own}: 100`")
        return 1
    most = DRAWS if sampler == "posterior" else MOST_DRAWS
    remedy = "Correct it"
    if sampler == "posterior":
        remedy = f"Write 1 to {DRAWS}, which are stored, or another sampler"
    number = whole((own,), data[own], 1, most, report, remedy) or 1
    return number * (len(coordinates) + 1) if sampler == "morris" else number


def _check(
    data: Mapping[Hashable, object],
    sampler: SamplerName,
    draws: int,
    replicates: int,
    coordinates: Sequence[Coordinate],
    report: Report,
) -> None:
    """Note what the sampler cannot do."""
    again = {"posterior", "factorial", "points"}
    if sampler in again and replicates > 1:
        remedy = "Delete it, or write random, latin_hypercube, sobol or morris"
        report.add(("replicates",), f"one replicate of {sampler}", f"{replicates}", remedy)
    if sampler == "posterior":
        _check_stored(data, coordinates, report)
    if sampler == "morris" and not coordinates:
        remedy = "Let some uncertainties vary"
        report.add(("sampler",), "something that varies", "nothing", remedy)
    numbers = draws * len(coordinates)
    if sampler == "latin_hypercube" and numbers > LARGEST_HYPERCUBE:
        expected = f"at most {LARGEST_HYPERCUBE} numbers in a latin hypercube"
        found = f"{draws} draws of {len(coordinates)} coordinates"
        report.add(("sampler",), expected, found, "Use sobol or random")
    if sampler == "sobol" and draws > MOST_SOBOL:
        expected = f"at most {MOST_SOBOL} points of a Sobol sequence"
        report.add(("draws",), expected, f"{draws}", "Use random")


def _check_stored(
    data: Mapping[Hashable, object], coordinates: Sequence[Coordinate], report: Report
) -> None:
    """Note what stored draws cannot be: they have their own distributions and levers."""
    uncertain, other = data.get("uncertainties"), "Write `sampler: sobol`, or another one"
    if isinstance(uncertain, Mapping) and uncertain.get("ranges"):
        at = ("uncertainties", "ranges")
        report.add(at, "the distributions of the stored draws", "others", other)
    for item in coordinates:
        if item.kind == "lever":
            expected = "one level or a list, with the sampler posterior"
            report.add(("levers",), expected, f"a range of {item.name!r}", other)


def _notes(sampler: SamplerName, draws: int, coordinates: Sequence[Coordinate]) -> tuple[Note, ...]:
    notes = []
    if sampler == "sobol" and draws & (draws - 1):
        below = 1 << (draws.bit_length() - 1)
        notes.append(Note("note_sobol", {"draws": draws, "below": below, "above": 2 * below}))
    if not coordinates and draws > 1:
        notes.append(Note("note_same", {"draws": draws}))
    return tuple(notes)


def _table(
    data: Mapping[Hashable, object],
    coordinates: Sequence[Coordinate],
    space: Space,
    folder: Path,
    report: Report,
    apart: list[Problem],
) -> tuple[Mapping[str, Floats], tuple[Coordinate, ...]]:
    """Return the table of points and the coordinates of its columns."""
    given, nothing = data.get("points"), ({}, ())
    if "uncertainties" in data:
        remedy = "Delete it; the columns of the table vary and all else stays central"
        report.add(("uncertainties",), "no uncertainties beside a table", "some", remedy)
    for item in coordinates:
        if item.kind == "lever":
            expected = "one level or a list beside a table of points"
            report.add(("levers",), expected, f"a range of {item.name!r}", "Write a list")
    if not isinstance(given, str) or not given.strip():
        found = "nothing" if given is None else repr(given)[:60]
        report.add(("points",), "the name of a CSV table", found, "Write `points: FILE.csv`")
        return nothing
    try:
        columns = read_points(folder / given)
    except InputError as error:
        apart += error.problems
        return nothing
    if sum(len(column) for column in columns.values()) > LARGEST_TABLE:
        expected = f"a table of at most {LARGEST_TABLE} numbers"
        report.add(("points",), expected, "a larger one", "Draw from distributions")
        return nothing
    return _columns(columns, space, str(folder / given), report, apart)


def _columns(
    columns: Mapping[str, Floats],
    space: Space,
    where: str,
    report: Report,
    apart: list[Problem],
) -> tuple[Mapping[str, Floats], tuple[Coordinate, ...]]:
    """Return the columns by uncertainty, each value held to what the uncertainty can be."""
    known = {item.name: item for item in space.uncertainties}
    table: dict[str, Floats] = {}
    for word, column in columns.items():
        name = known_name(("points",), word, space, report)
        if name is not None and name in table:
            report.add(("points",), f"{name!r} once", "two columns", "Delete one of them")
        elif name is not None:
            apart += table_faults(where, word, column, known[name])
            table[name] = column
    made = (Coordinate(name, known[name].unit, "uncertainty") for name in table)
    return table, tuple(made)
