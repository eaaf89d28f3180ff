"""The variables of an XMILE model: stocks, flows, auxiliaries and graphical functions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import product

from .syntax import (
    CONTROL_KEYS,
    Call,
    Equation,
    Expression,
    Number,
    Range,
    Reference,
    Table,
    key_of,
)
from .xmile_arrays import Scope, shown
from .xmile_expression import ExpressionError, parse_expression, unescape
from .xmile_functions import translate
from .xmile_gf import read_curve
from .xmile_limits import Bounded, limit_outflows
from .xmile_sections import bounded, groups_of
from .xmile_tree import Element

_KINDS = ("stock", "flow", "aux", "gf")
# Children of a variable that say something other than what is drawn.
_KNOWN = {
    *("eqn", "mathml", "inflow", "outflow", "non_negative", "gf", "dimensions", "element"),
    *("doc", "units", "format", "range", "scale", "event_poster", "label_side"),
    *("xscale", "yscale", "xpts", "ypts", "display"),
}
Guard = Callable[[Element, Callable[[], None]], None]


class Variables:
    """Turns the ``<variables>`` of a model into equations.

    Parameters
    ----------
    root
        The document, for what holds for all models.
    model
        The model.
    ranges
        Dimensions by key.
    """

    def __init__(self, root: Element, model: Element, ranges: Mapping[str, Range]) -> None:
        folder = model.first("variables")
        # Files from before the standard have no folder.
        inside = folder.children if folder else [c for c in model.children if c.tag in _KINDS]
        self._elements = [item for item in inside if item.tag in _KINDS and not item.vendor]
        self._strange = [
            item
            for item in inside
            if item.tag not in (*_KINDS, "group", "module", "doc") and not item.vendor
        ]
        self._ranges = ranges
        self._groups = groups_of(model)
        self._bounded = bounded(root) | bounded(model)
        self._equations: list[Equation] = []
        self._scopes: list[Scope] = []
        self._stocks: list[Bounded] = []
        stocks = [item for item in self._elements if item.tag == "stock"]
        self._drains = Counter(
            key_of(unescape(flow.text)) for stock in stocks for flow in stock.all("outflow")
        )
        self._axes: dict[str, tuple[str, ...]] = {}
        self._curves: dict[str, Table] = {}
        self._scope = Scope(ranges, self._axes, self._curves)

    def equations(self, guarded: Guard) -> list[Equation]:
        """Return the equations in file order.

        Parameters
        ----------
        guarded
            Runs an action and reports what it cannot read.
        """
        for element in self._strange:
            guarded(element, lambda element=element: _unknown(element))
        for element in self._elements:
            guarded(element, lambda element=element: self._declare(element))
        for element in self._elements:
            # Some tools write the run settings as variables too: those of sim_specs hold.
            if key_of(unescape(element.attributes.get("name", ""))) not in CONTROL_KEYS:
                guarded(element, lambda element=element: self._read(element))
        return limit_outflows(self._equations, self._scopes, self._stocks)

    def control(self, key: str) -> tuple[Element, str] | None:
        """Return a run setting that is written as a variable, and its text."""
        for element in self._elements:
            if key_of(unescape(element.attributes.get("name", ""))) == key:
                return element, element.text_of("eqn")
        return None

    def _declare(self, element: Element) -> None:
        key = key_of(_name(element))
        if key in self._axes:
            raise ExpressionError("a second definition", "Remove one, or rename it")
        if key == "time":
            raise ExpressionError("a variable with the name of the clock", "Rename it")
        dims = element.first("dimensions")
        axes = (
            [key_of(unescape(d.attributes.get("name", ""))) for d in dims.all("dim")]
            if dims
            else []
        )
        self._axes[key] = tuple(axes)
        for axis in axes:
            if axis not in self._ranges:
                raise ExpressionError(f"the unknown dimension '{axis}'", "Define it")
        gf = element if element.tag == "gf" else element.first("gf")
        if gf is not None:
            self._curves[key] = read_curve(gf)

    def _read(self, element: Element) -> None:
        for child in element.children:
            if child.tag not in _KNOWN and not child.vendor:
                _unknown(child)
        axes = self._axes.get(key_of(_name(element)), ())
        names = tuple(self._ranges[axis].name for axis in axes if axis in self._ranges)
        if len(names) != len(axes):
            return
        parts = list(element.all("element"))
        if not parts:
            self._add(element, element, axes, names)
        for part in parts:
            self._add(element, part, axes, self._elements_of(part, axes))
        if parts:
            self._require_all(element, parts, axes)
        if element.tag == "stock" and self._non_negative(element):
            self._stocks.append(self._bounded_stock(element, axes))

    def _elements_of(self, part: Element, axes: tuple[str, ...]) -> tuple[str, ...]:
        texts = [unescape(text) for text in part.attributes.get("subscript", "").split(",")]
        if len(texts) != len(axes):
            raise ExpressionError(f"an element '{','.join(texts)}'", f"Give {len(axes)} subscripts")
        named = zip(texts, axes, strict=True)
        return tuple(self._scope.element_of(text.strip(), axis) for text, axis in named)

    def _require_all(self, element: Element, parts: list[Element], axes: tuple[str, ...]) -> None:
        wanted = product(*(self._ranges[axis].elements for axis in axes))
        given = {tuple(map(key_of, self._elements_of(part, axes))) for part in parts}
        for combination in wanted:
            if tuple(map(key_of, combination)) not in given:
                found = f"no equation of the element '{','.join(combination)}'"
                raise ExpressionError(found, "Give every element an equation")

    def _add(
        self, element: Element, part: Element, axes: tuple[str, ...], shown: tuple[str, ...]
    ) -> None:
        scope = self._scope.within(axes, shown, key_of(_name(element)))
        expression = self._expression(element, part, scope)
        self._scopes.append(scope)
        name = _name(element)
        text = " ".join(_equation_of(element, part).split()) or "graphical function"
        left = f"{name}[{','.join(shown)}]" if shown else name
        self._equations.append(
            Equation(
                name=name,
                subscripts=shown,
                exceptions=(),
                expression=expression,
                unit=_clean(element.text_of("units")),
                doc=_clean(part.text_of("doc") or element.text_of("doc")),
                line=part.line,
                group=self._groups.get(key_of(name), ""),
                text=f"{left}= {text}",
            )
        )

    def _expression(self, element: Element, part: Element, scope: Scope) -> Expression:
        text = _equation_of(element, part)
        gf = part if part.tag == "gf" else part.first("gf") or element.first("gf")
        if not text and gf is None:
            raise ExpressionError("no equation", "Give it an <eqn>")
        if not text and gf is not None:
            return read_curve(gf)
        value = translate(parse_expression(text), scope)
        if element.tag == "stock":
            return self._stock(element, value, scope)
        if gf is not None:
            value = Call("with_lookup", (value, read_curve(gf)))
        if element.tag == "flow" and self._non_negative(element):
            value = Call("max", (Number(0.0), value))
        return value

    def _stock(self, element: Element, initial: Expression, scope: Scope) -> Expression:
        rate: Expression | None = None
        for tag, sign in (("inflow", "+"), ("outflow", "-")):
            for flow in element.all(tag):
                term = translate(Reference(key_of(unescape(flow.text))), scope)
                if rate is None:
                    rate = term if sign == "+" else Call("neg", (term,))
                else:
                    rate = Call(sign, (rate, term))
        name = "integ_non_negative" if self._non_negative(element) else "integ"
        return Call(name, (rate or Number(0.0), initial))

    def _bounded_stock(self, element: Element, axes: tuple[str, ...]) -> Bounded:
        inflows, outflows = (
            tuple(key_of(unescape(flow.text)) for flow in element.all(tag))
            for tag in ("inflow", "outflow")
        )
        for outflow in outflows:
            if self._axes.get(outflow) != axes:
                found = f"the outflow '{shown(outflow)}', whose dimensions are not its own,"
                remedy = "Give both the same dimensions, or let the stock go below zero"
                raise ExpressionError(found, remedy)
            if self._drains[outflow] > 1:
                found = f"the outflow '{shown(outflow)}', which another stock has too,"
                raise ExpressionError(found, "Make a flow for each stock")
        return Bounded(key_of(_name(element)), inflows, outflows)

    def _non_negative(self, element: Element) -> bool:
        own = element.first("non_negative")
        if own is not None:
            return own.text.strip().lower() != "false"
        return element.tag in self._bounded


def _name(element: Element) -> str:
    name = unescape(element.attributes.get("name", "")).strip()
    if not name:
        raise ExpressionError(f"a <{element.tag}> without a name", "Give it a name")
    # Spaces and underscores are the same; a space is what a reader expects.
    return re.sub(r"[\s_]+", " ", name)


def _equation_of(element: Element, part: Element) -> str:
    """Return the equation of an element of an array: its own, or that of the whole."""
    return part.text_of("eqn") or element.text_of("eqn")


def _clean(text: str) -> str:
    return " ".join(text.split())


def _unknown(element: Element) -> None:
    raise ExpressionError(f"the element <{element.tag}>", "Remove it, or see docs/xmile.md")
