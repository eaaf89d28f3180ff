"""Runs of the agents: scenarios over the same replicates, on any number of processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..district import District, load_district
from ..language.cache import load_program
from ..language.ir import Program
from .areas import areas_of
from .cohorts import Cohorts
from .district import AgentDistrict
from .drivers import Drivers
from .observe import Observation, observe
from .places import Places, settle
from .settings import Settings

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Task:
    """One run.

    Attributes
    ----------
    case
        Name of the scenario, or of whatever differs between runs.
    replicate
        Runs with the same number have the same families and the same luck.
    drivers
        Times, values and constants of the run of the stocks.
    assumptions
        Parameters of the agents, by name.
    settings
        How agents behave.
    cohorts
        How children age, where it is not what the settings say.
    """

    case: str
    replicate: int
    drivers: Drivers = field(repr=False)
    assumptions: Mapping[str, float] = field(repr=False)
    settings: Settings = field(default_factory=Settings, repr=False)
    cohorts: type[Cohorts] | None = None


@dataclass(frozen=True)
class Study:
    """What all runs share.

    Attributes
    ----------
    district
        Id of a district, or the path of its file.
    months
        When to observe, months since January 2018, increasing.
    seed
        Names the random numbers.
    """

    district: str
    months: tuple[float, ...]
    seed: int


@dataclass(frozen=True)
class Run:
    """What one run gave.

    Attributes
    ----------
    case, replicate
        As in the task.
    observations
        All groups at all months.
    """

    case: str
    replicate: int
    observations: tuple[Observation, ...] = field(repr=False)


def places_of(study: Study, task: Task) -> Places:
    """Return where the families of a run live; the same for every scenario of a replicate.

    A district without a table of kecamatan is one well-mixed area.
    """
    place = _district(study.district)
    assumptions, drivers = task.assumptions, task.drivers
    with_children = drivers.at("children total", 0.0) / assumptions["children per household"]
    points = drivers.at("Points In Service", 0.0)
    return settle(
        areas_of(study.district) if place.kecamatan else (),
        round(with_children * assumptions["families per family with children"]),
        round(points),
        round(drivers.constant("puskesmas")),
        assumptions,
        study.seed,
        task.replicate,
    )


def model_of(study: Study, task: Task) -> AgentDistrict:
    """Return the district of a task, in January 2018."""
    return AgentDistrict(
        task.drivers,
        places_of(study, task),
        task.assumptions,
        task.settings,
        study.seed,
        task.replicate,
        task.cohorts,
    )


def run_one(study: Study, task: Task) -> Run:
    """Run one task to the last month and observe it on the way."""
    return Run(task.case, task.replicate, tuple(watch(model_of(study, task), study.months)))


def step_to(model: AgentDistrict, month: float) -> None:
    """Let a district go on to a month."""
    while model.month < month - 1e-9:
        model.step()


def watch(model: AgentDistrict, months: Sequence[float]) -> list[Observation]:
    """Let a district go on from month to month, and observe it at each."""
    found: list[Observation] = []
    for month in months:
        step_to(model, month)
        found.extend(observe(model))
    return found


def run_all(
    study: Study,
    tasks: Sequence[Task],
    workers: int = 1,
    progress: Progress = lambda done, total: None,
) -> list[Run]:
    """Run all tasks; the results do not depend on the number of workers.

    Parameters
    ----------
    study
        What all share.
    tasks
        What to run, in the order of the results.
    workers
        Processes; 1 runs here.
    progress
        Called with runs done and runs in all.
    """
    found = []
    for done, run in enumerate(_runs(study, tasks, workers), 1):
        found.append(run)
        progress(done, len(tasks))
    return found


def _runs(study: Study, tasks: Sequence[Task], workers: int) -> Iterator[Run]:
    if workers <= 1 or len(tasks) <= 1:
        yield from (run_one(study, task) for task in tasks)
        return
    # A process of its own start: threads of the engine may be running here.
    context = multiprocessing.get_context("spawn")
    parcels = ((study, pack(task)) for task in tasks)
    with context.Pool(min(workers, len(tasks))) as pool:
        yield from pool.imap(_run_packed, parcels)


@dataclass(frozen=True)
class Parcel:
    """A task without the model, which every process reads for itself."""

    case: str
    replicate: int
    times: Floats
    values: Mapping[str, Floats]
    constants: Mapping[str, float]
    assumptions: Mapping[str, float]
    settings: Settings
    cohorts: type[Cohorts] | None


def pack(task: Task) -> Parcel:
    """Return a task as it is sent to another process."""
    drivers = task.drivers
    return Parcel(
        task.case,
        task.replicate,
        drivers.times,
        drivers.values,
        drivers.constants,
        task.assumptions,
        task.settings,
        task.cohorts,
    )


def unpack(parcel: Parcel) -> Task:
    """Return the task that was sent."""
    drivers = Drivers(_program(), parcel.times, parcel.values, parcel.constants)
    return Task(
        parcel.case,
        parcel.replicate,
        drivers,
        parcel.assumptions,
        parcel.settings,
        parcel.cohorts,
    )


def _run_packed(sent: tuple[Study, Parcel]) -> Run:
    study, parcel = sent
    return run_one(study, unpack(parcel))


@cache
def _program() -> Program:
    return load_program()


@cache
def _district(reference: str) -> District:
    return load_district(reference)
