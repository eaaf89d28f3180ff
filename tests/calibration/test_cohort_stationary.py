"""The cohort in numpy is the stationary solution of the engine."""

import numpy as np
import pytest

from tumbuh.calibration.cohort import (
    LARGEST_RATIO,
    SCORES,
    band_share,
    exit_rate,
    odds_ratio,
    share_at,
    stage_weights,
    stationary,
)
from tumbuh.calibration.natural_history import load_natural_history
from tumbuh.calibration.natural_history_draws import AGE_SCALE, REMAINING
from tumbuh.model.engine.integrate import simulate
from tumbuh.model.language.cache import load_program
from tumbuh.model.parameters import load_parameters

PROGRAM, TABLE = load_program(), load_parameters()
STAGES = [f"s{k}" for k in range(1, 21)]
LOOPS = [name for name in PROGRAM.constants if name.startswith("switch ")]
NATION = {
    **dict.fromkeys(LOOPS, 0.0),
    "secular HAZ gain per year": 0.0,
    "poverty faltering shock": 0.0,
    "district deficit multiplier": 1.0,
    "district birth shift": 0.0,
}
"""No shock, no trend, no loop, and the growth of the nation."""
DRAWN = load_natural_history(24)


def run(names, month, **more):
    return simulate(PROGRAM, NATION | DRAWN | more, names, [month], snapshot=False, engine="numpy")


def by_stage(result, name):
    return np.column_stack([result[f"{name}[{s}]"][:, 0] for s in STAGES])


def cohort():
    scores = np.column_stack([DRAWN[name] for name in SCORES])
    return stationary(scores, DRAWN[REMAINING], DRAWN[AGE_SCALE], exit_rate(TABLE))


@pytest.mark.parametrize("month", [0.0, 120.0])
def test_shares_and_hazards_are_those_of_the_engine(month):
    names = [f"{kind}[{s}]" for s in STAGES for kind in ("survey share", "Stunted", "Children")]
    rates = [f"{k}[{s}]" for s in STAGES for k in ("reversal rate", "onset rate")]
    totals = ["HAZ survey prevalence", "stock survey prevalence", "birth share"]
    result, here = run([*names, *rates, *totals], month), cohort()
    assert by_stage(result, "survey share") == pytest.approx(here.shares, abs=1e-6)
    stocks = by_stage(result, "Stunted") / by_stage(result, "Children")
    assert stocks == pytest.approx(here.shares, abs=2e-6)
    assert by_stage(result, "reversal rate") == pytest.approx(here.reversal, abs=2e-6)
    assert by_stage(result, "onset rate") == pytest.approx(here.onset, abs=2e-6)
    assert result["birth share"][:, 0] == pytest.approx(here.birth_share, abs=1e-6)
    whole = band_share(here.shares, stage_weights(TABLE), slice(0, 20))
    for sector in totals[:2]:
        assert result[sector][:, 0] == pytest.approx(whole, abs=2e-6)


def test_what_a_stage_leaves_of_a_difference_is_what_the_engine_leaves():
    names = [f"{kind}[{s}]" for s in STAGES for kind in ("Stunted", "Children")]
    gain = {"external birth gain": 0.2, "external gain start": 6.0}
    runs = [run([*names, "birth share"], 216.0, **more) for more in ({}, gain)]
    stocks = [by_stage(found, "Stunted") / by_stage(found, "Children") for found in runs]
    births = runs[0]["birth share"] - runs[1]["birth share"]
    left = (stocks[0] - stocks[1]) / births
    assert left == pytest.approx(np.cumprod(cohort().kept, axis=1), rel=3e-3)


def test_persistence_has_its_limits():
    scores = np.full((1, 21), -0.8)
    forgets = stationary(scores, np.array([1e-9]), np.array([18.0]), exit_rate(TABLE))
    keeps = stationary(scores, np.array([1.0]), np.array([18.0]), exit_rate(TABLE))
    assert odds_ratio(forgets, 0, 60)[0] == pytest.approx(1.0, abs=1e-6)
    assert odds_ratio(keeps, 0, 60)[0] == LARGEST_RATIO


def test_an_odds_ratio_follows_from_the_two_by_two_table():
    """Children followed through the stages one by one, stunted and not."""
    here = cohort()
    first, last = share_at(here, 6.0), share_at(here, 12.0)
    assert first == pytest.approx(here.shares[:, 1])
    leaving = exit_rate(TABLE)
    stunted, healthy = np.ones_like(first), np.zeros_like(first)
    for stage in (2, 3):
        onset, reversal = here.onset[:, stage], here.reversal[:, stage]
        stunted, healthy = (
            (leaving * x + onset) / (leaving + onset + reversal) for x in (stunted, healthy)
        )
    assert first * stunted + (1 - first) * healthy == pytest.approx(last, rel=1e-9)
    by_hand = stunted * (1 - healthy) / ((1 - stunted) * healthy)
    assert odds_ratio(here, 6, 12) == pytest.approx(np.minimum(by_hand, LARGEST_RATIO), rel=1e-9)
