"""Abstract structures of PySD's parser to our expressions; PySD itself is not imported here."""

from __future__ import annotations

# PySD's structures have no types of use to a checker.
# ruff: noqa: ANN401
import difflib
import math
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from .functions import BUILT_IN, TABLE_KINDS
from .refusals import Refusal
from .syntax import Array, Call, Expression, Number, Reference, Table
from .syntax import key_of as _key

_COMPARISONS = {"=", "<>", "<", "<=", ">", ">="}
# A number with a sign before it and a power behind it, or a quoted name; not an exponent's sign.
_SIGNED_BASE = re.compile(
    r'"[^"]*"|(?P<sign>(?<!\d[eE])(?<!\.[eE])-[\s(]*)'
    r"(?P<number>(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?)(?=[\s)]*\^)"
)
# Stands for the function of such a number until it is converted.
_BASE = "tumbuh_signed_base"


@dataclass(frozen=True)
class Names:
    """What a call may refer to beside functions: keys of variables and of macros."""

    variables: Collection[str]
    macros: Collection[str] = ()


def with_marked_bases(text: str) -> str:
    """Return an equation whose signed numbers keep their sign apart where a power follows.

    Vensim reads ``-2^2`` as ``-(2^2)``. PySD's parser makes one number of ``-2`` first, so that
    its tree does not tell it from ``(-2)^2``; of a call it does not.
    """

    def marked(found: re.Match[str]) -> str:
        sign, number = found["sign"], found["number"]
        return found[0] if number is None else f"{sign}{_BASE}({number})"

    return _SIGNED_BASE.sub(marked, text)


def convert(node: Any, names: Names) -> Expression:
    """Return our expression of one of PySD's abstract structures.

    Raises
    ------
    Refusal
        If it holds something that is not supported.
    """
    if isinstance(node, bool | str):
        raise Refusal(f"the text {node!r} as a value", "Use a number")
    if isinstance(node, int | float):
        if math.isnan(node):
            raise Refusal("the missing value :NA:", "Use a number and a switch")
        return Number(float(node), isinstance(node, int))
    if hasattr(node, "ravel"):
        return Array(tuple(float(value) for value in node.ravel()))
    converter = _CONVERTERS.get(type(node).__name__)
    if converter is None:
        name = type(node).__name__.removesuffix("Structure")
        raise Refusal(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).upper())
    return converter(node, names)


def _arithmetic(node: Any, names: Names) -> Expression:
    operators = node.operators
    arguments = [convert(argument, names) for argument in node.arguments]
    if operators == ["negative"]:
        return Call("neg", tuple(arguments))
    if operators[0] == "^":
        return _powers(arguments)
    return _chain(operators, arguments)


def _powers(arguments: list[Expression]) -> Expression:
    """Join ``a^b^c`` from the right, as Vensim does."""
    result = arguments[-1]
    for base in reversed(arguments[:-1]):
        result = Call("^", (base, result))
    return result


def _chain(operators: list[str], arguments: list[Expression]) -> Expression:
    result = arguments[0]
    for operator, argument in zip(operators, arguments[1:], strict=True):
        result = Call(operator, (result, argument))
    return result


def _logic(node: Any, names: Names) -> Expression:
    arguments = [convert(argument, names) for argument in node.arguments]
    operators = [operator.strip(":").lower() for operator in node.operators]
    if operators == ["not"]:
        return Call("not", tuple(arguments))
    if len(operators) > 1 and set(operators) & _COMPARISONS:
        raise Refusal("a chained comparison", "Join two comparisons with :AND:")
    if {"and", "or"} <= set(operators):
        return _alternatives(operators, arguments)
    return _chain(operators, arguments)


def _alternatives(operators: list[str], arguments: list[Expression]) -> Expression:
    """Join ``a :OR: b :AND: c``, which PySD keeps flat: :AND: binds closer, as in Vensim."""
    groups = [[arguments[0]]]
    for operator, argument in zip(operators, arguments[1:], strict=True):
        if operator == "or":
            groups.append([])
        groups[-1].append(argument)
    joined = [_chain(["and"] * (len(group) - 1), group) for group in groups]
    return _chain(["or"] * (len(joined) - 1), joined)


def _reference(node: Any, _names: Names) -> Reference:
    subscripts = node.subscripts.subscripts if node.subscripts else ()
    clean = (text.strip() for text in subscripts)
    return Reference(_key(node.reference), tuple(text for text in clean if text))


def _call(node: Any, names: Names) -> Expression:
    name = _key(node.function.reference)
    arguments = tuple(convert(argument, names) for argument in node.arguments)
    if name == _BASE:
        return arguments[0]
    if name in names.macros:
        return Call(f"macro {name}", arguments)
    if node.function.subscripts or name in names.variables:
        return Call("lookup", (_reference(node.function, names), *arguments))
    if name not in BUILT_IN:
        raise Refusal(name.replace("_", " ").upper(), _remedy_of_function(name))
    if name in TABLE_KINDS and not (arguments and isinstance(arguments[0], Reference)):
        shown = name.replace("_", " ").upper()
        raise Refusal(f"{shown} of something else than a named lookup", "Name the lookup")
    return Call(name, arguments)


def _remedy_of_function(name: str) -> str:
    near = difflib.get_close_matches(name, BUILT_IN, 1, 0.85)
    shown = near[0].replace("_", " ").upper() if near else ""
    return f"Did you mean {shown}" if shown else ""


def _table(node: Any, _names: Names | None = None) -> Table:
    table = Table(tuple(map(float, node.x)), tuple(map(float, node.y)))
    if any(right <= left for left, right in pairwise(table.x)):
        raise Refusal("a lookup with equal x values", "Give each point its own x")
    return table


def _stateful(function: str, *fields: str) -> Callable[[Any, Names], Call]:
    def converted(node: Any, names: Names) -> Call:
        return Call(function, tuple(convert(getattr(node, field), names) for field in fields))

    return converted


def _stock(node: Any, names: Names) -> Call:
    if node.non_negative is not False:
        # PySD takes a third argument for a flag that Vensim does not have.
        raise Refusal("INTEG with 3 arguments", "Give the rate and the initial value")
    return Call("integ", (convert(node.flow, names), convert(node.initial, names)))


def _with_lookup(node: Any, names: Names) -> Call:
    return Call("with_lookup", (convert(node.argument, names), _table(node.lookups)))


_DELAY = ("input", "delay_time", "initial", "order")
_SMOOTH = ("input", "smooth_time", "initial", "order")
_CONVERTERS: dict[str, Callable[[Any, Names], Expression]] = {
    "ArithmeticStructure": _arithmetic,
    "LogicStructure": _logic,
    "ReferenceStructure": _reference,
    "CallStructure": _call,
    "LookupsStructure": _table,
    "InlineLookupsStructure": _with_lookup,
    "GameStructure": lambda node, names: convert(node.expression, names),
    "IntegStructure": _stock,
    "InitialStructure": _stateful("initial", "initial"),
    "SmoothStructure": _stateful("smooth", *_SMOOTH),
    "SmoothNStructure": _stateful("smooth_n", *_SMOOTH),
    "DelayStructure": _stateful("delay", *_DELAY),
    "DelayNStructure": _stateful("delay_n", *_DELAY),
    "DelayFixedStructure": _stateful("delay_fixed", *_DELAY[:3]),
    "SampleIfTrueStructure": _stateful("sample_if_true", "condition", "input", "initial"),
    "TrendStructure": _stateful("trend", "input", "average_time", "initial_trend"),
    "ForecastStructure": _stateful("forecast", "input", "average_time", "horizon", "initial_trend"),
}
