"""The runner on a small model whose solution is known."""

import numpy as np
import pytest

from tumbuh.experiments.batch import (
    Batch,
    Case,
    branch_from,
    case_of,
    run_batch,
    take,
    without_levers,
)
from tumbuh.model.calendar import DECISION_MONTH
from tumbuh.model.language.cache import translate_text
from tumbuh.scenarios.compile import NO_END, prepare
from tumbuh.scenarios.loader import load_scenario
from tumbuh.scenarios.scenario import Dose, Scenario
from tumbuh.scenarios.text import Text

TEXT = """{UTF-8}
rate = 0.1 ~ 1/month ~ |
plan = 0.0 ~ unit/month ~ |
plan start = 6.0 ~ month ~ |
always = 0.0 ~ unit/month ~ |
Stock = INTEG(plan*STEP(1.0, plan start) + always - rate*Stock, 10.0) ~ unit ~ |
share = Stock/INITIAL(Stock) ~ dmnl ~ |
doubtful = LN(rate) ~ dmnl ~ |
INITIAL TIME = 0.0 ~ month ~ |
FINAL TIME = 12.0 ~ month ~ |
TIME STEP = 0.25 ~ month ~ |
SAVEPER = 1.0 ~ month ~ |
"""
TIMES = [0.0, 3.0, 6.0, 9.0, 12.0]
RATES = np.array([0.05, 0.1, 0.2])
CASES = [
    Case("none", {"plan": 0.0, "always": 0.0}, 6.0),
    Case("some", {"plan": 1.0, "always": 0.0}, 6.0),
    Case("more", {"plan": 2.0, "always": 0.0}, 6.0),
    Case("from the start", {"plan": 0.0, "always": 1.0}, 0.0),
]


@pytest.fixture(scope="module")
def program():
    return translate_text(TEXT, "runner.mdl")


def run(program, cases=CASES, **options):
    return run_batch(program, {"rate": RATES}, cases, ["Stock", "share"], TIMES, **options)


def expected(plan, always):
    """Euler's solution of a linear tank, step by step."""
    stock, kept = np.full(3, 10.0), []
    for step in range(49):
        if step % 12 == 0:
            kept.append(stock)
        inflow = plan * (step * 0.25 >= 6.0) + always
        stock = stock + 0.25 * (inflow - RATES * stock)
    return np.array(kept).T


@pytest.mark.parametrize(
    "name, plan, always",
    [("none", 0.0, 0.0), ("some", 1.0, 0.0), ("more", 2.0, 0.0), ("from the start", 0.0, 1.0)],
)
def test_every_case_follows_its_own_solution(program, name, plan, always):
    found = run(program)
    assert found.path(name, "Stock") == pytest.approx(expected(plan, always), rel=1e-12)
    assert list(found.times) == TIMES
    assert found.units == {"Stock": "unit", "share": "dmnl"}


@pytest.mark.parametrize("stack", [1, 3, 6, 7, 100])
def test_how_many_run_together_does_not_matter(program, stack):
    whole, parts = run(program), run(program, stack=stack)
    assert list(parts.values) == list(whole.values)
    for name in whole.values:
        assert np.array_equal(parts.path(name, "Stock"), whole.path(name, "Stock"))


def test_all_cases_share_the_draws_before_they_branch(program):
    found = run(program, CASES[:3])
    before = found.times < 6.0
    for name in ("some", "more"):
        same = found.path("none", "Stock")[:, before] == found.path(name, "Stock")[:, before]
        assert same.all()
    assert np.all(found.at("some", "Stock", 12.0) > found.at("none", "Stock", 12.0))


def test_initial_values_are_those_of_the_start_after_a_branch(program):
    found = run(program)
    assert found.path("more", "share") == pytest.approx(found.path("more", "Stock") / 10.0)


def test_a_case_may_replace_what_the_draws_say(program):
    cases = [CASES[0], Case("fixed", {"plan": 0.0, "always": 0.0, "rate": 0.1}, 0.0)]
    found = run(program, cases)
    assert np.ptp(found.at("fixed", "Stock", 12.0)) == 0.0
    assert found.at("fixed", "Stock", 12.0)[0] == pytest.approx(10.0 * 0.975**48)
    assert np.ptp(found.at("none", "Stock", 12.0)) > 1.0


def test_cases_that_replace_all_that_varies_still_have_every_draw(program):
    held = {"plan": 0.0, "always": 0.0, "rate": 0.1}
    found = run(program, [Case("a", held, 0.0), Case("b", held, 0.0)])
    assert found.path("a", "Stock").shape == found.path("b", "Stock").shape == (3, 5)


def test_draws_fill_in_where_only_some_cases_replace_them(program):
    cases = [Case("drawn", {}, 6.0), Case("held", {"rate": 0.0}, 6.0)]
    found = run_batch(program, {"rate": RATES}, cases, ["Stock"], TIMES)
    at_branch = found.at("drawn", "Stock", 6.0)
    assert found.at("held", "Stock", 12.0) == pytest.approx(at_branch)
    assert found.at("drawn", "Stock", 12.0) == pytest.approx(at_branch * (1 - 0.25 * RATES) ** 24)


def test_what_only_some_cases_set_and_no_draw_holds_is_the_models_own_in_the_others(program):
    own = dict(zip(program.constants, program.defaults, strict=True))["plan"]
    found = run(program, [Case("a", {"plan": 1.0}, 6.0), Case("b", {}, 6.0)])
    said = run(program, [Case("a", {"plan": 1.0}, 6.0), Case("b", {"plan": own}, 6.0)])
    assert np.array_equal(found.path("b", "Stock"), said.path("b", "Stock"))
    assert not np.array_equal(found.path("a", "Stock"), found.path("b", "Stock"))


def test_a_draw_that_fails_in_one_case_is_left_out_of_all(program):
    cases = [Case("drawn", {}, 0.0), Case("held", {"rate": 0.1}, 0.0)]
    draws = {"rate": np.array([0.05, -1.0, 0.2])}
    found = run_batch(program, draws, cases, ["Stock", "doubtful"], TIMES)
    assert list(found.failed) == [False, True, False]
    assert len(found.at("held", "Stock", 12.0)) == 2


def test_a_branch_continues_from_the_shared_state(program):
    found = run(program, CASES[:3])
    assert found.snapshot is not None
    assert found.snapshot.time == 6.0
    rows = np.array([2, 0])
    draws, state = take({"rate": RATES}, rows), found.snapshot.take(rows)
    again = branch_from(program, draws, state, CASES[1:3], ["Stock"], [9.0, 12.0])
    for name in ("some", "more"):
        assert np.array_equal(again.at(name, "Stock", 12.0), found.at(name, "Stock", 12.0)[rows])


def test_progress_ends_at_its_total(program):
    seen = []
    run(program, stack=3, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]


def test_a_month_that_was_not_saved_is_refused():
    with pytest.raises(KeyError, match="month 5 was not saved"):
        Batch(np.array([0.0, 6.0]), {}, {}, np.zeros(1, bool), None).column(5.0)


def scenario(**parts):
    return Scenario("own", Text("a", "a"), Text("a", "a"), **parts)


def test_a_plan_branches_where_its_first_lever_begins():
    levers = {
        "supervision": Dose(0.5, start=120.0, ramp=0.0),
        "food coverage": Dose(0.5, start=132.0, ramp=0.0),
        "list sharing": Dose(0.0, start=96.0, ramp=0.0),
    }
    assert case_of(prepare(scenario(levers=levers))).branch == 120.0
    assert case_of(prepare(scenario())).branch == DECISION_MONTH
    assert case_of(prepare(load_scenario("hr")), "other name").name == "other name"


def test_a_constant_that_is_no_lever_acts_from_the_start():
    levers = {"supervision": Dose(0.5, start=120.0, ramp=0.0)}
    own = scenario(levers=levers, settings={"initial fidelity": 0.8})
    assert case_of(prepare(own)).branch == 0.0
    base = without_levers(own, "base")
    assert base.branch == 0.0
    assert base.constants["initial fidelity"] == 0.8
    assert base.constants["supervision level"] == 0.0
    assert base.constants["supervision end"] == NO_END
