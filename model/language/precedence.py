"""In what order the scalars of a model can be computed."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import Problem
from .definitions import Definitions, Scalar
from .functions import IMMEDIATE, TABLE_KINDS, VECTOR_FUNCTIONS
from .subscripts import Environment
from .syntax import Call, Expression, Reference, walk


class Precedence:
    """What a scalar needs at the same instant, and an order in which each comes after its needs.

    Parameters
    ----------
    definitions
        The scalars; it also collects the problems.
    """

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._told: set[frozenset[int]] = set()

    @property
    def two_starts(self) -> bool:
        """Whether some variable has another equation at the start of a run (ACTIVE INITIAL)."""
        return any(
            isinstance(item, Call) and item.function == "active_initial"
            for equation in self._definitions.model.equations
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
        for root in sorted(self._definitions.table, key=lambda scalar: scalar != ("time_step", ())):
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
        loop = [self._definitions.table[item] for item in path[path.index(again) :]]
        # The elements of an array have the same loop: one of them says it.
        equations = frozenset(id(item.equation) for item in loop)
        if equations in self._told:
            return
        self._told.add(equations)
        chain = " -> ".join(item.name for item in [*loop, loop[0]])
        where = f"{self._definitions.model.label}:{loop[0].equation.line}"
        remedy = "Put a stock, smooth or delay into the loop"
        self._definitions.problems.append(Problem(where, "no loop without a stock", chain, remedy))

    def _needs(self, scalar: Scalar, starting: bool) -> Iterator[Scalar]:
        definition = self._definitions.table[scalar]
        needed: list[Scalar] = []

        def collect() -> None:
            expression = definition.equation.expression
            needed.extend(self._immediate(expression, definition.environment, starting))

        self._definitions.guarded(definition.equation, collect)
        if _samples_itself(definition.equation.expression):
            needed = [item for item in needed if item != scalar]
        return iter(needed)

    def _immediate(
        self, expression: Expression, environment: Environment, starting: bool
    ) -> Iterator[Scalar]:
        """Yield the scalars whose value is needed before this expression has one."""
        if isinstance(expression, Reference):
            scalar = self._definitions.scalar(expression, environment)
            if scalar is not None and scalar in self._definitions.table:
                yield scalar
        if not isinstance(expression, Call):
            return
        name, arguments = expression.function, expression.arguments
        if name in VECTOR_FUNCTIONS and arguments:
            subscripts = self._definitions.subscripts
            for chosen in subscripts.summed_environments(arguments[0], environment):
                yield from self._immediate(arguments[0], chosen, starting)
            return
        for argument in _needed_arguments(name, arguments, starting):
            yield from self._immediate(argument, environment, starting)


def _samples_itself(expression: Expression) -> bool:
    """Whether a variable that needs itself means its last value: see :class:`.memory.Memory`."""
    return isinstance(expression, Call) and expression.function == "sample_if_true"


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
