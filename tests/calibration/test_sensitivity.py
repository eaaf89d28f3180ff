"""Power scaling on normal laws in closed form; draws that are worth little are noticed."""

import numpy as np
import pytest
from sampling import panel, surfaces

from tumbuh.calibration.fit import fit
from tumbuh.calibration.hierarchy import load_priors
from tumbuh.calibration.sensitivity import (
    LIKELIHOOD,
    effective_draws,
    effective_gate,
    log_priors,
    scaled,
    sensitivity,
    weight_gate,
)


def normal(spread, seen, draws=2000):
    """One mean with a normal prior about 0, and one survey with error 1."""
    rng, weight = np.random.default_rng(1), spread**2 / (spread**2 + 1.0)
    z = rng.standard_normal(draws)
    mean = weight * seen + np.sqrt(weight) * z
    quantities = {"mean": mean, "bystander": rng.standard_normal(draws)}
    return scaled(quantities, {"prior": -0.5 * (mean / spread) ** 2}, -0.5 * (seen - mean) ** 2)


def test_a_survey_far_from_its_prior_is_a_conflict():
    assert normal(1.0, 5.0).conflicts() == {"mean": ("prior",)}


def test_a_wide_prior_that_agrees_is_none():
    found = normal(20.0, 1.0)
    assert found.conflicts() == {}
    assert found.distance["prior"][0] < 0.05 < found.distance[LIKELIHOOD][0]
    assert found.unmoved() == ("bystander",)


def test_what_a_part_of_many_coordinates_moves_by_chance_is_no_conflict():
    rng = np.random.default_rng(2)
    noise = -0.5 * (rng.standard_normal((300, 200)) ** 2).sum(axis=1)
    mean = rng.standard_normal(300)
    found = scaled({"mean": mean}, {"noise": noise}, -0.5 * (1.0 - mean) ** 2)
    assert found.chance["noise"] > 0.05
    assert found.conflicts() == {}


def test_weights_of_few_draws_fail_the_gate():
    assert weight_gate(normal(1.0, 1.0)).passed
    rng = np.random.default_rng(3)
    heavy = 10.0 * rng.exponential(size=500)
    found = scaled({"mean": heavy}, {"prior": heavy}, heavy)
    assert not weight_gate(found).passed


def test_every_part_of_a_fit_is_scaled():
    found = fit(panel(), load_priors(), surfaces(80), 1)
    priors = log_priors(found)
    assert "weight" not in priors
    assert "weight" in log_priors(fit(panel(modelled=True), load_priors(), surfaces(8), 1))
    assert priors["level"] == pytest.approx(-0.5 * found.at.level**2)
    result = sensitivity(found)
    assert {*result.distance} == {*priors, LIKELIHOOD}
    assert "log likelihood" not in result.quantities
    assert all(np.isfinite(values).all() for values in result.distance.values())


def test_chains_that_hardly_move_are_worth_few_draws():
    rng = np.random.default_rng(4)
    sound = rng.standard_normal((4, 16, 100))
    assert effective_gate(effective_draws({"a": sound})).passed
    few = rng.standard_normal((4, 16, 10)) * 0.01 + rng.standard_normal((4, 1, 10))
    stuck = effective_gate(effective_draws({"a": sound, "b": few}))
    assert not stuck.passed
    assert "(b)" in stuck.found
