"""Read a design: YAML that a stranger wrote, with every mistake at once, each with its line."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ...model.calendar import LAST_YEAR
from ...model.errors import InputError, Problem, TumbuhError
from ...model.report import Report, did_you_mean
from ...model.yamlfile import LineMap, load_yaml, parse_yaml
from ...scenarios.schema import NAME_PATTERN
from ...scenarios.text import Text
from ..runs.worlds import STANDARD, WORLD_IDS, WORLDS
from .design import Design
from .design_draws import Note, read_draws
from .design_levers import read_levers
from .design_outcomes import read_outcomes
from .design_scenarios import read_strategies
from .design_uncertain import left_open, named_ones, read_uncertainties
from .design_values import unknown_names, whole, words_of
from .rows import input_names, program, space_of

DESIGNS = Path(__file__).parents[1] / "designs"
"""Folder of the designs that ship."""

KEYS = (
    *("id", "title", "question", "district", "scenarios", "uncertainties", "levers", "worlds"),
    *("outcomes", "year", "draws", "trajectories", "steps", "points", "replicates", "sampler"),
    "seed",
)
INDEX = ("run", "draw", "replicate", "world", "scenario", "failed")
"""Columns of every table of runs."""
FIRST_YEAR_ASKED, YEAR = 2027, 2031


@dataclass(frozen=True)
class Checked:
    """A design that is right, and what one should know before running it.

    Attributes
    ----------
    design
        The design.
    notes
        Things that are allowed and seldom meant.
    """

    design: Design
    notes: tuple[Note, ...] = field(default=())


def packaged() -> tuple[str, ...]:
    """Return the ids of the designs that ship."""
    return tuple(sorted(path.stem for path in DESIGNS.glob("*.yaml")))


def design_path(reference: str | Path) -> Path:
    """Return the file of a path, or of the id of a packaged design.

    Raises
    ------
    InputError
        If it is neither.
    """
    path = Path(reference)
    if path.suffix in {".yaml", ".yml"} or len(path.parts) > 1:
        return path
    if str(reference) in packaged():
        return DESIGNS / f"{reference}.yaml"
    remedy = did_you_mean(reference, packaged(), "`tumbuh experiment ls` shows the ids")
    expected = "the id of a packaged design or a .yaml file"
    raise InputError([Problem("design", expected, repr(str(reference)), remedy)])


def read_design(reference: str | Path) -> Checked:
    """Read and check a design.

    Parameters
    ----------
    reference
        Path of a YAML file, or id of a packaged design.

    Raises
    ------
    InputError
        With every mistake of the file and of the files that it names.
    """
    path = design_path(reference)
    data, line_of = load_yaml(path)
    return _read(data, Report(path, line_of), path.parent)


def design_from_text(text: str, folder: Path, where: str = "design.yaml") -> Checked:
    """Read and check the YAML text of a design.

    Parameters
    ----------
    text
        As of a file.
    folder
        Where the files lie that it names.
    where
        What messages call the text.

    Raises
    ------
    InputError
        As for `read_design`.
    """
    data, line_of = parse_yaml(text, where)
    return _read(data, _report(where, line_of), folder)


def _report(where: str, line_of: LineMap) -> Report:
    return Report(Path(where), line_of)


def _read(data: object, report: Report, folder: Path) -> Checked:
    if not isinstance(data, Mapping):
        remedy = "Start the file with `id: NAME`; see `tumbuh experiment new`"
        report.add((), "named entries", f"a {type(data).__name__}", remedy)
        raise InputError(report.in_order())
    apart: list[Problem] = []
    unknown_names((), data, KEYS, report)
    name, title, question = _head(data, report)
    district, area = _district(data, report)
    worlds = _worlds(data, report)
    space = space_of(area, STANDARD.observation)
    coordinates = read_uncertainties(data.get("uncertainties"), space, report)
    at_work = [world for world in WORLDS if world.id in worlds]
    named = named_ones(data.get("uncertainties"), space)
    coordinates = left_open(coordinates, at_work, named, report)
    levers, drawn = read_levers(data.get("levers"), report)
    year = YEAR
    if "year" in data:
        year = whole(("year",), data["year"], FIRST_YEAR_ASKED, LAST_YEAR, report) or YEAR
    outcomes = read_outcomes(data.get("outcomes"), year, program(), report)
    strategies = read_strategies(data, folder, levers is not None, report, apart)
    found = read_draws(data, (*coordinates, *drawn), space, folder, report, apart)
    left_open((), at_work, dict.fromkeys(found.table, ("points",)), report)
    if report or apart:
        raise InputError([*report.in_order(), *apart])
    design = Design(
        id=name,
        title=title,
        question=question,
        district=district,
        area=area,
        strategies=strategies,
        levers=levers,
        coordinates=found.coordinates,
        worlds=worlds,
        outcomes=outcomes,
        sampler=found.sampler,
        draws=found.draws,
        replicates=found.replicates,
        seed=found.seed,
        steps=found.steps,
        table=found.table,
    )
    _columns(design, report)
    if report:
        raise InputError(report.in_order())
    return Checked(design, found.notes)


def _head(data: Mapping[Hashable, object], report: Report) -> tuple[str, Text, Text | None]:
    """Return id, title and question."""
    name = data.get("id")
    if not isinstance(name, str) or re.fullmatch(NAME_PATTERN, name) is None or len(name) > 60:
        expected = "an id of a-z, 0-9 and _ that starts with a letter"
        found = "nothing" if name is None else repr(name)[:60]
        report.add(("id",), expected, found, "Write for example `id: my_experiment`")
    title = _text(data, "title", report)
    if title is None and "title" not in data:
        report.add(("title",), "the title in id and en", "nothing", "Add `title:`")
    question = _text(data, "question", report)
    return str(name), title or Text("", ""), question


def _text(data: Mapping[Hashable, object], key: str, report: Report) -> Text | None:
    """Return a text in both languages, or nothing."""
    if key not in data:
        return None
    entry = data[key]
    if not isinstance(entry, Mapping):
        remedy = f"Write `{key}:` with `id:` and `en:` below it"
        report.add((key,), "the text in id and en", repr(entry)[:60], remedy)
        return None
    unknown_names((key,), entry, ("id", "en"), report)
    for language in ("id", "en"):
        said = entry.get(language)
        if not isinstance(said, str) or not 1 <= len(said) <= 2000:
            found = "nothing" if said is None else repr(said)[:60]
            remedy = f"Add `{language}:`, in words"
            report.add((key, language), f"{key} in {language}", found, remedy)
    return Text(str(entry.get("id")), str(entry.get("en")))


def _district(data: Mapping[Hashable, object], report: Report) -> tuple[str, str]:
    """Return the id of the district and the code of its surveys, those of Paser after a mistake."""
    from ..inputs import read_district

    name = data.get("district", "paser")
    try:
        return str(name), read_district(str(name)).surveys.area
    except TumbuhError as error:
        for problem in error.problems:
            report.add(("district",), problem.expected, problem.found, problem.remedy)
    return "paser", "paser"


def _worlds(data: Mapping[Hashable, object], report: Report) -> tuple[str, ...]:
    """Return the ids of the structures, as they are named."""
    given = data.get("worlds", STANDARD.id)
    if given == "all":
        return WORLD_IDS
    found = []
    for at, word in words_of(("worlds",), given, report):
        if word not in WORLD_IDS:
            remedy = did_you_mean(word, WORLD_IDS, "Remove it, or write `worlds: all`")
            report.add(at, f"one of {', '.join(WORLD_IDS)}", repr(word)[:60], remedy)
        found.append(word)
    return tuple(found)


def _columns(design: Design, report: Report) -> None:
    """Note outcomes whose column would have the name of another column."""
    taken = {*INDEX, *input_names(design)}
    for item in design.outcomes:
        if item.name in taken:
            remedy = "Give the outcome another `name:`"
            report.add(("outcomes",), "a name of its own", f"{item.name!r} twice", remedy)
