"""Smooths, delays, trends and forecasts: states that lag behind their input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .definitions import Refused
from .functions import zero_guarded
from .subscripts import Environment
from .syntax import Call, Expression, Number

if TYPE_CHECKING:
    from .memory import Memory, Node

_LARGEST_ORDER = 100
_DELAY_TIME = "Hold the delay time constant, or use DELAY1 or DELAY3"


class Lags:
    """Lowers the functions that lag.

    Parameters
    ----------
    memory
        Makes the states.

    Attributes
    ----------
    makers
        By function: what lowers a call of it.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory, self._low, self._build = memory, memory.low, memory.build
        self.makers = {
            **dict.fromkeys(("smooth", "smooth_n"), self._smooth),
            **dict.fromkeys(("delay", "delay_n"), self._delay),
            "trend": self._trend,
            "forecast": self._forecast,
        }

    def _smooth(self, call: Call, environment: Environment) -> int:
        low, make_node = self._low, self._build.make
        source, time, initial, _ = call.arguments
        order = _order(call)

        def rate(stages: list[int], stage: int) -> int:
            before = self._state(stages[stage - 1]) if stage else low.running(source, environment)
            gap = self._times(make_node("sub", before, self._state(stages[stage])), order)
            return make_node("div", gap, low.running(time, environment))

        def make() -> list[int]:
            stages = [self._memory.new("smooth", f"smooth stage {n + 1}") for n in range(order)]
            for stage, index in enumerate(stages):
                self._memory.fill(
                    index,
                    lambda: low.start(initial, environment),
                    lambda stage=stage: rate(stages, stage),
                )
            self._memory.guard(time, order, environment)
            return stages

        return self._state(self._memory.once(call, environment, make)[-1])

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
            stages = [self._memory.new("delay", f"delay stage {n + 1}") for n in range(order)]
            for stage, index in enumerate(stages):
                self._memory.fill(index, first, lambda stage=stage: rate(stages, stage))
            self._memory.guard(time, order, environment)
            return stages

        last = self._memory.once(call, environment, make)[-1]
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

    def _average(self, call: Call, environment: Environment, first: Node) -> int:
        """Return the state that follows the first argument with the time of the second."""
        low, (source, time, *_) = self._low, call.arguments

        def make() -> list[int]:
            index = self._memory.new("smooth", f"{call.function.upper()} average")

            def rate() -> int:
                gap = self._build.make("sub", low.running(source, environment), self._state(index))
                return self._build.make("div", gap, low.running(time, environment))

            self._memory.fill(index, first, rate)
            self._memory.guard(time, 1, environment)
            return [index]

        return self._state(self._memory.once(call, environment, make)[0])

    def _state(self, index: int) -> int:
        return self._memory.state(index)

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
    if not isinstance(expression, Number):
        return 1  # refused before: see :mod:`.settled`
    value = expression.value
    if not 1 <= value <= _LARGEST_ORDER or value != int(value):
        expected, remedy = f"a whole order from 1 to {_LARGEST_ORDER}", "Correct the order"
        raise Refused(expected, f"{value:g}", remedy)
    return int(value)
