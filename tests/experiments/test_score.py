"""``tumbuh score``: what it prints, its gates and its exit code."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tumbuh.experiments import scoring
from tumbuh.experiments.app import app, mount
from tumbuh.experiments.scoring import rows, score_holdout

PAGE = Path(__file__).parents[2] / "docs" / "calibration.md"


@pytest.fixture(scope="module")
def found():
    return score_holdout(draws=40, threads=2)


def test_sixteen_points_against_five_plain_forecasts(found):
    table = rows(found)
    assert [row["points"] for row in table] == [16] * 6
    province = next(row for row in table if row["forecast"] == "province")
    assert province["log_score"] == pytest.approx(27.0, abs=0.05)
    assert province["covered_90"] == 14
    assert {survey for _, survey in found.holdout.points} == {"SKI 2023", "SSGI 2024"}
    assert ("paser", "SSGI 2024") not in found.holdout.points


def test_the_fit_sees_nothing_later_than_2022(found):
    assert found.fit.panel.years.max() == 2022
    assert found.fit.cells.shape[1:] == (10, 2)


def test_the_command_says_which_gates_failed(found, monkeypatch):
    mount(["score"])
    monkeypatch.setattr(scoring, "score_holdout", lambda *given: found)
    expected = 1 if found.failures else 0
    for language, words in (("en", "Best plain forecast"), ("id", "Ramalan sederhana terbaik")):
        done = CliRunner().invoke(app, ["score", "--lang", language])
        assert done.exit_code == expected
        assert words in done.stdout
    done = CliRunner().invoke(app, ["score", "--json"])
    data = json.loads(done.stdout)
    assert data["failed"] == list(found.failures)
    assert len(data["rows"]) == 6


@pytest.mark.slow
def test_what_the_page_says_of_the_hold_out():
    """docs/calibration.md tells these numbers."""
    found = score_holdout(draws=1000, threads=2)
    assert found.failures == ()
    assert found.holdout.best == "province"
    assert not found.holdout.keeps_up
    assert 0.05 < found.chance < 0.2
    assert 0.05 < found.false_alarm < 0.25
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    gain, error = found.holdout.gain("province")
    assert f"ahead of the model by {-gain:.1f} (error {error:.1f})" in page
    for name, words in (("persistence", "last survey"), ("linear trend", "line through two")):
        assert f"{words} by {found.holdout.gain(name)[0]:.1f}" in page
    assert found.holdout.model.covered(0.9) == 13
    assert f"it is {100 * found.chance:.0f} %" in page
    assert f"in {100 * found.false_alarm:.0f} % of such sets" in page
