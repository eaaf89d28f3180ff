"""One entry of the forecast ledger: the distribution of each survey to come, as quantiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..model.errors import DataError, Problem

Floats = NDArray[np.float64]

LEVELS: Floats = np.arange(1, 200) / 200.0
"""(199,), probabilities of the stored quantiles: 0.5 %, 1 %, ..., 99.5 %."""
MEDIAN = 99
CENTRAL = (0.5, 0.8, 0.9)
"""Probabilities of the central intervals that are shown."""
_DIGITS = 6
_COLUMNS = ("area", "year", "last_survey", "persistence", "persistence_sd")
HEADER = (*_COLUMNS, *(f"q{100.0 * level:.1f}" for level in LEVELS))
"""Columns of the file of an entry; shares are 0 to 1."""


@dataclass(frozen=True)
class Forecast:
    """What is expected of the survey of one district in one year.

    Attributes
    ----------
    area
        Code of the district.
    year
        Calendar year of the field work.
    last_survey
        Survey that the plain forecast repeats.
    persistence, persistence_sd
        Mean and SD of that plain forecast, a normal distribution, share.
    quantiles
        (199,), shares at `LEVELS`, 0 to 1.
    """

    area: str
    year: int
    last_survey: str
    persistence: float
    persistence_sd: float
    quantiles: Floats

    @property
    def median(self) -> float:
        """Median of the surveyed share, 0 to 1."""
        return float(self.quantiles[MEDIAN])

    def interval(self, level: float) -> tuple[float, float]:
        """Return the ends of a central interval, shares.

        Parameters
        ----------
        level
            Probability inside, 0.01 to 0.99 in steps of 0.01.
        """
        step = round(100.0 * level)
        return float(self.quantiles[MEDIAN - step]), float(self.quantiles[MEDIAN + step])


def entry_text(forecasts: Sequence[Forecast]) -> str:
    """Return the file of an entry: one line for each district and year, shares to six digits.

    Raises
    ------
    DataError
        If there is none, one comes twice, or quantiles do not rise within 0 and 1.
    """
    problems: list[Problem] = []
    seen: set[tuple[str, int]] = set()
    lines = [",".join(HEADER)]
    for item in forecasts:
        where = f"forecast of {item.area} in {item.year}"
        rounded = np.round(item.quantiles, _DIGITS)
        inside = len(rounded) == len(LEVELS) and rounded[0] > 0.0 and rounded[-1] < 1.0
        if not inside or not (np.diff(rounded) > 0.0).all():
            expected = f"{len(LEVELS)} rising quantiles within 0 and 1"
            problems.append(Problem(where, expected, "others", "Ask for more draws"))
        if (item.area, item.year) in seen:
            problems.append(Problem(where, "one", "another", "Remove one of the two rows"))
        seen.add((item.area, item.year))
        own = (item.area, item.year, item.last_survey)
        numbers = (item.persistence, item.persistence_sd, *rounded.tolist())
        lines.append(",".join([*map(str, own), *(f"{value:.{_DIGITS}f}" for value in numbers)]))
    if not seen:
        problems.append(Problem("forecast", "at least one row", "none", "Name a district"))
    if problems:
        raise DataError(problems)
    return "\n".join(lines) + "\n"


def parse_entry(text: str, name: str) -> tuple[Forecast, ...]:
    """Return the forecasts of a file that `entry_text` wrote.

    Parameters
    ----------
    text
        Content of the file.
    name
        Of the file, for the message.

    Raises
    ------
    DataError
        If it is not such a file.
    """
    header, *lines = text.splitlines() or [""]
    try:
        if header != ",".join(HEADER):
            raise ValueError("header")
        return tuple(_forecast(line.split(",")) for line in lines)
    except ValueError as error:
        problem = Problem(name, "an entry of this version", "another file", "Restore the file")
        raise DataError([problem]) from error


def _forecast(cells: Sequence[str]) -> Forecast:
    area, year, last, mean, deviation, *quantiles = cells
    values = np.array(quantiles, float)
    if len(values) != len(LEVELS):
        raise ValueError("cells")
    return Forecast(area, int(year), last, float(mean), float(deviation), values)
