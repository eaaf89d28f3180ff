"""Runs over points: the same answers as the main comparison, and worlds that do what they say."""

import numpy as np
import pytest

from tumbuh.experiments.batch import case_of, run_batch
from tumbuh.experiments.inputs import read_plans
from tumbuh.experiments.outcomes import paired_gain
from tumbuh.experiments.runs.evaluate import evaluate, standard_outcomes, year_end
from tumbuh.experiments.runs.points import sampled
from tumbuh.experiments.runs.space import load_space
from tumbuh.experiments.runs.worlds import WORLD_IDS, worlds_of
from tumbuh.model.errors import InputError
from tumbuh.model.language.cache import load_program

IDS = ["no_extra_action", "hr", "coordination", "food"]


@pytest.fixture(scope="module")
def setting():
    program = load_program()
    space = load_space(program)
    return program, space.constants(sampled("sobol", space.names, 64, 1)(0, 64)), read_plans(IDS)


def test_outcomes_are_those_of_the_comparison(setting):
    program, constants, plans = setting
    found = evaluate(program, constants, plans, standard_outcomes(2031))
    draws = constants | {"stock sector share": np.zeros(64)}
    batch = run_batch(program, draws, [case_of(p) for p in plans], ["survey prevalence"], [168.0])
    for name in IDS[1:]:
        gain = paired_gain(batch, name, IDS[0], "survey prevalence", year_end(2031))
        assert np.array_equal(found.of("gain", name), gain)
    assert np.all(found.of("gain", IDS[0]) == 0.0)
    assert found.table("prevalence").shape == (64, 4)


def test_the_number_of_threads_changes_no_bit(setting):
    program, constants, plans = setting
    one = evaluate(program, constants, plans, standard_outcomes(2031), threads=1)
    two = evaluate(program, constants, plans, standard_outcomes(2031), threads=2)
    assert np.array_equal(one.values, two.values)


def test_worlds_do_what_they_say(setting):
    program, constants, plans = setting
    outcomes = standard_outcomes(2031)
    by_world = {w.id: evaluate(program, constants, plans, outcomes, w) for w in worlds_of(None)}
    gains = {name: found.of("gain", "coordination") for name, found in by_world.items()}
    assert np.any(gains["standard"] > 0.01)
    # What is left is the time of meetings, which can only cost.
    assert np.all(gains["no_coordination"] <= 1e-9)
    stocks = by_world["stocks"].of("prevalence", "food")
    assert not np.allclose(stocks, by_world["standard"].of("prevalence", "food"), atol=0.05)


def test_an_unknown_world_is_refused_with_the_nearest_name():
    with pytest.raises(InputError, match="no_synergy"):
        worlds_of(["no_synergi"])
    with pytest.raises(InputError, match="once"):
        worlds_of(["standard", "standard"])
    assert tuple(world.id for world in worlds_of(None)) == WORLD_IDS
