"""The engines that every conformance test runs on: add one here, and the cases are its tests."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tumbuh.model.engine.integrate import simulate
from tumbuh.model.engine.kernel.compile import available
from tumbuh.model.engine.trajectories import Trajectories

MACHINES = available()
# Functions with the signature of simulate: the interpreter, and one for each vector unit here.
ENGINES: list[Callable[..., Trajectories]] = [
    partial(simulate, engine="numpy"),
    *(partial(simulate, engine="llvm", machine=machine) for machine in MACHINES),
]


def engine_name(engine):
    machine = engine.keywords.get("machine")
    return machine.name if machine else "numpy"
