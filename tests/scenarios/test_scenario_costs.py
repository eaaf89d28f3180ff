"""Costs of a plan: linear, whole over a ramp, and equal to the model's."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tumbuh.model.calendar import FIRST_YEAR, month_of
from tumbuh.model.engine.integrate import simulate
from tumbuh.model.language.cache import load_program
from tumbuh.scenarios.compile import constants
from tumbuh.scenarios.costs import (
    QUANTITY_OUTPUTS,
    CostInputs,
    affordable_share,
    cost_by_year,
    level_at,
    model_inputs,
    planning_inputs,
    spending_rate,
    spent_by_year,
    steady_cost,
    unit_price,
)
from tumbuh.scenarios.levers import catalogue
from tumbuh.scenarios.loader import load_scenario
from tumbuh.scenarios.scenario import Budget, Dose
from tumbuh.scenarios.text import Text

LEVERS = catalogue().levers
PRICES = {lever.cost.constant: 2.0 for lever in LEVERS.values() if lever.cost}
INPUTS = CostInputs(PRICES, posyandu=100.0, devices=50.0, children_6_23=1000.0)

levels = st.fixed_dictionaries(
    {name: st.floats(0.0, lever.maximum) for name, lever in LEVERS.items()}
)
doses = st.builds(
    Dose,
    level=st.floats(0.0, 100.0),
    start=st.floats(108.0, 200.0),
    ramp=st.floats(0.0, 60.0),
    end=st.none() | st.floats(108.0, 216.0),
)


def test_each_lever_by_hand():
    by_hand = {
        "cadre training": 2.0,
        "worker training": 2.0,
        "supervision": 2.0 * 100.0 * 12.0,
        "extra posts": 2.0,
        "kit purchase": 2.0,
        "ultrasound purchase": 2.0,
        "service points": 2.0,
        "maintenance": 2.0 * 50.0,
        "forum meetings": 2.0 * 12.0,
        "list sharing": 2.0,
        "food coverage": 2.0 * 1000.0,
        "routine cut": 0.0,
    }
    assert {name: unit_price(lever, INPUTS) for name, lever in LEVERS.items()} == by_hand


@given(one=levels, two=levels, factor=st.floats(0.0, 10.0))
def test_cost_is_linear_in_the_levels(one, two, factor):
    mixed = {name: one[name] + factor * two[name] for name in LEVERS}
    expected = steady_cost(one, INPUTS) + factor * steady_cost(two, INPUTS)
    assert steady_cost(mixed, INPUTS) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(dose=doses)
def test_years_add_up_to_the_rate_over_time(dose):
    plan = {"kit purchase": dose}
    step = 1.0 / 64.0
    total = sum(spending_rate(plan, INPUTS, (i + 0.5) * step) for i in range(216 * 64)) * step
    assert sum(cost_by_year(plan, INPUTS).values()) == pytest.approx(total, rel=2e-3, abs=0.5)


def test_a_ramp_by_hand():
    plan = {"kit purchase": Dose(60.0, month_of("2027-07"), 12.0, month_of("2029-04"))}
    costs = cost_by_year(plan, INPUTS)
    full = 60.0 * 2.0
    assert costs[2026] == 0.0
    assert costs[2027] == pytest.approx(full * (6.0 * 0.25) / 12.0)
    assert costs[2028] == pytest.approx(full * (6.0 * 0.75 + 6.0) / 12.0)
    assert costs[2029] == pytest.approx(full * 3.0 / 12.0)
    assert costs[2030] == 0.0


def test_an_end_within_the_ramp():
    dose = Dose(1.0, 108.0, 24.0, 120.0)
    assert level_at(dose, 119.0) == pytest.approx(11.0 / 24.0)
    assert level_at(dose, 120.0) == 0.0
    assert sum(cost_by_year({"kit purchase": dose}, INPUTS).values()) == pytest.approx(0.5)


@pytest.mark.parametrize("ramps_and_ends", [(12.0, None), (7.0, 150.0)])
def test_the_model_plans_the_same_spending(ramps_and_ends):
    ramp, end = ramps_and_ends
    start = load_scenario("all_three_food")
    levers = {
        name: dataclasses.replace(dose, ramp=ramp, end=end) for name, dose in start.levers.items()
    }
    scenario = dataclasses.replace(start, levers=levers)
    times = [100.0, 108.0, 110.5, 119.0, 130.0, 149.75, 150.0, 200.0, 216.0]
    outputs = ("planned spending", *QUANTITY_OUTPUTS)
    run = simulate(load_program(), constants(scenario), outputs, times)
    prices = planning_inputs().prices
    for i, month in enumerate(times):
        values = {name: float(run.values[name][0, i]) for name in outputs}
        ours = spending_rate(levers, model_inputs(values, prices), month)
        assert ours == pytest.approx(values["planned spending"], rel=1e-9, abs=1e-9)


def test_the_price_of_the_planning_quantities_is_near_the_models():
    scenario = load_scenario("all_three_food")
    run = simulate(load_program(), constants(scenario), ["planned spending"], [150.0, 216.0])
    planned = spending_rate(scenario.levers, planning_inputs(), 150.0)
    assert run.values["planned spending"][0] == pytest.approx(planned, rel=0.05)


def test_amounts_in_both_languages():
    assert Text("a", "b").get("id") == "a"
    assert min(cost_by_year({}, INPUTS)) == FIRST_YEAR


@pytest.mark.parametrize("ceiling", [5_000.0, 1e6])
def test_the_model_spends_what_the_ceiling_lets_through(ceiling):
    plan = load_scenario("all_three_food")
    scenario = dataclasses.replace(plan, budget=Budget(ceiling, "scale"))
    world = constants(scenario) | {"absorption": 1.0}
    run = simulate(load_program(), world, ["Cumulative Spending"], [120.0, 132.0, 144.0, 156.0])
    [paid] = run.values["Cumulative Spending"]
    spent = spent_by_year(scenario.levers, planning_inputs(), ceiling)
    assert spent[2030] == pytest.approx(paid[3] - paid[2], rel=0.05)
    assert spent[2028] == pytest.approx(paid[1] - paid[0], rel=0.05)
    assert max(spent.values()) <= ceiling * (1 + 1e-9)


def test_doses_that_follow_each_other_are_not_cut():
    first, second = Dose(10.0, 108.0, 0.0, 120.0), Dose(1.0, 120.0, 0.0, 132.0)
    plan = {"kit purchase": first, "service points": second}
    ceiling = 12.0 * max(spending_rate(plan, INPUTS, month) for month in (110.0, 125.0))
    assert affordable_share(plan, INPUTS, ceiling) == 1.0
    assert affordable_share(plan, INPUTS, ceiling / 2.0) == pytest.approx(0.5)
