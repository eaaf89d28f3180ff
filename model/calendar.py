"""Calendar months and the model's clock: month 0 is the start of January 2018."""

from __future__ import annotations

import math
import re

from .errors import InputError, Problem

FIRST_YEAR = 2018
LAST_YEAR = 2035
HORIZON_MONTH = 12.0 * (LAST_YEAR + 1 - FIRST_YEAR)
DECISION_DATE = "2027-01"

_DATE = re.compile(r"(\d{4})-(\d{2})")


def month_of(date: str, where: str = "date") -> float:
    """Return the month at which a calendar month starts.

    Parameters
    ----------
    date
        Year and month, such as ``"2027-01"``, from 2018-01 to 2035-12.
    where
        What the message names when the date is refused.

    Raises
    ------
    InputError
        If the text is not a year and month, or lies outside the horizon.

    Examples
    --------
    >>> month_of("2018-01"), month_of("2027-01")
    (0.0, 108.0)
    """
    match = _DATE.fullmatch(date)
    if match is None or not 1 <= int(match[2]) <= 12:
        remedy = "Write four digits, a hyphen and two digits"
        raise InputError([Problem(where, 'a year and month such as "2027-01"', repr(date), remedy)])
    year, month = int(match[1]), int(match[2])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        expected = f"a month from {FIRST_YEAR}-01 to {LAST_YEAR}-12"
        raise InputError([Problem(where, expected, date, "Choose a month within the horizon")])
    return 12.0 * (year - FIRST_YEAR) + month - 1


def date_of(month: float) -> str:
    """Return the calendar month that contains a moment of the model's clock.

    Parameters
    ----------
    month
        Months since the start of January 2018.

    Examples
    --------
    >>> date_of(108.0), date_of(119.75)
    ('2027-01', '2027-12')
    """
    whole = math.floor(month)
    return f"{FIRST_YEAR + whole // 12:04d}-{whole % 12 + 1:02d}"


DECISION_MONTH = month_of(DECISION_DATE)
