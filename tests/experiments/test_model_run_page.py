"""Every command of docs/foreign-models.md runs as it stands there, and leaves what it says."""

from __future__ import annotations

import csv
import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tumbuh.experiments import cli_model, cli_model_run

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "foreign-models.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.splitlines()]


@pytest.fixture
def call(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "docs" / "examples", tmp_path / "docs" / "examples")
    monkeypatch.chdir(tmp_path)
    app = typer.Typer()
    cli_model_run.mount(app)
    app.command("vars")(cli_model.list_variables)

    def run(line):
        words = shlex.split(line)
        assert words[:2] == ["tumbuh", "model"]
        return CliRunner().invoke(app, words[2:])

    return run


def test_the_page_has_commands_for_every_example():
    assert len(COMMANDS) >= 8
    used = {name for line in COMMANDS for name in re.findall(r"docs/examples/(\S+)", line)}
    files = {path.name for path in (ROOT / "docs" / "examples").iterdir()}
    assert used <= files
    assert files - used == {"inventory_points.csv"}, "named by inventory_draws.yaml"


@pytest.mark.parametrize("line", COMMANDS, ids=range(len(COMMANDS)))
def test_a_command_of_the_page(call, line):
    result = call(line)
    assert result.exit_code == 0, result.stderr
    assert "failed draws" not in result.stdout
    if "--json" in line:
        assert json.loads(result.stdout)["set"] == {"doses per day": 100.0}
    if "draws.csv" in line:
        with Path("draws.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == 2000
        assert Path("draws.nc").stat().st_size > 0


def test_the_draws_file_on_the_page_is_read(call):
    (text,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    Path("own.yaml").write_text(text)
    line = "tumbuh model run docs/examples/sir.mdl --trust-model --draws own.yaml --json"
    found = json.loads(call(line).stdout)
    assert (found["draws"], found["sampler"], found["seed"]) == (2000, "latin_hypercube", 1)
