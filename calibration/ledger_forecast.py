"""Forecasts of the surveys to come, from the stored posterior: no extra action, survey error added.

What they leave out: small-area estimates, which SSGI 2024 had for some districts, are not modelled
for surveys to come; neither are shocks or programmes that are not in the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..model.calendar import FIRST_YEAR
from ..model.engine.integrate import simulate
from ..model.files import sha256
from ..model.language.cache import load_program
from ..model.randomness import stream
from .baselines import WANDER
from .ensemble import load_ensemble
from .hierarchy import load_priors, student
from .intervals import DESIGN_EFFECT
from .ledger import Origin
from .ledger_entry import LEVELS, Forecast
from .likelihood import sampling_deviation
from .observations import Observation
from .panel import ten_districts
from .posterior import Posterior, load_posterior, paths
from .surface import OUTCOME

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]

YEARS = (2025, 2026, 2027, 2028, 2029, 2030)
FIELD_WORK = (10, 12)
"""First and last calendar month of field work; judged: near the autumn plans of 2023 and 2024."""
CHILDREN = 671
"""Children measured in a district; judged: what the design gave in SSGI 2022, SKI 2023, 2024."""
REPEATS = 50
"""Surveys drawn from each draw, so that the outer quantiles are smooth."""
DRAWS = 2000


@dataclass(frozen=True)
class Noise:
    """What a survey adds to the prevalence of the model, by draw.

    Attributes
    ----------
    design
        (draw,), design effect.
    scale
        (draw,), scale of the discrepancy of a district and survey, logit.
    shift
        (draw, repeat), bias of instrument and year, logit; the same for all districts.
    """

    design: Floats
    scale: Floats
    shift: Floats


def field_work(year: int) -> Floats:
    """Return the months of field work of a year, (month,); 0 is January 2018."""
    return 12.0 * (year - FIRST_YEAR) + np.arange(FIELD_WORK[0] - 1.0, FIELD_WORK[1])


def forecast(
    surveys: Iterable[Observation],
    draws: int = DRAWS,
    areas: Sequence[str] | None = None,
    years: Sequence[int] = YEARS,
    repeats: int = REPEATS,
    threads: int = 1,
    progress: Progress = lambda done, total: None,
) -> tuple[tuple[Forecast, ...], Origin]:
    """Return the forecast of each district and year, and where they come from.

    Parameters
    ----------
    surveys
        All that were fitted; the last one of a district is its plain forecast.
    draws
        Draws of the posterior, the first ones.
    areas
        Codes of districts; the ten of the province when absent.
    years
        Years of field work.
    repeats
        Surveys of each draw.
    threads
        Calls of the engine at the same time; the result does not depend on it.
    progress
        Called with districts done and districts in all.

    Raises
    ------
    DataError
        If the posterior was made from something else than what is there now.
    """
    areas, surveys = tuple(areas or ten_districts()), tuple(surveys)
    posterior = load_posterior(areas=areas)
    noise = {year: draw_noise(posterior, year, draws, repeats) for year in years}
    months = np.concatenate([field_work(year) for year in years])
    out: list[Forecast] = []
    for done, area in enumerate(areas):
        constants = load_ensemble(area, draws).constants
        run = simulate(
            load_program(), constants, [OUTCOME], months, snapshot=False, threads=threads
        )
        each = run[OUTCOME].reshape(draws, len(years), -1).mean(axis=2)
        out += _of_area(area, dict(zip(years, each.T, strict=True)), noise, posterior.seed, surveys)
        progress(done + 1, len(areas))
    return tuple(out), Origin(load_program().digest, sha256(paths("district")[0]))


def _of_area(
    area: str,
    prevalence: Mapping[int, Floats],
    noise: Mapping[int, Noise],
    seed: int,
    surveys: Sequence[Observation],
) -> list[Forecast]:
    """Return the forecasts of one district, given its prevalence, (draw,), by year."""
    last = max((row for row in surveys if row.area == area), key=lambda row: row.year)
    out: list[Forecast] = []
    for year, share in prevalence.items():
        drawn = surveyed_shares(share, noise[year], stream(seed, f"ledger/{area}/{year}"))
        quantiles = np.quantile(drawn, LEVELS)
        out.append(Forecast(area, year, last.survey, *persistence(last, year), quantiles))
    return out


def draw_noise(posterior: Posterior, year: int, draws: int, repeats: int) -> Noise:
    """Return the errors of the survey of one year that all districts share.

    The bias is fresh: nothing that was learnt of the bias of an earlier survey is used.

    Parameters
    ----------
    posterior
        Has the design effect and the scale of the discrepancy of each draw.
    year
        Of the survey.
    draws, repeats
        Draws of the posterior, and surveys of each.
    """
    priors = load_priors()
    shift = stream(posterior.seed, f"ledger/{year}").standard_normal((draws, repeats))
    design, scale = (posterior.columns[name][:draws] for name in ("design effect", "discrepancy"))
    return Noise(design, scale, float(np.hypot(priors.instrument, priors.year)) * shift)


def surveyed_shares(prevalence: Floats, noise: Noise, rng: np.random.Generator) -> Floats:
    """Return surveyed shares, (draw, repeat), 0 to 1.

    The count of stunted children is beta-binomial, as in `predict.sample`. A count is spread evenly
    over the width of one child, so that the shares have a density, per unit of share.

    Parameters
    ----------
    prevalence
        (draw,), surveyed prevalence of the model, 0 to 1.
    noise
        Errors that the survey's districts share.
    rng
        Of this district and year.
    """
    from scipy.special import expit, logit

    shape, design = noise.shift.shape, noise.design[:, None]
    own = noise.scale[:, None] * student(rng.standard_normal(shape))
    mean = expit(logit(prevalence)[:, None] + noise.shift + own)
    size = np.round(CHILDREN * np.exp(load_priors().children * rng.standard_normal(shape)))
    children = np.maximum(size, np.ceil(design + 1.0))
    strength = (children - design) / (design - 1.0)
    chance = rng.beta(mean * strength, (1.0 - mean) * strength)
    count = rng.binomial(children.astype(np.int64), chance)
    return np.clip((count + rng.uniform(-0.5, 0.5, shape)) / children, 1e-6, 1.0 - 1e-6)


def persistence(last: Observation, year: int) -> tuple[float, float]:
    """Return mean and SD of the last survey of a district, again, share.

    Its variance is that of both surveys' sampling and of what the true prevalence wanders a year
    (`baselines.WANDER`, judged). Where only an interval is known the mean is its middle and the
    variance of an even distribution over it is added.

    Parameters
    ----------
    last
        Last survey of the district.
    year
        Of the survey that is forecast.
    """
    low, high = (last.value, last.value) if last.value is not None else (last.low, last.high)
    assert low is not None and high is not None
    mean = (low + high) / 2.0
    sampling = [sampling_deviation(mean, n, DESIGN_EFFECT) ** 2 for n in (last.children, CHILDREN)]
    variance = sum(sampling) + (high - low) ** 2 / 12.0 + max(0, year - last.year) * WANDER**2
    return mean, float(np.sqrt(variance))
