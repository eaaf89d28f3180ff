"""XMILE 1.0 from a program, for Stella and other tools.

Every variable keeps its name, unit, doc and sector. What XMILE cannot say is refused by name;
docs/xmile.md lists what is rewritten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from ..errors import ModelError, Problem
from ..language.definitions import Definition, Definitions
from ..language.ir import Program
from ..language.syntax import (
    CONTROL_KEYS,
    STOCKS,
    Array,
    Call,
    Equation,
    Expression,
    Number,
    ParsedModel,
    Table,
    key_of,
)
from ..language.xmile_gf import KINDS
from .xmile_rewrite import Flows, Rewritten, rewrite
from .xmile_text import Inexpressible, Printer, number
from .xmile_words import RESERVED


@dataclass(frozen=True)
class Part:
    """The equation of one element, or of all: its text and its points, if any."""

    elements: tuple[str, ...]
    text: str
    table: Table | None


@dataclass(frozen=True)
class Written:
    """One variable of the XMILE file.

    Attributes
    ----------
    kind
        ``stock``, ``flow`` or ``aux``.
    axes
        Names of its dimensions.
    parts
        One part without elements for all, or one part for each element.
    flows
        Of a stock.
    non_negative
        Whether the stock stops at zero.
    """

    name: str
    kind: str
    unit: str
    doc: str
    group: str
    axes: tuple[str, ...]
    parts: tuple[Part, ...]
    flows: Flows | None
    non_negative: bool


@dataclass(frozen=True)
class Sheet:
    """What an XMILE file holds: run settings, dimensions and variables, in file order."""

    label: str
    controls: dict[str, float]
    time_unit: str
    dimensions: dict[str, tuple[str, ...]]
    variables: tuple[Written, ...]


def make_sheet(program: Program) -> Sheet:
    """Return a program in the terms of XMILE.

    Parameters
    ----------
    program
        A model with its equations.

    Raises
    ------
    ModelError
        With everything that XMILE has no words for, each with its line.
    """
    model = ParsedModel(program.label, program.ranges, program.equations)
    return _Writer(rewrite(model)).run()


class _Writer:
    def __init__(self, rewritten: Rewritten) -> None:
        self.model, self.flows = rewritten.model, rewritten.flows
        self.definitions = Definitions(self.model)
        self.ranges = {
            key_of(item.name): tuple(map(key_of, item.elements)) for item in self.model.ranges
        }
        self.problems: list[Problem] = []
        self.equations: dict[str, list[Equation]] = {}
        for equation in self.model.equations:
            self.equations.setdefault(key_of(equation.name), []).append(equation)
        self.scalars: dict[str, dict[tuple[str, ...], Definition]] = {}
        for (key, elements), definition in self.definitions.table.items():
            self.scalars.setdefault(key, {})[elements] = definition
        self.axes: dict[str, tuple[str, ...]] = {}
        names = {key: items[0].name for key, items in self.equations.items()}
        self.printer = Printer(self.definitions, names, self.axes)
        self.carried = {
            name for flows in self.flows.values() for name in (*flows.inflows, *flows.outflows)
        }

    def run(self) -> Sheet:
        self.definitions.raise_problems()
        for key, equations in self.equations.items():
            self._guarded(equations[0], lambda key=key: self._find_axes(key))
        self._raise()
        variables: list[Written] = []
        for key, equations in self.equations.items():
            if key not in CONTROL_KEYS:
                self._guarded(equations[0], lambda key=key: variables.append(self._variable(key)))
        self._raise()
        used = dict.fromkeys(name for item in variables for name in item.axes)
        dimensions = {item.name: item.elements for item in self.model.ranges if item.name in used}
        control = {key: self._control(key) for key in CONTROL_KEYS}
        unit = self.equations["time_step"][0].unit
        return Sheet(self.model.label, control, unit, dimensions, tuple(variables))

    def _guarded(self, equation: Equation, action: Callable[[], None]) -> None:
        try:
            action()
        except Inexpressible as error:
            where = f"{self.model.label}:{equation.line}"
            found = f"{error.found} in '{equation.name}'"
            self.problems.append(Problem(where, "what XMILE has words for", found, error.remedy))

    def _raise(self) -> None:
        if self.problems:
            raise ModelError(dict.fromkeys(self.problems))

    def _control(self, key: str) -> float:
        for equation in self.equations.get(key, ()):
            if isinstance(equation.expression, Number):
                return equation.expression.value
        return self._control("time_step")

    # -- dimensions -------------------------------------------------------------------------------

    def _find_axes(self, key: str) -> None:
        """Choose the dimensions of a variable: ranges that its elements fill completely."""
        if key in RESERVED:
            raise Inexpressible("a name that is a function of XMILE", "Rename the variable")
        combinations = list(self.scalars[key])
        lists = [dict.fromkeys(items) for items in zip(*combinations, strict=True)]
        wanted = [self._range_of(key, place, tuple(items)) for place, items in enumerate(lists)]
        full = set(product(*(self.ranges[axis] for axis in wanted)))
        for missing in sorted(full - set(combinations)):
            shown = self.definitions.display(self.equations[key][0].name, missing)
            raise Inexpressible(f"no equation of '{shown}'", "Give every element an equation")
        self.axes[key] = tuple(wanted)

    def _range_of(self, key: str, place: int, elements: tuple[str, ...]) -> str:
        written = [key_of(item.subscripts[place]) for item in self.equations[key]]
        candidates = [name for name in (*written, *self.ranges) if name in self.ranges]
        # A range that has more elements is taken last: the rest would have no equation.
        exact = [name for name in candidates if set(self.ranges[name]) == set(elements)]
        larger = [name for name in candidates if set(self.ranges[name]) > set(elements)]
        for name in (*exact, *larger):
            return name
        remedy = "Define a range with exactly these elements"
        raise Inexpressible(f"elements {', '.join(elements)} that are no range", remedy)

    # -- variables --------------------------------------------------------------------------------

    def _variable(self, key: str) -> Written:
        equations = self.equations[key]
        first = equations[0]
        stock = isinstance(first.expression, Call) and first.expression.function in STOCKS
        kind = "stock" if stock else "flow" if key in self.carried else "aux"
        names = {key_of(item.name): item.name for item in self.model.ranges}
        docs = dict.fromkeys(equation.doc for equation in equations if equation.doc)
        bounded = isinstance(first.expression, Call) and first.expression.function == STOCKS[1]
        return Written(
            name=first.name,
            kind=kind,
            unit=next((item.unit for item in equations if item.unit), ""),
            doc="\n".join(docs),
            group=first.group,
            axes=tuple(names[axis] for axis in self.axes[key]),
            parts=self._parts(key),
            flows=self.flows.get(key) if stock else None,
            non_negative=bounded,
        )

    def _parts(self, key: str) -> tuple[Part, ...]:
        equations, axes = self.equations[key], self.axes[key]
        first = equations[0]
        left = tuple(map(key_of, first.subscripts))
        value = _value(first.expression)
        whole = len(equations) == 1 and left == axes and not first.exceptions
        if whole and not isinstance(value, Array) and self._same_for_all(value, left):
            return (self._part((), value, None),)
        return tuple(self._element_parts(key))

    def _same_for_all(self, value: Expression | Table, left: tuple[str, ...]) -> bool:
        if isinstance(value, Call) and value.function == "with_lookup":
            value = value.arguments[0]
        return isinstance(value, Table) or self.printer.symbolic(value, left)

    def _element_parts(self, key: str) -> Iterator[Part]:
        display = self.definitions.subscripts.display
        for scalar in product(*(self.ranges[axis] for axis in self.axes[key])):
            definition = self.scalars[key][scalar]
            value = _value(definition.equation.expression)
            if isinstance(value, Array):
                value = Number(value.values[definition.position])
            shown = tuple(display[element] for element in scalar)
            yield self._part(shown, value, definition)

    def _part(
        self, elements: tuple[str, ...], value: Expression, definition: Definition | None
    ) -> Part:
        environment = definition.environment if definition else None
        if isinstance(value, Table):
            return Part(elements, "", _expressible(value))
        if isinstance(value, Array):
            return Part(elements, number(value.values[0]), None)
        table = None
        if isinstance(value, Call) and value.function == "with_lookup":
            value, points = value.arguments
            table = _expressible(points) if isinstance(points, Table) else None
        return Part(elements, self.printer.text(value, environment), table)


def _expressible(table: Table) -> Table:
    if table.kind not in KINDS.values():
        found = f"a lookup that reads {table.kind}"
        raise Inexpressible(found, "Write the points so that it can be read another way")
    return table


def _value(expression: Expression) -> Expression:
    """Return what stands in ``<eqn>``: of a stock, the value at the start."""
    if isinstance(expression, Call) and expression.function in STOCKS:
        return expression.arguments[1]
    return expression
