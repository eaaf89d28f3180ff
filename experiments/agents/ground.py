"""What the agents' commands rest on: a district, draws for each replicate, and runs side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from ...calibration.ensemble import load_ensemble
from ...model.agents.actors import ACTORS, isolated, office_network
from ...model.agents.areas import Area, areas_of
from ...model.agents.drivers import Drivers, drive
from ...model.agents.facts import AGENT_TABLE, load_agent_parameters
from ...model.agents.observe import MEASURES
from ...model.agents.replicates import Progress, Run, Study, Task
from ...model.agents.settings import Settings, check_settings
from ...model.agents.together import run_bundles
from ...model.district import locate_district
from ...model.errors import InputError, Problem
from ...model.files import sha256
from ...model.language.cache import load_program
from ...model.parameters import draw_prior
from ..inputs import read_district

if TYPE_CHECKING:
    from ...model.district import District
    from ...scenarios.compile import Plan

Floats = NDArray[np.float64]
Kind = Literal["central", "posterior"]

BLOCK = 16
"""Replicates whose stocks are held at a time: about one megabyte for each of a case."""

SEED = 20260101
"""Names the random numbers when no other seed is asked for."""


@dataclass(frozen=True)
class Ground:
    """Everything that runs share, read and checked.

    Attributes
    ----------
    district, areas
        The district file and its kecamatan; none where it names no table of them.
    reference
        Id or path of the district file.
    constants
        (replicate,) by constant of the model: its posterior draws; nothing for central values.
    assumptions
        (replicate,) by parameter of the agents: draws of the priors, or the central values.
    replicates, seed
        How many runs of each case, and what names their random numbers.
    """

    district: District
    areas: tuple[Area, ...]
    reference: str
    constants: Mapping[str, Floats] = field(repr=False)
    assumptions: Mapping[str, Floats] = field(repr=False)
    replicates: int
    seed: int


@dataclass(frozen=True)
class Case:
    """Something that is run over all replicates.

    Attributes
    ----------
    name
        What it is called in tables.
    plan
        The strategy.
    settings
        How agents behave, and the shocks.
    given
        Constants set by hand.
    """

    name: str
    plan: Plan = field(repr=False)
    settings: Settings = field(default_factory=Settings, repr=False)
    given: Mapping[str, float] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Cube:
    """What all runs gave.

    Attributes
    ----------
    cases
        Names.
    months
        Months since January 2018.
    groups
        Grouping and name of each group; the first is the district.
    values
        (case, replicate, month, group, measure of `MEASURES`); shares are 0 to 1, and NaN where a
        group has nobody.
    """

    cases: tuple[str, ...]
    months: tuple[float, ...]
    groups: tuple[tuple[str, str], ...]
    values: Floats = field(repr=False)

    def of(self, case: str, measure: str) -> Floats:
        """Return (replicate, month, group) of a measure."""
        return self.values[self.cases.index(case), ..., MEASURES.index(measure)]


def read_ground(reference: str, kind: Kind, replicates: int, seed: int = SEED) -> Ground:
    """Read a district and draw what is uncertain, one draw for each replicate.

    Parameters
    ----------
    reference
        Id of a packaged district, or the path of a district file.
    kind
        ``posterior``: every replicate has its own draw of the stored posterior and of the priors of
        the agents; ``central``: all have the central values, and differ by luck alone.
    replicates
        How many.
    seed
        Names the random numbers, and the draws of the agents' priors.
    """
    district = read_district(reference)
    table = load_agent_parameters()
    own = {name: np.full(replicates, value) for name, value in table.defaults().items()}
    constants: Mapping[str, Floats] = {}
    if kind == "posterior":
        constants = load_ensemble(district.surveys.area, replicates).constants
        own |= draw_prior(table, seed, replicates)
    areas = areas_of(reference)
    return Ground(district, areas, reference, constants, own, replicates, seed)


def run_cases(
    ground: Ground,
    cases: Sequence[Case],
    months: Sequence[float],
    workers: int = 1,
    progress: Progress = lambda done, total: None,
) -> Cube:
    """Run every case over the same replicates, so that cases can be compared run by run.

    Parameters
    ----------
    ground
        What they share.
    cases
        At least one.
    months
        When to observe, months since January 2018, increasing.
    workers
        Processes; the numbers do not depend on it.
    progress
        Called with runs done and runs in all.
    """
    for case in cases:
        check_settings(case.settings, [area.name for area in ground.areas])
    study = Study(ground.reference, tuple(months), ground.seed)
    total = len(cases) * ground.replicates
    runs: list[Run] = []
    for first in range(0, ground.replicates, BLOCK):
        rows = range(first, min(first + BLOCK, ground.replicates))
        bundles = _bundles(ground, cases, rows, months[-1])
        runs += run_bundles(study, bundles, workers, _shifted(progress, len(runs), total))
    return _cube([case.name for case in cases], months, runs)


def _bundles(
    ground: Ground, cases: Sequence[Case], rows: range, until: float
) -> list[tuple[Task, ...]]:
    """Return for each replicate the tasks of all cases."""
    program = load_program()
    known: list[tuple[Case, tuple[Drivers, ...]]] = []
    for case in cases:
        drivers = next((d for c, d in known if c.plan is case.plan and c.given == case.given), None)
        if drivers is None:
            drawn = {
                name: values[rows.start : rows.stop] for name, values in ground.constants.items()
            }
            drivers = drive(program, {**drawn, **case.plan.constants, **case.given}, until)
        known.append((case, drivers))
    return [
        tuple(
            Task(
                case.name,
                row,
                drivers[(row - rows.start) % len(drivers)],
                {name: float(values[row]) for name, values in ground.assumptions.items()},
                case.settings,
            )
            for case, drivers in known
        )
        for row in rows
    ]


def _shifted(progress: Progress, before: int, total: int) -> Callable[[int, int], None]:
    return lambda done, _: progress(before + done, total)


def _cube(names: Sequence[str], months: Sequence[float], runs: Sequence[Run]) -> Cube:
    seen = runs[0].observations
    groups = tuple((o.grouping, o.group) for o in seen[: len(seen) // len(months)])
    values = np.array([[o.values[m] for m in MEASURES] for run in runs for o in run.observations])
    shape = (-1, len(names), len(months), len(groups), len(MEASURES))
    by_case = np.moveaxis(values.reshape(shape), 1, 0)
    return Cube(tuple(names), tuple(months), groups, by_case)


def settings_of(ground: Ground, cases: Sequence[Case]) -> dict[str, Any]:
    """Return what was asked, for the manifest of a result folder."""
    return {
        "district": ground.reference,
        "replicates": ground.replicates,
        "seed": ground.seed,
        "cases": {
            case.name: {
                "scenario": case.plan.scenario.id,
                "shocks": [asdict(shock) for shock in case.settings.shocks],
                "isolated": list(lonely(case.settings)),
                "given": dict(case.given),
            }
            for case in cases
        },
        "agents": {name: sha256(path) for name, path in _tables(ground).items()},
    }


def _tables(ground: Ground) -> dict[str, Path]:
    """Return the tables that only the agents read."""
    found = {"agents.csv": AGENT_TABLE}
    if ground.district.kecamatan:
        beside = locate_district(ground.reference).parent
        found[ground.district.kecamatan] = beside / ground.district.kecamatan
    return found


def known_actors(names: Sequence[str]) -> tuple[str, ...]:
    """Return names of actors, each of whom exists.

    Raises
    ------
    InputError
        With every name that is none.
    """
    expected = f"one of {', '.join(ACTORS)}"
    problems = [
        Problem("--isolate", expected, repr(name), "Correct the name")
        for name in names
        if name not in ACTORS
    ]
    if problems:
        raise InputError(problems)
    return tuple(names)


def without_actors(settings: Settings, names: Sequence[str]) -> Settings:
    """Return settings in which some actors work with nobody."""
    links = tuple(link for link in settings.links if not set(link) & set(names))
    return replace(settings, links=links)


def lonely(settings: Settings) -> tuple[str, ...]:
    """Return the actors who work with nobody: they share nothing and are told nothing."""
    return isolated(office_network(settings.links))
