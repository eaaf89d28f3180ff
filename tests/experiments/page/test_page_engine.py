"""The page's engine: the same trajectories as the numpy engine, the same numbers as compare."""

from __future__ import annotations

import copy
from dataclasses import asdict

import numpy as np
import pytest
from page_engine import OUTPUTS, calls, kit, needs_node, unbroken, with_settings

from tumbuh.experiments.batch import case_of, run_batch, without_levers
from tumbuh.experiments.compare import compare
from tumbuh.experiments.outcomes import at_date
from tumbuh.experiments.page.payload import engine_payload
from tumbuh.experiments.page.plans import no_effect
from tumbuh.model.calendar import DECISION_MONTH
from tumbuh.model.engine.integrate import simulate

pytestmark = needs_node
DRAWS, UNTIL = 25, 2031
NEAR = 1e-9


@pytest.fixture(scope="module")
def few():
    return kit(DRAWS, UNTIL)


def simulated(few, plan, draws=DRAWS, **more):
    options = {"draws": draws, "until": UNTIL}
    return {"method": "simulate", "args": [plan, options], "year": UNTIL, "target": 0.14, **more}


def read(folder, name, draws):
    numbers = np.fromfile(folder / name)
    return numbers.reshape(len(OUTPUTS), -1, draws)


def check(found, expected, where):
    np.testing.assert_allclose(found, expected, rtol=NEAR, atol=0.0, err_msg=where)


def test_every_library_strategy_is_as_an_unbroken_numpy_run(few, tmp_path):
    asked = [simulated(few, plan, file=name) for name, plan in few.rows().items()]
    answers = calls(tmp_path, few.payload, asked)
    assert [answer.get("failed") for answer in answers] == [0] * len(few.plans)
    expected = unbroken(few, few.plans, UNTIL)
    for name in few.rows():
        check(read(tmp_path, name, DRAWS), expected[name], name)


@pytest.mark.slow
def test_a_thousand_draws_of_every_library_strategy_are_as_numpy_runs(tmp_path):
    many = kit(1000, 2035)
    asked = [simulated(many, p, 1000, file=name) for name, p in many.rows().items()]
    for call in asked:
        call["args"][1]["until"] = 2035
    calls(tmp_path, many.payload, asked)
    for plan in many.plans:
        name = plan.scenario.id
        check(read(tmp_path, name, 1000), unbroken(many, [plan], 2035)[name], name)


def test_a_run_from_the_stored_states_is_the_unbroken_run_to_the_bit(few):
    constants = {name: values[:5] for name, values in few.inputs.ensemble.constants.items()}
    constants |= few.plans[8].constants
    times = np.arange(DECISION_MONTH, DECISION_MONTH + 13.0)
    whole = simulate(few.program, constants, OUTPUTS, times, snapshot=False, engine="numpy")
    plain = {name: constants[name] for name in few.inputs.ensemble.constants}
    start = simulate(few.program, plain, [], [], until=DECISION_MONTH, engine="numpy").snapshot
    rest = simulate(few.program, constants, OUTPUTS, times, start=start, engine="numpy")
    for name in OUTPUTS:
        assert rest[name].tobytes() == whole[name].tobytes(), name


def test_fewer_draws_are_the_first_ones(few, tmp_path):
    plan = few.rows()["all_three_food"]
    asked = [simulated(few, plan, n, file=f"{n}") for n in (DRAWS, 7)]
    calls(tmp_path, few.payload, asked)
    assert (read(tmp_path, "7", 7) == read(tmp_path, f"{DRAWS}", DRAWS)[..., :7]).all()


def same(found, expected):
    """Hold an interval of the page to one of the command line."""
    assert found.keys() == asdict(expected).keys()
    for key, value in asdict(expected).items():
        assert found[key] == pytest.approx(value, rel=1e-7, abs=1e-9), key


def same_at(found, expected):
    for name in ("survey", "true", "severe", "routine", "gain", "true_gain"):
        same(found[name], getattr(expected, name))
    for name in ("averted", "child_years", "spending"):
        same(found[name], getattr(expected, name))
    assert tuple(found["chances"]) == expected.chances
    assert (found["better"], found["none"]) == (expected.better, expected.none)
    assert found["on_target"] == expected.on_target


def test_outcomes_are_those_of_compare(few, tmp_path):
    names = ("no_extra_action", "hr", "all_three_food", "equal_mix", "budget_cut")
    plans = [plan for plan in few.plans if plan.scenario.id in names]
    place = few.inputs
    expected = compare(few.program, place.ensemble, plans, place.surveys, UNTIL)
    asked = [simulated(few, few.rows()[r.id]) for r in expected.strategies]
    for call in asked:
        call["target"] = expected.target.target.share
    links = {"method": "bottleneck", "args": [None, {"until": UNTIL, "draws": DRAWS}]}
    limit = {"method": "speedLimit", "args": [{"until": UNTIL, "draws": DRAWS}]}
    *answers, bottleneck, fastest = calls(tmp_path, few.payload, [*asked, links, limit])
    for answer, result in zip(answers, expected.strategies, strict=True):
        same_at(answer["outcomes"], result.dates[-1])
        same(answer["cut"], result.cut)
        assert answer["yearlyCost"] == pytest.approx(result.yearly_cost, rel=1e-12)
    assert [row["link"] for row in bottleneck] == list(expected.bottleneck)
    for row in bottleneck:
        same(row["gain"], expected.bottleneck[row["link"]])
    end = fastest["years"][str(UNTIL)] * DRAWS
    assert 100.0 * np.median(fastest["coflow"][end : end + DRAWS]) == pytest.approx(
        expected.speed_limit[-1].coflow.median, rel=1e-9
    )


def test_a_plan_under_a_ceiling_costs_what_it_may_spend(few, tmp_path):
    plan = few.rows()["hr"]
    held, free = (simulated(few, plan | {"ceiling": top}) for top in (5000.0, None))
    costs = [answer["yearlyCost"] for answer in calls(tmp_path, few.payload, [held, free])]
    assert costs[0] == 5000.0
    assert costs[1] > 9000.0


def test_the_limiting_link_of_a_plan_is_that_of_compare(few, tmp_path):
    plans = [plan for plan in few.plans if plan.scenario.id in ("no_extra_action", "hr")]
    place = few.inputs
    expected = compare(few.program, place.ensemble, plans, place.surveys, UNTIL)
    args = [few.rows()["hr"], {"until": UNTIL, "draws": DRAWS}]
    found = calls(tmp_path, few.payload, [{"method": "bottleneck", "args": args}])[0]
    name, gain = expected.strategies[0].limiting_link
    assert found[0]["link"] == name
    same(found[0]["gain"], gain)


@pytest.mark.parametrize("settings", [{"initial fidelity": 0.7}, None], ids=["one", "no effect"])
def test_assumptions_act_from_the_beginning_for_both_plans(few, tmp_path, settings):
    plan = with_settings(few.plans[8], settings or no_effect())
    own = copy.deepcopy(few.rows()[plan.scenario.id])
    own |= {"overrides": settings or {}, "noEffect": settings is None}
    found = calls(tmp_path, few.payload, [simulated(few, own)])[0]
    month = 12.0 * (UNTIL - 2017)
    cases = [without_levers(plan.scenario, "base"), case_of(plan, "plan")]
    times = np.arange(0.0, month + 1.0, 3.0)
    batch = run_batch(few.program, few.inputs.ensemble.constants, cases, list(OUTPUTS), times)
    expected = at_date(batch, "plan", "base", month, UNTIL, 0.14)
    same_at(found["outcomes"], expected)
    assert (found["outcomes"]["none"] == 1.0) == (settings is None)


def test_a_parameter_may_have_a_number_for_each_draw(few, tmp_path):
    own = few.inputs.ensemble.constants["initial fidelity"]
    plan = few.rows()["hr"]
    other = {**plan, "overrides": {"initial fidelity": own.tolist()}}
    asked = [simulated(few, p, file=name) for name, p in {"drawn": plan, "given": other}.items()]
    calls(tmp_path, few.payload, asked)
    # The history is run again, to the same numbers that the page carries.
    check(read(tmp_path, "given", DRAWS), read(tmp_path, "drawn", DRAWS), "given")


def test_spending_by_month_adds_up(few, tmp_path):
    found = calls(tmp_path, few.payload, [simulated(few, few.rows()["all_three"])])[0]
    spent = np.array(found["spent"]).reshape(-1, DRAWS)
    assert len(spent) == len(found["months"]) - 1
    assert (found["months"][0], found["months"][-1]) == ("2027-01", "2032-01")
    assert spent.min() >= 0.0
    np.testing.assert_allclose(spent.sum(axis=0), found["sum"], rtol=1e-9)


MISTAKES = {
    "cadres: unknown lever": lambda plan: plan["levers"].update(
        {"cadres": plan["levers"]["supervision"]}
    ),
    "supervision level": lambda plan: plan["levers"]["supervision"].update(level=24.0),
    "supervision start": lambda plan: plan["levers"]["supervision"].update(start="2026-12"),
    "2027-13": lambda plan: plan["levers"]["supervision"].update(start="2027-13"),
    "supervision ramp": lambda plan: plan["levers"]["supervision"].update(ramp=-1),
    "supervision end": lambda plan: plan["levers"]["supervision"].update(
        end="2027-01", start="2028-01"
    ),
    "budget ceiling": lambda plan: plan.update(ceiling=-5),
    "fidelity: unknown parameter": lambda plan: plan.update(overrides={"fidelity": 0.5}),
    "initial fidelity": lambda plan: plan.update(overrides={"initial fidelity": 35}),
}


def test_mistakes_in_a_plan_are_refused(few, tmp_path):
    asked = []
    for spoil in MISTAKES.values():
        plan = copy.deepcopy(few.rows()["hr"])
        spoil(plan)
        asked.append(simulated(few, plan))
    answers = calls(tmp_path, few.payload, asked)
    for name, answer in zip(MISTAKES, answers, strict=True):
        assert answer["error"] == "RangeError", name
        assert name in answer["message"]


def test_a_newer_question_takes_the_place_of_one_that_waits(few, tmp_path):
    first, second, third = (few.rows()[name] for name in ("hr", "coordination", "food"))
    beside = simulated(few, first)
    beside["args"][1]["channel"] = "B"
    together = [simulated(few, plan) for plan in (first, second)] + [beside, simulated(few, third)]
    answers = calls(tmp_path, few.payload, [together, simulated(few, first), simulated(few, third)])
    running, waiting, other, newest, *alone = answers
    assert waiting["error"] == "AbortError"
    assert [running, newest] == alone
    assert other == running


def test_the_payload_is_the_same_to_the_byte(few):
    again = engine_payload(few.program, few.inputs.ensemble, few.plans, UNTIL)
    assert again == few.payload
