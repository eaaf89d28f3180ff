"""Expressions to nodes: functions to operations, smooths and delays to chains of states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .definitions import STATEFUL, Definition, Definitions, Refused, Scalar
from .functions import lower_call
from .ir import Builder, Guard, State
from .subscripts import VECTOR_FUNCTIONS, Environment
from .syntax import Array, Call, Expression, Number, Reference, Table

_LARGEST_ORDER = 100


class Lowering:
    """Lowers the scalars of a model, in their order.

    Parameters
    ----------
    definitions
        The scalars.

    Attributes
    ----------
    build
        Holds the nodes.
    nodes
        Node of each scalar; lookups have none.
    states, guards, constants
        What the program needs beside the nodes.
    """

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.build = Builder()
        self.nodes: dict[Scalar, int] = {}
        self.states: list[State] = []
        self.guards: list[Guard] = []
        self.constants: dict[str, float] = {}
        self._pending: list[tuple[Definition, Callable[[], None]]] = []
        self._here = next(iter(definitions.table.values()))

    def run(self, order: list[Scalar]) -> None:
        """Lower every scalar, then what states need, which may be any scalar."""
        for scalar in order:
            equation = self.definitions.table[scalar].equation
            self.definitions.guarded(equation, lambda scalar=scalar: self._lower_scalar(scalar))
        self.definitions.raise_problems()
        while self._pending:
            self._here, action = self._pending.pop(0)
            self.definitions.guarded(self._here.equation, action)
        self.definitions.raise_problems()

    def _lower_scalar(self, scalar: Scalar) -> None:
        self._here = definition = self.definitions.table[scalar]
        expression = definition.equation.expression
        if isinstance(expression, Table):
            return
        if isinstance(expression, Number | Array):
            single = isinstance(expression, Number)
            value = expression.value if single else expression.values[definition.position]
            self.nodes[scalar] = self.build.leaf("constant", float(len(self.constants)))
            self.constants[definition.name] = value
            return
        self.nodes[scalar] = self.build.real(self._lower(expression, definition.environment))

    def _lower(self, expression: Expression, environment: Environment) -> int:
        if isinstance(expression, Number):
            return self.build.number(expression.value)
        if isinstance(expression, Reference):
            return self._lower_reference(expression, environment)
        if isinstance(expression, Call):
            return self._lower_call(expression, environment)
        raise Refused("a number", "a list of numbers inside an expression", "Make it a variable")

    def _lower_reference(self, reference: Reference, environment: Environment) -> int:
        scalar = self.definitions.scalar(reference, environment)
        if scalar is None:
            return self.build.leaf("time")
        if scalar not in self.nodes:
            name = self.definitions.table[scalar].name
            raise Refused("a number", f"the lookup '{name}' without an argument", "Apply it")
        return self.nodes[scalar]

    def _lower_call(self, call: Call, environment: Environment) -> int:
        name = call.function
        if name in STATEFUL:
            return self._lower_stateful(call, environment)
        if name in VECTOR_FUNCTIONS and len(call.arguments) == 1:
            return self._lower_vector(call, environment)
        if name in ("lookup", "with_lookup"):
            return self._lower_lookup(call, environment)
        args = [self._lower(argument, environment) for argument in call.arguments]
        shown = name.replace("_", " ").upper()
        try:
            node = lower_call(self.build, self.nodes["time_step", ()], name, args)
        except TypeError:
            found = f"{shown} with {len(args)} arguments"
            raise Refused("the right number of arguments", found, "Correct the call") from None
        if node is None:
            raise Refused("a supported function", shown, "Correct the name")
        return node

    def _lower_vector(self, call: Call, environment: Environment) -> int:
        argument = call.arguments[0]
        chosen = self.definitions.subscripts.summed_environments(argument, environment)
        nodes = [self._lower(argument, item) for item in chosen]
        result = nodes[0]
        for node in nodes[1:]:
            result = self.build.make(VECTOR_FUNCTIONS[call.function], result, node)
        return result

    def _lower_lookup(self, call: Call, environment: Environment) -> int:
        if len(call.arguments) != 2:
            found = str(len(call.arguments) - 1)
            raise Refused("one argument of a lookup", found, "Correct the call")
        first, second = call.arguments
        argument, table = (first, second) if call.function == "with_lookup" else (second, first)
        if isinstance(table, Reference):
            scalar = self.definitions.scalar(table, environment)
            table = self.definitions.table[scalar].equation.expression if scalar else table
        if not isinstance(table, Table):
            found = "a variable that is applied to an argument"
            raise Refused("a function or a lookup", found, "Correct the call")
        return self.build.lookup(table, self._lower(argument, environment))

    # -- states ---------------------------------------------------------------------------------

    def _lower_stateful(self, call: Call, environment: Environment) -> int:
        name, arguments = call.function, call.arguments
        if name == "integ":
            return self._stock(arguments[0], arguments[1], environment)
        if name == "initial":
            index = self._new_state("initial", "INITIAL")
            self._later(index, lambda: self._lower(arguments[0], environment), None)
            return self.build.leaf("frozen", float(index))
        order = self._order(arguments[3])
        if name.startswith("smooth"):
            return self._smooth(arguments, order, environment)
        return self._delay(arguments, order, environment, piped=name == "delay_n")

    def _order(self, expression: Expression) -> int:
        value = expression.value if isinstance(expression, Number) else 0.0
        if not 1 <= value <= _LARGEST_ORDER or value != int(value):
            remedy = f"Write the order as a number from 1 to {_LARGEST_ORDER}"
            raise Refused("a literal whole order", "another expression or number", remedy)
        return int(value)

    def _new_state(self, kind: str, suffix: str) -> int:
        name = f"{self._here.name}: {suffix}" if suffix else self._here.name
        self.states.append(State(name, kind, -1, -1))
        return len(self.states) - 1

    def _later(
        self, index: int, initial: Callable[[], int], rate: Callable[[], int] | None
    ) -> None:
        """Fill in a state when every variable has its node: states may refer to each other."""

        def fill() -> None:
            first = self.build.real(initial())
            change = self.build.real(rate()) if rate else -1
            self.states[index] = replace(self.states[index], initial=first, rate=change)

        self._pending.append((self._here, fill))

    def _stock(self, flow: Expression, initial: Expression, environment: Environment) -> int:
        top = self._here.equation.expression
        whole = isinstance(top, Call) and top.function == "integ"
        index = self._new_state("stock", "" if whole else "INTEG")
        self._later(
            index,
            lambda: self._lower(initial, environment),
            lambda: self._lower(flow, environment),
        )
        return self.build.leaf("state", float(index))

    def _smooth(
        self, arguments: tuple[Expression, ...], order: int, environment: Environment
    ) -> int:
        source, time, initial, _ = arguments
        stages = [self._new_state("smooth", f"smooth stage {n + 1}") for n in range(order)]
        make = self.build.make

        def rate(stage: int) -> int:
            before = self._state(stages[stage - 1]) if stage else self._lower(source, environment)
            gap = self._times(make("sub", before, self._state(stages[stage])), order)
            return make("div", gap, self._lower(time, environment))

        for stage, index in enumerate(stages):
            self._later(
                index, lambda: self._lower(initial, environment), lambda stage=stage: rate(stage)
            )
        self._guard(time, order, environment)
        return self._state(stages[-1])

    def _delay(
        self, arguments: tuple[Expression, ...], order: int, environment: Environment, piped: bool
    ) -> int:
        source, time, initial, _ = arguments
        stages = [self._new_state("delay", f"delay stage {n + 1}") for n in range(order)]
        make = self.build.make
        delay = self._lower(time, environment)
        if piped and self._changes(delay):
            remedy = "Hold the delay time constant, or use DELAY1 or DELAY3"
            raise Refused("a constant delay time", "DELAY N with one that changes", remedy)

        def rate(stage: int) -> int:
            into = (
                make("div", self._state(stages[stage - 1]), delay)
                if stage
                else self._lower(source, environment)
            )
            net = make("sub", into, make("div", self._state(stages[stage]), delay))
            return self._times(net, order)

        def first() -> int:
            return make("mul", self._lower(initial, environment), delay)

        for stage, index in enumerate(stages):
            self._later(index, first, lambda stage=stage: rate(stage))
        self._guard(time, order, environment)
        return make("div", self._state(stages[-1]), delay)

    def _state(self, index: int) -> int:
        return self.build.leaf("state", float(index))

    def _times(self, node: int, order: int) -> int:
        return self.build.make("mul", node, self.build.number(order)) if order > 1 else node

    def _guard(self, time: Expression, order: int, environment: Environment) -> None:
        definition = self._here

        def add() -> None:
            node = self.build.real(self._lower(time, environment))
            self.guards.append(Guard(definition.name, definition.equation.line, node, order))

        self._pending.append((definition, add))

    def _changes(self, node: int) -> bool:
        """Whether a node depends on the time or a state."""
        stack, seen = [node], set()
        while stack:
            index = stack.pop()
            if index in seen:
                continue
            seen.add(index)
            if self.build.nodes[index].op in ("time", "state"):
                return True
            stack.extend(self.build.nodes[index].args)
        return False
