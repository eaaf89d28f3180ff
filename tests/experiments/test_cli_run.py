"""``tumbuh run``: what it prints, draws and refuses."""

import csv
import errno
import json
import os
import re
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from tumbuh.experiments.app import app
from tumbuh.experiments.cli_run import run_command
from tumbuh.experiments.run_figure import run_chart
from tumbuh.experiments.run_view import Course
from tumbuh.model.district import DISTRICT_FOLDER
from tumbuh.model.engine.trajectories import Trajectories
from tumbuh.scenarios.loader import load_scenario

if "run" not in [command.name for command in app.registered_commands]:
    app.command("run")(run_command)


def run(*arguments, columns="100"):
    env = {"COLUMNS": columns, "TUMBUH_LANG": ""}
    return CliRunner().invoke(app, ["run", *map(str, arguments)], env=env)


def test_years_are_named_by_their_ends_and_shares_are_percent():
    shown = run("hr", "--until", "2029")
    assert shown.exit_code == 0, shown.output
    lines = shown.stdout.splitlines()
    assert lines[-1].startswith("2029")
    assert not any(line.startswith("2030") for line in lines)
    assert "End of" in shown.stdout
    assert "rupiah a year" in " ".join(shown.stdout.split())
    assert "MIDR" not in shown.stdout
    assert "billion" in lines[-1]


def test_variables_have_indonesian_names_with_the_model_name_beside():
    shown = run("food", "--vars", "food reach,Staff[cadre]", "--lang", "id")
    text = " ".join(shown.stdout.split())
    for part in ("jumlah kader", "(Staff[cadre])", "(food reach)", "Akhir"):
        assert part in text, part


def test_every_month_goes_to_the_file(tmp_path):
    path = tmp_path / "path.csv"
    result = run("food", "--vars", "food reach,true prevalence", "--csv", path)
    assert result.exit_code == 0, result.output
    rows = list(csv.reader(path.open()))
    assert rows[0] == ["month", "food reach [dmnl]", "true prevalence [dmnl]"]
    assert len(rows) == 12 * 14 + 2


def test_draws_are_told_with_their_range(tmp_path):
    """In the table, the file and the JSON: the median alone would be no answer."""
    path = tmp_path / "drawn.csv"
    given = ("hr", "--draws", "40", "--vars", "survey prevalence,Staff[worker]")
    shown = run(*given, "--csv", path)
    assert shown.exit_code == 0, shown.output
    assert "(90 % of draws)" in shown.stdout
    assert re.search(r"2031 +\d\d\.\d \(\d\d\.\d to \d\d\.\d\)", shown.stdout)
    rows = list(csv.DictReader(path.open()))
    ends = [f"survey prevalence{end} [dmnl]" for end in (" low90", "", " high90")]
    low, middle, high = (float(rows[-1][name]) for name in ends)
    assert low < middle < high
    told = json.loads(run(*given, "--json").stdout)
    name = "survey prevalence"
    last = [told[key][name][-1] for key in ("low90", "values", "high90")]
    assert last == pytest.approx([low, middle, high])
    assert json.loads(run("hr", "--json").stdout)["low90"] == {}


@pytest.mark.parametrize("name", ["a.png", "a.svg", "A.PNG"])
def test_a_figure_shows_the_run_beside_no_extra_action(tmp_path, name):
    result = run("food", "--plot", tmp_path / name, "--quiet")
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert (tmp_path / name).stat().st_size > 10_000


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("centres of the priors", "not fitted to the surveys", "no uncertainty")),
        ("id", ("nilai pusat sebaran awal", "tidak dicocokkan dengan survei", "ketidakpastian")),
    ],
)
def test_a_run_without_draws_says_what_it_is_not(language, said):
    text = " ".join(run("hr", "--until", "2027", "--lang", language).stdout.split())
    for part in (*said, "--draws N", "tumbuh compare"):
        assert part in text, part
    assert "nilai tengah" not in text
    drawn = run("hr", "--until", "2027", "--lang", language, "--draws", "10").stdout
    assert said[0] not in " ".join(drawn.split())


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("draws", [0, 3])
def test_only_draws_have_a_median_in_the_figure(language, draws):
    values = {"spending": np.tile([1.0, 2.0, 3.0], (max(draws, 1), 1))}
    times, failed = np.array([0.0, 60.0, 120.0]), np.zeros(max(draws, 1), bool)
    path = Trajectories(times, values, {"spending": "MIDR/month"}, None, failed)
    drawn = run_chart(Course(load_scenario("hr"), path, draws), path, language)
    labels = [text.get_text() for text in drawn.legends[0].get_texts()]
    assert any("median" in label for label in labels) == bool(draws)
    words = {"id": "sebaran awal", "en": "prior"}
    assert (words[language] in drawn.get_suptitle()) == (not draws)


@pytest.mark.parametrize("figure", ["official", "district"])
def test_a_survey_figure_without_draws_is_refused(figure):
    refused = run("hr", "--observation", figure)
    assert refused.exit_code == 2
    assert "--draws above 0" in refused.stderr and "Add --draws N" in refused.stderr
    assert "Tambahkan --draws N" in run("hr", "--observation", figure, "--lang", "id").stderr
    assert run("hr", "--observation", figure, "--draws", "10").exit_code == 0


def test_json():
    data = json.loads(run("food", "--json", "--vars", "spending").stdout)
    assert data["units"] == {"spending": "MIDR/month"}
    assert len(data["values"]["spending"]) == len(data["months"])


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("initial fidelity=24", "Write 0.24 for 24 percent"),
        ("initial fidelity=1.5", "0 to 1"),
        ("food effect=nan", "found nan"),
        ("food effect=inf", "found inf"),
        ("cadre training level=9999", "0 to 2100 (cadres a year)"),
        ("switch R6 trust=2", "0 to 1"),
        ("food adherence=0,8", "Write 0.8"),
        ("food adherence", "NAME=VALUE"),
        ("fidelity=0.5", "the name of a constant"),
        ("fidelty=0.5", "fidelity"),
    ],
)
def test_a_setting_is_held_to_the_bounds_of_its_parameter(setting, words):
    refused = run("hr", "--set", setting)
    assert refused.exit_code == 2
    assert words in refused.stderr
    assert refused.stdout == ""


def test_settings_within_bounds_and_in_any_spelling_are_taken():
    assert run("hr", "--set", "Initial_Fidelity=0.6", "--set", "food effect=0").exit_code == 0


def test_every_mistake_comes_at_once():
    refused = run("hr", "--set", "initial fidelity=24", "--set", "absorption=-1")
    assert len(refused.stderr.splitlines()) == 2


def test_a_place_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    for option in ("--csv", "--plot"):
        refused = run("hr", option, tmp_path / "file" / "a.png")
        assert refused.exit_code == 2
        assert "a place that can be written" in refused.stderr
    assert run("hr", "--csv", tmp_path).exit_code == 2
    assert run("hr", "--plot", tmp_path / "a.pdf").exit_code == 2


def test_table_and_figure_are_both_written_or_neither(tmp_path, monkeypatch):
    table, figure = tmp_path / "a.csv", tmp_path / "a.png"
    table.write_text("as before", encoding="utf-8")
    real = Path.write_bytes

    def full(path, data):
        if ".a.png." in path.name:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    refused = run("hr", "--csv", table, "--plot", figure, "-q")
    assert refused.exit_code == 3
    assert refused.stderr.startswith(f"{figure}: expected a place that can be written")
    assert list(tmp_path.iterdir()) == [table]
    assert table.read_text(encoding="utf-8") == "as before"
    monkeypatch.undo()
    assert run("hr", "--csv", table, "--plot", figure, "-q").exit_code == 0
    assert sorted(tmp_path.iterdir()) == [table, figure]


def test_a_mistake_in_the_district_file_is_told(tmp_path):
    (tmp_path / "paser.yaml").write_text("id: paser\nname: x\n", encoding="utf-8")
    refused = run("hr", "--district", tmp_path / "paser.yaml")
    assert refused.exit_code == 2
    assert "paser.yaml:" in refused.stderr


def test_quiet_without_anything_to_write_is_refused():
    silent = run("hr", "--quiet", "--until", "2017")
    assert silent.exit_code == 2 and silent.stdout == ""
    told = "--quiet: expected --csv, --plot or --json beside it, found none of them"
    assert told in " ".join(silent.stderr.split()) and "--until" in silent.stderr
    assert run("hr", "--quiet", "--json").stdout.startswith("{")


def changed(folder, *pairs):
    text = (DISTRICT_FOLDER / "paser.yaml").read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "pe.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_survey_area_or_table_that_is_none_is_refused_with_its_line(tmp_path):
    table = "calibration/data/observations.csv"
    path = changed(tmp_path, ("area: paser", "area: pasr"), (f"table: {table}", "table: /nope.csv"))
    shown = run("hr", "--district", str(path))
    assert shown.exit_code == 2
    first, second = shown.stderr.splitlines()
    assert first.startswith("pe.yaml:9 surveys > area: expected one of paser, kutai_barat, ")
    assert first.endswith("found 'pasr'. Did you mean paser.")
    assert second.startswith(f"pe.yaml:10 surveys > table: expected {table}, the only table")
    both = changed(tmp_path, ("area: paser", "area: pasr"), ("value: 72", "value: -72"))
    told = run("hr", "--district", str(both)).stderr
    assert "infant deaths > 0: expected no number below 0" in told and "found 'pasr'" in told
    path = changed(tmp_path, ("area: paser", "area: pasr"), (f"table: {table}", "table: /nope.csv"))
    own = run("hr", "--district", str(path), "--lang", "id").stderr
    assert "Apakah maksud Anda paser." in own
    assert "satu-satunya tabel yang dibaca" in own


def test_a_district_without_surveys_has_the_id_of_its_file_as_area(tmp_path):
    pairs = ("id: paser", "id: tana_tidung"), ("area: paser", "area: tana_tidung")
    assert run("hr", "--district", str(changed(tmp_path, *pairs))).exit_code == 0
    mistyped = changed(tmp_path, pairs[0], ("area: paser", "area: tana_tidng"))
    other = run("hr", "--district", str(mistyped))
    assert other.exit_code == 2
    assert "or 'tana_tidung', the id of this file, for a district without surveys" in other.stderr


def test_a_district_has_its_own_surveys_and_the_province_of_the_fit(tmp_path):
    pairs = ("area: paser", "area: berau"), ("province: Kalimantan Timur", "province: Jawa Barat")
    refused = run("hr", "--district", str(changed(tmp_path, *pairs)))
    assert refused.exit_code == 2
    first, second = refused.stderr.splitlines()
    assert first.startswith("pe.yaml:6 province: expected Kalimantan Timur, the province whose")
    assert second.startswith(
        "pe.yaml:9 surveys > area: expected 'paser', the id of this file, found"
    )
    english = changed(tmp_path, ("province: Kalimantan Timur", "province: East Kalimantan"))
    assert run("hr", "--district", str(english)).exit_code == 0


def test_an_unknown_variable_gets_a_suggestion():
    refused = run("food", "--vars", "food reech")
    assert refused.exit_code == 2
    assert "food reach" in refused.stderr
