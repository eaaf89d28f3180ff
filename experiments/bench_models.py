"""The models that the benchmark runs: the packaged one, and a generated one of known size."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..calibration.ensemble import load_ensemble
from ..model.engine.clock import control_index
from ..model.language.cache import PACKAGED, load_program
from ..model.language.ir import Program
from ..model.randomness import stream
from .outcomes import OUTPUTS

Floats = NDArray[np.float64]

SECTORS = 10
"""Sectors of the synthetic model at its usual size: 20 stocks, 137 variables."""

DRAWS = 2000
SEED = 20260101
_SPREAD = 0.2
_LAGGED = (
    *["DELAY3I(outflow {j}, delay {i}, 2.0)"] * 4,
    *["SMOOTHI(outflow {j}, delay {i}, 2.0)"] * 4,
    *["stock b {j}/delay {i}"] * 2,
)
_SHARED = """policy = 1.0 + STEP(0.2, 24.0) ~ dmnl ~ what is done |
elasticity = 0.3 ~ dmnl ~ of the inflow |
reference = 50.0 ~ unit ~ of the curves |
INITIAL TIME = 0.0 ~ month ~ |
FINAL TIME = 120.0 ~ month ~ |
TIME STEP = 0.25 ~ month ~ |
SAVEPER = 1.0 ~ month ~ |
"""
_SECTOR = """stock a {i} = INTEG(inflow {i} - transfer {i}, start {i}) ~ unit ~ waiting |
stock b {i} = INTEG(transfer {i} - outflow {i}, 10.0) ~ unit ~ arrived |
inflow {i} = rate {i}*effect {i}*policy*response {i} ~ unit/month ~ enters |
transfer {i} = stock a {i}/delay {i}*pressure {i} ~ unit/month ~ moves on |
outflow {i} = stock b {i}*EXP(-share {i})/delay {i} ~ unit/month ~ leaves |
effect {i} = WITH LOOKUP(stock b {i}/reference, ([(0,0)-(4,2)],(0.0,1.5),(0.5,1.2),(1.0,1.0),\
(1.5,0.7),(2.0,0.5),(3.0,0.3),(4.0,0.2))) ~ dmnl ~ crowding |
pressure {i} = MIN(MAX(stock a {i}/(stock b {j} + 1.0), 0.1), 3.0) ~ dmnl ~ of the other sector |
perceived {i} = {lagged} ~ unit/month ~ seen late |
share {i} = perceived {i}/(perceived {i} + stock a {i} + 1.0) ~ dmnl ~ of what is seen |
response {i} = (MAX(stock a {i}, 1.0)/start {i})^elasticity ~ dmnl ~ of the inflow |
rate {i} = {rate} ~ unit/month ~ of the inflow |
delay {i} = {delay} ~ month ~ mean stay |
start {i} = {start} ~ unit ~ at the start |
"""


@dataclass(frozen=True)
class Workload:
    """A model with draws of its constants.

    Attributes
    ----------
    name
        ``packaged`` or ``synthetic``.
    program, path
        The program and its model file.
    until
        End of the run, months.
    outputs
        Variables whose last values are wanted.
    constants
        By name: (draw,).
    """

    name: str
    program: Program
    path: Path
    until: float
    outputs: tuple[str, ...]
    constants: dict[str, Floats] = field(repr=False)

    @property
    def steps(self) -> int:
        """Steps of a run."""
        return round(self.until / self.program.defaults[control_index(self.program, "time_step")])

    def some(self, draws: int, first: int = 0) -> dict[str, Floats]:
        """Return this many draws; the stored ones come again when they are used up."""
        stored = len(next(iter(self.constants.values())))
        rows = (first + np.arange(draws)) % stored
        return {name: values[rows] for name, values in self.constants.items()}


def synthetic_text(sectors: int = SECTORS) -> str:
    """Return a Vensim model of sectors that lean on each other.

    A sector has two stocks, a curve and ten more variables; of ten sectors, four have a delay of
    third order and four an exponential average.
    """
    parts = []
    for i in range(sectors):
        j = (7 * i + 3) % sectors
        lagged = _LAGGED[i % len(_LAGGED)].format(i=i, j=j)
        given = {"rate": 3.0 + i % 7 / 2, "delay": 4.0 + i % 5, "start": 20.0 + 5.0 * (i % 4)}
        parts.append(_SECTOR.format(i=i, j=j, lagged=lagged, **given))
    return "".join(parts) + _SHARED


def synthetic(folder: Path, factor: int = 1) -> Workload:
    """Return the synthetic model, written into a folder, with draws around its values.

    Parameters
    ----------
    folder
        Where the model file goes.
    factor
        How many times the usual size.
    """
    path = folder / f"synthetic_{factor}.mdl"
    if not path.exists():
        path.write_text(synthetic_text(SECTORS * factor), encoding="utf-8")
    program = load_program(path, trust=True)
    draws = partial(_around, program)
    sectors = range(SECTORS * factor)
    varied = [f"{word} {i}" for word in ("rate", "delay", "start") for i in sectors]
    # One output of each sector, so that none of them is dead code.
    outputs = tuple(f"stock b {i}" for i in sectors)
    constants = {name: draws(name) for name in varied}
    return Workload("synthetic", program, path, 120.0, outputs, constants)


def _around(program: Program, name: str) -> Floats:
    value = program.defaults[program.constants.index(name)]
    return value * stream(SEED, f"bench/{name}").uniform(1 - _SPREAD, 1 + _SPREAD, DRAWS)


def packaged() -> Workload:
    """Return the packaged model with its stored ensemble, over the whole horizon."""
    constants = load_ensemble(draws=DRAWS).constants
    return Workload("packaged", load_program(), PACKAGED, 216.0, OUTPUTS, constants)


def workload(model: str, folder: Path, factor: int = 1) -> Workload:
    """Return ``packaged`` or ``synthetic``."""
    return packaged() if model == "packaged" else synthetic(folder, factor)
