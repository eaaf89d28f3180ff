"""Routine figures: the sector of the model that makes them, their errors, and the weights."""

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import multivariate_normal

from tumbuh.calibration.ensemble import load_ensemble
from tumbuh.calibration.measurement import INPUTS, PARTS, Seen, months_of, observe, reported
from tumbuh.calibration.observations import load_observations
from tumbuh.calibration.routine import load_routine
from tumbuh.calibration.routine_model import (
    ROUTINE_MODEL,
    Errors,
    draw_errors,
    log_likelihood,
    predictive_gate,
    simulated,
    weights_gate,
)
from tumbuh.calibration.routine_ratio import ratios
from tumbuh.calibration.routine_update import Series, gap_parts, series, unknowns, update, variants
from tumbuh.model.engine.integrate import simulate
from tumbuh.model.errors import EvidenceError
from tumbuh.model.language.cache import load_program
from tumbuh.model.randomness import stream

ROOT = Path(__file__).parents[2]


def seen(draws, figures=1, survey=0.24, attendance=0.65, quality=0.25, **parts):
    """Posyandu that differ only in what is asked for."""
    shape = (draws, figures)
    usual = {"bias": 0.85, "absent": 1.25, "noise": 0.6} | parts
    return Seen(
        np.full(shape, survey),
        np.full(shape, attendance),
        np.full(shape, quality),
        np.full(draws, 1.3),
        {name: np.broadcast_to(value, draws) for name, value in usual.items()},
    )


def errors(draws, district=0.25, memory=3.0, passing=0.12):
    return Errors(*(np.full(draws, value) for value in (district, memory, passing)))


@pytest.fixture(scope="module")
def paser():
    """Draws of Paser, its series, and the errors of figures."""
    own = series(load_routine(area="paser"))
    ensemble = load_ensemble("paser", 1000)
    months = [months_of(figure.year, figure.month) for figure in own.figures]
    return observe(ensemble.constants, months), own, draw_errors(20260101, 1000)


def test_the_sector_alone_gives_what_the_whole_model_gives():
    ensemble = load_ensemble("paser", 50)
    alone = reported(observe(ensemble.constants, [(50.0,), (77.0,)]))
    whole = simulate(load_program(), ensemble.constants, ["routine prevalence"], [50.0, 77.0])
    np.testing.assert_allclose(alone, whole["routine prevalence"], rtol=1e-12)


def test_a_switched_off_part_leaves_what_the_sector_was_given():
    """Through the whole model it would change what decision makers perceive, and the children."""
    first = observe(load_ensemble("paser", 20).constants, [(77.0,)])
    bare = replace(first, parts={**first.parts, "bias": np.zeros(20)})
    np.testing.assert_array_equal(reported(first, {"bias"}), reported(bare))
    assert set(PARTS) == set(first.parts)
    assert len(INPUTS) == 3


def test_without_parts_or_with_all_children_measured_well_posyandu_report_the_survey():
    for children in (
        seen(1, bias=0.0, noise=0.0, attendance=1.0),
        seen(1, bias=0.0, noise=0.0, absent=1.0),
        seen(1, quality=1.0, attendance=1.0),
    ):
        assert reported(children) == pytest.approx(0.24, abs=1e-12)
    assert reported(seen(1, bias=0.0, noise=0.0))[0, 0] == pytest.approx(
        0.24 / (0.65 + 0.35 * 1.25)
    )
    assert reported(seen(1, attendance=1.0, noise=0.0))[0, 0] == pytest.approx(
        expit(logit(0.24) - 0.85 * 0.75)
    )


def test_better_measurement_raises_the_figure():
    found = [reported(seen(1, quality=value))[0, 0] for value in (0.1, 0.5, 0.9)]
    assert found == sorted(found)


def test_a_figure_of_a_year_is_its_mean_and_one_of_a_month_is_that_month():
    assert months_of(2018, 1) == (0.0,)
    assert months_of(2024, 6) == (77.0,)
    assert months_of(2022, None) == tuple(range(48, 60))


def test_the_log_likelihood_is_that_of_a_normal_distribution_in_the_logit():
    years, shares = np.array([3.5, 4.2, 6.4]), np.array([0.148, 0.14, 0.132])
    own = Errors(np.array([0.2, 0.3]), np.array([1.0, 5.0]), np.array([0.1, 0.2]))
    expected = np.array([[0.15, 0.16, 0.15], [0.12, 0.13, 0.14]])
    found = log_likelihood(shares, expected, own, years)
    for k in range(2):
        covariance = np.empty((3, 3))
        for i in range(3):
            for j in range(3):
                fades = np.exp(-abs(years[i] - years[j]) / own.memory[k])
                covariance[i, j] = own.district[k] ** 2 * fades
                covariance[i, j] += own.passing[k] ** 2 if i == j else 0.0
        right = multivariate_normal(logit(expected[k]), covariance).logpdf(logit(shares))
        assert found[k] == pytest.approx(right, abs=1e-10)


def test_figures_are_drawn_with_the_spread_that_weighs_them():
    own, years = errors(40_000, memory=1.0), np.array([0.0, 1.0])
    drawn = simulated(np.full((40_000, 2), 0.15), own, years, stream(1, "test"))
    covariance = np.cov(logit(drawn).T)
    right = [[0.25**2 + 0.12**2, 0.25**2 * np.exp(-1.0)], [0.25**2 * np.exp(-1.0), 0.0769]]
    np.testing.assert_allclose(covariance, right, atol=0.002)


@pytest.mark.filterwarnings("ignore")  # so few draws have no tail to smooth
def test_the_weights_of_a_few_draws_are_their_likelihoods():
    bias = np.linspace(0.2, 1.5, 8)
    own = Series((None,) * 2, np.array([0.14, 0.15]), np.array([4.0, 5.0]))
    found = update(seen(8, 2, bias=bias), own, errors(8, 0.4))
    likelihood = []
    for value in bias:
        logits = (logit(0.24 / (0.65 + 0.35 * 1.25)) - 0.75 * value) / np.sqrt(1 + 0.45**2)
        covariance = 0.4**2 * np.exp(-np.abs(np.subtract.outer([4, 5], [4, 5])) / 3.0)
        normal = multivariate_normal([logits] * 2, covariance + 0.12**2 * np.eye(2))
        likelihood.append(normal.pdf(logit(own.shares)))
    right = np.array(likelihood) / np.sum(likelihood)
    np.testing.assert_allclose(found.weights.values, right, rtol=1e-8)


@pytest.mark.parametrize("truth", [0.4, 0.9, 1.3])
def test_a_known_bias_is_found_again(truth):
    """Twelve figures of one true bias, with small errors; all else is known."""
    count, draws = 12, 2000
    years = np.linspace(3.0, 8.0, count)
    clean = reported(seen(1, count, bias=truth))
    own = errors(1, 0.02, 3.0, 0.05)
    shares = simulated(clean, own, years, stream(5, "truth"))[0]
    prior = stream(6, "prior").normal(0.85, 0.35, draws)
    figures = Series((None,) * count, shares, years)
    found = update(seen(draws, count, bias=prior), figures, errors(draws, 0.02, 3.0, 0.05))
    mean = found.weights.values @ prior
    spread = np.sqrt(found.weights.values @ (prior - mean) ** 2)
    assert spread < 0.06
    assert abs(mean - truth) < 3.0 * spread


def test_paser_is_explained_before_its_figures_are_seen_and_not_without_bias(paser):
    first, own, drawn = paser
    rng = "routine/errors"
    shown = simulated(reported(first), drawn, own.years, stream(1, rng))
    assert predictive_gate(own.shares, shown).passed
    flat = simulated(reported(first, {"bias"}), drawn, own.years, stream(1, rng))
    assert not predictive_gate(own.shares, flat).passed


def test_the_weights_of_paser_hold_and_levels_learn_little_while_the_bias_is_unknown(paser):
    first, own, drawn = paser
    found = variants(first, own, drawn)
    assert weights_gate(found["all"].weights).passed
    level = first.survey[:, 3]

    def left(name):
        values = found[name].weights.values
        return values @ (level - values @ level) ** 2 / level.var()

    assert left("all") > 0.7
    assert left("later") > 0.7
    assert left("known") < 0.4
    assert len(found["later"].expected[0]) == 2


def test_weights_that_hang_on_a_few_draws_fail():
    own = Series((None,), np.array([0.02]), np.array([4.0]))
    bias = stream(3, "bias").normal(0.85, 0.25, 400)
    found = update(seen(400, bias=bias), own, errors(400, 0.02, 3.0, 0.02))
    assert not weights_gate(found.weights).passed


def test_the_parts_are_the_gap_and_a_part_that_is_off_is_nothing(paser):
    first, own, _ = paser
    parts = gap_parts(first, own.shares)
    np.testing.assert_allclose(sum(parts.values()), first.survey - own.shares, atol=1e-12)
    assert set(parts) == {*PARTS, "rest"}
    assert (parts["bias"] > 0.0).all()
    assert (parts["noise"] < 0.0).all()
    absent = gap_parts(seen(1, absent=1.0), np.array([0.14]))["absent"]
    assert absent == pytest.approx(0.0, abs=1e-12)


def test_two_parts_are_the_average_of_both_orders():
    children = seen(1, noise=0.0)
    neither, both = 0.24, reported(children)[0, 0]
    bias, absent = reported(children, {"absent"})[0, 0], reported(children, {"bias"})[0, 0]
    parts = gap_parts(children, np.array([0.14]))
    assert parts["bias"] == pytest.approx(((neither - bias) + (absent - both)) / 2.0)
    assert parts["absent"] == pytest.approx(((neither - absent) + (bias - both)) / 2.0)
    assert parts["rest"] == pytest.approx(both - 0.14)


def test_the_error_of_the_district_given_figures_is_that_of_brute_force():
    draws = 200_000
    own = Series((None,) * 2, np.array([0.2, 0.21]), np.array([4.0, 5.0]))
    found = update(seen(draws, 2), own, errors(draws))
    before, after = unknowns(found, own, 1)["district"]
    shared = 0.25**2 * np.array([[1.0, np.exp(-1 / 3)], [np.exp(-1 / 3), 1.0]])
    assert before.std() == pytest.approx(np.sqrt(shared.mean()), rel=0.01)
    # Districts drawn from the prior, weighed by the figures.
    rng = stream(2, "brute")
    error = rng.multivariate_normal([0.0, 0.0], shared, draws)
    rest = logit(own.shares) - logit(found.expected[0]) - error
    weights = np.exp(-0.5 * (rest**2).sum(axis=1) / 0.12**2)
    mean = np.average(error.mean(axis=1), weights=weights)
    assert after.mean() == pytest.approx(mean, abs=0.005)
    spread = np.sqrt(np.average((error.mean(axis=1) - mean) ** 2, weights=weights))
    assert after.std() == pytest.approx(spread, rel=0.03)


def test_a_table_of_errors_without_a_row_or_with_a_wrong_cell_is_refused(tmp_path):
    text = ROUTINE_MODEL.read_text(encoding="utf-8")
    path = tmp_path / "routine_model.csv"
    path.write_text("\n".join(text.splitlines()[:-1]) + "\n", encoding="utf-8")
    with pytest.raises(EvidenceError, match="passing routine error"):
        draw_errors(1, 10, path)
    path.write_text(text.replace("0.25,0.4", "0.25,-0.4").replace(",D,yes", ",E,yes", 1))
    with pytest.raises(EvidenceError) as refused:
        draw_errors(1, 10, path)
    assert len(refused.value.problems) == 2


def test_ratios_take_the_nearest_survey_and_no_rival():
    rows = load_routine(area="paser")
    surveys = load_observations(area="paser")
    found = ratios(rows, surveys)
    assert [one.survey.id for one in found] == ["paser-2021", "paser-2022", "paser-2022"]
    assert found[0].value == pytest.approx(0.148 / 0.238)


def test_no_module_of_a_fit_reads_routine_figures():
    """The bias is not known and drifts: a level fitted to them would be a level of the bias."""
    names = {"routine", "routine_model", "routine_update", "routine_ratio"}
    readers = set()
    for path in (ROOT / "calibration").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "") in names:
                readers.add(path.stem)
    assert readers == names - {"routine"}
