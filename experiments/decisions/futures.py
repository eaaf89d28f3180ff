"""The same draws from the decision date on, under any number of plans at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...model.calendar import DECISION_MONTH, LAST_YEAR
from ...model.engine.integrate import simulate
from ...model.engine.trajectories import Snapshot
from ...model.language.ir import Program
from ..runs.worlds import World
from ..stack import STACK, cores
from .funding import Floats, Population, population_of

CHILD_YEARS, REACH = "stunting free child years", "convergence"
PREVALENCE, SPENT = "true prevalence", "Cumulative Spending"
OUTPUTS = (CHILD_YEARS, REACH, PREVALENCE, SPENT)
"""Read from every run: what is gained, who gets all services, what a survey may show, money."""

CEILING = "budget ceiling"
"""Constant of the model that holds spending to a yearly sum in every draw, whatever prices are."""


@dataclass(frozen=True)
class Futures:
    """Draws of one world at the decision date.

    Attributes
    ----------
    world
        The structure.
    draws
        (draw,) by constant.
    snapshot
        State at the decision date, of the same draws.
    month
        When outcomes are read.
    ceiling
        Million rupiah a year that the model allows.
    """

    program: Program = field(repr=False)
    world: World
    draws: Mapping[str, Floats] = field(repr=False)
    snapshot: Snapshot = field(repr=False)
    month: float
    ceiling: float
    threads: int = 0

    @property
    def size(self) -> int:
        """Number of draws."""
        return max(len(values) for values in self.draws.values())

    def first(self, draws: int) -> Futures:
        """Return the same with the first draws alone."""
        rows = np.arange(min(draws, self.size))
        return Futures(
            self.program,
            self.world,
            {name: values[rows] for name, values in self.draws.items()},
            self.snapshot.take(rows),
            self.month,
            self.ceiling,
            self.threads,
        )

    def run(self, plans: Population) -> dict[str, Floats]:
        """Run plans over all draws from the state that is stored.

        Parameters
        ----------
        plans
            What is funded.

        Returns
        -------
        dict
            (plan, draw) by name in `OUTPUTS`, at `month`.
        """
        constants = plans.constants() | {CEILING: np.full(plans.size, self.ceiling)}
        together = max(1, STACK // self.size)
        parts = [
            self._call({name: c[first : first + together] for name, c in constants.items()})
            for first in range(0, plans.size, together)
        ]
        return {name: np.vstack([part[name] for part in parts]) for name in OUTPUTS}

    def _call(self, constants: Mapping[str, Floats]) -> dict[str, Floats]:
        plans = len(next(iter(constants.values())))
        rows = np.tile(np.arange(self.size), plans)
        given = {name: values[rows] for name, values in self.draws.items()}
        given |= {name: np.repeat(values, self.size) for name, values in constants.items()}
        run = continue_from(self.program, given, self.snapshot.take(rows), self.month, self.threads)
        return {name: run[name].reshape(plans, self.size) for name in OUTPUTS}

    def nothing(self) -> dict[str, Floats]:
        """Return (draw,) by name in `OUTPUTS` with no extra action."""
        return {
            name: values[0] for name, values in self.run(population_of([{}], LAST_YEAR)).items()
        }


def continue_from(
    program: Program, given: Mapping[str, Floats], start: Snapshot, month: float, threads: int
) -> dict[str, Floats]:
    """Run members from a state and return (member,) by name in `OUTPUTS` at a month."""
    run = simulate(
        program,
        given,
        list(OUTPUTS),
        [month],
        start=start,
        snapshot=False,
        threads=threads or cores(),
    )
    members = len(next(iter(given.values())))
    return {name: np.broadcast_to(run[name][:, 0], (members,)) for name in OUTPUTS}


def futures(
    program: Program,
    world: World,
    draws: Mapping[str, Floats],
    month: float,
    ceiling: float,
    threads: int = 0,
) -> Futures:
    """Run the history once and keep the state at the decision date.

    Parameters
    ----------
    program
        The model.
    world
        Structure that the draws are of.
    draws
        (draw,) by constant.
    month
        When outcomes will be read.
    ceiling
        Million rupiah a year.
    threads
        0 for one on each processor. Results do not depend on it.
    """
    given = dict(draws)
    history = simulate(
        program,
        given,
        [SPENT],
        [DECISION_MONTH - 1.0],
        until=DECISION_MONTH,
        threads=threads or cores(),
    )
    return Futures(program, world, given, history.snapshot, month, ceiling, threads)


def sound(*tables: Floats) -> NDArray[np.bool_]:
    """Return (draw,), whether a draw is finite in every plan of every table (plan, draw)."""
    return np.logical_and.reduce([np.isfinite(np.atleast_2d(t)).all(axis=0) for t in tables])
