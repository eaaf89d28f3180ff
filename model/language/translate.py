"""Vensim text to our expressions, through PySD's parser: the only module that imports PySD.

Each entry is given to the parser alone, as text in memory. So a mistake is reported with its
line, all mistakes at once, and nothing is written beside the model. The parser evaluates parts
of the text as Python: :mod:`.cache` lets only trusted files come here.
"""

from __future__ import annotations

# PySD's structures have no types of use to a checker.
# ruff: noqa: ANN401
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..errors import ModelError, Problem
from .convert import Names, convert
from .flatten import problems_beside
from .functions import BUILT_IN, RESERVED
from .macros import Expander, Macro
from .ranges import RangeReader, RawRange, without_mapping
from .refusals import Refusal
from .source import Entry, MacroText, cut_macros, split_entries
from .syntax import Array, Equation, Number, ParsedModel, Range, key_of

_LIMITS = re.compile(r"\(\s*\[([^\]]*)\]\s*,")
# A name, perhaps subscripts, and one number: most entries of a large model.
_CONSTANT = re.compile(
    r"(?P<name>[^\W\d][\w\s'$]*?)\s*(\[(?P<subscripts>[\w\s,]+)\])?\s*(?P<sign>==?)\s*"
    r"(?P<value>[-+]?(0|[1-9]\d*|\d+\.\d*([eE][-+]?\d+)?|\.\d+([eE][-+]?\d+)?))"
)
# What the parser leaves of a call such as m(input : output); logic such as :AND: is no output.
_OUTPUTS = re.compile(r" near '\([^():\"]*:(?!\s*[A-Z ]+:)")
_KINDS = {"Component", "UnchangeableConstant", "Lookup"}
_UNSUPPORTED = {"Data": "data variable (:=)", "Constraint": "reality check (:THE CONDITION:)"}


@dataclass(frozen=True)
class _Parsed:
    """One entry in the words of the parser, whose tree is ``ast``; a number needs no parser."""

    entry: Entry
    kind: str
    name: str
    subscripts: tuple[str, ...]
    exceptions: tuple[tuple[str, ...], ...]
    ast: Any


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
    return _Reader(label).read(text)


class _Reader:
    """Reads one file and collects what is wrong with it."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._problems: list[tuple[int, Problem]] = []
        self._broken: set[str] = set()
        self._structural = False

    def read(self, text: str) -> ParsedModel:
        main, macro_texts = cut_macros(text)
        macros = self._macros(macro_texts)
        self._structural = bool(self._problems)
        raw: list[RawRange] = []
        parsed = self._parse(split_entries(main), raw)
        ranges = self._ranges(raw)
        names = Names({key_of(item.name) for item in parsed}, macros)
        expander = Expander(macros)
        equations: list[Equation] = []
        for item in parsed:
            self._guarded(item.entry, partial(_append, equations, item, names, expander))
        if not equations and not self._problems:
            remedy = "Give a Vensim model in text form (.mdl)"
            problem = Problem(self._label, "at least one equation", "none", remedy)
            self._problems.append((0, problem))
        model = ParsedModel(self._label, tuple(ranges), tuple(equations))
        if self._problems:
            raise ModelError(dict.fromkeys(self._all_problems(model)))
        return model

    def _all_problems(self, model: ParsedModel) -> list[Problem]:
        """Return what is wrong, by line, with what is wrong beside what could not be read.

        Without a range or a macro too much of the rest would seem wrong.
        """
        beside = [] if self._structural else problems_beside(model, self._broken)
        lines = {problem: line for line, problem in reversed(self._problems)}
        for problem in beside:
            line = problem.where.rpartition(":")[2]
            lines.setdefault(problem, int(line) if line.isdigit() else 0)
        return sorted(lines, key=lambda problem: lines[problem])

    def _guarded(self, entry: Entry, action: Callable[[], object]) -> None:
        """Run an action; a refusal becomes a problem at the line of the entry."""
        try:
            action()
        except Refusal as refusal:
            where = f"{self._label}:{entry.line}"
            name = re.split(r"[=(\[:]", entry.equation, maxsplit=1)[0].strip()[:60]
            found = f"{refusal.what} in '{name}'" if name else refusal.what
            problem = Problem(where, "a supported equation", found, refusal.remedy)
            self._problems.append((entry.line, problem))
            self._broken.add(key_of(name.strip('"')))
            self._structural |= "=" not in entry.equation

    def _parse(self, entries: list[Entry], ranges: list[RawRange] | None) -> list[_Parsed]:
        parsed: list[_Parsed] = []

        def add(entry: Entry) -> None:
            item = _parse_entry(entry)
            if isinstance(item, _Parsed):
                parsed.append(item)
            elif ranges is None:
                raise Refusal("a subscript range inside a macro", "Define it outside")
            else:
                ranges.append(item)

        for entry in entries:
            self._guarded(entry, lambda entry=entry: add(entry))
        return parsed

    def _ranges(self, raw: list[RawRange]) -> list[Range]:
        ranges: list[Range] = []
        reader = RangeReader(raw)
        for item in raw:
            self._guarded(item.entry, lambda item=item: ranges.append(reader.read(item)))
        return ranges

    def _macros(self, texts: list[MacroText]) -> dict[str, Macro]:
        """Return the macros by key; each may call those above it."""
        macros: dict[str, Macro] = {}
        for text in texts:
            header = Entry(f"{text.name}(", "", "", text.line, "")
            self._guarded(header, lambda text=text: _check_header(text, macros))
            parsed = self._parse(split_entries(text.body), None)
            inputs = tuple(key_of(name) for name in text.inputs)
            local = {*inputs, *(key_of(item.name) for item in parsed)}
            names = Names(local, {*macros, key_of(text.name)})
            equations: list[Equation] = []
            for item in parsed:
                add = partial(_append, equations, item, names)
                self._guarded(item.entry, add)
            macro = Macro(text.name, inputs, tuple(equations), text.line)
            if len(equations) == len(parsed):
                self._guarded(header, macro.check)
            macros[key_of(text.name)] = macro
        return macros


def _check_header(text: MacroText, earlier: dict[str, Macro]) -> None:
    key = key_of(text.name)
    if text.outputs:
        raise Refusal("macro outputs after a colon", "Make a macro for each output")
    if key in RESERVED or key in BUILT_IN:
        raise Refusal("a macro with the name of a built-in function", "Give it another name")
    if key in earlier:
        raise Refusal("a second macro of this name", "Keep one")


def _parse_entry(entry: Entry) -> _Parsed | RawRange:
    """Return an entry with its right side parsed."""
    constant = _CONSTANT.fullmatch(entry.equation)
    if constant:
        value = constant["value"]
        number = int(value) if re.fullmatch(r"[-+]?\d+", value) else float(value)
        subscripts = tuple(item.strip() for item in (constant["subscripts"] or "").split(","))
        kind = "UnchangeableConstant" if constant["sign"] == "==" else "Component"
        return _Parsed(
            entry, kind, constant["name"], subscripts if any(subscripts) else (), (), number
        )
    component = _with_parser(entry)
    kind = type(component).__name__
    if kind == "SubscriptRange":
        if isinstance(component.definition, dict):
            raise Refusal("GET SUBSCRIPTS from a file", "List the elements in the model")
        return RawRange(component.name, component.definition, entry)
    if kind not in _KINDS:
        raise Refusal(_UNSUPPORTED.get(kind, "test input (:TEST INPUT:)"))
    subscripts, exceptions = component.subscripts
    groups = tuple(tuple(group) for group in exceptions or ())
    name = component.name.strip().strip('"')
    return _Parsed(entry, kind, name, tuple(subscripts), groups, component.ast)


def _with_parser(entry: Entry) -> Any:
    """Return PySD's component of one entry."""
    from pysd.translators.vensim.vensim_element import Element

    if entry.equation.upper().startswith((":MACRO:", ":END OF MACRO:")):
        raise Refusal("a macro definition that cannot be read", "Write it as Vensim does")
    for limits in _LIMITS.findall(entry.equation):
        if not re.fullmatch(r"[-+0-9.eE(),\s]*", limits):
            raise Refusal("graph limits that are not numbers", "Write numbers, or no limits")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            component: Any = Element(without_mapping(entry.equation), "", "").parse()
            if hasattr(component, "parse"):
                component.parse()
    except RecursionError:
        remedy = "Split it over several variables"
        raise Refusal("an expression nested too deeply", remedy) from None
    except Exception as error:  # the parser has no common exception class
        raise _failure(entry, error) from error
    return component


def _failure(entry: Entry, error: Exception) -> Refusal:
    """Return what the parser's exception means; it names no function with wrong arguments."""
    if "positional argument" in str(error):
        keys = re.findall(r"([\w ]+?)\s*\(", entry.equation)
        known = [key.strip().upper() for key in keys if key_of(key) in {*RESERVED, *BUILT_IN}]
        called = " or ".join(dict.fromkeys(known)) or "a function"
        return Refusal(f"the wrong number of arguments of {called}", "Correct the call")
    if "too many indices" in str(error):
        return Refusal("a lookup with one point", "Give it at least two")
    near = _near(error)
    if near == " at its end" and entry.equation.endswith("="):
        return Refusal("an empty right side", "Write the equation")
    if near == " at its end" and not re.search(r"[=(:]", entry.equation):
        return Refusal("data variable without an equation")
    if _OUTPUTS.match(near):
        return Refusal("macro outputs after a colon in a call", "Make a macro for each output")
    return Refusal(f"text that cannot be parsed{near}", "Correct the syntax")


def _near(error: Exception) -> str:
    text, position = getattr(error, "text", None), getattr(error, "pos", None)
    if isinstance(text, str) and isinstance(position, int):
        rest = text[position : position + 40].strip()
        return f" near '{rest}'" if rest else " at its end"
    return f" ({str(error).strip().splitlines()[0][:80]})" if str(error).strip() else ""


def _append(
    equations: list[Equation], parsed: _Parsed, names: Names, expander: Expander | None = None
) -> None:
    equation = _equation(parsed, names)
    equations += expander.expand(equation) if expander else [equation]


def _equation(parsed: _Parsed, names: Names) -> Equation:
    entry = parsed.entry
    key = key_of(parsed.name)
    if parsed.kind == "Lookup" and (key in RESERVED or key in BUILT_IN):
        raise Refusal("a lookup with the name of a built-in function", "Give it another name")
    expression = convert(parsed.ast, names)
    if isinstance(expression, Array) and parsed.exceptions:
        raise Refusal("a list of numbers with :EXCEPT:", "Give each element an equation")
    return Equation(
        name=parsed.name,
        subscripts=parsed.subscripts,
        exceptions=parsed.exceptions,
        expression=expression,
        unit=re.sub(r"\[[^\]]*\]$", "", entry.unit).strip(),
        doc=entry.doc,
        line=entry.line,
        group=entry.group,
        text=entry.equation,
        fixed=parsed.kind == "UnchangeableConstant" and isinstance(expression, Number | Array),
    )
