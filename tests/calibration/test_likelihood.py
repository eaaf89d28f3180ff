import numpy as np
import pytest

from tumbuh.calibration.likelihood import log_probability, sampling_deviation


@pytest.mark.parametrize("effect", [1.2, 1.7, 3.0])
def test_the_probabilities_of_all_counts_sum_to_one(effect):
    counts = np.arange(201)
    total = np.exp(
        [
            log_probability(k / 200, np.array(0.24), np.array(200.0), np.array(effect))
            for k in counts
        ]
    ).sum()
    assert total == pytest.approx(1.0, abs=1e-9)


def test_the_variance_is_the_binomial_times_the_design_effect():
    counts = np.arange(301)
    weight = np.exp(
        [log_probability(k / 300, np.array(0.24), np.array(300.0), np.array(1.7)) for k in counts]
    )
    mean = (weight * counts).sum()
    variance = (weight * (counts - mean) ** 2).sum()
    assert mean == pytest.approx(300 * 0.24)
    assert variance == pytest.approx(300 * 0.24 * 0.76 * 1.7, rel=1e-6)


def test_a_free_design_effect_does_not_run_away():
    """An un-normalised likelihood grows with the design effect without bound; this one does not."""
    effects = np.array([1.5, 5.0, 50.0, 500.0])
    score = log_probability(0.249, np.array(0.249), np.array(671.0), effects)
    assert np.all(np.diff(score) < 0.0)


def test_sampling_error_grows_with_the_root_of_the_design_effect():
    assert sampling_deviation(0.24, 300, 2.0) == pytest.approx(
        np.sqrt(2.0) * sampling_deviation(0.24, 300, 1.0)
    )
