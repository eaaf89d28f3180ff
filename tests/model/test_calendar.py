"""Months of the model's clock."""

import pytest

from tumbuh.model.calendar import (
    DECISION_MONTH,
    FIRST_YEAR,
    HORIZON_MONTH,
    LAST_YEAR,
    date_of,
    month_of,
)
from tumbuh.model.errors import InputError


def test_known_months():
    assert month_of("2018-01") == 0.0
    assert month_of("2027-01") == DECISION_MONTH == 108.0
    assert month_of("2035-12") + 1 == HORIZON_MONTH == 216.0


def test_every_month_of_the_horizon_returns():
    dates = [f"{y}-{m:02d}" for y in range(FIRST_YEAR, LAST_YEAR + 1) for m in range(1, 13)]
    assert [month_of(date) for date in dates] == [float(i) for i in range(216)]
    assert [date_of(month_of(date) + 0.75) for date in dates] == dates


@pytest.mark.parametrize("date", ["2017-12", "2036-01"])
def test_outside_the_horizon(date):
    with pytest.raises(InputError, match="2018-01 to 2035-12"):
        month_of(date)


@pytest.mark.parametrize("date", ["2027", "2027-1", "2027-13", "2027-00", "01-2027", "2027-01-01"])
def test_other_ways_to_write_a_date(date):
    with pytest.raises(InputError, match="year and month"):
        month_of(date, "plan.yaml:3")
