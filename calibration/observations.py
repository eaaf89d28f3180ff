"""Survey observations, checked on loading: those that a fit may use, and their context.

Later surveys are not here but in `holdout`, which no module of a fit imports.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from .areas import Area, load_areas
from .survey_rows import COLUMNS, LAST_FITTED_YEAR, Rules, Survey, survey_reader
from .tables import DATA_FOLDER, load_rows

__all__ = [
    "COLUMNS",
    "DATA_FOLDER",
    "Observation",
    "Survey",
    "as_observations",
    "digest",
    "load_context",
    "load_observations",
    "read_surveys",
]

FITTED = Rules(("fit", "alternative", "rival"), latest=LAST_FITTED_YEAR, complete=True)
CONTEXT = Rules(("context", "rival"), latest=LAST_FITTED_YEAR)


@dataclass(frozen=True)
class Observation(Survey):
    """A survey of a district that a likelihood can read: its children are known or derived.

    Attributes
    ----------
    children
        Children measured, or derived from the design of the survey.
    """

    children: int


def load_observations(path: Path | None = None, area: str | None = None) -> tuple[Observation, ...]:
    """Return the surveys of districts that a fit may use, none after 2022.

    Parameters
    ----------
    path
        CSV file; the packaged table when absent.
    area
        Keep one district, by code; all when absent.

    Raises
    ------
    DataError
        With every problem of the table, by file, line and column.
    """
    rows = as_observations(read_surveys(path or DATA_FOLDER / "observations.csv", FITTED))
    return tuple(row for row in rows if area in (None, row.area))


def load_context(path: Path | None = None) -> tuple[Survey, ...]:
    """Return surveys up to 2022 that no likelihood reads: province, nation, other instruments.

    The figures of a province contain those of its districts.
    """
    return read_surveys(path or DATA_FOLDER / "context.csv", CONTEXT)


def as_observations(rows: Iterable[Survey]) -> tuple[Observation, ...]:
    """Return rows of which the children are known as observations."""
    named = [field.name for field in fields(Observation)]
    return tuple(Observation(**{name: getattr(row, name) for name in named}) for row in rows)


def read_surveys(
    path: Path, rules: Rules, areas: dict[str, Area] | None = None
) -> tuple[Survey, ...]:
    """Return the rows of a survey table that obeys some rules."""
    areas = load_areas() if areas is None else areas
    return load_rows(path, COLUMNS, survey_reader(rules, areas))


def digest(observations: Iterable[Observation]) -> str:
    """Return the SHA-256 of what a likelihood reads in some surveys; notes may change."""
    seen = [
        (o.id, o.survey, o.value, o.low, o.high, o.month_low, o.month_high, o.children)
        for o in observations
    ]
    return hashlib.sha256(repr(seen).encode()).hexdigest()
