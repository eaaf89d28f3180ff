"""What is aimed at: a prevalence by a month, as asked or as the district's national path says."""

from __future__ import annotations

from dataclasses import dataclass

from ...model.calendar import DECISION_MONTH, LAST_YEAR, date_of, month_of
from ...model.district import District
from ...model.district_facts import target_of
from ...model.errors import InputError, Problem

FIRST_BY, LAST_BY = "2027-01", f"{LAST_YEAR}-12"


@dataclass(frozen=True)
class Aim:
    """A target.

    Attributes
    ----------
    share
        Surveyed prevalence that is aimed at, 0 to 1.
    month
        Month of the model's clock at whose reading it must hold: the end of the month asked for.
    own
        Whether it is the district's own target.
    """

    share: float
    month: float
    own: bool

    @property
    def by(self) -> str:
        """Last calendar month before the reading, such as ``2029-12``."""
        return date_of(self.month - 1.0)

    @property
    def year(self) -> int:
        """Calendar year of that month."""
        return int(self.by[:4])


def read_aim(district: District, prevalence: float | None, by: str | None) -> Aim:
    """Return the aim; what is not asked for is taken from the district file.

    Parameters
    ----------
    district
        Holds the steps of the national path.
    prevalence
        Share, over 0 and under 1.
    by
        Year and month, 2027-01 to 2035-12; the target holds at its end.

    Raises
    ------
    InputError
        With both mistakes together.
    DataError
        If the district file has no target.
    """
    target, problems = target_of(district), list[Problem]()
    share = target.share if prevalence is None else prevalence
    if not 0.0 < share < 1.0:
        problems.append(_no_share(share))
    month = 0.0
    try:
        month = month_of(by or f"{target.year}-12", "--by") + 1.0
    except InputError as error:
        problems += error.problems
    else:
        if month <= DECISION_MONTH:
            expected = f"a month from {FIRST_BY} to {LAST_BY}"
            remedy = "Choose a month after the decision date"
            problems.append(Problem("--by", expected, str(by), remedy))
    if problems:
        raise InputError(problems)
    return Aim(share, month, prevalence is None and by is None)


def _no_share(value: float) -> Problem:
    expected = "a share over 0 and under 1"
    if 1.0 <= value < 100.0:
        return Problem("--prevalence", expected, f"{value:g}", f"Write {value / 100.0:g}")
    return Problem("--prevalence", expected, f"{value:g}", "Write a share such as 0.142")
