"""Scenarios side by side along the member axis: several to one engine call."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..model.engine.integrate import simulate
from ..model.engine.trajectories import Snapshot, Trajectories
from ..model.language.ir import Program

Floats = NDArray[np.float64]

STACK = 65_536
"""Members of one engine call. One call for all scenarios needs one compiled kernel; memory: some
hundred numbers a member."""


@dataclass(frozen=True)
class Case:
    """Something to run: constants that replace those of the draws, and when they begin to matter.

    Attributes
    ----------
    name
        Name of the results.
    constants
        Value by constant.
    branch
        First month in which the run may differ from the history of the draws; 0 when a constant
        that acts from the start is replaced.
    """

    name: str
    constants: Mapping[str, float]
    branch: float


def cores() -> int:
    """Return how many processors this process may use."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1


def count(draws: Mapping[str, Floats]) -> int:
    """Return the number of draws."""
    return max((len(values) for values in draws.values()), default=1)


def groups(cases: Sequence[Case], size: int, stack: int) -> Iterator[list[Case]]:
    """Yield cases that run together; those that set the same constants stay side by side."""
    together = max(1, stack // size)
    for first in range(0, len(cases), together):
        yield list(cases[first : first + together])


def run_stack(
    program: Program,
    draws: Mapping[str, Floats],
    group: Sequence[Case],
    outputs: Sequence[str],
    times: Floats,
    start: Snapshot | None,
    threads: int,
) -> Trajectories:
    size = count(draws)
    rows = np.tile(np.arange(size), len(group))
    begin = start.take(rows) if start is not None and len(group) > 1 else start
    return simulate(
        program,
        _stacked(program, draws, group, rows),
        outputs,
        times,
        start=begin,
        snapshot=False,
        threads=threads,
    )


def _stacked(
    program: Program, draws: Mapping[str, Floats], group: Sequence[Case], rows: NDArray[np.intp]
) -> dict[str, float | Floats]:
    """Return the constants of all members: case by case, each with all draws.

    What a case sets is given for each member even where all set the same, so that one compiled
    kernel serves every choice of values. Where a case does not set it, the draws have it, else it
    is the model's own.
    """
    size = len(rows) // len(group)
    own = dict(zip(program.constants, program.defaults, strict=True))
    stacked: dict[str, float | Floats] = {name: np.take(v, rows) for name, v in draws.items()}
    for name in dict.fromkeys(name for case in group for name in case.constants):
        given = [case.constants.get(name) for case in group]
        drawn = draws.get(name)
        if drawn is None:
            drawn = np.full(size, own[program.find(name).name])
        parts = [drawn if value is None else np.full(size, value) for value in given]
        stacked[name] = np.concatenate(parts)
    return stacked


def unstack(
    run: Trajectories, group: Sequence[Case], size: int, history: Trajectories | None
) -> dict[str, dict[str, Floats]]:
    """Cut the member axis into cases and put the shared history before each."""
    members = len(group) * size
    # Cases that replace all that varies give one member for all draws.
    wide = {
        name: np.broadcast_to(values, (members, values.shape[1]))
        for name, values in run.values.items()
    }
    out: dict[str, dict[str, Floats]] = {}
    for position, case in enumerate(group):
        rows = slice(position * size, (position + 1) * size)
        out[case.name] = {
            name: values[rows] if history is None else np.hstack([history[name], values[rows]])
            for name, values in wide.items()
        }
    return out
