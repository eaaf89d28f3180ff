"""A parsed model to a program: subscripts to scalars, functions to operations, loops checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from .errors import ModelError, Problem
from .functions import lower_call
from .ir import Builder, Guard, Program, State, Variable
from .subscripts import VECTOR_FUNCTIONS, Environment, SubscriptError, Subscripts
from .syntax import (
    CONTROL_KEYS,
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

Scalar = tuple[str, tuple[str, ...]]

_STATEFUL = {"integ", "smooth", "smooth_n", "delay", "delay_n", "initial"}


@dataclass(frozen=True)
class _Definition:
    """One scalar: its equation, what the ranges stand for, and its place in an array."""

    equation: Equation
    environment: Environment
    position: int
    name: str


class _Refused(Exception):
    def __init__(self, expected: str, found: str, remedy: str) -> None:
        self.parts = (expected, found, remedy)
        super().__init__(found)


def flatten(model: ParsedModel, digest: str) -> Program:
    """Return the program of a parsed model.

    Parameters
    ----------
    model
        Ranges and equations.
    digest
        SHA-256 of the model file.

    Raises
    ------
    ModelError
        With every undefined name, double definition, unsupported function and loop without a
        stock, each with its line.
    """
    return _Flattener(model).run(digest)


class _Flattener:
    def __init__(self, model: ParsedModel) -> None:
        self.model = model
        self.subscripts = Subscripts(model.ranges)
        self.build = Builder()
        self.problems: list[Problem] = []
        self.definitions: dict[Scalar, _Definition] = {}
        self.nodes: dict[Scalar, int] = {}
        self.states: list[State] = []
        self.pending: list[tuple[_Definition, Callable[[], None]]] = []
        self.guards: list[Guard] = []
        self.constants: dict[str, float] = {}
        self.here: _Definition | None = None
        self.flows = _flow_keys(model)

    def run(self, digest: str) -> Program:
        for equation in self.model.equations:
            self._guarded(equation, lambda equation=equation: self._define(equation))
        for key in CONTROL_KEYS[:3]:
            definition = self.definitions.get((key, ()))
            if definition is None or not isinstance(definition.equation.expression, Number):
                found = "an expression" if definition else "none"
                remedy = "Add it: every model states its start, end and step as numbers"
                name = key.replace("_", " ").upper()
                self.problems.append(Problem(self.model.label, f"a number {name}", found, remedy))
        self._raise_problems()
        order = self._order()
        self._raise_problems()
        # STEP refers to the time step without naming it.
        order.sort(key=lambda scalar: scalar != ("time_step", ()))
        for scalar in order:
            definition = self.definitions[scalar]
            self._guarded(definition.equation, lambda s=scalar: self._lower_scalar(s))
        while self.pending:
            definition, action = self.pending.pop(0)
            self.here = definition
            self._guarded(definition.equation, action)
        self._raise_problems()
        return self._program(digest)

    # -- reading the equations ------------------------------------------------------------------

    def _define(self, equation: Equation) -> None:
        excluded = {
            elements
            for group in equation.exceptions
            for elements, _ in self.subscripts.combinations(group)
        }
        combinations = list(self.subscripts.combinations(equation.subscripts))
        if isinstance(equation.expression, Array):
            self._check_array(equation.expression, len(combinations))
        key = key_of(equation.name)
        for position, (elements, environment) in enumerate(combinations):
            if elements in excluded:
                continue
            earlier = self.definitions.get((key, elements))
            name = self._display(equation.name, elements)
            if earlier is not None:
                raise _Refused(
                    f"one equation for '{name}'",
                    f"a second one; the first is on line {earlier.equation.line}",
                    "Remove one, or use :EXCEPT:",
                )
            self.definitions[key, elements] = _Definition(equation, environment, position, name)

    @staticmethod
    def _check_array(array: Array, count: int) -> None:
        if len(array.values) != count:
            found = f"{len(array.values)} numbers"
            raise _Refused(
                f"{count} numbers, one per element", found, "Give one number per element"
            )

    def _display(self, name: str, elements: tuple[str, ...]) -> str:
        base = re.sub(r"\s+", " ", name)
        if not elements:
            return base
        return f"{base}[{','.join(self.subscripts.display[element] for element in elements)}]"

    # -- order ----------------------------------------------------------------------------------

    def _order(self) -> list[Scalar]:
        """Return the scalars so that what one needs at the same instant stands before it."""
        order: list[Scalar] = []
        state: dict[Scalar, int] = {}
        for root in self.definitions:
            if root in state:
                continue
            path: list[tuple[Scalar, Iterator[Scalar]]] = [(root, self._needs(root))]
            state[root] = 1
            while path:
                scalar, needs = path[-1]
                following = next(needs, None)
                if following is None:
                    state[scalar] = 2
                    order.append(scalar)
                    path.pop()
                elif following not in state:
                    state[following] = 1
                    path.append((following, self._needs(following)))
                elif state[following] == 1:
                    self._report_loop([item for item, _ in path], following)
        return order

    def _report_loop(self, path: list[Scalar], again: Scalar) -> None:
        loop = [self.definitions[item] for item in path[path.index(again) :]]
        chain = " -> ".join(item.name for item in [*loop, loop[0]])
        where = f"{self.model.label}:{loop[0].equation.line}"
        remedy = "Put a stock, smooth or delay into the loop"
        self.problems.append(Problem(where, "no loop without a stock", chain, remedy))

    def _needs(self, scalar: Scalar) -> Iterator[Scalar]:
        definition = self.definitions[scalar]
        needed: list[Scalar] = []

        def collect() -> None:
            needed.extend(self._immediate(definition.equation.expression, definition.environment))

        self._guarded(definition.equation, collect)
        return iter(needed)

    def _immediate(self, expression: Expression, environment: Environment) -> Iterator[Scalar]:
        """Yield the scalars whose value is needed before this expression has one."""
        if isinstance(expression, Reference):
            scalar = self._scalar(expression, environment)
            if scalar is not None:
                yield scalar
        if not isinstance(expression, Call):
            return
        name, arguments = expression.function, expression.arguments
        if name in ("delay", "delay_n"):
            arguments = arguments[1:2]
        elif name in _STATEFUL:
            return
        if name in VECTOR_FUNCTIONS and arguments:
            for chosen in self.subscripts.summed_environments(arguments[0], environment):
                yield from self._immediate(arguments[0], chosen)
            return
        for argument in arguments[1:] if name == "lookup" else arguments:
            yield from self._immediate(argument, environment)

    def _scalar(self, reference: Reference, environment: Environment) -> Scalar | None:
        """Return the scalar of a reference; nothing for Time."""
        if reference.name == "time":
            return None
        scalar = (reference.name, self.subscripts.resolve(reference.subscripts, environment))
        if scalar not in self.definitions:
            name = self._display(reference.name.replace("_", " "), scalar[1])
            remedy = "Define it, correct its spelling or its subscripts"
            raise _Refused("a defined variable", f"'{name}'", remedy)
        return scalar

    # -- lowering -------------------------------------------------------------------------------

    def _lower_scalar(self, scalar: Scalar) -> None:
        definition = self.definitions[scalar]
        self.here = definition
        expression = definition.equation.expression
        if isinstance(expression, Table):
            return
        if isinstance(expression, Number | Array):
            value = (
                expression.value
                if isinstance(expression, Number)
                else expression.values[definition.position]
            )
            self.nodes[scalar] = self.build.leaf("constant", float(len(self.constants)))
            self.constants[definition.name] = value
            return
        node = self._lower(expression, definition.environment)
        self.nodes[scalar] = self.build.real(node)

    def _lower(self, expression: Expression, environment: Environment) -> int:
        if isinstance(expression, Number):
            return self.build.number(expression.value)
        if isinstance(expression, Reference):
            scalar = self._scalar(expression, environment)
            if scalar is None:
                return self.build.leaf("time")
            if scalar not in self.nodes:
                name = self.definitions[scalar].name
                raise _Refused("a number", f"the lookup '{name}' without an argument", "Apply it")
            return self.nodes[scalar]
        if isinstance(expression, Call):
            return self._lower_call(expression, environment)
        raise _Refused("a number", "a list of numbers inside an expression", "Make it a variable")

    def _lower_call(self, call: Call, environment: Environment) -> int:
        name = call.function
        if name in _STATEFUL:
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
            raise _Refused("the right number of arguments", found, "Correct the call") from None
        if node is None:
            raise _Refused("a supported function", shown, _remedy(name))
        return node

    def _lower_vector(self, call: Call, environment: Environment) -> int:
        argument = call.arguments[0]
        chosen = self.subscripts.summed_environments(argument, environment)
        nodes = [self._lower(argument, item) for item in chosen]
        result = nodes[0]
        for node in nodes[1:]:
            result = self.build.make(VECTOR_FUNCTIONS[call.function], result, node)
        return result

    def _lower_lookup(self, call: Call, environment: Environment) -> int:
        if len(call.arguments) != 2:
            raise _Refused("one argument of a lookup", str(len(call.arguments) - 1), "Correct it")
        first, second = call.arguments
        argument, table = (first, second) if call.function == "with_lookup" else (second, first)
        if isinstance(table, Reference):
            scalar = self._scalar(table, environment)
            table = self.definitions[scalar].equation.expression if scalar else table
        if not isinstance(table, Table):
            found = "a variable that is applied to an argument"
            raise _Refused("a function or a lookup", found, "Correct the call")
        return self.build.lookup(table, self._lower(argument, environment))

    def _lower_stateful(self, call: Call, environment: Environment) -> int:
        name, arguments = call.function, call.arguments
        if name == "integ":
            return self._stock(arguments[0], arguments[1], environment)
        if name == "initial":
            index = self._new_state("initial", self._name("INITIAL"))
            self._later(index, lambda: self._lower(arguments[0], environment), None)
            return self.build.leaf("frozen", float(index))
        order = self._structural_order(arguments[3])
        if name.startswith("smooth"):
            return self._smooth(arguments, order, environment)
        return self._delay(arguments, order, environment, piped=name == "delay_n")

    def _structural_order(self, expression: Expression) -> int:
        value = expression.value if isinstance(expression, Number) else 0.0
        if value < 1 or value != int(value) or value > 100:
            remedy = "Write the order as a number from 1 to 100"
            raise _Refused("a literal whole order", "another expression or number", remedy)
        return int(value)

    def _name(self, suffix: str) -> str:
        return f"{self._current().name}: {suffix}"

    def _current(self) -> _Definition:
        if self.here is None:
            raise RuntimeError("lowering outside a definition")
        return self.here

    def _new_state(self, kind: str, name: str) -> int:
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

        self.pending.append((self._current(), fill))

    def _stock(self, flow: Expression, initial: Expression, environment: Environment) -> int:
        definition = self._current()
        top = definition.equation.expression
        whole = isinstance(top, Call) and top.function == "integ"
        name = definition.name if whole else self._name("INTEG")
        index = self._new_state("stock", name)
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
        stages = [
            self._new_state("smooth", self._name(f"smooth stage {stage + 1}"))
            for stage in range(order)
        ]
        make, leaf = self.build.make, self.build.leaf

        def rate(stage: int) -> int:
            before = (
                self._lower(source, environment)
                if stage == 0
                else leaf("state", float(stages[stage - 1]))
            )
            gap = make("sub", before, leaf("state", float(stages[stage])))
            scaled = make("mul", gap, self.build.number(order)) if order > 1 else gap
            return make("div", scaled, self._lower(time, environment))

        for stage, index in enumerate(stages):
            self._later(
                index, lambda: self._lower(initial, environment), lambda stage=stage: rate(stage)
            )
        self._guard(time, order, environment)
        return leaf("state", float(stages[-1]))

    def _delay(
        self, arguments: tuple[Expression, ...], order: int, environment: Environment, piped: bool
    ) -> int:
        source, time, initial, _ = arguments
        stages = [
            self._new_state("delay", self._name(f"delay stage {stage + 1}"))
            for stage in range(order)
        ]
        make, leaf = self.build.make, self.build.leaf
        delay = self._lower(time, environment)
        if piped and self._changes(delay):
            remedy = "Hold the delay time constant, or use DELAY1 or DELAY3"
            raise _Refused("a constant delay time", "DELAY N with one that changes", remedy)

        def rate(stage: int) -> int:
            into = (
                self._lower(source, environment)
                if stage == 0
                else make("div", leaf("state", float(stages[stage - 1])), delay)
            )
            net = make("sub", into, make("div", leaf("state", float(stages[stage])), delay))
            return make("mul", net, self.build.number(order)) if order > 1 else net

        def first() -> int:
            return make("mul", self._lower(initial, environment), delay)

        for stage, index in enumerate(stages):
            self._later(index, first, lambda stage=stage: rate(stage))
        self._guard(time, order, environment)
        return make("div", leaf("state", float(stages[-1])), delay)

    def _guard(self, time: Expression, order: int, environment: Environment) -> None:
        definition = self._current()

        def add() -> None:
            node = self.build.real(self._lower(time, environment))
            self.guards.append(Guard(definition.name, definition.equation.line, node, order))

        self.pending.append((definition, add))

    def _changes(self, node: int) -> bool:
        stack, seen = [node], set()
        while stack:
            index = stack.pop()
            if index in seen:
                continue
            seen.add(index)
            item = self.build.nodes[index]
            if item.op in ("time", "state"):
                return True
            stack.extend(item.args)
        return False

    # -- result ---------------------------------------------------------------------------------

    def _guarded(self, equation: Equation, action: Callable[[], None]) -> None:
        """Run an action; a refusal becomes a problem at the equation's line."""
        where = f"{self.model.label}:{equation.line}"
        try:
            action()
        except _Refused as refused:
            expected, found, remedy = refused.parts
            self.problems.append(Problem(where, expected, f"{found} in '{equation.name}'", remedy))
        except SubscriptError as error:
            found = f"{error} in '{equation.name}'"
            remedy = "Correct the subscripts or map the ranges"
            self.problems.append(Problem(where, "subscripts that can be resolved", found, remedy))

    def _raise_problems(self) -> None:
        if self.problems:
            raise ModelError(dict.fromkeys(self.problems))

    def _program(self, digest: str) -> Program:
        variables = {}
        for scalar, definition in self.definitions.items():
            equation = definition.equation
            variables[definition.name] = Variable(
                name=definition.name,
                element=re.sub(r"\s+", " ", equation.name),
                subscripts=tuple(self.subscripts.display[element] for element in scalar[1]),
                kind=self._kind(scalar[0], equation),
                unit=equation.unit,
                doc=equation.doc,
                line=equation.line,
                group=equation.group,
                evidence=evidence_ids(equation.doc),
                node=self.nodes.get(scalar, -1),
            )
        return Program(
            label=self.model.label,
            digest=digest,
            nodes=tuple(self.build.nodes),
            states=tuple(self.states),
            constants=tuple(self.constants),
            defaults=tuple(self.constants.values()),
            tables=tuple(self.build.tables),
            guards=tuple(self.guards),
            variables=variables,
            ranges=self.model.ranges,
            equations=self.model.equations,
        )

    def _kind(self, key: str, equation: Equation) -> str:
        expression = equation.expression
        if key in CONTROL_KEYS:
            return "control"
        if isinstance(expression, Table):
            return "lookup"
        if isinstance(expression, Number | Array):
            return "constant"
        if isinstance(expression, Call) and expression.function == "integ":
            return "stock"
        return "flow" if key in self.flows else "auxiliary"


def evidence_ids(doc: str) -> tuple[str, ...]:
    """Return the ids in the square brackets that end a doc line.

    Examples
    --------
    >>> evidence_ids("Share of visits kept [A12; judged]")
    ('A12', 'judged')
    """
    match = re.search(r"\[([^\[\]]*)\]\s*\.?\s*$", doc)
    return tuple(re.findall(r"[^\s;,]+", match.group(1))) if match else ()


def _flow_keys(model: ParsedModel) -> set[str]:
    """Return the keys of the variables that are terms of a stock's rate."""
    keys: set[str] = set()
    for equation in model.equations:
        expression = equation.expression
        if not (isinstance(expression, Call) and expression.function == "integ"):
            continue
        stack = [expression.arguments[0]]
        while stack:
            term = stack.pop()
            if isinstance(term, Reference):
                keys.add(term.name)
            elif isinstance(term, Call) and term.function in ("+", "-", "neg", "sum"):
                stack.extend(term.arguments)
    return keys


def _remedy(name: str) -> str:
    if name.startswith("random"):
        return "Use a constant and give it a distribution: draws are made outside the model"
    if name.startswith("get"):
        return "Write the numbers into the model as constants or a lookup"
    return "Rewrite it with the supported functions, or correct the name"
