"""What ``tumbuh data`` knows of each number: chosen rows, their intervals, and what is missing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..calibration.age_profile import AgeGroup, load_age_profile
from ..calibration.areas import Area, areas_without_survey, load_areas
from ..calibration.holdout import load_unseen, load_unseen_context
from ..calibration.intervals import DESIGN_EFFECT, LEVEL, sampling_interval
from ..calibration.observations import Survey, load_context, load_observations
from ..calibration.routine import RoutineFigure, load_routine

NEVER_FOUND = ("Riskesdas", "SSGBI")
"""Instruments that have district figures, of which some were not found."""
HELD_OUT = ("unseen", "context")


@dataclass(frozen=True)
class Point:
    """A survey figure with its interval.

    Attributes
    ----------
    survey
        The row.
    low, high
        95 percent interval, 0 to 1; absent where neither it nor the children are known.
    origin
        ``published``, ``computed`` from children and design effect, or ``unknown``.
    later
        Whether it lies in the hold-out.
    """

    survey: Survey
    low: float | None
    high: float | None
    origin: str
    later: bool


@dataclass(frozen=True)
class Data:
    """Everything that was asked for.

    Attributes
    ----------
    areas
        Chosen areas, in the order of the table.
    points
        Surveys of these areas.
    routine, ages
        Routine figures of these areas, and figures by age of the nation; empty where not asked.
    """

    areas: tuple[Area, ...]
    points: tuple[Point, ...]
    routine: tuple[RoutineFigure, ...]
    ages: tuple[AgeGroup, ...]

    def of(self, area: Area) -> tuple[Point, ...]:
        """Return the surveys of one area."""
        return tuple(point for point in self.points if point.survey.area == area.code)


def collect(areas: Sequence[Area], holdout: bool, routine: bool, ages: bool) -> Data:
    """Return the rows of some areas.

    Parameters
    ----------
    areas
        Chosen areas.
    holdout
        Also surveys after 2022.
    routine
        Also routine figures.
    ages
        Also the national figures by age.

    Raises
    ------
    DataError
        If a table has mistakes.
    """
    codes = [area.code for area in areas]
    rows: list[tuple[Survey, bool]] = [(row, False) for row in load_observations()]
    rows += [(row, False) for row in load_context()]
    if holdout:
        rows += [(row, True) for row in (*load_unseen(), *load_unseen_context())]
    chosen = [point_of(row, later) for row, later in rows if row.area in codes]
    chosen.sort(key=lambda point: (codes.index(point.survey.area), point.survey.year))
    figures = load_routine() if routine else ()
    return Data(
        tuple(areas),
        tuple(chosen),
        tuple(row for row in figures if row.area in codes),
        load_age_profile() if ages else (),
    )


def point_of(row: Survey, later: bool = False) -> Point:
    """Return a survey with its interval, published or computed.

    Parameters
    ----------
    row
        The survey.
    later
        Whether it lies in the hold-out.
    """
    if row.ci_low is not None:
        return Point(row, row.ci_low, row.ci_high, "published", later)
    if row.value is None or row.children is None:
        return Point(row, None, None, "unknown", later)
    return Point(row, *sampling_interval(row.value, row.children), "computed", later)


def without_survey(data: Data) -> tuple[Area, ...]:
    """Return the chosen districts without any survey that the scored fit may use."""
    fitted = (point.survey for point in data.points if point.survey.role == "fit")
    return areas_without_survey(fitted, {area.code: area for area in data.areas})


def without_figure(data: Data) -> dict[str, tuple[Area, ...]]:
    """Return, by survey of the ten districts, the chosen districts that have no figure of it."""
    wanted = {area.code: area for area in data.areas if area.kind == "district"}
    used = [p.survey for p in data.points if p.survey.role in ("fit", "unseen")]
    rounds = dict.fromkeys(row.survey for row in used)
    missing = {
        name: areas_without_survey((row for row in used if row.survey == name), wanted)
        for name in rounds
    }
    return {name: areas for name, areas in missing.items() if areas}


def never_found(data: Data) -> dict[str, tuple[Area, ...]]:
    """Return, by instrument that should have district figures, the districts without any."""
    wanted = {area.code: area for area in data.areas if area.kind == "district"}
    return {
        name: missing
        for name in NEVER_FOUND
        if (missing := areas_without_survey(_of_instrument(data.points, name), wanted))
    }


def _of_instrument(points: Iterable[Point], name: str) -> list[Survey]:
    return [point.survey for point in points if point.survey.instrument == name]


def as_data(data: Data) -> dict[str, Any]:
    """Return everything for JSON; shares are 0 to 1."""
    return {
        "interval": {"level": LEVEL, "design_effect": DESIGN_EFFECT, "method": "Wilson"},
        "areas": [asdict(area) for area in data.areas],
        "surveys": [_survey_data(point) for point in data.points],
        "routine": [asdict(row) for row in data.routine],
        "age": [asdict(row) for row in data.ages],
        "without_survey": [area.code for area in without_survey(data)],
        "without_figure": {
            name: [area.code for area in areas] for name, areas in without_figure(data).items()
        },
        "not_found": {
            name: [area.code for area in areas] for name, areas in never_found(data).items()
        },
    }


def _survey_data(point: Point) -> dict[str, Any]:
    return asdict(point.survey) | {
        "interval_low": point.low,
        "interval_high": point.high,
        "interval_origin": point.origin,
        "held_out": point.later,
    }


def as_csv(data: Data) -> str:
    """Return one long table of everything, decimal points, shares 0 to 1."""
    rows = [{"table": "survey", **_survey_data(point)} for point in data.points]
    rows += [{"table": "routine", **asdict(row)} for row in data.routine]
    rows += [{"table": "age", **asdict(row)} for row in data.ages]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def every_area() -> tuple[Area, ...]:
    """Return all areas in the order of the table."""
    return tuple(load_areas().values())
