"""The parameter table: every constant of the model with its prior, source and grade."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .distributions import FAMILIES, Prior, quantile, support
from .errors import EvidenceError, Problem
from .evidence_tables import EVIDENCE_FOLDER, Evidence, check_support, load_evidence
from .prior_checks import faults
from .randomness import stream
from .tabular import Cells, read_table

_NUMBERS = ("a", "b", "c", "lower", "upper", "spike", "null_value")
COLUMNS = (
    *("name", "unit", "value", "family", *_NUMBERS),
    *("role", "tier", "sector", "evidence", "source", "locator", "read", "grade", "judged", "note"),
)

ROLES = (
    "level",
    "nuisance",
    "transmission",
    "structure",
    "initial",
    "natural history",
    "measurement",
    "cost",
    "history",
    "calendar",
    "switch",
    "lever",
    "fixed",
)
TIERS = ("", "0", "1", "2")


@dataclass(frozen=True)
class Parameter:
    """One constant of the model.

    Attributes
    ----------
    name
        Name in the model text, subscript included, for example ``catch-up rate[s3]``.
    unit
        Unit in the model text; ``dmnl`` for none.
    prior
        Default value and distribution, in `unit`.
    role
        One of `ROLES`.
    tier
        0 natural history, 1 level and nuisances, 2 levers (never updated by surveys); absent for
        constants that are not uncertain.
    evidence
        Ids of effects or structural assumptions.
    source
        Ids of sources.
    grade
        A high, B moderate, C low, D judged or not verified.
    judged
        Whether the value or its spread rests on judgement.
    line
        Line in the table.
    """

    name: str
    unit: str
    prior: Prior
    role: str
    tier: int | None
    sector: str
    evidence: tuple[str, ...]
    source: tuple[str, ...]
    locator: str
    read: str
    grade: str
    judged: bool
    note: str
    line: int

    @property
    def value(self) -> float:
        """Default, in `unit`."""
        return self.prior.value

    @property
    def uncertain(self) -> bool:
        """Whether the parameter has a distribution."""
        return self.prior.family != "fixed"


@dataclass(frozen=True)
class ParameterTable:
    """All parameters, in the order of the file.

    Attributes
    ----------
    rows
        The parameters.
    evidence
        The tables their ids point to.
    """

    rows: tuple[Parameter, ...]
    evidence: Evidence

    @property
    def names(self) -> tuple[str, ...]:
        """Names in the order of the file."""
        return tuple(row.name for row in self.rows)

    def get(self, name: str) -> Parameter:
        """Return one parameter; case, spaces and underscores do not matter.

        Raises
        ------
        EvidenceError
            If there is none, with the nearest names.
        """
        return self.select([name])[0]

    def select(self, names: Iterable[str]) -> tuple[Parameter, ...]:
        """Return several parameters in the order asked.

        Raises
        ------
        EvidenceError
            Listing every name that is not in the table.
        """
        asked = list(names)
        unknown = [name for name in asked if plain_name(name) not in self._known]
        if unknown:
            raise EvidenceError(_unknown(name, self.names) for name in unknown)
        return tuple(self._known[plain_name(name)] for name in asked)

    @cached_property
    def _known(self) -> dict[str, Parameter]:
        return {plain_name(row.name): row for row in self.rows}

    def defaults(self) -> dict[str, float]:
        """Return the default of every parameter by name, in its unit."""
        return {row.name: row.value for row in self.rows}

    def uncertain(self, tier: int | None = None) -> tuple[Parameter, ...]:
        """Return the parameters with a distribution, of one tier or of all."""
        return tuple(row for row in self.rows if row.uncertain and tier in (None, row.tier))


def plain_name(name: str) -> str:
    """Return a name as Vensim compares it: small letters, one space for spaces and underscores."""
    return re.sub(r"[\s_]+", " ", name.strip()).lower()


def load_parameters(path: Path | None = None, evidence: Evidence | None = None) -> ParameterTable:
    """Read and check the parameter table.

    Parameters
    ----------
    path
        CSV file; the packaged table when absent.
    evidence
        Tables that the ids point to; the packaged ones when absent.

    Raises
    ------
    EvidenceError
        With every problem of the table, by file and line.
    """
    if path is None and evidence is None:
        return _load_packaged()
    return _load(path or EVIDENCE_FOLDER / "parameters.csv", evidence or load_evidence())


@cache
def _load_packaged() -> ParameterTable:
    return _load(EVIDENCE_FOLDER / "parameters.csv", load_evidence())


def _load(path: Path, evidence: Evidence) -> ParameterTable:
    problems: list[Problem] = []
    rows: dict[str, Parameter] = {}
    for cells in read_table(path, COLUMNS, problems):
        row = _parameter(cells, evidence)
        key = plain_name(row.name)
        if key in rows:
            found = f"{row.name!r} again, first at line {rows[key].line}"
            cells.fault("name", "a name used once", found, "Remove one of the two rows")
        rows[key] = row
    if problems:
        raise EvidenceError(problems)
    if not rows:
        raise EvidenceError([Problem(str(path), "at least one row", "none", "Restore the table")])
    return ParameterTable(tuple(rows.values()), evidence)


def draw_prior(
    table: ParameterTable, seed: int, draws: int, names: Sequence[str] | None = None
) -> dict[str, NDArray[np.float64]]:
    """Draw parameters from their priors, each from a stream of its own.

    Adding a parameter, or asking for fewer, never changes the draws of another; asking for more
    draws keeps the first ones.

    Parameters
    ----------
    table
        Table with the priors.
    seed
        Seed of the whole run.
    draws
        Number of draws, at least 1.
    names
        Parameters to draw; every uncertain one when absent. A fixed one gives its value.

    Returns
    -------
    dict
        Array (draw,) in the unit of the parameter, by name.
    """
    if draws < 1:
        raise ValueError(f"expected at least 1 draw, found {draws}")
    rows = table.uncertain() if names is None else table.select(names)
    return {
        row.name: quantile(row.prior, stream(seed, f"prior/{row.name}").random(draws))
        for row in rows
    }


def _parameter(cells: Cells, evidence: Evidence) -> Parameter:
    cells.needed("name", "unit", "sector", "locator", "read")
    for name in cells.names("evidence"):
        if not evidence.has(name):
            wanted = "ids of effects.csv or structure.csv"
            cells.fault("evidence", wanted, repr(name), "Add the row or correct the id")
    tier = cells.choice("tier", TIERS)
    prior = _prior(cells)
    if prior.family != "fixed" and not tier:
        cells.fault("tier", "0, 1 or 2 for an uncertain parameter", "nothing", "Choose a tier")
    return Parameter(
        name=cells.text("name"),
        unit=cells.text("unit"),
        prior=prior,
        role=cells.choice("role", ROLES),
        tier=int(tier) if tier in TIERS[1:] else None,
        sector=cells.text("sector"),
        evidence=cells.names("evidence"),
        source=check_support(cells, evidence.sources),
        locator=cells.text("locator"),
        read=cells.text("read"),
        grade=cells.text("grade"),
        judged=cells.text("judged") == "yes",
        note=cells.text("note"),
        line=cells.line,
    )


def _prior(cells: Cells) -> Prior:
    family = cells.choice("family", tuple(FAMILIES))
    value = cells.number("value", needed=True)
    numbers = {column: cells.number(column) for column in _NUMBERS}
    prior = Prior(family, 0.0 if value is None else value, **numbers)
    wrong = faults(prior) if family in FAMILIES else []
    for expected, found in wrong:
        cells.fault("family", expected, found, "Correct the numbers of the prior")
    if value is not None and family in FAMILIES and not wrong:
        _check_value(cells, prior)
    return prior


def _check_value(cells: Cells, prior: Prior) -> None:
    low, high = support(prior)
    if prior.family == "fixed":
        low = -np.inf if prior.lower is None else prior.lower
        high = np.inf if prior.upper is None else prior.upper
    # A lump may stand apart from the rest of the prior, and the default on the lump.
    if not low <= prior.value <= high and prior.value != prior.null_value:
        expected = f"a number within {low:g} to {high:g}"
        cells.fault("value", expected, f"{prior.value:g}", "Correct the value or the bounds")


def _unknown(name: str, known: Sequence[str]) -> Problem:
    near = difflib.get_close_matches(plain_name(name), [plain_name(n) for n in known], 3)
    remedy = f"Did you mean {', '.join(near)}" if near else "See tumbuh evidence"
    return Problem(name, "the name of a parameter", "no such parameter", remedy)
