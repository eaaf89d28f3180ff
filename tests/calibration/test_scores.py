"""Scores against closed forms; plain forecasts; convergence."""

import numpy as np
import pytest
from sampling import panel
from scipy import stats

from tumbuh.calibration.baselines import forecasts
from tumbuh.calibration.convergence import r_hat, unsettled
from tumbuh.calibration.scores import Holdout, Score, crps_of_draws


def test_crps_of_draws_is_that_of_the_normal():
    draws = stats.norm(0.24, 0.04).rvs((40_000, 1), random_state=1)
    z = (0.3 - 0.24) / 0.04
    exact = 0.04 * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - np.pi**-0.5)
    assert crps_of_draws(draws, np.array([0.3]))[0] == pytest.approx(exact, rel=0.01)


def test_plain_forecasts_say_what_their_names_say():
    seen = panel()
    found = forecasts(seen, np.full((4, 1), 671.0), np.array([2023]))
    np.testing.assert_allclose(found["persistence"].mean[:, 0], seen.share[:, 1])
    line = 2.0 * seen.share[:, 1] - seen.share[:, 0]
    np.testing.assert_allclose(found["linear trend"].mean[:, 0], line)
    assert np.ptp(found["province"].mean) == 0.0
    centre, plain = seen.share.mean(), found["pooled mean"].mean[:, 0]
    assert (np.abs(plain - centre) <= np.abs(seen.share.mean(axis=1) - centre) + 1e-9).all()
    half = centre + 0.5 * (seen.share[:, 1] - centre)
    np.testing.assert_allclose(found["damped walk"].mean[:, 0], half)
    assert found["linear trend"].deviation.min() > found["persistence"].deviation.max() * 0.9


def scored(log, pit=0.5):
    log = np.asarray(log, float)
    return Score(log, np.zeros_like(log), np.full_like(log, pit))


def test_the_error_of_a_gain_is_clustered_by_survey():
    points = tuple((str(k), f"survey {k // 4}") for k in range(8))
    same = Holdout(points, scored(np.ones(8)), {"a": scored(np.zeros(8))})
    assert same.gain("a") == (8.0, 0.0)
    moved = Holdout(points, scored([1.0] * 4 + [-1.0] * 4), {"a": scored(np.zeros(8))})
    assert moved.gain("a") == pytest.approx((0.0, 8.0))


def test_gates_of_the_hold_out():
    points = tuple((str(k), "survey") for k in range(16))
    close = Holdout(points, scored(np.zeros(16)), {"a": scored(np.full(16, 0.1))})
    assert close.keeps_up
    assert close.covers
    behind = Holdout(points, scored(np.zeros(16)), {"a": scored(np.full(16, 0.2))})
    assert not behind.keeps_up
    missed = Holdout(points, scored(np.zeros(16), 0.99), {"a": scored(np.zeros(16))})
    assert missed.keeps_up
    assert not missed.covers


def test_drift_and_disagreement_do_not_pass_for_convergence():
    rng = np.random.default_rng(2)
    sound = rng.standard_normal((4, 16, 300))
    assert r_hat(sound) < 1.002
    drift = sound + np.linspace(0.0, 0.6, 16)[:, None]
    apart = sound + np.array([0.0, 0.0, 0.0, 0.5])[:, None, None]
    wider = sound * np.array([1.0, 1.0, 1.0, 1.6])[:, None, None]
    found = unsettled({"a": sound, "b": drift, "c": apart, "d": wider})
    assert set(found) == {"b", "c", "d"}
    assert set(unsettled({"e": np.full((4, 16, 3), np.nan)})) == {"e"}
