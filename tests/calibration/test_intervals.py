"""The sampling interval of a survey."""

import numpy as np
import pytest

from tumbuh.calibration.intervals import DESIGN_EFFECT, sampling_interval
from tumbuh.calibration.likelihood import sampling_deviation


@pytest.mark.parametrize(("share", "children"), [(0.02, 60), (0.24, 292), (0.5, 671), (0.97, 80)])
def test_its_ends_are_where_the_score_test_turns(share, children):
    """Wilson's ends p solve |share - p| = 1.96 standard errors, taken at p itself."""
    for end in sampling_interval(share, children, 1.6):
        error = sampling_deviation(end, children, 1.6)
        assert abs(share - end) / error == pytest.approx(1.959964, abs=1e-5)
        assert 0.0 < end < 1.0


def test_a_design_effect_is_worth_as_many_children():
    assert sampling_interval(0.24, 600, 2.0) == pytest.approx(sampling_interval(0.24, 300, 1.0))


def test_it_covers_as_often_as_it_says():
    """Counts of a beta-binomial survey with the same design effect, fixed seed."""
    random, truth, children, effect = np.random.default_rng(7), 0.24, 300, 1.6
    strength = (children - effect) / (effect - 1.0)
    shares = random.beta(truth * strength, (1.0 - truth) * strength, 4000)
    found = random.binomial(children, shares) / children
    ends = [sampling_interval(value, children, effect) for value in found if 0 < value < 1]
    covered = np.mean([low <= truth <= high for low, high in ends])
    assert covered == pytest.approx(0.95, abs=0.012)


def test_the_stated_design_effect_is_the_median_of_its_prior():
    assert pytest.approx(1.6) == DESIGN_EFFECT
