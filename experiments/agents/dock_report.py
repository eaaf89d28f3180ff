"""All levels of docking, run one after the other."""

from __future__ import annotations

from importlib.metadata import version

from ...model.agents.facts import load_agent_parameters
from ...model.agents.identity import identities, unlike_stages
from ...model.agents.replicates import Progress, Study, Task, places_of
from ...model.language.cache import load_program
from ...scenarios.loader import BASELINE
from .dock_page import Report
from .dock_relations import relations, variants
from .dock_study import (
    DISTRICT,
    LEVERS,
    MONTHS,
    STRATEGIES,
    Runner,
    Size,
    drivers_of,
)

COMPARED = (0.0, 13.25, 27.0, 40.5, 55.0, 72.0)
"""Months at which the equations are compared: before, in and after the pandemic, with levers."""


def report(size: Size, progress: Progress = lambda done, total: None) -> Report:
    """Run all that docking needs.

    Parameters
    ----------
    size
        How many runs.
    progress
        Called with runs done and runs in all, of the case that runs.
    """
    program = load_program()
    drivers = drivers_of(program, (BASELINE, *STRATEGIES), MONTHS[-1])
    runner = Runner(size, progress)
    assumptions, base = load_agent_parameters().defaults(), drivers[BASELINE]
    places = places_of(Study(DISTRICT, MONTHS, size.seed), Task("", 0, base, assumptions))
    return Report(
        version("tumbuh"),
        program.digest,
        size,
        identities(program, drivers[LEVERS].constants, COMPARED),
        unlike_stages(program),
        runner.docked({name: drivers[name] for name in (BASELINE, LEVERS)}),
        runner.mistaken(drivers[LEVERS]),
        relations(runner, drivers, assumptions, places),
        variants(runner, drivers[LEVERS]),
    )
