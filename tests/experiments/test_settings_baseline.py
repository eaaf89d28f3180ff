"""A what-if on the world is no gain of a plan."""

import numpy as np

from tumbuh.calibration.ensemble import load_ensemble
from tumbuh.calibration.observations import load_observations
from tumbuh.experiments.compare import compare
from tumbuh.experiments.runs.evaluate import evaluate, standard_outcomes
from tumbuh.experiments.runs.question import read_question
from tumbuh.model.language.cache import load_program
from tumbuh.scenarios.compile import prepare
from tumbuh.scenarios.scenario import Budget, Dose, Scenario
from tumbuh.scenarios.text import Text


def plan(name, **parts):
    return prepare(Scenario(name, Text("a", "a"), Text("a", "a"), **parts))


def test_a_plan_is_compared_with_no_action_under_its_own_settings():
    world = {"secular HAZ gain per year": 0.1}
    plans = [plan("no_extra_action"), plan("trend", settings=world)]
    answer = compare(
        load_program(), load_ensemble(draws=20), plans, load_observations(area="paser")
    )
    (found,) = answer.strategies
    assert found.dates[-1].survey.median < answer.base[-1].survey.median
    assert set(found.dates[-1].gain.numbers) == {0.0}
    assert set(found.cut.numbers) == {0.0}


def test_a_setting_of_one_plan_leaves_the_draws_of_the_others_alone():
    """Else the uncertainty of a drawn setting would vanish from every other strategy."""
    ensemble, surveys = load_ensemble(draws=20), load_observations(area="paser")
    plans = [
        plan("no_extra_action"),
        plan("food", levers={"food coverage": Dose(0.8, 108.0, 18.0)}),
    ]
    alone = compare(load_program(), ensemble, plans, surveys)
    world = plan("adherence", settings={"food adherence": 0.9})
    beside = compare(load_program(), ensemble, [*plans, world], surveys)
    assert beside.strategies[0].dates == alone.strategies[0].dates


def test_a_constant_that_some_plans_set_is_the_models_own_in_the_others():
    question = read_question(scenarios="hr", draws=16)
    with_ceiling = plan(
        "capped",
        levers={"food coverage": Dose(0.8, 108.0, 18.0)},
        budget=Budget(1e9, "scale"),
    )
    outcomes = standard_outcomes(2031)
    plans = [*question.plans, with_ceiling]
    found = evaluate(question.program, question.constants(), plans, outcomes)
    alone = question.evaluate(outcomes)["standard"]
    assert np.allclose(found.of("gain", "hr"), alone.of("gain", "hr"), rtol=0.0, atol=1e-9)
