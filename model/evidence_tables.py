"""The three tables that say where the numbers come from: sources, effects, structure.

Every row has a source and a grade (A high, B moderate, C low, D judged or not verified). A table
that breaks a rule is refused with all its problems at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from .errors import EvidenceError, Problem
from .evidence_rows import GRADES, KINDS, SOURCE_KINDS, Assumption, Effect, Evidence, Source
from .tabular import Cells, read_table

EVIDENCE_FOLDER = Path(__file__).parent / "evidence"

_ADDRESS = re.compile(r"https?://[^\s/]+\.[^\s]+|https?://[\d.]+(/\S*)?")
_NO_ADDRESS = ("derivation", "convention", "judgement", "none", "unverified")
_EFFECT_ID = re.compile(r"[A-Z]\d\d[a-z]?")


def load_evidence(folder: Path | None = None) -> Evidence:
    """Read ``sources.csv``, ``effects.csv`` and ``structure.csv``.

    Parameters
    ----------
    folder
        Folder of the tables; the packaged one when absent.

    Raises
    ------
    EvidenceError
        With every problem of the three tables.
    """
    return _load_packaged() if folder is None else _load(folder)


@cache
def _load_packaged() -> Evidence:
    return _load(EVIDENCE_FOLDER)


def _load(folder: Path) -> Evidence:
    problems: list[Problem] = []
    sources = _read_sources(folder / "sources.csv", problems)
    effects = _read_effects(folder / "effects.csv", sources, problems)
    structure = _read_structure(folder / "structure.csv", sources, problems)
    if problems:
        raise EvidenceError(problems)
    return Evidence(sources, effects, structure)


def check_support(cells: Cells, known: Mapping[str, Source]) -> tuple[str, ...]:
    """Check source, grade, judged and note of a row, and return the source ids.

    Parameters
    ----------
    cells
        The row; problems are added to it.
    known
        Sources by id.
    """
    ids = cells.names("source")
    if not ids:
        cells.fault("source", "the id of a source", "nothing", "Name a row of sources.csv")
    for name in ids:
        if name not in known:
            cells.fault("source", "ids of sources.csv", repr(name), "Add the source or correct it")
    cells.choice("grade", GRADES)
    judged = cells.flag("judged")
    if (judged or cells.text("grade") == "D") and not cells.text("note"):
        wanted = "a note, since the row is judged or graded D"
        cells.fault("note", wanted, "nothing", "Say why this value was chosen")
    return ids


def _read_sources(path: Path, problems: list[Problem]) -> dict[str, Source]:
    columns = ("id", "title", "year", "url", "kind", "read")
    result: dict[str, Source] = {}
    for cells in read_table(path, columns, problems):
        key = _new_id(cells, result, re.compile(r"[a-z][a-z0-9_-]*"))
        cells.needed("title", "read")
        kind = cells.choice("kind", SOURCE_KINDS)
        url = cells.text("url")
        if url and not _ADDRESS.fullmatch(url):
            cells.fault("url", "a web address", repr(url), "Start it with https://")
        if not url and kind not in _NO_ADDRESS and "not kept" not in cells.text("read"):
            cells.fault("url", "a web address", "nothing", "Add it, or say 'not kept' under read")
        year = cells.number("year")
        result[key] = Source(
            key,
            cells.text("title"),
            None if year is None else int(year),
            url,
            kind,
            cells.text("read"),
        )
    return result


def _read_effects(
    path: Path, sources: Mapping[str, Source], problems: list[Problem]
) -> dict[str, Effect]:
    columns = (
        *("id", "cause", "outcome", "kind", "value", "low", "high", "unit", "population", "design"),
        *("source", "locator", "read", "grade", "judged", "note"),
    )
    result: dict[str, Effect] = {}
    for cells in read_table(path, columns, problems):
        key = _new_id(cells, result, _EFFECT_ID)
        cells.needed("cause", "outcome", "unit", "population", "design", "locator", "read")
        value, low, high = (cells.number(name) for name in ("value", "low", "high"))
        _check_interval(cells, value, low, high)
        result[key] = Effect(
            id=key,
            cause=cells.text("cause"),
            outcome=cells.text("outcome"),
            kind=cells.choice("kind", KINDS),
            value=value,
            low=low,
            high=high,
            unit=cells.text("unit"),
            population=cells.text("population"),
            design=cells.text("design"),
            source=check_support(cells, sources),
            locator=cells.text("locator"),
            read=cells.text("read"),
            grade=cells.text("grade"),
            judged=cells.text("judged") == "yes",
            note=cells.text("note"),
            line=cells.line,
        )
    return result


def _read_structure(
    path: Path, sources: Mapping[str, Source], problems: list[Problem]
) -> dict[str, Assumption]:
    columns = ("id", "statement", "source", "locator", "grade", "judged", "note")
    result: dict[str, Assumption] = {}
    for cells in read_table(path, columns, problems):
        key = _new_id(cells, result, re.compile(r"S\d\d[a-z]?"))
        cells.needed("statement", "locator")
        result[key] = Assumption(
            id=key,
            statement=cells.text("statement"),
            source=check_support(cells, sources),
            locator=cells.text("locator"),
            grade=cells.text("grade"),
            judged=cells.text("judged") == "yes",
            note=cells.text("note"),
            line=cells.line,
        )
    return result


def _new_id(cells: Cells, taken: Mapping[str, object], form: re.Pattern[str]) -> str:
    key = cells.text("id")
    if not form.fullmatch(key):
        cells.fault("id", f"an id like {form.pattern}", repr(key), "Correct the id")
    elif key in taken:
        cells.fault("id", "an id used once", repr(key), "Give one of the two rows another id")
    return key


def _check_interval(
    cells: Cells, value: float | None, low: float | None, high: float | None
) -> None:
    known: Sequence[float] = [x for x in (low, value, high) if x is not None]
    if list(known) != sorted(known):
        found = f"{low} / {value} / {high}"
        cells.fault("value", "low <= value <= high", found, "Swap or correct the numbers")
    if cells.text("kind") in ("prevalence_ratio", "odds_ratio", "relative_risk") and any(
        x <= 0.0 for x in known
    ):
        cells.fault("value", "a ratio above 0", cells.text("value"), "Give the ratio, not the fall")
