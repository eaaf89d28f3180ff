"""The stored posterior, and the draws that every answer starts from."""

import numpy as np
import pytest

from tumbuh.calibration.ensemble import load_ensemble
from tumbuh.calibration.natural_history import load_natural_history
from tumbuh.calibration.panel import ten_districts
from tumbuh.calibration.posterior import (
    OBSERVATIONS,
    columns_of,
    load_posterior,
    paths,
    write_posterior,
)
from tumbuh.calibration.shipped import about, shipped_fit, shipped_surveys
from tumbuh.model.engine.integrate import simulate
from tumbuh.model.errors import DataError
from tumbuh.model.language.cache import load_program
from tumbuh.model.parameters import draw_prior, load_parameters

TABLE, PROGRAM = load_parameters(), load_program()


@pytest.mark.parametrize("observation", OBSERVATIONS)
def test_the_stored_posterior_is_of_this_model_and_evidence(observation):
    ensemble = load_ensemble("paser", 2000, observation=observation)
    assert ensemble.provenance["model"] == PROGRAM.digest, "run `make posterior`"
    uncertain = {row.name for row in TABLE.uncertain()}
    assert set(ensemble.constants) == uncertain | set(load_natural_history(2000))
    assert ensemble.size == 2000


def test_the_surveys_never_touch_the_levers():
    ensemble = load_ensemble(draws=300)
    names = [row.name for row in TABLE.uncertain(2)]
    prior = draw_prior(TABLE, ensemble.seed, 300, names)
    for name in names:
        assert np.array_equal(ensemble.constants[name], prior[name])


@pytest.mark.parametrize("area", ten_districts())
def test_levels_lie_between_the_district_and_its_province(area):
    """Every district is pulled from its own surveys towards the others, and narrowed."""
    surveys = [item for item in shipped_surveys() if item.area == area and item.value is not None]
    ensemble = load_ensemble(area, 400)
    found = simulate(PROGRAM, ensemble.constants, ["survey prevalence"], [46.0, 55.0, 81.0])
    prior = simulate(PROGRAM, draw_prior(TABLE, 5, 400), ["survey prevalence"], [46.0])
    level, own = found["survey prevalence"].mean(), np.mean([item.value for item in surveys])
    assert min(own, 0.229) - 0.015 < level < max(own, 0.229) + 0.015
    assert found["survey prevalence"].std(axis=0).max() < prior["survey prevalence"].std()


def test_a_district_that_was_not_fitted_is_one_more_of_the_province():
    posterior = load_posterior()
    new, typical = posterior.levels("somewhere"), posterior.columns
    name = "district deficit multiplier"
    logs, middle = np.log(new[name]), np.log(typical[f"{name}[typical]"])
    spread = typical["spread of deficit multipliers"]
    assert logs.var() == pytest.approx(middle.var() + (spread**2).mean(), rel=0.15)
    assert new[name].std() > posterior.levels("paser")[name].std()


def test_a_posterior_is_read_as_it_was_written(tmp_path):
    made = shipped_fit(draws=8, seed=3)
    columns = columns_of(made.fit)
    write_posterior(columns, about(made, 3), "district", tmp_path)
    again = load_posterior("district", folder=tmp_path)
    assert again.surveys == ("SSGI 2021", "SSGI 2022", "SKI 2023", "SSGI 2024")
    for name, values in columns.items():
        np.testing.assert_allclose(again.columns[name], values, rtol=1e-8)
    draws = paths("district", tmp_path)[0]
    draws.write_text("\n".join(draws.read_text().splitlines()[:-1]), encoding="utf-8")
    with pytest.raises(DataError, match="8 rows"):
        load_posterior("district", folder=tmp_path)


def test_the_same_seed_gives_the_same_draws():
    first, second, other = (
        columns_of(shipped_fit(draws=8, seed=seed, threads=threads).fit)
        for seed, threads in ((4, 1), (4, 2), (5, 1))
    )
    assert all(np.array_equal(values, second[name]) for name, values in first.items())
    assert any(not np.array_equal(values, other[name]) for name, values in first.items())


def test_unknown_figures_and_too_many_draws_are_refused():
    with pytest.raises(DataError, match="1 to 2000"):
        load_ensemble(draws=5000)
    with pytest.raises(DataError, match="district or official"):
        load_posterior("local")


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
