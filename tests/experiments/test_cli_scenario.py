"""``tumbuh scenario`` as a planner meets it."""

import json

import pytest
from plan_files import CUT
from typer.testing import CliRunner

from tumbuh.experiments.cli_scenario import app
from tumbuh.scenarios.loader import LIBRARY_IDS


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def invoke(*words):
        return CliRunner().invoke(app, list(words))

    return invoke


def test_list_names_every_scenario(run):
    shown = run("list", "--lang", "en")
    assert shown.exit_code == 0
    assert all(name in shown.stdout for name in LIBRARY_IDS)
    assert "Rp10.0 billion" in shown.stdout
    assert "Rp10,0 miliar" in run("list", "--lang", "id").stdout


def test_list_as_json(run):
    rows = json.loads(run("list", "--json").stdout)
    assert [row["id"] for row in rows] == list(LIBRARY_IDS)
    by_id = {row["id"]: row for row in rows}
    assert by_id["equal_coordination"]["limited_by"] == ["forum meetings", "list sharing"]
    assert by_id["equal_coordination"]["equal_budget_reached"] is False


def test_show_one_in_both_languages(run):
    english = run("show", "equal_coordination", "--lang", "en")
    assert english.exit_code == 0
    assert "At its upper bound: forum meetings, list sharing" in english.stdout
    assert "Money that cannot be spent" in english.stdout
    assert "After the money ends" in english.stdout
    assert "Setelah dana berhenti" in run("show", "hr", "--lang", "id").stdout


def test_show_all_levers(run):
    rows = json.loads(run("show", "--json").stdout)["strategy_table"]
    assert len(rows) == 12
    assert "posyandu" in run("show").stdout


def test_show_as_json_carries_the_constants(run):
    shown = json.loads(run("show", "hr", "--json").stdout)
    assert shown["constants"]["cadre training level"] == 1000.0
    assert len(shown["constants"]) == 48


def test_an_unknown_scenario_leaves_with_two(run):
    shown = run("show", "facilites")
    assert shown.exit_code == 2
    assert "Did you mean 'facilities'" in shown.stderr
    assert shown.stdout == ""


def test_new_then_check(run, tmp_path):
    assert run("new", "my_plan").exit_code == 0
    assert run("check", "my_plan.yaml").exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["my_plan.yaml"]


@pytest.mark.parametrize("given", ["my_plan.yaml", "plans/my_plan.yaml"])
def test_new_takes_a_path_as_the_page_shows_it(run, tmp_path, given):
    assert run("new", given).exit_code == 0
    assert "id: my_plan\n" in (tmp_path / given).read_text(encoding="utf-8")
    assert run("check", given).exit_code == 0


def test_the_language_may_come_from_the_environment(run, monkeypatch):
    assert "Strategy" in run("list").stdout
    monkeypatch.setenv("TUMBUH_LANG", "id")
    assert "Strategi" in run("list").stdout
    refused = run("show", "facilites")
    assert "seharusnya id skenario pustaka" in refused.stderr
    assert "Apakah maksud Anda 'facilities'" in refused.stderr
    assert "Strategy" in run("list", "--lang", "en").stdout


def test_a_parameter_has_an_indonesian_name(run):
    assert "training gain[cadre]" not in run("show", "hr", "--lang", "id").stdout
    assert (
        "kenaikan keterampilan kader karena pelatihan" in run("show", "hr", "--lang", "id").stdout
    )


def test_new_replaces_only_when_forced(run, tmp_path):
    path = tmp_path / "my_plan.yaml"
    path.write_text("mine", encoding="utf-8")
    refused = run("new", "my_plan")
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert path.read_text(encoding="utf-8") == "mine"
    assert run("new", "my_plan", "--force").exit_code == 0
    assert path.read_text(encoding="utf-8") != "mine"


@pytest.mark.parametrize(
    "name", ["../evil", "My Plan", "", "9lives", "a/b", "My Plan.yaml", ".yaml"]
)
def test_new_refuses_other_names(run, tmp_path, name):
    assert run("new", name).exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_new_where_nothing_can_be_written(run, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    refused = run("new", "my_plan", "--folder", "file")
    assert refused.exit_code == 2
    assert "expected a place that can be written" in refused.stderr


def test_check_reports_every_mistake_of_every_file(run, tmp_path):
    head = "title: {id: a, en: b}\nintent: {id: a, en: b}\nlevers:\n"
    (tmp_path / "one.yaml").write_text(
        f"id: one\n{head}  kits: {{level: 1, start: 2027-01, ramp_months: 1}}\n"
        "  maintenance: {level: 24, start: 2040-01, ramp_months: 1}\n",
        encoding="utf-8",
    )
    (tmp_path / "two.yaml").write_bytes(b"\0\1")
    shown = run("check", "one.yaml", "two.yaml", "hr")
    assert shown.exit_code == 2
    assert len(shown.stderr.splitlines()) == 4
    for part in ("one.yaml:5", "one.yaml:6", "Write 0.24", "2018-01 to 2035-12", "binary"):
        assert part in shown.stderr
    found = json.loads(run("check", "one.yaml", "--json").stdout)
    assert found["ok"] is False
    assert len(found["problems"]) == 3


def test_check_of_the_library(run):
    assert run("check", *LIBRARY_IDS).exit_code == 0


def test_a_plan_that_its_ceiling_cuts_says_so(run, tmp_path):
    (tmp_path / "bud.yaml").write_text(CUT, encoding="utf-8")
    shown = run("show", "bud.yaml", "--lang", "en").stdout
    assert "Steady cost a year: Rp5.0 billion" in shown
    assert "every dose is cut, at most to: 41 %" in shown
    assert "2029 Rp5.0 billion" in shown
    assert "semua dosis dikurangi" in run("show", "bud.yaml", "--lang", "id").stdout
    told = json.loads(run("show", "bud.yaml", "--json").stdout)
    assert told["million_idr_per_year"] == told["million_idr_by_year"]["2029"] == 5000.0
    assert told["million_idr_per_year_without_ceiling"] > 12_000.0
    assert "is cut" not in run("show", "hr", "--lang", "en").stdout
