"""Names that a person wrote, and the variables of a model that they stand for."""

from __future__ import annotations

from ..model.errors import ModelError, Problem
from ..model.language.ir import Program, Variable
from ..model.language.syntax import key_of

_OPTIONS = {
    "INITIAL TIME": "Change it in the model file",
    "FINAL TIME": "Use --until",
    "TIME STEP": "Use --time-step",
    "SAVEPER": "Use --every or --times",
}


def constant_of(program: Program, name: str) -> Variable:
    """Return the constant of a name, whatever its case, spaces and underscores.

    Raises
    ------
    ModelError
        If there is none, or if what has the name is no constant that can be set.
    """
    try:
        variable = program.find_all([name], "constant")[0]
    except ModelError:
        elements = [item.name for item in _elements(program, name)]
        if not elements:
            raise
        remedy = f"Write for example {elements[0]!r} or {elements[-1]!r}"
        problem = Problem(name, f"an element of {name!r}", "the whole array", remedy)
        raise ModelError([problem]) from None
    if variable.kind == "constant" and variable.name in program.constants:
        return variable
    kind = "constant written with ==" if variable.kind == "constant" else variable.kind
    remedy = _OPTIONS.get(variable.name.upper(), "Set a constant, or change the model file")
    expected = f"a constant of {program.label}"
    raise ModelError([Problem(variable.name, expected, f"a variable of kind {kind}", remedy)])


def variables_of(program: Program, name: str) -> list[Variable]:
    """Return the variable of a name, or all elements of an array.

    Raises
    ------
    ModelError
        If there is none, or if it is a lookup, which has no value of its own.
    """
    try:
        found = program.find_all([name])
    except ModelError:
        found = _elements(program, name)
        if not found:
            raise
    lookups = [item for item in found if item.node < 0]
    if lookups:
        remedy = "Choose a variable that uses it"
        problem = Problem(lookups[0].name, "a variable with a value", "a lookup", remedy)
        raise ModelError([problem])
    return found


def _elements(program: Program, name: str) -> list[Variable]:
    key = key_of(name)
    arrays = [item for item in program.variables.values() if item.subscripts]
    return [item for item in arrays if key_of(item.element) == key] or [
        item for item in arrays if key_of(item.name.split("[")[0]) == key
    ]
