"""The page of the docking says what was found, and the command fails where something does not hold."""

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from tumbuh.experiments.agents import cli, dock_report
from tumbuh.experiments.agents.dock_page import Report, page
from tumbuh.experiments.agents.dock_relations import EFFECTS, Effect, Relations, Variant
from tumbuh.experiments.agents.dock_study import (
    LEVERS,
    MISTAKES,
    MONTHS,
    STRATEGIES,
    Size,
    constants_of,
)
from tumbuh.model.agents.docking import QUANTITIES, Docking, Equivalence, Spread
from tumbuh.model.agents.identity import Identity
from tumbuh.scenarios.loader import BASELINE


def docking(shift=0.0, p=0.001):
    equal = [
        Equivalence(one.measure, month, 0.25, 0.25 + shift, 0.0001, 0.001, p)
        for one in QUANTITIES
        for month in MONTHS
    ]
    spreads = [Spread(month, 0.97, 0.74, 1.3) for month in MONTHS]
    return Docking(100, tuple(equal), tuple(spreads), 0.4, 0.5)


def report(**changes):
    effects = [
        Effect(name, outcome, 0.02, 0.015, 0.001, 0.001)
        for name in STRATEGIES
        for outcome in EFFECTS
    ]
    related = Relations(
        tuple(effects), (0.1, 0.11, 0.12, 0.13, 0.14), (0.0,) * 5, (0.6, 0.5, 0.4), (0.5, 0.4, 0.3)
    )
    found = Report(
        "1.0",
        "abcdef" * 10,
        Size(),
        (Identity("growth", "HAZ growth[s2]", 12, 0),),
        (),
        {BASELINE: docking(), LEVERS: docking()},
        {MISTAKES[0].name: docking(), MISTAKES[1].name: docking(0.005, 1.0)},
        related,
        (Variant("docked", {"survey prevalence": (0.0, 0.001)}, {"survey prevalence": 0.0005}),),
    )
    return replace(found, **changes)


def test_the_page_holds_what_was_found():
    text = page(report(), "tumbuh agents dock", 6)
    assert "Numbers compared: 12. Not the same to the bit: 0." in text
    assert "### All levers: docks" in text
    assert "| none | docks | +0.000 (0.010) |" in text
    assert f"| {MISTAKES[1].name} | refuted | +0.500 (0.010) |" in text
    assert "| hr | all services | +2.00 | +1.50 (0.10) | yes |" in text
    assert "| docked | survey prevalence | +0.00 to +0.10 | +0.10 (0.05) |" in text


BAD = {
    "bits": {"identity": (Identity("growth", "HAZ growth[s2]", 12, 1),)},
    "stages": {"stages": ("growth of s1",)},
    "means": {"docked": {BASELINE: docking(0.005, 1.0), LEVERS: docking()}},
    "signs": {
        "relations": replace(
            report().relations,
            effects=(Effect("hr", "all services", 0.02, -0.01, 0.001, 0.001),),
        )
    },
    "overlap": {"relations": replace(report().relations, concordances=(0.2, 0.2, 0.2, 0.2, 0.1))},
    "distance": {"relations": replace(report().relations, by_distance=(0.4, 0.5, 0.3))},
}


@pytest.mark.parametrize("name", BAD)
def test_what_does_not_hold_fails_the_command(monkeypatch, tmp_path, name):
    broken = report(**BAD[name])
    assert broken.faults
    monkeypatch.setattr(dock_report, "report", lambda size, progress: broken)
    found = CliRunner().invoke(cli.app, ["dock", "--output", str(tmp_path / "page.md"), "--quiet"])
    assert found.exit_code == 1
    assert "does not hold" in found.output
    assert (tmp_path / "page.md").exists()


def test_all_that_holds_leaves_with_nought(monkeypatch):
    monkeypatch.setattr(dock_report, "report", lambda size, progress: report())
    found = CliRunner().invoke(cli.app, ["dock", "--quiet"])
    assert found.exit_code == 0
    assert found.output.startswith("# Docking the agents")


@pytest.mark.parametrize(
    ("stocks", "agents", "agrees"),
    [(0.02, 0.001, True), (0.02, -0.001, False), (0.0, 0.002, True), (0.0, 0.01, False)],
)
def test_a_sign_is_compared_only_where_there_is_one(stocks, agents, agrees):
    assert Effect("hr", "all services", stocks, agents, 0.001, 0.001).agrees is agrees


def test_levers_of_the_docked_cases_begin_within_the_dates():
    begins = {value for name, value in constants_of(LEVERS).items() if name.endswith(" start")}
    assert begins == {MONTHS[0]}
