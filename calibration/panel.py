"""The surveys of several districts as arrays: what the likelihood reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .areas import load_areas
from .observations import Observation, load_observations
from .surface import Window

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Panel:
    """Surveys by district; what a district lacks is not a number.

    Attributes
    ----------
    areas, surveys
        Names of the districts and of the surveys.
    years
        (survey,), calendar years.
    windows
        Field work of each survey.
    share
        (district, survey), published share, 0 to 1; (chain, district, survey) where each chain has
        surveys of its own.
    low, high
        (district, survey), ends of an interval that is known to hold the share.
    children
        (district, survey), children measured, or derived from the design.
    modelled
        (survey,), whether some districts were given a small-area estimate.
    """

    areas: tuple[str, ...]
    surveys: tuple[str, ...]
    years: NDArray[np.int64]
    windows: tuple[Window, ...]
    share: Floats
    low: Floats
    high: Floats
    children: Floats
    modelled: NDArray[np.bool_]

    @property
    def points(self) -> NDArray[np.bool_]:
        """(district, survey), where a share is published."""
        return np.isfinite(self.share if self.share.ndim == 2 else self.share[0])

    @property
    def intervals(self) -> NDArray[np.bool_]:
        """(district, survey), where only an interval is known."""
        return np.isfinite(self.low) & ~self.points


MODELLED_SURVEYS = ("SSGI 2024",)
"""Surveys in which some districts were given small-area estimates that are not marked."""


FIGURES = {"district": "paser-2021", "official": "paser-2021-official"}
"""Surveys of Paser in 2021 that a fit can use: its own figure, and that of the national list."""


def ten_districts() -> tuple[str, ...]:
    """Return the codes of the districts of East Kalimantan, in the order of the table."""
    return tuple(code for code, area in load_areas().items() if area.province == "kalimantan_timur")


def fitted(paser: str = "paser-2021") -> tuple[Observation, ...]:
    """Return the surveys of the scored fit, 2021 and 2022.

    Parameters
    ----------
    paser
        Id of the figure for Paser in 2021: that of the district, or the official one.
    """
    rows = [row for row in load_observations() if row.role == "fit" and row.id != "paser-2021"]
    return (*(row for row in load_observations() if row.id == paser), *rows)


def make_panel(observations: Iterable[Observation], areas: Sequence[str]) -> Panel:
    """Return the panel of some districts.

    Parameters
    ----------
    observations
        At most one of each district and survey.
    areas
        Names of the districts; one without any survey has only values that are not numbers.
    """
    chosen = [item for item in observations if item.area in areas]
    surveys = sorted({(item.year, item.survey) for item in chosen})
    shape = (len(areas), len(surveys))
    share, low, high, children = (np.full(shape, np.nan) for _ in range(4))
    windows: list[Window] = []
    for column, (year, survey) in enumerate(surveys):
        rows = [item for item in chosen if (item.year, item.survey) == (year, survey)]
        first, last = min(r.month_low for r in rows), max(r.month_high for r in rows)
        windows.append(Window(first, last))
        children[:, column] = np.median([item.children for item in rows])
        for item in rows:
            place = (list(areas).index(item.area), column)
            children[place] = item.children
            for part, value in ((share, item.value), (low, item.low), (high, item.high)):
                part[place] = np.nan if value is None else value
    names = tuple(survey for _, survey in surveys)
    return Panel(
        tuple(areas),
        names,
        np.array([year for year, _ in surveys]),
        tuple(windows),
        share,
        low,
        high,
        children,
        np.array([name in MODELLED_SURVEYS for name in names]),
    )
