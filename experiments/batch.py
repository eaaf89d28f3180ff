"""Many scenarios over the same draws: one shared history, then every scenario branches from it.

All scenarios see the same draws, so that differences between them are differences between plans
and not between samples. Scenarios are stacked along the member axis, several to one engine call:
the engine's cost per step is mostly per call, not per member.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..model.calendar import DECISION_MONTH
from ..model.engine.integrate import simulate
from ..model.engine.trajectories import Snapshot, Trajectories
from ..model.language.ir import Program
from ..scenarios.compile import Plan, constants
from ..scenarios.scenario import Scenario

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]

STACK = 8192
"""Members of one engine call; fewer, wider calls measured faster up to here; memory stays flat."""


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


@dataclass(frozen=True)
class Batch:
    """Results by case and variable.

    Attributes
    ----------
    times
        (time,), months.
    units
        By variable.
    values
        By case, then by variable: (draw, time).
    failed
        (draw,), whether any case left the finite numbers in that draw.
    snapshot
        State at the end of the shared history.
    """

    times: Floats
    units: Mapping[str, str]
    values: Mapping[str, Mapping[str, Floats]] = field(repr=False)
    failed: NDArray[np.bool_] = field(repr=False)
    snapshot: Snapshot | None = field(repr=False)

    def path(self, case: str, variable: str) -> Floats:
        """Return (draw, time) without the draws that failed in any case."""
        return self.values[case][variable][~self.failed]

    def at(self, case: str, variable: str, month: float) -> Floats:
        """Return (draw,) at one saved month."""
        return self.path(case, variable)[:, self.column(month)]

    def column(self, month: float) -> int:
        """Return the index of a saved month.

        Raises
        ------
        KeyError
            If the month was not saved.
        """
        found = np.flatnonzero(np.isclose(self.times, month))
        if len(found) == 0:
            raise KeyError(f"month {month:g} was not saved")
        return int(found[0])


def case_of(plan: Plan, name: str | None = None) -> Case:
    """Return the case of a plan.

    A lever matters from its start; any other constant from the beginning of the history.

    Parameters
    ----------
    plan
        A plan ready to run.
    name
        Name of the results; the scenario's id by default.
    """
    starts = [dose.start for dose in plan.scenario.levers.values() if dose.level != 0.0]
    branch = 0.0 if plan.scenario.settings else min(starts, default=DECISION_MONTH)
    return Case(name or plan.scenario.id, dict(plan.constants), branch)


def without_levers(scenario: Scenario, name: str) -> Case:
    """Return what a scenario is compared with: its settings, and none of its levers."""
    bare = Scenario(scenario.id, scenario.title, scenario.intent, settings=scenario.settings)
    return Case(name, constants(bare), 0.0 if scenario.settings else DECISION_MONTH)


def run_batch(
    program: Program,
    draws: Mapping[str, Floats],
    cases: Sequence[Case],
    outputs: Sequence[str],
    times: Sequence[float] | Floats,
    *,
    stack: int = STACK,
    threads: int = 1,
    progress: Progress = lambda done, total: None,
) -> Batch:
    """Run every case over the same draws.

    Parameters
    ----------
    program
        The model.
    draws
        (draw,) by constant: the ensemble.
    cases
        What to run; the history up to the first month at which any of them differs is shared.
    outputs
        Variables to keep.
    times
        Months to keep them at, increasing.
    stack
        Members of one engine call.
    threads
        Chunks computed at the same time.
    progress
        Called with steps done and steps in all.
    """
    months = np.asarray(times, float)
    early = [case for case in cases if case.branch <= 0.0]
    late = [case for case in cases if case.branch > 0.0]
    work = _Work(len(cases) + bool(late), progress)
    values: dict[str, dict[str, Floats]] = {}
    units: dict[str, str] = {}
    snapshot = None
    if late:
        branch = min(min(case.branch for case in late), float(months[-1]))
        before, after = months[months < branch], months[months >= branch]
        history = simulate(program, draws, outputs, before, until=branch, threads=threads)
        snapshot, units = history.snapshot, history.units
        work.done(1)
        for group in _groups(late, _size(draws), stack):
            run = _run_stack(program, draws, group, outputs, after, snapshot, threads)
            values |= _unstack(run, group, _size(draws), history)
            work.done(len(group))
    for group in _groups(early, _size(draws), stack):
        run = _run_stack(program, draws, group, outputs, months, None, threads)
        values |= _unstack(run, group, _size(draws), None)
        units = run.units
        work.done(len(group))
    ordered = {case.name: values[case.name] for case in cases}
    return Batch(months, units, ordered, _failed(ordered, _size(draws)), snapshot)


def branch_from(
    program: Program,
    draws: Mapping[str, Floats],
    snapshot: Snapshot,
    cases: Sequence[Case],
    outputs: Sequence[str],
    times: Sequence[float] | Floats,
    *,
    stack: int = STACK,
) -> Batch:
    """Run cases from a state that is there already.

    Parameters
    ----------
    program, draws, cases, outputs, times, stack
        As for `run_batch`; every time lies at the snapshot or after it.
    snapshot
        State to start from, of the same draws.
    """
    values: dict[str, dict[str, Floats]] = {}
    units: dict[str, str] = {}
    months = np.asarray(times, float)
    for group in _groups(cases, _size(draws), stack):
        run = _run_stack(program, draws, group, outputs, months, snapshot, 1)
        values |= _unstack(run, group, _size(draws), None)
        units = run.units
    return Batch(months, units, values, _failed(values, _size(draws)), snapshot)


def take(draws: Mapping[str, Floats], rows: NDArray[np.intp]) -> dict[str, Floats]:
    """Return chosen draws of an ensemble."""
    return {name: values[rows] for name, values in draws.items()}


@dataclass
class _Work:
    """Counts finished pieces for a progress bar."""

    total: int
    report: Progress
    finished: int = 0

    def done(self, pieces: int) -> None:
        self.finished += pieces
        self.report(self.finished, self.total)


def _size(draws: Mapping[str, Floats]) -> int:
    return max((len(values) for values in draws.values()), default=1)


def _groups(cases: Sequence[Case], size: int, stack: int) -> Iterator[list[Case]]:
    """Yield cases that run together; those that set the same constants stay side by side."""
    together = max(1, stack // size)
    for first in range(0, len(cases), together):
        yield list(cases[first : first + together])


def _run_stack(
    program: Program,
    draws: Mapping[str, Floats],
    group: Sequence[Case],
    outputs: Sequence[str],
    times: Floats,
    start: Snapshot | None,
    threads: int,
) -> Trajectories:
    size = _size(draws)
    rows = np.tile(np.arange(size), len(group))
    begin = start.take(rows) if start is not None and len(group) > 1 else start
    return simulate(
        program,
        _stacked(draws, group, rows),
        outputs,
        times,
        start=begin,
        snapshot=False,
        chunk=max(STACK, size),
        threads=threads,
    )


def _stacked(
    draws: Mapping[str, Floats], group: Sequence[Case], rows: NDArray[np.intp]
) -> dict[str, float | Floats]:
    """Return the constants of all members: case by case, each with all draws."""
    size = len(rows) // len(group)
    stacked: dict[str, float | Floats] = {name: v[rows] for name, v in draws.items()}
    names = dict.fromkeys(name for case in group for name in case.constants)
    for name in names:
        given = [case.constants.get(name) for case in group]
        first = given[0]
        if first is not None and all(value == first for value in given):
            stacked[name] = first
            continue
        drawn = draws.get(name)
        if drawn is None and None in given:
            missing = ", ".join(case.name for case in group if name not in case.constants)
            raise ValueError(f"{name!r} is set by some cases and missing in {missing}")
        parts = [drawn if value is None else np.full(size, value) for value in given]
        stacked[name] = np.concatenate([part for part in parts if part is not None])
    return stacked


def _unstack(
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


def _failed(values: Mapping[str, Mapping[str, Floats]], size: int) -> NDArray[np.bool_]:
    failed = np.zeros(size, bool)
    for case in values.values():
        for array in case.values():
            failed |= ~np.isfinite(array).all(axis=1)
    return failed
