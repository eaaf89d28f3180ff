"""Which equation defines which scalar, and in what order the scalars can be computed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..errors import ModelError, Problem
from .functions import IMMEDIATE, TABLE_KINDS, VECTOR_FUNCTIONS
from .subscripts import Environment, SubscriptError, Subscripts
from .syntax import (
    CONTROL_KEYS,
    Array,
    Call,
    Equation,
    Expression,
    Number,
    ParsedModel,
    Reference,
    key_of,
    walk,
)

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
    """

    def __init__(self, model: ParsedModel) -> None:
        self.model = model
        self.subscripts = Subscripts(model.ranges)
        self.problems: list[Problem] = []
        self.table: dict[Scalar, Definition] = {}
        for equation in model.equations:
            self.guarded(equation, lambda equation=equation: self._define(equation))
        self._require_controls()

    def guarded(self, equation: Equation, action: Callable[[], None]) -> None:
        """Run an action; a refusal becomes a problem at the equation's line."""
        where = f"{self.model.label}:{equation.line}"
        try:
            action()
        except Refused as refused:
            expected, found, remedy = refused.parts
            self.problems.append(Problem(where, expected, f"{found} in '{equation.name}'", remedy))
        except SubscriptError as error:
            found = f"{error} in '{equation.name}'"
            remedy = "Correct the subscripts or map the ranges"
            self.problems.append(Problem(where, "subscripts that can be resolved", found, remedy))

    def raise_problems(self) -> None:
        """Raise what was collected.

        Raises
        ------
        ModelError
            If there is any problem.
        """
        if self.problems:
            raise ModelError(dict.fromkeys(self.problems))

    def _require_controls(self) -> None:
        for key in CONTROL_KEYS:
            definition = self.table.get((key, ()))
            expression = definition.equation.expression if definition else None
            if isinstance(expression, Number):
                continue
            if key == "saveper" and expression in (None, Reference("time_step")):
                continue
            found = "an expression" if definition else "none"
            remedy = "State the start, end and step of the model as numbers"
            name = key.replace("_", " ").upper()
            self.problems.append(Problem(self.model.label, f"a number {name}", found, remedy))

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
        """Return the scalar of a reference; nothing for Time.

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
            remedy = "Give a constant the positions: position[range] = 1.0, 2.0, ..."
            raise Refused("a variable", f"the subscript '{reference.name}' as a number", remedy)
        if scalar not in self.table:
            name = self.display(reference.name.replace("_", " "), scalar[1])
            remedy = "Define it, correct its spelling or its subscripts"
            raise Refused("a defined variable", f"'{name}'", remedy)
        return scalar

    @property
    def two_starts(self) -> bool:
        """Whether some variable has another equation at the start of a run (ACTIVE INITIAL)."""
        return any(
            isinstance(item, Call) and item.function == "active_initial"
            for equation in self.model.equations
            for item in walk(equation.expression)
        )

    def order(self, starting: bool = False) -> list[Scalar]:
        """Return the scalars so that what one needs at the same instant stands before it.

        Parameters
        ----------
        starting
            Whether for the start of a run, where ACTIVE INITIAL has its second argument.
        """
        order: list[Scalar] = []
        done: dict[Scalar, bool] = {}
        # STEP needs the time step without naming it, so that comes first.
        for root in sorted(self.table, key=lambda scalar: scalar != ("time_step", ())):
            if root in done:
                continue
            path: list[tuple[Scalar, Iterator[Scalar]]] = [(root, self._needs(root, starting))]
            done[root] = False
            while path:
                scalar, needs = path[-1]
                following = next(needs, None)
                if following is None:
                    done[scalar] = True
                    order.append(scalar)
                    path.pop()
                elif following not in done:
                    done[following] = False
                    path.append((following, self._needs(following, starting)))
                elif not done[following]:
                    self._report_loop([item for item, _ in path], following)
        return order

    def _report_loop(self, path: list[Scalar], again: Scalar) -> None:
        loop = [self.table[item] for item in path[path.index(again) :]]
        chain = " -> ".join(item.name for item in [*loop, loop[0]])
        where = f"{self.model.label}:{loop[0].equation.line}"
        remedy = "Put a stock, smooth or delay into the loop"
        self.problems.append(Problem(where, "no loop without a stock", chain, remedy))

    def _needs(self, scalar: Scalar, starting: bool) -> Iterator[Scalar]:
        definition = self.table[scalar]
        needed: list[Scalar] = []

        def collect() -> None:
            expression = definition.equation.expression
            needed.extend(self._immediate(expression, definition.environment, starting))

        self.guarded(definition.equation, collect)
        return iter(needed)

    def _immediate(
        self, expression: Expression, environment: Environment, starting: bool
    ) -> Iterator[Scalar]:
        """Yield the scalars whose value is needed before this expression has one."""
        if isinstance(expression, Reference):
            scalar = self.scalar(expression, environment)
            if scalar is not None:
                yield scalar
        if not isinstance(expression, Call):
            return
        name, arguments = expression.function, expression.arguments
        if name in VECTOR_FUNCTIONS and arguments:
            for chosen in self.subscripts.summed_environments(arguments[0], environment):
                yield from self._immediate(arguments[0], chosen, starting)
            return
        for argument in _needed_arguments(name, arguments, starting):
            yield from self._immediate(argument, environment, starting)


def _needed_arguments(
    name: str, arguments: tuple[Expression, ...], starting: bool
) -> tuple[Expression, ...]:
    if name == "active_initial" and starting:
        return arguments[1:2]
    if name in IMMEDIATE:
        return tuple(arguments[place] for place in IMMEDIATE[name] if place < len(arguments))
    if name in TABLE_KINDS:
        return arguments[1:]
    return () if name == "elmcount" else arguments
