"""The gate on the score: chance explains the gain of a right model, and not that of a wrong one."""

import numpy as np
import pytest
from sampling import WINDOWS, panel, surfaces

from tumbuh.calibration.false_alarm import chance_of, gains_if_right
from tumbuh.calibration.fit import fit
from tumbuh.calibration.hierarchy import load_priors
from tumbuh.calibration.panel import Panel
from tumbuh.calibration.predict import predict
from tumbuh.calibration.scores import score
from tumbuh.calibration.surface import Surfaces, Window

PRIORS, CHAINS, DISTRICTS, SEED = load_priors(), 60, 6, 3
TRUTHS = 20


def wider(first, share):
    """The panel with two later surveys."""
    more = np.full_like(first.share, np.nan)
    return Panel(
        first.areas,
        (*first.surveys, "SKI 2023", "SSGI 2024"),
        np.array([2021, 2022, 2023, 2024]),
        (*WINDOWS, Window(67.0, 70.0), Window(79.0, 82.0)),
        np.concatenate([first.share, share], axis=1),
        np.concatenate([first.low, more], axis=1),
        np.concatenate([first.high, more], axis=1),
        np.concatenate([first.children, np.full_like(more, 671.0)], axis=1),
        np.zeros(4, dtype=bool),
    )


def longer(first, shift=0.0):
    """The surface over two more windows, its probit moved."""
    coefficients = np.concatenate([first.coefficients, first.coefficients], axis=-1)
    coefficients[:, 0, 0] += shift
    return Surfaces((*WINDOWS, *WINDOWS), coefficients)


@pytest.fixture(scope="module")
def made():
    """A fit, surveys that its model makes, and what is the gain if it is exactly right."""
    narrow, surface = panel(DISTRICTS), surfaces(CHAINS)
    found = fit(narrow, PRIORS, surface, SEED)
    any_share = np.full(narrow.share.shape, 0.25)
    # Other biases, discrepancies and samples than those that forecast.
    truths = predict(found, wider(narrow, any_share), longer(surface), SEED + 1).shares
    return narrow, found, surface, truths[:TRUTHS, :, 2:]


def chances(made, shift):
    """Chance of the gain of each set of surveys; the forecasts are off by a shift of the probit."""
    narrow, found, surface, truths = made
    out = []
    for share in truths:
        wide = wider(narrow, share)
        prediction = predict(found, wide, longer(surface, shift), SEED)
        if not out:
            gains = gains_if_right(prediction, narrow, PRIORS, SEED, CHAINS)
        holdout = score(prediction, narrow)
        out.append(chance_of(holdout.gain(holdout.best)[0], gains))
    return np.array(out), gains


def test_a_right_model_is_as_far_behind_as_chance_says(made):
    found, gains = chances(made, 0.0)
    assert gains.min() < 0.0 < gains.max()
    assert (found >= 0.05).mean() >= 0.8
    assert 0.3 < found.mean() < 0.7


def test_a_model_that_expects_ten_points_too_many_is_found_out(made):
    """At 25 percent the probit moves by 0.29 for ten points."""
    found, _ = chances(made, 0.29)
    assert np.all(found < 0.05)


def test_the_gains_do_not_depend_on_what_was_published(made):
    """Only which districts have a survey counts; its value is made anew."""
    narrow, found, surface, truths = made
    one, two = (
        gains_if_right(
            predict(found, wider(narrow, share), longer(surface), SEED), narrow, PRIORS, SEED, 10
        )
        for share in truths[:2]
    )
    assert one.shape == (10,)
    np.testing.assert_array_equal(one, two)


def test_the_chance_counts_gains_as_low_as_the_one_found():
    gains = np.array([-3.0, -1.0, 0.0, 2.0])
    assert [chance_of(gain, gains) for gain in (-4.0, -3.0, -0.5, 2.0)] == [0.0, 0.25, 0.5, 1.0]
