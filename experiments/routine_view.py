"""What ``tumbuh routine`` tells of an area: its series, the gap, and what it teaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..calibration.areas import Area, load_areas
from ..calibration.ensemble import load_ensemble
from ..calibration.gates import Gate
from ..calibration.holdout import load_unseen, load_unseen_context
from ..calibration.measurement import Seen, months_of, observe, reported
from ..calibration.observations import load_context, load_observations
from ..calibration.posterior import load_posterior
from ..calibration.routine import RoutineFigure, load_routine
from ..calibration.routine_model import (
    BAND,
    Errors,
    draw_errors,
    months_by_figure,
    predictive_gate,
    simulated,
    weights_gate,
    years_of,
)
from ..calibration.routine_ratio import Ratio, ratios, surveyed_shares
from ..calibration.routine_update import Series, Update, gap_parts, series, unknowns, variants
from ..model.errors import InputError, Problem
from ..model.randomness import stream
from .batch import Progress
from .outcomes import POINTS
from .routine_learning import Learnt, Spread, gains, learn, spread

Floats = NDArray[np.float64]

SEED = 20260101
LEVELS = (2022, 2024)
"""Calendar years of the surveys between which the change is read."""
GRID = tuple(float(month) for month in range(36, 97, 3))
"""Months of the bands in the figure: January 2021 to January 2026."""


@dataclass(frozen=True)
class RoutineView:
    """Everything that the command tells.

    Attributes
    ----------
    area
        The area.
    series
        Its routine figures.
    expected
        By figure: what the model expects before it has seen them, share.
    survey
        By figure: prevalence that a survey would show then, share.
    attendance
        By figure: share of children measured in the model.
    needed
        What had to be true, by name of `unknowns`.
    learnt
        By ``2022``, ``2024``, ``change`` (shares) and by strategy (points).
    parts
        Parts of the gap between survey and routine, average of the figures, points, given the
        series.
    gap
        The gap itself, points.
    ratios, ratio
        Figures of all areas over surveys, and the ratio that the model expects of this one.
    gates
        Checks.
    bands
        By ``survey`` and ``routine``: (3, month of `GRID`), low, median and high, share.
    """

    area: Area
    series: Series
    expected: tuple[Spread, ...]
    survey: tuple[Spread, ...]
    attendance: tuple[Spread, ...]
    needed: Mapping[str, Learnt]
    learnt: Mapping[str, Learnt]
    parts: Mapping[str, Spread]
    gap: Spread
    ratios: tuple[Ratio, ...]
    ratio: Spread
    gates: tuple[Gate, ...]
    bands: Mapping[str, Floats]


def routine_view(
    area: Area,
    draws: int = 1000,
    seed: int = SEED,
    progress: Progress = lambda done, total: None,
) -> RoutineView:
    """Explain the routine figures of an area.

    Parameters
    ----------
    area
        A district with routine figures.
    draws
        Draws of the levels that are stored.
    seed
        Of the errors of the figures.
    progress
        Called with runs of strategies done and in all.

    Raises
    ------
    InputError
        If the area has no figure with a share, or is no district.
    """
    figures = series(_figures(area))
    ensemble, errors = load_ensemble(area.code, draws), draw_errors(seed, draws)
    months = [*months_by_figure(figures.figures), *(months_of(year, None) for year in LEVELS)]
    months += [(month,) for month in GRID]
    whole, count = observe(ensemble.constants, months), len(figures.figures)
    seen = whole.columns(range(count))
    drawn = simulated(reported(seen), errors, figures.years, stream(seed, "routine/errors"))
    found = variants(seen, figures, errors)
    weights, equal = found["all"].weights, np.full(draws, 1.0 / draws)
    gaps = gap_parts(seen, figures.shares)
    return RoutineView(
        area=area,
        series=figures,
        expected=_each(drawn, equal),
        survey=_each(seen.survey, equal),
        attendance=_each(seen.attendance, equal),
        needed=_needed(found, figures, seed),
        learnt=_levels(whole, count, found, seed)
        | gains(ensemble.constants, found, seed, progress),
        parts={
            name: spread(POINTS * values.mean(axis=1), weights.values)
            for name, values in gaps.items()
        },
        gap=spread(POINTS * (seen.survey - figures.shares).mean(axis=1), weights.values),
        ratios=_ratios(),
        ratio=_ratio(whole.columns([count + 1]), errors, area, seed),
        gates=(predictive_gate(figures.shares, drawn), weights_gate(weights)),
        bands=_bands(whole.columns(range(count + 2, len(months))), errors, seed),
    )


def _figures(area: Area) -> tuple[RoutineFigure, ...]:
    """Return the routine figures of a district, or say which districts have some."""
    every = load_routine()
    own = tuple(row for row in every if row.area == area.code)
    if area.kind == "district" and any(row.share is not None for row in own):
        return own
    have = {row.area for row in every if row.share is not None}
    districts = [row for row in load_areas().values() if row.kind == "district"]
    known = ", ".join(row.code for row in districts if row.code in have)
    found = "none" if area.kind == "district" else "no district"
    remedy = "Choose one of these, or add its figures to calibration/data/routine.csv"
    raise InputError(
        [Problem(f"--area {area.code}", f"a district with routine figures: {known}", found, remedy)]
    )


def _each(values: Floats, weights: Floats) -> tuple[Spread, ...]:
    return tuple(spread(column, weights) for column in values.T)


def _needed(found: Mapping[str, Update], figures: Series, seed: int) -> dict[str, Learnt]:
    own = {"all": found["all"].weights.values}
    pairs = unknowns(found["all"], figures, seed)
    return {name: learn(before, after, own, seed) for name, (before, after) in pairs.items()}


def _levels(whole: Seen, count: int, found: Mapping[str, Update], seed: int) -> dict[str, Learnt]:
    weights = {name: item.weights.values for name, item in found.items()}
    first, last = (whole.survey[:, count + k] for k in range(2))
    values = {str(LEVELS[0]): first, str(LEVELS[1]): last, "change": last - first}
    return {name: learn(own, own, weights, seed) for name, own in values.items()}


def _ratios() -> tuple[Ratio, ...]:
    surveys = (*load_observations(), *load_unseen(), *load_context(), *load_unseen_context())
    return ratios(load_routine(), surveys)


def _ratio(seen: Seen, errors: Errors, area: Area, seed: int) -> Spread:
    """Return the ratio of a routine figure and a survey of one year that the model expects."""
    years = years_of([months_of(LEVELS[1], None)])
    routine = simulated(reported(seen), errors, years, stream(seed, "routine/ratio"))[:, 0]
    posterior = load_posterior("district", [area.code])
    survey = surveyed_shares(seen.survey[:, 0], posterior, stream(seed, "routine/survey"))
    return spread(routine / survey, np.full(len(survey), 1.0 / len(survey)))


def _bands(seen: Seen, errors: Errors, seed: int) -> dict[str, Floats]:
    years = years_of([(month,) for month in GRID])
    routine = simulated(reported(seen), errors, years, stream(seed, "routine/bands"))
    return {
        name: np.quantile(values, (BAND[0], 0.5, BAND[1]), axis=0)
        for name, values in (("survey", seen.survey), ("routine", routine))
    }
