"""Contraction, and what one more measurement may bring: closed forms where all is normal."""

import numpy as np
import pytest

from tumbuh.calibration.contraction import (
    Measurement,
    contraction,
    expected,
    fitted_parameters,
    prior_of,
)
from tumbuh.calibration.hierarchy import load_priors
from tumbuh.calibration.posterior import load_posterior

SIZE = 400


def normals(columns):
    """Draws with exactly mean 0, variance 1 and no correlation."""
    raw = np.random.default_rng(1).standard_normal((SIZE, columns))
    left, _, right = np.linalg.svd(raw - raw.mean(axis=0), full_matrices=False)
    return left @ right * np.sqrt(SIZE)


def test_a_normal_prior_and_a_normal_survey():
    prior = 2.0 * normals(1)[:, 0]
    after = prior / np.sqrt(1.0 + 4.0 / 0.5)
    found = contraction(prior, after, 1)
    assert found.value == pytest.approx(4.0 / 4.5)
    assert found.low < found.value < found.high
    assert contraction(after, prior, 1).value < 0.0


def test_pairing_narrows_the_interval():
    prior = normals(1)[:, 0]
    loose, tight = (contraction(prior, 0.6 * prior, 1, paired=p) for p in (False, True))
    assert loose.value == tight.value == pytest.approx(0.64)
    assert tight.high - tight.low < 1e-9 < loose.high - loose.low


def test_columns_count_together_and_a_constant_learns_nothing():
    both = normals(2) * [3.0, 1.0]
    assert contraction(both, both * [1.0, 0.0], 1).value == pytest.approx(0.1)
    assert contraction(np.ones(9), np.ones(9), 1).value == 0.0


def test_the_linear_update_of_jointly_normal_draws_is_exact():
    x, y, z = normals(3).T
    question = 2.0 * x + 1.0 * y
    seen = np.column_stack([x, 3.0 * y + z])
    noise = np.array([0.5, 2.0])
    within = np.array([[1.25, 0.0], [0.0, 14.0]])
    across = np.array([2.0, 3.0])
    exact = across @ np.linalg.solve(within, across) / 5.0
    found = expected({"q": question}, {"m": Measurement(seen, noise)}, 1)["m"]["q"]
    assert found.value == pytest.approx(exact, rel=1e-9)
    one = expected({"q": question}, {"m": Measurement(x[:, None], np.array([0.5]))}, 1)
    assert one["m"]["q"].value == pytest.approx(4.0 / (1.25 * 5.0), rel=1e-9)


def test_itself_without_noise_tells_all_and_another_thing_nothing():
    x, _ = normals(2).T
    other = np.random.default_rng(2).standard_normal((SIZE, 1))
    given = {
        "itself": Measurement(x[:, None], np.zeros(1)),
        "twice": Measurement(np.column_stack([x, x]), np.zeros(2)),
        "other": Measurement(other, np.zeros(1)),
        "still": Measurement(np.zeros((SIZE, 1)), np.zeros(1)),
    }
    found = expected({"q": x, "both": np.column_stack([x, 0.0 * x])}, given, 1)
    for name in ("itself", "twice"):
        assert found[name]["q"].value == pytest.approx(1.0)
        assert found[name]["both"].value == pytest.approx(1.0)
    assert found["other"]["q"].value < 4.0 / SIZE * 2.0
    assert found["other"]["q"].low == 0.0
    assert found["still"]["q"].value == 0.0


def test_halving_a_spread_is_a_contraction_of_three_quarters():
    x = normals(1)
    noise = x.std(axis=0) / np.sqrt(3.0)
    assert expected({"q": x}, {"m": Measurement(x, noise)}, 1)["m"]["q"].value == pytest.approx(
        0.75
    )


def test_the_prior_is_that_of_the_tables():
    posterior, priors = load_posterior("district", ["paser"]), load_priors()
    drawn = prior_of(posterior, 20_000, 1)
    before, after = (fitted_parameters(one, "paser") for one in (drawn, posterior))
    assert list(before) == list(after)
    birth = before["district birth shift"]
    assert birth.std() == pytest.approx(priors.birth_shift, rel=0.03)
    middle = before["district deficit multiplier[typical]"]
    assert middle.mean() == pytest.approx(priors.multiplier[0], abs=0.01)
    assert middle.std() == pytest.approx(priors.multiplier[1], rel=0.03)
    effect = before["design effect"]
    assert effect.std() == pytest.approx(priors.design[1], rel=0.03)
    reference = before[f"bias of {posterior.surveys[0]}"]
    assert reference.std() == pytest.approx(priors.year, rel=0.03)
    assert prior_of(posterior, 30, 1).levels("berau")["poverty faltering shock"].shape == (30,)
