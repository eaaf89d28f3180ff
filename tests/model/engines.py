"""The engines that every conformance test runs on: add one here, and the cases are its tests."""

from __future__ import annotations

from collections.abc import Callable

from tumbuh.model.engine.integrate import simulate
from tumbuh.model.engine.trajectories import Trajectories

# Functions with the signature of simulate.
ENGINES: list[Callable[..., Trajectories]] = [simulate]


def engine_name(engine):
    return engine.__module__.rsplit(".", 1)[-1]
