"""What docs/calibration.md says of the checks on the shipped fit."""

import pytest

from tumbuh.calibration.posterior_checks import posterior_gates, replicate, theil_of
from tumbuh.calibration.profiles import (
    DESIGN,
    LEVEL,
    district_profiles,
    level_gate,
    shared_profiles,
)
from tumbuh.calibration.sensitivity import effective_draws, effective_gate
from tumbuh.calibration.shipped import shipped_fit

pytestmark = pytest.mark.slow


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
