"""The net present value of a stream, which discounts as it sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .definitions import Refused
from .subscripts import Environment
from .syntax import Call, Reference

if TYPE_CHECKING:
    from .memory import Memory

_STEP = Reference("time_step")


def net_present_value(memory: Memory, call: Call, environment: Environment) -> int:
    """Return the node of ``NPV(stream, discount rate, initial value, factor)``.

    Vensim documents it as two stocks: the discount factor falls by the rate, and what was streamed
    is summed with it; the present step counts as if it were over.

    Parameters
    ----------
    memory
        Makes the stocks.
    call
        Of ``NPV``.
    environment
        Elements of the subscripts where it stands.

    Raises
    ------
    Refused
        If the number of arguments is wrong.
    """
    if len(call.arguments) != 4:
        found = f"NPV with {len(call.arguments)} arguments"
        raise Refused("the right number of arguments", found, "Correct the call")
    stream, _, _, factor = call.arguments
    low, make = memory.low, memory.build.make
    worth, total = memory.once(call, environment, lambda: _stocks(memory, call, environment))
    step = make("mul", low.lower(stream, environment), low.lower(_STEP, environment))
    whole = make("add", memory.state(total), make("mul", step, memory.state(worth)))
    return make("mul", whole, low.lower(factor, environment))


def _stocks(memory: Memory, call: Call, environment: Environment) -> list[int]:
    """Return the indices of the discount factor and of the discounted sum."""
    low, build = memory.low, memory.build
    stream, rate, initial, _ = call.arguments
    worth, total = (memory.new("stock", f"NPV {part}") for part in ("discount factor", "sum"))

    def fall() -> int:
        discount, one = low.running(rate, environment), build.number(1.0)
        lost = build.make("mul", build.make("neg", memory.state(worth)), discount)
        step = build.make("mul", discount, low.running(_STEP, environment))
        return build.make("div", lost, build.make("add", one, step))

    def gain() -> int:
        return build.make("mul", low.running(stream, environment), memory.state(worth))

    memory.fill(worth, lambda: build.number(1.0), fall)
    memory.fill(total, lambda: low.start(initial, environment), gain)
    return [worth, total]
