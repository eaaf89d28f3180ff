"""Some equations of a model, computed from given values instead of a whole run.

A companion model that has people where the stocks have averages must not type an equation twice.
It cuts the model open: some variables are given, (member,) each, and those that follow from them
are computed by the same operations, to the bit, that the numpy engine uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelError, Problem
from ..language.ir import Node, Program
from .interpreter.operations import apply

CLOCK = "Time"
"""Name of the clock among what is given, as Vensim calls it."""

CHANGE = "change of "
"""Before the name of a target: asks for its change per unit of time instead of its value."""

Array = NDArray[Any]
Values = Mapping[str, Array | float]


@dataclass(frozen=True)
class Slice:
    """Equations between what is given and what is wanted.

    Attributes
    ----------
    program
        The model.
    targets
        Names of what is computed.
    given
        Names of the variables that the caller gives at every call.
    """

    program: Program = field(repr=False)
    targets: tuple[str, ...]
    given: tuple[str, ...]
    _order: tuple[int, ...] = field(repr=False)
    _inputs: tuple[tuple[str, int], ...] = field(repr=False)
    _wanted: tuple[int, ...] = field(repr=False)
    _fixed: Mapping[int, Array] = field(repr=False)

    def __call__(self, values: Values) -> dict[str, Array]:
        """Return the targets by name.

        Parameters
        ----------
        values
            By name of `given`: (member,), or one number for all, in the unit of the variable.

        Raises
        ------
        ModelError
            Naming every variable that is given and has no value, or has one and is not given.
        """
        if values.keys() != set(self.given):
            raise ModelError(_mismatch(self.given, values))
        found = dict(self._fixed)
        found |= {node: np.asarray(values[name], float) for name, node in self._inputs}
        for index in self._order:
            node = self.program.nodes[index]
            found[index] = apply(self.program, node, [found[arg] for arg in node.args])
        return {name: found[node] for name, node in zip(self.targets, self._wanted, strict=True)}

    @property
    def shape(self) -> tuple[object, ...]:
        """The operations without the names of variables: equal for equations that are the same."""
        places: dict[int, object] = {node: f"given {k}" for k, (_, node) in enumerate(self._inputs)}
        places |= {node: float(value) for node, value in self._fixed.items()}
        operations: list[object] = []
        for count, index in enumerate(self._order):
            node = self.program.nodes[index]
            operations.append((node.op, node.value, *(places[arg] for arg in node.args)))
            places[index] = f"operation {count}"
        return (*operations, *(places[node] for node in self._wanted))


def make_slice(
    program: Program,
    targets: Sequence[str],
    given: Sequence[str],
    constants: Mapping[str, float] | None = None,
) -> Slice:
    """Cut some equations out of a model.

    Parameters
    ----------
    program
        The model.
    targets
        Variables to compute; with `CHANGE` before a variable that is a smooth's or a stock's
        state (``change of practice change``), or before the name of a stage
        (``change of food reach: smooth stage 2``), its change per unit of time.
    given
        Variables, or names of stages, that every call gives.
    constants
        Values of constants, in the unit of each; the file's otherwise.

    Raises
    ------
    ModelError
        For every unknown name, and for two names of one value that are both given; else where a
        target depends on the clock, a stock or a stage that is neither given nor a constant, for
        all of them.
    """
    problems: list[Problem] = []
    program = program.one_clock
    inputs = list(zip(given, _nodes(program, given, problems), strict=False))
    wanted = _nodes(program, targets, problems)
    numbers = _numbers(program, constants or {}, problems)
    if problems:
        raise ModelError(problems)
    cut = _distinct(inputs)
    order, fixed, open_ends = _walk(program, wanted, cut, numbers)
    if open_ends:
        raise ModelError(
            Problem(
                name, "a given value", "none", f"Give it, or what lies between it and {targets}"
            )
            for name in sorted(open_ends)
        )
    order = _settle(program, order, fixed)
    return Slice(
        program, tuple(targets), tuple(given), tuple(order), tuple(inputs), tuple(wanted), fixed
    )


def _settle(program: Program, order: Iterable[int], fixed: dict[int, Array]) -> list[int]:
    """Compute what depends on constants alone, once; return the operations that are left."""
    left: list[int] = []
    for index in order:
        node = program.nodes[index]
        if all(arg in fixed for arg in node.args):
            fixed[index] = apply(program, node, [fixed[arg] for arg in node.args])
        else:
            left.append(index)
    return left


def _walk(
    program: Program, wanted: Iterable[int], cut: set[int], numbers: Sequence[float]
) -> tuple[list[int], dict[int, Array], set[str]]:
    """Return the operations in order, the leaves with their values, and what is left open."""
    order: list[int] = []
    fixed: dict[int, Array] = {}
    open_ends: set[str] = set()
    seen = set(cut)
    pending = [(node, False) for node in wanted]
    while pending:
        index, ready = pending.pop()
        if ready:
            order.append(index)
            continue
        if index in seen:
            continue
        seen.add(index)
        node = program.nodes[index]
        if node.op == "number":
            fixed[index] = np.asarray(node.value)
        elif node.op == "constant":
            fixed[index] = np.asarray(numbers[int(node.value)])
        elif not node.args:
            open_ends.add(_leaf_name(program, node, index))
        else:
            pending.append((index, True))
            pending += [(arg, False) for arg in node.args]
    return order, fixed, open_ends


def _numbers(
    program: Program, constants: Mapping[str, float], problems: list[Problem]
) -> list[float]:
    numbers = list(program.defaults)
    try:
        names = [variable.name for variable in program.find_all(constants, "constant")]
    except ModelError as error:
        problems += error.problems
        return numbers
    known = set(program.constants)
    remedy = "Give it as a variable of the slice"
    wrong = [name for name in names if name not in known]
    problems += [Problem(name, "a constant", "a variable", remedy) for name in wrong]
    for name, value in zip(names, constants.values(), strict=True):
        if name in known:
            numbers[program.constants.index(name)] = float(value)
    return numbers


def _nodes(program: Program, names: Iterable[str], problems: list[Problem]) -> list[int]:
    """Return the node of each name, and note the names that have none."""
    found = []
    for name in names:
        try:
            if name.startswith(CHANGE):
                found.append(_rate(program, name.removeprefix(CHANGE)))
            else:
                found.append(_node(program, name))
        except ModelError as error:
            problems += error.problems
    return found


def _distinct(inputs: Iterable[tuple[str, int]]) -> set[int]:
    """Return the nodes of what is given; an equation that only renames shares its node."""
    first: dict[int, str] = {}
    for name, node in inputs:
        if first.setdefault(node, name) != name:
            found = f"also {first[node]!r}, which is the same value"
            raise ModelError([Problem(name, "each value given once", found, "Give one of them")])
    return set(first)


def _node(program: Program, name: str) -> int:
    """Return the node of a variable, of the value that a stage holds, or of the clock."""
    if name == CLOCK and Node("time") in program.nodes:
        return program.nodes.index(Node("time"))
    for index, state in enumerate(program.states):
        if state.name == name and name not in program.variables:
            leaf = Node("state", (), float(index))
            if leaf in program.nodes:
                return program.nodes.index(leaf)
    return program.find(name).node


def _rate(program: Program, name: str) -> int:
    for state in program.states:
        if state.name == name and state.rate >= 0:
            return state.rate
    node = program.nodes[program.find(name).node]
    if node.op != "state" or program.states[int(node.value)].rate < 0:
        wanted = "a stock or a stage, which changes with time"
        raise ModelError([Problem(name, wanted, "something else", "Ask for the value itself")])
    return program.states[int(node.value)].rate


def _leaf_name(program: Program, node: Node, index: int) -> str:
    for variable in program.variables.values():
        if variable.node == index:
            return variable.name
    return program.states[int(node.value)].name if node.op in ("state", "frozen") else node.op


def _mismatch(given: Sequence[str], values: Values) -> list[Problem]:
    lacking = [name for name in given if name not in values]
    extra = [name for name in values if name not in given]
    remedy = "Give exactly what the slice was made for"
    return [Problem(name, "a value", "none", remedy) for name in lacking] + [
        Problem(name, "no value", "one", remedy) for name in extra
    ]
