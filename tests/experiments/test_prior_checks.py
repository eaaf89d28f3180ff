"""The prior passes its bounds, and a prior or run that is broken on purpose does not."""

from dataclasses import replace

import numpy as np
import pytest

from tumbuh.calibration.hierarchy import load_priors
from tumbuh.experiments.prior_checks import (
    ALL_THREE,
    age_gate,
    effect_gate,
    harmless_gate,
    level_gate,
    prior_gates,
    routine_gate,
    run_prior,
    speed_gate,
    still_gate,
    target_gate,
)
from tumbuh.scenarios.loader import BASELINE


@pytest.fixture(scope="module")
def runs():
    return run_prior(120, 20260101)


def test_the_prior_passes(runs):
    assert [gate.name for gate in prior_gates(runs) if not gate.passed] == []


def test_a_rise_is_not_held_to_the_limit_of_a_fall(runs):
    paths = runs.survey[BASELINE].copy()
    paths[3, 5:] += 0.15
    assert speed_gate(replace(runs, survey={**runs.survey, BASELINE: paths})).passed


def test_levels_that_are_believed_too_wide_fail():
    priors = load_priors()
    wide = replace(priors, multiplier=(priors.multiplier[0], 2.0), birth_shift=1.0)
    assert not level_gate(run_prior(60, 1, wide)).passed


def test_a_gain_that_is_believed_too_fast_fails():
    fast = run_prior(60, 1, replace(load_priors(), secular=(0.09, 0.001)))
    assert not still_gate(fast).passed


def test_a_change_that_no_child_could_make_fails(runs):
    assert speed_gate(runs).passed
    paths = runs.survey[BASELINE].copy()
    paths[3, 5:] -= 0.15
    assert not speed_gate(replace(runs, survey={**runs.survey, BASELINE: paths})).passed


def test_a_strategy_that_harms_fails(runs):
    assert harmless_gate(runs, "food").passed
    worse = {**runs.true, "food": runs.true["food"] + 0.02}
    gate = harmless_gate(replace(runs, true=worse), "food")
    assert not gate.passed
    early = runs.true["food"].copy()
    early[:, runs.times < 144.0] += 0.02
    assert harmless_gate(replace(runs, true={**runs.true, "food": early}), "food").passed


@pytest.mark.parametrize("gain", [-0.01, 0.13])
def test_harm_and_wonder_of_all_three_fail(runs, gain):
    assert effect_gate(runs).passed
    changed = {**runs.survey, ALL_THREE: runs.survey[BASELINE] - gain}
    assert not effect_gate(replace(runs, survey=changed)).passed


def test_a_routine_figure_above_the_survey_fails(runs):
    high = {**runs.routine, BASELINE: runs.survey[BASELINE] + 0.01}
    assert not routine_gate(replace(runs, routine=high)).passed


def test_a_prior_that_already_reaches_the_target_fails(runs):
    low = {**runs.survey, ALL_THREE: np.full_like(runs.survey[ALL_THREE], 0.13)}
    assert not target_gate(replace(runs, survey=low)).passed


def test_the_age_profile_is_that_of_tier_0():
    assert age_gate().passed
    assert "9" in age_gate().found


def test_draws_that_fail_are_counted(runs):
    assert not prior_gates(replace(runs, failed=1))[0].passed
