"""From a scenario to constants of the model, and to an equal budget."""

import dataclasses

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tumbuh.model.errors import ScenarioError
from tumbuh.model.language.cache import load_program
from tumbuh.model.parameters import load_parameters
from tumbuh.scenarios.compile import NO_END, constants, prepare, scale
from tumbuh.scenarios.costs import CostInputs, steady_cost
from tumbuh.scenarios.levers import catalogue
from tumbuh.scenarios.loader import load_scenario
from tumbuh.scenarios.scenario import Budget, Dose, Scenario
from tumbuh.scenarios.text import Text

LEVERS = catalogue().levers
PRICES = {lever.cost.constant: 1.0 for lever in LEVERS.values() if lever.cost}
INPUTS = CostInputs(PRICES, posyandu=300.0, devices=200.0, children_6_23=7000.0)


def scenario(levels, **entries):
    doses = {name: Dose(level, 108.0, 12.0) for name, level in levels.items()}
    return Scenario("x", Text("x", "x"), Text("y", "y"), doses, **entries)


def cost(levels):
    return steady_cost(levels, INPUTS)


def test_every_lever_has_its_four_constants():
    doses = {"maintenance": Dose(0.5, 120.0, 6.0, 180.0), "kit purchase": Dose(9.0, 108.0, 0.0)}
    plan = dataclasses.replace(scenario({}), levers=doses, settings={"absorption": 0.7})
    out = constants(plan)
    assert len(out) == 4 * 12 + 1
    assert out["maintenance level"] == 0.5
    assert out["maintenance start"] == 120.0
    assert out["maintenance ramp"] == 6.0
    assert out["maintenance end"] == 180.0
    assert out["kit purchase end"] == NO_END > 216.0
    assert out["food coverage level"] == 0.0
    assert out["absorption"] == 0.7
    budget = dataclasses.replace(plan, budget=Budget(5000.0, "scale"))
    assert constants(budget)["budget ceiling"] == 5000.0


def test_no_extra_action_is_the_model_as_it_stands():
    table = load_parameters()
    for name, value in constants(load_scenario("no_extra_action")).items():
        assert value == table.get(name).value


def test_the_model_knows_every_constant():
    program = load_program()
    for name in constants(scenario({}, budget=Budget(1.0, "scale"))):
        assert program.find(name).kind == "constant"


def test_scaling_down_and_up_keeps_the_proportions():
    plan = scenario({"kit purchase": 100.0, "service points": 10.0})
    for target, factor in ((55.0, 0.5), (220.0, 2.0)):
        scaled = scale(plan, target, cost)
        assert scaled.factor == pytest.approx(factor)
        assert scaled.yearly_cost == pytest.approx(target)
        assert scaled.limited_by == ()
        assert scaled.reached
        assert scaled.scenario.levers["kit purchase"].level == pytest.approx(100.0 * factor)
        assert scaled.scenario.levers["kit purchase"].start == 108.0


def test_a_bound_that_binds_is_named_and_the_rest_rises():
    plan = scenario({"kit purchase": 100.0, "maintenance": 0.8, "routine cut": 0.3})
    scaled = scale(plan, 500.0, cost)
    assert scaled.limited_by == ("maintenance",)
    assert scaled.scenario.levers["maintenance"].level == 1.0
    assert scaled.scenario.levers["kit purchase"].level == pytest.approx(300.0)
    assert scaled.scenario.levers["routine cut"].level == 0.3
    assert scaled.reached


def test_a_sum_that_cannot_be_spent_is_not_reached():
    scaled = scale(scenario({"forum meetings": 1.0, "list sharing": 0.8}), 1000.0, cost)
    assert scaled.limited_by == ("forum meetings", "list sharing")
    assert scaled.yearly_cost == pytest.approx(4.0 * 12.0 + 1.0)
    assert not scaled.reached


@pytest.mark.parametrize("levels", [{}, {"routine cut": 0.3}, {"kit purchase": 0.0}])
def test_nothing_to_scale(levels):
    with pytest.raises(ScenarioError, match="costs money"):
        scale(scenario(levels), 10.0, cost)


@given(
    levels=st.dictionaries(
        st.sampled_from([name for name, lever in LEVERS.items() if lever.cost]),
        st.floats(1e-3, 1.0),
        min_size=1,
    ),
    target=st.floats(0.1, 50_000.0),
)
def test_scaling_never_passes_a_bound_or_the_sum(levels, target):
    plan = scenario({name: share * LEVERS[name].maximum for name, share in levels.items()})
    scaled = scale(plan, target, cost)
    found = {name: dose.level for name, dose in scaled.scenario.levers.items()}
    assert all(level <= LEVERS[name].maximum * (1 + 1e-12) for name, level in found.items())
    assert cost(found) == pytest.approx(scaled.yearly_cost)
    most = cost({name: LEVERS[name].maximum for name in found})
    assert scaled.yearly_cost == pytest.approx(min(target, most), rel=1e-9)
    assume(scaled.reached)
    free = [name for name in found if name not in scaled.limited_by]
    for name in free:
        assert found[name] == pytest.approx(plan.levers[name].level * scaled.factor)


def test_prepare_leaves_other_scenarios_alone():
    plan = scenario({"kit purchase": 10.0})
    assert prepare(plan, INPUTS).scenario is plan
    assert prepare(plan, INPUTS).yearly_cost == 10.0
    ready = prepare(dataclasses.replace(plan, equal_budget=40.0), INPUTS)
    assert ready.constants["kit purchase level"] == pytest.approx(40.0)
    assert ready.scaled is not None


def test_a_plan_under_a_ceiling_costs_what_it_may_spend():
    plan = scenario({"kit purchase": 100.0}, budget=Budget(40.0, "scale"))
    ready = prepare(plan, INPUTS)
    assert ready.planned_cost == 100.0
    assert ready.yearly_cost == ready.ceiling == 40.0
    assert ready.constants["kit purchase level"] == 100.0


def test_the_ceiling_of_the_model_holds_for_a_plan_without_one_of_its_own():
    most = load_parameters().get("budget ceiling").value
    prices = dataclasses.replace(INPUTS, prices=PRICES | {"kit unit cost": most})
    assert prepare(scenario({"kit purchase": 2.0}), prices).yearly_cost == most
