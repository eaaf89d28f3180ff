"""The statistical model of the surveys: districts of a province, instruments, years, sampling.

Every unknown has a standard normal coordinate, so that a prior is a transformation and a step of
the sampler needs the likelihood alone. ``chain`` is the axis of independent chains.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..model.distributions import quantile
from ..model.parameters import ParameterTable, load_parameters
from .likelihood import SURVEY_MODEL
from .panel import Panel
from .surface import Surfaces

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Priors:
    """Numbers of the priors; see ``calibration/data/survey_model.csv`` for what stands behind.

    Attributes
    ----------
    multiplier
        Mean and SD of the log of the mean deficit multiplier.
    multiplier_spread
        Log of the median, and SD of the log, of the SD of log multipliers between districts.
    birth_shift
        SD of a district's shift of HAZ at birth.
    secular, secular_spread
        Mean and SD of the province's HAZ gain per year, and SD between districts.
    poverty
        Log of the median, and SD of the log, of the poverty shock.
    instrument, year
        SD of the bias of an instrument and of a year, logit.
    discrepancy
        Log of the median, and SD of the log, of the scale of what a district and year add, logit;
        Student's t with 4 degrees of freedom.
    design
        Log of the median, and SD of the log, of the design effect less one.
    children
        SD of the log of the number of children.
    modelled
        Share of small-area estimates in a survey that has some.
    """

    multiplier: tuple[float, float]
    multiplier_spread: tuple[float, float]
    birth_shift: float
    secular: tuple[float, float]
    secular_spread: float
    poverty: tuple[float, float]
    instrument: float
    year: float
    discrepancy: tuple[float, float]
    design: tuple[float, float]
    children: float
    modelled: float


@lru_cache
def load_priors() -> Priors:
    """Return the priors of the packaged tables.

    Raises
    ------
    EvidenceError
        With every mistake of the tables, by file and line.
    """
    own, model = load_parameters(SURVEY_MODEL), load_parameters()
    return Priors(
        multiplier=_log_pair(own, "mean deficit multiplier"),
        multiplier_spread=_log_pair(own, "spread of deficit multipliers"),
        birth_shift=_pair(model, "district birth shift")[1],
        secular=_pair(model, "secular HAZ gain per year"),
        secular_spread=own.get("spread of secular gains").prior.value,
        poverty=_log_pair(model, "poverty faltering shock"),
        instrument=own.get("instrument bias").prior.value,
        year=own.get("common shock of a year").prior.value,
        discrepancy=_log_pair(own, "discrepancy"),
        design=_log_pair(own, "design effect less one"),
        children=own.get("spread of children measured").prior.value,
        modelled=own.get("share of modelled estimates").prior.value,
    )


def _pair(table: ParameterTable, name: str) -> tuple[float, float]:
    prior = table.get(name).prior
    assert prior.a is not None and prior.b is not None
    return prior.a, prior.b


def _log_pair(table: ParameterTable, name: str) -> tuple[float, float]:
    centre, spread = _pair(table, name)
    return float(np.log(centre)), spread


@dataclass(frozen=True)
class Coordinates:
    """Standard normal coordinates of every unknown.

    Attributes
    ----------
    level, spread, secular, poverty, excess, discrepancy
        (chain,): mean and SD of the log multiplier, mean secular gain, poverty shock, design
        effect, scale of the discrepancy.
    local
        (chain, district, 3): log multiplier, birth shift, secular gain.
    shift
        (chain, survey): bias of instrument and year.
    noise, children, weight
        (chain, district, survey): discrepancy, number of children, weight of a survey.
    """

    level: Floats
    spread: Floats
    secular: Floats
    poverty: Floats
    excess: Floats
    discrepancy: Floats
    local: Floats
    shift: Floats
    noise: Floats
    children: Floats
    weight: Floats


def draw_coordinates(rng: np.random.Generator, chains: int, panel: Panel) -> Coordinates:
    """Return coordinates drawn from the prior."""
    districts, surveys = panel.share.shape[-2:]
    single = ("level", "spread", "secular", "poverty", "excess", "discrepancy")
    shapes: dict[str, tuple[int, ...]] = {
        **dict.fromkeys(single, (chains,)),
        **dict.fromkeys(("noise", "children", "weight"), (chains, districts, surveys)),
        "local": (chains, districts, 3),
        "shift": (chains, surveys),
    }
    return Coordinates(**{name: rng.standard_normal(shape) for name, shape in shapes.items()})


def points_of(at: Coordinates, priors: Priors) -> Floats:
    """Return (chain, district + 1, dimension) of the surface; the last is the typical district."""
    typical = np.zeros((len(at.level), 1, 3))
    at = moved(at, local=np.concatenate([at.local, typical], axis=1))
    mean = priors.multiplier[0] + priors.multiplier[1] * at.level
    spread = lognormal(priors.multiplier_spread, at.spread)
    multiplier = mean[:, None] + spread[:, None] * at.local[..., 0]
    birth = priors.birth_shift * at.local[..., 1]
    secular = (priors.secular[0] + priors.secular[1] * at.secular)[:, None]
    secular = secular + priors.secular_spread * at.local[..., 2]
    poverty = lognormal(priors.poverty, at.poverty)
    return np.stack(
        [multiplier, birth, secular, np.broadcast_to(poverty[:, None], birth.shape)], axis=-1
    )


def lognormal(prior: tuple[float, float], coordinate: Floats) -> Floats:
    """Return a lognormal unknown from its standard normal coordinate."""
    return np.exp(prior[0] + prior[1] * coordinate)


def shift_deviation(panel: Panel, priors: Priors) -> Floats:
    """Return (survey,), SD of the bias; the first instrument is the reference."""
    own = np.where(np.array(panel.surveys) == panel.surveys[0], 0.0, priors.instrument)
    return np.hypot(own, priors.year)


def student(coordinate: Floats) -> Floats:
    """Return Student's t with 4 degrees of freedom from a standard normal coordinate."""
    from scipy.special import ndtr

    # The quantile has a closed form for 4 degrees of freedom (Shaw 2006, J. Comput. Finance 9).
    tail = ndtr(-np.abs(coordinate))
    root = np.sqrt(4.0 * tail * (1.0 - tail))
    q = np.cos(np.arccos(np.minimum(root, 1.0)) / 3.0) / root
    return np.sign(coordinate) * 2.0 * np.sqrt(np.maximum(q - 1.0, 0.0))


@dataclass(frozen=True)
class Surveyed:
    """What the likelihood needs, derived from coordinates.

    Attributes
    ----------
    prevalence
        (chain, district + 1, survey), logit of the prevalence of the model; the last is that of
        the typical district.
    mean
        (chain, district, survey), share that the survey expects, 0 to 1.
    design
        (chain,), design effect.
    children
        (chain, district, survey), whole numbers above the design effect.
    weight
        (chain, district, survey), of the survey in a small-area estimate.
    """

    prevalence: Floats
    mean: Floats
    design: Floats
    children: Floats
    weight: Floats


def surveyed(
    at: Coordinates, panel: Panel, priors: Priors, surfaces: Surfaces, known: Floats | None = None
) -> Surveyed:
    """Return what the surveys expect.

    Parameters
    ----------
    at
        Coordinates.
    panel, priors
        Surveys, and numbers of the priors.
    surfaces
        One for each chain.
    known
        Logit of the prevalence, where the caller has it already.
    """
    from scipy.special import expit, log_ndtr

    prevalence = known
    if prevalence is None:
        probit = surfaces.probit(points_of(at, priors))
        prevalence = log_ndtr(probit) - log_ndtr(-probit)
    scale = lognormal(priors.discrepancy, at.discrepancy)
    shift = shift_deviation(panel, priors) * at.shift
    mean = expit(prevalence[:, :-1] + shift[:, None, :] + scale[:, None, None] * student(at.noise))
    design = 1.0 + lognormal(priors.design, at.excess)
    size = panel.children * np.exp(priors.children * at.children)
    children = np.maximum(np.round(size), np.ceil(design + 1.0)[:, None, None])
    return Surveyed(prevalence, mean, design, children, _weight(at.weight, panel))


def _weight(coordinate: Floats, panel: Panel) -> Floats:
    out = np.ones_like(coordinate)
    for column in np.flatnonzero(panel.modelled):
        out[..., column] = np.interp(coordinate[..., column], *_weight_table())
    return out


@lru_cache
def _weight_table() -> tuple[Floats, Floats]:
    """Return the quantiles of the prior of the weight on a fine grid of normal coordinates."""
    from scipy.special import ndtr

    grid = np.linspace(-6.0, 6.0, 2401)
    prior = load_parameters(SURVEY_MODEL).get("weight of the survey in a modelled estimate").prior
    return grid, quantile(prior, ndtr(grid))


def moved(at: Coordinates, **parts: Floats) -> Coordinates:
    """Return coordinates with some parts replaced."""
    return replace(at, **parts)
