"""Coordinates of the uncertain: right distributions, and no tie between levels and levers."""

import numpy as np
import pytest

from tumbuh.experiments.runs.points import SAMPLERS, sampled
from tumbuh.experiments.runs.space import JOINT, choose, load_space
from tumbuh.model.distributions import quantile
from tumbuh.model.engine.integrate import simulate
from tumbuh.model.language.cache import load_program
from tumbuh.model.parameters import load_parameters

MONTHS = [57.0, 84.0, 168.0]


@pytest.fixture(scope="module")
def program():
    return load_program()


@pytest.fixture(scope="module")
def space(program):
    return load_space(program)


def prevalence(program, constants):
    run = simulate(program, constants, ["survey prevalence"], MONTHS, snapshot=False)
    return run["survey prevalence"]


def test_every_uncertain_parameter_is_a_constant_once(space):
    constants = space.constants(np.full((3, len(space.names)), 0.4))
    assert {row.name for row in load_parameters().uncertain()} <= set(constants)
    assert all(values.shape == (3,) for values in constants.values())


def test_a_coordinate_is_the_probability_of_its_prior(space):
    points = np.tile(np.linspace(0.05, 0.95, 7)[:, None], len(space.names))
    constants = space.constants(points)
    for item in space.uncertainties[1:]:
        assert np.array_equal(constants[item.name], quantile(item.prior, points[:, 0]))


def test_stored_draws_rise_in_prevalence(program, space):
    alone = space.restrict([JOINT])
    points = np.linspace(0.0, 1.0, 200, endpoint=False)[:, None]
    found = prevalence(program, alone.constants(points))[:, 1]
    assert np.all(np.diff(found) >= 0.0) and np.ptp(found) > 0.05


def test_any_level_may_meet_any_lever(program, space):
    """The distribution of prevalence is the posterior's, although levels meet other levers."""
    from tumbuh.calibration.ensemble import load_ensemble

    own = prevalence(program, load_ensemble(draws=2000).constants)
    points = sampled("random", space.names, 2000, 5)(0, 2000)
    mixed = prevalence(program, space.constants(points))
    assert np.allclose(own.mean(axis=0), mixed.mean(axis=0), atol=0.004)
    assert np.allclose(own.std(axis=0), mixed.std(axis=0), rtol=0.08)


def test_what_does_not_vary_is_central(space):
    food = choose(space, lambda item: item.sector == "food")
    narrow = space.restrict(food)
    constants = narrow.constants(np.random.default_rng(1).random((50, len(food))))
    varied = {name for name, values in constants.items() if np.ptp(values) > 0.0}
    assert varied <= set(food)
    for row in load_parameters().uncertain(2):
        if row.name not in food:
            assert np.all(constants[row.name] == row.value)
    with pytest.raises(KeyError, match="no such thing"):
        space.restrict(["no such thing"])


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_points_do_not_depend_on_the_part_they_are_made_in(sampler):
    part = sampled(sampler, ["a", "b", "c"], 64, 9)
    whole = part(0, 64)
    pieces = [part(first, last) for first, last in ((0, 5), (5, 6), (6, 31), (31, 64))]
    assert np.array_equal(whole, np.vstack(pieces))
    assert np.array_equal(part(17, 23), whole[17:23])
    assert not np.array_equal(whole, sampled(sampler, ["a", "b", "c"], 64, 9, replicate=1)(0, 64))


@pytest.mark.parametrize("sampler", ["random", "latin_hypercube"])
def test_another_name_does_not_change_the_numbers_of_a_name(sampler):
    alone = sampled(sampler, ["b"], 40, 3)(0, 40)
    beside = sampled(sampler, ["a", "b"], 40, 3)(0, 40)
    assert np.array_equal(alone[:, 0], beside[:, 1])
