"""What a run of the agents costs: seconds, memory, many at once, and for more children."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...model.agents.drivers import Drivers, drive
from ...model.agents.facts import load_agent_parameters
from ...model.agents.replicates import Study, Task, run_all, run_one
from ...model.language.cache import load_program
from ..bench import machine, versions
from ..bench_child import peak_memory
from ..bench_report import number, table
from .dock_study import DISTRICT

UNTIL = 156.0
"""Thirteen years of months."""
YEARLY = tuple(12.0 * year for year in range(1, 14))
CHILDREN = (24_302, 100_000, 300_000, 1_000_000)
"""A district, and up to a province; posyandu and staff grow alike, villages stay as many."""
GROWING = ("initial service points", "initial staff[worker]", "initial staff[cadre]")
PARALLEL = 2
MEGABYTE = 1e6

_HEAD = """# What a run of the agents costs

Written by `{command}` with tumbuh {version}, {replicates} replicates; nothing on this page is typed.

A run is thirteen years of months for Kabupaten Paser with the settings in use, observed once a
year. *CPU* counts seconds of one processor without the stocks' run, which all replicates share;
*memory* is the peak of a process that does one run, the program and its libraries included. More
children come with as many more posyandu and staff, in the same villages.
"""


@dataclass(frozen=True)
class Cost:
    """What one run took in a process of its own.

    Attributes
    ----------
    children
        In January 2018.
    cpu, wall
        Seconds of the run.
    peak
        Most memory of the process, bytes.
    """

    children: int
    cpu: float
    wall: float
    peak: int


@dataclass(frozen=True)
class Costs:
    """All that was measured.

    Attributes
    ----------
    machine, versions
        As in the benchmark of the engines.
    runs
        By number of children.
    replicates
        How many in parallel, and on how many processes.
    seconds
        Of the clock for them, the processes' start included.
    """

    machine: dict[str, str]
    versions: dict[str, str]
    runs: tuple[Cost, ...]
    replicates: int
    seconds: float


def measure(
    replicates: int, children: Sequence[int] = CHILDREN, say: Callable[[str], None] = print
) -> Costs:
    """Measure one run for each number of children, and replicates on two processes.

    Parameters
    ----------
    replicates
        How many in parallel.
    children
        Numbers of children.
    say
        Called with what is being done.
    """
    runs = []
    for size in children:
        say(f"one run with {size:,} children")
        runs.append(_in_child(size))
    say(f"{replicates} replicates on {PARALLEL} processes")
    drivers, assumptions = drivers_for(CHILDREN[0]), load_agent_parameters().defaults()
    tasks = [Task("", row, drivers, assumptions) for row in range(replicates)]
    start = time.perf_counter()
    run_all(Study(DISTRICT, YEARLY, 1), tasks, PARALLEL)
    seconds = time.perf_counter() - start
    return Costs(machine(), versions(), tuple(runs), replicates, seconds)


def drivers_for(children: int) -> Drivers:
    """Return the stocks' run of a district with so many children, and posyandu and staff alike."""
    program = load_program()
    usual = dict(zip(program.constants, program.defaults, strict=True))
    factor = children / usual["initial children total"]
    more = {name: factor * usual[name] for name in GROWING}
    return drive(program, {"initial children total": float(children), **more}, UNTIL)[0]


def page(found: Costs, command: str, version: str) -> str:
    """Return the page in Markdown.

    Parameters
    ----------
    found
        What was measured.
    command, version
        The command line, and the version of the program.
    """
    head = ("children", "CPU, seconds", "seconds for a million child-years", "memory, MB")
    years = UNTIL / 12.0
    rows = [
        (
            f"{one.children:,}",
            number(one.cpu),
            number(1e6 * one.cpu / (one.children * years)),
            number(one.peak / MEGABYTE),
        )
        for one in found.runs
    ]
    many = (
        f"{found.replicates} replicates of the district on {PARALLEL} processes: "
        f"{number(found.seconds)} seconds of the clock.\n"
    )
    parts = [
        _HEAD.format(command=command, version=version, replicates=found.replicates),
        table(("machine", ""), [*found.machine.items(), *found.versions.items()]),
        table(head, rows),
        many,
    ]
    return "\n".join(parts)


def _in_child(children: int) -> Cost:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_cost, (children,))


def _cost(children: int) -> Cost:
    task = Task("", 0, drivers_for(children), load_agent_parameters().defaults())
    study = Study(DISTRICT, YEARLY, 1)
    wall, cpu = time.perf_counter(), time.process_time()
    run_one(study, task)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Cost(children, cpu, wall, peak_memory())
