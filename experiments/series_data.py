"""What the series figure shows of a district: prevalence by month, and each survey as expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..calibration.areas import Area, load_areas
from ..calibration.ensemble import load_ensemble
from ..calibration.hierarchy import Surveyed, load_priors, student
from ..calibration.holdout import load_unseen
from ..calibration.observations import Observation
from ..calibration.panel import FIGURES, fitted, make_panel
from ..calibration.posterior import Posterior, load_posterior
from ..calibration.predict import sample
from ..calibration.surface import OUTCOME
from ..calibration.survey_rows import LAST_FITTED_YEAR
from ..model.engine.integrate import simulate
from ..model.language.cache import load_program
from ..model.randomness import stream

Floats = NDArray[np.float64]
Status = Literal["fitted", "returned", "unseen"]
"""A survey that the scored fit used too; one held out of that fit and used by this one; and one
that this fit has not seen."""

MONTHS = np.arange(156.0)
"""January 2018 to December 2030; 0 is January 2018."""


@dataclass(frozen=True)
class Expected:
    """One survey and what the draws expect of it.

    Attributes
    ----------
    survey
        As published.
    shares
        (draw,), surveyed share of a survey like it, 0 to 1.
    status
        What the fit knows of it.
    """

    survey: Observation
    shares: Floats
    status: Status


@dataclass(frozen=True)
class Series:
    """One district.

    Attributes
    ----------
    area
        The district.
    months, paths
        (month,) and (draw, month): prevalence as a survey of all children would find it, with no
        extra action, 0 to 1.
    surveys
        In the order of time.
    design_effect
        Sets the length of the sampling intervals.
    """

    area: Area
    months: Floats
    paths: Floats
    surveys: tuple[Expected, ...]
    design_effect: float


def posterior_series(
    area: str, draws: int = 1000, observation: str = "district", threads: int = 1
) -> Series:
    """Return a district as the stored posterior sees it.

    Parameters
    ----------
    area
        Code of the district.
    draws
        The first ones of the posterior.
    observation
        Figure of Paser for 2021 that was fitted: ``district`` or ``official``.
    threads
        Calls of the engine at the same time; the result does not depend on it.

    Raises
    ------
    DataError
        If the district is not known or the posterior does not belong to the model.
    """
    ensemble = load_ensemble(area, draws, observation=observation)
    posterior = load_posterior(observation, [area])
    run = simulate(
        load_program(), ensemble.constants, [OUTCOME], MONTHS, snapshot=False, threads=threads
    )
    used = set(posterior.provenance["observations"])
    surveys = district_surveys(area, observation)
    shares = expected_shares(surveys, MONTHS, run[OUTCOME], posterior)
    seen = tuple(
        Expected(survey, shares[:, k], _status(survey, used)) for k, survey in enumerate(surveys)
    )
    effect = float(posterior.provenance["design_effect"])
    return Series(load_areas()[area], MONTHS, run[OUTCOME], seen, effect)


def district_surveys(area: str, observation: str = "district") -> tuple[Observation, ...]:
    """Return the surveys of a district in the order of time, without rival figures."""
    later = [row for row in load_unseen() if row.role == "unseen"]
    rows = [row for row in (*fitted(FIGURES[observation]), *later) if row.area == area]
    return tuple(sorted(rows, key=lambda row: row.month_low))


def expected_shares(
    surveys: tuple[Observation, ...], months: Floats, paths: Floats, posterior: Posterior
) -> Floats:
    """Return what surveys like these would find, (draw, survey), 0 to 1.

    The discrepancy, the number of children and the children themselves are drawn anew, so that the
    band is that of a survey of the same kind and not of the same children.

    Parameters
    ----------
    surveys
        Of one district, in the order of time.
    months, paths
        (month,) and (draw, month), every month of the field work among them.
    posterior
        Its first draws are those of the paths.
    """
    if not surveys:
        return np.empty((len(paths), 0))
    area = surveys[0].area
    panel, rng = make_panel(surveys, [area]), stream(posterior.seed, f"series/{area}")
    drawn = {name: values[: len(paths)] for name, values in posterior.columns.items()}
    mean = np.stack(
        [
            paths[:, (months >= window.first) & (months <= window.last)].mean(axis=1)
            for window in panel.windows
        ],
        axis=1,
    )
    logit = np.log(mean) - np.log1p(-mean) + _biases(panel.surveys, drawn, len(paths))
    noise = drawn["discrepancy"][:, None] * student(rng.standard_normal(mean.shape))
    spread = load_priors().children * rng.standard_normal(mean.shape)
    design = drawn["design effect"]
    children = np.maximum(np.round(panel.children * np.exp(spread)), np.ceil(design + 1.0)[:, None])
    expects = 1.0 / (1.0 + np.exp(-(logit + noise)))
    found = Surveyed(logit[:, None], expects[:, None], design, children[:, None], np.ones(1))
    return sample(found, rng)[:, 0]


def _biases(surveys: tuple[str, ...], drawn: Mapping[str, Floats], size: int) -> Floats:
    """Return (draw, survey), logit; 0 for a survey that the fit did not know."""
    none = np.zeros(size)
    return np.stack([drawn.get(f"bias of {name}", none) for name in surveys], axis=1)


def _status(survey: Observation, used: set[str]) -> Status:
    if survey.id not in used:
        return "unseen"
    return "fitted" if survey.year <= LAST_FITTED_YEAR else "returned"
