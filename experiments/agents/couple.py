"""From the agents to the stocks: how far services meet in one family, as draws for the evidence."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ...model.agents.areas import Area, areas_of
from ...model.agents.coupling import (
    COVERAGE_SHIFTS,
    INDEX_LEVELS,
    Grid,
    Line,
    bootstrap,
    convergence,
    fit_line,
    monotone,
    run_grid,
)
from ...model.agents.drivers import PACKAGES
from ...model.agents.facts import load_agent_parameters
from ...model.evidence_tables import EVIDENCE_FOLDER
from ...model.parameters import draw_prior, load_parameters
from ...model.randomness import stream

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]
_Task = tuple[int, dict[str, float]]

SHIPPED = EVIDENCE_FOLDER / "concordance.csv"
"""The draws behind the prior of the concordance in the parameter table."""

DRAWS, LINES, FAMILIES, SEED = 120, 400, 6000, 20261129
"""What the shipped draws were made with."""


@dataclass(frozen=True)
class Coupling:
    """What the agents say about overlap.

    Attributes
    ----------
    grid
        Concordance by draw, level of coordination and level of coverage.
    lines
        Bootstrapped lines, one for each draw of the evidence.
    central
        The grid and the line at the central values of all parameters.
    """

    grid: Grid = field(repr=False)
    lines: tuple[Line, ...] = field(repr=False)
    central: tuple[Grid, Line]

    @property
    def departure(self) -> float:
        """Largest difference between simulated convergence and what the line gives back, share."""
        grid, line = self.central
        return float(np.abs(convergence(line, grid) - grid.together).max())


def couple(
    district: str = "paser",
    draws: int = DRAWS,
    families: int = FAMILIES,
    seed: int = SEED,
    workers: int = 1,
    progress: Progress = lambda done, total: None,
) -> Coupling:
    """Simulate services at every level of coordination and fit lines.

    Parameters
    ----------
    district
        Id of a district.
    draws
        Draws of the agents' parameters from their priors.
    families
        Families that are simulated for each.
    seed
        Names the random numbers.
    workers
        Processes; the results do not depend on it.
    progress
        Called with draws done and draws in all.
    """
    table = load_agent_parameters()
    drawn = draw_prior(table, seed, draws)
    assumptions = [
        table.defaults() | {name: float(values[draw]) for name, values in drawn.items()}
        for draw in range(draws)
    ]
    simulate = partial(_one, areas_of(district), _contact(), families, seed)
    tasks = list(enumerate([table.defaults(), *assumptions]))
    grids = []
    for done, grid in enumerate(_map(simulate, tasks, workers), 1):
        grids.append(grid)
        progress(done, len(tasks))
    grid = _join(grids[1:])
    lines = bootstrap(grid.k, LINES, stream(seed, "coupling/bootstrap"))
    return Coupling(grid, tuple(lines), (grids[0], fit_line(monotone(grids[0].k[0]))))


def line_rows(lines: Sequence[Line]) -> list[dict[str, float]]:
    """Return a row for each line: its number, the overlap without coordination, and the rise."""
    return [
        {"line": number, "low": line.low, "rise": line.rise} for number, line in enumerate(lines)
    ]


def grid_rows(found: Coupling) -> list[dict[str, float]]:
    """Return a row for each draw and level: what was simulated, and its concordance."""
    grid, k = found.grid, found.grid.k
    return [
        {
            "draw": draw,
            "coordination_index": INDEX_LEVELS[row],
            "coverage_shift_log_odds": COVERAGE_SHIFTS[column],
            "served_by_all": float(grid.together[draw, row, column]),
            "independent": float(grid.product[draw, row, column]),
            "nested": float(grid.minimum[draw, row, column]),
            "concordance": float(k[draw, row, column]),
        }
        for draw, row, column in np.ndindex(k.shape)
    ]


def _contact() -> Floats:
    table = load_parameters()
    return np.array([table.get(f"initial contact[{name}]").value for name in PACKAGES])


def _one(
    areas: tuple[Area, ...],
    contact: Floats,
    families: int,
    seed: int,
    task: _Task,
) -> Grid:
    number, values = task
    table = load_parameters()
    posyandu = round(table.get("initial service points").value)
    puskesmas = round(table.get("puskesmas").value)
    return run_grid(areas, contact, [values], families, posyandu, puskesmas, seed + number)


def _map(function: Callable[[_Task], Grid], tasks: Sequence[_Task], workers: int) -> Iterator[Grid]:
    if workers <= 1:
        yield from map(function, tasks)
        return
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap(function, tasks)


def _join(grids: Sequence[Grid]) -> Grid:
    together, product, minimum = (
        np.concatenate([getattr(grid, name) for grid in grids])
        for name in ("together", "product", "minimum")
    )
    return Grid(grids[0].contact, together, product, minimum)
