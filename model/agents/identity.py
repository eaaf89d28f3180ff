"""Docking, first level: the agents' equations are the model's, to the bit.

Every slice is given what the whole model had at some months and must return what the whole model
returned; and the equations of all twenty stages must be those of the one that serves for all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ..engine.integrate import simulate
from ..engine.slices import CHANGE, CLOCK, Slice, make_slice
from ..engine.trajectories import Snapshot, Trajectories
from ..language.ir import Program
from .drivers import STAGES
from .equations import ANY, Equations, equations

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Identity:
    """One computed variable beside the whole model.

    Attributes
    ----------
    slice, target
        Name in `Equations`, and what is computed.
    values
        Numbers compared.
    differing
        Numbers that are not the same to the last bit.
    """

    slice: str
    target: str
    values: int
    differing: int


def identities(
    program: Program, constants: Mapping[str, float], months: Sequence[float]
) -> tuple[Identity, ...]:
    """Return every variable of every slice beside a run of the whole model.

    Parameters
    ----------
    program
        The model.
    constants
        Values by constant, in the unit of each; the file's for all others.
    months
        When to compare, increasing months since January 2018.
    """
    found = equations(program, constants)
    slices = {field.name: getattr(found, field.name) for field in fields(Equations)}
    names = {name for one in slices.values() for name in (*one.given, *one.targets)}
    now, after = _values(program, constants, sorted(names), months)
    step = program.defaults[program.constants.index("TIME STEP")]
    out = []
    for label, one in slices.items():
        given = {name: now[name] for name in one.given}
        for target, got in one(given).items():
            if target.startswith(CHANGE):
                state = target.removeprefix(CHANGE)
                got, wanted = now[state] + step * got, after[state]
            else:
                wanted = now[target]
            differing = np.broadcast_to(got, wanted.shape) != wanted
            out.append(Identity(label, target, wanted.size, int(differing.sum())))
    return tuple(out)


def unlike_stages(program: Program) -> tuple[str, ...]:
    """Return the slices of stages whose equations are not those of the stage that serves for all.

    Parameters
    ----------
    program
        The model.
    """
    found = equations(program, {})
    out = []
    for field in fields(Equations):
        one: Slice = getattr(found, field.name)
        if not any(f"[{ANY}]" in name for name in one.targets):
            continue
        for stage in STAGES:
            targets, given = (
                [name.replace(f"[{ANY}]", f"[{stage}]") for name in names]
                for names in (one.targets, one.given)
            )
            if make_slice(program, targets, given).shape != one.shape:
                out.append(f"{field.name} of {stage}")
    return tuple(out)


def _values(
    program: Program, constants: Mapping[str, float], names: Sequence[str], months: Sequence[float]
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Return (month,) by name of variables and states, now and one step later."""
    outputs = [name for name in names if name in program.variables]
    step = program.defaults[program.constants.index("TIME STEP")]
    start: Snapshot | None = None
    rows: tuple[list[dict[str, float]], list[dict[str, float]]] = ([], [])
    for month in months:
        for column, time in zip(rows, (month, month + step), strict=True):
            run = simulate(
                program, constants, outputs, [time], start=start, until=time, engine="numpy"
            )
            start = run.snapshot
            values = {name: float(run[name][0, -1]) for name in outputs}
            column.append(values | _states(program, run) | {CLOCK: time})
    now, after = (
        {name: np.array([row[name] for row in column]) for name in column[0]} for column in rows
    )
    return now, after


def _states(program: Program, run: Trajectories) -> dict[str, float]:
    assert run.snapshot is not None
    pairs = zip(program.states, run.snapshot.states, strict=True)
    return {state.name: float(values[0]) for state, values in pairs}
