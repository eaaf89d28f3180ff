"""The sampler keeps the prior, finds what is known, and fails when the likelihood is broken."""

from dataclasses import fields, replace

import numpy as np
import pytest
from sampling import panel, surfaces
from scipy import stats

from tumbuh.calibration import cells, selfcheck
from tumbuh.calibration.fit import fit
from tumbuh.calibration.hierarchy import draw_coordinates, load_priors, student
from tumbuh.calibration.likelihood import interval_log_probability, log_density
from tumbuh.calibration.moves import sweep
from tumbuh.calibration.selfcheck import self_check
from tumbuh.calibration.state import Target, begin

PRIORS = load_priors()


def test_density_is_that_of_the_beta_binomial():
    mean, n, design = np.array([0.24, 0.1]), np.array([292.0, 671.0]), np.array([1.6, 2.3])
    strength = (n - design) / (design - 1.0)
    count = np.round(0.23 * n)
    law = stats.betabinom(n.astype(int), mean * strength, (1.0 - mean) * strength)
    found = log_density(np.full(2, 0.23), mean, n, design)
    np.testing.assert_allclose(found, law.logpmf(count) + np.log(n), rtol=1e-10)
    assert law.var() == pytest.approx(n * mean * (1.0 - mean) * design)


def test_an_interval_has_the_probability_of_its_counts():
    mean, n, design = np.array([0.24, 0.3]), np.array([292.0, 671.0]), np.array([1.6, 2.3])
    strength = (n - design) / (design - 1.0)
    found = interval_log_probability((0.222, 0.247), mean, n, design)
    for k in range(2):
        law = stats.betabinom(int(n[k]), mean[k] * strength[k], (1.0 - mean[k]) * strength[k])
        counts = np.arange(np.ceil(0.222 * n[k]), np.floor(0.247 * n[k]) + 1)
        assert np.exp(found[k]) == pytest.approx(law.pmf(counts).sum(), rel=1e-9)
    assert interval_log_probability((0.2221, 0.2222), mean[:1], n[:1], design[:1]) == -np.inf


def test_the_discrepancy_is_students():
    z = np.linspace(-4.0, 4.0, 41)
    expected = stats.t(4).ppf(stats.norm.cdf(z))
    np.testing.assert_allclose(student(z), expected, rtol=1e-8, atol=1e-7)


@pytest.mark.parametrize("modelled", [False, True])
def test_without_surveys_the_prior_stays(modelled):
    empty = replace(panel(modelled=modelled), share=np.full((4, 2), np.nan))
    rng, target = np.random.default_rng(1), Target(empty, PRIORS, surfaces(2000))
    state = begin(draw_coordinates(rng, 2000, empty), target)
    for _ in range(30):
        state = sweep(state, target, rng)
    for item in fields(state.at):
        values = getattr(state.at, item.name).ravel()
        size = min(len(values), 2000)
        assert abs(values.mean()) < 4.0 / np.sqrt(size), item.name
        assert abs(values.std() - 1.0) < 4.0 / np.sqrt(2 * size), item.name


def test_many_children_pin_the_level():
    big = replace(panel(), share=np.tile([0.31, 0.31], (4, 1)), children=np.full((4, 2), 1e6))
    narrow = replace(PRIORS, discrepancy=(-14.0, 0.1), year=1e-6, instrument=1e-6)
    found = fit(big, narrow, surfaces(200), 3)
    share = 1.0 / (1.0 + np.exp(-found.prevalence[:, :-1]))
    assert share.mean() == pytest.approx(0.31, abs=0.002)


def test_threads_do_not_change_a_bit():
    one, two = (fit(panel(), PRIORS, surfaces(40), 5, threads=k) for k in (1, 2))
    assert one.points.tobytes() == two.points.tobytes()
    assert fit(panel(), PRIORS, surfaces(40), 6).points.tobytes() != one.points.tobytes()


def test_a_wrong_design_effect_is_noticed(monkeypatch):
    monkeypatch.setattr(selfcheck, "THIN", 40)
    wrong = replace(PRIORS, design=(float(np.log(0.02)), 0.1))
    assert self_check(panel(), PRIORS, surfaces(150), 2, wrong).smallest() < 1e-6


def test_a_likelihood_that_is_not_normalised_is_noticed(monkeypatch):
    def broken(share, mean, children, design_effect):
        effective = children / design_effect
        return effective * (share * np.log(mean) + (1.0 - share) * np.log1p(-mean))

    monkeypatch.setattr(selfcheck, "THIN", 40)
    monkeypatch.setattr(cells, "log_density", broken)
    assert self_check(panel(), PRIORS, surfaces(150), 2).smallest() < 1e-6


def test_the_sound_sampler_passes_its_own_check(monkeypatch):
    monkeypatch.setattr(selfcheck, "THIN", 40)
    assert self_check(panel(), PRIORS, surfaces(400), 4).smallest() > 0.01


@pytest.mark.slow
def test_the_sound_sampler_passes_with_a_thousand_replicates():
    assert self_check(panel(10), PRIORS, surfaces(1000), 5).smallest() > 0.01
