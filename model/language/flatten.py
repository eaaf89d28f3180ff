"""A parsed model to a program: subscripts to scalars, equations to nodes, loops checked."""

from __future__ import annotations

import re
from collections.abc import Collection

from ..errors import ModelError, Problem
from .definitions import Definition, Definitions, Scalar
from .ir import Program, Variable
from .lower import Lowering
from .precedence import Precedence
from .settled import settle
from .syntax import (
    CONTROL_KEYS,
    STOCKS,
    Array,
    Call,
    Equation,
    Number,
    ParsedModel,
    Reference,
    Table,
)


def flatten(model: ParsedModel, digest: str) -> Program:
    """Return the program of a parsed model.

    Parameters
    ----------
    model
        Ranges and equations.
    digest
        SHA-256 of the model file.

    Raises
    ------
    ModelError
        With every undefined name, double definition, unsupported function and loop without a
        stock, each with its line.
    """
    model, lowering = _lowered(model)
    definitions = lowering.definitions
    flows = _flow_keys(model)
    variables = [
        _variable(scalar, definition, lowering, flows)
        for scalar, definition in definitions.table.items()
    ]
    program = Program(
        label=model.label,
        digest=digest,
        nodes=tuple(lowering.build.nodes),
        states=tuple(lowering.memory.states),
        constants=tuple(lowering.constants),
        defaults=tuple(lowering.constants.values()),
        tables=tuple(lowering.build.tables),
        guards=tuple(lowering.memory.guards),
        variables={variable.name: variable for variable in variables},
        ranges=model.ranges,
        equations=model.equations,
        rings=tuple(lowering.memory.rings),
    )
    _refuse_initial_loops(program)
    return program


def problems_beside(model: ParsedModel, broken: Collection[str]) -> list[Problem]:
    """Return what is wrong with the equations of a model of which some could not be read.

    Parameters
    ----------
    model
        Ranges, and the equations that could be read.
    broken
        Keys of the variables of the others.
    """
    try:
        _lowered(model, broken)
    except ModelError as error:
        return list(error.problems)
    return []


def _lowered(model: ParsedModel, broken: Collection[str] = ()) -> tuple[ParsedModel, Lowering]:
    """Return a model with its times and orders as numbers, and its lowered scalars."""
    model, problems = settle(model, broken)
    definitions = Definitions(model, broken)
    definitions.problems += problems
    if not definitions.table:
        definitions.raise_problems()
    precedence = Precedence(definitions)
    orders = [precedence.order()]
    if precedence.two_starts:
        orders.append(precedence.order(starting=True))
    lowering = Lowering(definitions)
    lowering.run(*orders)
    return model, lowering


def _variable(
    scalar: Scalar, definition: Definition, lowering: Lowering, flows: set[str]
) -> Variable:
    equation = definition.equation
    display = lowering.definitions.subscripts.display
    return Variable(
        name=definition.name,
        element=re.sub(r"\s+", " ", equation.name),
        subscripts=tuple(display[element] for element in scalar[1]),
        kind=_kind(scalar[0], equation, flows),
        unit=equation.unit,
        doc=equation.doc,
        line=equation.line,
        group=equation.group,
        evidence=evidence_ids(equation.doc),
        node=lowering.nodes.get(scalar, -1),
    )


def _kind(key: str, equation: Equation, flows: set[str]) -> str:
    expression = equation.expression
    if key in CONTROL_KEYS:
        return "control"
    if isinstance(expression, Table):
        return "lookup"
    if isinstance(expression, Number | Array):
        return "constant"
    if isinstance(expression, Call) and expression.function in STOCKS:
        return "stock"
    return "flow" if key in flows else "auxiliary"


def evidence_ids(doc: str) -> tuple[str, ...]:
    """Return the ids in the square brackets that end a doc line.

    Examples
    --------
    >>> evidence_ids("Share of visits kept [A12; judged]")
    ('A12', 'judged')
    """
    match = re.search(r"\[([^\[\]]*)\]\s*\.?\s*$", doc)
    return tuple(re.findall(r"[^\s;,]+", match.group(1))) if match else ()


def _flow_keys(model: ParsedModel) -> set[str]:
    """Return the keys of the variables that are terms of a stock's rate."""
    keys: set[str] = set()
    for equation in model.equations:
        expression = equation.expression
        if not (isinstance(expression, Call) and expression.function in STOCKS):
            continue
        stack = [expression.arguments[0]]
        while stack:
            term = stack.pop()
            if isinstance(term, Reference):
                keys.add(term.name)
            elif isinstance(term, Call) and term.function in ("+", "-", "neg", "sum"):
                stack.extend(term.arguments)
    return keys


def _refuse_initial_loops(program: Program) -> None:
    """Raise if the starts of some states need each other."""
    done: dict[int, bool] = {}
    for root in range(len(program.nodes)):
        if root in done:
            continue
        done[root] = False
        path = [(root, iter(_initial_needs(program, root)))]
        while path:
            index, needs = path[-1]
            following = next(needs, None)
            if following is None:
                done[index] = True
                path.pop()
            elif following not in done:
                done[following] = False
                path.append((following, iter(_initial_needs(program, following))))
            elif not done[following]:
                indices = [item for item, _ in path]
                raise ModelError([_initial_loop(program, indices[indices.index(following) :])])


def _initial_needs(program: Program, index: int) -> tuple[int, ...]:
    node = program.nodes[index]
    if node.op in ("state", "frozen"):
        return (program.states[int(node.value)].initial,)
    if node.op == "ring":
        return (program.rings[int(node.value)].initial,)
    return node.args


def _initial_loop(program: Program, loop: list[int]) -> Problem:
    owners = [owner for index in loop if (owner := _owner(program, index))]
    variable = program.variables.get(owners[0][1])
    where = f"{program.label}:{variable.line}" if variable else program.label
    chain = " -> ".join([shown for shown, _ in owners] + [owners[0][0]])
    remedy = "Give one of them an initial value that does not need the others"
    return Problem(where, "initial values that can be computed", chain, remedy)


def _owner(program: Program, index: int) -> tuple[str, str] | None:
    """Return the name to show and the variable of a state or ring; nothing for other nodes."""
    node = program.nodes[index]
    if node.op in ("state", "frozen"):
        name = program.states[int(node.value)].name
        return name, name.split(": ")[0]
    if node.op == "ring":
        name = program.rings[int(node.value)].variable
        return name, name
    return None
