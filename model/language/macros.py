"""Macros inlined: each call gets variables of its own, subscripted like the equation it is in.

A call in ``x[r]`` of a macro ``DECAY`` with a stock ``level`` makes the variables ``x>DECAY[r]``
and ``x>DECAY>level[r]``; a second call in the same equation makes ``x>DECAY 2[r]``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .functions import VECTOR_FUNCTIONS
from .refusals import Refusal
from .syntax import Call, Equation, Expression, Number, Reference, key_of, walk

_CALL = "macro "


@dataclass(frozen=True)
class Macro:
    """A macro: its name, the keys of its inputs, its equations, the line of its header."""

    name: str
    inputs: tuple[str, ...]
    equations: tuple[Equation, ...]
    line: int

    def check(self) -> None:
        """Raise unless it is a self-contained world of scalars with one equation each.

        Raises
        ------
        Refusal
            That says what does not fit.
        """
        defined = [key_of(item.name) for item in self.equations]
        twice = [name for name in defined if defined.count(name) > 1 or name in self.inputs]
        if twice:
            raise Refusal(f"two equations of '{twice[0]}' in a macro", "Keep one")
        if key_of(self.name) not in defined:
            found = f"a macro without an equation of '{self.name}'"
            raise Refusal(found, "Its result is the variable that has its name")
        for equation in self.equations:
            self._check_names(equation, {*defined, *self.inputs, "time"})

    def _check_names(self, equation: Equation, local: set[str]) -> None:
        references = [item for item in walk(equation.expression) if isinstance(item, Reference)]
        if equation.subscripts or any(item.subscripts for item in references):
            found = f"subscripts inside a macro, in '{equation.name}'"
            raise Refusal(found, "Subscript the variable that calls it")
        for item in references:
            if item.name not in local and not item.name.endswith("$"):
                shown = item.name.replace("_", " ")
                remedy = f"Make it an input, or write '{shown}$' for the model's own variable"
                raise Refusal(f"'{shown}', which is not defined in the macro,", remedy)


class Expander:
    """Replaces calls of macros in equations.

    Parameters
    ----------
    macros
        By key.
    """

    def __init__(self, macros: Mapping[str, Macro]) -> None:
        self._macros = macros

    def expand(self, equation: Equation) -> list[Equation]:
        """Return an equation without calls of macros, after the equations that they became.

        Raises
        ------
        Refusal
            If a call does not fit its macro, or a macro needs itself.
        """
        if not any(_is_call(item) for item in walk(equation.expression)):
            return [equation]
        return _Inlining(self._macros, equation, ()).run()


class _Inlining:
    """One equation whose calls are inlined."""

    def __init__(self, macros: Mapping[str, Macro], host: Equation, above: Sequence[str]) -> None:
        self._macros, self._host, self._above = macros, host, above
        self._made: list[Equation] = []
        self._counts: dict[str, int] = {}

    def run(self) -> list[Equation]:
        expression = self._inlined(self._host.expression, summed=False)
        return [*self._made, replace(self._host, expression=expression)]

    def _inlined(self, expression: Expression, summed: bool) -> Expression:
        if not isinstance(expression, Call):
            return expression
        inside = summed or expression.function in VECTOR_FUNCTIONS
        arguments = tuple(self._inlined(item, inside) for item in expression.arguments)
        if not _is_call(expression):
            return Call(expression.function, arguments)
        if summed and any(_marks(item) for item in arguments):
            remedy = "Give it a variable of its own, and sum over that"
            raise Refusal("a macro called for each element of a sum", remedy)
        return self._call(self._macros[expression.function.removeprefix(_CALL)], arguments)

    def _call(self, macro: Macro, arguments: tuple[Expression, ...]) -> Reference:
        key = key_of(macro.name)
        if key in self._above:
            raise Refusal(f"the macro '{macro.name}', which needs itself", "Use a stock")
        if len(arguments) != len(macro.inputs):
            found = f"{macro.name} with {len(arguments)} arguments"
            raise Refusal(found, f"Give it {len(macro.inputs)}")
        number = self._counts[key] = self._counts.get(key, 0) + 1
        prefix = f"{self._host.name}>{macro.name}" + (f" {number}" if number > 1 else "")
        names = [
            prefix if key_of(item.name) == key else f"{prefix}>{item.name}"
            for item in macro.equations
        ]
        scope = self._inputs(macro, arguments, prefix)
        for name, equation in zip(names, macro.equations, strict=True):
            scope[key_of(equation.name)] = Reference(key_of(name), self._host.subscripts)
        for name, equation in zip(names, macro.equations, strict=True):
            made = self._equation(name, equation, macro, scope)
            self._made += _Inlining(self._macros, made, (*self._above, key)).run()
        return Reference(key_of(prefix), self._host.subscripts)

    def _inputs(
        self, macro: Macro, arguments: tuple[Expression, ...], prefix: str
    ) -> dict[str, Expression]:
        """Return what the inputs stand for: an expression gets a variable of its own."""
        scope: dict[str, Expression] = {}
        for name, argument in zip(macro.inputs, arguments, strict=True):
            scope[name] = argument
            if not isinstance(argument, Number | Reference):
                full = f"{prefix}>{name.replace('_', ' ')}"
                scope[name] = Reference(key_of(full), self._host.subscripts)
                self._made.append(
                    replace(self._host, name=full, expression=argument, unit="", macro=macro.name)
                )
        return scope

    def _equation(
        self, name: str, equation: Equation, macro: Macro, scope: Mapping[str, Expression]
    ) -> Equation:
        return replace(
            equation,
            name=name,
            subscripts=self._host.subscripts,
            exceptions=self._host.exceptions,
            expression=_substitute(equation.expression, scope),
            unit="",  # words of the macro, not of the model
            group=self._host.group,
            macro=macro.name,
        )


def _is_call(expression: Expression) -> bool:
    return isinstance(expression, Call) and expression.function.startswith(_CALL)


def _marks(expression: Expression) -> bool:
    references = (item for item in walk(expression) if isinstance(item, Reference))
    return any("!" in text for item in references for text in item.subscripts)


def _substitute(expression: Expression, scope: Mapping[str, Expression]) -> Expression:
    """Return an expression of a macro in the names of the model."""
    if isinstance(expression, Reference):
        if expression.name.endswith("$"):
            return Reference(expression.name.removesuffix("$"))
        return scope.get(expression.name, expression)
    if isinstance(expression, Call):
        arguments = tuple(_substitute(item, scope) for item in expression.arguments)
        return Call(expression.function, arguments)
    return expression
