"""Functions with a memory: stocks, samples and delays of whole steps; :mod:`.lags` does the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from .definitions import Definition
from .ir import Guard, Ring, State
from .lags import Lags
from .subscripts import Environment
from .syntax import STOCKS, Call, Expression

if TYPE_CHECKING:
    from .lower import Lowering

Node = Callable[[], int]


class Memory:
    """Makes the states of a model; what they need is lowered when every variable has its node.

    Parameters
    ----------
    lowering
        Lowers the expressions.

    Attributes
    ----------
    low, build
        The lowering and its nodes.
    states, rings, guards
        What the program needs beside the nodes.
    """

    def __init__(self, lowering: Lowering) -> None:
        self.low, self.build = lowering, lowering.build
        self.states: list[State] = []
        self.rings: list[Ring] = []
        self.guards: list[Guard] = []
        self._pending: list[tuple[Definition, Callable[[], None]]] = []
        # A call is lowered twice where the start of a run differs; its memory is the same.
        self._made: dict[tuple[int, tuple[tuple[str, str], ...]], list[int]] = {}
        self._makers = {
            **dict.fromkeys(STOCKS, self._stock),
            "initial": self._initial,
            "sample_if_true": self._sample,
            "delay_fixed": self._fixed,
            **Lags(self).makers,
        }

    def lower(self, call: Call, environment: Environment) -> int:
        """Return the node of a call of a function with a memory."""
        return self._makers[call.function](call, environment)

    def complete(self) -> None:
        """Lower what the states need: they may need each other, and any variable."""
        for definition, action in self._pending:
            self.low.here = definition
            self.low.definitions.guarded(definition.equation, action)

    # -- making ---------------------------------------------------------------------------------

    def once(
        self, call: Call, environment: Environment, make: Callable[[], list[int]]
    ) -> list[int]:
        """Return the indices that a call got when it was first lowered."""
        places = tuple(sorted((name, element) for name, (element, _) in environment.items()))
        key = (id(call), places)
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def new(self, kind: str, suffix: str, floor: bool = False) -> int:
        """Return the index of a new state of the variable that is being lowered."""
        name = self.low.here.name
        self.states.append(State(f"{name}: {suffix}" if suffix else name, kind, -1, -1, -1, floor))
        return len(self.states) - 1

    def later(self, action: Callable[[], None]) -> None:
        """Do something when every variable has its node."""
        self._pending.append((self.low.here, action))

    def fill(self, index: int, initial: Node, rate: Node | None = None) -> None:
        """Give a state its nodes, later."""

        def fill() -> None:
            first, change = initial(), rate() if rate else -1
            self.states[index] = replace(self.states[index], initial=first, rate=change)

        self.later(fill)

    def state(self, index: int) -> int:
        """Return the node of a state."""
        return self.build.leaf("state", float(index))

    def guard(self, time: Expression, order: int, environment: Environment) -> None:
        """Demand that a time is never shorter than its order times the time step."""
        definition = self.low.here

        def add() -> None:
            node = self.low.running(time, environment)
            self.guards.append(Guard(definition.name, definition.equation.line, node, order))

        self.later(add)

    # -- stocks, samples, rings -----------------------------------------------------------------

    def _stock(self, call: Call, environment: Environment) -> int:
        low, (flow, initial) = self.low, call.arguments
        whole = low.here.equation.expression is call

        def make() -> list[int]:
            floor = call.function == "integ_non_negative"
            index = self.new("stock", "" if whole else "INTEG", floor)
            self.fill(
                index,
                lambda: low.start(initial, environment),
                lambda: low.running(flow, environment),
            )
            return [index]

        return self.state(self.once(call, environment, make)[0])

    def _initial(self, call: Call, environment: Environment) -> int:
        def make() -> list[int]:
            index = self.new("initial", "INITIAL")
            self.fill(index, lambda: self.low.start(call.arguments[0], environment))
            return [index]

        return self.build.leaf("frozen", float(self.once(call, environment, make)[0]))

    def _sample(self, call: Call, environment: Environment) -> int:
        """Return the input where the condition holds, else the value of the last time it did.

        As the whole right side it may use the variable itself, which is then its last value.
        """
        low, (condition, source, initial) = self.low, call.arguments
        whole = low.here.equation.expression is call

        def sampled(index: int) -> int:
            if whole:
                low.sampled.append(index)
            truth, value = low.lower(condition, environment), low.lower(source, environment)
            if whole:
                low.sampled.pop()
            return self.build.make("select", truth, value, self.state(index))

        def make() -> list[int]:
            index = self.new("sample", "SAMPLE IF TRUE")

            def fill() -> None:
                first, then = low.start(initial, environment), sampled(index)
                self.states[index] = replace(self.states[index], initial=first, next=then)

            self.later(fill)
            return [index]

        return sampled(self.once(call, environment, make)[0])

    def _fixed(self, call: Call, environment: Environment) -> int:
        low, (source, time, initial) = self.low, call.arguments
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

            self.later(fill)
            return [index]

        return self.build.leaf("ring", float(self.once(call, environment, make)[0]))
