"""Many scenarios over the same draws: one shared history, then every scenario branches from it.

All scenarios see the same draws, so that differences between them are differences between plans
and not between samples. Scenarios are stacked along the member axis, several to one engine call:
the engine's cost per step is mostly per call, not per member.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..model.calendar import DECISION_MONTH
from ..model.engine.integrate import simulate
from ..model.engine.trajectories import Snapshot
from ..model.language.ir import Program
from ..scenarios.compile import Plan, constants
from ..scenarios.scenario import Scenario
from .stack import STACK, Case, cores, count, groups, run_stack, unstack

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]


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
    constants
        Names that the cases set.
    """

    times: Floats
    units: Mapping[str, str]
    values: Mapping[str, Mapping[str, Floats]] = field(repr=False)
    failed: NDArray[np.bool_] = field(repr=False)
    snapshot: Snapshot | None = field(repr=False)
    constants: frozenset[str] = field(default=frozenset(), repr=False)

    def path(self, case: str, variable: str) -> Floats:
        """Return (draw, time) without the draws that failed in any case."""
        return self.values[case][variable][~self.failed]

    def at(self, case: str, variable: str, month: float) -> Floats:
        """Return (draw,) at one saved month."""
        return self.values[case][variable][:, self.column(month)][~self.failed]

    def column(self, month: float) -> int:
        """Return the index of a saved month.

        Raises
        ------
        KeyError
            If the month was not saved.
        """
        # As `np.isclose` does it, which takes longer for a thousand questions than their answers.
        found = np.flatnonzero(np.abs(self.times - month) <= 1e-8 + 1e-5 * abs(month))
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
    threads: int = 0,
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
        Chunks computed at the same time; 0 for one on each processor. The results do not depend
        on it.
    progress
        Called with steps done and steps in all.
    """
    months, threads = np.asarray(times, float), threads or cores()
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
        for group in groups(late, count(draws), stack):
            run = run_stack(program, draws, group, outputs, after, snapshot, threads)
            values |= unstack(run, group, count(draws), history)
            work.done(len(group))
    for group in groups(early, count(draws), stack):
        run = run_stack(program, draws, group, outputs, months, None, threads)
        values |= unstack(run, group, count(draws), None)
        units = run.units
        work.done(len(group))
    ordered = {case.name: values[case.name] for case in cases}
    names = frozenset(name for case in cases for name in case.constants)
    return Batch(months, units, ordered, _failed(ordered, count(draws)), snapshot, names)


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
    for group in groups(cases, count(draws), stack):
        run = run_stack(program, draws, group, outputs, months, snapshot, cores())
        values |= unstack(run, group, count(draws), None)
        units = run.units
    return Batch(months, units, values, _failed(values, count(draws)), snapshot)


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


def _failed(values: Mapping[str, Mapping[str, Floats]], size: int) -> NDArray[np.bool_]:
    failed = np.zeros(size, bool)
    for case in values.values():
        for array in case.values():
            failed |= ~np.isfinite(array).all(axis=1)
    return failed
