"""Each district in turn is left out, and its surveys are foretold from the others.

The fit knows of the district only that it belongs to the province: same mean, same spread, same
instruments and years. By default only the surveys of the scored fit, 2021 and 2022, are read.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..model.language.cache import load_program
from .coverage import Covered
from .fit import fit
from .gates import Gate
from .hierarchy import Priors, load_priors
from .panel import Panel, fitted, make_panel, ten_districts
from .predict import predict
from .rest import draw_rest
from .scores import Score, crps_of_draws, pit_of_draws
from .surface import Surfaces, build

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]

SEED = 20260101
CHAINS = 200


@dataclass(frozen=True)
class LeftOut:
    """What the other districts expect of each.

    Attributes
    ----------
    places
        District and survey of each point.
    truth
        (point,), published share, 0 to 1.
    median
        (point,), median of what was foretold, 0 to 1.
    score
        Scores of the points.
    """

    places: tuple[tuple[str, str], ...]
    truth: Floats
    median: Floats
    score: Score

    @property
    def covered(self) -> Covered:
        """The points, to be counted."""
        return Covered(self.places, self.score.pit)


def leave_out(
    panel: Panel | None = None,
    surfaces: Surfaces | None = None,
    priors: Priors | None = None,
    seed: int = SEED,
    threads: int = 1,
    progress: Progress = lambda done, total: None,
) -> LeftOut:
    """Fit without each district, and foretell its surveys.

    Parameters
    ----------
    panel
        Surveys; those of the scored fit by default.
    surfaces
        One for each chain, with the windows of the panel; 200 made from the seed by default.
    priors
        Numbers of the priors; those of the packaged tables by default.
    seed
        Seed of the whole run.
    threads
        Districts at the same time; the result does not depend on it.
    progress
        Called with districts done and districts in all.
    """
    seen = panel or make_panel(fitted(), ten_districts())
    chosen = surfaces or build(
        load_program(), draw_rest(seed, CHAINS), seen.windows, threads=threads
    )
    beliefs, done = priors or load_priors(), [0]

    def work(row: int) -> LeftOut:
        found = _one(seen, row, chosen, beliefs, seed)
        done[0] += 1
        progress(done[0], len(seen.areas))
        return found

    with ThreadPoolExecutor(max(1, threads)) as pool:
        return _join(list(pool.map(work, range(len(seen.areas)))))


def _one(panel: Panel, row: int, surfaces: Surfaces, priors: Priors, seed: int) -> LeftOut:
    area = panel.areas[row]
    found = fit(without(panel, row), priors, surfaces, seed, purpose=f"leave out/{area}", runs=1)
    expected = predict(found, panel, surfaces, seed)
    columns = np.flatnonzero(panel.points[row])
    shares, truth = expected.shares[:, row, columns], panel.share[row, columns]
    score = Score(
        expected.log_score[row, columns],
        crps_of_draws(shares, truth),
        pit_of_draws(shares, truth),
    )
    places = tuple((area, panel.surveys[k]) for k in columns)
    return LeftOut(places, truth, np.median(shares, axis=0), score)


def without(panel: Panel, row: int) -> Panel:
    """Return a panel in which one district has no survey."""
    parts = {name: getattr(panel, name).copy() for name in ("share", "low", "high")}
    for values in parts.values():
        values[row] = np.nan
    return replace(panel, **parts)


def _join(parts: list[LeftOut]) -> LeftOut:
    scores = [part.score for part in parts]
    whole = Score(
        *(np.concatenate([getattr(s, n) for s in scores]) for n in ("log", "crps", "pit"))
    )
    return LeftOut(
        tuple(place for part in parts for place in part.places),
        np.concatenate([part.truth for part in parts]),
        np.concatenate([part.median for part in parts]),
        whole,
    )


def leave_out_gates(found: LeftOut) -> tuple[Gate, ...]:
    """Return the gates of districts that were left out: enough points inside 50 % and 90 %."""
    seen = found.covered
    return tuple(seen.gate(f"districts left out, {level:.0%}", level) for level in (0.5, 0.9))
