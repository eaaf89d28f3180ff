"""The overlap that the stocks take over from the agents: shipped draws, and given back."""

import csv
import json

import numpy as np
import pytest
from typer.testing import CliRunner

from tumbuh.experiments.agents.couple import LINES, SHIPPED, couple, line_rows
from tumbuh.experiments.app import app, mount
from tumbuh.experiments.batch import case_of
from tumbuh.experiments.inputs import read_plans
from tumbuh.model.agents.drivers import drive
from tumbuh.model.agents.facts import load_agent_parameters
from tumbuh.model.agents.replicates import Study, Task, run_one
from tumbuh.model.language.cache import load_program
from tumbuh.model.parameters import load_parameters

mount(["agents"])

LOW, RISE = "concordance without coordination", "rise of concordance with coordination"


def shipped() -> dict[str, np.ndarray]:
    with SHIPPED.open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    return {name: np.array([float(row[name]) for row in rows]) for name in ("low", "rise")}


def test_the_priors_are_those_of_the_shipped_draws():
    lines, table = shipped(), load_parameters()
    assert len(lines["low"]) == LINES
    for name, column in ((LOW, "low"), (RISE, "rise")):
        prior = table.get(name).prior
        assert prior.a == pytest.approx(lines[column].mean(), abs=5e-5)
        assert prior.b == pytest.approx(lines[column].std(), abs=5e-5)
        assert prior.value == prior.a
    assert lines["rise"].min() >= 0.0
    # The two are drawn apart, so they must not go together.
    assert abs(np.corrcoef(lines["low"], lines["rise"])[0, 1]) < 0.2


@pytest.mark.slow
def test_the_shipped_draws_are_made_again_to_the_bit():
    found = line_rows(couple(workers=2).lines)
    lines = shipped()
    assert [row["low"] for row in found] == lines["low"].tolist()
    assert [row["rise"] for row in found] == lines["rise"].tolist()


def test_a_small_coupling_does_not_depend_on_workers():
    one, two = (couple(draws=2, families=300, workers=workers) for workers in (1, 2))
    assert np.array_equal(one.grid.together, two.grid.together)
    assert one.lines == two.lines


@pytest.mark.parametrize(
    "scenario", ["no_extra_action", pytest.param("all_three", marks=pytest.mark.slow)]
)
def test_the_stocks_give_back_the_convergence_of_the_agents(scenario):
    """Over several layouts of the district: one layout may lie up to two hundredths of k off."""
    (plan,) = read_plans([scenario])
    (drivers,) = drive(load_program(), case_of(plan).constants, 168.0)
    values = load_agent_parameters().defaults()
    months = (120.0, 126.0, 132.0, 138.0, 144.0, 150.0, 156.0, 162.0, 168.0)
    served = [
        row.values["all services"]
        for replicate in range(6)
        for row in run_one(
            Study("paser", months, 3), Task(scenario, replicate, drivers, values)
        ).observations
        if row.grouping == "district"
    ]
    stocks = [drivers.at("convergence", month) for month in months]
    assert np.mean(served) == pytest.approx(np.mean(stocks), abs=0.01)


def test_the_command_says_how_far_services_meet(tmp_path):
    out = tmp_path / "coupling"
    asked = ["agents", "couple", "--draws", "2", "--families", "300", "--workers", "1", "--quiet"]
    done = CliRunner().invoke(app, [*asked, "--json", "--out", str(out)])
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert len(answer["concordance"]) == len(answer["levels"]) == 6
    rows = list(csv.DictReader((out / "grid.csv").open(encoding="utf-8")))
    assert len(rows) == 2 * 6 * 5
    first = rows[0]
    share = (float(first["served_by_all"]) - float(first["independent"])) / (
        float(first["nested"]) - float(first["independent"])
    )
    assert float(first["concordance"]) == pytest.approx(share)


def test_mistakes_are_told_at_once():
    done = CliRunner().invoke(app, ["agents", "couple", "--draws", "0", "--families", "3"])
    assert done.exit_code == 2
    assert "--draws" in done.output
    assert "--families" in done.output
