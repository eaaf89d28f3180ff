"""Targets: the cut solved for reaches them, and what cannot or need not be reached is said."""

import json
import re
from itertools import pairwise

import numpy as np
import pytest
from elsewhere_said import says_elsewhere
from typer.testing import CliRunner

from tumbuh.calibration.ensemble import load_ensemble
from tumbuh.experiments.app import app, mount
from tumbuh.experiments.batch import run_batch
from tumbuh.experiments.decisions import cuts, effects_view, reach
from tumbuh.experiments.decisions.aim import Aim, read_aim
from tumbuh.experiments.decisions.favourable import CHANCE, by_chance, separation
from tumbuh.experiments.decisions.ground import CUT, START, SURVEY, Ground, crossing, lay, no_action
from tumbuh.experiments.decisions.target import answer
from tumbuh.experiments.decisions.target_view import least_cut, plain, show
from tumbuh.experiments.decisions.verdict import numbers, verdict
from tumbuh.experiments.limits import SPEED_LIMIT, evened, speed_limit
from tumbuh.experiments.outcomes import OUTPUTS, interval
from tumbuh.experiments.runs.question import read_question
from tumbuh.experiments.stack import Case
from tumbuh.experiments.text import words
from tumbuh.model.district import load_district
from tumbuh.model.engine.integrate import simulate
from tumbuh.model.errors import InputError
from tumbuh.model.evidence_tables import load_evidence

MONTH = 144.0


@pytest.fixture(scope="module")
def question():
    return read_question(scenarios="food,budget_cut", draws=48)


@pytest.fixture(scope="module")
def ground(question):
    return lay(question, question.worlds[0])


def aim(share):
    return Aim(share, MONTH, own=False)


def test_the_districts_own_target_is_the_default():
    own = read_aim(load_district("paser"), None, None)
    assert own.own and own.by.endswith("-12") and 0.0 < own.share < 1.0
    asked = read_aim(load_district("paser"), 0.2, "2031-06")
    assert (asked.share, asked.month, asked.by, asked.own) == (0.2, 162.0, "2031-06", False)


def test_the_solved_cut_reaches_the_target_in_a_run_of_its_own(question, ground):
    """The run begins in 2018 and not from the stored state."""
    goal, start = aim(0.17), 120.0
    needed = cuts.required_cut(ground, goal, start)
    inside = np.flatnonzero(np.isfinite(needed) & (needed > 0.0))
    assert len(inside) > 10
    draws = {name: values[inside] for name, values in ground.draws.items()}
    draws |= {CUT: needed[inside], START: np.full(len(inside), start)}
    run = simulate(question.program, draws, [SURVEY], [MONTH], snapshot=False)
    assert np.allclose(run[SURVEY][:, 0], goal.share, atol=1e-4)


def test_nothing_is_needed_below_the_target_and_all_is_not_enough_above_it(ground):
    assert np.all(cuts.required_cut(ground, aim(0.6)) == 0.0)
    assert np.all(np.isinf(cuts.required_cut(ground, aim(0.01))))
    goal = aim(0.17)
    reached = ground.prevalence({}, MONTH) <= goal.share
    beyond = cuts.speed_limit(ground, goal)[SURVEY] > goal.share
    needed = cuts.required_cut(ground, goal)
    assert np.array_equal(needed == 0.0, reached)
    assert np.array_equal(np.isinf(needed), beyond)


def test_prevalence_falls_with_the_cut_and_the_need_rises_with_the_delay(ground):
    table = cuts.by_cut(ground, aim(0.17))
    assert np.all(np.diff(table, axis=1) < 0.0)
    needs = [cuts.required_cut(ground, aim(0.17), start) for start in (108.0, 114.0, 126.0)]
    for early, late in pairwise(needs):
        both = np.isfinite(late) & (early > 0.0)
        assert np.all(late[both] > early[both])
        assert np.all(np.isinf(late[np.isinf(early)]))


def test_the_speed_limit_is_that_of_the_comparison(question, ground):
    """Same draws through the runs that ``compare`` makes."""
    draws = load_ensemble(draws=40).constants
    ready = evened(question.program, [Case("base", {}, 108.0), SPEED_LIMIT], question.constants())
    batch = run_batch(question.program, draws, ready, OUTPUTS, [MONTH])
    told = speed_limit(batch, MONTH, 2029)
    size = len(next(iter(draws.values())))
    own = {n: np.full(size, v) for n, v in no_action(question.program).items()} | dict(draws)
    run = simulate(question.program, own, [SURVEY], [108.0], until=108.0)
    here = Ground(question.program, ground.world, own, run.snapshot, 0, run[SURVEY])
    found = cuts.speed_limit(here, aim(0.142))
    coflow, stocks = (
        interval(100.0 * found[name])
        for name in ("HAZ survey prevalence", "stock survey prevalence")
    )
    assert coflow.numbers == pytest.approx(told.coflow.numbers, abs=1e-9)
    assert stocks.numbers == pytest.approx(told.stocks.numbers, abs=1e-9)


def test_an_equal_cut_gives_the_same_prevalence(ground):
    table = cuts.by_cut(ground, aim(0.17))
    halfway = ground.prevalence({CUT: 0.3125}, MONTH)
    assert np.allclose(cuts.equal_cut(table, halfway), 0.3125, atol=2e-3)
    assert np.all(np.isinf(cuts.equal_cut(table, table[:, -1] - 0.01)))
    assert np.all(np.isneginf(cuts.equal_cut(table, table[:, 0] + 0.01)))


def test_services_needed_reach_the_target(ground):
    goal = aim(0.19)
    needed = cuts.services_needed(ground, goal)
    inside = np.flatnonzero(np.isfinite(needed) & (needed > 0.0))
    assert len(inside)
    changed = dict.fromkeys(cuts.SWITCHES, needed[inside])
    again = ground.prevalence(changed, MONTH, inside)
    assert np.allclose(again, goal.share, atol=1e-4)


def test_multipliers_bring_the_gain_that_is_missing(question, ground):
    plan = next(plan for plan in question.plans if plan.scenario.id == "food")
    base = ground.prevalence({}, MONTH)
    gain = base - ground.prevalence(dict(plan.constants), MONTH)
    goal = Aim(float(np.median(base)) - 0.02, MONTH, own=False)
    found = reach.needed(ground, plan, goal, base).multiplier
    assert np.array_equal(found == 1.0, base - gain <= goal.share)
    inside = np.flatnonzero(np.isfinite(found) & (found > 1.0))
    assert len(inside) > 5
    larger = {
        effect.row.name: effect.times(ground.draws[effect.row.name][inside], found[inside])
        for effect in reach.effects_of(plan)
    }
    without = ground.prevalence(larger, MONTH, inside)
    more = without - ground.prevalence(larger | dict(plan.constants), MONTH, inside)
    # At a kink where a share stops at 1 the search may end just past the target.
    assert np.allclose(base[inside] - more, goal.share, atol=1e-4)
    nothing = ground.draws["food adherence"] == 0.0
    assert np.all(np.isinf(found[nothing & (base > goal.share)]))


def test_plans_that_buy_nothing_have_no_multiplier(question):
    asked = {plan.scenario.id: reach.can_be_asked(plan) for plan in question.plans}
    assert asked == {"no_extra_action": False, "food": True, "budget_cut": False}


def test_all_levers_do_more_at_a_larger_scale_and_cost_in_proportion(ground):
    table = reach.by_scale(ground, aim(0.17))
    assert np.all(np.median(table, axis=0)[:-1] >= np.median(table, axis=0)[1:])
    assert reach.cost_of(0.5) == pytest.approx(0.5 * reach.cost_of(1.0)) and reach.cost_of(1.0) > 0
    assert reach.least_scale(table, 0.01, 0.5) is None
    stairs = np.where(np.arange(20) >= np.array([[3], [9], [9], [30]]), 0.1, 0.2)
    assert reach.least_scale(stairs, 0.15, 0.25) == pytest.approx(0.2)
    assert reach.least_scale(stairs, 0.15, 0.5) == pytest.approx(0.5)
    assert reach.least_scale(stairs, 0.15, 0.8) is None


def test_roots_of_known_functions():
    places = np.array([0.1, 0.5, 0.9, 2.0, -1.0])

    def falling(x, rows):
        return np.tanh(6.0 * (places[rows] - x)) ** 3

    found = crossing(falling, np.zeros(5), np.ones(5), tolerance=1e-15, rounds=200)
    assert np.allclose(found[:3], places[:3], atol=1e-4)
    assert np.isinf(found[3]) and found[4] == 0.0


def test_quantiles_with_infinity():
    values = np.array([1.0, 2.0, 3.0, np.inf, np.inf])
    assert numbers(values)["median"] == 3.0 and numbers(values)["high90"] is None
    assert numbers(np.arange(101.0))["low90"] == pytest.approx(5.0)


def test_separation_is_the_area_under_the_curve():
    values = np.array([1.0, 2.0, 3.0, 4.0])
    assert separation(values, np.array([False, False, True, True])) == 1.0
    assert separation(values, np.array([True, False, False, True])) == 0.5


def test_the_least_cut_of_a_chance():
    assert least_cut([0.0, 0.5, 1.0], [0.1, 0.6, 0.9], 0.5) == 0.5
    assert least_cut([0.0, 0.5, 1.0], [0.1, 0.6, 0.7], 0.8) is None


@pytest.mark.parametrize(
    ("share", "kind", "english"),
    [
        (0.03, "never", "Not reachable under any drawn assumption"),
        (0.6, "anyway", "Reached without any extra action"),
        (0.17, "only", "favourable assumptions"),
    ],
)
def test_the_plain_answer(share, kind, english):
    question = read_question(scenarios="food", draws=32, worlds=["standard", "stocks"])
    found = answer(question, aim(share))
    assert found["verdict"]["kind"] == kind
    assert english in plain(found, words("en"))
    assert plain(found, words("id")) != plain(found, words("en"))
    assert says_elsewhere(show, found) == (False, True)
    assert [world["id"] for world in found["worlds"]] == ["standard", "stocks"]
    for world in found["worlds"]:
        first = world["cut"]["starts"][0]["chance"]
        assert first[0] == pytest.approx(world["strategies"]["no_extra_action"]["chance"])
        assert first[-1] == pytest.approx(world["speed_limit"]["chance"])


def test_five_percent_is_out_of_reach_and_the_number_is_the_lowest_draw():
    """No sector may reach it; the sentence names what the most favourable draw leaves."""
    question = read_question(scenarios="food", draws=32)
    found = answer(question, Aim(0.05, 132.0, own=False))
    assert found["verdict"]["kind"] == "never"
    ground = lay(question, question.worlds[0])
    limits = cuts.speed_limit(ground, Aim(0.05, 132.0, own=False))
    lowest = 100.0 * min(values.min() for values in limits.values())
    assert found["verdict"]["limit_lowest"] == pytest.approx(lowest)
    assert words("en").number(lowest) in plain(found, words("en"))


def test_one_sector_that_reaches_it_is_enough_to_say_no_never():
    def world(coflow, stocks):
        sectors = {"a": {"chance": coflow}, "b": {"chance": stocks}}
        limit = {"chance": coflow, "lowest": 5.0, "sectors": sectors, "prevalence": {"median": 9.0}}
        return {"speed_limit": limit, "strategies": {"no_extra_action": {"chance": 0.0}}}

    assert verdict([world(0.0, 0.0)])["kind"] == "never"
    assert verdict([world(0.0, 0.0)])["best_chance"] == [0.0, 0.0]
    assert verdict([world(0.0, 0.1)])["kind"] == "only"
    assert verdict([world(0.0, 0.0), world(0.2, 0.0)])["kind"] == "only"


def test_an_input_without_meaning_is_seldom_named():
    """Among a hundred that mean nothing, one is named in about as few samples as is allowed."""
    rng, named, repeats = np.random.default_rng(3), 0, 200
    reached = np.zeros(300, bool)
    reached[:20] = True
    for _ in range(repeats):
        scores = [separation(values, reached) for values in rng.random((100, 300))]
        named += max(abs(score - 0.5) for score in scores) > by_chance(reached, 100)
    assert named / repeats < 2.0 * CHANCE
    planted = separation(rng.random(300) + reached, reached)
    assert planted - 0.5 > by_chance(reached, 100)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--prevalence", "14.2"], "Write 0.142"),
        (["--prevalence", "0"], "such as 0.142"),
        (["--by", "2026-12"], "after the decision date"),
        (["--by", "2036-01"], "within the horizon"),
        (["--by", "2029"], "four digits"),
        (["--draws", "4"], "16 to"),
        (["--worlds", "standart"], "standard"),
    ],
)
def test_wrong_options_are_refused_with_a_remedy(options, said):
    mount(["target"])
    done = CliRunner().invoke(app, ["target", *options])
    assert done.exit_code == 2 and said in done.output


def test_all_mistakes_are_told_at_once():
    mount(["target"])
    done = CliRunner().invoke(app, ["target", "--prevalence", "14", "--by", "2040-01"])
    assert "Write 0.14" in done.output and "2040-01" in done.output
    with pytest.raises(InputError):
        read_aim(load_district("paser"), -1.0, None)


def test_the_result_opens_again_in_both_languages(tmp_path):
    mount()
    runner, folder = CliRunner(), tmp_path / "r"
    asked = ["target", "--scenarios", "food", "--draws", "32", "--json", "--out", str(folder)]
    done = runner.invoke(app, asked)
    assert done.exit_code == 0, done.output
    made = json.loads((folder / "answer.json").read_text())
    assert made["worlds"][0]["strategies"].keys() == {"no_extra_action", "food"}
    assert {"chance_of_target.png", "speed_limit.svg"} <= {p.name for p in folder.iterdir()}
    english = runner.invoke(app, ["show", str(folder)]).output
    indonesian = runner.invoke(app, ["show", str(folder), "--lang", "id"]).output
    assert "What it would take" in english and "Yang diperlukan" in indonesian


@pytest.mark.parametrize("section", ["target", "discover"])
def test_both_languages_have_the_same_texts_with_the_same_blanks(section):
    tables = [words(language).table[section] for language in ("en", "id")]
    assert tables[0].keys() == tables[1].keys()
    for name, text in tables[0].items():
        blanks = [sorted(re.findall(r"{\w+}", one)) for one in (text, tables[1][name])]
        assert blanks[0] == blanks[1], name


@pytest.mark.parametrize("language", ["en", "id"])
def test_a_finding_without_a_size_is_no_zero(language):
    row = load_evidence().effects["A12"]
    told = {key: getattr(row, key) for key in ("id", "grade", "cause", "outcome", "unit")}
    said = words(language)
    line = effects_view._evidence_line(told | {"value": row.value, "low": None, "high": None}, said)
    assert said.get("caveat.no_difference") in line
    assert "0.00" not in line and "0,00" not in line
