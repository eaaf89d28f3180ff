"""What each feedback loop does: runs with the loop cut, beside the run with all loops closed."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from ..model.calendar import FIRST_YEAR
from ..model.engine.integrate import simulate
from ..model.language.ir import Program
from ..scenarios.compile import Plan
from .outcomes import POINTS

Sign = Literal["+", "-", "0", "±"]
LOOPS = Path(__file__).with_name("data") / "loops.csv"
SURVEY = "survey prevalence"
VISIBLE = 1e-4
"""Changes smaller than this, percentage points, are called none."""


@dataclass(frozen=True)
class Loop:
    """A loop of the model and what cutting it is expected to do.

    The expectation is theory, not the outcome: a reinforcing loop helps a plan along, so cutting
    it makes the gain smaller; a balancing one holds it back. A loop that nothing sets going
    without the plan changes nothing with no extra action.

    Attributes
    ----------
    id, switch
        Short name, and the constant that cuts it when 0.
    sign
        ``+`` reinforcing, ``-`` balancing.
    base, gain
        Expected sign of the change in prevalence with no extra action, and in the gain of a
        strategy with forum, training and equipment; ``±`` where theory does not decide.
    name_id, name_en, path_id, path_en
        What it is called, and the variables on it.
    """

    id: str
    switch: str
    sign: Sign
    base: Sign
    gain: Sign
    name_id: str
    name_en: str
    path_id: str
    path_en: str


@dataclass(frozen=True)
class KnockOut:
    """What cutting a loop changed.

    Attributes
    ----------
    loop
        The loop.
    base
        Surveyed prevalence with no extra action, cut minus closed, percentage points.
    gain
        Gain of the strategy, cut minus closed, percentage points.
    """

    loop: Loop
    base: float
    gain: float

    @property
    def as_expected(self) -> bool:
        """Whether no visible change has another sign than expected."""
        return _agrees(self.loop.base, self.base) and _agrees(self.loop.gain, self.gain)


@dataclass(frozen=True)
class KnockOuts:
    """All loops, with the values when all are closed, percent and percentage points."""

    year: int
    prevalence: float
    gain: float
    rows: tuple[KnockOut, ...]


def load_loops() -> tuple[Loop, ...]:
    """Return the loops of the packaged model, with what is expected of each."""
    with LOOPS.open(encoding="utf-8", newline="") as file:
        return tuple(Loop(**row) for row in csv.DictReader(file))  # type: ignore[arg-type]


def knock_out(program: Program, plan: Plan, year: int = 2031) -> KnockOuts:
    """Cut each loop in turn, at central values.

    Parameters
    ----------
    program
        The model.
    plan
        Strategy whose gain is looked at.
    year
        Year at whose end prevalence is read.
    """
    loops = load_loops()
    switches = [{}, *({loop.switch: 0.0} for loop in loops)]
    base = _prevalence(program, switches, {}, year)
    gain = base - _prevalence(program, switches, plan.constants, year)
    rows = tuple(
        KnockOut(loop, float(base[k] - base[0]), float(gain[k] - gain[0]))
        for k, loop in enumerate(loops, 1)
    )
    return KnockOuts(year, float(base[0]), float(gain[0]), rows)


def _prevalence(
    program: Program, switches: list[dict[str, float]], levers: Mapping[str, float], year: int
) -> np.ndarray:
    """Return surveyed prevalence at the end of a year for each set of switches, percent."""
    month = 12.0 * (year + 1 - FIRST_YEAR)
    names = sorted({name for one in switches for name in one})
    members = {name: np.array([one.get(name, 1.0) for one in switches]) for name in names}
    run = simulate(program, dict(levers) | members, [SURVEY], [month], snapshot=False)
    return POINTS * run[SURVEY][:, 0]


def _agrees(expected: Sign, change: float) -> bool:
    if expected == "±" or abs(change) < VISIBLE:
        return True
    return expected == ("+" if change > 0.0 else "-")
