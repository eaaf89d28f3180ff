"""XMILE functions in the words of the model language; the rest is refused by name."""

from __future__ import annotations

import math

from .syntax import Array, Call, Expression, Number, Reference, Table, key_of, walk
from .xmile_arrays import REDUCERS, Scope, shown
from .xmile_composed import COMPOSED
from .xmile_expression import ExpressionError, inside_module

_DRAWS = "Use a constant and give it a distribution: draws are made outside the model"
_OTHER = "Rewrite it with the supported functions of docs/xmile.md"
_RANDOM = {
    *("random", "normal", "lognormal", "poisson", "exprnd", "uniform", "beta", "binomial"),
    *("gamma", "geometric", "invnorm", "logistic", "montecarlo", "negbinomial", "pareto"),
    *("triangular", "weibull", "normalcum", "expdist"),
}
_REMEDIES = {
    **dict.fromkeys(_RANDOM, _DRAWS),
    "nan": "Write a number and a switch",
    "self": "Use a stock or PREVIOUS of a named variable",
    "isuninit": "Write the condition out",
}
NAMED: dict[str, Expression] = {
    "time": Reference("time"),
    "dt": Reference("time_step"),
    "starttime": Reference("initial_time"),
    "stoptime": Reference("final_time"),
    "pi": Number(math.pi),
    "inf": Number(math.inf),
}
SAME = {
    **{name: name for name in ("abs", "exp", "ln", "sqrt", "sin", "cos", "tan")},
    **{name: name for name in ("arcsin", "arccos", "arctan", "step")},
    "init": "initial",
    "trunc": "integer",
}
_OPERATORS = {"+", "-", "*", "/", "^", "<", "<=", ">", ">=", "=", "<>", "and", "or", "not", "neg"}


def translate(expression: Expression, scope: Scope, reduced: bool = False) -> Expression:
    """Return an XMILE expression in our words.

    Parameters
    ----------
    expression
        As parsed.
    scope
        What its names mean.
    reduced
        Whether it stands inside a function that runs over arrays.

    Raises
    ------
    ExpressionError
        For a function that is not supported, by name.
    """
    if isinstance(expression, Number | Array | Table):
        return expression
    if isinstance(expression, Reference):
        return _reference(expression, scope, reduced)
    name, raw = expression.function, expression.arguments
    if name == "." and isinstance(raw[0], Reference):
        return _dotted(raw[0].name, scope)
    if name == "previous":
        raw = _own(raw, scope)
    if name == "nan" and raw:
        raise ExpressionError("an equation that was not finished in Stella", "Write the equation")
    if name in ("sum", "mean", "min", "max") and len(raw) > 1 and not reduced:
        return _several(name, raw, scope)
    if name in REDUCERS and len(raw) == 1:
        return _reduce(name, raw[0], scope)
    if name == "size":
        return Number(float(math.prod(_sizes(raw, scope))))
    if name == "lookup" or name in scope.curves or name in scope.axes:
        return _lookup(name, raw, scope, reduced)
    return _call(name, tuple(translate(item, scope, reduced) for item in raw))


def _call(name: str, arguments: tuple[Expression, ...]) -> Expression:
    if name == "neg" and isinstance(arguments[0], Number):
        return Number(-arguments[0].value)
    if name in _OPERATORS or name == "if_then_else":
        return Call(name, arguments)
    if name in ("min", "max"):
        return _chain(name, arguments)
    if name in NAMED and not arguments:
        return NAMED[name]
    if name in SAME:
        _expect(name, arguments, 2 if name == "step" else 1)
        return Call(SAME[name], arguments)
    if name not in COMPOSED:
        raise ExpressionError(f"the function {name.upper()}", _REMEDIES.get(name, _OTHER))
    counts, compose = COMPOSED[name]
    _expect(name, arguments, *counts)
    return compose(*arguments)


def _expect(name: str, arguments: tuple[Expression, ...], *counts: int) -> None:
    if len(arguments) not in counts:
        wanted = " or ".join(str(count) for count in counts)
        found = f"{name.upper()} with {len(arguments)} arguments"
        raise ExpressionError(found, f"Give {wanted}")


def _reference(reference: Reference, scope: Scope, reduced: bool) -> Expression:
    name = reference.name
    if name not in scope.axes and not reference.subscripts:
        if name in NAMED:
            return NAMED[name]
        if name in _REMEDIES:
            raise ExpressionError(f"the function {name.upper()}", _REMEDIES[name])
    if name not in scope.axes and name in scope.left and not reference.subscripts:
        return _index(name, scope)
    if name not in scope.axes:
        found = f"'{shown(name)}', which nothing defines"
        raise ExpressionError(found, "Define it or correct its spelling")
    return scope.resolve(reference, reduced)


def _dotted(name: str, scope: Scope) -> Expression:
    """Return the position of ``dimension.element``; any other dotted name is a module's."""
    dimension, _, element = name.partition(".")
    found = scope.ranges.get(key_of(dimension))
    elements = [key_of(item) for item in found.elements] if found else []
    if key_of(element) in elements:
        return Number(float(elements.index(key_of(element)) + 1))
    raise inside_module(name)


def _index(name: str, scope: Scope) -> Expression:
    """Return the position, in its dimension, of the element on the left side."""
    elements = [key_of(item) for item in scope.ranges[name].elements]
    element = key_of(scope.left[name])
    if element in elements:
        return Number(float(elements.index(element) + 1))
    found = f"the dimension '{shown(name)}' as a number in one equation for all elements"
    raise ExpressionError(found, "Give each element an <element>")


def _reduce(name: str, argument: Expression, scope: Scope) -> Expression:
    inner = translate(argument, scope, reduced=True)
    if name == "mean":
        count = Number(float(math.prod(_sizes((argument,), scope))))
        return Call("/", (Call("sum", (inner,)), count))
    return Call({"min": "vmin", "max": "vmax"}.get(name, name), (inner,))


def _own(raw: tuple[Expression, ...], scope: Scope) -> tuple[Expression, ...]:
    """Return the arguments of PREVIOUS, with the variable's own name for SELF."""
    if not raw or raw[0] != Reference("self") or not scope.own or "self" in scope.axes:
        return raw
    return (Reference(scope.own), *raw[1:])


def _several(name: str, raw: tuple[Expression, ...], scope: Scope) -> Expression:
    """Return a reducer of several arguments: over all elements of arrays and all scalars."""
    arrays = [_runs(item, scope) for item in raw]
    inner = "sum" if name == "mean" else name
    terms = [
        _reduce(inner, item, scope) if array else translate(item, scope)
        for item, array in zip(raw, arrays, strict=True)
    ]
    total = terms[0]
    for term in terms[1:]:
        total = Call("+" if inner == "sum" else name, (total, term))
    if name != "mean":
        return total
    counts = (
        math.prod(_sizes((item,), scope)) if array else 1
        for item, array in zip(raw, arrays, strict=True)
    )
    return Call("/", (total, Number(float(sum(counts)))))


def _runs(item: Expression, scope: Scope) -> bool:
    """Whether an argument is an array: the element of the left side is none, nor is a sum."""
    if isinstance(item, Call):
        inside = item.function in REDUCERS or item.function == "size"
        return not inside and any(_runs(part, scope) for part in item.arguments)
    if not isinstance(item, Reference):
        return False
    if item.subscripts:
        return "*" in item.subscripts
    return any(axis not in scope.left for axis in scope.axes.get(item.name, ()))


def _sizes(arguments: tuple[Expression, ...], scope: Scope) -> list[int]:
    """Return the lengths of the dimensions that a function of arrays runs over."""
    _expect("size", arguments, 1)
    named = arguments[0]
    if isinstance(named, Reference) and named.name not in scope.axes and named.name in scope.ranges:
        return [len(scope.ranges[named.name].elements)]
    marks = {
        mark
        for item in walk(translate(named, scope, reduced=True))
        if isinstance(item, Reference)
        for mark in item.subscripts
        if mark.endswith("!")
    }
    if not marks:
        raise ExpressionError("SIZE or MEAN without an array", "Give an array or a dimension")
    return [len(scope.ranges[mark[:-1]].elements) for mark in marks]


def _lookup(name: str, raw: tuple[Expression, ...], scope: Scope, reduced: bool) -> Expression:
    """Return a graphical function applied: ``LOOKUP(table, x)``, ``table(x)``."""
    table = Reference(name) if name != "lookup" else raw[0] if raw else None
    rest = raw if name != "lookup" else raw[1:]
    if isinstance(table, Call) and table.function == ".":
        translate(table, scope)
    if isinstance(table, Reference) and table.subscripts:
        found = f"the table '{shown(table.name)}' with dimensions"
        raise ExpressionError(found, "Give each element a table of its own name")
    if not isinstance(table, Reference) or len(rest) != 1:
        raise ExpressionError("LOOKUP without a table and one argument", "Write LOOKUP(table, x)")
    argument = translate(rest[0], scope, reduced)
    if table.name in scope.curves:
        return Call("with_lookup", (argument, scope.curves[table.name]))
    if table.name not in scope.axes:
        found = f"the table '{shown(table.name)}', which nothing defines"
        raise ExpressionError(found, "Define it or correct its spelling")
    return Call("lookup", (scope.resolve(table, reduced), argument))


def _chain(name: str, arguments: tuple[Expression, ...]) -> Expression:
    if len(arguments) < 2:
        raise ExpressionError(f"{name.upper()} without arguments", "Give two or an array")
    result = arguments[0]
    for argument in arguments[1:]:
        result = Call(name, (result, argument))
    return result
