"""Where the district stands: surveys, routine figures, the path of the targets, and the past."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...calibration.areas import load_areas
from ...calibration.intervals import DESIGN_EFFECT, LEVEL
from ...calibration.routine_ratio import Ratio, ratios
from ...model.calendar import FIRST_YEAR
from ...model.district import District
from ...model.district_facts import target_of
from ..data_points import Data, Point, collect, point_of
from ..outcomes import POINTS
from ..results import Comparison
from .plain import rounded

Floats = NDArray[np.float64]
BANDS = {"low90": 0.05, "low50": 0.25, "median": 0.5, "high50": 0.75, "high90": 0.95}
"""Quantiles of the fan of the past."""
MIDDLE, HALF_YEAR = 6.0, 0.5
"""Month, and place in the year, of a figure of which only the year is known."""


def standing(answer: Comparison, area: str, own: Collection[str] = ()) -> dict[str, Any]:
    """Return the tables of the first view; shares in percent.

    Parameters
    ----------
    answer
        A comparison of the district, run from 2018 on, with the surveys behind its draws.
    area
        Code of the district.
    own
        Rounds whose survey is the reader's own.
    """
    data = collect([load_areas()[area]], holdout=False, routine=True, ages=False)
    used = answer.observations
    return {
        "interval": {"level": LEVEL, "design_effect": DESIGN_EFFECT},
        "surveys": [_survey(point_of(row), row.survey in own) for row in used],
        "routine": list(_routine(data)),
        "ratios": [_ratio(item) for item in ratios(data.routine, used)],
        "targets": targets(answer.district),
        "history": _history(answer),
    }


def targets(district: District) -> dict[str, Any]:
    """Return the steps of the national and the district's path, percent at the end of a year."""
    goal = target_of(district)
    paths = {
        name: [
            {"year": fact.year, "percent": fact.value, "note": fact.note}
            for fact in district.series("targets", f"{name} target")
            if fact.value is not None
        ]
        for name in ("national", "district")
    }
    return {"year": goal.year, "percent": POINTS * goal.share, **paths}


def _survey(point: Point, own: bool) -> dict[str, Any]:
    row = point.survey
    shown = {
        "value": row.value,
        "low": point.low if row.value is not None else row.low,
        "high": point.high if row.value is not None else row.high,
    }
    return {
        "name": row.survey,
        "own": own,
        "time": FIRST_YEAR + (row.month_low + row.month_high + 1.0) / 24.0,
        "year": row.year,
        "children": row.children,
        "source": row.source,
        "url": row.url,
        **{key: None if value is None else POINTS * value for key, value in shown.items()},
    }


def _routine(data: Data) -> Iterator[dict[str, Any]]:
    for row in data.routine:
        if row.share is None:
            continue
        month = MIDDLE if row.month is None else row.month - HALF_YEAR
        kept = {key: asdict(row)[key] for key in ("year", "month", "source", "url", "instrument")}
        attendance = None if row.attendance is None else POINTS * row.attendance
        yield kept | {
            "time": row.year + month / 12.0,
            "value": POINTS * row.share,
            "attendance": attendance,
        }


def _ratio(item: Ratio) -> dict[str, Any]:
    figure = item.figure
    return {
        "year": figure.year,
        "month": figure.month,
        "survey": item.survey.survey,
        "ratio": item.value,
    }


def _history(answer: Comparison) -> dict[str, Any]:
    """Return the fan of no extra action, percent, by moment of the run."""
    batch = answer.batch
    paths = POINTS * batch.path(answer.plans[0].scenario.id, "survey prevalence")
    found = np.quantile(paths, list(BANDS.values()), axis=0)
    return {
        "times": rounded(FIRST_YEAR + batch.times / 12.0, 4),
        "draws": len(paths),
        **{name: rounded(row, 4) for name, row in zip(BANDS, found, strict=True)},
    }
