"""``tumbuh model doc``, ``export`` and ``diff``: what they print, write and return."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tumbuh.experiments import cli_model, cli_model_doc, cli_model_exchange

MODEL = """stock = INTEG(flow, 1.0) ~ unit ~ water |
flow = rate*stock ~ unit/month ~ |
rate = 0.5 ~ 1/month ~ |
INITIAL TIME = 0.0 ~ month ~ |
FINAL TIME = 8.0 ~ month ~ |
TIME STEP = 0.25 ~ month ~ |
SAVEPER = 1.0 ~ month ~ |
"""


@pytest.fixture(scope="module")
def app():
    made = typer.Typer(rich_markup_mode="markdown")
    cli_model_doc.mount(made)
    cli_model_exchange.mount(made)
    made.command("vars")(cli_model.list_variables)
    return made


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.setenv("TUMBUH_CACHE", str(tmp_path / "cache"))
    (tmp_path / "old.mdl").write_text(MODEL)
    (tmp_path / "new.mdl").write_text(MODEL.replace("0.5", "0.6"))
    return tmp_path


def run(app, *words):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_export_is_read_back_without_trust(app, files):
    out = files / "sub" / "old.stmx"
    result = run(app, "export", files / "old.mdl", "--trust-model", "--out", out, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["bytes"] == out.stat().st_size
    result = run(app, "vars", out, "--json")
    assert result.exit_code == 0
    assert {row["name"] for row in json.loads(result.stdout)} >= {"stock", "flow", "rate"}


def test_export_asks_for_the_method_that_the_file_asked_for(app, files):
    example = Path(__file__).parents[2] / "docs" / "examples" / "inventory.stmx"
    assert run(app, "export", example, "--out", files / "again.stmx").exit_code == 0
    assert '<sim_specs method="rk4" ' in (files / "again.stmx").read_text()
    assert (
        run(app, "export", files / "old.mdl", "--trust-model", "-o", files / "b.stmx").exit_code
        == 0
    )
    assert '<sim_specs method="euler" ' in (files / "b.stmx").read_text()


def test_doc_writes_a_page(app, files):
    out = files / "page.html"
    result = run(app, "doc", files / "old.mdl", "--trust-model", "-o", out, "--lang", "id")
    assert result.exit_code == 0
    assert out.read_text().startswith("<!doctype html>")
    assert [path.name for path in files.glob(".*")] == [], "no temporary file is left"


@pytest.mark.parametrize("command", ["doc", "export"])
def test_a_foreign_model_needs_trust_and_nothing_is_written(app, files, command):
    out = files / "out.file"
    result = run(app, command, files / "old.mdl", "--out", out)
    assert result.exit_code == 2
    assert "--trust-model" in result.stderr
    assert not out.exists()


@pytest.mark.parametrize("command", ["doc", "export"])
def test_a_place_that_cannot_be_written_exits_with_three(app, files, command):
    (files / "file").write_text("")
    result = run(app, command, "--out", files / "file" / "below")
    assert result.exit_code == 3


def test_diff_exits_with_one_where_something_changed(app, files):
    result = run(app, "diff", files / "old.mdl", files / "new.mdl", "--trust-model")
    assert result.exit_code == 1
    assert "value 'rate' (new.mdl:3)" in result.stdout
    assert "- rate = 0.5" in result.stdout
    assert "+ rate = 0.6" in result.stdout
    assert "stock: at most" in result.stdout


def test_diff_exits_with_zero_where_nothing_changed(app, files):
    result = run(app, "diff", files / "old.mdl", files / "old.mdl", "--trust-model")
    assert result.exit_code == 0
    assert "the same text" in result.stdout
    assert "0 of 1 outcomes changed" in result.stdout


def test_diff_as_json(app, files):
    words = ("diff", files / "old.mdl", files / "new.mdl", "--trust-model", "--json")
    result = run(app, *words, "--outcomes", "stock, flow")
    assert result.exit_code == 1
    data = json.loads(result.stdout)
    assert [change["kind"] for change in data["changes"]] == ["value"]
    assert [item["name"] for item in data["outcomes"]] == ["stock", "flow"]
    assert all(item["changed"] for item in data["outcomes"])


def test_diff_refuses_unknown_outcomes(app, files):
    words = ("diff", files / "old.mdl", files / "new.mdl", "--trust-model")
    result = run(app, *words, "--outcomes", "stok")
    assert result.exit_code == 2
    assert "Did you mean 'stock'" in result.stderr


def test_help_shows_examples(app):
    for command in ("doc", "export", "diff"):
        assert f"tumbuh model {command}" in run(app, command, "--help").stdout
