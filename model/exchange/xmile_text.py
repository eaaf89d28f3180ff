"""Expressions of the model language as XMILE text."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from ..language.definitions import Definitions
from ..language.subscripts import VECTOR_FUNCTIONS, Environment
from ..language.syntax import Call, Expression, Number, Reference, key_of
from ..language.xmile_expression import WORDS
from .xmile_words import COMPOSED, DELAYS

_LEVELS = {
    "or": 10,
    "and": 20,
    "=": 30,
    "<>": 30,
    **dict.fromkeys(("<", "<=", ">", ">="), 40),
    "+": 50,
    "-": 50,
    "*": 60,
    "/": 60,
}
_SIGN, _POWER, _ATOM = 70, 80, 100
_BUILT_IN = {
    "time": "TIME",
    "time_step": "DT",
    "initial_time": "STARTTIME",
    "final_time": "STOPTIME",
}
_FUNCTIONS = {
    **{name: name.upper() for name in ("min", "max", "abs", "exp", "ln", "sqrt", "sin", "cos")},
    **{name: name.upper() for name in ("tan", "arcsin", "arccos", "arctan", "step")},
    "initial": "INIT",
    "pi": "PI",
}
_JOINED = {"sum": " + ", "prod": "*"}
_NESTED = {"vmin": "MIN", "vmax": "MAX"}


class Inexpressible(Exception):
    """Something that XMILE has no words for; the writer adds where.

    Parameters
    ----------
    found, remedy
        For the problem.
    """

    def __init__(self, found: str, remedy: str) -> None:
        self.found, self.remedy = found, remedy
        super().__init__(found)


def identifier(name: str) -> str:
    """Return a name as it stands in an equation.

    Examples
    --------
    >>> identifier("mean HAZ"), identifier("births & deaths")
    ('mean_HAZ', '"births_&_deaths"')
    """
    joined = re.sub(r"\s+", "_", name.strip())
    if re.fullmatch(r"[^\W\d]\w*", joined) and joined.lower() not in WORDS:
        return joined
    escaped = joined.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def number(value: float) -> str:
    """Return the shortest text that reads back as the same number."""
    if not math.isfinite(value):
        raise Inexpressible(f"the number {value}", "Write a finite number")
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


class Printer:
    """Prints expressions.

    Parameters
    ----------
    definitions
        The scalars of the model.
    names
        Names of the variables as shown, by key.
    axes
        Keys of the dimensions of each variable.
    """

    def __init__(
        self,
        definitions: Definitions,
        names: Mapping[str, str],
        axes: Mapping[str, tuple[str, ...]],
    ) -> None:
        self._subscripts = definitions.subscripts
        self._dimensions = {key_of(item.name): item.name for item in definitions.model.ranges}
        self._names, self._axes = names, axes

    def text(self, expression: Expression, environment: Environment | None) -> str:
        """Return the text of an expression.

        Parameters
        ----------
        expression
            Without stocks and tables, which are no expressions in XMILE.
        environment
            What the ranges stand for in the equation of one element; absent in an equation that
            holds for all elements, where dimensions stay by name.

        Raises
        ------
        Inexpressible
            If XMILE has no words for a part of it.
        """
        return self._print(expression, environment)[0]

    def symbolic(self, expression: Expression, left: tuple[str, ...]) -> bool:
        """Whether the equation reads the same for all elements of the dimensions on its left."""
        if isinstance(expression, Reference):
            axes = self._axes.get(expression.name, ())
            return all(
                text.endswith("!")
                or key_of(text) in self._subscripts.display
                or (key_of(text) in left and key_of(text) == axis)
                for text, axis in zip(expression.subscripts, axes, strict=False)
            )
        if not isinstance(expression, Call):
            return True
        if expression.function in VECTOR_FUNCTIONS and not self._whole(expression.arguments[0]):
            # It is written out element by element, which needs elements on the left.
            return not _ranges_used(expression, self._dimensions)
        return all(self.symbolic(item, left) for item in expression.arguments)

    # -- one kind of expression after the other -------------------------------------------------

    def _print(self, expression: Expression, env: Environment | None) -> tuple[str, int]:
        if isinstance(expression, Number):
            text = number(expression.value)
            return text, _SIGN if text.startswith("-") else _ATOM
        if isinstance(expression, Reference):
            return self._reference(expression, env), _ATOM
        if not isinstance(expression, Call):
            raise Inexpressible("points or a list inside an expression", "Make it a variable")
        name, arguments = expression.function, expression.arguments
        if name == "limited":  # the stock is written as non-negative, which says the same
            return self._print(arguments[0], env)
        if name in _LEVELS:
            return self._infix(name, arguments, env), _LEVELS[name]
        if name in VECTOR_FUNCTIONS:
            return self._vector(expression, env)
        if name in ("neg", "not"):
            sign = "-" if name == "neg" else "NOT "
            return sign + self._wrapped(arguments[0], _POWER, env), _SIGN
        if name in ("^", "power"):
            base, exponent = (self._wrapped(item, _ATOM, env) for item in arguments)
            return f"{base}^{exponent}", _POWER
        if name in COMPOSED:
            parts = [self._wrapped(item, _ATOM, env) for item in arguments]
            return f"({COMPOSED[name](*parts)})", _ATOM
        return self._call(name, arguments, env), _ATOM

    def _infix(self, name: str, arguments: tuple[Expression, ...], env: Environment | None) -> str:
        level = _LEVELS[name]
        left = self._wrapped(arguments[0], level, env)
        right = self._wrapped(arguments[1], level + 1, env)
        gap = "" if name in "*/" else " "
        return f"{left}{gap}{name.upper()}{gap}{right}"

    def _wrapped(self, expression: Expression, least: int, env: Environment | None) -> str:
        text, level = self._print(expression, env)
        return text if level >= least else f"({text})"

    def _call(self, name: str, arguments: tuple[Expression, ...], env: Environment | None) -> str:
        if name in DELAYS:
            return self._delay(name, arguments, env)
        if name == "lookup":
            table, argument = arguments
            return f"LOOKUP({self.text(table, env)}, {self.text(argument, env)})"
        parts = [self.text(item, env) for item in arguments]
        if name in _FUNCTIONS:
            return f"{_FUNCTIONS[name]}({', '.join(parts)})" if parts else _FUNCTIONS[name]
        shown = name.replace("_", " ").upper()
        raise Inexpressible(f"the function {shown}", "Rewrite it with functions that XMILE has")

    def _delay(self, name: str, arguments: tuple[Expression, ...], env: Environment | None) -> str:
        source, time, initial = arguments[:3]
        parts = [self.text(source, env), self.text(time, env)]
        base, shortcuts = DELAYS[name]
        order = arguments[3] if len(arguments) > 3 else None
        if order is not None:
            known = isinstance(order, Number) and order.value in shortcuts
            base += f"{order.value:g}" if known and isinstance(order, Number) else "N"
            parts += [] if known else [self.text(order, env)]
        if initial != source:
            parts.append(self.text(initial, env))
        return f"{base}({', '.join(parts)})"

    def _reference(self, reference: Reference, env: Environment | None) -> str:
        if reference.name in _BUILT_IN and not reference.subscripts:
            return _BUILT_IN[reference.name]
        if reference.name == "saveper":
            raise Inexpressible("SAVEPER in an equation", "Use a constant")
        name = identifier(self._names.get(reference.name, reference.name))
        if not reference.subscripts:
            return name
        shown = [self._subscript(text, env) for text in reference.subscripts]
        return f"{name}[{', '.join(shown)}]"

    def _subscript(self, text: str, env: Environment | None) -> str:
        if env is None:
            if text.endswith("!"):
                return "*"
            key = key_of(text)
            return identifier(self._dimensions.get(key) or self._subscripts.display[key])
        (element,) = self._subscripts.resolve([text], env)
        return identifier(self._subscripts.display[element])

    # -- functions over ranges ------------------------------------------------------------------

    def _whole(self, argument: Expression) -> bool:
        """Whether a function runs over one array along the whole of its dimensions."""
        if not isinstance(argument, Reference):
            return False
        axes = self._axes.get(argument.name, ())
        marks = [text for text in argument.subscripts if text.endswith("!")]
        return len(axes) == len(argument.subscripts) and all(
            key_of(text[:-1]) == axis
            for text, axis in zip(argument.subscripts, axes, strict=True)
            if text in marks
        )

    def _vector(self, call: Call, env: Environment | None) -> tuple[str, int]:
        name, argument = call.function, call.arguments[0]
        if isinstance(argument, Reference) and self._whole(argument):
            shown = [
                "*" if t.endswith("!") else self._subscript(t, env) for t in argument.subscripts
            ]
            array = (
                f"{identifier(self._names.get(argument.name, argument.name))}[{', '.join(shown)}]"
            )
            return f"{_NESTED.get(name, name.upper())}({array})", _ATOM
        chosen = self._subscripts.summed_environments(argument, env or {})
        if name in _JOINED:
            level = _LEVELS["+"] if name == "sum" else _LEVELS["*"]
            terms = [self._wrapped(argument, level + 1, item) for item in chosen]
            return f"({_JOINED[name].join(terms)})", _ATOM
        result = self.text(argument, chosen[0])
        for item in chosen[1:]:
            result = f"{_NESTED[name]}({result}, {self.text(argument, item)})"
        return result, _ATOM


def _ranges_used(expression: Expression, dimensions: Mapping[str, str]) -> bool:
    if isinstance(expression, Reference):
        return any(key_of(text) in dimensions for text in expression.subscripts)
    if isinstance(expression, Call):
        return any(_ranges_used(item, dimensions) for item in expression.arguments)
    return False
