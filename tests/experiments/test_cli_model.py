"""``tumbuh model``: what it prints and its exit codes."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from tumbuh.experiments.cli_model import app

MODEL = """stock = INTEG(flow, 1.0) ~ unit ~ water |
flow = rate*stock ~ unit/month ~ |
rate = 0.5 ~ 1/month ~ |
INITIAL TIME = 0.0 ~ month ~ |
FINAL TIME = 8.0 ~ month ~ |
TIME STEP = 0.25 ~ month ~ |
SAVEPER = 1.0 ~ month ~ |
"""


@pytest.fixture
def foreign(tmp_path, monkeypatch):
    monkeypatch.setenv("TUMBUH_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "own.mdl"
    path.write_text(MODEL)
    return path


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_variables_as_json(foreign):
    result = run("vars", foreign, "--trust-model", "--json")
    assert result.exit_code == 0
    rows = {row["name"]: row for row in json.loads(result.stdout)}
    assert rows["rate"]["default"] == 0.5
    assert rows["stock"]["kind"] == "stock"
    assert rows["flow"]["line"] == 2


def test_filters(foreign):
    result = run("vars", foreign, "--trust-model", "--match", "WATER", "--json")
    assert [row["name"] for row in json.loads(result.stdout)] == ["stock"]
    result = run("vars", foreign, "--trust-model", "--kind", "constant", "--json")
    assert [row["name"] for row in json.loads(result.stdout)] == ["rate"]
    result = run("vars", "--group", "Children", "--json")
    assert result.exit_code == 0
    assert {row["group"] for row in json.loads(result.stdout)} == {"Children"}


def test_table(foreign):
    result = run("vars", foreign, "--trust-model")
    assert "stock" in result.stdout
    assert "7 variables of own.mdl" in result.stdout


def test_graph(foreign):
    result = run("graph", foreign, "--trust-model")
    assert "flow (flow) <- rate, stock" in result.stdout
    result = run("graph", foreign, "--trust-model", "--format", "dot")
    assert result.stdout.startswith("digraph")
    result = run("graph", foreign, "--trust-model", "--loops")
    assert "stock -> flow -> stock" in result.stdout
    result = run("graph", foreign, "--trust-model", "--of", "rate", "--json")
    assert ["rate", "flow"] in json.loads(result.stdout)["edges"]


def test_check_finds_nothing_in_the_packaged_model():
    result = run("check")
    assert result.exit_code == 0, result.stdout
    assert "no problem" in result.stdout


def test_check_finds_and_exits_with_one(foreign):
    result = run("check", foreign, "--trust-model")
    assert result.exit_code == 1
    assert "a doc line of 'flow'" in result.stdout
    foreign.write_text(MODEL.replace("rate*stock", "rate"))
    result = run("check", foreign, "--trust-model", "--json")
    assert result.exit_code == 1
    found = [item for item in json.loads(result.stdout) if "unit/month" in item["expected"]]
    assert [item["where"] for item in found] == ["own.mdl:2"]


@pytest.mark.parametrize("command", ["vars", "graph", "check"])
def test_wrong_input_exits_with_two(foreign, command, tmp_path):
    result = run(command, foreign)
    assert result.exit_code == 2
    assert "--trust-model" in result.stderr
    assert result.stdout == ""
    assert run(command, tmp_path / "none.mdl", "--trust-model").exit_code == 2
    assert not (tmp_path / "cache").exists()


def test_help_shows_examples():
    for command in ("vars", "graph", "check"):
        assert f"tumbuh model {command}" in run(command, "--help").stdout
