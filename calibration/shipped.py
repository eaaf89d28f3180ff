"""The fit that is shipped: ten districts, every survey up to 2024, frozen with its day.

It is not the fit that is scored, and no module of that one may import this one.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.language.cache import load_program
from .checkpoint import Checkpoint
from .convergence import unsettled
from .fit import Fit, Progress, fit
from .hierarchy import Priors, load_priors
from .holdout import load_unseen
from .observations import Observation, digest
from .panel import FIGURES, fitted, make_panel, ten_districts
from .posterior import columns_of, made_from, write_posterior
from .rest import draw_rest
from .surface import Surfaces, build
from .tables import DATA_FOLDER

Floats = NDArray[np.float64]

SEED = 20260101
DRAWS = 2000
FROZEN = "2026-11-25"
"""Day on which the surveys were taken as they stood; later ones are forecast."""


@dataclass(frozen=True)
class Shipped:
    """A fit and what it stands on.

    Attributes
    ----------
    fit
        The fit.
    surfaces
        One for each chain.
    rest
        (draw,) by constant: levers, nuisances and natural history of each chain.
    surveys
        What was fitted.
    """

    fit: Fit
    surfaces: Surfaces
    rest: dict[str, Floats]
    surveys: tuple[Observation, ...]


def shipped_surveys(observation: str = "district") -> tuple[Observation, ...]:
    """Return every survey that the shipped fit reads.

    Parameters
    ----------
    observation
        Figure of Paser for 2021: ``district`` or ``official``.
    """
    later = tuple(row for row in load_unseen() if row.role == "unseen")
    return (*fitted(FIGURES[observation]), *later)


def shipped_fit(
    observation: str = "district",
    draws: int = DRAWS,
    seed: int = SEED,
    threads: int = 1,
    progress: Progress = lambda done, total: None,
    priors: Priors | None = None,
    checkpoint: Path | None = None,
    surveys: tuple[Observation, ...] | None = None,
) -> Shipped:
    """Fit.

    Parameters
    ----------
    observation
        Figure of Paser for 2021: ``district`` or ``official``.
    draws
        Draws of the rest, and chains.
    seed
        Seed of the whole run.
    threads
        Calls at the same time; the result does not depend on it.
    progress
        Called with work done and work in all.
    priors
        Numbers of the priors; those of the packaged tables by default.
    checkpoint
        Folder of the state of the chains; a run that was cut off goes on from there.
    surveys
        What is fitted; every survey of the packaged tables by default.
    """
    surveys = shipped_surveys(observation) if surveys is None else surveys
    name = identity(observation, draws, seed, surveys)
    keep = Checkpoint(checkpoint, name) if checkpoint else None
    if keep is not None:
        keep.check()
    panel, rest = make_panel(surveys, ten_districts()), draw_rest(seed, draws)
    surfaces = build(load_program(), rest, panel.windows, lambda a, b: progress(a, 3 * b), threads)
    found = fit(
        panel,
        priors or load_priors(),
        surfaces,
        seed,
        threads=threads,
        progress=lambda a, b: progress(b + 2 * a, 3 * b),
        checkpoint=keep,
    )
    return Shipped(found, surfaces, rest, surveys)


def identity(observation: str, draws: int, seed: int, surveys: tuple[Observation, ...]) -> str:
    """Return what names a fit: all that its numbers depend on."""
    places = [(item.area, item.year) for item in surveys]  # the digest is of ids and values
    return repr((observation, draws, seed, digest(surveys), places, sorted(made_from().items())))


def about(shipped: Shipped, seed: int) -> dict[str, Any]:
    """Return what is known of a fit, to be stored beside its draws."""
    fit, panel = shipped.fit, shipped.fit.panel
    design = np.exp(fit.priors.design[0] + fit.priors.design[1] * np.median(fit.at.excess))
    return {
        "areas": list(panel.areas),
        "surveys": list(panel.surveys),
        "observations": [item.id for item in shipped.surveys],
        "observations_digest": digest(shipped.surveys),
        "seed": seed,
        "draws": len(fit.points),
        "frozen": FROZEN,
        "design_effect": float(1.0 + design),
        **made_from(),
    }


def main() -> int:
    """Fit anew with either figure of Paser for 2021, and store what has settled; 1 if one has not."""
    failed = False
    for observation in FIGURES:
        made = shipped_fit(observation, threads=2)
        bad = unsettled(made.fit.trace)
        print(f"{observation}: {len(made.fit.points)} draws, not settled: {bad or 'none'}")
        if not bad:
            write_posterior(columns_of(made.fit), about(made, SEED), observation, DATA_FOLDER)
        failed |= bool(bad)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
