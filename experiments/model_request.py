"""What a run of any model is asked to do, checked as a whole before anything runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..model.distributions import Array
from ..model.engine.integrate import Engine, Method
from ..model.engine.reductions import Reduction
from ..model.errors import InputError, Problem
from ..model.language.ir import Program
from .draw_spec import Bounds, DrawSpec, load_draw_spec
from .run_options import (
    bounds_in_table,
    find_outputs,
    no_bounds,
    read_reductions,
    read_settings,
    split_names,
)
from .run_schedule import When, affordable, read_schedule

HEADLINES = ("true prevalence", "survey prevalence", "routine prevalence", "stunted children")
"""Outputs of the packaged model where none are named."""

MOST_STOCKS = 20


@dataclass(frozen=True)
class Options:
    """The options as they were typed; those of the command say what each means."""

    outputs: str = ""
    settings: Sequence[str] = ()
    draws: Path | None = None
    reduce: Sequence[str] = ()
    when: When = field(default_factory=When)
    method: Method = "euler"
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


def make_request(program: Program, options: Options, packaged: bool) -> Request:
    """Check the options against a model.

    Parameters
    ----------
    program
        The model.
    options
        What was typed.
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
    schedule = read_schedule(program, options.when, problems)
    spec = _spec(program, options, bounds, problems)
    if spec and spec.draws > 1 and {*spec.drawn, *spec.values} <= set(constants):
        remedy = "Set fewer constants, or remove --draws"
        problems.append(Problem("--set", "a constant left to the draws", "none", remedy))
    draws = spec.draws if spec else 1
    times, too_many = affordable(
        schedule.times, options.when.chosen, len(outputs), len(reductions), draws
    )
    if problems or too_many:
        raise InputError(dict.fromkeys([*problems, *too_many]))
    notes = _notes(constants, spec)
    if len(times) < len(schedule.times):
        notes.append(
            f"{draws} draws: values are kept at {len(times)} times; choose others with --times"
        )
    return Request(
        *(program, constants, spec, tuple(outputs), tuple(reductions)),
        *(times, schedule.time_step, schedule.until),
        *(options.method, options.engine, options.threads, tuple(notes)),
    )


def _spec(
    program: Program, options: Options, bounds: Bounds, problems: list[Problem]
) -> DrawSpec | None:
    """Return what is drawn, after noting what is wrong with the draws file."""
    if options.draws is not None:
        try:
            return load_draw_spec(options.draws, program, bounds, options.seed)
        except InputError as error:
            problems += error.problems
    elif options.seed is not None:
        remedy = "Add --draws SPEC.yaml, or remove --seed"
        problems.append(Problem("--seed", "something to draw", "no draws file", remedy))
    return None


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


def _notes(constants: dict[str, float], spec: DrawSpec | None) -> list[str]:
    if spec is None:
        return []
    notes = [f"--set {name} replaces its draws" for name in constants if name in spec.names]
    if spec.sampler == "sobol" and spec.draws & (spec.draws - 1):
        near = 1 << spec.draws.bit_length() - 1
        notes.append(f"a Sobol sequence is best with a power of two, {near} or {2 * near} draws")
    return notes
