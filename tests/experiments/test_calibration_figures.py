"""Figures of the calibration: what they show, in both languages, from inputs of any size."""

import re
from dataclasses import replace

import numpy as np
import pytest

from tumbuh.calibration.areas import load_areas
from tumbuh.calibration.hierarchy import load_priors, shift_deviation
from tumbuh.calibration.panel import make_panel
from tumbuh.calibration.posterior import Posterior, load_posterior
from tumbuh.calibration.scores import Holdout, Score
from tumbuh.calibration.selfcheck import SelfCheck
from tumbuh.calibration.shipped import shipped_surveys
from tumbuh.experiments.calibration_figures import posterior_figures, rendered
from tumbuh.experiments.check_figures import (
    PLACES,
    pit_chart,
    rank_band,
    rank_chart,
    simultaneous_band,
)
from tumbuh.experiments.drawing import render
from tumbuh.experiments.holdout_figure import holdout_chart
from tumbuh.experiments.holdout_points import Forecasts
from tumbuh.experiments.learnt_data import Learnt, learnt, of_area, quantity_name
from tumbuh.experiments.learnt_figure import learnt_chart
from tumbuh.experiments.series_data import (
    Expected,
    Series,
    district_surveys,
    expected_shares,
    posterior_series,
)
from tumbuh.experiments.series_figure import MARKS, many_series_chart, series_chart
from tumbuh.experiments.text import words

LANGUAGES = ("en", "id")
STATUSES = ("fitted", "fitted", "returned", "returned")


def series(area="paser", statuses=STATUSES):
    """Three draws, two years, and the surveys of a district."""
    surveys = district_surveys(area)
    shares = np.array([0.20, 0.24, 0.28])
    seen = [Expected(s, shares, status) for s, status in zip(surveys, statuses, strict=False)]
    months = np.arange(40.0, 90.0)
    paths = np.array([[0.2], [0.25], [0.3]]) + np.zeros(len(months))
    return Series(load_areas()[area], months, paths, tuple(seen), 1.6)


def holdout(pit=(0.5, 0.97), log=(1.0, 2.0), baseline=(0.5, 1.5)):
    points = tuple(("paser", f"SKI {2023 + k}") for k in range(len(pit)))
    zero = np.zeros(len(pit))
    model = Score(np.array(log), zero, np.array(pit))
    return Holdout(points, model, {"province": Score(np.array(baseline), zero, zero + 0.5)})


def forecasts(published=(0.24, 0.40)):
    quantiles = np.array([[0.18, 0.22, 0.25, 0.28, 0.32]] * len(published))
    return Forecasts(holdout(), np.array(published), quantiles)


def items():
    rng = np.random.default_rng(1)
    names = ("district birth shift[paser]", "bias of SSGI 2022", "discrepancy")
    return tuple(Learnt(n, 2.0 * rng.normal(size=50), rng.normal(size=50)) for n in names)


def ranks(size=30):
    return SelfCheck(
        {"discrepancy": np.arange(size) % 10, "prevalence[paser]": np.zeros(size, int)}
    )


def drawn(language):
    text = words(language)
    found = posterior_figures({"paser": series(), "berau": series("berau")}, items(), "paser", text)
    found["pit"] = pit_chart(holdout(), text)
    found["holdout"] = holdout_chart(forecasts(), text)
    found["ranks"] = rank_chart(ranks(), text)
    return found


def legend_texts(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


@pytest.mark.parametrize("section", ["calibration", "planners"])
def test_both_languages_have_the_same_texts_with_the_same_blanks(section):
    english, indonesian = (words(language).table[section] for language in LANGUAGES)
    assert english.keys() == indonesian.keys()
    for key, text in english.items():
        assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", indonesian[key]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_is_a_file_with_its_texts(language):
    text, figures = words(language), drawn(language)
    files = rendered(figures)
    assert sorted(files) == sorted(f"{name}.{form}" for name in figures for form in ("png", "svg"))
    shown = {name: files[f"{name}.svg"].decode() for name in figures}
    for name, key in {
        "districts": "calibration.many_series",
        "learnt": "calibration.contraction_means",
        "pit": "calibration.pit_axis",
        "holdout": "calibration.log_axis",
        "ranks": "calibration.rank_even",
    }.items():
        assert text.get(key) in shown[name]
        assert all(file.startswith(b"\x89PNG") for file in (files[f"{name}.png"],))
    assert text.get("calibration.fitted") in shown["series"]
    assert quantity_name("bias of SSGI 2022", text) in shown["learnt"]
    assert quantity_name("prevalence[paser]", text) in shown["ranks"]


def test_the_files_are_the_same_each_time():
    one, two = (render(series_chart(series(), words("id")), "svg") for _ in range(2))
    assert one == two


def test_points_have_intervals_and_a_range_is_a_bracket():
    axis = series_chart(series(), words("en")).axes[0]
    markers = [line.get_marker() for line in axis.get_lines()]
    assert markers.count(MARKS["fitted"][1]) == 2
    assert markers.count(MARKS["returned"][1]) == 1
    row = district_surveys("paser")[-1]
    assert row.value is None
    brackets = [line for line in axis.get_lines() if len(line.get_xdata()) == 4]
    assert len(brackets) == 1
    assert list(brackets[0].get_ydata()) == pytest.approx(
        [100 * row.low, 100 * row.low, 100 * row.high, 100 * row.high]
    )
    left, right = sorted(set(brackets[0].get_xdata()))
    assert list(brackets[0].get_xdata()) == [right, left, left, right]


def test_the_legend_names_what_is_there_and_nothing_else():
    text = words("en")
    full = legend_texts(series_chart(series(), text))
    assert text.get("calibration.bracket") in full
    assert text.get("calibration.unseen") not in full
    fitted_only = legend_texts(many_series_chart([series(statuses=STATUSES[:2])], text))
    assert text.get("calibration.bracket") not in fitted_only
    assert text.get("calibration.returned") not in fitted_only
    unseen = legend_texts(series_chart(series(statuses=("fitted", "unseen")), text))
    assert text.get("calibration.unseen") in unseen


def test_expected_surveys_have_the_mean_and_the_variance_of_the_design():
    size, share, effect = 20_000, 0.25, 2.0
    surveys = district_surveys("paser")[:2]
    months = np.arange(100.0)
    paths = np.full((size, 100), share)
    none = np.zeros(size)
    columns = {
        "discrepancy": none,
        "design effect": none + effect,
        "bias of SSGI 2021": none,
        "bias of SSGI 2022": none + 0.3,
    }
    posterior = Posterior(("paser",), (), 1, "2026-01-01", columns, {})
    found = expected_shares(surveys, months, paths, posterior)
    assert found[:, 0].mean() == pytest.approx(share, abs=0.001)
    # The number of children is lognormal around the design, so that 1/n is larger on average.
    spread = load_priors().children
    variance = share * (1.0 - share) * effect / surveys[0].children * np.exp(spread**2 / 2.0)
    assert found[:, 0].var() == pytest.approx(variance, rel=0.05)
    shifted = 1.0 / (1.0 + np.exp(-(np.log(share / (1.0 - share)) + 0.3)))
    assert found[:, 1].mean() == pytest.approx(shifted, abs=0.001)
    wider = replace(posterior, columns=columns | {"discrepancy": none + 0.5})
    assert expected_shares(surveys, months, paths, wider)[:, 0].var() > 2.0 * variance


def test_expected_surveys_read_the_months_of_their_field_work():
    surveys = district_surveys("paser")[:1]
    months = np.arange(100.0)
    inside = (months >= surveys[0].month_low) & (months <= surveys[0].month_high)
    paths = np.where(inside, 0.4, 0.1)[None] + np.zeros((2000, 1))
    zero = np.zeros(2000)
    columns = {"discrepancy": zero, "design effect": zero + 1.2}
    posterior = Posterior(("paser",), (), 1, "2026-01-01", columns, {})
    assert expected_shares(surveys, months, paths, posterior).mean() == pytest.approx(
        0.4, abs=0.005
    )


def test_the_stored_posterior_says_which_surveys_it_knows():
    found = posterior_series("paser", draws=10)
    assert [item.status for item in found.surveys] == list(STATUSES)
    assert found.paths.shape == (10, 156)
    assert all(item.shares.shape == (10,) for item in found.surveys)
    assert ((found.paths > 0.0) & (found.paths < 1.0)).all()


def test_contraction_of_known_variances():
    rng = np.random.default_rng(2)
    item = Learnt("discrepancy", 2.0 * rng.normal(size=50_000), rng.normal(size=50_000))
    assert item.contraction == pytest.approx(0.75, abs=0.01)
    axis = learnt_chart([item], words("id")).axes[0]
    assert [text.get_text() for text in axis.texts] == ["c = 0,75"]


def test_the_prior_that_is_drawn_is_that_of_the_tables():
    posterior, priors = load_posterior(), load_priors()
    found = {item.name: item for item in learnt(posterior)}
    assert len(found) == len(posterior.columns) - 1
    assert "district birth shift[typical]" not in found
    typical = np.log(found["district deficit multiplier[typical]"].prior)
    assert typical.mean() == pytest.approx(priors.multiplier[0], abs=0.02)
    assert typical.std() == pytest.approx(priors.multiplier[1], rel=0.06)
    panel = make_panel(shipped_surveys(), posterior.areas)
    deviation = dict(zip(panel.surveys, shift_deviation(panel, priors), strict=True))
    for survey, expected in deviation.items():
        assert found[f"bias of {survey}"].prior.std() == pytest.approx(expected, rel=0.06)
    own = of_area(tuple(found.values()), "berau")
    assert sum("[" in item.name for item in own) == 5
    assert own[0].name.endswith("[berau]")


@pytest.mark.parametrize("size", [5, 16])
def test_a_whole_even_curve_is_inside_the_band_in_nine_of_ten_sets(size):
    rng = np.random.default_rng(3)
    places, low, high = simultaneous_band(size)
    assert len(places) == PLACES - 1

    def inside(values):
        curve = (values[:, :, None] <= places).mean(axis=1)
        kept = (curve >= low - 1e-9) & (curve <= high + 1e-9)
        return kept.all(axis=1).mean()

    assert 0.88 < inside(rng.uniform(size=(4000, size))) < 0.95
    # Values that lean to one side leave the band: it can fail.
    assert inside(rng.beta(4.0, 1.0, size=(1000, size))) < 0.5


def test_the_note_of_the_pit_counts_points_and_surveys():
    axis = pit_chart(holdout(pit=(0.1, 0.5, 0.7), log=(1, 1, 1), baseline=(1, 1, 1)), words("en"))
    note = axis.axes[0].texts[0].get_text()
    assert note.startswith("3 points from 3 surveys")
    curve = next(line for line in axis.axes[0].get_lines() if len(line.get_xdata()) == 8)
    assert list(curve.get_xdata()) == [0.0, 0.1, 0.1, 0.5, 0.5, 0.7, 0.7, 1.0]
    assert curve.get_ydata()[-1] == 1.0


def test_counts_outside_the_band_are_marked():
    low, high = rank_band(30)
    assert (low, high) == (1.0, 6.0)
    even, piled, *_ = rank_chart(ranks(), words("en")).axes
    assert [bar.get_height() for bar in even.patches if bar.get_hatch()] == []
    marked = [bar.get_height() for bar in piled.patches if bar.get_hatch()]
    assert sorted(marked) == [0] * 9 + [30]


def test_the_hold_out_marks_what_fell_outside_and_shows_every_forecast():
    found = holdout_chart(forecasts(), words("en"))
    points, scores = found.axes
    markers = [line.get_marker() for line in points.get_lines() if len(line.get_xdata()) == 1]
    assert markers.count("o") == 1
    assert markers.count("D") == 1
    labels = [label.get_text() for label in scores.get_yticklabels()]
    assert labels == ["This model", "Province for all"]
    assert [bar.get_width() for bar in scores.patches] == pytest.approx([3.0, 2.0])
    one = Forecasts(holdout((0.5,), (1.0,), (-2.0,)), np.array([0.2]), np.full((1, 5), 0.2))
    assert render(holdout_chart(one, words("id")), "png")
