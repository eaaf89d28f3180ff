"""Sample the statistical model of the surveys: many short chains, one for each draw of the rest.

Every chain has its own draw of the levers and of natural history, which it never moves: what the
surveys say cannot flow back to them (a cut). The end of each chain is one draw of the result, so
draws are independent of each other once the chains have forgotten where they began.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ..model.randomness import stream
from .hierarchy import Coordinates, Priors, draw_coordinates, points_of, shift_deviation
from .moves import sweep
from .panel import Panel
from .state import State, Target, begin
from .surface import Surfaces

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]

RUNS = 4
BURN, KEPT, THIN = 120, 16, 5
"""Sweeps before the first that is kept, sweeps kept, and sweeps from one to the next."""


@dataclass(frozen=True)
class Fit:
    """What came out.

    Attributes
    ----------
    panel, priors
        What was fitted.
    at
        Coordinates at the end of each chain.
    points
        (chain, district + 1, dimension) of the surface; the last is the typical district.
    prevalence
        (chain, district + 1, survey), logit of the prevalence of the model at the end.
    cells
        (chain, district, survey), log likelihood at the end.
    trace
        By name: (run, sweep, chain of the run), what is looked at for convergence.
    """

    panel: Panel
    priors: Priors
    at: Coordinates
    points: Floats
    prevalence: Floats
    cells: Floats
    trace: dict[str, Floats]


def fit(
    panel: Panel,
    priors: Priors,
    surfaces: Surfaces,
    seed: int,
    purpose: str = "calibration",
    threads: int = 1,
    progress: Progress = lambda done, total: None,
    runs: int = RUNS,
) -> Fit:
    """Sample.

    Parameters
    ----------
    panel, priors
        Surveys, and numbers of the priors.
    surfaces
        One for each chain; their windows are those of the surveys.
    seed, purpose
        Name the streams of random numbers.
    threads
        Runs at the same time; the result does not depend on it.
    progress
        Called with sweeps done and sweeps in all.
    runs
        Groups of chains that do not see each other. Convergence needs several; one is faster where
        it is not judged.
    """
    parts = np.array_split(np.arange(len(surfaces.coefficients)), runs)
    total, done = runs * (BURN + KEPT * THIN), [0]

    def tick() -> None:
        done[0] += 1
        progress(done[0], total)

    def work(run: int) -> tuple[State, dict[str, Floats]]:
        rng = stream(seed, f"{purpose}/sweeps", run)
        return _run(Target(panel, priors, surfaces.take(parts[run])), rng, tick)

    with ThreadPoolExecutor(max(1, threads)) as pool:
        found = list(pool.map(work, range(runs)))
    states = [state for state, _ in found]
    at = join([state.at for state in states])
    return Fit(
        panel,
        priors,
        at,
        points_of(at, priors),
        np.concatenate([state.prevalence for state in states]),
        np.concatenate([state.cells for state in states]),
        _traces([trace for _, trace in found]),
    )


def _run(
    target: Target, rng: np.random.Generator, tick: Callable[[], None]
) -> tuple[State, dict[str, Floats]]:
    chains = len(target.surfaces.coefficients)
    state = begin(draw_coordinates(rng, chains, target.panel), target)
    kept: list[dict[str, Floats]] = []
    for k in range(BURN + KEPT * THIN):
        state = sweep(state, target, rng)
        if k >= BURN and (k - BURN) % THIN == THIN - 1:
            kept.append(watched(state, target.priors, target.panel))
        tick()
    return state, {name: np.stack([item[name] for item in kept]) for name in kept[0]}


def watched(state: State, priors: Priors, panel: Panel) -> dict[str, Floats]:
    """Return the quantities whose convergence is judged, each (chain,), in their own units."""
    at, points = state.at, points_of(state.at, priors)
    share = 1.0 / (1.0 + np.exp(-state.prevalence))
    found = {
        "mean deficit multiplier": np.exp(points[:, -1, 0]),
        "spread of deficit multipliers": priors.multiplier_spread * np.abs(at.spread),
        "secular HAZ gain per year": points[:, -1, 2],
        "poverty faltering shock": points[:, -1, 3],
        "design effect": 1.0 + np.exp(priors.design[0] + priors.design[1] * at.excess),
        "discrepancy": priors.discrepancy * np.abs(at.discrepancy),
        "log likelihood": state.cells.sum(axis=(1, 2)),
    }
    bias = shift_deviation(panel, priors) * at.shift
    found |= {f"bias of {name}": bias[:, k] for k, name in enumerate(panel.surveys)}
    for row, area in enumerate(panel.areas):
        found[f"deficit multiplier[{area}]"] = np.exp(points[:, row, 0])
        found[f"birth shift[{area}]"] = points[:, row, 1]
        found[f"secular gain[{area}]"] = points[:, row, 2]
        found[f"prevalence[{area}]"] = share[:, row, -1]
    return found


def join(parts: list[Coordinates]) -> Coordinates:
    """Return coordinates of several runs as one, chain after chain."""
    names = [item.name for item in fields(Coordinates)]
    return Coordinates(*(np.concatenate([getattr(part, n) for part in parts]) for n in names))


def _traces(parts: list[dict[str, Floats]]) -> dict[str, Floats]:
    shortest = min(next(iter(part.values())).shape[1] for part in parts)
    return {name: np.stack([part[name][:, :shortest] for part in parts]) for name in parts[0]}
