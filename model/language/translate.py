"""Vensim text to our expressions, through PySD's parser: the only module that imports PySD.

Each entry is given to the parser alone, as text in memory. So a mistake is reported with its
line, all mistakes at once, and nothing is written beside the model. The parser evaluates parts
of the text as Python: :mod:`.cache` lets only trusted files come here.
"""

from __future__ import annotations

# PySD's structures have no types of use to a checker.
# ruff: noqa: ANN401
import difflib
import re
import warnings
from itertools import pairwise
from typing import Any

import numpy as np

from ..errors import ModelError, Problem
from .functions import function_names
from .source import Entry, split_entries
from .subscripts import VECTOR_FUNCTIONS
from .syntax import Array, Call, Equation, Expression, Number, ParsedModel, Range, Reference, Table
from .syntax import key_of as _key

_REMEDIES = {
    "random": "Use a constant and give it a distribution: draws are made outside the model",
    "get": "Write the numbers into the model as constants or a lookup",
    "data": "Write the series into the model as a lookup of Time",
    "macro": "Write the macro's equations out",
}
_DEFAULT_REMEDY = "Rewrite it with the supported functions, or correct the name"
_COMPARISONS = {"=", "<>", "<", "<=", ">", ">="}
_LIMITS = re.compile(r"\(\s*\[([^\]]*)\]\s*,")


class Refusal(Exception):
    """A construct that is not supported; becomes a problem at the line of its equation."""

    def __init__(self, what: str, remedy: str = "") -> None:
        family = next(
            (text for word, text in _REMEDIES.items() if what.lower().startswith(word)), ""
        )
        self.what = what
        self.remedy = remedy or family or _DEFAULT_REMEDY
        super().__init__(what)


def parse_model(text: str, label: str) -> ParsedModel:
    """Parse the text of a Vensim model.

    Parameters
    ----------
    text
        Whole text of the file.
    label
        Name of the file in messages.

    Raises
    ------
    ModelError
        With every entry that cannot be read or is not supported, each with its line.
    """
    ranges: list[Range] = []
    parsed: list[tuple[Entry, Any]] = []
    problems: list[tuple[int, Problem]] = []
    for entry in split_entries(text):
        try:
            component = _parse_entry(entry)
            if type(component).__name__ == "SubscriptRange":
                ranges.append(_range(component, entry, ranges))
            else:
                parsed.append((entry, component))
        except Refusal as refusal:
            problems.append((entry.line, _problem(label, entry, refusal)))
    names = {_key(component.name) for _, component in parsed}
    equations = []
    for entry, component in parsed:
        try:
            equations.append(_equation(entry, component, names))
        except Refusal as refusal:
            problems.append((entry.line, _problem(label, entry, refusal)))
    if not equations and not problems:
        remedy = "Give a Vensim model in text form (.mdl)"
        problems.append((0, Problem(label, "at least one equation", "none", remedy)))
    if problems:
        raise ModelError(problem for _, problem in sorted(problems, key=lambda item: item[0]))
    return ParsedModel(label, tuple(ranges), tuple(equations))


def _problem(label: str, entry: Entry, refusal: Refusal) -> Problem:
    where = f"{label}:{entry.line}"
    name = re.split(r"[=(\[:]", entry.equation, maxsplit=1)[0].strip()[:60]
    return Problem(where, "a supported equation", f"{refusal.what} in '{name}'", refusal.remedy)


def _parse_entry(entry: Entry) -> Any:
    """Return PySD's component of one entry, right side parsed."""
    from pysd.translators.vensim.vensim_element import Element

    if entry.equation.upper().startswith((":MACRO:", ":END OF MACRO:")):
        raise Refusal("macro definition")
    for limits in _LIMITS.findall(entry.equation):
        if not re.fullmatch(r"[-+0-9.eE(),\s]*", limits):
            raise Refusal("graph limits that are not numbers", "Write numbers, or no limits")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            component: Any = Element(entry.equation, "", "").parse()
            if hasattr(component, "parse"):
                component.parse()
    except RecursionError:
        raise Refusal(
            "an expression nested too deeply", "Split it over several variables"
        ) from None
    except Exception as error:  # the parser has no common exception class
        raise Refusal(f"text that cannot be parsed{_near(error)}", "Correct the syntax") from error
    return component


def _near(error: Exception) -> str:
    text, position = getattr(error, "text", None), getattr(error, "pos", None)
    if isinstance(text, str) and isinstance(position, int):
        rest = text[position : position + 40].strip()
        return f" near '{rest}'" if rest else " at its end"
    return f" ({str(error).strip().splitlines()[0][:80]})" if str(error).strip() else ""


def _range(component: Any, entry: Entry, earlier: list[Range]) -> Range:
    known = {_key(item.name): item for item in earlier}
    definition = component.definition
    if isinstance(definition, dict):
        raise Refusal("GET subscripts from a file")
    if ":" in entry.equation.split("->", 1)[-1] and "->" in entry.equation:
        remedy = "Map whole ranges of equal length: 'earlier: ... -> later'"
        raise Refusal("a mapping with listed elements", remedy)
    if isinstance(definition, str):
        if _key(definition) not in known:
            raise Refusal(f"a copy of the unknown range '{definition}'", "Define that range above")
        source = known[_key(definition)]
        return Range(component.name, source.elements, (_key(source.name),), entry.line)
    elements: list[str] = []
    for item in definition:
        nested = known.get(_key(item))
        elements.extend(nested.elements if nested else (item.strip().strip('"'),))
    mapping = tuple(_key(name) for name in component.mapping)
    return Range(component.name, tuple(elements), mapping, entry.line)


def _equation(entry: Entry, component: Any, names: set[str]) -> Equation:
    kind = type(component).__name__
    if kind not in {"Component", "UnchangeableConstant", "Lookup"}:
        words = {"Data": "data variable (:=)", "Constraint": "reality check (:THE CONDITION:)"}
        raise Refusal(words.get(kind, "test input (:TEST INPUT:)"))
    subscripts, exceptions = component.subscripts
    return Equation(
        name=component.name.strip().strip('"'),
        subscripts=tuple(subscripts),
        exceptions=tuple(tuple(group) for group in exceptions or ()),
        expression=_convert(component.ast, names),
        unit=re.sub(r"\[[^\]]*\]$", "", entry.unit).strip(),
        doc=entry.doc,
        line=entry.line,
        group=entry.group,
        text=entry.equation,
    )


def _convert(node: Any, names: set[str]) -> Expression:
    """Return our expression of one of PySD's abstract structures."""
    if isinstance(node, bool | str):
        raise Refusal(f"the text {node!r} as a value")
    if isinstance(node, int | float | np.number):
        if np.isnan(node):
            raise Refusal("the missing value :NA:", "Use a number and a switch")
        return Number(float(node), isinstance(node, int))
    if isinstance(node, np.ndarray):
        return Array(tuple(float(value) for value in node.ravel()))
    converter = _CONVERTERS.get(type(node).__name__)
    if converter is None:
        name = type(node).__name__.removesuffix("Structure")
        raise Refusal(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).upper())
    return converter(node, names)


def _arithmetic(node: Any, names: set[str]) -> Expression:
    operators = node.operators
    arguments = [_convert(argument, names) for argument in node.arguments]
    if operators == ["negative"]:
        return Call("neg", tuple(arguments))
    if operators[0] == "^":
        base = arguments[0]
        if len(operators) > 1 or (isinstance(base, Number) and base.value < 0):
            remedy = "Add parentheses or a helper variable: engines read it in different orders"
            raise Refusal("an ambiguous power such as a^b^c or -2^b", remedy)
    return _chain(operators, arguments)


def _chain(operators: list[str], arguments: list[Expression]) -> Expression:
    result = arguments[0]
    for operator, argument in zip(operators, arguments[1:], strict=True):
        result = Call(operator, (result, argument))
    return result


def _logic(node: Any, names: set[str]) -> Expression:
    arguments = [_convert(argument, names) for argument in node.arguments]
    operators = [operator.strip(":").lower() for operator in node.operators]
    if operators == ["not"]:
        return Call("not", tuple(arguments))
    if len(operators) > 1 and set(operators) & _COMPARISONS:
        raise Refusal("a chained comparison", "Join two comparisons with :AND:")
    return _chain(operators, arguments)


def _reference(node: Any, _names: set[str]) -> Reference:
    subscripts = node.subscripts.subscripts if node.subscripts else ()
    clean = (text.strip() for text in subscripts)
    return Reference(_key(node.reference), tuple(text for text in clean if text))


def _call(node: Any, names: set[str]) -> Expression:
    arguments = tuple(_convert(argument, names) for argument in node.arguments)
    name = _key(node.function.reference)
    if node.function.subscripts or name in names:
        return Call("lookup", (_reference(node.function, names), *arguments))
    if name not in _FUNCTIONS:
        raise Refusal(name.replace("_", " ").upper(), _remedy_of_function(name))
    return Call(name, arguments)


def _remedy_of_function(name: str) -> str:
    near = difflib.get_close_matches(name, _FUNCTIONS, 1, 0.85)
    shown = near[0].replace("_", " ").upper() if near else ""
    return f"Did you mean {shown}" if shown else ""


def _table(node: Any, _names: set[str] | None = None) -> Table:
    table = Table(tuple(map(float, node.x)), tuple(map(float, node.y)))
    if any(right <= left for left, right in pairwise(table.x)):
        raise Refusal("a lookup with equal x values", "Give each point its own x")
    return table


def _stateful(function: str, *fields: str) -> Any:
    def convert(node: Any, names: set[str]) -> Call:
        return Call(function, tuple(_convert(getattr(node, field), names) for field in fields))

    return convert


def _with_lookup(node: Any, names: set[str]) -> Call:
    return Call("with_lookup", (_convert(node.argument, names), _table(node.lookups)))


_FUNCTIONS = {*function_names(), *VECTOR_FUNCTIONS}
_DELAY = ("input", "delay_time", "initial", "order")
_SMOOTH = ("input", "smooth_time", "initial", "order")
_CONVERTERS = {
    "ArithmeticStructure": _arithmetic,
    "LogicStructure": _logic,
    "ReferenceStructure": _reference,
    "CallStructure": _call,
    "LookupsStructure": _table,
    "InlineLookupsStructure": _with_lookup,
    "GameStructure": lambda node, names: _convert(node.expression, names),
    "IntegStructure": _stateful("integ", "flow", "initial"),
    "InitialStructure": _stateful("initial", "initial"),
    "SmoothStructure": _stateful("smooth", *_SMOOTH),
    "SmoothNStructure": _stateful("smooth_n", *_SMOOTH),
    "DelayStructure": _stateful("delay", *_DELAY),
    "DelayNStructure": _stateful("delay_n", *_DELAY),
}
