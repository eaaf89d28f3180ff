"""Known truths: large surveys pin them, ordinary ones leave honest intervals."""

from dataclasses import replace

import numpy as np
import pytest
from sampling import panel, surfaces

from tumbuh.calibration.hierarchy import load_priors
from tumbuh.calibration.recovery import recover, recovery_gate

PRIORS = load_priors()


def test_large_surveys_pin_the_levels_of_ten_districts():
    big = replace(panel(10), children=np.full((10, 2), 1e6))
    sharp = replace(PRIORS, discrepancy=(-10.0, 0.1), year=1e-4, instrument=1e-4)
    found = recover(big, sharp, surfaces(4), 1, chains=19)
    assert np.abs(found.draws.mean(axis=1) - found.truth).max() < 0.004
    assert np.ptp(found.truth) > 0.02


def test_ordinary_surveys_leave_honest_intervals():
    found = recover(panel(6), PRIORS, surfaces(16), 2)
    assert recovery_gate(found).passed
    assert 0.03 < found.width < 0.15


def test_errors_that_are_believed_too_small_lose_the_truth():
    wrong = replace(PRIORS, design=(np.log(0.02), 0.01), discrepancy=(-10.0, 0.1), instrument=1e-4)
    wrong = replace(wrong, year=1e-4)
    assert not recovery_gate(recover(panel(6), PRIORS, surfaces(16), 2, wrong)).passed


@pytest.mark.slow
def test_nine_tenths_of_the_truths_of_many_panels_lie_inside():
    found = recover(panel(10), PRIORS, surfaces(120), 3)
    assert recovery_gate(found).passed
    assert found.covered.inside(0.9).mean() == pytest.approx(0.9, abs=0.03)
