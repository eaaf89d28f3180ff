"""A what-if on the world is no gain of a plan."""

from tumbuh.calibration.ensemble import load_ensemble
from tumbuh.calibration.observations import load_observations
from tumbuh.experiments.compare import compare
from tumbuh.model.language.cache import load_program
from tumbuh.scenarios.compile import prepare
from tumbuh.scenarios.scenario import Scenario
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
