"""``tumbuh agents``: what it prints, what it writes, and what it refuses."""

import csv
import io
import json
import shutil

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from tumbuh.experiments.agents.cli import app
from tumbuh.experiments.agents.ground import Case, read_ground, run_cases
from tumbuh.experiments.inputs import read_plans
from tumbuh.experiments.runs import cli_show
from tumbuh.experiments.runs.folder import open_result
from tumbuh.experiments.text import words
from tumbuh.model.agents.observe import MEASURES
from tumbuh.model.agents.settings import Settings, Shock
from tumbuh.model.district import DISTRICT_FOLDER

RUNNER = CliRunner()
SHORT = ["--until", "2018-03", "--replicates", "2", "--workers", "1"]


def run(*arguments, code=0):
    done = RUNNER.invoke(app, arguments)
    assert done.exit_code == code, done.output
    return done


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("agents") / "run"
    run(
        "run",
        "coordination",
        *SHORT,
        "--draws",
        "posterior",
        "--isolate",
        "dinsos",
        "--out",
        str(out),
    )
    return out


def test_a_run_leaves_a_row_for_every_run_month_and_group(folder):
    rows = list(csv.DictReader((folder / "observations.csv").open(encoding="utf-8")))
    assert len(rows) == 2 * 3 * 19
    assert {row["date"] for row in rows} == {"2018-01", "2018-02", "2018-03"}
    assert set(MEASURES) | {"wealth odds ratio", "seed", "shocks"} <= rows[0].keys()
    assert {row["without links"] for row in rows} == {"dinsos"}
    # Every replicate has a draw of its own.
    assert len({row["wealth odds ratio"] for row in rows}) == 2
    inputs = list(csv.DictReader((folder / "inputs.csv").open(encoding="utf-8")))
    assert [row["replicate"] for row in inputs] == ["0", "1"]
    assert inputs[0]["list sharing level"] == inputs[1]["list sharing level"]
    assert inputs[0]["initial fidelity"] != inputs[1]["initial fidelity"]


def test_a_folder_is_whole_and_shown_again(folder):
    opened = open_result(folder)
    assert opened.kind == "agents-run"
    assert not opened.damaged
    assert opened.answer["isolated"] == ["dinsos"]
    view = cli_show.view_of(opened.kind)
    assert view is not None
    out = Console(width=100, record=True, file=io.StringIO())
    view(out, opened.answer, words("id"))
    assert "Tidak bekerja dengan siapa pun" in out.export_text()


@pytest.mark.parametrize("kind", ["agents-run", "agents-equity", "agents-shocks"])
def test_every_kind_has_a_view(kind):
    assert cli_show.view_of(kind) is not None


def test_a_district_without_kecamatan_is_one_area_and_says_so(tmp_path):
    text = (DISTRICT_FOLDER / "paser.yaml").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if not line.startswith("kecamatan:")]
    text = "\n".join(kept).replace("id: paser", "id: plain").replace("area: paser", "area: plain")
    (tmp_path / "plain.yaml").write_text(text)
    told = run("run", "hr", *SHORT, "--district", str(tmp_path / "plain.yaml")).output
    assert "one well-mixed area" in " ".join(told.split())
    assert "far from" not in told


def test_a_negative_population_is_refused(tmp_path):
    for name in ("paser.yaml", "paser_kecamatan.csv"):
        shutil.copy(DISTRICT_FOLDER / name, tmp_path / name)
    table = tmp_path / "paser_kecamatan.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",17833,", ",-17833,"))
    told = run("run", "hr", *SHORT, "--district", str(tmp_path / "paser.yaml"), code=2).output
    assert "paser_kecamatan.csv:2 column population" in told
    assert "found -17833" in told


def test_numbers_are_refused_all_at_once():
    told = run(
        "run",
        "hr",
        "--replicates",
        "0",
        "--workers",
        "0",
        "--until",
        "2040-01",
        "--draws",
        "x",
        code=2,
    )
    assert told.output.count("expected") == 4
    told = run("equity", "--draws", "0", "--measure", "happiness", code=2)
    assert "one of all_services, no_service" in told.output
    assert "--draws: expected 1 to 2000, found 0" in told.output
    told = run("shocks", "--at", "2033-01", code=2)
    assert "--at: expected a month before 2032-01, found 2033-01" in told.output


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["nowhere"], "scenario: expected the id"),
        (["hr", "--isolate", "mayor"], "--isolate: expected one of bappedalitbang"),
        (["hr", "--shock", "rotation:mayor@2018-02"], "expected one of bappedalitbang"),
        (["hr", "--shock", "cadres-leave:Nowhere@2018-02"], "expected one of Batu Engau"),
        (["hr", "--set", "initial staff[cadre]=0"], "expected 1500 to 1950"),
        (["hr", "--district", "atlantis"], "district: expected a known district"),
    ],
)
def test_unknown_names_are_refused(arguments, found):
    assert found in run("run", *arguments, *SHORT, code=2).output


def test_a_folder_with_files_is_refused_before_anything_is_run(folder):
    assert "a new or empty folder" in run("run", "hr", *SHORT, "--out", str(folder), code=2).output


def test_no_cadres_at_all_leaves_what_health_workers_do():
    """Every posyandu loses a cadre again and again, until nobody is left."""
    ground, plans = read_ground("paser", "central", 1), read_plans(["no_extra_action"])
    gone = tuple(Shock("cadres leave", month) for month in np.repeat(np.arange(1.0, 6.0), 9))
    cases = [Case("all", plans[0]), Case("none", plans[0], Settings(shocks=gone))]
    cube = run_cases(ground, cases, [7.0])
    counselled = {name: cube.of(name, "coverage counselling")[0, 0, 0] for name in cube.cases}
    assert 0.0 < counselled["none"] < 0.7 * counselled["all"]
    assert np.isfinite(cube.of("none", "survey prevalence")).all()


def test_the_stored_equity_is_shown_in_both_languages(tmp_path):
    for language in ("en", "id"):
        told = run("equity", "--stored", "--lang", language).output
        assert words(language).get("agents.gains_heading") in told
    told = run("equity", "--stored", "--scenarios", "food", code=2).output
    assert "--stored: expected Paser and its stored strategies" in told
    data = json.loads(run("equity", "--stored", "--json").output)
    assert data["draws"] > 0
