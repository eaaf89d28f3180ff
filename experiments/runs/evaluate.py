"""Run scenarios over points of the uncertain, and read the outcomes of every run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ...model.calendar import FIRST_YEAR
from ...model.language.ir import Program
from ...scenarios.compile import Plan
from ...scenarios.loader import BASELINE
from ..batch import Batch, Progress, case_of, run_batch
from ..outcomes import POINTS, TIE
from ..stack import Case
from .worlds import STANDARD, World

Floats = NDArray[np.float64]

Form = Literal["value", "gain", "rise"]
FORMS: tuple[str, ...] = get_args(Form)
"""``value`` at the date; ``gain``: the paired fall against no extra action; ``rise``: the rise."""


@dataclass(frozen=True)
class Outcome:
    """A number read from each run.

    Attributes
    ----------
    name
        Name of the column.
    variable
        Variable of the model.
    month
        Saved month of the model's clock.
    form
        One of `FORMS`.
    scale
        What the number is multiplied with: 100 turns a share into percent or points.
    """

    name: str
    variable: str
    month: float
    form: Form = "value"
    scale: float = 1.0


def year_end(year: int) -> float:
    """Return the month in which a year ends."""
    return 12.0 * (year + 1 - FIRST_YEAR)


def standard_outcomes(year: int) -> tuple[Outcome, ...]:
    """Return what planners ask of a strategy at the end of a year.

    Surveyed prevalence (percent), its fall against no extra action (points), stunted children
    fewer, child-years without stunting gained (both against no extra action), and cumulative extra
    spending (million rupiah).
    """
    month = year_end(year)
    return (
        Outcome("prevalence", "survey prevalence", month, "value", POINTS),
        Outcome("gain", "survey prevalence", month, "gain", POINTS),
        Outcome("averted", "stunted children", month, "gain"),
        Outcome("child_years", "stunting free child years", month, "rise"),
        Outcome("spending", "Cumulative Spending", month),
    )


@dataclass(frozen=True)
class Evaluation:
    """Outcomes of every run.

    Attributes
    ----------
    scenarios
        Ids, no extra action first.
    outcomes
        Names.
    values
        (scenario, draw, outcome). A draw that failed in any scenario is NaN in all.
    failed
        (draw,), whether a run left the finite numbers.
    """

    scenarios: tuple[str, ...]
    outcomes: tuple[str, ...]
    values: Floats = field(repr=False)
    failed: NDArray[np.bool_] = field(repr=False)

    def of(self, outcome: str, scenario: str) -> Floats:
        """Return one outcome of one scenario, (draw,)."""
        return self.values[self.scenarios.index(scenario), :, self.outcomes.index(outcome)]

    def table(self, outcome: str) -> Floats:
        """Return one outcome of all scenarios, (draw, scenario)."""
        return self.values[:, :, self.outcomes.index(outcome)].T


def evaluate(
    program: Program,
    constants: Mapping[str, Floats],
    plans: Sequence[Plan],
    outcomes: Sequence[Outcome],
    world: World = STANDARD,
    *,
    threads: int = 0,
    progress: Progress = lambda done, total: None,
) -> Evaluation:
    """Run plans over the same draws in one world.

    Parameters
    ----------
    program
        The model.
    constants
        (draw,) by constant, as `Space.constants` gives them.
    plans
        Strategies, no extra action first.
    outcomes
        What to read.
    world
        Structure; it has the last word over the draws, a scenario's own settings over it.
    threads
        Chunks computed at the same time; 0 for one on each processor. Results do not depend on it.
    progress
        Called with pieces done and pieces in all.
    """
    if plans[0].scenario.id != BASELINE:
        raise ValueError(f"expected {BASELINE!r} first, found {plans[0].scenario.id!r}")
    size = max(len(values) for values in constants.values())
    draws = dict(constants) | {name: np.full(size, v) for name, v in world.settings.items()}
    cases = [case_of(plan) for plan in plans]
    return read_cases(run_cases(program, draws, cases, outcomes, threads, progress), outcomes)


def run_cases(
    program: Program,
    draws: Mapping[str, Floats],
    cases: Sequence[Case],
    outcomes: Sequence[Outcome],
    threads: int = 0,
    progress: Progress = lambda done, total: None,
) -> Batch:
    """Run cases with the variables and months that outcomes need.

    Parameters
    ----------
    program, draws, cases, threads, progress
        As for `run_batch`.
    outcomes
        What will be read.
    """
    variables = list(dict.fromkeys(outcome.variable for outcome in outcomes))
    months = sorted({outcome.month for outcome in outcomes})
    return run_batch(program, draws, cases, variables, months, threads=threads, progress=progress)


def read_cases(batch: Batch, outcomes: Sequence[Outcome]) -> Evaluation:
    """Return the outcomes of a batch whose first case is what the others are compared with."""
    names = tuple(batch.values)
    values = np.stack([np.column_stack([_read(batch, n, o) for o in outcomes]) for n in names])
    values[:, batch.failed] = np.nan
    return Evaluation(names, tuple(outcome.name for outcome in outcomes), values, batch.failed)


def _read(batch: Batch, case: str, outcome: Outcome) -> Floats:
    column = batch.column(outcome.month)
    value = batch.values[case][outcome.variable][:, column]
    if outcome.form == "value":
        return outcome.scale * value
    base = batch.values[next(iter(batch.values))][outcome.variable][:, column]
    change = base - value if outcome.form == "gain" else value - base
    # Rounding of the engine is not an effect; the bound is relative for counts of children.
    small = TIE * np.maximum(1.0, np.abs(base))
    return outcome.scale * np.where(np.abs(change) < small, 0.0, change)
