"""``tumbuh robust``: properties that metrics must have, and what the command says."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from tumbuh.experiments.app import app, mount
from tumbuh.experiments.decisions.benefit import Benefit
from tumbuh.experiments.decisions.options import read
from tumbuh.experiments.decisions.robust_answer import robust_answer
from tumbuh.experiments.decisions.robust_metrics import (
    METRICS,
    Enough,
    best_share,
    leaders,
    preferred,
    read_enough,
    regret,
    signal,
    worst_tenth,
)
from tumbuh.experiments.decisions.robust_view import sentences
from tumbuh.experiments.runs.evaluate import Evaluation
from tumbuh.experiments.text import words
from tumbuh.model.errors import InputError

mount(["robust"])
mount(["show"])
RNG = np.random.default_rng(1)
TABLE = RNG.normal(size=(400, 5)) * [0.0, 1.0, 2.0, 3.0, 4.0] + [0.0, 0.2, 0.4, 0.6, 0.8]
OF_REGRET = ("mean_regret", "regret_90", "largest_regret", "best")


def metric(name, table=TABLE):
    return METRICS[name][0](table)


def run(*arguments):
    return CliRunner().invoke(app, ["robust", *arguments], env={"COLUMNS": "100"})


def test_regret_is_never_negative_and_someone_has_none():
    found = regret(TABLE)
    assert np.all(found >= 0.0)
    assert np.all(found.min(axis=1) == 0.0)


def test_the_best_of_every_future_has_no_regret_and_wins_every_metric_of_regret():
    table = np.column_stack([TABLE, TABLE.max(axis=1) + 0.1])
    assert np.all(regret(table)[:, -1] == 0.0)
    for name in OF_REGRET:
        assert leaders(metric(name, table), METRICS[name][1]) == (5,), name
    assert best_share(table)[-1] == 1.0


def test_a_constant_in_a_future_does_not_matter_for_regret_but_for_the_worst():
    shifted = TABLE + RNG.normal(size=(len(TABLE), 1))
    for name in OF_REGRET:
        assert np.allclose(metric(name), metric(name, shifted)), name
    assert not np.allclose(metric("worst"), metric("worst", shifted))


def test_one_that_is_better_in_every_future_is_never_behind():
    table = np.column_stack([TABLE, TABLE[:, 3] + 0.5])
    for name, (_, more) in METRICS.items():
        if name == "signal":
            continue
        values = metric(name, table)
        better = values[-1] >= values[3] if more else values[-1] <= values[3]
        assert better, name


def test_metrics_scale_and_do_not_depend_on_the_order_of_futures():
    mixed = TABLE[RNG.permutation(len(TABLE))]
    for name in METRICS:
        assert np.allclose(metric(name), metric(name, mixed)), name
        factor = 1.0 if name in ("signal", "best") else 10.0
        assert np.allclose(factor * metric(name), metric(name, 10.0 * TABLE)), name


def test_closed_forms():
    """Of 1..100: the worst is 1, the mean of the worst tenth 5.5, the 90 percent regret 90 % of it."""
    numbers = np.arange(1.0, 101.0)
    table = np.column_stack([numbers, np.full(100, 100.0)])
    assert metric("worst", table)[0] == 1.0
    assert worst_tenth(table)[0] == 5.5
    assert metric("largest_regret", table)[0] == 99.0
    assert metric("regret_90", table)[0] == pytest.approx(0.9 * 99.0)
    assert signal(table)[0] == pytest.approx(50.5 / np.std(numbers, ddof=1))
    assert signal(table)[1] == 0.0, "no spread, no division by zero"
    assert metric("worst", table)[0] <= worst_tenth(table)[0] <= metric("mean", table)[0]


def test_shares_of_being_best_sum_to_one_and_ties_share():
    assert best_share(TABLE).sum() == pytest.approx(1.0)
    assert best_share(np.ones((4, 2))).tolist() == [0.5, 0.5]


def test_metrics_may_prefer_different_strategies():
    """A safe one, a risky one with the larger mean: worst and mean must part."""
    safe, risky = np.full(1000, 1.0), np.random.default_rng(5).normal(2.0, 4.0, 1000)
    found = preferred(np.column_stack([safe, risky]), 1)
    assert found["worst"][0] == (0,) and found["mean"][0] == (1,)
    assert found["worst"][1] == 1.0 and found["mean"][1] > 0.95
    close = np.column_stack([safe, 1.0 + np.random.default_rng(6).normal(0.0, 1.0, 1000)])
    assert preferred(close, 1)["mean"][1] < 0.99


def test_rounding_shares_the_first_place():
    assert leaders(np.array([1.0, 1.0 + 1e-9, 0.5]), True) == (0, 1)
    assert leaders(np.array([3.0, 2.0]), False) == (1,)


def test_what_is_enough_is_counted_without_failed_draws():
    values = np.zeros((2, 4, 1))
    values[1, :, 0] = [1.0, 2.0, 3.0, np.nan]
    failed = np.array([False, False, False, True])
    found = Evaluation(("no_extra_action", "a"), ("gain",), values, failed)
    assert Enough("gain", True, 2.0).share(found).tolist() == pytest.approx([0.0, 2.0 / 3.0])
    assert Enough("gain", False, 0.0).share(found).tolist() == [1.0, 0.0]


def test_conditions_are_read_and_all_mistakes_told():
    assert read_enough(["averted >= 100", "prevalence<=14.2"]) == (
        Enough("averted", True, 100.0),
        Enough("prevalence", False, 14.2),
    )
    assert read_enough(["gain>=0.5"])[0].text == "gain>=0.5"
    with pytest.raises(InputError, match="prevalence in percent.*Write prevalence<=14.2"):
        read_enough(["prevalence<=0.142"])
    with pytest.raises(InputError) as caught:
        read_enough(["averted>100", "height>=1", "gain>=0.5"])
    assert len(caught.value.problems) == 2


@pytest.fixture(scope="module")
def answer():
    question = read("paser", None, None, "all", 2031, 64, 3, 50.0)
    return robust_answer(question, Benefit("child_years"), read_enough(["averted>=100"]))


def test_the_answer_holds_every_world_and_adds_up(answer):
    assert answer["futures"] == 64 * 5 and len(answer["worlds"]) == 5
    for name in answer["titles"]:
        in_worlds = [world["mean_regret"][name] for world in answer["worlds"].values()]
        assert np.mean(in_worlds) == pytest.approx(answer["metrics"]["mean_regret"][name])
        shares = answer["enough"]["averted>=100"]
        assert shares["least"][name] <= shares["share"][name]
    assert answer["worse"]["no_extra_action"] == 0.0
    no_coordination = answer["worlds"]["no_coordination"]["worse"]["equal_coordination"]
    assert no_coordination > answer["worlds"]["standard"]["worse"]["equal_coordination"]


def test_the_number_of_threads_changes_no_number(answer):
    question = read("paser", None, None, "all", 2031, 64, 3, 50.0)
    again = robust_answer(
        question, Benefit("child_years"), read_enough(["averted>=100"]), threads=1
    )
    assert json.dumps(again) == json.dumps(answer)


def test_no_strategy_is_called_best_below_the_rule(answer):
    said = " ".join(sentences(answer, words("en")))
    assert "not called the best" in said
    best = {name: float(name == "equal_mix") for name in answer["titles"]}
    worlds = {key: world | {"best": best} for key, world in answer["worlds"].items()}
    sure = answer | {"metrics": answer["metrics"] | {"best": best}, "worlds": worlds}
    assert "may be called best" in sentences(sure, words("en"))[0]
    # One world below the rule is enough to hold the word back.
    worlds["stocks"] = worlds["stocks"] | {"best": dict.fromkeys(best, 1.0 / len(best))}
    assert "not called the best" in sentences(sure | {"worlds": worlds}, words("en"))[0]
    unequal = sentences(answer | {"may_be_best": False}, words("en"))[0]
    assert "none is called best" in unequal


@pytest.mark.parametrize(("language", "part"), [("en", "Largest regret"), ("id", "Sesal terbesar")])
def test_the_command_in_both_languages_and_its_folder(language, part, tmp_path):
    folder = tmp_path / "robust"
    options = ["--draws", "64", "--lang", language, "--out", str(folder)]
    done = run(*options, "--satisfice", "prevalence<=14.2")
    assert done.exit_code == 0, done.output
    printed = " ".join(done.stdout.split())
    assert part in printed and "prevalence<=14.2" in printed
    names = {path.name for path in folder.iterdir()}
    assert {"trade_off.png", "regret.svg", "metrics.csv", "worlds.csv"} <= names
    again = CliRunner().invoke(
        app, ["show", str(folder), "--lang", language], env={"COLUMNS": "100"}
    )
    assert again.exit_code == 0 and done.stdout.strip() in again.stdout


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (["--satisfice", "good"], "--satisfice"),
        (["--price", "nan"], "--price"),
        (["--worlds", "standard,standard"], "--worlds"),
        (["--scenarios", ","], "--scenarios"),
    ],
)
def test_what_cannot_be_asked_is_refused(options, part):
    done = run(*options)
    assert done.exit_code == 2 and part in done.output
