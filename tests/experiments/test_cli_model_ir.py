"""``tumbuh model ir``: the dump, dead code left out, and JSON."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from tumbuh.experiments import cli_model, cli_model_ir

MODEL = """stock = INTEG(flow - late, first*2.0) ~ unit ~ water |
flow = rate*level*2.0 ~ unit/month ~ |
level = MAX(stock, 1.0) ~ unit ~ |
late = DELAY FIXED(flow, 2.0, 0.0) ~ unit/month ~ |
first = 3.0 ~ unit ~ |
rate = 0.5 ~ 1/month ~ |
other[r] = RAMP(1.0, 2.0, 3.0) ~ dmnl ~ |
r: a, b ~ ~ |
INITIAL TIME = 0.0 ~ month ~ |
FINAL TIME = 8.0 ~ month ~ |
TIME STEP = 0.25 ~ month ~ |
SAVEPER = 1.0 ~ month ~ |
"""


@pytest.fixture(scope="module")
def app():
    found = typer.Typer()
    cli_model_ir.mount(found)
    found.command("vars")(cli_model.list_variables)
    return found


@pytest.fixture
def run(app, tmp_path, monkeypatch):
    monkeypatch.setenv("TUMBUH_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "own.mdl"
    path.write_text(MODEL)

    def call(*words):
        return CliRunner().invoke(app, ["ir", str(path), "--trust-model", *words])

    return call


def test_phases_and_names(run):
    result = run()
    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    assert any("init real = mul" in line for line in lines)
    assert any("invariant real = constant 'rate' = 0.5" in line for line in lines)
    assert any("dynamic real = max" in line and "level (line 3)" in line for line in lines)
    assert any(line.startswith("ring 0 'late' (line 4)") for line in lines)
    assert any("other[a] (line 7), other[b] (line 7)" in line for line in lines)


def test_outputs_leave_dead_code_out(run):
    whole, part = run().stdout, run("--outputs", "rate, other[ b ]").stdout
    assert "'stock'" in whole
    assert "'stock'" not in part
    assert "constant 'rate'" in part
    assert "time" in part
    assert "ring" not in part


def test_json(run):
    data = json.loads(run("--json", "--outputs", "late").stdout)
    assert [item["index"] for item in data["rings"]] == [0]
    assert data["states"][0]["kind"] == "stock"
    phases = {item["phase"] for item in data["nodes"]}
    assert phases == {"init", "invariant", "dynamic"}
    late = next(item for item in data["nodes"] if "late" in item["variables"])
    assert (late["op"], late["type"], late["phase"]) == ("ring", "real", "dynamic")
    assert {item["name"] for item in data["constants"]} == {"first", "rate"}


def test_unknown_output_exits_with_two(run):
    result = run("--outputs", "stok")
    assert result.exit_code == 2
    assert "'stock'" in result.stderr


def test_packaged_model_needs_no_trust(app):
    result = CliRunner().invoke(app, ["ir", "--outputs", "survey prevalence"])
    assert result.exit_code == 0
    assert "survey prevalence (line" in result.stdout
