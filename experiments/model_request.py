"""What a run of any model is asked to do, checked as a whole before anything runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..model.distributions import Array
from ..model.engine.clock import control_value, make_clock
from ..model.engine.integrate import Engine, Method
from ..model.engine.reductions import Reduction
from ..model.errors import InputError, ModelError, Problem
from ..model.language.ir import Program
from .draw_spec import DrawSpec, load_draw_spec
from .run_columns import IN_MEMORY, ON_DISK
from .run_options import (
    bounds_in_table,
    find_outputs,
    no_bounds,
    read_reductions,
    read_settings,
    read_times,
    split_names,
)

HEADLINES = ("true prevalence", "survey prevalence", "routine prevalence", "stunted children")
"""Outputs of the packaged model where none are named."""

MOST_STOCKS = 20
MOST_STEPS = 2_000_000
FEW_TIMES = 5


@dataclass(frozen=True)
class Options:
    """The options as they were typed; those of the command say what each means."""

    outputs: str = ""
    settings: Sequence[str] = ()
    draws: Path | None = None
    reduce: Sequence[str] = ()
    times: str = ""
    every: float | None = None
    until: float | None = None
    time_step: float | None = None
    method: Method | None = None
    engine: Engine = "auto"
    threads: int = 1
    seed: int | None = None


@dataclass(frozen=True)
class Request:
    """A run that can start.

    Attributes
    ----------
    program
        The model.
    constants
        Set by hand, for all draws.
    spec
        What is drawn; nothing for one run.
    outputs
        Variables whose values are kept.
    reductions
        One number per draw each.
    times
        When values are kept, in the model's unit of time.
    time_step, until
        Step, and end of the run.
    notes
        What the person should know: what was decided for them.
    """

    program: Program = field(repr=False)
    constants: dict[str, float]
    spec: DrawSpec | None
    outputs: tuple[str, ...]
    reductions: tuple[Reduction, ...]
    times: Array
    time_step: float
    until: float
    method: Method
    engine: Engine
    threads: int
    notes: tuple[str, ...] = ()

    @property
    def draws(self) -> int:
        """Number of draws."""
        return self.spec.draws if self.spec else 1

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the constants that are drawn, given or set."""
        return tuple(dict.fromkeys((*(self.spec.names if self.spec else ()), *self.constants)))

    @property
    def time_unit(self) -> str:
        """Unit of time of the model."""
        controls = [item for item in self.program.variables.values() if item.kind == "control"]
        return next((item.unit for item in controls if item.unit), "")

    def unit(self, name: str) -> str:
        """Return the unit of a variable."""
        return self.program.variables[name].unit

    def reduced_unit(self, item: Reduction) -> str:
        """Return the unit of a reduction, in the model's own unit of time."""
        if item.kind.startswith("first"):
            return self.time_unit
        unit = self.unit(item.variable)
        return f"{unit}*{self.time_unit}" if item.kind == "integral" else unit


def make_request(program: Program, options: Options, method: Method, packaged: bool) -> Request:
    """Check the options against a model.

    Parameters
    ----------
    program
        The model.
    options
        What was typed.
    method
        Of integration, if the options name none.
    packaged
        Whether it is the packaged model, whose parameter table knows the bounds of constants.

    Raises
    ------
    InputError
        With everything that is wrong with the options and the draws file.
    """
    problems: list[Problem] = []
    bounds = bounds_in_table if packaged else no_bounds
    outputs = _outputs(program, options, HEADLINES if packaged else (), problems)
    reductions = read_reductions(program, options.reduce, problems)
    constants = read_settings(program, options.settings, bounds, problems)
    step, until, times = _clock(program, options, problems)
    spec = None
    if options.draws is not None:
        try:
            spec = load_draw_spec(options.draws, program, bounds, options.seed)
        except InputError as error:
            problems += error.problems
    elif options.seed is not None:
        remedy = "Add --draws SPEC.yaml, or remove --seed"
        problems.append(Problem("--seed", "something to draw", "no draws file", remedy))
    notes = _notes(constants, spec)
    if spec and spec.draws > 1 and {*spec.drawn, *spec.values} <= set(constants):
        remedy = "Set fewer constants, or remove --draws"
        problems.append(Problem("--set", "a constant left to the draws", "none", remedy))
    if not problems:
        cells = (len(outputs), len(reductions))
        times = _affordable(times, cells, spec.draws if spec else 1, options, notes, problems)
    if problems:
        raise InputError(dict.fromkeys(problems))
    return Request(
        *(program, constants, spec, tuple(outputs), tuple(reductions), times, step, until),
        *(options.method or method, options.engine, options.threads, tuple(notes)),
    )


def _outputs(
    program: Program, options: Options, otherwise: Sequence[str], problems: list[Problem]
) -> list[str]:
    """Return the variables asked for, else the known ones, else the stocks where they are few."""
    names = split_names(options.outputs)
    if names or options.reduce:
        return find_outputs(program, names, problems)
    if otherwise:
        return list(otherwise)
    stocks = [item.name for item in program.variables.values() if item.kind == "stock"]
    if 0 < len(stocks) <= MOST_STOCKS:
        return stocks
    expected = f"names of variables, since {program.label} has {len(stocks) or 'no'} stocks"
    remedy = 'Write for example --outputs "a,b[x]"; `tumbuh model vars` lists the names'
    problems.append(Problem("--outputs", expected, "none", remedy))
    return []


def _clock(
    program: Program, options: Options, problems: list[Problem]
) -> tuple[float, float, Array]:
    """Return step, end and times, after noting what is wrong with them."""
    asked = read_times(options.times, problems) if options.times.strip() else []
    if options.times.strip() and options.every is not None:
        remedy = "Give one of the two"
        problems.append(Problem("--every", "no --times beside it", "both", remedy))
    step = options.time_step or control_value(program, "time_step")
    begin, end = (control_value(program, key) for key in ("initial_time", "final_time"))
    until = options.until if options.until is not None else max([end, *asked])
    wrong = [
        Problem(name, "a number above 0", f"{value:g}", "Give a positive number")
        for name, value in (("--time-step", options.time_step), ("--every", options.every))
        if value is not None and not 0.0 < value < float("inf")
    ]
    if not wrong and not abs(until) < float("inf"):
        wrong.append(Problem("--until", "a number", f"{until:g}", "Give the end of the run"))
    if not wrong and (until - begin) / step > MOST_STEPS:
        found = f"{(until - begin) / step:.3g} from {begin:g} to {until:g} by {step:g}"
        remedy = "Choose a longer --time-step or an earlier --until"
        wrong.append(Problem("--until", f"at most {MOST_STEPS} steps", found, remedy))
    problems += wrong
    if wrong:
        return step, until, np.array(asked)
    return step, until, _times(program, options, asked, (begin, until, step), problems)


def _times(
    program: Program,
    options: Options,
    asked: list[float],
    span: tuple[float, float, float],
    problems: list[Problem],
) -> Array:
    begin, until, step = span
    wanted = np.array(asked) if asked else None
    if options.every is not None and wanted is None:
        wanted = begin + options.every * np.arange(np.floor((until - begin) / options.every) + 1)
    try:
        clock = make_clock(program, wanted, None, until, step)
    except ModelError as error:
        problems += error.problems
        return np.array(asked)
    return np.array([clock.time(kept) for kept in clock.kept])


def _notes(constants: dict[str, float], spec: DrawSpec | None) -> list[str]:
    if spec is None:
        return []
    notes = [f"--set {name} replaces its draws" for name in constants if name in spec.names]
    if spec.sampler == "sobol" and spec.draws & (spec.draws - 1):
        near = 1 << spec.draws.bit_length() - 1
        notes.append(f"a Sobol sequence is best with a power of two, {near} or {2 * near} draws")
    return notes


def _affordable(
    times: Array,
    cells: tuple[int, int],
    draws: int,
    options: Options,
    notes: list[str],
    problems: list[Problem],
) -> Array:
    """Return the times; fewer where nobody chose them and the values of all would not fit."""
    outputs, reduced = cells
    chosen = bool(options.times.strip()) or options.every is not None
    if draws * (outputs * len(times) + reduced) <= (ON_DISK if chosen else IN_MEMORY):
        return times
    if not chosen and len(times) > FEW_TIMES:
        times = few(times, FEW_TIMES)
        notes.append(
            f"{draws} draws: values are kept at {len(times)} times; choose others with --times"
        )
    count = draws * (outputs * len(times) + reduced)
    if count > ON_DISK:
        remedy = "Ask for fewer outputs, times or draws, or use --reduce"
        problems.append(Problem("--outputs", f"at most {ON_DISK} values", f"{count}", remedy))
    return times


def few(times: Array, count: int) -> Array:
    """Return some of the times, spread evenly, first and last among them."""
    places = np.unique(np.linspace(0, len(times) - 1, min(count, len(times))).round().astype(int))
    return times[places]
