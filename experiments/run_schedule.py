"""When a run of any model starts, steps and ends, and at which times its values are kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..model.distributions import Array
from ..model.engine.clock import control_value, make_clock
from ..model.errors import ModelError, Problem
from ..model.language.ir import Program
from .run_columns import IN_MEMORY, ON_DISK
from .run_options import read_times

MOST_STEPS = 2_000_000
FEW_TIMES = 5


@dataclass(frozen=True)
class When:
    """What was typed about time; the options of the command say what each means."""

    times: str = ""
    every: float | None = None
    until: float | None = None
    time_step: float | None = None

    @property
    def chosen(self) -> bool:
        """Whether the person chose the times at which values are kept."""
        return bool(self.times.strip()) or self.every is not None


@dataclass(frozen=True)
class Schedule:
    """Step and end of a run, and the times at which values are kept."""

    time_step: float
    until: float
    times: Array


def read_schedule(program: Program, when: When, problems: list[Problem]) -> Schedule:
    """Return when to run, after noting what is wrong with it."""
    asked = read_times(when.times, problems) if when.times.strip() else []
    step = control_value(program, "time_step") if when.time_step is None else when.time_step
    begin, end = (control_value(program, key) for key in ("initial_time", "final_time"))
    until = when.until if when.until is not None else max([end, *asked])
    wrong = _faults(when, begin, until, step)
    problems += wrong
    wanted = np.array(asked) if asked else None
    if wrong:
        return Schedule(step, until, np.array(asked))
    if when.every is not None and wanted is None:
        wanted = begin + when.every * np.arange(np.floor((until - begin) / when.every) + 1)
    try:
        clock = make_clock(program, wanted, None, until, step)
    except ModelError as error:
        problems += error.problems
        return Schedule(step, until, np.array(asked))
    return Schedule(step, until, np.array([clock.time(kept) for kept in clock.kept]))


def _faults(when: When, begin: float, until: float, step: float) -> list[Problem]:
    wrong = [
        Problem(name, "a number above 0", f"{value:g}", "Give a positive number")
        for name, value in (("--time-step", when.time_step), ("--every", when.every))
        if value is not None and not 0.0 < value < float("inf")
    ]
    if when.times.strip() and when.every is not None:
        wrong.append(Problem("--every", "no --times beside it", "both", "Give one of the two"))
    if not abs(until) < float("inf"):
        return [*wrong, Problem("--until", "a number", f"{until:g}", "Give the end of the run")]
    shortest = step if when.every is None else min(step, when.every)
    if not wrong and (until - begin) / shortest > MOST_STEPS:
        found = f"{(until - begin) / shortest:.3g} from {begin:g} to {until:g} by {shortest:g}"
        remedy = "Choose a longer --time-step or --every, or an earlier --until"
        wrong.append(Problem("--until", f"at most {MOST_STEPS} steps", found, remedy))
    return wrong


def affordable(
    times: Array, chosen: bool, outputs: int, others: int, draws: int
) -> tuple[Array, list[Problem]]:
    """Return the times, fewer where nobody chose them and not all values fit into memory.

    Parameters
    ----------
    times
        When values would be kept.
    chosen
        Whether a person chose them.
    outputs, others
        Values of a draw at each time, and besides.
    draws
        Number of draws.
    """
    if not chosen and draws * (outputs * len(times) + others) > IN_MEMORY:
        times = few(times, FEW_TIMES)
    count = draws * (outputs * len(times) + others)
    if count <= ON_DISK:
        return times, []
    remedy = "Ask for fewer outputs, times or draws, or use --reduce"
    return times, [Problem("--outputs", f"at most {ON_DISK} values", f"{count}", remedy)]


def few(times: Array, count: int) -> Array:
    """Return some of the times, spread evenly, first and last among them."""
    places = np.unique(np.linspace(0, len(times) - 1, min(count, len(times))).round().astype(int))
    return times[places]
