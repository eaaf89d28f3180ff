import numpy as np
import pytest

from tumbuh.calibration.ensemble import STORED, build_ensemble, load_ensemble, stored_name
from tumbuh.calibration.observations import load_observations
from tumbuh.model.engine.integrate import simulate
from tumbuh.model.errors import DataError
from tumbuh.model.language.cache import load_program
from tumbuh.model.parameters import draw_prior, load_parameters

TABLE, PROGRAM = load_parameters(), load_program()


@pytest.mark.parametrize("name", STORED)
def test_the_stored_ensemble_is_of_this_model_and_evidence(name):
    ensemble = load_ensemble(name, 2000)
    assert ensemble.provenance["model"] == PROGRAM.digest, "run `make ensemble`"
    assert set(ensemble.constants) == {row.name for row in TABLE.uncertain()}
    assert ensemble.size == 2000


def test_the_surveys_never_touch_the_levers():
    ensemble = load_ensemble(draws=300)
    names = [row.name for row in TABLE.uncertain(2)]
    prior = draw_prior(TABLE, ensemble.seed, 300, names)
    for name in names:
        assert np.array_equal(ensemble.constants[name], prior[name])


def test_levels_move_toward_the_surveys():
    ensemble = load_ensemble(draws=1000)
    at_survey = simulate(PROGRAM, ensemble.constants, ["survey prevalence"], [46.0, 55.0])
    prior = simulate(PROGRAM, draw_prior(TABLE, 5, 1000), ["survey prevalence"], [46.0, 55.0])
    found, before = (100.0 * run["survey prevalence"] for run in (at_survey, prior))
    assert np.abs(np.median(found, axis=0) - [23.8, 24.9]).max() < 1.5
    assert found.std(axis=0).max() < 0.75 * before.std(axis=0).min()


def test_a_district_with_a_known_level_is_recovered():
    """Large surveys of a made-up district pull the level there, less what instruments may add."""
    from dataclasses import replace

    known = [item for item in load_observations(area="paser") if item.role == "fit"]
    made = tuple(replace(item, value=0.33, children=5000) for item in known)
    levels, figures = build_ensemble(PROGRAM, TABLE, made, seed=3, draws=60, candidates=60)
    levers = draw_prior(TABLE, 3, 60, [row.name for row in TABLE.uncertain(2)])
    run = simulate(PROGRAM, levels | levers, ["survey prevalence"], [46.0, 55.0])
    assert np.median(run["survey prevalence"]) == pytest.approx(0.33, abs=0.035)
    assert figures["mean_effective_candidates"] > 1.0


def test_the_same_seed_gives_the_same_ensemble():
    known = tuple(item for item in load_observations(area="paser") if item.role == "fit")
    first, _ = build_ensemble(PROGRAM, TABLE, known, seed=4, draws=10, candidates=5)
    second, _ = build_ensemble(PROGRAM, TABLE, known, seed=4, draws=10, candidates=5)
    for name, values in first.items():
        assert np.array_equal(values, second[name])


def test_unknown_districts_and_too_many_draws_are_refused():
    with pytest.raises(DataError, match="one of paser"):
        load_ensemble("nowhere")
    with pytest.raises(DataError, match="1 to 2000"):
        load_ensemble(draws=5000)
    with pytest.raises(DataError, match="stored are those of paser"):
        stored_name("nowhere", "official")


def test_a_seed_chooses_other_draws_of_the_same_set():
    whole, first = load_ensemble(draws=2000), load_ensemble(draws=50)
    one, again, other = (load_ensemble(draws=50, seed=seed) for seed in (1, 1, 2))
    for name, values in whole.constants.items():
        assert np.array_equal(one.constants[name], again.constants[name])
        assert set(one.constants[name]) <= set(values)
    name = "food effect"
    assert not np.array_equal(one.constants[name], other.constants[name])
    assert not np.array_equal(one.constants[name], first.constants[name])
    shuffled = load_ensemble(draws=2000, seed=7)
    assert all(np.array_equal(shuffled.constants[k], v) for k, v in whole.constants.items())


def test_rows_of_a_subset_stay_together():
    """A lever and a level of one draw belong to the same row of the whole."""
    whole, part = load_ensemble(draws=2000), load_ensemble(draws=20, seed=3)
    rows = [
        int(np.flatnonzero(whole.constants["HAZ spread"] == x)[0])
        for x in part.constants["HAZ spread"]
    ]
    for name, values in part.constants.items():
        assert np.array_equal(values, whole.constants[name][rows])
