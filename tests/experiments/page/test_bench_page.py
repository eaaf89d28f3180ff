"""``tumbuh bench page``: plans are run one after the other, and what is missing is said."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from chromium import CHROMIUM, needs_chromium
from page_browser import DRAWS
from page_engine import needs_node
from typer.testing import CliRunner

from tumbuh.experiments import cli_bench
from tumbuh.experiments.page.bench import measure
from tumbuh.experiments.page.drawn import measure_page
from tumbuh.model.errors import InputError


def run(*options):
    return CliRunner().invoke(cli_bench.app, ["page", *options])


@needs_node
def test_in_node():
    done = run("--browser", "node", "--draws", "25", "--runs", "3", "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert (found["draws"], found["runs"], found["workers"]) == (25, 3, 1)
    assert 0.0 < found["median"] <= found["high95"] <= found["most"]
    assert found["bytes"] > 100_000


@needs_chromium
def test_in_a_browser():
    found = measure(CHROMIUM, 25, 3, 2)
    assert (found.draws, found.runs, found.workers) == (25, 3, 2)
    assert 0.0 < found.median <= found.high95 <= found.most


def test_a_browser_that_is_not_there():
    done = run("--browser", "netscape")
    assert done.exit_code == 2
    assert "'netscape'" in done.output and "--browser" in done.output


def test_a_command_that_is_no_browser():
    with pytest.raises(InputError, match="an end with code 2"):
        measure(sys.executable, 2, 1, None)


def test_a_browser_that_never_answers(monkeypatch, tmp_path):
    monkeypatch.setattr("tumbuh.experiments.page.bench.PATIENCE", 0.5)
    command = tmp_path / "browser"
    command.write_text("#!/bin/sh\nwhile :; do :; done\n")
    command.chmod(0o755)
    with pytest.raises(InputError, match="nothing in 0 s"):
        measure(str(command), 2, 1, None)


@needs_chromium
def test_a_built_page_is_measured_with_its_figures(address):
    path = Path(address.removeprefix("file://"))
    found = measure_page(path, "chromium", runs=3, loads=1)
    assert found.bytes == path.stat().st_size
    assert (len(found.times), found.draws) == (3, DRAWS)
    assert min(found.times) > 0.0
    assert 0.0 < found.usable < found.engine


def test_a_page_that_is_not_there_and_an_unknown_browser_are_told_together(tmp_path):
    with pytest.raises(InputError) as told:
        measure_page(tmp_path / "none.html", "no-such-browser", runs=1)
    assert len(told.value.problems) == 2
