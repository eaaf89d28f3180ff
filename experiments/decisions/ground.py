"""The state of every draw at the decision date, from which what-if runs go on in one world.

A target asks hundreds of what-ifs of the same draws, with a value of its own in each draw. The
history is run once; every what-if starts from its end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ...model.calendar import DECISION_MONTH
from ...model.engine.integrate import simulate
from ...model.engine.trajectories import Snapshot
from ...model.language.ir import Program
from ...scenarios.compile import constants as constants_of
from ...scenarios.loader import BASELINE, load_scenario
from ..limits import FOOD, LINKS, SPEED_LIMIT
from ..runs.question import Question
from ..runs.worlds import World
from ..stack import cores, count

Floats = NDArray[np.float64]
Values = Mapping[str, float | Floats]

SURVEY = "survey prevalence"
SERVICES = ("maternal", "counselling", "illness", "protection")
COVERAGE = tuple(f"effective coverage[{name}]" for name in SERVICES)
SECTORS = ("HAZ survey prevalence", "stock survey prevalence")
OUTPUTS = (SURVEY, *SECTORS, *COVERAGE)
START = "faltering removal start"
CUT = "faltering removal"
SWITCHES = tuple(f"relax {link}" for link in LINKS)
"""Switches of the links of delivery: 1 makes a link as good as it can be for everyone."""


@dataclass(frozen=True)
class Ground:
    """Draws of one world at the decision date.

    Attributes
    ----------
    program, world
        The model and the structure.
    draws
        (draw,) by constant, what the world fixes included, no lever set.
    snapshot
        State at the decision date.
    failed
        Draws that left the finite numbers and are left out.
    past
        Surveyed prevalence each quarter up to the decision date, (draw, time), 0 to 1.
    """

    program: Program = field(repr=False)
    world: World
    draws: Mapping[str, Floats] = field(repr=False)
    snapshot: Snapshot = field(repr=False)
    failed: int
    past: Floats = field(repr=False)

    @property
    def size(self) -> int:
        """Number of draws."""
        return count(self.draws)

    def first(self, most: int) -> Ground:
        """Return the ground of the first draws."""
        rows = np.arange(min(most, self.size))
        kept = {name: values[rows] for name, values in self.draws.items()}
        return replace(self, draws=kept, snapshot=self.snapshot.take(rows), past=self.past[rows])

    def run(
        self,
        changed: Values,
        months: Floats,
        rows: NDArray[np.intp] | None = None,
    ) -> dict[str, Floats]:
        """Run on from the decision date with other constants.

        Parameters
        ----------
        changed
            Value by constant: one for all draws, or (row,).
        months
            (time,), from the decision date on.
        rows
            Draws to run; all by default.

        Returns
        -------
        dict
            (row, time) by variable of `OUTPUTS`.
        """
        chosen = np.arange(self.size) if rows is None else rows
        size = len(chosen)
        if size == 1:
            # A single draw would be taken for what all draws share, and compiled anew.
            chosen = np.repeat(chosen, 2)
        constants = {name: values[chosen] for name, values in self.draws.items()}
        for name, value in changed.items():
            constants[name] = np.broadcast_to(np.asarray(value, float), chosen.shape).copy()
        run = simulate(
            self.program,
            constants,
            list(OUTPUTS),
            months,
            start=self.snapshot.take(chosen),
            snapshot=False,
            threads=cores(),
        )
        shape = (len(chosen), len(months))
        return {name: np.broadcast_to(run[name], shape)[:size] for name in OUTPUTS}

    def prevalence(
        self, changed: Values, month: float, rows: NDArray[np.intp] | None = None
    ) -> Floats:
        """Return surveyed prevalence at one month, (row,), 0 to 1."""
        return self.run(changed, np.array([month]), rows)[SURVEY][:, 0]


def no_action(program: Program) -> dict[str, float]:
    """Return the constants that what-ifs replace, at the values of no extra action.

    With every one of them given in every run, one compiled kernel serves all.
    """
    defaults = dict(zip(program.constants, program.defaults, strict=True))
    names = {*SWITCHES, *FOOD, *SPEED_LIMIT.constants, START}
    own = {name: defaults[program.find(name).name] for name in sorted(names)}
    return own | constants_of(load_scenario(BASELINE))


def lay(question: Question, world: World) -> Ground:
    """Run the history of a world up to the decision date.

    Parameters
    ----------
    question
        Whose draws are run.
    world
        One of its structures.
    """
    program = question.program
    draws = question.constants(world)
    size = count(draws)
    draws |= {name: np.full(size, value) for name, value in no_action(program).items()}
    months = np.arange(0.0, DECISION_MONTH + 1e-9, 3.0)
    run = simulate(program, draws, list(OUTPUTS), months, until=DECISION_MONTH, threads=cores())
    past = run[SURVEY]
    kept = np.flatnonzero(np.isfinite(past).all(axis=1))
    draws = {name: values[kept] for name, values in draws.items()}
    state = run.snapshot.take(kept)
    return Ground(program, world, draws, state, size - len(kept), past[kept])


def crossing(
    function: Callable[[Floats, NDArray[np.intp]], Floats],
    low: Floats,
    high: Floats,
    tolerance: float = 1e-7,
    rounds: int = 60,
) -> Floats:
    """Return where a falling function of each row passes zero.

    Regula falsi with the Illinois rule, all rows at once; rows leave when they are done.
    Source: Dowell and Jarratt, "A modified regula falsi method for computing the root of an
    equation" (1971), https://doi.org/10.1007/BF01934364

    Parameters
    ----------
    function
        Of (row,) arguments and the rows that they belong to; (row,) values.
    low, high
        (row,), ends of the search.
    tolerance
        A value so near to zero ends the search of a row.
    rounds
        Most evaluations.

    Returns
    -------
    ndarray
        (row,): `low` where the function is not above zero there, infinity where it is above zero
        at `high`.
    """
    rows = np.arange(len(low))
    left, right = np.array(low, float), np.array(high, float)
    at_left, at_right = function(left, rows).copy(), function(right, rows).copy()
    found = np.where(at_left <= 0.0, left, np.where(at_right > 0.0, np.inf, right))
    active = rows[(at_left > 0.0) & (at_right <= 0.0) & (np.abs(at_right) > tolerance)]
    side = np.zeros(len(rows), int)
    for _ in range(rounds):
        if not len(active):
            break
        a, b, fa, fb = left[active], right[active], at_left[active], at_right[active]
        x = (a * fb - b * fa) / (fb - fa)
        value = function(x, active)
        found[active] = x
        up, down = active[value > 0.0], active[value <= 0.0]
        left[up], at_left[up] = x[value > 0.0], value[value > 0.0]
        right[down], at_right[down] = x[value <= 0.0], value[value <= 0.0]
        at_right[up] = np.where(side[up] == 1, at_right[up] / 2.0, at_right[up])
        at_left[down] = np.where(side[down] == -1, at_left[down] / 2.0, at_left[down])
        side[up], side[down] = 1, -1
        active = active[np.abs(value) > tolerance]
    return found
