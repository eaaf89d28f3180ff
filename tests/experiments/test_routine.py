"""``tumbuh routine``: what it tells in both languages, its figure, and its exit codes."""

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from tumbuh.calibration.areas import find_area
from tumbuh.calibration.gates import Gate
from tumbuh.experiments import routine_view as module
from tumbuh.experiments.app import app, mount
from tumbuh.experiments.drawing import render
from tumbuh.experiments.routine_figure import routine_chart
from tumbuh.experiments.routine_learning import STRATEGIES
from tumbuh.experiments.routine_tables import ratio_says
from tumbuh.experiments.routine_view import routine_view
from tumbuh.experiments.text import words


@pytest.fixture(scope="module")
def view():
    return routine_view(find_area("paser"), draws=400)


@pytest.fixture
def command(view, monkeypatch):
    mount(["routine"])
    monkeypatch.setattr(module, "routine_view", lambda *given, **more: view)

    def call(*arguments):
        env = {"COLUMNS": "100", "TUMBUH_LANG": ""}
        return CliRunner().invoke(app, ["routine", *map(str, arguments)], env=env)

    return call


def test_the_parts_add_up_to_the_gap_in_their_means(view):
    assert sum(one.mean for one in view.parts.values()) == pytest.approx(view.gap.mean)
    assert 6.0 < view.gap.mean < 12.0


def test_levels_trend_and_strategies_are_told_with_and_without(view):
    assert list(view.learnt) == ["2022", "2024", "change", *STRATEGIES]
    for one in view.learnt.values():
        assert set(one.contraction) == {"all", "later", "wide", "steady", "known"}
    change = view.learnt["change"].contraction
    assert change["all"] < change["steady"]


def test_it_says_in_both_languages_what_a_fall_is_not(command):
    for language, texts in (
        ("en", ["A fall in routine figures is not a fall in stunting", "15.85", "Heights read"]),
        ("id", ["Turunnya angka rutin bukan turunnya stunting", "15,85", "Tinggi badan terbaca"]),
    ):
        done = command("--lang", language)
        shown = " ".join(done.stdout.split())
        assert done.exit_code == 0, done.output
        for text in texts:
            assert text in shown


def test_json_has_every_number(command, view):
    data = json.loads(command("--json").stdout)
    assert data["figures"][0]["id"] == "paser-2021"
    assert data["gap"]["mean"] == view.gap.mean
    assert len(data["ratios"]) == 13
    assert all(check["passed"] for check in data["checks"])


def test_a_failed_check_is_told_and_ends_with_one(command, view, monkeypatch):
    bad = (Gate("predictive", "all", "2 of 5", False), view.gates[1])
    monkeypatch.setattr(module, "routine_view", lambda *a, **b: replace(view, gates=bad))
    for language, text in (("en", "2 of 5 figures lie"), ("id", "2 dari 5 angka berada")):
        done = command("--lang", language)
        assert done.exit_code == 1
        assert text in " ".join(done.stdout.split())


def test_an_area_without_routine_figures_is_refused():
    mount(["routine"])
    for name, text in (
        ("berau", "with routine figures: paser"),
        ("kalimantan_timur", "no district"),
    ):
        done = CliRunner().invoke(app, ["routine", "--area", name])
        assert done.exit_code == 2
        assert text in done.stderr
    done = CliRunner().invoke(app, ["routine", "--area", "berau", "--lang", "id"])
    assert "kabupaten/kota yang punya angka rutin" in done.stderr


def test_a_figure_of_another_kind_is_refused(command, tmp_path):
    done = command("--plot", tmp_path / "routine.jpg")
    assert done.exit_code == 2
    assert ".png, .svg" in done.stderr


def test_the_figure_has_surveys_figures_and_both_bands(command, view, tmp_path):
    path = tmp_path / "routine.png"
    assert command("--plot", path).exit_code == 0
    assert path.read_bytes()[:4] == b"\x89PNG"
    for language in ("en", "id"):
        own = words(language)
        drawn = routine_chart(view, own)
        axis = drawn.axes[0]
        labels = axis.get_legend_handles_labels()[1]
        names = ("survey", "routine", "point", "range", "figure", "year")
        assert set(labels) == {own.get(f"routine.figure_{name}") for name in names}
        assert len(axis.collections) >= 2
        assert own.get("routine.warning_fall") == axis.get_xlabel()
    assert render(drawn, "svg") == render(routine_chart(view, own), "svg")


def test_the_ratios_of_other_districts_leave_out_the_province(view):
    said = ratio_says(view, words("en"))
    assert "Of 8 ratios of other districts" in said
