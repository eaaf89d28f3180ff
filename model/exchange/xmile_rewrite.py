"""A model in the form that XMILE wants: stocks with named flows, INIT of variables only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..language.syntax import (
    CONTROL_KEYS,
    STOCKS,
    Array,
    Call,
    Equation,
    Expression,
    Number,
    ParsedModel,
    Reference,
    Table,
    key_of,
)


@dataclass(frozen=True)
class Flows:
    """Keys of the flows of a stock, in the order of its equation."""

    inflows: tuple[str, ...]
    outflows: tuple[str, ...]


@dataclass(frozen=True)
class Rewritten:
    """A model with helper variables, and the flows of each stock by key."""

    model: ParsedModel
    flows: dict[str, Flows]


def rewrite(model: ParsedModel) -> Rewritten:
    """Return the model with what XMILE cannot say inside an equation made a variable.

    Parameters
    ----------
    model
        Ranges and equations.
    """
    return _Rewriter(model).run()


class _Rewriter:
    def __init__(self, model: ParsedModel) -> None:
        self.model = model
        self.names = {key_of(equation.name) for equation in model.equations}
        self.levels = {
            key_of(equation.name)
            for equation in model.equations
            if isinstance(equation.expression, Number | Array | Table) or is_stock(equation)
        }
        self.units = {key_of(equation.name): equation.unit for equation in model.equations}
        self.used: set[tuple[str, str]] = set()
        self._helpers: dict[tuple[str, str, int], str] = {}

    def run(self) -> Rewritten:
        moved = [item for equation in self.model.equations for item in self._lift(equation)]
        flows: dict[str, Flows] = {}
        result: list[Equation] = []
        for equation in moved:
            key = key_of(equation.name)
            if is_stock(equation) and key not in flows:
                own = [item for item in moved if key_of(item.name) == key]
                flows[key], helpers = self._flows(own)
                result.extend(helpers)
            result.append(equation)
        return Rewritten(replace(self.model, equations=tuple(result)), flows)

    # -- flows ------------------------------------------------------------------------------------

    def _flows(self, equations: list[Equation]) -> tuple[Flows, list[Equation]]:
        """Return the flows of a stock, and the net flows that had to be made."""
        found = {self._named_flows(equation) for equation in equations}
        first = found.pop()
        if not found and first is not None and self._free(first):
            self.used |= {("in", name) for name in first.inflows}
            self.used |= {("out", name) for name in first.outflows}
            return first, []
        name = self._new_name(f"{equations[0].name} net flow")
        helpers = [
            replace(
                equation,
                name=name,
                expression=_rate(equation),
                unit=f"{equation.unit}/{self.units.get('time_step', '')}".rstrip("/"),
                doc=f"net flow of {equation.name}, whose rate is no sum of named flows",
                text="",
            )
            for equation in equations
        ]
        return Flows((key_of(name),), ()), helpers

    def _named_flows(self, equation: Equation) -> Flows | None:
        """Return the flows if the rate is a sum of them, each once, with the stock's subscripts."""
        left = tuple(map(key_of, equation.subscripts))
        inflows, outflows = [], []
        for sign, term in _terms(_rate(equation), 1):
            if isinstance(term, Number) and term.value == 0.0:
                continue
            if not isinstance(term, Reference) or term.name in (*CONTROL_KEYS, "time"):
                return None
            if term.name in self.levels or tuple(map(key_of, term.subscripts)) != left:
                return None
            (inflows if sign > 0 else outflows).append(term.name)
        names = [*inflows, *outflows]
        if len(set(names)) != len(names):
            return None
        return Flows(tuple(inflows), tuple(outflows))

    def _free(self, flows: Flows) -> bool:
        """Whether no other stock has these flows on the same side."""
        sides = [("in", name) for name in flows.inflows] + [("out", n) for n in flows.outflows]
        return self.used.isdisjoint(sides)

    # -- parts that need a variable of their own --------------------------------------------------

    def _lift(self, equation: Equation) -> Iterator[Equation]:
        helpers: list[Equation] = []
        expression = equation.expression
        if is_stock(equation) and isinstance(expression, Call):
            parts = tuple(self._inside(item, equation, helpers) for item in expression.arguments)
            changed: Expression = Call(expression.function, parts)
        elif isinstance(expression, Call) and expression.function == "with_lookup":
            argument = self._inside(expression.arguments[0], equation, helpers)
            changed = Call("with_lookup", (argument, expression.arguments[1]))
        else:
            changed = self._inside(expression, equation, helpers)
        yield from helpers
        yield replace(equation, expression=changed)

    def _inside(
        self, expression: Expression, equation: Equation, helpers: list[Equation]
    ) -> Expression:
        if not isinstance(expression, Call):
            return expression
        arguments = tuple(self._inside(item, equation, helpers) for item in expression.arguments)
        call = Call(expression.function, arguments)
        if call.function == "initial" and not isinstance(arguments[0], Reference):
            helper = self._helper(arguments[0], equation, "before INIT", helpers)
            return Call("initial", (helper,))
        if call.function == "with_lookup":
            return self._helper(call, equation, "curve", helpers)
        return call

    def _helper(
        self, expression: Expression, equation: Equation, suffix: str, helpers: list[Equation]
    ) -> Reference:
        # The equations of one array share their helper, which is an array too.
        place = (key_of(equation.name), suffix, len(helpers))
        name = self._helpers.get(place) or self._new_name(f"{equation.name} {suffix}")
        self._helpers[place] = name
        doc = f"part of {equation.name} that needs a variable of its own in XMILE"
        unit = equation.unit if expression == _initial(equation) else self._unit(expression)
        helpers.append(
            replace(equation, name=name, expression=expression, unit=unit, doc=doc, text="")
        )
        return Reference(key_of(name), equation.subscripts)

    def _unit(self, expression: Expression) -> str:
        """Return the unit of a sum by its first term, where that is a variable."""
        _, term = next(_terms(expression, 1))
        return self.units.get(term.name, "") if isinstance(term, Reference) else ""

    def _new_name(self, wanted: str) -> str:
        name, number = wanted, 2
        while key_of(name) in self.names:
            name, number = f"{wanted} {number}", number + 1
        self.names.add(key_of(name))
        return name


def is_stock(equation: Equation) -> bool:
    """Whether an equation is that of a stock."""
    return isinstance(equation.expression, Call) and equation.expression.function in STOCKS


def _rate(equation: Equation) -> Expression:
    expression = equation.expression
    if isinstance(expression, Call) and expression.function in STOCKS:
        return expression.arguments[0]
    return Number(0.0)


def _initial(equation: Equation) -> Expression | None:
    """Return what an equation that is nothing but INITIAL freezes."""
    expression = equation.expression
    if isinstance(expression, Call) and expression.function == "initial":
        return expression.arguments[0]
    return None


def _terms(expression: Expression, sign: int) -> Iterator[tuple[int, Expression]]:
    if isinstance(expression, Call) and expression.function in ("+", "-"):
        left, right = expression.arguments
        yield from _terms(left, sign)
        yield from _terms(right, sign if expression.function == "+" else -sign)
    elif isinstance(expression, Call) and expression.function == "neg":
        yield from _terms(expression.arguments[0], -sign)
    else:
        yield sign, expression
