"""``tumbuh score``: what it prints, its gates and its exit code."""

import csv
import hashlib
import io
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from tumbuh.experiments import calibration_figures, scoring
from tumbuh.experiments.app import app, mount
from tumbuh.experiments.cli_score import proof
from tumbuh.experiments.holdout_points import as_csv, forecasts_of
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
        # What trails is not "ahead by" a negative number.
        trails = found.holdout.gain(found.holdout.best)[0] < 0.0
        side = {"en": ("ahead", "behind"), "id": ("unggul", "tertinggal")}[language][trails]
        line = next(line for line in done.stdout.splitlines() if words in line)
        assert side in line and "-" not in line
    done = CliRunner().invoke(app, ["score", "--json"])
    data = json.loads(done.stdout)
    assert data["failed"] == list(found.failures)
    assert len(data["rows"]) == 6


def test_the_table_of_points_is_the_scores(found):
    table = list(csv.DictReader(io.StringIO(as_csv(forecasts_of(found)))))
    assert [(row["area"], row["survey"]) for row in table] == list(found.holdout.points)
    assert [float(row["pit"]) for row in table] == found.holdout.model.pit.tolist()
    scores = {"model": found.holdout.model, **found.holdout.baselines}
    for name, score in scores.items():
        column = f"log_score_{name.replace(' ', '_')}"
        assert [float(row[column]) for row in table] == score.log.tolist()
    samarinda = next(r for r in table if (r["area"], r["survey"]) == ("samarinda", "SSGI 2024"))
    assert float(samarinda["published"]) == 0.203
    panel = found.prediction.panel
    place = panel.areas.index("samarinda"), panel.surveys.index("SSGI 2024")
    expected = np.quantile(found.prediction.shares[:, *place], [0.05, 0.5])
    assert [float(samarinda[f"expected_{q}"]) for q in ("05", "50")] == expected.tolist()


def test_the_folder_is_whole_and_never_written_over(found, monkeypatch, tmp_path):
    mount(["score"])
    monkeypatch.setattr(scoring, "score_holdout", lambda *given: found)
    folder = tmp_path / "score"
    plain = CliRunner().invoke(app, ["score", "--lang", "id"])
    done = CliRunner().invoke(app, ["score", "--lang", "id", "--output", str(folder)])
    assert (done.exit_code, done.stdout) == (plain.exit_code, plain.stdout)
    names = {path.name for path in folder.iterdir()}
    drawn = {f"{name}.{form}" for name in ("holdout", "pit") for form in ("png", "svg")}
    assert names == {"points.csv", "manifest.json", *drawn}
    assert (folder / "points.csv").read_text(encoding="utf-8") == as_csv(forecasts_of(found))
    assert "Provinsi untuk" in (folder / "holdout.svg").read_text(encoding="utf-8")
    about = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert about["failed"] == list(found.failures)
    for name, digest in about["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    monkeypatch.setattr(scoring, "score_holdout", lambda *given: pytest.fail("computed"))
    again = CliRunner().invoke(app, ["score", "--output", str(folder)])
    assert again.exit_code == 2
    assert "a new or empty folder" in again.stderr


def test_the_figures_of_the_pages_have_a_name_and_a_language(found, monkeypatch, tmp_path):
    monkeypatch.setattr(calibration_figures, "score_holdout", lambda draws: found)
    calibration_figures.main(tmp_path, ("id",), "berau", draws=5)
    names = ("districts", "holdout", "learnt", "pit", "series")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"calibration_{name}.id.png" for name in names
    ]


@pytest.mark.slow
def test_what_the_page_says_of_the_hold_out():
    """docs/calibration.md tells these numbers."""
    found = score_holdout(draws=1000, threads=2)
    assert found.failures == ("score",)
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


@pytest.mark.parametrize(
    ("gain", "said"),
    [(2.5, "superior"), (-2.5, "inferior"), (1.5, "not_superior"), (-1.6, "not_superior")],
)
def test_two_errors_decide_who_forecast_better(gain, said):
    assert proof(gain, 0.8) == said
