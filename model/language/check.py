"""Whether a model file keeps the rules of the house."""

from __future__ import annotations

import csv
from pathlib import Path

from ..errors import Problem
from .ir import Program
from .syntax import INITIAL_ARGUMENT, Call, Equation, Expression, Number, Reference, key_of, walk

EVIDENCE = Path(__file__).parents[1] / "evidence"
_TABLES = ("effects.csv", "structure.csv")


def check_model(program: Program, evidence: Path | None = EVIDENCE) -> list[Problem]:
    """Return every broken rule, in the order of the lines.

    The rules: units agree; every variable has a unit and a doc; its doc ends with evidence ids,
    and they exist in the evidence tables; an initial value is not a whole number without decimal
    point, from which other engines build an integer state.

    Parameters
    ----------
    program
        A model with its equations.
    evidence
        Folder of the evidence tables; nothing skips the rules on evidence, for foreign models.
    """
    from .units import check_units

    problems = check_units(program)
    known = evidence_known(evidence) if evidence else None
    whole = {
        key_of(item.name)
        for item in program.equations
        if isinstance(item.expression, Number) and item.expression.integer
    }
    for equation in program.equations:
        problems += _check_documentation(program, equation, known)
        problems += _check_integers(program, equation, whole)
    return sorted(problems, key=_line)


def evidence_known(folder: Path) -> set[str]:
    """Return the ids of the evidence tables that exist."""
    known: set[str] = set()
    for name in _TABLES:
        path = folder / name
        if path.exists():
            with path.open(encoding="utf-8", newline="") as stream:
                known.update(row["id"].strip() for row in csv.DictReader(stream) if row.get("id"))
    return known


def _line(problem: Problem) -> int:
    number = problem.where.rpartition(":")[2]
    return int(number) if number.isdigit() else 0


def _check_documentation(
    program: Program, equation: Equation, known: set[str] | None
) -> list[Problem]:
    from .flatten import evidence_ids

    if equation.macro:
        # Units and docs of a macro are in its own words.
        return []
    where = f"{program.label}:{equation.line}"
    name = f"'{equation.name}'"
    problems = []
    if not equation.unit:
        problems.append(
            Problem(where, f"a unit of {name}", "none", "Write it, dmnl if it has none")
        )
    if not equation.doc:
        problems.append(Problem(where, f"a doc line of {name}", "none", "Say what it is and why"))
    if known is None:
        return problems
    ids = evidence_ids(equation.doc)
    if not ids:
        remedy = "End the doc with ids from model/evidence in square brackets"
        problems.append(Problem(where, f"an evidence id of {name}", "none", remedy))
    missing = [item for item in ids if item not in known]
    if missing and known:
        found = ", ".join(missing)
        remedy = "Add the row to effects.csv or structure.csv, or correct the id"
        problems.append(Problem(where, f"evidence ids that exist, of {name}", found, remedy))
    return problems


def _check_integers(program: Program, equation: Equation, whole: set[str]) -> list[Problem]:
    problems = []
    for item in walk(equation.expression):
        if not (isinstance(item, Call) and item.function in INITIAL_ARGUMENT):
            continue
        if _is_integer(item.arguments[INITIAL_ARGUMENT[item.function]], whole):
            where = f"{program.label}:{equation.line}"
            found = f"a whole number in '{equation.name}'"
            remedy = "Add a decimal point: 1.0, not 1"
            problems.append(Problem(where, "an initial value with a decimal point", found, remedy))
    return problems


def _is_integer(expression: Expression, whole: set[str]) -> bool:
    """Whether other engines would compute the expression in integers."""
    if isinstance(expression, Number):
        return expression.integer
    if isinstance(expression, Reference):
        return expression.name in whole
    if isinstance(expression, Call) and expression.function in ("+", "-", "*", "neg"):
        return all(_is_integer(item, whole) for item in expression.arguments)
    return False
