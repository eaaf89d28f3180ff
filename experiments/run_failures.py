"""Draws whose values left the finite numbers: how many, where it was first seen, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..model.engine.integrate import simulate
from ..model.engine.trajectories import Trajectories
from ..model.errors import ModelError
from ..model.language.ir import Guard
from .model_request import Request

MOST_TRACED = 20_000_000


@dataclass(frozen=True)
class Cause:
    """Draws that failed in the same way.

    Attributes
    ----------
    variable
        The result in which it was seen first, or the variable with a delay that is too short.
    time
        First kept time without a finite value; nothing for a reduction or a delay.
    guard
        The guard that was broken; nothing for a value that was not finite.
    draws
        How many draws.
    first
        The first of them, counted from 0.
    """

    variable: str
    time: float | None
    guard: Guard | None
    draws: int
    first: int


@dataclass(frozen=True)
class Origin:
    """Where one draw left the finite numbers, followed through all variables and steps."""

    draw: int
    variable: str
    line: int
    time: float


Seen = tuple[str, float | None, Guard | None]


@dataclass
class Failures:
    """Collects the failures of part after part."""

    guards: Sequence[Guard]
    counts: Counter[Seen] = field(default_factory=Counter)
    firsts: dict[Seen, int] = field(default_factory=dict)
    example: tuple[int, dict[str, float]] | None = None

    def add(self, found: Trajectories, start: int, given: Mapping[str, object]) -> None:
        """Note the failed draws of one part, whose first draw has the number `start`."""
        failed = np.flatnonzero(found.failed)
        if not failed.size:
            return
        short = np.zeros(len(failed), int) if found.short is None else found.short[failed]
        bad = failed[short == 0]
        keys = dict(zip(bad.tolist(), _first_seen(found, bad), strict=True))
        for draw, number in zip(failed.tolist(), short.tolist(), strict=True):
            guard = self.guards[number - 1] if number else None
            key = (guard.variable, None, guard) if guard else keys[draw]
            self.counts[key] += 1
            self.firsts.setdefault(key, start + draw)
        if self.example is None and len(bad):
            row = int(bad[0])
            arrays = {
                name: np.atleast_1d(np.asarray(value, float)) for name, value in given.items()
            }
            values = {name: float(a[row if len(a) > 1 else 0]) for name, a in arrays.items()}
            self.example = (start + row, values)

    def causes(self) -> list[Cause]:
        """Return the ways of failing, the first one first."""
        listed = [Cause(*key, count, self.firsts[key]) for key, count in self.counts.items()]
        return sorted(listed, key=lambda cause: cause.first)


def _first_seen(found: Trajectories, failed: np.ndarray) -> list[Seen]:
    """Return for each draw that left the finite numbers the result and the time where it was seen first."""
    names = list(found.values)
    never = len(found.times)
    when = np.full((len(names) + 1, len(failed)), never)
    for place, values in enumerate(found.values.values()):
        bad = np.isnan(values[failed])
        when[place] = np.where(bad.any(axis=1), bad.argmax(axis=1) if never else never, never)
    keys: list[Seen] = []
    for column, draw in enumerate(failed):
        place = int(when[:, column].argmin())
        if when[place, column] < never:
            keys.append((names[place], float(found.times[when[place, column]]), None))
        else:
            keys.append((_reduced_of(found, int(draw)), None, None))
    return keys


def _reduced_of(found: Trajectories, draw: int) -> str:
    counted = {name: v for name, v in found.reduced.items() if not name.startswith("first ")}
    return next(name for name, values in counted.items() if np.isnan(values[draw]))


def trace(request: Request, example: tuple[int, dict[str, float]]) -> Origin | None:
    """Run one failed draw again with every variable at every step, and find where it began.

    Of the variables that fail at the same step, the first in the order of computation counts.

    Parameters
    ----------
    request
        The run.
    example
        Number of the draw, and all its constants.
    """
    program = request.program
    variables = [item for item in program.variables.values() if item.node >= 0]
    steps = round(request.until / request.time_step)
    if abs(steps) * len(variables) > MOST_TRACED:
        return None
    draw, constants = example
    try:
        found = simulate(program, constants, [item.name for item in variables], **_fine(request))  # type: ignore[arg-type]
    except ModelError:
        return None
    seen = [
        (int(bad.argmax()), item.node, item)
        for item in variables
        if (bad := np.isnan(found[item.name][0])).any()
    ]
    if not seen:
        return None
    step, _, variable = min(seen, key=lambda entry: entry[:2])
    return Origin(draw, variable.name, variable.line, float(found.times[step]))


def _fine(request: Request) -> dict[str, object]:
    """Return the arguments of a run that keeps every step, on the interpreter."""
    from ..model.engine.clock import control_value

    begin = control_value(request.program, "initial_time")
    count = round((request.until - begin) / request.time_step)
    times = begin + request.time_step * np.arange(count + 1)
    return {
        "times": times,
        "method": request.method,
        "time_step": request.time_step,
        "snapshot": False,
        "engine": "numpy",
    }


def sentences(causes: Sequence[Cause], origin: Origin | None, request: Request) -> list[str]:
    """Return the causes in words, the first five one by one."""
    unit = request.time_unit
    lines = [_sentence(cause, request) for cause in causes[:5]]
    if len(causes) > 5:
        rest = sum(cause.draws for cause in causes[5:])
        lines.append(f"{rest} draws in {len(causes) - 5} other ways")
    if origin is not None:
        where = f"'{origin.variable}' ({request.program.label}:{origin.line})"
        lines.append(f"draw {origin.draw} began with {where} at {origin.time:g} {unit}".rstrip())
    return lines


def _sentence(cause: Cause, request: Request) -> str:
    many = "1 draw" if cause.draws == 1 else f"{cause.draws:,} draws"
    if cause.guard is not None:
        place = f"'{cause.variable}' ({request.program.label}:{cause.guard.line})"
        least = f"order x time step = {cause.guard.order * request.time_step:g}"
        return f"{many}: a delay of {place} shorter than {least} (first: draw {cause.first})"
    when = "" if cause.time is None else f" at {cause.time:g} {request.time_unit}".rstrip()
    return f"{many}: '{cause.variable}' not finite first{when} (first: draw {cause.first})"
