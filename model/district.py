"""District files: what is known of a district, from where, and what is missing.

A fact that nobody found is written down as missing, with the parameter whose wide prior stands
for it; it is never filled in silently.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from .district_units import check_unit, may_be_negative
from .errors import DataError, InputError, Problem
from .shape_words import shape_problem
from .yamlfile import LineMap, load_yaml

DISTRICT_FOLDER = Path(__file__).parent / "districts"
HOME = "paser"
"""The district whose children, staff, services, doses and prices the parameters are."""

Status = Literal["seen", "derived", "conflict", "missing"]
Text = Annotated[str, Field(min_length=1)]
Year = Annotated[int, Field(ge=1990, le=2050)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class FactSource(_Strict):
    """Where facts were read: title, year of publication where known, address."""

    title: Text
    year: Year | None = None
    url: Annotated[str, Field(pattern=r"^https?://\S+$")]


class Alternative(_Strict):
    """Another value that a source gives for the same fact."""

    value: float
    source: Text
    note: str = ""


class Fact(_Strict):
    """One number about a district in one year.

    Attributes
    ----------
    value
        In `unit`; absent when missing.
    low, high
        Range where a source gives one.
    source
        Keys of the file's ``sources``.
    status
        ``seen`` in a source, ``derived`` by arithmetic that the note gives, ``conflict`` between
        sources (see `alternatives`), or ``missing``.
    parameters
        Parameters whose priors carry the ignorance; needed when missing.
    sets
        Parameters whose default is this fact; a share there may be a percentage here.
    """

    unit: Annotated[str, AfterValidator(check_unit)]
    status: Status
    year: Year | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    source: tuple[Text, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    parameters: tuple[Text, ...] = ()
    sets: tuple[Text, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> Fact:
        remedy = "Correct the entry"
        wrong = [(want, got, remedy) for bad, want, got in self._rules() if bad]
        if wrong:
            # Several rules of one fact travel in one error; the loader takes them apart.
            raise PydanticCustomError("fact_rules", "rules of a fact", {"rules": wrong})
        return self

    def _rules(self) -> Iterator[tuple[bool, str, str]]:
        missing, value = self.status == "missing", self.value
        yield missing and value is not None, "no value for a missing fact", f"{value}"
        yield missing and bool(self.sets), "no parameter set by a missing fact", f"{self.sets}"
        yield missing and not self.parameters, "the parameters that carry the ignorance", "none"
        yield not missing and value is None, f"a value for a fact {self.status}", "nothing"
        yield not missing and not self.source, f"a source for a fact {self.status}", "nothing"
        yield self.status != "seen" and not self.note, "a note that explains it", "nothing"
        conflict = self.status == "conflict"
        yield conflict and not self.alternatives, "the alternatives of a conflict", "none"
        ends = [x for x in (self.low, value, self.high) if x is not None]
        yield ends != sorted(ends), "low <= value <= high", f"{ends}"
        top = {"share": 1.0, "%": 100.0}.get(self.unit)
        if top is not None and ends:
            found = f"{min(ends):g} to {max(ends):g}"
            outside = min(ends) < 0.0 or max(ends) > top
            yield outside, f"numbers within 0 to {top:g} for unit {self.unit}", found
        least = min([*ends, *(other.value for other in self.alternatives)], default=0.0)
        negative = top is None and least < 0.0 and not may_be_negative(self.unit)
        yield negative, f"no number below 0 for unit {self.unit}", f"{least:g}"


class SurveyLink(_Strict):
    """Where the surveys of the district are.

    Attributes
    ----------
    area
        Code of the district in the tables of surveys. A district without surveys has the id of
        its own file.
    table
        The table of surveys of the package.
    """

    area: Text
    table: Text


class District(_Strict):
    """A district file.

    Attributes
    ----------
    facts
        Facts by section and name, each a list over years.
    kecamatan
        File beside this one with the table of its kecamatan; absent when there is none.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: Text
    province: Text
    surveys: SurveyLink
    sources: dict[Text, FactSource]
    facts: dict[Text, dict[Text, tuple[Fact, ...]]]
    kecamatan: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+\.csv$")] | None = None
    _file: str = PrivateAttr("")
    _lines: dict[tuple[Hashable, ...], int] = PrivateAttr(default_factory=dict)

    def where(self, *keys: Hashable) -> str:
        """Return file, line and name of an entry, given its keys from the top down."""
        line = LineMap(self._lines)(keys)
        return _where(self._file or f"{self.id}.yaml", line, keys)

    def series(self, section: str, name: str) -> tuple[Fact, ...]:
        """Return a fact over the years.

        Raises
        ------
        DataError
            If the district has no such fact.
        """
        found = self.facts.get(section, {}).get(name)
        if found:
            return found
        known = ", ".join(self.facts.get(section, self.facts))
        expected, remedy = f"a fact {section}/{name}", f"Add it; known here: {known}"
        raise DataError([Problem(self.where("facts", section), expected, "none", remedy)])

    def latest(self, section: str, name: str) -> Fact:
        """Return the newest fact that has a value, or the newest of all."""
        facts = self.series(section, name)
        valued = [fact for fact in facts if fact.value is not None]
        return max(valued or facts, key=lambda fact: fact.year or 0)

    def missing(self) -> list[tuple[str, str, Fact]]:
        """List the missing facts as (section, name, fact)."""
        return [
            (section, name, fact)
            for section, named in self.facts.items()
            for name, facts in named.items()
            for fact in facts
            if fact.status == "missing"
        ]


def list_districts() -> tuple[str, ...]:
    """Return the ids of the packaged districts."""
    return tuple(sorted(path.stem for path in DISTRICT_FOLDER.glob("*.yaml")))


def load_district(reference: str | Path) -> District:
    """Read a district file.

    Parameters
    ----------
    reference
        Id of a packaged district, or the path of a YAML file.

    Raises
    ------
    DataError
        With every problem of the file, by line.
    """
    path = locate_district(reference)
    try:
        data, line_of = load_yaml(path)
    except InputError as error:
        raise DataError(error.problems) from error
    if not isinstance(data, dict):
        problem = Problem(f"{path.name}:1", "a mapping", "something else", "See paser.yaml")
        raise DataError([problem])
    try:
        # Lists stand for tuples in YAML, so they are allowed where the schema is strict.
        district = District.model_validate(_tuples(data))
    except ValidationError as error:
        raise DataError(_problems(path, line_of, error)) from error
    problems = list(_unknown_sources(path, line_of, district))
    if problems:
        raise DataError(problems)
    district._file, district._lines = path.name, line_of.lines
    return district


def unknown_parameters(district: District, names: Iterable[str]) -> list[tuple[str, str, str]]:
    """List parameters named by missing facts that the model does not have.

    Parameters
    ----------
    district
        District file.
    names
        Parameters of the model.

    Returns
    -------
    list of (section, fact, parameter)
    """
    known = set(names)
    return [
        (section, name, parameter)
        for section, name, fact in district.missing()
        for parameter in fact.parameters
        if parameter not in known
    ]


def locate_district(reference: str | Path) -> Path:
    """Return the path of a district file, given its id or its path.

    Raises
    ------
    DataError
        If it is neither a path nor the id of a packaged district.
    """
    path = Path(reference)
    if path.suffix or path.exists():
        return path
    if str(reference) in list_districts():
        return DISTRICT_FOLDER / f"{reference}.yaml"
    remedy = f"Use one of {', '.join(list_districts())}, or the path of a YAML file"
    raise DataError([Problem("district", "a known district", repr(str(reference)), remedy)])


def _tuples(data: object) -> object:
    if isinstance(data, dict):
        return {key: _tuples(value) for key, value in data.items()}
    if isinstance(data, list):
        return tuple(_tuples(value) for value in data)
    return data


def _problems(path: Path, line_of: LineMap, error: ValidationError) -> list[Problem]:
    result = []
    for item in error.errors():
        place = tuple(part for part in item["loc"] if part != "[key]")
        known = tuple(_fields_at(place))
        shape = shape_problem(place, item, known)
        where = _where(path.name, line_of(shape[0].nearest), place)
        result += [Problem(where, *part.words) for part in shape]
    return result


def _fields_at(place: tuple[int | str, ...]) -> Iterable[str]:
    """Return the names of the fields that may stand beside an entry."""
    if len(place) == 1:
        return District.model_fields
    if place[0] != "facts":
        return (SurveyLink if place[0] == "surveys" else FactSource).model_fields
    return (Alternative if "alternatives" in place[:-1] else Fact).model_fields


def _where(file: str, line: int, place: Iterable[Hashable]) -> str:
    return f"{file}:{line} {' > '.join(str(part) for part in place)}"


def _unknown_sources(path: Path, line_of: LineMap, district: District) -> Iterator[Problem]:
    used: list[tuple[tuple[str | int, ...], str]] = []
    for section, named in district.facts.items():
        for name, facts in named.items():
            for place, fact in enumerate(facts):
                keys = (*fact.source, *(other.source for other in fact.alternatives))
                used += [(("facts", section, name, place, "source"), key) for key in keys]
    for place, key in used:
        if key not in district.sources:
            where = _where(path.name, line_of(place), place)
            yield Problem(where, "a key of sources", repr(key), "Add the source or correct the key")
