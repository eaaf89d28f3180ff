"""The fit that is shipped: ten districts, every survey up to 2024, frozen with its day.

It is not the fit that is scored, and no module of that one may import this one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.language.cache import load_program
from .fit import Fit, Progress, fit
from .hierarchy import Priors, load_priors
from .holdout import load_unseen
from .observations import Observation, digest
from .panel import FIGURES, fitted, make_panel, ten_districts
from .posterior import made_from
from .rest import draw_rest
from .surface import Surfaces, build

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
    """
    surveys = shipped_surveys(observation)
    panel, rest = make_panel(surveys, ten_districts()), draw_rest(seed, draws)
    surfaces = build(load_program(), rest, panel.windows, lambda a, b: progress(a, 3 * b), threads)
    found = fit(
        panel,
        priors or load_priors(),
        surfaces,
        seed,
        threads=threads,
        progress=lambda a, b: progress(b + 2 * a, 3 * b),
    )
    return Shipped(found, surfaces, rest, surveys)


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
