"""Orders keep their sums; triggers that always or never speak are the fixed plans, to the bit."""

import json
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from tumbuh.experiments.app import app, mount
from tumbuh.experiments.decisions.funding import january, population_of
from tumbuh.experiments.decisions.futures import CHILD_YEARS, SPENT, futures
from tumbuh.experiments.decisions.pathways import (
    SURVEY,
    Pathways,
    Rule,
    Watched,
    branches,
    follow,
    watch,
)
from tumbuh.experiments.decisions.pathways_answer import Tried, rule_answer, try_rules
from tumbuh.experiments.decisions.sequence import (
    NEVER,
    STRATEGIES,
    Money,
    best_of_orders,
    order_of,
    schedules,
    sequence,
    shares,
    started,
)
from tumbuh.experiments.decisions.sequence_answer import schedule_files
from tumbuh.experiments.decisions.signs import (
    expected_rises,
    readings,
    survey_children,
    triggered,
)
from tumbuh.experiments.runs.question import read_question
from tumbuh.scenarios.costs import cost_by_year, planning_inputs
from tumbuh.scenarios.loader import load_scenarios

MONEY = Money(
    (2027, 2028, 2029, 2030, 2031), (2500.0, 5000.0, 7500.0, 1e4, 1e4), 2035, planning_inputs()
)
DRAWS = 24


@pytest.fixture(scope="module")
def ahead():
    question = read_question(scenarios="no_extra_action", draws=DRAWS, year=2035)
    return futures(question.program, question.worlds[0], question.constants(), 216.0, 1e4)


def paths(**changed):
    given = {"strategies": shares(MONEY), "reviews": (2028, 2029), "share": 0.5, "add": False}
    return Pathways(**{**given, "children": 671, **changed})


@pytest.fixture(scope="module")
def watched(ahead):
    return watch(ahead, paths())


def test_every_schedule_keeps_the_sums_and_none_that_does_is_missing():
    starts, plans = schedules(MONEY)
    years, sums = MONEY.by_year()
    strategies = shares(MONEY)
    rng = np.random.default_rng(1)
    for row in rng.integers(len(starts), size=40):
        yearly = cost_by_year(plans.doses(row), MONEY.inputs)
        assert all(yearly[y] <= s * (1 + 1e-9) for y, s in zip(years, sums, strict=True))
    missing = set()
    choices = (*MONEY.years, NEVER)
    kept = set(starts)
    while len(missing) < 20:
        tried = tuple(int(choices[i]) for i in rng.integers(len(choices), size=4))
        if tried not in kept:
            missing.add(tried)
    for tried in missing:
        doses = {}
        for name, year in zip(STRATEGIES, tried, strict=True):
            doses |= started(strategies[name], year) if year else {}
        yearly = cost_by_year(doses, MONEY.inputs)
        assert any(yearly[y] > s for y, s in zip(years, sums, strict=True))


def test_strategies_move_levers_of_their_own_and_cost_at_most_their_part():
    levers = [name for s in shares(MONEY).values() for name in s.levers]
    assert len(levers) == len(set(levers)) == 11
    for scenario in shares(MONEY).values():
        assert max(cost_by_year(scenario.levers, MONEY.inputs).values()) <= 2500.0 * (1 + 1e-9)


def test_orders_by_hand():
    assert order_of((2029, 2027, 2028, 2031)) == ("facilities", "coordination", "hr", "food")
    assert order_of((2027, 2027, 2028, 2029)) is None
    assert order_of((NEVER, 2027, 2028, 2029)) is None
    starts = [(2027, 2028, 2029, 2030), (2028, 2027, 2029, 2030), (2027, 2029, 2030, 2031)]
    rows = best_of_orders(starts, np.array([1.0, 5.0, 2.0]))
    assert list(rows.values()) == [1, 2]


def test_never_and_always_are_the_fixed_plans(ahead, watched):
    """A plan that changes at the review equals the same plan run without a stop, to the bit."""
    for add in (False, True):
        given = paths(add=add)
        for rule in (Rule("hr", "food", 2028), Rule("food", "coordination", 2029)):
            flags = [np.zeros(DRAWS, bool), np.ones(DRAWS, bool)]
            found = follow(ahead, given, watched, [(rule, flag) for flag in flags])
            fixed = ahead.run(population_of(list(branches(given, rule)), 2035))
            for name in (CHILD_YEARS, SPENT):
                assert np.array_equal(found[name], fixed[name])


def test_each_draw_takes_its_own_branch(ahead, watched):
    rule = Rule("coordination", "food", 2028)
    mixed = np.arange(DRAWS) % 3 == 0
    flags = [np.zeros(DRAWS, bool), np.ones(DRAWS, bool), mixed]
    found = follow(ahead, paths(), watched, [(rule, flag) for flag in flags])[CHILD_YEARS]
    assert np.array_equal(found[2], np.where(mixed, found[1], found[0]))
    assert not np.array_equal(found[0], found[1])


def test_switching_ends_the_first_and_adding_does_not():
    over = branches(paths(), Rule("hr", "food", 2028))[1]
    assert over["supervision"].end == january(2029) == over["food coverage"].start
    beside = branches(paths(add=True), Rule("hr", "food", 2028))[1]
    assert beside["supervision"].end is None and beside["food coverage"].start == january(2029)


def test_thresholds_at_the_ends(ahead, watched):
    """With no part asked the mean of no action is the threshold, with all that of the strategy."""
    for share, row in ((0.0, -1), (1.0, STRATEGIES.index("coordination"))):
        limits = expected_rises(watched, paths(share=share))
        rise = watched.seen[2029]["coordination index"] - watched.start["coordination index"]
        assert limits["coordination", 2029, "process"] == pytest.approx(rise[row].mean())
        fall = watched.start[SURVEY] - watched.seen[2029][SURVEY]
        assert limits["coordination", 2029, "survey"] == pytest.approx(fall[row].mean())


def test_thresholds_that_cannot_be_missed_or_met(ahead, watched):
    rule = Rule("hr", "food", 2028)
    for limit, speaks in ((-10.0, False), (10.0, True)):
        limits = {("hr", 2028, kind): limit for kind in ("process", "survey")}
        said = triggered(watched, paths(), rule, limits, seed=1)
        assert all(said[name].all() == speaks for name in ("process", "survey", "exact"))
        found = follow(
            ahead, paths(), watched, [(rule, said[s]) for s in ("process", "always", "never")]
        )
        same = found[CHILD_YEARS][1 if speaks else 2]
        assert np.array_equal(found[CHILD_YEARS][0], same)


def test_a_survey_errs_as_its_design_says():
    size = 20_000
    start = {SURVEY: np.full((5, size), 0.25), "coordination index": np.full((5, size), 0.4)}
    seen = {2028: {SURVEY: np.full((5, size), 0.23), "coordination index": np.full((5, size), 0.5)}}
    state, rule = Watched({}, start, seen), Rule("coordination", "food", 2028)
    survey = readings(state, paths(), rule, "survey", 5)
    variance = 1.6 * (0.25 * 0.75 + 0.23 * 0.77) / 671
    assert survey.mean() == pytest.approx(0.02, abs=1e-3)
    assert survey.std() == pytest.approx(np.sqrt(variance), rel=0.03)
    process = readings(state, paths(), rule, "process", 5)
    assert process.std() == pytest.approx(0.05 * np.sqrt(2.0), rel=0.03)
    assert readings(state, paths(), rule, "exact", 5) == pytest.approx(0.02)
    assert survey_children("paser") == 671


def test_a_rule_by_hand():
    flags = {"never": [0, 0, 0, 0], "always": [1, 1, 1, 1], "process": [1, 0, 1, 0]}
    flags |= {"survey": [0, 0, 0, 0], "exact": [1, 1, 1, 1]}
    said = {name: np.array(values, bool) for name, values in flags.items()}
    stay, over = np.array([1.0, 2.0, 3.0, 4.0]), np.array([3.0, 1.0, 2.0, 1.0])
    gain = {name: np.where(flag, over, stay) for name, flag in said.items()}
    lags = np.array([True, True, False, False])
    found = rule_answer(Tried(Rule("hr", "food", 2028), said, gain, gain, lags))
    assert (found["stay"], found["over"], found["better"], found["lags"]) == (2.5, 1.75, 0.25, 0.5)
    assert found["foresight"] == 0.5
    process = found["signals"]["process"]
    assert (process["lag_caught"], process["lag_false"]) == (0.5, 0.5)
    assert (process["better_caught"], process["better_false"]) == (1.0, pytest.approx(1 / 3))
    assert process["mean"] == 2.75 and process["worth"] == 0.25
    assert found["signals"]["survey"]["worth"] == 0.0


def test_no_trigger_beats_foresight_and_threads_change_nothing(ahead):
    given = paths(reviews=(2028,))
    tried, limits = try_rules(ahead, given, 9)
    again, _ = try_rules(replace(ahead, threads=1), given, 9)
    assert json.dumps([rule_answer(t) for t in tried]) == json.dumps(
        [rule_answer(t) for t in again]
    )
    for one in map(rule_answer, tried):
        assert all(s["worth"] <= one["foresight"] + 1e-9 for s in one["signals"].values())
    other, _ = try_rules(ahead, given, 10)
    assert any(
        not np.array_equal(a.said["survey"], b.said["survey"])
        for a, b in zip(tried, other, strict=True)
    )
    assert all(
        np.array_equal(a.gain["always"], b.gain["always"])
        for a, b in zip(tried, other, strict=True)
    )
    assert len(limits) == 2 * len(STRATEGIES)


@pytest.fixture(scope="module")
def found():
    question = read_question(scenarios="no_extra_action", draws=16, year=2031)
    years, sums = MONEY.years, (3000.0, 3000.0, 3000.0, 6000.0, 6000.0)
    return sequence(question, Money(years, sums, 2031, MONEY.inputs))


def test_the_best_schedule_has_the_least_mean_regret(found):
    regret = found.regret("standard").mean(axis=1)
    gains = found.outcomes["standard"].child_years
    assert regret.argmin() == gains.mean(axis=1).argmax()
    assert (found.regret("standard") >= 0.0).all()
    first = next(iter(found.orders.values()))
    assert found.chance(first) == 0.5 and not found.told_apart(first)
    nothing = found.starts.index((NEVER,) * 4)
    assert np.array_equal(gains[nothing], np.zeros(16))


def test_schedule_files_are_scenarios(found, tmp_path):
    files = schedule_files(found)
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    loaded = load_scenarios([tmp_path / name for name in files])
    assert [scenario.id for scenario in loaded] == [name.removesuffix(".yaml") for name in files]
    best = int(found.outcomes["standard"].child_years.mean(axis=1).argmax())
    wanted = found.plans.doses(best)
    assert loaded[0].levers.keys() == wanted.keys()
    for name, dose in loaded[0].levers.items():
        assert dose.start == wanted[name].start
        assert dose.level == pytest.approx(wanted[name].level)


def command(*arguments):
    mount([arguments[0]])
    return CliRunner().invoke(app, list(arguments))


def test_bad_options_are_told_together_with_remedies():
    options = ("--ceilings", "1,2", "--horizon", "2029", "--reviews", "soon", "--share", "50")
    run = command("sequence", *options)
    assert run.exit_code == 2
    for word in ("--ceilings", "--horizon", "--reviews", "--share", "Write 0.5, not 50"):
        assert word in run.output


FEW = ["--draws", "16", "--worlds", "standard", "--reviews", "2028", "--horizon", "2031"]
FEW += ["--ceilings", "3000,3000,3000,6000,6000"]


@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_result_folder_is_shown_again(tmp_path, lang):
    folder = tmp_path / "result"
    run = command("sequence", *FEW, "--lang", lang, "--out", str(folder))
    assert run.exit_code == 0, run.output
    again = command("show", str(folder), "--lang", lang)
    assert again.exit_code == 0 and again.output.startswith(run.output.rstrip()[:-1])
    assert (folder / "pathways.png").read_bytes()[:4] == b"\x89PNG"
    assert len((folder / "rules.csv").read_text().splitlines()) == 1 + 12


def test_json_is_the_answer():
    answer = json.loads(command("sequence", *FEW, "--add", "--json").output)
    assert answer["pathways"]["add"] and answer["schedules"] > 24
