"""Plans as arrays cost what the scenarios cost, and no plan of the search breaks a limit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tumbuh.experiments.decisions.encoding import GENES, IDLE, RAMPS, Encoding
from tumbuh.experiments.decisions.funding import Limits, Population, bought, population_of
from tumbuh.scenarios.costs import cost_by_year, planning_inputs, spending_rate
from tumbuh.scenarios.loader import load_scenario
from tumbuh.scenarios.scenario import Dose

INPUTS = planning_inputs()
YEARS = (2027, 2028, 2029, 2030, 2031)


def encoding(ceiling=10_000.0, rise=0.5, levers=None, years=YEARS):
    return Encoding(bought(levers), Limits(years, ceiling, rise, INPUTS))


POINT = st.lists(st.floats(0.0, 1.0), min_size=11 * GENES, max_size=11 * GENES)


@settings(max_examples=150, deadline=None)
@given(POINT, st.floats(100.0, 60_000.0), st.floats(0.05, 1.0), st.integers(1, 9))
def test_no_point_breaks_a_limit(point, ceiling, rise, length):
    years = tuple(range(2027, 2027 + length))
    found = encoding(ceiling, rise, years=years)
    doses = found.decode(np.array([point])).doses(0)
    yearly = cost_by_year(doses, INPUTS)
    slack = ceiling * (1.0 + 1e-9)
    assert max(yearly.values()) <= slack
    assert all(yearly[year] == 0.0 for year in yearly if year not in years)
    spent = [0.0, *(yearly[year] for year in years)]
    assert max(np.diff(spent)) <= rise * slack
    # No rate of spending passes the ceiling either, or the model would cut the plan down.
    months = np.arange(108.0, 108.0 + 12.0 * length, 0.25)
    assert max(12.0 * spending_rate(doses, INPUTS, month) for month in months) <= slack
    most = found.limits.absorbed
    assert all(cost <= top * (1.0 + 1e-9) for cost, top in zip(spent[1:], most, strict=True))


@settings(max_examples=100, deadline=None)
@given(POINT)
def test_costs_are_those_of_the_scenarios(point):
    plans = encoding().wanted(np.array([point]))
    costs = plans.costs(INPUTS, YEARS)[0].sum(axis=0)
    expected = cost_by_year(plans.doses(0), INPUTS)
    assert costs == pytest.approx([expected[year] for year in YEARS])


@settings(max_examples=100, deadline=None)
@given(POINT)
def test_a_repaired_point_says_what_its_plan_says(point):
    found = encoding()
    points = np.array([point])
    repaired = found.repair(points)
    for part in ("level", "start", "ramp", "end"):
        wanted = getattr(found.wanted(repaired), part)
        assert wanted == pytest.approx(getattr(found.decode(points), part), rel=1e-9, abs=1e-9)
    assert found.limits.excess(found.wanted(repaired)).max() <= 1.0 + 1e-9


def test_a_plan_of_the_choices_is_encoded_exactly():
    found = encoding()
    rng = np.random.default_rng(3)
    plans = found.decode(rng.random((200, found.size)))
    again = found.decode(found.encode(plans))
    on = plans.level > 0.0
    assert again.level == pytest.approx(plans.level, rel=1e-9, abs=1e-12)
    for part in ("start", "ramp", "end"):
        assert np.array_equal(getattr(again, part)[on], getattr(plans, part)[on])


def test_every_choice_can_be_reached():
    found = encoding(levers=["food coverage"])
    grid = np.linspace(0.0, 1.0, 41)
    points = np.array([[1.0, a, b, c] for a in grid for b in grid for c in grid])
    plans = found.wanted(points)
    seen = {tuple(row) for row in np.hstack([plans.start, plans.ramp, plans.end])}
    starts = [108.0 + 12.0 * year for year in range(5)]
    wanted = {
        (s, r, s + 12.0 * n) for k, s in enumerate(starts) for r in RAMPS for n in range(1, 6 - k)
    }
    assert seen == wanted
    assert found.wanted(np.array([[IDLE, 0.5, 0.5, 0.5]])).level == 0.0


def test_money_of_a_scenario_ends_with_the_plan():
    doses = load_scenario("hr").levers | {"food coverage": Dose(0.5, 108.0, 12.0, 132.0)}
    plans = population_of([doses, {}], 2031)
    assert plans.size == 2 and plans.doses(1) == {}
    assert {dose.end for dose in plans.doses(0).values()} == {132.0, 168.0}
    assert cost_by_year(plans.doses(0), INPUTS)[2032] == 0.0


def test_the_constants_are_those_of_the_scenario():
    from dataclasses import replace

    from tumbuh.scenarios.compile import constants

    plans = population_of([load_scenario("all_three_food").levers], 2031)
    one = {name: float(values[0]) for name, values in plans.constants().items()}
    expected = constants(replace(load_scenario("hr"), levers=plans.doses(0), budget=None))
    acting = [n for n in expected if n.endswith("level")]
    assert {n: one[n] for n in acting} == {n: expected[n] for n in acting}
    assert all(one[n] == expected[n] for n in expected if one[f"{n.rsplit(' ', 1)[0]} level"] > 0)


def test_a_broken_repair_would_be_seen():
    """The check of the limits is no tautology: plans before the repair do break them."""
    found = encoding(2_000.0)
    wanted = found.wanted(np.random.default_rng(1).random((50, found.size)))
    over = [max(cost_by_year(wanted.doses(row), INPUTS).values()) > 2_000.0 for row in range(50)]
    assert sum(over) > 25
    assert isinstance(found.limits.repaired(wanted), Population)
