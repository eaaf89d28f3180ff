"""Falls too fast to believe, and the two child sectors, on drawn paths."""

import numpy as np
import pytest

from tumbuh.experiments.batch import Batch
from tumbuh.experiments.plausibility import (
    fall_is_implausible,
    implausible_share,
    sector_difference,
    sectors_differ,
)

TIMES = np.arange(0.0, 73.0, 3.0)


def batch(paths, times=TIMES, variable="survey prevalence"):
    return Batch(times, {}, {"plan": {variable: paths}}, np.zeros(len(paths), bool), None)


def line(points_a_year, start=0.4, times=TIMES):
    return start - points_a_year / 100.0 * times / 12.0


def test_two_fast_years_and_a_pause_are_not_sustained():
    yearly = np.array([0.0, 4.0, 8.0, 8.5, 12.5, 16.5, 17.0])
    path = 0.4 - np.interp(TIMES, 12.0 * np.arange(7), yearly) / 100.0
    assert not fall_is_implausible(TIMES, path)
    yearly[3:] = [12.0, 12.0, 12.0, 12.0]
    path = 0.4 - np.interp(TIMES, 12.0 * np.arange(7), yearly) / 100.0
    assert fall_is_implausible(TIMES, path)


def test_a_fast_fall_that_starts_between_years_is_found():
    path = 0.4 - 0.035 * np.clip(TIMES - 15.0, 0.0, 36.0) / 12.0
    assert fall_is_implausible(TIMES, path)


def test_the_share_of_draws_and_the_median_are_told_apart():
    paths = np.array([line(4.0), line(2.0), line(1.0), line(0.0)])
    assert implausible_share(batch(paths), "plan", 0.0) == (False, 0.25)
    paths = np.array([line(4.0), line(3.5), line(3.2), line(0.0)])
    assert implausible_share(batch(paths), "plan", 0.0) == (True, 0.75)


def test_a_rise_is_never_a_fall():
    assert implausible_share(batch(np.array([line(-5.0)] * 3)), "plan", 0.0) == (False, 0.0)


def test_only_months_from_the_decision_on_count():
    """A fast fall in the past is history, not something that a plan does."""
    path = 0.4 - 0.04 * np.clip(TIMES, 0.0, 36.0) / 12.0
    assert implausible_share(batch(path[None]), "plan", 0.0) == (True, 1.0)
    assert implausible_share(batch(path[None]), "plan", 24.0) == (False, 0.0)


def test_less_than_three_years_cannot_be_sustained():
    times = TIMES[TIMES <= 33.0]
    runs = batch(line(9.0, times=times)[None], times)
    assert implausible_share(runs, "plan", 0.0) == (False, 0.0)


def test_years_need_not_be_saved_months():
    times = np.arange(0.0, 61.0, 5.0)
    runs = batch(np.array([line(3.1, times=times), line(2.9, times=times)]), times)
    assert implausible_share(runs, "plan", 0.0)[1] == 0.5


@pytest.mark.parametrize(
    "coflow, stocks, differ",
    [
        (1.0, 0.79, True),
        (0.79, 1.0, True),
        (1.0, 0.81, False),
        (0.2, 0.11, False),
        (-1.0, -0.7, True),
        (0.0, 0.0, False),
    ],
)
def test_sectors_differ_past_a_fifth_and_a_tenth_of_a_point(coflow, stocks, differ):
    assert sectors_differ(coflow, stocks) is differ


def test_the_gain_is_read_under_both_sectors():
    names = ("HAZ survey prevalence", "stock survey prevalence")
    base = {name: np.full((3, 2), 0.25) for name in names}
    plan = {names[0]: base[names[0]] - 0.010, names[1]: base[names[1]] - 0.006}
    times = np.array([0.0, 12.0])
    runs = Batch(times, {}, {"base": base, "plan": plan}, np.zeros(3, bool), None)
    found = sector_difference(runs, "plan", "base", 12.0)
    assert found.coflow.median == pytest.approx(1.0)
    assert found.stocks.median == pytest.approx(0.6)
    assert found.differ
