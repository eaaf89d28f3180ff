"""Overlap of services from the agents: known answers, bounds, and what coordination does to it."""

import numpy as np
import pytest

from tumbuh.model.agents.areas import areas_of
from tumbuh.model.agents.coupling import (
    COVERAGE_SHIFTS,
    INDEX_LEVELS,
    Grid,
    Line,
    bootstrap,
    convergence,
    fit_line,
    monotone,
    run_grid,
)
from tumbuh.model.agents.facts import load_agent_parameters

CONTACT = np.array([0.64, 0.35, 0.5, 0.4])
DEFAULTS = load_agent_parameters().defaults()
ALIKE = {
    "distance odds ratio per km": 1.0,
    "wealth odds ratio": 1.0,
    "protection wealth odds ratio": 1.0,
    "listed odds ratio": 1.0,
    "outreach odds ratio": 1.0,
}
INDEX = np.array(INDEX_LEVELS)


def grid_of(families: int = 3000, **changes: float) -> Grid:
    values = DEFAULTS | {name.replace("_", " "): value for name, value in changes.items()}
    return run_grid(areas_of("paser"), CONTACT, [values], families, 372, 19, 7)


def test_families_who_are_all_alike_are_served_independently():
    values = DEFAULTS | ALIKE
    grid = run_grid(areas_of("paser"), CONTACT, [values], 4000, 372, 19, 7)
    # Of 4,000 families over six rounds: the error of k is that of the share served by all.
    share = grid.product
    error = np.sqrt(share * (1.0 - share) / (4000 * 6)) / (grid.minimum - grid.product)
    assert np.all(np.abs(grid.k) < 5.0 * error)


def test_joint_visits_that_count_much_make_services_meet():
    strong = grid_of(outreach_odds_ratio=30.0, outreach_share=0.6, joint_action_exponent=0.25)
    k = monotone(strong.k[0])
    assert np.all(np.diff(k) >= 0.0)
    assert k[-1] > k[0] + 0.05
    assert k[-1] < 1.0


def test_supply_decides_how_many_and_coordination_only_whom():
    grid = grid_of()
    shares = grid.minimum[0]
    # The least covered service has the coverage that supply allows, at every level of coordination.
    assert np.ptp(shares, axis=0).max() < 0.02
    assert np.all(np.diff(shares.mean(axis=0)) > 0.0)


def test_the_same_seed_gives_the_same_grid():
    assert np.array_equal(grid_of(400).together, grid_of(400).together)


def test_a_line_is_recovered_and_never_falls():
    line = fit_line(0.1 + 0.3 * INDEX)
    assert (line.low, line.rise) == pytest.approx((0.1, 0.3))
    falling = fit_line(0.1 - 0.3 * INDEX)
    assert falling.rise == 0.0
    assert falling.low == pytest.approx(0.1 - 0.3 * INDEX.mean())


def test_a_monotone_curve_pools_what_falls():
    assert monotone(np.array([0.0, 0.2, 0.1, 0.3, 0.3, 0.4])).tolist() == pytest.approx(
        [0.0, 0.15, 0.15, 0.3, 0.3, 0.4]
    )


def test_resampling_spreads_as_the_draws_do():
    rng = np.random.default_rng(1)
    rises = rng.uniform(0.0, 0.4, size=200)
    k = (0.05 + rises[:, None] * INDEX)[:, :, None] + np.zeros(len(COVERAGE_SHIFTS))
    found = np.array([line.rise for line in bootstrap(k, 2000, rng)])
    assert found.mean() == pytest.approx(rises.mean(), abs=0.02)
    assert found.std() == pytest.approx(rises.std(), rel=0.1)


def test_what_the_line_gives_back_is_the_formula_of_the_stocks():
    grid = grid_of(600)
    given = convergence(Line(0.0, 0.0), grid)
    assert np.array_equal(given, grid.product)
    nested = convergence(Line(1.0, 0.0), grid)
    assert nested == pytest.approx(grid.minimum)
