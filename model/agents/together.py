"""Runs that begin alike, run once up to where they part.

Strategies start years after the first month, and a shock befalls late: until then the runs of a
replicate are the same to the bit. One of them is run to that month and copied for the others.
"""

from __future__ import annotations

import copy
import multiprocessing
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from ..parameters import load_parameters
from .district import AgentDistrict
from .drivers import Drivers
from .equations import equations
from .replicates import Parcel, Progress, Run, Study, Task, model_of, pack, step_to, unpack, watch


def alike_until(first: Task, other: Task) -> float:
    """Return the month up to which two runs are the same, whatever comes later; 0 if never.

    Parameters
    ----------
    first, other
        Two runs; they can be alike when all is equal but levers of the scenario and shocks.
    """
    settings = (replace(task.settings, shocks=()) for task in (first, other))
    if (
        first.replicate != other.replicate
        or first.cohorts is not other.cohorts
        or first.assumptions != other.assumptions
        or len(set(settings)) > 1
        or not _same_but_levers(first.drivers, other.drivers)
    ):
        return 0.0
    apart = set(first.settings.shocks) ^ set(other.settings.shocks)
    months = [shock.month for shock in apart]
    month = min([_drivers_part(first.drivers, other.drivers), *months])
    step = first.settings.step
    return float(step * np.floor(month / step + 1e-9))


def run_together(study: Study, tasks: Sequence[Task]) -> list[Run]:
    """Run tasks of one replicate; the same numbers as `run_one` gives for each.

    Parameters
    ----------
    study
        What all share.
    tasks
        At least one.
    """
    first = tasks[0]
    shared = min((alike_until(first, other) for other in tasks[1:]), default=0.0)
    trunk = model_of(study, first)
    begun = watch(trunk, [month for month in study.months if month < shared])
    step_to(trunk, shared)
    branches = [trunk, *(_branch(trunk, task) for task in tasks[1:])]
    rest = [month for month in study.months if month >= shared]
    return [
        Run(task.case, task.replicate, (*begun, *watch(branch, rest)))
        for task, branch in zip(tasks, branches, strict=True)
    ]


def run_bundles(
    study: Study,
    bundles: Sequence[Sequence[Task]],
    workers: int = 1,
    progress: Progress = lambda done, total: None,
) -> list[Run]:
    """Run bundles of tasks, each of one replicate; numbers do not depend on the workers.

    Parameters
    ----------
    study
        What all share.
    bundles
        Tasks that may begin alike.
    workers
        Processes; 1 runs here.
    progress
        Called with runs done and runs in all.
    """
    total, found = sum(map(len, bundles)), []
    for runs in _bundles(study, bundles, workers):
        found += runs
        progress(len(found), total)
    return found


def _bundles(study: Study, bundles: Sequence[Sequence[Task]], workers: int) -> Iterator[list[Run]]:
    if workers <= 1 or len(bundles) <= 1:
        yield from (run_together(study, bundle) for bundle in bundles)
        return
    # A process of its own start: threads of the engine may be running here.
    context = multiprocessing.get_context("spawn")
    parcels = ((study, [pack(task) for task in bundle]) for bundle in bundles)
    with context.Pool(min(workers, len(bundles))) as pool:
        yield from pool.imap(_run_packed, parcels)


def _run_packed(sent: tuple[Study, list[Parcel]]) -> list[Run]:
    study, parcels = sent
    return run_together(study, [unpack(parcel) for parcel in parcels])


def _branch(trunk: AgentDistrict, task: Task) -> AgentDistrict:
    """Return a copy that goes on with the drivers and settings of another task."""
    drivers = task.drivers
    # What is found in the memo is not copied: it takes the place of what the trunk has.
    memo = {
        id(trunk.places): trunk.places,
        id(trunk.drivers): drivers,
        id(trunk.settings): task.settings,
        id(trunk.equations): equations(drivers.program, drivers.constants),
    }
    return copy.deepcopy(trunk, memo)


def _same_but_levers(first: Drivers, other: Drivers) -> bool:
    """Whether constants differ in levers alone, and the equations of the agents not even by them."""
    roles = {row.name: row.role for row in load_parameters().rows}
    names = first.constants.keys() | other.constants.keys()
    differ = [name for name in names if first.constant(name) != other.constant(name)]
    if any(roles.get(name) != "lever" for name in differ):
        return False
    if not differ:
        return True
    own, others = (vars(equations(d.program, d.constants)).values() for d in (first, other))
    return all(a.shape == b.shape for a, b in zip(own, others, strict=True))


def _drivers_part(first: Drivers, other: Drivers) -> float:
    """Return the first month at which any driver differs, or the end of the shorter run."""
    steps = min(len(first.times), len(other.times))
    for name, values in first.values.items():
        apart = np.flatnonzero(values[:steps] != other.values[name][:steps])
        steps = int(apart[0]) if len(apart) else steps
    return float(first.times[min(steps, len(first.times) - 1)])
