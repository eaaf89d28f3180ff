"""What ``tumbuh evidence`` shows: one kind of entry for all four tables, filters and counts."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from ..model.distributions import Prior
from ..model.errors import EvidenceError, Problem
from ..model.evidence_rows import Assumption, Effect, Source
from ..model.parameters import Parameter, ParameterTable, plain_name

Which = Literal["parameters", "effects", "structure", "sources"]
Row = Parameter | Effect | Assumption | Source

_DEFINITIONS = frozenset({"definition"})


@dataclass(frozen=True)
class Entry:
    """One row of any table.

    Attributes
    ----------
    name
        Id, or name of a parameter.
    cells
        Short texts by column, for a terminal.
    data
        The whole row, for JSON.
    grade, judged
        Absent for a source.
    sectors
        Sector of a parameter; of other rows, those of the parameters that rest on them.
    rests_on
        Ids of effects and assumptions.
    source
        Ids of sources.
    used_by
        Parameters that rest on it.
    """

    name: str
    cells: dict[str, str]
    data: dict[str, object]
    grade: str | None
    judged: bool | None
    sectors: frozenset[str]
    rests_on: tuple[str, ...]
    source: tuple[str, ...]
    used_by: tuple[str, ...]

    @property
    def definition(self) -> bool:
        """Whether it is a switch, a date or another definition rather than a finding."""
        return bool(self.source) and set(self.source) <= _DEFINITIONS


@dataclass(frozen=True)
class Wanted:
    """Filters; an empty one keeps everything."""

    grades: Sequence[str] = ()
    sectors: Sequence[str] = ()
    judged: bool | None = None
    evidence_id: str | None = None

    def keeps(self, entry: Entry) -> bool:
        """Whether an entry passes all filters."""
        return (
            (not self.grades or entry.grade in self.grades)
            and (not self.sectors or not entry.sectors.isdisjoint(self.sectors))
            and (self.judged is None or entry.judged is self.judged)
            and (self.evidence_id is None or self.evidence_id in (entry.name, *entry.rests_on))
        )


def entries(parameters: ParameterTable, which: Which) -> list[Entry]:
    """Return the rows of one table.

    Parameters
    ----------
    parameters
        Parameter table with its evidence.
    which
        Name of the table.
    """
    evidence = parameters.evidence
    if which == "parameters":
        return [_of_parameter(row) for row in parameters.rows]
    if which == "effects":
        return [_of_effect(row, parameters) for row in evidence.effects.values()]
    if which == "structure":
        return [_of_assumption(row, parameters) for row in evidence.structure.values()]
    return [_of_source(row, parameters) for row in evidence.sources.values()]


def find(parameters: ParameterTable, name: str) -> Entry:
    """Return one row by id or by the name of a parameter.

    Raises
    ------
    EvidenceError
        If there is none, with the nearest.
    """
    known: dict[str, Entry] = {}
    for which in ("sources", "structure", "effects"):
        known |= {entry.name: entry for entry in entries(parameters, which)}
    if name in known:
        return known[name]
    named = {plain_name(entry.name): entry for entry in entries(parameters, "parameters")}
    if plain_name(name) in named:
        return named[plain_name(name)]
    raise EvidenceError([_unknown("row", name, {*known, *parameters.names})])


def related(parameters: ParameterTable, entry: Entry) -> list[Entry]:
    """Return the rows of the same finding, such as A01 and A01b: one study, several outcomes."""
    number = re.match(r"[A-Z]\d+", entry.name)
    if number is None:
        return []
    pool = entries(parameters, "effects") + entries(parameters, "structure")
    same = re.compile(re.escape(number.group()) + r"[a-z]?")
    return [other for other in pool if same.fullmatch(other.name) and other.name != entry.name]


def check_wanted(parameters: ParameterTable, wanted: Wanted) -> None:
    """Refuse filters that name nothing known.

    Raises
    ------
    EvidenceError
        Listing all of them.
    """
    ids = {*parameters.evidence.effects, *parameters.evidence.structure}
    asked = [wanted.evidence_id] if wanted.evidence_id is not None else []
    groups: list[tuple[str, Iterable[str], set[str]]] = [
        ("grade", wanted.grades, set("ABCD")),
        ("sector", wanted.sectors, {row.sector for row in parameters.rows}),
        ("id", asked, ids),
    ]
    problems = [
        _unknown(what, name, known)
        for what, names, known in groups
        for name in names
        if name not in known
    ]
    if problems:
        raise EvidenceError(problems)


def counts(shown: Sequence[Entry]) -> dict[str, object]:
    """Count entries, how many are judged, and both by grade and by sector."""
    grades = Counter(entry.grade for entry in shown)
    sectors = sorted({name for entry in shown for name in entry.sectors})
    return {
        "rows": len(shown),
        "judged": sum(entry.judged is True for entry in shown),
        "by grade": {key: grades[key] for key in "ABCD"},
        "by sector": {name: _tally(shown, name) for name in sectors},
    }


def _tally(shown: Sequence[Entry], sector: str) -> dict[str, int]:
    group = [entry for entry in shown if sector in entry.sectors]
    return {"rows": len(group), "judged": sum(entry.judged is True for entry in group)}


def _of_parameter(row: Parameter) -> Entry:
    cells = {
        "name": row.name,
        "value": f"{row.value:g}",
        "unit": row.unit,
        "prior": prior_text(row.prior),
        "evidence": ", ".join(row.evidence),
        "source": ", ".join(row.source),
        "grade": row.grade,
        "judged": _yes(row.judged),
    }
    return Entry(
        name=row.name,
        cells=cells,
        data=_plain(row),
        grade=row.grade,
        judged=row.judged,
        sectors=frozenset({row.sector}),
        rests_on=row.evidence,
        source=row.source,
        used_by=(),
    )


def _of_effect(row: Effect, parameters: ParameterTable) -> Entry:
    interval = "" if row.low is None or row.high is None else f" ({row.low:g} to {row.high:g})"
    cells = {
        "id": row.id,
        "cause": row.cause,
        "outcome": row.outcome,
        "kind": row.kind,
        "value": ("-" if row.value is None else f"{row.value:g}") + interval,
        "unit": row.unit,
        "grade": row.grade,
        "judged": _yes(row.judged),
    }
    return _supported(row, cells, parameters)


def _of_assumption(row: Assumption, parameters: ParameterTable) -> Entry:
    cells = {
        "id": row.id,
        "statement": row.statement,
        "source": ", ".join(row.source),
        "grade": row.grade,
        "judged": _yes(row.judged),
    }
    return _supported(row, cells, parameters)


def _supported(
    row: Effect | Assumption, cells: dict[str, str], parameters: ParameterTable
) -> Entry:
    users = [other for other in parameters.rows if row.id in other.evidence]
    return Entry(
        name=row.id,
        cells=cells,
        data=_plain(row),
        grade=row.grade,
        judged=row.judged,
        sectors=frozenset(other.sector for other in users),
        rests_on=(),
        source=row.source,
        used_by=tuple(other.name for other in users),
    )


def _of_source(row: Source, parameters: ParameterTable) -> Entry:
    year = "" if row.year is None else str(row.year)
    cells = {"id": row.id, "title": row.title, "year": year, "url": row.url, "read": row.read}
    users = [other for other in parameters.rows if row.id in other.source]
    return Entry(
        name=row.id,
        cells=cells,
        data=_plain(row),
        grade=None,
        judged=None,
        sectors=frozenset(other.sector for other in users),
        rests_on=(),
        source=(),
        used_by=tuple(other.name for other in users),
    )


def prior_text(prior: Prior) -> str:
    """Return a prior in one line, for example ``normal(0.14, 0.013) in [0, inf]``."""
    if prior.family == "fixed":
        return "fixed"
    text = f"{prior.family}({', '.join(f'{x:g}' for x in prior.numbers if x is not None)})"
    if prior.lower is not None or prior.upper is not None:
        low = "-inf" if prior.lower is None else f"{prior.lower:g}"
        high = "inf" if prior.upper is None else f"{prior.upper:g}"
        text += f" in [{low}, {high}]"
    if prior.spike is not None and prior.null_value is not None:
        text += f", {100.0 * prior.spike:.0f} % at {prior.null_value:g}"
    return text


def _plain(row: Row) -> dict[str, object]:
    data = asdict(row)
    data.pop("line", None)
    return data


def _yes(judged: bool) -> str:
    return "yes" if judged else "no"


def _unknown(what: str, name: str, known: set[str]) -> Problem:
    near = difflib.get_close_matches(name, sorted(known), 4, 0.5)
    some = ", ".join(sorted(known)[:12])
    remedy = f"Did you mean {', '.join(near)}" if near else f"Known are {some}"
    return Problem(what, f"a known {what}", repr(name), remedy)
