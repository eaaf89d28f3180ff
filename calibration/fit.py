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
from .checkpoint import EVERY, Chains, Checkpoint
from .hierarchy import Coordinates, Priors, draw_coordinates, lognormal, points_of, shift_deviation
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
    checkpoint: Checkpoint | None = None,
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
    checkpoint
        Where the chains are kept from time to time; a run that finds itself there goes on, and ends
        as if it had never stopped.
    runs
        Groups of chains that do not see each other. Convergence needs several; one is faster where
        it is not judged.
    """
    parts = np.array_split(np.arange(len(surfaces.coefficients)), runs)
    total, done = runs * (BURN + KEPT * THIN), [0]

    def tick(sweeps: int) -> None:
        done[0] += sweeps
        progress(done[0], total)

    def work(run: int) -> Chains:
        rng = stream(seed, f"{purpose}/sweeps", run)
        target = Target(panel, priors, surfaces.take(parts[run]))
        found = checkpoint.load(run) if checkpoint else None
        if found is None:
            at = draw_coordinates(rng, len(parts[run]), panel)
            found = Chains(0, begin(at, target), {}, rng)
        tick(found.sweeps)
        return _run(found, target, tick, lambda now: checkpoint and checkpoint.save(run, now))

    with ThreadPoolExecutor(max(1, threads)) as pool:
        found = list(pool.map(work, range(runs)))
    states = [one.state for one in found]
    at = join([state.at for state in states])
    return Fit(
        panel,
        priors,
        at,
        points_of(at, priors),
        np.concatenate([state.prevalence for state in states]),
        np.concatenate([state.cells for state in states]),
        _traces([one.kept for one in found]),
    )


def _run(
    chains: Chains,
    target: Target,
    tick: Callable[[int], None],
    keep: Callable[[Chains], object],
) -> Chains:
    state, rng = chains.state, chains.rng
    kept = {name: list(values) for name, values in chains.kept.items()}
    for k in range(chains.sweeps, BURN + KEPT * THIN):
        state = sweep(state, target, rng)
        if k >= BURN and (k - BURN) % THIN == THIN - 1:
            for name, values in watched(state, target.priors, target.panel).items():
                kept.setdefault(name, []).append(values)
        tick(1)
        if (k + 1) % EVERY == 0:
            keep(Chains(k + 1, state, _stacked(kept), rng))
    return Chains(BURN + KEPT * THIN, state, _stacked(kept), rng)


def _stacked(kept: dict[str, list[Floats]]) -> dict[str, Floats]:
    return {name: np.stack(values) for name, values in kept.items()}


def watched(state: State, priors: Priors, panel: Panel) -> dict[str, Floats]:
    """Return the quantities whose convergence is judged, each (chain,), in their own units."""
    at, points = state.at, points_of(state.at, priors)
    share = 1.0 / (1.0 + np.exp(-state.prevalence))
    found = {
        "mean deficit multiplier": np.exp(points[:, -1, 0]),
        "spread of deficit multipliers": lognormal(priors.multiplier_spread, at.spread),
        "secular HAZ gain per year": points[:, -1, 2],
        "poverty faltering shock": points[:, -1, 3],
        "design effect": 1.0 + lognormal(priors.design, at.excess),
        "discrepancy": lognormal(priors.discrepancy, at.discrepancy),
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
