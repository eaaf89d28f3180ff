"""Numbers that a run needs before it begins: times of the run, orders of smooths and delays.

A model may write them as expressions of constants. They are computed here once, from the numbers
of the file, and the constants that they need are fixed: set to another value they would be
ignored without a word.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import replace

from ..errors import Problem
from .syntax import (
    CONTROL_KEYS,
    Array,
    Call,
    Equation,
    Expression,
    Number,
    ParsedModel,
    Reference,
    Table,
    key_of,
    render,
)

# Functions whose last argument is an order.
_ORDERED = ("smooth_n", "delay_n")
_PLACE = 3
_TIMES = "Write it with numbers, constants and + - * / ^ MIN MAX ABS INTEGER"
_ORDER = "Write the order as a number, or as such an expression of constants"
_ARITHMETIC: dict[str, Callable[..., float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: float(a**b),
    "neg": lambda a: -a,
    "min": min,
    "max": max,
    "abs": math.fabs,
    "integer": lambda a: float(math.trunc(a)),
}


class _Changing(Exception):
    """An expression that is not a constant; says which part of it."""


class _Unknown(Exception):
    """An expression that needs something that is refused elsewhere."""


def settle(model: ParsedModel, broken: Collection[str] = ()) -> tuple[ParsedModel, list[Problem]]:
    """Return a model whose times and orders are numbers, and what is wrong with them.

    Parameters
    ----------
    model
        Ranges and equations.
    broken
        Keys of variables whose equations could not be read: what needs them is left alone.
    """
    return _Settler(model, broken).run()


class _Settler:
    def __init__(self, model: ParsedModel, broken: Collection[str]) -> None:
        self._model, self._broken = model, broken
        self._equations: dict[str, list[Equation]] = {}
        for equation in model.equations:
            self._equations.setdefault(key_of(equation.name), []).append(equation)
        self._used: set[str] = set()
        self._problems: list[Problem] = []

    def run(self) -> tuple[ParsedModel, list[Problem]]:
        settled = [self._settled(equation) for equation in self._model.equations]
        fixed = [self._fixed(equation) for equation in settled]
        return replace(self._model, equations=tuple(fixed)), self._problems

    def _fixed(self, equation: Equation) -> Equation:
        key = key_of(equation.name)
        if key in CONTROL_KEYS or key not in self._used:
            return equation
        constant = isinstance(equation.expression, Number | Array)
        return replace(equation, fixed=True) if constant else equation

    def _settled(self, equation: Equation) -> Equation:
        key, expression = key_of(equation.name), equation.expression
        if key in CONTROL_KEYS:
            # TIME STEP as SAVEPER stays by name: it follows a time step that a run is given.
            plain = isinstance(expression, Number) or expression == Reference("time_step")
            wanted = "an expression of constants"
            new = expression if plain else self._number(equation, expression, (key,), wanted)
        else:
            new = self._with_orders(equation, expression)
        return equation if new is expression else replace(equation, expression=new)

    def _with_orders(self, equation: Equation, expression: Expression) -> Expression:
        """Return an expression whose orders are numbers; the same object where none is not."""
        if not isinstance(expression, Call):
            return expression
        old = expression.arguments
        new = tuple(self._with_orders(equation, item) for item in old)
        if expression.function in _ORDERED and len(new) > _PLACE:
            order = self._number(equation, new[_PLACE], (), "a constant order")
            new = (*new[:_PLACE], order)
        same = all(first is second for first, second in zip(old, new, strict=True))
        return expression if same else Call(expression.function, new)

    def _number(
        self, equation: Equation, expression: Expression, above: tuple[str, ...], wanted: str
    ) -> Expression:
        """Return an expression as a number, or as it is where it has none: that is a problem."""
        if isinstance(expression, Number):
            return expression
        try:
            return Number(self._value(expression, above))
        except _Unknown:
            return expression
        except _Changing as error:
            found = f"{error} in '{equation.name}'"
        except ArithmeticError:
            found = f"{render(expression)}, which has no value, in '{equation.name}'"
        where = f"{self._model.label}:{equation.line}"
        remedy = _TIMES if above else _ORDER
        self._problems.append(Problem(where, wanted, found, remedy))
        return expression

    def _value(self, expression: Expression, above: tuple[str, ...]) -> float:
        if isinstance(expression, Number):
            return expression.value
        if isinstance(expression, Reference):
            return self._of_variable(expression, above)
        if not isinstance(expression, Call) or expression.function not in _ARITHMETIC:
            raise _Changing(render(expression))
        values = [self._value(item, above) for item in expression.arguments]
        try:
            value = float(_ARITHMETIC[expression.function](*values))
        except TypeError:  # the wrong number of arguments, or a complex power
            raise _Changing(render(expression)) from None
        if not math.isfinite(value):
            raise _Changing(f"{render(expression)}, which has no value,")
        return value

    def _of_variable(self, reference: Reference, above: tuple[str, ...]) -> float:
        """Return the value of a constant; of an array only if every element has the same."""
        key, shown = reference.name, render(reference)
        times_only = bool(above) and above[0] in CONTROL_KEYS
        if key in self._broken:
            raise _Unknown
        # A run may be given another time step, or another end: an order cannot follow.
        if key == "time" or key in above or (key in CONTROL_KEYS and not times_only):
            raise _Changing(f"'{shown}'")
        if key not in self._equations:
            raise _Changing(f"'{shown}', which is not defined,")
        values: set[float] = set()
        for equation in self._equations[key]:
            if isinstance(equation.expression, Table):
                raise _Changing(f"the lookup '{shown}'")
            if isinstance(equation.expression, Array):
                values.update(equation.expression.values)
            else:
                values.add(self._value(equation.expression, (*above, key)))
        if len(values) > 1:
            raise _Changing(f"'{shown}', whose elements differ,")
        self._used.add(key)
        return values.pop()
