"""Which equation defines which scalar, and in what order the scalars can be computed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from ..errors import ModelError, Problem
from .subscripts import Environment, SubscriptError, Subscripts
from .syntax import CONTROL_KEYS, Array, Equation, ParsedModel, Reference, key_of

_ELEMENTS = re.compile(r"\[[^\]]*\]")

# Key of a variable and the keys of its elements.
Scalar = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Definition:
    """One scalar: its equation, what the ranges stand for, its place in an array, its name."""

    equation: Equation
    environment: Environment
    position: int
    name: str


class Refused(Exception):
    """Something that an equation may not hold; becomes a problem at its line."""

    def __init__(self, expected: str, found: str, remedy: str) -> None:
        self.parts = (expected, found, remedy)
        super().__init__(found)


class Definitions:
    """The scalars of a parsed model.

    Parameters
    ----------
    model
        Ranges and equations. Problems are collected; :meth:`raise_problems` reports them.
    broken
        Keys of variables with an equation that could not be read: to need them is no problem of
        its own.

    Attributes
    ----------
    table
        The scalars.
    problems
        What is wrong, each once.
    """

    def __init__(self, model: ParsedModel, broken: Collection[str] = ()) -> None:
        self.model = model
        self.subscripts = Subscripts(model.ranges)
        self.problems: list[Problem] = []
        self._broken = set(broken)
        self._told: set[tuple[str, ...]] = set()
        self.table: dict[Scalar, Definition] = {}
        for equation in model.equations:
            if not self.guarded(equation, lambda equation=equation: self._define(equation)):
                self._broken.add(key_of(equation.name))
        self._require_controls()

    def guarded(self, equation: Equation, action: Callable[[], None]) -> bool:
        """Run an action; a refusal becomes a problem at the equation's line.

        Returns
        -------
        bool
            Whether nothing was refused.
        """
        try:
            action()
        except Refused as refused:
            expected, found, remedy = refused.parts
        except SubscriptError as error:
            expected, found = "subscripts that can be resolved", str(error)
            remedy = "Correct the subscripts or map the ranges"
        else:
            return True
        where = f"{self.model.label}:{equation.line}"
        self._add(Problem(where, expected, f"{found} in '{equation.name}'", remedy))
        return False

    def _add(self, problem: Problem) -> None:
        """Keep a problem; what other elements of the same equation have said is not repeated."""
        texts = (problem.expected, problem.found)
        said = (problem.where, *(_ELEMENTS.sub("", text) for text in texts))
        if said not in self._told:
            self._told.add(said)
            self.problems.append(problem)

    def raise_problems(self) -> None:
        """Raise what was collected.

        Raises
        ------
        ModelError
            If there is any problem.
        """
        if self.problems:
            raise ModelError(dict.fromkeys(sorted(self.problems, key=_line)))

    def _require_controls(self) -> None:
        for key in CONTROL_KEYS:
            if key == "saveper" or key in self._broken or (key, ()) in self.table:
                continue
            remedy = "State the start, end and step of the model as numbers"
            name = key.replace("_", " ").upper()
            self.problems.append(Problem(self.model.label, f"a number {name}", "none", remedy))

    def _define(self, equation: Equation) -> None:
        excluded = {
            elements
            for group in equation.exceptions
            for elements, _ in self.subscripts.combinations(group)
        }
        combinations = list(self.subscripts.combinations(equation.subscripts))
        expression = equation.expression
        if isinstance(expression, Array) and len(expression.values) != len(combinations):
            expected = f"{len(combinations)} numbers, one per element"
            found = f"{len(expression.values)} numbers"
            raise Refused(expected, found, "Give one number per element")
        key = key_of(equation.name)
        for position, (elements, environment) in enumerate(combinations):
            if elements in excluded:
                continue
            earlier = self.table.get((key, elements))
            name = self.display(equation.name, elements)
            if earlier is not None:
                found = f"a second one; the first is on line {earlier.equation.line}"
                remedy = "Remove one, or give each its own elements"
                raise Refused(f"one equation for '{name}'", found, remedy)
            self.table[key, elements] = Definition(equation, environment, position, name)

    def display(self, name: str, elements: tuple[str, ...]) -> str:
        """Return the flattened name of a scalar."""
        base = re.sub(r"\s+", " ", name)
        if not elements:
            return base
        shown = (self.subscripts.display.get(element, element) for element in elements)
        return f"{base}[{','.join(shown)}]"

    def scalar(self, reference: Reference, environment: Environment) -> Scalar | None:
        """Return the scalar of a reference; nothing for Time or a subscript used as a number.

        What could not be read has a scalar too, which is not in the table.

        Raises
        ------
        Refused
            If nothing defines it.
        SubscriptError
            If its subscripts cannot be resolved.
        """
        if reference.name == "time":
            return None
        scalar = (reference.name, self.subscripts.resolve(reference.subscripts, environment))
        if scalar not in self.table and not scalar[1] and self.subscripts.is_subscript(scalar[0]):
            return None
        if scalar not in self.table and scalar[0] not in self._broken:
            name = self.display(reference.name.replace("_", " "), scalar[1])
            remedy = "Define it, correct its spelling or its subscripts"
            raise Refused("a defined variable", f"'{name}'", remedy)
        return scalar

    def place(self, reference: Reference, environment: Environment) -> int:
        """Return what a subscript means as a number: its place in its range, from 1.

        Raises
        ------
        Refused
            If its ranges have it at different places.
        SubscriptError
            If it stands for no element here.
        """
        places = self.subscripts.places(reference.name, environment)
        if len(places) > 1:
            shown = reference.name.replace("_", " ")
            listed = " or ".join(str(place) for place in sorted(places))
            remedy = "Give a constant the positions: position[range] = 1.0, 2.0, ..."
            found = f"the subscript '{shown}' as a number, {listed} by different ranges,"
            raise Refused("one place of a subscript", found, remedy)
        return places.pop()


def _line(problem: Problem) -> int:
    number = problem.where.rpartition(":")[2]
    return int(number) if number.isdigit() else 0
