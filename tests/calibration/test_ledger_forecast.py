"""What an entry of the ledger holds: the posterior, no extra action, and the errors of a survey."""

import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import ks_2samp, kstest

from tumbuh.calibration.ensemble import load_ensemble
from tumbuh.calibration.hierarchy import draw_coordinates, load_priors, lognormal, surveyed
from tumbuh.calibration.ledger_entry import LEVELS, entry_text
from tumbuh.calibration.ledger_forecast import (
    CHILDREN,
    Noise,
    draw_noise,
    field_work,
    forecast,
    persistence,
    surveyed_shares,
)
from tumbuh.calibration.ledger_scores import Stored
from tumbuh.calibration.panel import Panel
from tumbuh.calibration.posterior import load_posterior
from tumbuh.calibration.predict import sample
from tumbuh.calibration.shipped import shipped_surveys
from tumbuh.calibration.surface import Window
from tumbuh.model.calendar import date_of
from tumbuh.model.engine.integrate import simulate
from tumbuh.model.language.cache import load_program

SMALL = {"draws": 60, "repeats": 10, "areas": ("paser", "mahakam_ulu"), "years": (2026, 2030)}


@pytest.fixture(scope="module")
def small():
    return forecast(shipped_surveys(), **SMALL)


def test_the_same_seed_gives_the_same_bytes_with_any_number_of_threads(small):
    again, origin = forecast(shipped_surveys(), **SMALL, threads=2)
    assert entry_text(again) == entry_text(small[0])
    assert origin == small[1]


def test_a_district_does_not_depend_on_the_others_that_are_asked_for(small):
    found, _ = forecast(
        shipped_surveys(), **(SMALL | {"areas": ("mahakam_ulu",), "years": (2030,)})
    )
    assert entry_text(found).splitlines()[1] == entry_text(small[0]).splitlines()[-1]


def test_the_months_are_october_to_december():
    assert [date_of(month) for month in field_work(2027)] == ["2027-10", "2027-11", "2027-12"]


def test_a_forecast_stands_around_the_prevalence_without_extra_action(small):
    run = simulate(
        load_program(),
        load_ensemble("paser", 60).constants,
        ["survey prevalence"],
        field_work(2030),
    )
    prevalence = run["survey prevalence"].mean(axis=1)
    (found,) = [item for item in small[0] if (item.area, item.year) == ("paser", 2030)]
    assert found.median == pytest.approx(np.median(prevalence), abs=0.01)
    low, high = found.interval(0.9)
    own = np.quantile(prevalence, [0.05, 0.95])
    assert low < own[0] - 0.005
    assert high > own[1] + 0.005


def test_a_survey_with_sampling_error_alone_has_the_variance_of_its_design():
    draws, repeats, share, design = 400, 500, 0.22, 1.8
    noise = Noise(np.full(draws, design), np.zeros(draws), np.zeros((draws, repeats)))
    found = surveyed_shares(np.full(draws, share), noise, np.random.default_rng(1))
    spread = load_priors().children
    expected = design * share * (1.0 - share) / CHILDREN * np.exp(spread**2 / 2.0)
    assert found.mean() == pytest.approx(share, abs=2e-4)
    assert found.var() == pytest.approx(expected, rel=0.02)


def test_the_errors_are_those_of_the_fit():
    """Against `hierarchy.surveyed` and `predict.sample`, for a survey after the first instrument."""
    draws, nothing = 20_000, np.full((1, 2), np.nan)
    panel = Panel(
        *(("x",), ("first", "new"), np.array([2021, 2026]), (Window(0, 0), Window(1, 1))),
        *(nothing, nothing, nothing, np.full((1, 2), float(CHILDREN)), np.zeros(2, bool)),
    )
    rng, priors = np.random.default_rng(3), load_priors()
    at = draw_coordinates(rng, draws, panel)
    prevalence = expit(-1.2 + 0.1 * rng.standard_normal(draws))
    known = np.broadcast_to(logit(prevalence)[:, None, None], (draws, 2, 2))
    found = surveyed(at, panel, priors, None, known)
    expected = sample(found, rng)[:, 0, 1]
    scale = lognormal(priors.discrepancy, at.discrepancy)
    shift = np.hypot(priors.instrument, priors.year) * rng.standard_normal((draws, 1))
    own = surveyed_shares(prevalence, Noise(found.design, scale, shift), rng)[:, 0]
    assert ks_2samp(own, expected).pvalue > 0.01
    silent = Noise(found.design, 0.0 * scale, 0.0 * shift)
    assert ks_2samp(surveyed_shares(prevalence, silent, rng)[:, 0], expected).pvalue < 1e-6


def test_the_bias_of_a_survey_is_fresh_and_shared_by_its_districts():
    posterior, priors = load_posterior(areas=["paser"]), load_priors()
    one, again, other = (draw_noise(posterior, year, 500, 40) for year in (2026, 2026, 2027))
    np.testing.assert_array_equal(one.shift, again.shift)
    assert one.shift.std() == pytest.approx(np.hypot(priors.instrument, priors.year), rel=0.02)
    assert abs(np.corrcoef(one.shift.ravel(), other.shift.ravel())[0, 1]) < 0.03
    assert (
        abs(np.corrcoef(one.shift.mean(axis=1), posterior.columns["bias of SSGI 2024"][:500])[0, 1])
        < 0.2
    )


def test_surveys_drawn_from_an_entry_have_even_ranks():
    """The stored quantiles stand for the draws that they come from, tails included."""
    posterior = load_posterior(areas=["paser"])
    prevalence = expit(-1.2 + 0.1 * np.random.default_rng(4).standard_normal(1000))
    noise = draw_noise(posterior, 2027, 1000, 50)
    drawn = surveyed_shares(prevalence, noise, np.random.default_rng(5))
    stored = Stored(np.quantile(drawn, LEVELS))
    fresh = surveyed_shares(prevalence, noise, np.random.default_rng(6))[:, 0]
    pit = stored.cdf(fresh)
    assert kstest(pit, "uniform").pvalue > 0.01
    assert np.mean(np.abs(pit - 0.5) <= 0.45) == pytest.approx(0.9, abs=0.03)
    assert kstest(stored.cdf(expit(logit(fresh) + 0.15)), "uniform").pvalue < 1e-4


def test_the_plain_forecast_repeats_the_last_survey_with_its_errors(small):
    own = {item.area: item for item in small[0] if item.year == 2026}
    assert own["paser"].last_survey == "SSGI 2024"
    assert own["paser"].persistence == pytest.approx((0.222 + 0.247) / 2.0)
    (last,) = [row for row in shipped_surveys() if row.id == "samarinda-2024"]
    mean, deviation = persistence(last, 2027)
    assert mean == 0.203
    sampling = 1.6 * 0.203 * 0.797 * (1.0 / last.children + 1.0 / 671)
    assert deviation == pytest.approx(np.sqrt(sampling + 3 * 0.015**2))
    (range_known,) = [row for row in shipped_surveys() if row.id == "paser-2024"]
    sampling = 1.6 * 0.2345 * 0.7655 * (1.0 / range_known.children + 1.0 / 671)
    expected = np.sqrt(sampling + 2 * 0.015**2 + 0.025**2 / 12.0)
    assert persistence(range_known, 2026)[1] == pytest.approx(expected)


def test_a_posterior_of_another_model_is_not_frozen(monkeypatch):
    from tumbuh.calibration import ensemble
    from tumbuh.model.errors import DataError

    monkeypatch.setattr(ensemble, "made_from", lambda: {"model": "another"})
    with pytest.raises(DataError, match="posterior_district"):
        forecast(shipped_surveys(), **SMALL)
