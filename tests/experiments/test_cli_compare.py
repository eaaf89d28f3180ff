"""The command as a user meets it."""

import csv
import json
import os
import signal
import subprocess
import sys
import time

import pytest

COMMAND = [sys.executable, "-m", "tumbuh"]
QUICK = ["compare", "--draws", "30", "--quiet"]


def tumbuh(*arguments, **options):
    env = os.environ | {"COLUMNS": "100"}
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, env=env, check=False, **options
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "result"
    result = tumbuh(*QUICK, "--scenarios", "hr,food", "--out", str(out))
    assert result.returncode == 0, result.stderr
    return out


def test_the_answer_comes_in_both_languages():
    english = tumbuh(*QUICK, "--peers").stdout
    indonesian = tumbuh(*QUICK, "--lang", "id").stdout
    assert "scenario, not forecast" in english
    assert "LiST" in english
    assert "skenario, bukan ramalan" in indonesian
    assert "23,8 %" in indonesian
    assert "Strategy" not in indonesian
    assert max(len(line) for line in (english + indonesian).splitlines()) <= 100


def test_json_is_all_there_is_on_standard_output():
    result = tumbuh(*QUICK, "--scenarios", "food", "--json")
    answer = json.loads(result.stdout)
    assert answer["draws"] == 30
    assert answer["failed_draws"] == 0
    assert {row["scenario"] for row in answer["summary"]} == {"no_extra_action", "food"}


def test_the_folder_holds_tidy_tables_figures_and_provenance(folder):
    names = {path.name for path in folder.iterdir()}
    figures = {f"{name}.{form}" for name in ("fan", "gain") for form in ("png", "svg")}
    tables = {"summary.csv", "compare.csv", "draws.csv", "compare.nc", "manifest.json"}
    assert names == figures | tables
    with (folder / "compare.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    keys = {(row["draw"], row["scenario"], row["outcome"], row["year_end"]) for row in rows}
    assert len(keys) == len(rows) == 30 * 3 * 10 * 3
    assert json.loads((folder / "manifest.json").read_text())["draws"] == 30


def test_the_same_command_gives_the_same_bytes(folder, tmp_path):
    again = tmp_path / "result"
    tumbuh(*QUICK, "--scenarios", "hr,food", "--out", str(again))
    for name in ("summary.csv", "compare.csv", "fan.svg", "gain.png"):
        assert (again / name).read_bytes() == (folder / name).read_bytes(), name


def test_a_folder_with_files_is_left_alone(folder):
    before = sorted(path.name for path in folder.iterdir())
    result = tumbuh(*QUICK, "--scenarios", "hr", "--out", str(folder))
    assert result.returncode == 2
    assert "new or empty folder" in result.stderr
    assert sorted(path.name for path in folder.iterdir()) == before


def test_an_unwritable_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    result = tumbuh(*QUICK, "--scenarios", "hr", "--out", str(tmp_path / "file" / "deep"))
    assert result.returncode == 2
    assert "can be written" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_every_mistake_of_the_options_is_reported_at_once():
    result = tumbuh("compare", "--draws", "1", "--until", "2050")
    assert result.returncode == 2
    assert "--draws" in result.stderr
    assert "--until" in result.stderr


def test_mistakes_in_a_scenario_come_with_their_lines(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(
        "id: plan\ntitle: {id: a, en: a}\nintent: {id: a, en: a}\nlevers:\n"
        "  cadre trainin: {level: 10, start: '2027-01', ramp_months: 12}\n"
        "  supervision: {level: 24, start: '2051-01', ramp_months: 12}\n",
        encoding="utf-8",
    )
    result = tumbuh("compare", "--scenarios", str(path))
    assert result.returncode == 2
    assert "plan.yaml:5" in result.stderr
    assert "plan.yaml:6" in result.stderr
    assert "0.24" in result.stderr


def test_an_interruption_leaves_nothing(tmp_path):
    out = tmp_path / "result"
    process = subprocess.Popen(
        [*COMMAND, "compare", "--draws", "2000", "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell's background job ignores SIGINT, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL) and None,  # noqa: PLW1509
    )
    time.sleep(5.0)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "nothing was written" in errors
    assert list(tmp_path.iterdir()) == []


def test_one_scenario_shows_any_variable(tmp_path):
    path = tmp_path / "path.csv"
    result = tumbuh("run", "food", "--vars", "food reach,true prevalence", "--csv", str(path))
    assert result.returncode == 0, result.stderr
    assert "food reach" in result.stdout
    rows = list(csv.reader(path.open()))
    assert rows[0] == ["month", "food reach [dmnl]", "true prevalence [dmnl]"]
    assert len(rows) == 12 * 14 + 2


def test_an_unknown_variable_gets_a_suggestion():
    result = tumbuh("run", "food", "--vars", "food reech")
    assert result.returncode == 2
    assert "food reach" in result.stderr
