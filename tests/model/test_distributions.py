import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from tumbuh.model.distributions import Prior, cdf, quantile, support
from tumbuh.model.prior_checks import faults

U = np.linspace(0.0005, 0.9995, 401)


def normal(**more):
    return Prior("normal", 0.0, a=0.14, b=0.03, **more)


UNCUT = {
    "normal": (normal(), stats.norm(0.14, 0.03)),
    "lognormal": (Prior("lognormal", 2.0, a=2.0, b=0.4), stats.lognorm(0.4, scale=2.0)),
    "uniform": (Prior("uniform", 0.5, a=-1.0, b=3.0), stats.uniform(-1.0, 4.0)),
    "triangular": (Prior("triangular", 2.0, a=1.0, b=2.0, c=5.0), stats.triang(0.25, 1.0, 4.0)),
    "beta": (
        Prior("beta", 0.35, a=0.35, b=0.2),
        stats.beta(*(m * (0.35 * 0.65 / 0.04 - 1.0) for m in (0.35, 0.65))),
    ),
}

CUT = {
    "normal both sides": normal(lower=0.1, upper=0.15),
    "normal far upper tail": normal(lower=0.14 + 5 * 0.03),
    "normal far lower tail": normal(upper=0.14 - 5 * 0.03),
    "lognormal": Prior("lognormal", 2.0, a=2.0, b=0.4, lower=1.0, upper=4.0),
    "triangular": Prior("triangular", 2.0, a=1.0, b=2.0, c=5.0, lower=1.5, upper=3.0),
    "triangular without a rise": Prior("triangular", 0.0, a=0.0, b=0.0, c=1.0, upper=0.5),
    "triangular without a fall": Prior("triangular", 1.0, a=0.0, b=1.0, c=1.0, lower=0.2),
    "uniform": Prior("uniform", 0.5, a=0.0, b=1.0, lower=0.3),
    "beta on 2 to 5": Prior("beta", 3.0, a=3.0, b=0.5, lower=2.0, upper=5.0),
    "spike at the edge": normal(lower=0.0, spike=0.4, null_value=0.0),
    "spike in the middle": normal(spike=0.3, null_value=0.14),
    "spike apart from the rest": Prior("uniform", 1.5, a=1.1, b=1.6, spike=0.7, null_value=1.0),
}


@pytest.mark.parametrize("family", UNCUT)
def test_quantiles_and_cdf_agree_with_scipy(family):
    prior, reference = UNCUT[family]
    np.testing.assert_allclose(quantile(prior, U), reference.ppf(U), rtol=1e-10, atol=1e-13)
    x = reference.ppf(U)
    np.testing.assert_allclose(cdf(prior, x), reference.cdf(x), rtol=1e-10)


@pytest.mark.parametrize("name", CUT)
def test_quantiles_never_fall_stay_inside_and_undo_the_cdf(name):
    prior = CUT[name]
    assert faults(prior) == []
    x = quantile(prior, U)
    low, high = support(prior)
    assert np.all(np.diff(x) >= 0.0)
    inside = (x >= low) & (x <= high)
    assert np.all(inside | (x == prior.null_value))
    slab = x != prior.null_value
    np.testing.assert_allclose(cdf(prior, x[slab]), U[slab], rtol=1e-8, atol=1e-10)


def test_a_cut_normal_has_the_mass_of_the_normal_between_the_cuts():
    prior = normal(lower=0.1, upper=0.15)
    share = stats.norm(0.14, 0.03).cdf([0.1, 0.13, 0.15])
    expected = (share[1] - share[0]) / (share[2] - share[0])
    assert cdf(prior, 0.13) == pytest.approx(expected, rel=1e-12)


def test_the_far_tail_keeps_its_digits():
    # Five deviations out the cdf has lost nine digits; the mean excess must still come out.
    prior = CUT["normal far upper tail"]
    draws = quantile(prior, (np.arange(20_000) + 0.5) / 20_000)
    reference = stats.truncnorm(5.0, np.inf, 0.14, 0.03)
    assert draws.mean() == pytest.approx(reference.mean(), rel=1e-4)
    assert len(np.unique(draws)) == len(draws)


def test_the_spike_has_its_probability():
    u = (np.arange(100_000) + 0.5) / 100_000
    for name in ("spike at the edge", "spike in the middle", "spike apart from the rest"):
        prior = CUT[name]
        share = np.mean(quantile(prior, u) == prior.null_value)
        assert share == pytest.approx(prior.spike, abs=2e-5), name


def test_the_rest_of_a_spike_keeps_the_shape_of_its_family():
    u = (np.arange(50_000) + 0.5) / 50_000
    with_spike = quantile(CUT["spike in the middle"], u)
    rest = np.sort(with_spike[with_spike != 0.14])
    plain = quantile(normal(), (np.arange(rest.size) + 0.5) / rest.size)
    np.testing.assert_allclose(rest, plain, atol=2e-5)


def test_the_scaled_beta_has_the_mean_and_spread_that_are_written():
    prior = CUT["beta on 2 to 5"]
    mean = integrate.quad(lambda u: float(quantile(prior, u)), 0, 1, limit=200)[0]
    square = integrate.quad(lambda u: float(quantile(prior, u)) ** 2, 0, 1, limit=200)[0]
    assert mean == pytest.approx(3.0, abs=1e-6)
    assert np.sqrt(square - mean**2) == pytest.approx(0.5, abs=1e-5)


def test_bernoulli_gives_ones_with_its_probability_and_rises():
    prior = Prior("bernoulli", 0.0, a=0.3)
    draws = quantile(prior, U)
    assert set(draws) == {0.0, 1.0}
    assert draws.mean() == pytest.approx(0.3, abs=0.005)
    assert np.all(np.diff(draws) >= 0.0)
    np.testing.assert_allclose(cdf(prior, [-0.1, 0.0, 0.9, 1.0]), [0.0, 0.7, 0.7, 1.0])


def test_a_fixed_value_does_not_move():
    np.testing.assert_array_equal(quantile(Prior("fixed", 3.0), [0.1, 0.9]), [3.0, 3.0])


@pytest.mark.parametrize("family", ["normal", "lognormal"])
def test_the_ends_of_the_uniforms_give_finite_numbers(family):
    assert np.all(np.isfinite(quantile(UNCUT[family][0], [0.0, 1.0])))


@given(
    st.floats(-5, 5),
    st.floats(0.01, 3),
    st.floats(0.0, 4.0),
    st.floats(0.05, 6.0),
    st.floats(0.0, 1.0),
)
def test_any_cut_normal_stays_between_its_cuts(mean, sd, below, width, u):
    lower = mean - below * sd
    prior = Prior("normal", mean, a=mean, b=sd, lower=lower, upper=lower + width * sd)
    x = float(quantile(prior, u))
    assert prior.lower <= x <= prior.upper


WRONG = {
    "an unknown family": (Prior("gauss", 0.0), "family"),
    "a missing number": (Prior("normal", 0.0, a=1.0), "standard deviation"),
    "a number too many": (Prior("normal", 0.0, a=1.0, b=1.0, c=1.0), "no c"),
    "numbers of a fixed value": (Prior("fixed", 0.0, a=1.0), "no a"),
    "no spread": (Prior("normal", 0.0, a=1.0, b=0.0), "above 0"),
    "a median below zero": (Prior("lognormal", 1.0, a=-1.0, b=1.0), "median above 0"),
    "ends swapped": (Prior("uniform", 0.0, a=1.0, b=0.0), "low below"),
    "a mode outside": (Prior("triangular", 0.0, a=0.0, b=2.0, c=1.0), "low <= mode"),
    "a probability above one": (Prior("bernoulli", 0.0, a=1.2), "0 to 1"),
    "a beta too wide": (Prior("beta", 0.5, a=0.5, b=0.5), "small enough"),
    "a beta mean outside": (Prior("beta", 0.5, a=2.5, b=0.1), "mean inside"),
    "bounds swapped": (normal(lower=1.0, upper=0.0), "lower bound"),
    "a spike without a null": (normal(spike=0.3), "null value"),
    "a spike of one": (normal(spike=1.0, null_value=0.0), "below 1"),
    "a spike on a coin": (Prior("bernoulli", 0.0, a=0.5, spike=0.5, null_value=0.0), "no spike"),
    "nothing left": (normal(lower=2.0), "leave some"),
    "no overlap": (Prior("uniform", 0.0, a=0.0, b=1.0, lower=2.0, upper=3.0), "leave some"),
}


@pytest.mark.parametrize("name", WRONG)
def test_numbers_that_make_no_distribution_are_named(name):
    prior, words = WRONG[name]
    assert any(words in expected for expected, _ in faults(prior)), faults(prior)


@pytest.mark.parametrize("family", UNCUT)
def test_good_numbers_pass(family):
    assert faults(UNCUT[family][0]) == []
