"""Routine figures beside surveys of the same area: ratios as published, and as expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .hierarchy import load_priors, student
from .observations import Survey, load_observations
from .posterior import Posterior
from .routine import RoutineFigure

Floats = NDArray[np.float64]

FURTHEST = 1
"""Years between a routine figure and the survey that it is held against."""
_USED = ("fit", "unseen", "context")


@dataclass(frozen=True)
class Ratio:
    """A routine figure held against a survey.

    Attributes
    ----------
    figure
        The routine figure; it has a share.
    survey
        The survey of the same area that is nearest in time.
    value
        Routine share over that of the survey.
    """

    figure: RoutineFigure
    survey: Survey
    value: float


def ratios(figures: Sequence[RoutineFigure], surveys: Sequence[Survey]) -> tuple[Ratio, ...]:
    """Return the ratio of every figure that has a survey within a year of it.

    Parameters
    ----------
    figures
        Routine figures.
    surveys
        Of any area; rivals and mere ranges are passed over.
    """
    out = []
    usable = [row for row in surveys if row.value is not None and row.role in _USED]
    for figure in figures:
        own = [row for row in usable if row.area == figure.area]
        near = sorted(own, key=lambda row: (abs(row.year - figure.year), -row.year))
        if figure.share is None or not near or abs(near[0].year - figure.year) > FURTHEST:
            continue
        value = near[0].value
        assert value is not None
        out.append(Ratio(figure, near[0], figure.share / value))
    return tuple(out)


def surveyed_shares(prevalence: Floats, posterior: Posterior, rng: np.random.Generator) -> Floats:
    """Return what one survey of the district might publish, (draw,), 0 to 1.

    The errors are those of the fit, normal in the logit: instrument and year, what a district and
    year add, and sampling of the children of a survey of 2022.

    Parameters
    ----------
    prevalence
        (draw,), of the model, 0 to 1.
    posterior
        Whose first draws these are.
    rng
        Of the errors.
    """
    from scipy.special import expit, logit

    draws, priors = len(prevalence), load_priors()
    sizes = [row.children for row in load_observations() if row.role == "fit" and row.year == 2022]
    children = float(np.median([size for size in sizes if size is not None]))
    design, scale = (posterior.columns[name][:draws] for name in ("design effect", "discrepancy"))
    shift = np.hypot(priors.instrument, priors.year) * rng.standard_normal(draws)
    own = scale * student(rng.standard_normal(draws))
    spread = np.sqrt(design / (children * prevalence * (1.0 - prevalence)))
    return expit(logit(prevalence) + shift + own + spread * rng.standard_normal(draws))
