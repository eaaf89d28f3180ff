"""Units of every equation, checked by walking its right side: the only module that imports pint.

The rules are strict. Each unit word is a dimension of its own: a year is not twelve months
unless a constant of unit ``month/year`` says so. A literal number is dimensionless, except that
a bare 0 fits any unit. A constant, and what a lookup returns, has the unit that it declares.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

import pint
from pint.facets.plain import PlainUnit

from ..errors import Problem
from .functions import TABLE_KINDS
from .ir import Program
from .syntax import Array, Call, Equation, Expression, Number, Reference, Table, key_of, render

_DIMENSIONLESS = {"dmnl", "dimensionless", "1", "fraction", "share"}
_ALIASES = {"months": "month", "years": "year", "persons": "person", "people": "person"}
_ALIASES |= {"children": "child", "units": "unit", "days": "day", "meetings": "meeting"}
_WORD = re.compile(r"[^\W\d]\w*")

# A unit, or nothing where any unit fits (a bare zero, or an error that is already reported).
_Unit = PlainUnit | None


def check_units(program: Program) -> list[Problem]:
    """Return every mismatch of units, with the line and the equation.

    Parameters
    ----------
    program
        A model with its equations.
    """
    return _Checker(program).run()


class UnitReader:
    """Reads unit texts; each word becomes a dimension when it is first seen."""

    def __init__(self) -> None:
        # None asks for an empty registry: the stub knows only file names.
        self._registry: pint.UnitRegistry[float] = pint.UnitRegistry(None)  # pyright: ignore
        self._words: set[str] = set()
        self.dimensionless = self._registry.Unit("")

    def read(self, text: str) -> PlainUnit:
        """Return the unit of a text such as ``child/(person*month)``.

        Raises
        ------
        ValueError
            If the text is no product of powers of words.
        """
        plain = _WORD.sub(lambda match: self._word(match.group()), text.strip())
        if plain.strip() in ("", "1"):
            return self.dimensionless
        if not re.fullmatch(r"[\w\s*/^().+-]*", plain):
            raise ValueError(f"'{text}'")
        try:
            return self._registry.parse_units(plain.replace("^", "**"))
        except Exception as error:  # pint raises what its tokenizer raises
            raise ValueError(f"'{text}'") from error

    def _word(self, word: str) -> str:
        word = _ALIASES.get(word.lower(), word)
        if word.lower() in _DIMENSIONLESS:
            return "1"
        if word not in self._words:
            self._words.add(word)
            self._registry.define(f"{word} = [{word}]")
        return word


class _Checker:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.reader = UnitReader()
        self.problems: list[Problem] = []
        self.declared: dict[str, _Unit] = {}
        self.here: Equation = program.equations[0]
        self.time: _Unit = None
        self.sizes = {key_of(item.name): len(item.elements) for item in program.ranges}

    def run(self) -> list[Problem]:
        for equation in self.program.equations:
            self.here = equation
            unit = self._declared(equation)
            key = key_of(equation.name)
            if self.declared.get(key) is None:
                self.declared[key] = unit
            elif unit is not None and unit != self.declared[key]:
                self._report("one unit for the whole variable", f"also {_show(unit)}")
        self.time = self.declared.get("time_step")
        self.declared.setdefault("time", self.time)
        for equation in self.program.equations:
            self.here = equation
            self._check_equation(equation)
        self._check_words()
        return self.problems

    def _declared(self, equation: Equation) -> _Unit:
        if not equation.unit:
            return None
        try:
            return self.reader.read(equation.unit)
        except ValueError as error:
            self._report("a unit such as person/month", f"the unit {error}")
            return None

    def _check_words(self) -> None:
        """Report a word that one equation alone uses: most likely a slip of the pen."""
        uses = Counter(
            word
            for equation in self.program.equations
            for word in set(_WORD.findall(equation.unit))
        )
        for equation in self.program.equations:
            for word in _WORD.findall(equation.unit):
                if uses[word] == 1 and word.lower() not in _DIMENSIONLESS | set(_ALIASES):
                    self.here = equation
                    self._report("unit words that other equations use", f"'{word}' only here")

    def _check_equation(self, equation: Equation) -> None:
        expression = equation.expression
        if isinstance(expression, Number | Array | Table):
            return
        declared = self.declared.get(key_of(equation.name))
        found = self._unit(expression)
        if declared is not None and found is not None and found != declared:
            self._report(f"the declared unit {_show(declared)}", f"{_show(found)} on the right")

    def _report(self, expected: str, found: str) -> None:
        equation = self.here
        text = equation.text if len(equation.text) <= 160 else equation.text[:157] + "..."
        where = f"{self.program.label}:{equation.line}"
        remedy = "Correct the equation or a unit"
        self.problems.append(Problem(where, expected, f"{found} in `{text}`", remedy))

    # -- the unit of an expression --------------------------------------------------------------

    def _unit(self, expression: Expression) -> _Unit:
        if isinstance(expression, Number):
            return None if expression.value == 0 else self.reader.dimensionless
        if isinstance(expression, Reference):
            return self.declared.get(expression.name)
        if not isinstance(expression, Call):
            return None
        rule = _RULES.get(expression.function)
        if rule is not None:
            return rule(self, expression.arguments)
        return self._plain(expression)

    def _plain(self, call: Call) -> _Unit:
        """Return the unit of a function that takes and gives dimensionless numbers."""
        for argument in call.arguments:
            self._expect(argument, self.reader.dimensionless, f"{call.function.upper()} of")
        return self.reader.dimensionless

    def _expect(self, argument: Expression, wanted: _Unit, role: str) -> None:
        found = self._unit(argument)
        if wanted is not None and found is not None and found != wanted:
            self._report(f"{role} {_show(wanted)}", f"{_show(found)} of ({render(argument)})")

    def _same(self, arguments: Sequence[Expression], role: str) -> _Unit:
        """Return the common unit of the arguments; report those that differ from the first."""
        common: _Unit = None
        first: Expression | None = None
        for argument in arguments:
            found = self._unit(argument)
            if found is None:
                continue
            if common is None:
                common, first = found, argument
            elif found != common and first is not None:
                left = f"{_show(common)} of ({render(first)})"
                right = f"{_show(found)} of ({render(argument)})"
                self._report(f"equal units in {role}", f"{left} and {right}")
                return None
        return common

    def _sum(self, arguments: tuple[Expression, ...]) -> _Unit:
        return self._same(arguments, "a sum")

    def _extremum(self, arguments: tuple[Expression, ...]) -> _Unit:
        return self._same(arguments, "MIN or MAX")

    def _compare(self, arguments: tuple[Expression, ...]) -> _Unit:
        self._same(arguments, "a comparison")
        return self.reader.dimensionless

    def _product(self, arguments: tuple[Expression, ...]) -> _Unit:
        left, right = (self._unit(argument) for argument in arguments)
        return None if left is None or right is None else left * right

    def _quotient(self, arguments: tuple[Expression, ...]) -> _Unit:
        left, right = (self._unit(argument) for argument in arguments[:2])
        return None if left is None or right is None else left / right

    def _first(self, arguments: tuple[Expression, ...]) -> _Unit:
        return self._unit(arguments[0])

    def _power(self, arguments: tuple[Expression, ...]) -> _Unit:
        base, exponent = arguments
        self._expect(exponent, self.reader.dimensionless, "an exponent of unit")
        unit = self._unit(base)
        if unit is None or unit == self.reader.dimensionless:
            return unit
        if isinstance(exponent, Number):
            return unit**exponent.value
        self._report("a dimensionless base of a power that varies", _show(unit))
        return None

    def _root(self, arguments: tuple[Expression, ...]) -> _Unit:
        unit = self._unit(arguments[0])
        return None if unit is None else unit**0.5

    def _choice(self, arguments: tuple[Expression, ...]) -> _Unit:
        self._unit(arguments[0])
        return self._same(arguments[1:], "the two branches")

    def _integral(self, arguments: tuple[Expression, ...]) -> _Unit:
        stock = self.declared.get(key_of(self.here.name))
        self._expect(arguments[1], stock, "an initial value of unit")
        flow = self._unit(arguments[0])
        return None if flow is None or self.time is None else flow * self.time

    def _delayed(self, arguments: tuple[Expression, ...]) -> _Unit:
        self._expect(arguments[1], self.time, "a delay of unit")
        return self._same((arguments[0], arguments[2]), "the input and the initial value")

    def _sampled(self, arguments: tuple[Expression, ...]) -> _Unit:
        self._unit(arguments[0])
        return self._same(arguments[1:], "the input and the initial value")

    def _trend(self, arguments: tuple[Expression, ...]) -> _Unit:
        self._unit(arguments[0])
        self._expect(arguments[1], self.time, "an average over a time of unit")
        trend = None if self.time is None else self.reader.dimensionless / self.time
        self._expect(arguments[2], trend, "an initial trend of unit")
        return trend

    def _forecast(self, arguments: tuple[Expression, ...]) -> _Unit:
        for argument in arguments[1:3]:
            self._expect(argument, self.time, "a time of unit")
        return self._unit(arguments[0])

    def _present_value(self, arguments: tuple[Expression, ...]) -> _Unit:
        stream, plain = self._unit(arguments[0]), self.reader.dimensionless
        rate = None if self.time is None else plain / self.time
        value = None if stream is None or self.time is None else stream * self.time
        self._expect(arguments[1], rate, "a discount rate of unit")
        self._expect(arguments[2], value, "an initial value of unit")
        self._expect(arguments[3], plain, "a factor of unit")
        return value

    def _started(self, arguments: tuple[Expression, ...]) -> _Unit:
        return self._same(arguments, "the equation and its value at the start")

    def _count(self, _arguments: tuple[Expression, ...]) -> _Unit:
        return self.reader.dimensionless

    def _step(self, arguments: tuple[Expression, ...]) -> _Unit:
        self._expect(arguments[1], self.time, "a time of unit")
        return self._unit(arguments[0])

    def _ramp(self, arguments: tuple[Expression, ...]) -> _Unit:
        for argument in arguments[1:]:
            self._expect(argument, self.time, "a time of unit")
        slope = self._unit(arguments[0])
        return None if slope is None or self.time is None else slope * self.time

    def _pulse(self, arguments: tuple[Expression, ...]) -> _Unit:
        for argument in arguments:
            self._expect(argument, self.time, "a time of unit")
        return self.reader.dimensionless

    def _guarded_quotient(self, arguments: tuple[Expression, ...]) -> _Unit:
        unit = self._quotient(arguments)
        for argument in arguments[2:]:
            self._expect(argument, unit, "a replacement of unit")
        return unit

    def _table_of(self, arguments: tuple[Expression, ...]) -> _Unit:
        self._unit(arguments[1])
        return self._unit(arguments[0])

    def _inline_table(self, arguments: tuple[Expression, ...]) -> _Unit:
        self._unit(arguments[0])
        return None

    def _vector_product(self, arguments: tuple[Expression, ...]) -> _Unit:
        unit = self._unit(arguments[0])
        if unit is not None and unit != self.reader.dimensionless:
            self._report("dimensionless factors of PROD", _show(unit))
            return None
        return unit


_Rule = Callable[[_Checker, tuple[Expression, ...]], _Unit]
_RULES: dict[str, _Rule] = {
    "+": _Checker._sum,
    "-": _Checker._sum,
    "*": _Checker._product,
    "/": _Checker._quotient,
    "^": _Checker._power,
    "power": _Checker._power,
    "sqrt": _Checker._root,
    **dict.fromkeys(("neg", "abs", "integer", "sum", "vmin", "vmax", "initial"), _Checker._first),
    "prod": _Checker._vector_product,
    **dict.fromkeys(("min", "max", "limited", "modulo", "quantum"), _Checker._extremum),
    **dict.fromkeys(("<", "<=", ">", ">=", "=", "<>"), _Checker._compare),
    "if_then_else": _Checker._choice,
    "integ": _Checker._integral,
    "integ_non_negative": _Checker._integral,
    **dict.fromkeys(("smooth", "smooth_n", "delay", "delay_n", "delay_fixed"), _Checker._delayed),
    "sample_if_true": _Checker._sampled,
    "trend": _Checker._trend,
    "forecast": _Checker._forecast,
    "active_initial": _Checker._started,
    "npv": _Checker._present_value,
    "elmcount": _Checker._count,
    "step": _Checker._step,
    "ramp": _Checker._ramp,
    **dict.fromkeys(("pulse", "pulse_train"), _Checker._pulse),
    **dict.fromkeys(("zidz", "xidz"), _Checker._guarded_quotient),
    **dict.fromkeys(TABLE_KINDS, _Checker._table_of),
    "with_lookup": _Checker._inline_table,
}


def _show(unit: PlainUnit) -> str:
    text = str(unit).replace(" ", "")
    return "dmnl" if text in ("", "dimensionless") else text
