"""docs/information.md names commands, options and metrics that are there."""

import re
import shlex
from pathlib import Path

import typer.main

from tumbuh.experiments.app import app, mount
from tumbuh.experiments.decisions.benefit import BY
from tumbuh.experiments.decisions.robust_metrics import OUTCOMES, read_enough

PAGE = (Path(__file__).parents[3] / "docs" / "information.md").read_text(encoding="utf-8")


def test_every_command_of_the_page_has_the_options_that_it_names():
    for name in ("value", "robust", "show"):
        mount([name])
    commands = typer.main.get_command(app).commands
    (block,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    lines = re.findall(r"^tumbuh (.+)$", block, re.MULTILINE)
    assert {line.split()[0] for line in lines} == {"value", "robust", "show"}
    for line in lines:
        name, *options = shlex.split(line)
        asked = commands[name].make_context(name, options).params
        read_enough(asked.get("satisfice") or [])


def test_the_page_tells_every_benefit_and_outcome():
    assert all(f"| `{by}` |" in PAGE for by in BY)
    assert all(f"`{outcome}`" in PAGE for outcome in OUTCOMES)


def test_the_page_holds_no_result_that_no_command_checks():
    """Years of sources, volumes, identifiers and options are numbers; results have none here."""
    prose = PAGE.split("## Sources")[0]
    prose = re.sub(r"```.*?```", "", prose, flags=re.DOTALL)
    assert not re.findall(r"\d+[.,]\d+|\d+ %", prose)
