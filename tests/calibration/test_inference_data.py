"""The netCDF file of a fit: ArviZ reads it back, with what was fitted and nothing else."""

import warnings

import numpy as np
import pytest
from sampling import panel, surfaces

from tumbuh.calibration.fit import RUNS, fit
from tumbuh.calibration.hierarchy import load_priors
from tumbuh.calibration.inference_data import as_netcdf, inference_data
from tumbuh.calibration.posterior import columns_of, prior_columns

DRAWS, SEED = 40, 7
ABOUT = {"seed": SEED, "areas": ["area 0", "area 1"], "model": "a digest"}


@pytest.fixture(scope="module")
def made():
    return fit(panel(3), load_priors(), surfaces(DRAWS), SEED)


@pytest.fixture(scope="module")
def rest():
    return {"food effect": np.arange(DRAWS) / DRAWS, "HAZ spread": np.linspace(1.0, 1.2, DRAWS)}


@pytest.fixture(scope="module")
def predicted():
    return np.random.default_rng(1).uniform(0.1, 0.3, (DRAWS, 3, 2))


@pytest.fixture(scope="module")
def read(made, rest, predicted, tmp_path_factory):
    import arviz

    path = tmp_path_factory.mktemp("data") / "inference.nc"
    path.write_bytes(as_netcdf(inference_data(made, rest, predicted, ABOUT, SEED)))
    return arviz.from_netcdf(str(path))


def test_every_group_is_there(read):
    assert set(read.groups()) == {
        "posterior",
        "posterior_predictive",
        "log_likelihood",
        "prior",
        "observed_data",
        "constant_data",
    }


def test_the_posterior_is_the_columns_run_after_run(read, made):
    columns = columns_of(made)
    assert set(read.posterior.data_vars) == set(columns) == set(read.prior.data_vars)
    for name, values in columns.items():
        got = read.posterior[name]
        assert got.dims == ("chain", "draw")
        assert got.shape == (RUNS, DRAWS // RUNS)
        assert np.array_equal(got.values.ravel(), values), name


def test_the_runs_are_those_of_the_fit(read, made):
    """A chain of ArviZ holds the chains of one run, which saw no other run."""
    ends = made.trace["design effect"][:, -1]
    assert np.array_equal(read.posterior["design effect"].values, ends)


def test_surveys_are_named_by_district_and_survey(read, made, predicted):
    given = made.panel
    for group, name, values in (
        (read.posterior_predictive, "surveyed", predicted),
        (read.log_likelihood, "log_probability", made.cells),
    ):
        assert group[name].dims == ("chain", "draw", "district", "survey")
        flat = group[name].values.reshape(DRAWS, 3, 2)
        assert np.array_equal(flat, values)
    seen = read.observed_data["published"]
    assert list(seen["district"].values) == list(given.areas)
    assert list(seen["survey"].values) == list(given.surveys)
    one = seen.sel(district="area 1", survey="SSGI 2022", part="share")
    assert float(one) == given.share[1, 1]
    assert np.isnan(seen.sel(part=["low", "high"])).all()


def test_what_was_never_updated_is_kept_apart(read, rest):
    assert set(read.constant_data.data_vars) == set(rest)
    for name, values in rest.items():
        assert np.array_equal(read.constant_data[name].values, values)


def test_attributes_say_what_it_was_made_from(read):
    for key, value in ABOUT.items():
        assert read.posterior.attrs[key] == str(value)


def test_the_prior_is_the_same_for_a_seed_and_wider_than_the_posterior(made, read):
    def drawn(size, seed):
        return prior_columns(made.panel.areas, made.panel.surveys, made.priors, size, seed)

    first, again, other = (drawn(400, seed) for seed in (1, 1, 2))
    name = "district deficit multiplier[area 0]"
    assert np.array_equal(first[name], again[name])
    assert not np.array_equal(first[name], other[name])
    assert first[name].std() > 1.5 * float(read.posterior[name].std())
    assert np.array_equal(drawn(DRAWS, SEED)[name], read.prior[name].values.ravel())


def test_arviz_summarises_it(read, made):
    import arviz

    names = ["district deficit multiplier[area 0]", "design effect"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = arviz.summary(read, var_names=names, round_to="none")
    for name in names:
        assert table.loc[name, "mean"] == pytest.approx(columns_of(made)[name].mean())
    assert np.isfinite(table["r_hat"]).all()


@pytest.mark.filterwarnings("ignore:More chains")
def test_draws_that_do_not_divide_are_left_out_at_the_end(rest, predicted):
    odd = fit(panel(3), load_priors(), surfaces(10), SEED)
    short = {name: values[:10] for name, values in rest.items()}
    found = inference_data(odd, short, predicted[:10], ABOUT, SEED)
    assert found["posterior"].sizes["draw"] == 2
    name = "design effect"
    assert np.array_equal(found["posterior"][name].values.ravel(), columns_of(odd)[name][:8])
