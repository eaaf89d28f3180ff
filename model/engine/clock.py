"""When a run steps and when it keeps results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelError, Problem
from ..language.ir import Program
from ..language.syntax import key_of
from .trajectories import Floats, Snapshot

_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Clock:
    """The steps of a run.

    Attributes
    ----------
    origin, time_step
        Step ``k`` is at ``origin + k * time_step``: times are never summed up.
    first, last
        Steps at which the run starts and ends.
    kept
        Steps whose results are kept, increasing.
    """

    origin: float
    time_step: float
    first: int
    last: int
    kept: tuple[int, ...]

    def time(self, step: int) -> float:
        """Return the time of a step."""
        return self.origin + step * self.time_step


def make_clock(
    program: Program,
    times: Sequence[float] | NDArray[np.floating] | None,
    start: Snapshot | None,
    until: float | None,
    time_step: float | None,
) -> Clock:
    """Return the steps of a run; the arguments are those of :func:`.integrate.simulate`.

    Raises
    ------
    ModelError
        If the step is not positive, a time lies between steps or before the start, or the end
        lies before the start.
    """
    step = time_step
    if step is None:
        step = start.time_step if start else control_value(program, "time_step")
    if not (np.isfinite(step) and step > 0):
        remedy = "Give a positive number of months, best a power of two such as 0.25"
        raise ModelError([Problem("TIME STEP", "a positive number", repr(step), remedy)])
    origin, first = control_value(program, "initial_time"), 0
    if start is not None:
        same = start.time_step == step
        origin, first = (start.origin, start.steps) if same else (start.time, 0)
    wanted = None if times is None else np.asarray(times, float).ravel()
    end = until
    if end is None and wanted is not None and wanted.size:
        end = float(np.max(wanted))
    elif end is None:
        end = control_value(program, "final_time")
    if wanted is None:
        _check_file(program, origin, step, until is None and start is None)
        wanted = _every(program, origin + first * step, end, step)
    steps = _steps_of([*wanted, end], origin, step, first)
    if steps[-1] < max(steps):
        found, remedy = f"the end {end:g}", "Move the end or leave the later times out"
        raise ModelError([Problem("times", "times up to the end of the run", found, remedy)])
    return Clock(origin, step, first, steps[-1], tuple(sorted(set(steps[:-1]))))


def control_index(program: Program, key: str) -> int:
    """Return the index of a control constant, or -1 if the model has none."""
    for name, variable in program.variables.items():
        if variable.kind == "control" and key_of(name) == key and name in program.constants:
            return program.constants.index(name)
    return -1


def control_value(program: Program, key: str) -> float:
    """Return the file's value of a control constant."""
    return program.defaults[control_index(program, key)]


def _check_file(program: Program, origin: float, step: float, whole: bool) -> None:
    """Raise unless the file's own SAVEPER, and its end if a run goes there, fall on steps."""
    wanted = {"saveper": 0.0, **({"final_time": origin} if whole else {})}
    problems = []
    for key, begin in wanted.items():
        index = control_index(program, key)
        count = (program.defaults[index] - begin) / step if index >= 0 else 0.0
        if abs(count - round(count)) > _TOLERANCE * max(1.0, abs(count)):
            name = program.constants[index]
            where = f"{program.label}:{program.variables[name].line}"
            expected = f"{name} a whole number of steps of {step:g}"
            expected += f" after {begin:g}" if begin else ""
            found, remedy = f"{program.defaults[index]:g}", f"Change {name} or TIME STEP"
            problems.append(Problem(where, expected, found, remedy))
    if problems:
        raise ModelError(problems)


def _every(program: Program, begin: float, end: float, step: float) -> Floats:
    """Return the times that SAVEPER asks for; a model without its number keeps every step."""
    index = control_index(program, "saveper")
    saveper = step if index < 0 else program.defaults[index]
    count = int(np.floor((end - begin) / saveper + _TOLERANCE))
    return np.asarray(begin + saveper * np.arange(max(count, 0) + 1), np.float64)


def _steps_of(times: Sequence[float], origin: float, step: float, first: int) -> list[int]:
    steps, problems = [], []
    for time in times:
        number = (time - origin) / step
        near = round(number) if np.isfinite(number) else 0
        if not np.isfinite(number) or abs(number - near) > _TOLERANCE * max(1.0, abs(number)):
            remedy = f"Use a multiple of the time step {step:g} from {origin:g}"
            problems.append(Problem("times", "a time of a step", f"{time:g}", remedy))
        elif near < first:
            remedy = f"Use times from {origin + first * step:g}"
            problems.append(Problem("times", "no time before the start", f"{time:g}", remedy))
        steps.append(near)
    if problems:
        raise ModelError(problems)
    return steps
