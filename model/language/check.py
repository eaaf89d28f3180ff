"""Whether a model file keeps the rules of the house."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from ..errors import Problem
from ..parameters import ParameterTable, plain_name
from .ir import Program
from .syntax import INITIAL_ARGUMENT, Call, Equation, Expression, Number, Reference, key_of, walk

EVIDENCE = Path(__file__).parents[1] / "evidence"
_TABLES = ("effects.csv", "structure.csv")


def check_model(
    program: Program, evidence: Path | None = EVIDENCE, table: ParameterTable | None = None
) -> list[Problem]:
    """Return every broken rule, in the order of the lines.

    The rules: units agree; every variable has a unit and a doc; its doc ends with evidence ids,
    and they exist in the evidence tables; an initial value is not a whole number without decimal
    point, from which other engines build an integer state; constants and rows of the parameter
    table are the same, with the same units and values.

    Parameters
    ----------
    program
        A model with its equations.
    evidence
        Folder of the evidence tables; nothing skips the rules on evidence, for foreign models.
    table
        Parameter table to hold the constants to; nothing skips that rule.
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
    if table is not None:
        problems += _check_parameters(program, table)
    return sorted(problems, key=_line)


def _check_parameters(program: Program, table: ParameterTable) -> Iterator[Problem]:
    """Compare the constants of the model text with the rows of the parameter table."""
    rows = {plain_name(row.name): row for row in table.rows}
    for name, default in zip(program.constants, program.defaults, strict=True):
        variable, row = program.variables[name], rows.pop(plain_name(name), None)
        where = f"{program.label}:{variable.line}"
        if row is None:
            if variable.kind != "control":
                remedy = "Add the row to parameters.csv"
                yield Problem(where, f"a parameter row of {name!r}", "none", remedy)
            continue
        place = f"line {row.line} of parameters.csv"
        if row.unit != variable.unit:
            expected = f"the unit of {name!r} in {place}, {row.unit}"
            yield Problem(where, expected, variable.unit or "none", "Correct one of the two")
        if row.value != default:
            expected = f"the value of {name!r} in {place}, {row.value:g}"
            yield Problem(where, expected, f"{default:g}", "Correct one of the two")
    for row in rows.values():
        where, remedy = f"parameters.csv:{row.line}", "Delete the row or correct its name"
        yield Problem(where, f"a constant {row.name!r} in {program.label}", "none", remedy)


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
