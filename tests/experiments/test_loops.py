"""The loop knock-out table."""

import json

import pytest
from typer.testing import CliRunner

from tumbuh.experiments import cli_loops
from tumbuh.experiments.cli_model import app
from tumbuh.experiments.loops import knock_out, load_loops
from tumbuh.model.language.cache import load_program
from tumbuh.scenarios.compile import prepare
from tumbuh.scenarios.loader import load_scenario

PROGRAM = load_program()
PLAN = prepare(load_scenario("all_three"))
FOUND = knock_out(PROGRAM, PLAN)

if "loops" not in [command.name for command in app.registered_commands]:
    app.command("loops")(cli_loops.loops_command)


def test_every_loop_switch_of_the_model_is_in_the_table():
    switches = {name for name in PROGRAM.constants if name.startswith("switch ")}
    assert {loop.switch for loop in load_loops()} == switches - {"switch history"}


@pytest.mark.parametrize("row", FOUND.rows, ids=lambda row: row.loop.id)
def test_cutting_a_loop_has_the_sign_that_theory_expects(row):
    assert row.as_expected, (row.base, row.gain)


def test_some_loops_act():
    assert sum(abs(row.gain) > 1e-3 for row in FOUND.rows) >= 4


def test_theory_expects_cut_reinforcing_loops_to_weaken_a_plan_and_balancing_ones_to_help_it():
    for loop in load_loops():
        if loop.sign == "+":
            assert loop.gain == "-"
        if loop.sign == "-":
            assert loop.gain in "+0"


def test_the_command_prints_the_table_in_three_forms():
    text = " ".join(CliRunner().invoke(app, ["loops", "--lang", "id"]).stdout.split())
    assert "R1" in text
    assert "Semua lingkar utuh" in text
    data = json.loads(CliRunner().invoke(app, ["loops", "--json"]).stdout)
    assert data["rows"][0]["gain"] == pytest.approx(FOUND.rows[0].gain)
    assert data["rows"][0]["as_expected"] is True
    page = CliRunner().invoke(app, ["loops", "--markdown"]).stdout
    assert page.count("\n") == len(FOUND.rows) + 2
