"""Rows of the evidence tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

KINDS = (
    "laz_difference",
    "standardised_difference",
    "prevalence_ratio",
    "odds_ratio",
    "relative_risk",
    "pp",
    "pp_per_100g",
    "grams",
    "rate",
    "share",
    "months",
    "cost",
    "other",
)
"""What the value of an effect is. A ``laz_difference`` is a shift of the mean z-score, a
``standardised_difference`` one in standard deviations, ``pp`` percentage points."""

GRADES = ("A", "B", "C", "D")
SOURCE_KINDS = (
    *("trial", "meta_analysis", "review", "cohort", "observational", "model", "survey"),
    *("official", "guidance", "administrative", "press"),
    *("derivation", "convention", "judgement", "none", "unverified"),
)


@dataclass(frozen=True)
class Source:
    """Where a number was read.

    Attributes
    ----------
    id, title, kind
        Short name, title and one of `SOURCE_KINDS`.
    year
        Year of publication, where known.
    url
        Address, empty where none was kept.
    read
        What was read of it: abstract, page, excerpt.
    """

    id: str
    title: str
    year: int | None
    url: str
    kind: str
    read: str


@dataclass(frozen=True)
class Effect:
    """One finding, typed so that it is converted in one place only.

    Attributes
    ----------
    value, low, high
        Central value and interval in `unit`; absent where the source shows none.
    kind
        One of `KINDS`.
    grade
        One of `GRADES`.
    judged
        Whether a number of the row rests on judgement.
    line
        Line in the table.
    """

    id: str
    cause: str
    outcome: str
    kind: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    population: str
    design: str
    source: tuple[str, ...]
    locator: str
    read: str
    grade: str
    judged: bool
    note: str
    line: int


@dataclass(frozen=True)
class Assumption:
    """One structural assumption of the model."""

    id: str
    statement: str
    source: tuple[str, ...]
    locator: str
    grade: str
    judged: bool
    note: str
    line: int


@dataclass(frozen=True)
class Evidence:
    """The three tables, each by id.

    Attributes
    ----------
    sources, effects, structure
        Rows by id, in the order of the files.
    """

    sources: Mapping[str, Source]
    effects: Mapping[str, Effect]
    structure: Mapping[str, Assumption]

    def has(self, evidence_id: str) -> bool:
        """Whether an effect or a structural assumption has this id."""
        return evidence_id in self.effects or evidence_id in self.structure
