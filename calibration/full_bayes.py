"""Full Bayes as an alarm: what would the surveys say of the levers if they were allowed to?

Usually each chain keeps its own draw of the rest (levers, nuisances, natural history). Here that
draw is unknown too: a row of the stored draws, each as likely as any other before a survey. Surveys
of prevalence cannot know which strategy works, so a lever that they move points at a model that
does not fit, and not at a lesson. They do not rank the strategies either way, and no answer is
taken from this walk.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..model.randomness import stream
from .cells import log_likelihood
from .fit import RUNS, Fit, Progress
from .hierarchy import Priors, moved, surveyed
from .moves import sweep
from .state import State, Target, take
from .surface import HIGH, LOW, Surfaces

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

BURN, KEPT, SWAPS = 30, 70, 4
"""Sweeps before the first that is kept, sweeps kept, and rows proposed after each sweep."""
_GRID = 41


@dataclass(frozen=True)
class Walk:
    """Rows that the chains visited.

    Attributes
    ----------
    rows
        By run: (sweep, chain of the run), row of the stored draws.
    accepted
        Share of proposed rows that were taken, 0 to 1.
    """

    rows: tuple[Rows, ...]
    accepted: float

    def visits(self, stored: int) -> Floats:
        """Return how often each stored row was visited, (row,), on average 1."""
        count = np.bincount(np.concatenate([run.ravel() for run in self.rows]), minlength=stored)
        return count / count.mean()


def walk(
    found: Fit,
    surfaces: Surfaces,
    seed: int,
    threads: int = 1,
    progress: Progress = lambda done, total: None,
    keep_level: bool = True,
) -> Walk:
    """Let the rows move, from where a fit ended.

    Parameters
    ----------
    found
        A fit.
    surfaces
        One for each row of the stored draws; chain k of the fit has row k.
    seed
        Names the streams of random numbers.
    threads
        Runs at the same time; the result does not depend on it.
    progress
        Called with sweeps done and sweeps in all.
    keep_level
        Whether the mean multiplier follows the row, so that prevalence stays about where it is.
        Both ways are exact; the other one is rarely accepted where natural history sets the level.
    """
    parts = np.array_split(np.arange(len(surfaces.coefficients)), RUNS)
    anchor = anchors(surfaces, found.priors) if keep_level else np.zeros(len(found.points))
    done = [0]

    def tick() -> None:
        done[0] += 1
        progress(done[0], RUNS * (BURN + KEPT))

    def work(run: int) -> tuple[Rows, float]:
        rng, rows = stream(seed, "full-bayes/sweeps", run), parts[run]
        state = State(take(found.at, rows), found.prevalence[rows], found.cells[rows])
        kept, taken = [], []
        for k in range(BURN + KEPT):
            state = sweep(state, Target(found.panel, found.priors, surfaces.take(rows)), rng)
            for _ in range(SWAPS):
                old, target = rows, Target(found.panel, found.priors, surfaces)
                state, rows = swap(state, rows, target, anchor, rng)
                taken.append(np.mean(rows != old))
            if k >= BURN:
                kept.append(rows)
            tick()
        return np.stack(kept), float(np.mean(taken))

    with ThreadPoolExecutor(max(1, threads)) as pool:
        results = list(pool.map(work, range(RUNS)))
    return Walk(tuple(rows for rows, _ in results), float(np.mean([share for _, share in results])))


def anchors(surfaces: Surfaces, priors: Priors) -> Floats:
    """Return the log multiplier at which each row gives the same prevalence, (row,).

    The mean probit of prevalence over all windows, with everything else in the middle of its
    prior, equals the mean of all rows at the middle of the prior of the multiplier. Where a row
    does not reach it within the surface, the nearer end is taken: any fixed number for each row
    keeps the step exact, a better one only has it accepted more often.
    """
    poverty, rows = float(np.exp(priors.poverty[0])), len(surfaces.coefficients)
    grid = np.linspace(LOW[0], HIGH[0], _GRID)
    others = [np.full(_GRID, value) for value in (0.0, priors.secular[0], poverty)]
    points = np.broadcast_to(np.column_stack([grid, *others]), (rows, _GRID, len(LOW)))
    curve = surfaces.probit(points).mean(axis=2)
    reference = np.interp(priors.multiplier[0], grid, curve.mean(axis=0))
    # More deficit never lowers prevalence; rounding of the polynomial must not undo the order.
    rising = np.maximum.accumulate(curve, axis=1)
    return np.array([np.interp(reference, line, grid) for line in rising])


def swap(
    state: State, rows: Rows, target: Target, anchor: Floats, rng: np.random.Generator
) -> tuple[State, Rows]:
    """Propose another row for each chain, all rows alike, and keep the districts' prevalence.

    The mean of the log multipliers moves by the difference of the anchors of both rows. The way
    back moves it by the opposite, and a translation has unit Jacobian; so what is accepted is the
    ratio of the likelihoods times that of the prior of the mean.

    Parameters
    ----------
    state, rows
        Where the chains are, and the row of each, (chain,).
    target
        What is sampled, with the surfaces of all rows.
    anchor
        (row,), log multiplier; all zero for a plain exchange.
    rng
        Random numbers.
    """
    panel, priors = target.panel, target.priors
    fresh = rng.integers(0, len(anchor), len(rows))
    level = state.at.level + (anchor[fresh] - anchor[rows]) / priors.multiplier[1]
    found = surveyed(moved(state.at, level=level), panel, priors, target.surfaces.take(fresh))
    cells = log_likelihood(found, panel, priors)
    gain = (cells - state.cells).sum(axis=(1, 2)) + prior_gain(state.at.level, level)
    accept = np.log(rng.random(len(rows))) < gain
    whole = accept[:, None, None]
    after = State(
        moved(state.at, level=np.where(accept, level, state.at.level)),
        np.where(whole, found.prevalence, state.prevalence),
        np.where(whole, cells, state.cells),
    )
    return after, np.where(accept, fresh, rows)


def prior_gain(old: Floats, new: Floats) -> Floats:
    """Return the log prior of new standard normal coordinates less that of old ones."""
    return 0.5 * (old**2 - new**2)
