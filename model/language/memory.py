"""Functions with a memory: stocks, smooths, delays and samples to states, rings and guards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from .definitions import Definition, Refused
from .functions import zero_guarded
from .ir import Guard, Ring, State
from .subscripts import Environment
from .syntax import STOCKS, Call, Expression, Number

if TYPE_CHECKING:
    from .lower import Lowering

_LARGEST_ORDER = 100
_DELAY_TIME = "Hold the delay time constant, or use DELAY1 or DELAY3"

_Node = Callable[[], int]


class Memory:
    """Makes the states of a model; what they need is lowered when every variable has its node.

    Parameters
    ----------
    lowering
        Lowers the expressions.

    Attributes
    ----------
    states, rings, guards
        What the program needs beside the nodes.
    """

    def __init__(self, lowering: Lowering) -> None:
        self._low, self._build = lowering, lowering.build
        self.states: list[State] = []
        self.rings: list[Ring] = []
        self.guards: list[Guard] = []
        self._pending: list[tuple[Definition, Callable[[], None]]] = []
        # A call is lowered twice where the start of a run differs; its memory is the same.
        self._made: dict[tuple[int, tuple[tuple[str, str], ...]], list[int]] = {}
        self._makers = {
            **dict.fromkeys(STOCKS, self._stock),
            "initial": self._initial,
            "delay_fixed": self._fixed,
            "trend": self._trend,
            "sample_if_true": self._sample,
            "forecast": self._forecast,
            **dict.fromkeys(("smooth", "smooth_n"), self._smooth),
            **dict.fromkeys(("delay", "delay_n"), self._delay),
        }

    def lower(self, call: Call, environment: Environment) -> int:
        """Return the node of a call of a function with a memory."""
        return self._makers[call.function](call, environment)

    def complete(self) -> None:
        """Lower what the states need: they may need each other, and any variable."""
        for definition, action in self._pending:
            self._low.here = definition
            self._low.definitions.guarded(definition.equation, action)

    # -- making ---------------------------------------------------------------------------------

    def _once(
        self, call: Call, environment: Environment, make: Callable[[], list[int]]
    ) -> list[int]:
        """Return the indices that a call got when it was first lowered."""
        places = tuple(sorted((name, element) for name, (element, _) in environment.items()))
        key = (id(call), places)
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def _new(self, kind: str, suffix: str, floor: bool = False) -> int:
        name = self._low.here.name
        self.states.append(State(f"{name}: {suffix}" if suffix else name, kind, -1, -1, -1, floor))
        return len(self.states) - 1

    def _later(self, action: Callable[[], None]) -> None:
        self._pending.append((self._low.here, action))

    def _fill(self, index: int, initial: _Node, rate: _Node | None = None) -> None:
        def fill() -> None:
            first, change = initial(), rate() if rate else -1
            self.states[index] = replace(self.states[index], initial=first, rate=change)

        self._later(fill)

    def _state(self, index: int) -> int:
        return self._build.leaf("state", float(index))

    def _guard(self, time: Expression, order: int, environment: Environment) -> None:
        """Demand that a time is never shorter than its order times the time step."""
        definition = self._low.here

        def add() -> None:
            node = self._low.running(time, environment)
            self.guards.append(Guard(definition.name, definition.equation.line, node, order))

        self._later(add)

    # -- stocks, samples, rings -----------------------------------------------------------------

    def _stock(self, call: Call, environment: Environment) -> int:
        low, (flow, initial) = self._low, call.arguments
        whole = low.here.equation.expression is call

        def make() -> list[int]:
            floor = call.function == "integ_non_negative"
            index = self._new("stock", "" if whole else "INTEG", floor)
            self._fill(
                index,
                lambda: low.start(initial, environment),
                lambda: low.running(flow, environment),
            )
            return [index]

        return self._state(self._once(call, environment, make)[0])

    def _initial(self, call: Call, environment: Environment) -> int:
        def make() -> list[int]:
            index = self._new("initial", "INITIAL")
            self._fill(index, lambda: self._low.start(call.arguments[0], environment))
            return [index]

        return self._build.leaf("frozen", float(self._once(call, environment, make)[0]))

    def _sample(self, call: Call, environment: Environment) -> int:
        """Return the input where the condition holds, else the value of the last time it did."""
        low, (condition, source, initial) = self._low, call.arguments

        def sampled(index: int) -> int:
            truth, value = low.lower(condition, environment), low.lower(source, environment)
            return self._build.make("select", truth, value, self._state(index))

        def make() -> list[int]:
            index = self._new("sample", "SAMPLE IF TRUE")

            def fill() -> None:
                first, then = low.start(initial, environment), sampled(index)
                self.states[index] = replace(self.states[index], initial=first, next=then)

            self._later(fill)
            return [index]

        return sampled(self._once(call, environment, make)[0])

    def _fixed(self, call: Call, environment: Environment) -> int:
        low, (source, time, initial) = self._low, call.arguments
        definition = low.here

        def make() -> list[int]:
            index = len(self.rings)
            self.rings.append(Ring(definition.name, definition.equation.line, -1, -1, -1))

            def fill() -> None:
                self.rings[index] = replace(
                    self.rings[index],
                    input=low.running(source, environment),
                    initial=low.start(initial, environment),
                    delay=low.start(time, environment),
                )

            self._later(fill)
            return [index]

        return self._build.leaf("ring", float(self._once(call, environment, make)[0]))

    # -- smooths and delays ---------------------------------------------------------------------

    def _smooth(self, call: Call, environment: Environment) -> int:
        low, make_node = self._low, self._build.make
        source, time, initial, _ = call.arguments
        order = _order(call)

        def rate(stages: list[int], stage: int) -> int:
            before = self._state(stages[stage - 1]) if stage else low.running(source, environment)
            gap = self._times(make_node("sub", before, self._state(stages[stage])), order)
            return make_node("div", gap, low.running(time, environment))

        def make() -> list[int]:
            stages = [self._new("smooth", f"smooth stage {n + 1}") for n in range(order)]
            for stage, index in enumerate(stages):
                self._fill(
                    index,
                    lambda: low.start(initial, environment),
                    lambda stage=stage: rate(stages, stage),
                )
            self._guard(time, order, environment)
            return stages

        return self._state(self._once(call, environment, make)[-1])

    def _delay(self, call: Call, environment: Environment) -> int:
        low, make_node = self._low, self._build.make
        source, time, initial, _ = call.arguments
        order = _order(call)
        if call.function == "delay_n" and self._changes(low.running(time, environment)):
            raise Refused("a constant delay time", "DELAY N with one that changes", _DELAY_TIME)

        def rate(stages: list[int], stage: int) -> int:
            delay = low.running(time, environment)
            into = low.running(source, environment)
            if stage:
                into = make_node("div", self._state(stages[stage - 1]), delay)
            net = make_node("sub", into, make_node("div", self._state(stages[stage]), delay))
            return self._times(net, order)

        def first() -> int:
            delay = low.start(time, environment)
            return make_node("mul", low.start(initial, environment), delay)

        def make() -> list[int]:
            stages = [self._new("delay", f"delay stage {n + 1}") for n in range(order)]
            for stage, index in enumerate(stages):
                self._fill(index, first, lambda stage=stage: rate(stages, stage))
            self._guard(time, order, environment)
            return stages

        last = self._once(call, environment, make)[-1]
        return make_node("div", self._state(last), low.lower(time, environment))

    def _trend(self, call: Call, environment: Environment) -> int:
        """Return the relative change of the input over its average, per unit of time."""
        source, time, trend = call.arguments
        make = self._build.make

        def first() -> int:
            rise = make("mul", self._low.start(trend, environment), self._start(time, environment))
            return self._below(source, rise, environment)

        average = self._average(call, environment, first)
        gap = make("sub", self._low.lower(source, environment), average)
        size = make("mul", self._low.lower(time, environment), make("abs", average))
        return zero_guarded(self._build, gap, size)

    def _forecast(self, call: Call, environment: Environment) -> int:
        """Return the input carried on along its trend up to the horizon."""
        source, time, horizon, trend = call.arguments
        make, lower = self._build.make, self._low.lower

        def first() -> int:
            return self._below(source, self._start(trend, environment), environment)

        average = self._average(call, environment, first)
        value = lower(source, environment)
        size = make("mul", lower(time, environment), average)
        trend_now = zero_guarded(self._build, make("sub", value, average), size)
        growth = make("mul", trend_now, lower(horizon, environment))
        return make("mul", value, make("add", self._build.number(1.0), growth))

    def _start(self, expression: Expression, environment: Environment) -> int:
        return self._low.start(expression, environment)

    def _below(self, source: Expression, rise: int, environment: Environment) -> int:
        """Return the average that lies below the input by a relative rise, at the start."""
        whole = self._build.make("add", self._build.number(1.0), rise)
        return self._build.make("div", self._start(source, environment), whole)

    def _average(self, call: Call, environment: Environment, first: _Node) -> int:
        """Return the state that follows the first argument with the time of the second."""
        low, (source, time, *_) = self._low, call.arguments

        def make() -> list[int]:
            index = self._new("smooth", f"{call.function.upper()} average")

            def rate() -> int:
                gap = self._build.make("sub", low.running(source, environment), self._state(index))
                return self._build.make("div", gap, low.running(time, environment))

            self._fill(index, first, rate)
            self._guard(time, 1, environment)
            return [index]

        return self._state(self._once(call, environment, make)[0])

    # -- helpers --------------------------------------------------------------------------------

    def _times(self, node: int, order: int) -> int:
        if order == 1:
            return node
        return self._build.make("mul", node, self._build.number(order))

    def _changes(self, node: int) -> bool:
        """Whether a node depends on the time, a state or a ring."""
        stack, seen = [node], set()
        while stack:
            index = stack.pop()
            if index in seen:
                continue
            seen.add(index)
            if self._build.nodes[index].op in ("time", "state", "ring"):
                return True
            stack.extend(self._build.nodes[index].args)
        return False


def _order(call: Call) -> int:
    expression = call.arguments[3]
    value = expression.value if isinstance(expression, Number) else 0.0
    if not 1 <= value <= _LARGEST_ORDER or value != int(value):
        remedy = f"Write the order as a number from 1 to {_LARGEST_ORDER}"
        raise Refused("a literal whole order", "another expression or number", remedy)
    return int(value)
