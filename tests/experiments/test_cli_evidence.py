import json

import pytest
from typer.testing import CliRunner

from tumbuh.experiments.cli_evidence import app
from tumbuh.model.parameters import load_parameters


def run(*arguments):
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})


def as_json(*arguments):
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_list_counts_what_is_judged():
    data = as_json()
    rows = data["parameters"]
    assert data["counts"]["rows"] == len(rows)
    assert data["counts"]["judged"] == sum(row["judged"] for row in rows)
    assert sum(data["counts"]["by grade"].values()) == len(rows)
    assert sum(group["rows"] for group in data["counts"]["by sector"].values()) == len(rows)
    assert f"Judged: {data['counts']['judged']} (" in run().stdout


def test_definitions_are_listed_only_on_request():
    some, everything = as_json()["parameters"], as_json("--all")["parameters"]
    assert len(some) < len(everything) == len(load_parameters().rows)
    assert all(row["source"] != ["definition"] for row in some)


def test_filters_are_combined():
    rows = as_json("--sector", "growth", "--grade", "D", "--judged")["parameters"]
    assert rows
    assert all((r["sector"], r["grade"], r["judged"]) == ("growth", "D", True) for r in rows)
    grades = {row["grade"] for row in as_json("--grade", "A", "--grade", "B")["parameters"]}
    assert grades == {"A", "B"}
    assert all(not row["judged"] for row in as_json("--not-judged")["parameters"])


def test_what_rests_on_one_finding():
    rows = as_json("--id", "A01b")["parameters"]
    assert [row["name"] for row in rows] == ["food effect"]


def test_other_tables():
    effects = as_json("--table", "effects", "--sector", "food")["effects"]
    assert "A01b" in {row["id"] for row in effects}
    assert as_json("--table", "sources")["sources"]
    assert "S01" in run("--table", "structure").stdout
    assert "0.88 (0.85 to 0.91)" in run("--table", "effects", "--id", "A01").stdout


def test_nothing_left_is_no_error():
    result = run("--table", "sources", "--judged")
    assert result.exit_code == 0
    assert "0 of" in result.stdout


@pytest.mark.parametrize("name", ["A01b", "S07", "dewey2021", "food effect", "Food_Effect"])
def test_show_finds_rows_of_every_table(name):
    assert run("show", name).exit_code == 0


def test_show_prints_sources_and_users():
    text = run("show", "A01b").stdout
    assert "https://medrxiv.org" in text
    assert "used by: food effect" in text
    assert as_json("show", "A01b")["sources"][0]["id"] == "dewey2023mq"


def test_unknown_filters_are_reported_together_with_exit_code_2():
    result = run("--grade", "E", "--sector", "growht", "--id", "A99")
    assert result.exit_code == 2
    for words in ("'E'", "Did you mean growth", "'A99'"):
        assert words in result.stderr
    assert result.stdout == ""


def test_an_unknown_row_is_reported_with_the_nearest():
    result = run("show", "kit unit cots")
    assert result.exit_code == 2
    assert "kit unit cost" in result.stderr


def test_rows_of_the_same_finding_are_related():
    text = run("show", "A01").stdout
    assert "used by: none" in text
    assert "related rows: A01b (used by food effect)" in text
    assert "A01 (used by" in run("show", "A01b").stdout
    assert as_json("show", "food effect")["related rows"] == []


@pytest.mark.parametrize("columns", ["80", "120"])
def test_no_cell_of_the_list_is_cut(columns):
    shown = CliRunner().invoke(app, ["--sector", "food"], env={"COLUMNS": columns})
    assert "…" not in shown.stdout
