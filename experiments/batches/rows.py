"""The runs of some draws of a design, as rows: what went in, and what came out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...calibration.ensemble import load_ensemble
from ...calibration.shipped import DRAWS
from ...model.language.cache import load_program
from ...model.language.ir import Program
from ...scenarios.loader import BASELINE
from ..batch import Batch
from ..runs.evaluate import read_cases, run_cases
from ..runs.space import JOINT, Space, load_space
from ..runs.worlds import World, worlds_of
from ..stack import Case
from .design import LEVERS, Design, Floats
from .points import values


@cache
def program() -> Program:
    """Return the packaged model, read once in a process."""
    return load_program()


@cache
def space_of(area: str, observation: str) -> Space:
    """Return what is uncertain about a district, read once in a process."""
    return load_space(program(), area, observation)


@dataclass(frozen=True)
class Draws:
    """Some draws in one world.

    Attributes
    ----------
    constants
        (draw,) by constant of the model.
    inputs
        (draw,) by coordinate: the value in the column.
    """

    constants: Mapping[str, Floats]
    inputs: Mapping[str, Floats]


def rows(design: Design, first: int, last: int, threads: int = 0) -> dict[str, NDArray[Any]]:
    """Run some draws of a design.

    The rows stand by replicate and draw, within a draw by world, and within a world by scenario in
    the order of the design; combinations of levers come last, the last lever changing fastest.

    Parameters
    ----------
    design
        What is run.
    first, last
        First draw, counted over all replicates, and the one after the last.
    threads
        0 for one on each processor; the numbers do not depend on it.

    Returns
    -------
    dict
        (run,) by column. ``world`` and ``scenario`` count ``design.worlds`` and
        ``design.scenarios`` from 0. The outcomes of a draw that left the finite numbers in any
        scenario of a world are NaN in all of that world, and ``failed`` is 1.
    """
    worlds = worlds_of(design.worlds)
    drawn = [_draws(design, world, first, last) for world in worlds]
    cases = _cases(design)
    shape = (last - first, len(worlds), design.variants)
    found = np.empty((*shape, len(design.outcomes)))
    failed = np.zeros(shape, np.int64)
    for place, world in enumerate(worlds):
        batch = _run(design, drawn[place], cases, world, threads)
        found[:, place], failed[:, place] = _outcomes(design, batch), batch.failed[:, None]
    out = _index(design, first, shape)
    kept = cases[: len(design.strategies)] + cases[len(cases) - _combinations(design) :]
    for name in input_names(design):
        out[name] = _input(name, drawn, kept, worlds, shape).ravel()
    out |= {item.name: found[..., k].ravel() for k, item in enumerate(design.outcomes)}
    return out | {"failed": failed.ravel()}


def input_names(design: Design) -> tuple[str, ...]:
    """Return the columns of what varies: coordinates, then levers of the grid."""
    return (*design.names, *(design.levers.grid if design.levers else ()))


def _combinations(design: Design) -> int:
    return design.levers.combinations if design.levers else 0


def _draws(design: Design, world: World, first: int, last: int) -> Draws:
    """Return the constants of some draws in a world, its settings included."""
    space = space_of(design.area, world.observation)
    size = last - first
    central = space.restrict([n for n in design.names if n in space.names]).central
    constants = {name: np.full(size, value) for name, value in central.items()}
    if design.sampler == "posterior":
        at, stored = _stored(design, world, space, np.arange(first, last))
        inputs = {name: at if name == JOINT else stored[name] for name in design.names}
        constants = stored | constants
    else:
        inputs = dict(zip(design.names, _drawn(design, first, last).T, strict=True))
        if JOINT in inputs:
            chosen = space.rows(inputs[JOINT])
            constants |= {name: column[chosen] for name, column in space.stored.items()}
        constants |= {name: column for name, column in inputs.items() if name != JOINT}
    settings = {name: np.full(size, value) for name, value in world.settings.items()}
    return Draws(constants | settings, inputs)


def _drawn(design: Design, first: int, last: int) -> Floats:
    """Return (draw, coordinate) of draws that may lie in several replicates."""
    size, parts = design.draws, []
    for replicate in range(first // size, (last - 1) // size + 1):
        start = replicate * size
        parts.append(values(design, replicate, max(first - start, 0), min(last - start, size)))
    return np.vstack(parts)


@cache
def _ensemble(area: str, observation: str, draws: int, seed: int | None) -> Mapping[str, Floats]:
    return load_ensemble(area, draws, seed, observation).constants


@cache
def _ranks(area: str, observation: str) -> tuple[tuple[str, ...], Mapping[bytes, int]]:
    """Return the rank of each stored draw by prevalence, by its numbers."""
    stored = space_of(area, observation).stored
    table = np.column_stack(list(stored.values()))
    return tuple(stored), {row.tobytes(): rank for rank, row in enumerate(table)}


def _stored(
    design: Design, world: World, space: Space, at: NDArray[np.intp]
) -> tuple[Floats, dict[str, Floats]]:
    """Return rank, from 0 to 1, and constants of stored draws, as `load_ensemble` gives them."""
    whole = _ensemble(design.area, world.observation, design.draws, design.seed)
    constants = {name: column[at] for name, column in whole.items()}
    names, ranks = _ranks(design.area, world.observation)
    table = np.column_stack([constants[name] for name in names])
    rank = np.array([ranks[row.tobytes()] for row in table], float)
    return (rank + 0.5) / min(DRAWS, len(ranks)), constants


@cache
def _defaults() -> Mapping[str, float]:
    model = program()
    return dict(zip(model.constants, model.defaults, strict=True))


def _base(name: str) -> str:
    """Name no extra action under the settings of a scenario, which is what it is compared with."""
    return f"{BASELINE} | {name}"


def _cases(design: Design) -> list[Case]:
    """Return strategies, what those with settings are compared with, and lever combinations."""
    plain = design.strategies[0]
    cases = [Case(item.id, item.constants, item.branch) for item in design.strategies]
    for item in design.strategies:
        if item.settings:
            constants = {**plain.constants, **item.settings}
            cases.append(Case(_base(item.id), constants, 0.0))
    if design.levers is not None:
        grid = design.levers.grid
        for number, chosen in enumerate(product(*grid.values())):
            constants = {**design.levers.constants, **dict(zip(grid, chosen, strict=True))}
            cases.append(Case(f"{LEVERS} {number}", constants, design.levers.branch))
    return cases


def _run(design: Design, drawn: Draws, cases: Sequence[Case], world: World, threads: int) -> Batch:
    """Run the cases; what only some of them set has the model's own value in the others."""
    own = {name for case in cases for name in case.constants} - drawn.constants.keys()
    central = {name: _defaults()[program().find(name).name] for name in sorted(own)}
    ready = [Case(case.name, central | dict(case.constants), case.branch) for case in cases]
    return run_cases(program(), drawn.constants, ready, design.outcomes, threads)


def _outcomes(design: Design, batch: Batch) -> Floats:
    """Return (draw, variant, outcome): each scenario against no extra action in its own world."""
    settings = {item.id for item in design.strategies if item.settings}
    others = {_base(name) for name in settings}
    plain = {n: v for n, v in batch.values.items() if n not in settings and n not in others}
    found = dict(
        zip(plain, read_cases(replace(batch, values=plain), design.outcomes).values, strict=True)
    )
    for name in settings:
        pair = {n: batch.values[n] for n in (_base(name), name)}
        found[name] = read_cases(replace(batch, values=pair), design.outcomes).values[1]
    return np.stack([found[n] for n in batch.values if n not in others], axis=1)


def _index(design: Design, first: int, shape: tuple[int, int, int]) -> dict[str, NDArray[Any]]:
    """Return the columns that say which run a row is."""
    draws, worlds, variants = np.indices(shape)
    number = first + draws
    return {
        "run": np.arange(np.prod(shape), dtype=np.int64) + first * design.runs_of_draw,
        "draw": (number % design.draws).ravel(),
        "replicate": (number // design.draws).ravel(),
        "world": worlds.ravel().astype(np.int32),
        "scenario": np.minimum(variants, len(design.strategies)).ravel().astype(np.int32),
    }


def _input(
    name: str,
    drawn: Sequence[Draws],
    cases: Sequence[Case],
    worlds: Sequence[World],
    shape: tuple[int, int, int],
) -> Floats:
    """Return the values that the runs had: a scenario's before a world's before the drawn one."""
    out = np.empty(shape)
    for place, (world, item) in enumerate(zip(worlds, drawn, strict=True)):
        if name in world.settings:
            out[:, place] = world.settings[name]
        elif name in item.inputs:
            out[:, place] = item.inputs[name][:, None]
    for place, case in enumerate(cases):
        if name in case.constants:
            out[:, :, place] = case.constants[name]
    return out
