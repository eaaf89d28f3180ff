"""Smoothed importance weights, and what is read from weighted draws."""

import numpy as np
import pytest

from tumbuh.calibration.psis import contraction, contraction_error, quantiles, smoothed
from tumbuh.model.randomness import stream


def test_a_normal_prior_becomes_its_normal_posterior():
    draws = stream(1, "normal").standard_normal(4000)
    found = smoothed(-0.5 * (draws - 1.0) ** 2 / 0.5)
    mean = found.values @ draws
    assert mean == pytest.approx(2.0 / 3.0, abs=0.05)
    assert contraction(draws, found.values) == pytest.approx(2.0 / 3.0, abs=0.05)
    assert found.values.sum() == pytest.approx(1.0)
    assert found.shape < found.bound


def test_a_likelihood_far_from_the_draws_has_a_heavy_tail():
    draws = stream(1, "normal").standard_normal(1000)
    found = smoothed(-0.5 * (draws - 8.0) ** 2 / 0.05**2)
    assert found.shape > found.bound
    assert found.effective < 20.0


def test_equal_weights_teach_nothing_and_give_plain_quantiles():
    draws = stream(2, "normal").standard_normal(1001)
    equal = np.full(1001, 1.0 / 1001)
    assert contraction(draws, equal) == pytest.approx(0.0, abs=1e-12)
    shares = (0.05, 0.5, 0.95)
    np.testing.assert_allclose(
        quantiles(draws, equal, shares), np.quantile(draws, shares, method="hazen"), rtol=1e-9
    )
    assert contraction(np.ones(5), np.full(5, 0.2)) == 0.0


def test_the_error_of_a_contraction_is_its_spread_over_samples():
    found = []
    for k in range(150):
        draws = stream(3, "sample", k).standard_normal(300)
        weights = np.exp(-0.5 * draws**2)
        found.append(contraction(draws, weights / weights.sum()))
    draws = stream(4, "sample").standard_normal(300)
    weights = np.exp(-0.5 * draws**2)
    one = contraction_error(draws, weights / weights.sum(), stream(5, "bootstrap"))
    assert one == pytest.approx(np.std(found), rel=0.35)
