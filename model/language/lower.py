"""Expressions to nodes: references, functions, sums and lookups; :mod:`.memory` does the states."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from .definitions import Definition, Definitions, Refused, Scalar
from .functions import IMMEDIATE, TABLE_KINDS, VECTOR_FUNCTIONS, lower_call
from .ir import Builder
from .memory import Memory
from .present_value import net_present_value
from .subscripts import Environment
from .syntax import CONTROL_KEYS, Array, Call, Expression, Number, Reference, Table


class Lowering:
    """Lowers the scalars of a model, in their order.

    A scalar has one node while running. At the start of a run it has another where ACTIVE
    INITIAL is involved; everywhere else both are the same node.

    Parameters
    ----------
    definitions
        The scalars.

    Attributes
    ----------
    build
        Holds the nodes.
    nodes
        Node of each scalar while running; lookups have none.
    memory
        States, rings and guards.
    constants
        Names and values.
    here
        The scalar that is being lowered.
    sampled
        States whose sample is being lowered: there, the variable itself means its last value.
    """

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.build = Builder()
        self.nodes: dict[Scalar, int] = {}
        self.constants: dict[str, float] = {}
        self.memory = Memory(self)
        self.here: Definition = next(iter(definitions.table.values()))
        self.sampled: list[int] = []
        self._starts = self.nodes
        self._starting = False

    def run(self, order: list[Scalar], starting_order: list[Scalar] | None = None) -> None:
        """Lower every scalar, then what states need, which may be any scalar.

        Parameters
        ----------
        order
            Scalars while running, needs first.
        starting_order
            The same at the start of a run, if that differs.
        """
        # Once something is refused the nodes are of no use, but the rest is looked at all the same.
        self._lower_all(order)
        if starting_order is not None:
            self._starts = {}
            with self._at(starting=True):
                self._lower_all(starting_order)
        self.memory.complete()
        self.definitions.raise_problems()

    def _lower_all(self, order: list[Scalar]) -> None:
        for scalar in order:
            self.here = self.definitions.table[scalar]
            equation = self.here.equation
            self.definitions.guarded(equation, lambda scalar=scalar: self._lower_scalar(scalar))

    @contextmanager
    def _at(self, starting: bool) -> Iterator[None]:
        before, self._starting = self._starting, starting
        try:
            yield
        finally:
            self._starting = before

    @property
    def _known(self) -> dict[Scalar, int]:
        return self._starts if self._starting else self.nodes

    def _lower_scalar(self, scalar: Scalar) -> None:
        expression = self.here.equation.expression
        if isinstance(expression, Table):
            return
        if not isinstance(expression, Number | Array):
            node = self.build.real(self.lower(expression, self.here.environment))
        elif self._starting:
            node = self.nodes.get(scalar, self.build.number(1.0))
        else:
            single = isinstance(expression, Number)
            value = expression.value if single else expression.values[self.here.position]
            node = self._constant(scalar[0], value)
        self._known[scalar] = node

    def _constant(self, key: str, value: float) -> int:
        if self.here.equation.fixed and key not in CONTROL_KEYS:
            return self.build.number(value)
        self.constants[self.here.name] = value
        return self.build.leaf("constant", float(len(self.constants) - 1))

    # -- expressions ----------------------------------------------------------------------------

    def start(self, expression: Expression, environment: Environment) -> int:
        """Return the node of an expression as a number at the start of a run."""
        with self._at(starting=True):
            return self.build.real(self.lower(expression, environment))

    def running(self, expression: Expression, environment: Environment) -> int:
        """Return the node of an expression as a number while running."""
        with self._at(starting=False):
            return self.build.real(self.lower(expression, environment))

    def lower(self, expression: Expression, environment: Environment) -> int:
        """Return the node of an expression, now or at the start, whichever is being lowered."""
        if isinstance(expression, Number):
            return self.build.number(expression.value)
        if isinstance(expression, Reference):
            return self._reference(expression, environment)
        if isinstance(expression, Call):
            return self._call(expression, environment)
        raise Refused("a number", "a list of numbers inside an expression", "Make it a variable")

    def _reference(self, reference: Reference, environment: Environment) -> int:
        scalar = self.definitions.scalar(reference, environment)
        if scalar is None and reference.name == "time":
            return self.build.leaf("time")
        if scalar is None:
            return self.build.number(self.definitions.place(reference, environment))
        if self.sampled and self.definitions.table.get(scalar) is self.here:
            return self.memory.state(self.sampled[-1])
        return self._known[scalar] if scalar in self._known else self._absent(scalar)

    def _absent(self, scalar: Scalar) -> int:
        """Return a stand-in for what is refused elsewhere, so that the rest can be looked at."""
        definition = self.definitions.table.get(scalar)
        if definition and isinstance(definition.equation.expression, Table):
            found = f"the lookup '{definition.name}' without an argument"
            raise Refused("a number", found, "Apply it")
        return self.build.number(1.0)

    def _call(self, call: Call, environment: Environment) -> int:
        name = call.function
        if name == "active_initial":
            _require(call, 2)
            return self.lower(call.arguments[int(self._starting)], environment)
        if name == "npv":
            return net_present_value(self.memory, call, environment)
        if name in IMMEDIATE:
            return self.memory.lower(call, environment)
        if name in VECTOR_FUNCTIONS:
            return self._vector(call, environment)
        if name in TABLE_KINDS or name == "with_lookup":
            return self._lookup(call, environment)
        if name == "elmcount":
            return self._count(call)
        return self._function(call, environment)

    def _function(self, call: Call, environment: Environment) -> int:
        args = [self.lower(argument, environment) for argument in call.arguments]
        shown = shown_name(call.function)
        step = self.nodes.get(("time_step", ()), self.build.number(1.0))
        try:
            node = lower_call(self.build, step, call.function, args)
        except TypeError:
            found = f"{shown} with {len(args)} arguments"
            raise Refused("the right number of arguments", found, "Correct the call") from None
        if node is None:
            raise Refused("a supported function", shown, "Correct the name")
        return node

    def _vector(self, call: Call, environment: Environment) -> int:
        _require(call, 1)
        argument = call.arguments[0]
        chosen = self.definitions.subscripts.summed_environments(argument, environment)
        nodes = [self.lower(argument, item) for item in chosen]
        result = nodes[0]
        for node in nodes[1:]:
            result = self.build.make(VECTOR_FUNCTIONS[call.function], result, node)
        return result

    def _count(self, call: Call) -> int:
        _require(call, 1)
        argument = call.arguments[0]
        count = None
        if isinstance(argument, Reference) and not argument.subscripts:
            count = self.definitions.subscripts.count(argument.name)
        if count is None:
            raise Refused("the name of a range", "ELMCOUNT of something else", "Name a range")
        return self.build.number(count)

    def _lookup(self, call: Call, environment: Environment) -> int:
        _require(call, 2)
        first, second = call.arguments
        inline = call.function == "with_lookup"
        argument, table = (first, second) if inline else (second, first)
        if isinstance(table, Reference):
            scalar = self.definitions.scalar(table, environment)
            if scalar and scalar not in self.definitions.table:
                return self.lower(argument, environment)  # refused elsewhere
            table = self.definitions.table[scalar].equation.expression if scalar else table
        if not isinstance(table, Table):
            found = "a variable that is applied to an argument"
            raise Refused("a function or a lookup", found, "Correct the call")
        kind = "" if inline else TABLE_KINDS[call.function]
        table = replace(table, kind=kind or table.kind)
        return self.build.lookup(table, self.lower(argument, environment))


def shown_name(function: str) -> str:
    """Return the name of a function as a model writes it."""
    return function.replace("_", " ").upper()


def _require(call: Call, count: int) -> None:
    if len(call.arguments) != count:
        found = f"{shown_name(call.function)} with {len(call.arguments)} arguments"
        raise Refused("the right number of arguments", found, "Correct the call")
