"""What a model file says, before subscripts are flattened: a small tree per equation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

CONTROL_KEYS = ("initial_time", "final_time", "time_step", "saveper")

# Place of the argument that counts only at the start of a run.
INITIAL_ARGUMENT = {
    "integ": 1,
    "integ_non_negative": 1,
    "initial": 0,
    "active_initial": 1,
    "trend": 2,
    **dict.fromkeys(("smooth", "smooth_n", "delay", "delay_n", "delay_fixed"), 2),
    "sample_if_true": 2,
}

STOCKS = ("integ", "integ_non_negative")


@dataclass(frozen=True)
class Number:
    """A literal; ``integer`` tells that it was written without a decimal point."""

    value: float
    integer: bool = False


@dataclass(frozen=True)
class Array:
    """Literals of a subscripted constant, last subscript fastest."""

    values: tuple[float, ...]


@dataclass(frozen=True)
class Table:
    """Points of a lookup, ``x`` increasing.

    Attributes
    ----------
    x, y
        The points.
    kind
        ``clip`` (between points linear, outside flat), ``extrapolate`` (outside linear as between
        the two nearest points), ``backward`` (the last point at or below the argument) or
        ``forward`` (the first point at or above it).
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    kind: str = "clip"


@dataclass(frozen=True)
class Reference:
    """A variable by key, with subscripts as written (``stage!`` sums over ``stage``)."""

    name: str
    subscripts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Call:
    """A function or operator applied to arguments.

    Operators are functions too: ``+ - * / ^ neg``, ``< <= > >= = <>``, ``and or not``. Functions
    have the name of the model language in lower case with underscores. ``lookup`` has a reference
    to a table as first argument, ``with_lookup`` the table itself as second. ``macro name`` is a
    call of a macro; none is left in a parsed model.
    """

    function: str
    arguments: tuple[Expression, ...]


Expression = Number | Array | Table | Reference | Call


@dataclass(frozen=True)
class Range:
    """A subscript range.

    Attributes
    ----------
    name
        As written.
    elements
        Elements in order, nested ranges expanded.
    maps_to
        Keys of the ranges whose elements correspond one to one.
    line
        Line in the model file.
    listed
        Mappings with listed elements: the key of the other range, and for each element of this
        one the keys of the elements that correspond to it.
    """

    name: str
    elements: tuple[str, ...]
    maps_to: tuple[str, ...]
    line: int
    listed: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...] = ()


@dataclass(frozen=True)
class Equation:
    """One equation of the model file.

    Attributes
    ----------
    name
        As written, without subscripts.
    subscripts
        On the left side: ranges or elements.
    exceptions
        Subscript lists after ``:EXCEPT:``.
    expression
        Right side.
    unit, doc
        Second and third field.
    line
        Line of the left side, from 1.
    group
        Title of the group that the equation stands in.
    text
        The equation on one line.
    fixed
        Whether the file says that the constant must not be changed (``==``).
    macro
        Name of the macro that the equation is inlined from.
    """

    name: str
    subscripts: tuple[str, ...]
    exceptions: tuple[tuple[str, ...], ...]
    expression: Expression
    unit: str
    doc: str
    line: int
    group: str
    text: str
    fixed: bool = False
    macro: str = ""


@dataclass(frozen=True)
class ParsedModel:
    """A whole model file: its label for messages, ranges and equations in file order."""

    label: str
    ranges: tuple[Range, ...]
    equations: tuple[Equation, ...]


def key_of(name: str) -> str:
    """Return the form of a name that ignores case, quotes, spaces and underscores.

    Examples
    --------
    >>> key_of('"Mean  HAZ"') == key_of("mean_haz")
    True
    """
    return re.sub(r"[\s_]+", "_", name.strip().strip('"').strip().lower())


def walk(expression: Expression) -> Iterator[Expression]:
    """Yield an expression and everything inside it."""
    stack: list[Expression] = [expression]
    while stack:
        current = stack.pop()
        yield current
        if isinstance(current, Call):
            stack.extend(reversed(current.arguments))


def to_json(expression: Expression) -> object:
    """Return an expression as lists and numbers."""
    if isinstance(expression, Number):
        return int(expression.value) if expression.integer else expression.value
    if isinstance(expression, Array):
        return {"array": list(expression.values)}
    if isinstance(expression, Table):
        return {"table": [list(expression.x), list(expression.y), expression.kind]}
    if isinstance(expression, Reference):
        return {"ref": [expression.name, *expression.subscripts]}
    return [expression.function, *(to_json(argument) for argument in expression.arguments)]


def from_json(data: object) -> Expression:
    """Undo :func:`to_json`."""
    if isinstance(data, int | float):
        return Number(float(data), isinstance(data, int))
    if isinstance(data, list):
        return Call(data[0], tuple(from_json(item) for item in data[1:]))
    if not isinstance(data, dict):
        raise TypeError(f"expected a number, list or object, found {data!r}")
    if "array" in data:
        return Array(tuple(data["array"]))
    if "table" in data:
        x, y, kind = data["table"]
        return Table(tuple(x), tuple(y), kind)
    return Reference(data["ref"][0], tuple(data["ref"][1:]))


_INFIX = {"+", "-", "*", "/", "^", "<", "<=", ">", ">=", "=", "<>", "and", "or"}


def render(expression: Expression) -> str:
    """Return an expression in the words of the model language, for messages.

    Examples
    --------
    >>> render(Call("*", (Number(2.0), Call("+", (Reference("a"), Reference("b"))))))
    '2 * (a + b)'
    """
    if isinstance(expression, Number):
        return f"{expression.value:g}"
    if isinstance(expression, Array):
        return ",".join(f"{value:g}" for value in expression.values)
    if isinstance(expression, Table):
        return "(points)"
    if isinstance(expression, Reference):
        name = expression.name.replace("_", " ")
        return f"{name}[{','.join(expression.subscripts)}]" if expression.subscripts else name
    name, parts = expression.function, [render(item) for item in expression.arguments]
    if name in _INFIX:
        wrapped = [
            f"({text})" if isinstance(item, Call) and item.function in _INFIX else text
            for item, text in zip(expression.arguments, parts, strict=True)
        ]
        shown = f":{name.upper()}:" if name.isalpha() else name
        return f"{wrapped[0]} {shown} {wrapped[1]}"
    if name == "neg":
        return f"-{parts[0]}"
    if name == "lookup":
        return f"{parts[0]}({', '.join(parts[1:])})"
    return f"{name.replace('_', ' ').upper()}({', '.join(parts)})"
