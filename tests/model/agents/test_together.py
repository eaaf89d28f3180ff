"""Runs that begin alike give the numbers that they give alone."""

from dataclasses import replace

import numpy as np
import pytest

from tumbuh.model.agents.drivers import drive
from tumbuh.model.agents.facts import load_agent_parameters
from tumbuh.model.agents.observe import MEASURES
from tumbuh.model.agents.replicates import Study, Task, run_one
from tumbuh.model.agents.settings import Settings, Shock
from tumbuh.model.agents.together import alike_until, run_bundles, run_together
from tumbuh.model.language.cache import load_program
from tumbuh.scenarios.compile import prepare
from tumbuh.scenarios.loader import load_scenario

UNTIL, START = 115.0, 108.0
STUDY = Study("paser", (105.0, START, UNTIL), 3)


@pytest.fixture(scope="module")
def tasks():
    program, own = load_program(), load_agent_parameters().defaults()
    found = []
    for name in ("no_extra_action", "coordination"):
        plan = prepare(load_scenario(name))
        (drivers,) = drive(program, plan.constants, UNTIL)
        found.append(Task(name, 0, drivers, own))
    return found


def numbers(run):
    return np.array([[seen.values[name] for name in MEASURES] for seen in run.observations])


def test_a_strategy_parts_when_it_starts(tasks):
    assert alike_until(*tasks) == START


def test_branches_are_what_each_gives_alone(tasks):
    shocked = replace(
        tasks[1], case="shocked", settings=Settings(shocks=(Shock("rotation", 110.0),))
    )
    together = run_together(STUDY, [*tasks, shocked])
    for task, run in zip([*tasks, shocked], together, strict=True):
        alone = run_one(STUDY, task)
        assert [o.group for o in run.observations] == [o.group for o in alone.observations]
        np.testing.assert_array_equal(numbers(run), numbers(alone))
    base, plan, other = map(numbers, together)
    assert not np.array_equal(base[-1], plan[-1])
    assert not np.array_equal(plan, other)


def test_only_levers_and_shocks_may_differ(tasks):
    base = tasks[0]
    shock = replace(base, settings=Settings(shocks=(Shock("no lists", 50.0),)))
    assert alike_until(base, shock) == 50.0
    assert alike_until(base, replace(base, replicate=1)) == 0.0
    assert alike_until(base, replace(base, settings=Settings(step=0.5))) == 0.0
    assert alike_until(base, replace(base, assumptions={})) == 0.0
    other = replace(base.drivers, constants={**base.drivers.constants, "HAZ spread": 1.1})
    assert alike_until(base, replace(base, drivers=other)) == 0.0


def test_workers_give_the_same_numbers(tasks):
    short = Study("paser", (1.0,), 3)
    bundles = [[replace(task, replicate=row) for task in tasks] for row in range(2)]
    one, two = (run_bundles(short, bundles, workers) for workers in (1, 2))
    assert [(r.case, r.replicate) for r in one] == [(r.case, r.replicate) for r in two]
    for first, second in zip(one, two, strict=True):
        np.testing.assert_array_equal(numbers(first), numbers(second))
    assert not np.array_equal(numbers(one[0]), numbers(one[2]))
