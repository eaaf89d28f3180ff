"""EMA Workbench over PySD beside the compiled engine: one design, one model, both in one run."""

from __future__ import annotations

import re
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.distributions import quantile
from ..model.engine.integrate import simulate
from ..model.errors import ModelError, Problem
from ..model.language.cache import load_program
from ..model.language.ir import Program
from ..model.parameters import Parameter, load_parameters
from .bench_models import PACKAGED
from .bench_report import table
from .runs.points import sampled

Floats = NDArray[np.float64]

OUTCOMES = ("survey prevalence", "true prevalence", "Cumulative Spending")
ENDS = (0.05, 0.95)
"""Quantiles of the priors between which the design lies."""
SEED = 20260101
MONTHS = 24
"""Length of a run. PySD takes the same time for every step, so that the ratio does not depend on it;
the whole horizon would take minutes for each run."""

_HEAD = """# EMA Workbench beside the compiled engine

Written by `{command}` with tumbuh {tumbuh} ({versions}); nothing on this page is typed.

One Latin hypercube of the levers' parameters, between the 5 and 95 percent quantiles of their
priors, goes through EMA Workbench with its PySD connector and through the compiled engine, in one
run on one machine. Both run the packaged model from January 2018 over the same months and keep the
same outcomes at every month. EMA Workbench evaluates one run after the other; starting it and
translating the model are not counted, nor is compiling ours.

"""


@dataclass(frozen=True)
class SideBySide:
    """Two engines on one design.

    Attributes
    ----------
    uncertainties
        Names, in the order of the columns.
    runs
        Runs of both.
    many
        Runs of the compiled engine when its rate was taken.
    sample_difference
        Largest difference between the numbers that EMA Workbench recorded for its runs and those
        of our design, relative.
    outcome_difference
        Largest difference of an outcome at any saved time, relative.
    ema_rate, rate
        Runs a second: EMA Workbench with its sequential evaluator, ours on one thread.
    """

    uncertainties: tuple[str, ...]
    runs: int
    many: int
    sample_difference: float
    outcome_difference: float
    ema_rate: float
    rate: float

    @property
    def ratio(self) -> float:
        """How many runs of ours fit into the time of one of EMA Workbench."""
        return self.rate / self.ema_rate


def side_by_side(
    runs: int = 4, many: int = 16_384, say: Callable[[str], None] = lambda text: None
) -> SideBySide:
    """Run one Latin hypercube on both.

    Parameters
    ----------
    runs
        Runs of both.
    many
        Runs for the rate of the compiled engine: the same runs, repeated.
    say
        Called with what is being done.

    Raises
    ------
    ModelError
        If EMA Workbench is not installed.
    """
    rows = chosen()
    draws = design(rows, runs)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "short.mdl"
        path.write_text(shortened(PACKAGED.read_text(encoding="utf-8")), encoding="utf-8")
        program = load_program(path, trust=True)
        say(f"EMA Workbench over PySD, {runs} runs of {MONTHS} months")
        recorded, found, seconds = _ema(path, draws)
        own = simulate(program, draws, OUTCOMES, np.arange(MONTHS + 1.0), snapshot=False)
        say(f"the compiled engine, {many} runs")
        repeated = {name: np.resize(values, many) for name, values in draws.items()}
        rate = many / _seconds(program, repeated)
    given = max(_apart(recorded[name], draws[name]) for name in draws)
    apart = max(_apart(found[name], own[name]) for name in OUTCOMES)
    return SideBySide(tuple(draws), runs, many, given, apart, runs / seconds, rate)


def as_page(found: SideBySide, command: str) -> str:
    """Return the page in Markdown.

    Parameters
    ----------
    found
        The measurement.
    command
        The command line that made it.
    """
    rows = (
        ("runs of both", f"{found.runs}"),
        ("months of a run", f"{MONTHS}"),
        ("uncertainties", f"{len(found.uncertainties)}"),
        ("largest difference of a sample, relative", f"{found.sample_difference:.1e}"),
        ("largest difference of an outcome, relative", f"{found.outcome_difference:.1e}"),
        ("EMA Workbench over PySD, runs a second", f"{found.ema_rate:.3f}"),
        ("compiled engine on one thread, runs a second", f"{found.rate:,.0f}"),
        ("ratio", f"{found.ratio:,.0f}"),
    )
    own, libraries = version("tumbuh"), ("ema-workbench", "pysd", "numpy", "llvmlite")
    versions = ", ".join(f"{name} {version(name)}" for name in libraries)
    return _HEAD.format(command=command, tumbuh=own, versions=versions) + table(("", ""), rows)


def chosen() -> tuple[Parameter, ...]:
    """Return the levers' parameters that PySD takes one by one and that vary continuously."""
    rows = load_parameters().uncertain(2)
    return tuple(r for r in rows if "[" not in r.name and r.prior.family != "bernoulli")


def shortened(text: str) -> str:
    """Return the text of the model with an end after `MONTHS`."""
    found, count = re.subn(r"(?m)^(FINAL TIME\s*=\s*)[\d.]+", rf"\g<1>{MONTHS}", text)
    if count != 1:
        raise ValueError(f"expected FINAL TIME once, found it {count} times")
    return found


def python_name(name: str) -> str:
    """Return a name without spaces, which EMA Workbench asks for."""
    return name.replace(" ", "_")


def design(rows: Sequence[Parameter], runs: int) -> dict[str, Floats]:
    """Return a Latin hypercube between the `ENDS` of the priors, (run,) by name."""
    names = [row.name for row in rows]
    points = sampled("latin_hypercube", names, runs, SEED)(0, runs)
    low, high = ENDS
    return {
        row.name: quantile(row.prior, low + (high - low) * points[:, column])
        for column, row in enumerate(rows)
    }


def _ema(
    path: Path, draws: Mapping[str, Floats]
) -> tuple[Mapping[str, Floats], Mapping[str, Floats], float]:
    """Return what EMA Workbench says it sampled, the outcomes it found, and its seconds."""
    ema, model_of = _library()
    model: Any = model_of("stunting", mdl_file=str(path))
    model.uncertainties = [
        ema.RealParameter(python_name(name), *_around(values), variable_name=[name])
        for name, values in draws.items()
    ]
    model.outcomes = [
        ema.TimeSeriesOutcome(python_name(name), variable_name=name) for name in OUTCOMES
    ]
    size = len(next(iter(draws.values())))
    rows = [{python_name(n): float(v[run]) for n, v in draws.items()} for run in range(size)]
    scenarios = [ema.Scenario(str(run), **row) for run, row in enumerate(rows)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # One run before, so that the translation of the model is not timed.
        ema.perform_experiments(model, scenarios=scenarios[:1], log_progress=True)
        start = time.perf_counter()
        table, found = ema.perform_experiments(model, scenarios=scenarios, log_progress=True)
        seconds = time.perf_counter() - start
    recorded = {name: table[python_name(name)].to_numpy(float) for name in draws}
    outcomes = {name: np.asarray(found[python_name(name)], float) for name in OUTCOMES}
    return recorded, outcomes, seconds


def _library() -> tuple[Any, Any]:
    try:
        # Kept and not printed: the library sets a filter of its own while it is imported.
        with warnings.catch_warnings(record=True):
            import ema_workbench
            from ema_workbench.connectors.pysd_connector import PysdModel
    except ImportError as error:
        remedy = "Install ema-workbench, as `make test` does"
        raise ModelError([Problem("ema_workbench", "the library", str(error), remedy)]) from error
    return ema_workbench, PysdModel


def _around(values: Floats) -> tuple[float, float]:
    """Return ends around the values: EMA Workbench wants a range that is not empty."""
    margin = 1e-6 + np.ptp(values)
    return float(values.min() - margin), float(values.max() + margin)


def _seconds(program: Program, draws: Mapping[str, Floats]) -> float:
    """Return the seconds of the compiled engine on one thread, after a call that compiles."""
    first = {name: values[:8] for name, values in draws.items()}
    times = np.arange(MONTHS + 1.0)
    simulate(program, first, OUTCOMES, times, snapshot=False)
    start = time.perf_counter()
    simulate(program, draws, OUTCOMES, times, snapshot=False)
    return time.perf_counter() - start


def _apart(first: Floats, second: Floats) -> float:
    """Return the largest relative difference."""
    size = np.maximum(np.maximum(np.abs(first), np.abs(second)), 1e-12)
    return float(np.max(np.abs(first - second) / size))
