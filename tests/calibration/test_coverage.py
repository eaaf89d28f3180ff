"""Counts of points inside intervals against the binomial; Theil's shares in closed form."""

import numpy as np
import pytest
from scipy import stats

from tumbuh.calibration.coverage import Covered, least_inside, most_inside
from tumbuh.calibration.theil import theil

PLACES = tuple((f"area {k // 2}", f"survey {k % 2}") for k in range(20))


def test_fifteen_of_twenty_have_to_lie_inside():
    assert least_inside(20, 0.9) == 15
    assert stats.binom.cdf(14, 20, 0.9) == pytest.approx(0.011, abs=5e-4)
    assert stats.binom.sf(most_inside(36, 0.5), 36, 0.5) <= 0.02


@pytest.mark.parametrize(("out", "passed"), [(5, True), (6, False)])
def test_one_point_decides(out, passed):
    pit = np.full(20, 0.5)
    pit[:out] = 0.96
    assert Covered(PLACES, pit).gate("points", 0.9).passed is passed


def test_intervals_that_hold_too_much_fail_where_it_is_asked():
    inside = Covered(PLACES, np.full(20, 0.5))
    assert inside.gate("points", 0.5).passed
    assert not inside.gate("points", 0.5, bounded=True).passed


def test_two_surveys_of_a_district_that_go_together_count_less():
    together = np.where(np.arange(20) // 2 % 5 == 0, 0.99, 0.5)
    apart = np.where(np.arange(20) % 5 == 0, 0.99, 0.5)
    assert together.sum() == pytest.approx(apart.sum())
    known = Covered(PLACES, together).error(0.9)
    assert known == pytest.approx(Covered(PLACES, apart).error(0.9) * np.sqrt(2.0), rel=0.2)


def test_theil_knows_bias_from_spread_from_chance():
    seen = np.array([0.2, 0.25, 0.3, 0.22])
    middle = seen.mean()
    assert theil(seen + 0.02, seen).bias == pytest.approx(1.0)
    assert theil(middle + 2.0 * (seen - middle), seen).variance == pytest.approx(1.0)
    assert theil(seen[[1, 2, 0, 3]], seen).covariance == pytest.approx(1.0)
    found = theil(np.array([0.3, 0.2, 0.24, 0.31]), seen)
    assert found.bias + found.variance + found.covariance == pytest.approx(1.0)
    assert theil(np.zeros(4), seen).inequality == pytest.approx(1.0)
    assert found.says_little
    assert not theil(np.tile(seen + 0.01, 5), np.tile(seen, 5)).says_little
