"""A district's facts against the parameters that rest on them, and its target."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .district import District, Fact
from .errors import DataError, EvidenceError, Problem
from .parameters import ParameterTable


@dataclass(frozen=True)
class Target:
    """The national path of surveyed prevalence.

    Attributes
    ----------
    year, share
        Year at whose end the target holds, and the target, 0 to 1.
    past_year, past_share
        The step of the path before it.
    """

    year: int
    share: float
    past_year: int
    past_share: float


def check_facts(district: District, table: ParameterTable) -> None:
    """Hold the facts that set parameters to the parameter table.

    The stored draws are made from the table. A fact changed in the district file alone would
    change nothing, and must not look as if it did.

    Raises
    ------
    DataError
        Listing every fact that differs from its parameter.
    """
    problems = fact_problems(district, table)
    if problems:
        raise DataError(problems)


def fact_problems(district: District, table: ParameterTable) -> list[Problem]:
    """Return a problem for every fact that differs from the parameter it sets."""
    return [
        problem
        for section, named in district.facts.items()
        for name, facts in named.items()
        for place, fact in enumerate(facts)
        for parameter in fact.sets
        for problem in _faults(
            district.where("facts", section, name, place, "sets"), fact, parameter, table
        )
    ]


def target_of(district: District) -> Target:
    """Return the last two steps of the national path in a district file.

    Raises
    ------
    DataError
        If there are fewer than two with year and value.
    """
    facts = district.series("targets", "national target")
    steps = sorted((f.year, f.value / 100.0) for f in facts if f.year and f.value is not None)
    if len(steps) < 2:
        where = district.where("facts", "targets", "national target")
        expected = "two years with a value"
        raise DataError([Problem(where, expected, f"{len(steps)}", "Add the missing step")])
    (past_year, past), (year, share) = steps[-2:]
    return Target(year, share, past_year, past)


def _faults(where: str, fact: Fact, name: str, table: ParameterTable) -> Iterator[Problem]:
    try:
        row = table.get(name)
    except EvidenceError as error:
        yield from (replace(problem, where=where) for problem in error.problems)
        return
    factor = 0.01 if fact.unit == "%" and row.unit == "dmnl" else 1.0
    if factor == 1.0 and fact.unit != row.unit:
        remedy = "Write the fact in the unit of the parameter"
        yield Problem(where, f"the unit {row.unit} of {name!r}", fact.unit, remedy)
    elif fact.value is None or not math.isclose(fact.value * factor, row.value, rel_tol=1e-9):
        remedy = "Change the row of parameters.csv as well, then run `make posterior`"
        expected = f"the value of {name!r}, {row.value / factor:g}"
        yield Problem(where, expected, f"{fact.value}", remedy)
