"""What docs/calibration.md says of the checks on the shipped fit."""

from pathlib import Path

import numpy as np
import pytest

from tumbuh.calibration.ensemble import load_ensemble
from tumbuh.calibration.full_bayes import walk
from tumbuh.calibration.lever_alarm import check, learnt, scored
from tumbuh.calibration.panel import make_panel, ten_districts
from tumbuh.calibration.posterior_checks import posterior_gates, replicate, theil_of
from tumbuh.calibration.profiles import (
    DESIGN,
    LEVEL,
    district_profiles,
    level_gate,
    shared_profiles,
)
from tumbuh.calibration.sensitivity import effective_draws, effective_gate
from tumbuh.calibration.shipped import SEED, shipped_fit, shipped_surveys
from tumbuh.model.engine.integrate import simulate
from tumbuh.model.language.cache import load_program

pytestmark = pytest.mark.slow
PAGE = Path(__file__).parents[2] / "docs" / "calibration.md"


@pytest.fixture(scope="module")
def shipped():
    return shipped_fit(draws=300, threads=2)


def test_the_surveys_look_like_surveys_of_the_fit(shipped):
    again = replicate(shipped.fit, shipped.surfaces, 1)
    assert [gate.name for gate in posterior_gates(again) if not gate.passed] == []
    assert theil_of(again).points == 36
    assert theil_of(again, ("paser",)).says_little


def test_the_draws_are_worth_enough(shipped):
    assert effective_gate(effective_draws(shipped.fit.trace)).passed


def test_surveys_set_the_level_of_paser_and_nothing_else_of_it(shipped):
    fit = shipped.fit
    found = district_profiles(fit.panel, "paser", shipped.surfaces, fit.priors)
    assert {p.name for p in found if p.verdict != "flat"} == {LEVEL}
    assert level_gate(found[-1], "paser").passed
    shared = shared_profiles(fit.panel, shipped.surfaces, fit.priors)
    assert [p.name for p in shared if p.verdict == "identifiable"] == [DESIGN]


def test_the_page_tells_the_levels_that_are_stored():
    window = make_panel(shipped_surveys(), ten_districts()).windows[-1].months
    middles, low, high = {}, 0.0, 0.0
    for area in ten_districts():
        constants = load_ensemble(area, 2000).constants
        run = simulate(load_program(), constants, ["survey prevalence"], window, snapshot=False)
        shares = 100.0 * run["survey prevalence"].mean(axis=1)
        middles[area] = np.median(shares)
        if area == "paser":
            low, high = np.quantile(shares, [0.05, 0.95])
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert f"{middles['paser']:.1f} % ({low:.1f} to {high:.1f} in 90 % of draws)" in text
    assert f"run from {min(middles.values()):.1f} to {max(middles.values()):.1f} %" in text


def test_the_alarm_for_levers_is_silent():
    """With as many draws as are stored; docs/calibration.md tells this in words."""
    made = shipped_fit(threads=2)
    found = walk(made.fit, made.surfaces, SEED, threads=2)
    levers = learnt(found, scored(made.rest))
    assert all(gate.passed for gate in check(levers))
    assert levers[0].name == "stock sector share"
    assert levers[0].contraction == pytest.approx(0.041, abs=0.01)
    assert found.accepted == pytest.approx(0.50, abs=0.02)
