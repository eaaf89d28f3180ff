"""Discovery: planted boxes are found, in noise nothing is, and PRIM agrees with another program."""

import json
import warnings
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from tumbuh.experiments.app import app, mount
from tumbuh.experiments.decisions import boxes, cart
from tumbuh.experiments.decisions.discover import discover, plain_limits
from tumbuh.experiments.decisions.discover_view import event as event_words
from tumbuh.experiments.decisions.discover_view import sentence
from tumbuh.experiments.decisions.event import Event, read_event
from tumbuh.experiments.decisions.inputs import WORLD, Inputs, inputs_of
from tumbuh.experiments.decisions.pasting import pasted
from tumbuh.experiments.decisions.prim import step_of, trajectory, whole
from tumbuh.experiments.runs.evaluate import Evaluation
from tumbuh.experiments.runs.question import read_question
from tumbuh.experiments.text import words
from tumbuh.model.errors import InputError
from tumbuh.scenarios.loader import EQUAL_BUDGET_IDS

SIZE = 1500


def made(categories=True, size=SIZE, seed=3):
    random = np.random.default_rng(seed)
    numbers, codes = random.random((size, 5)), random.integers(3, size=size)
    names = tuple(f"x{place}" for place in range(5))
    inputs = Inputs(
        names,
        ("dmnl",) * 5,
        numbers,
        {WORLD: codes} if categories else {},
        {WORLD: ("a", "b", "c")} if categories else {},
    )
    return inputs, random


def planted(categories=True, noise=0.0, seed=3):
    inputs, random = made(categories, seed=seed)
    inside = (inputs.numbers[:, 1] < 0.45) & (inputs.numbers[:, 3] > 0.4)
    if categories:
        inside &= inputs.categories[WORLD] != 1
    flipped = random.random(inputs.size) < noise
    return inputs, inside ^ flipped, inside


@pytest.mark.parametrize("categories", [False, True])
def test_a_planted_box_is_found(categories):
    inputs, outcome, _ = planted(categories)
    steps = trajectory(inputs, outcome)
    box = boxes.simplified(steps[boxes.choose(steps)].box, inputs, outcome)
    expected = {"x1", "x3"} | ({WORLD} if categories else set())
    found = step_of(box, inputs, outcome)
    assert set(found.restricted) == expected
    assert box.high[1] == pytest.approx(0.45, abs=0.04)
    assert box.low[3] == pytest.approx(0.4, abs=0.04)
    assert found.density > 0.9 and found.coverage > 0.9
    if categories:
        assert box.allowed[WORLD].tolist() == [True, False, True]


def test_numbers_of_a_step_are_counted_from_its_box():
    inputs, outcome, _ = planted(noise=0.1)
    for step in trajectory(inputs, outcome):
        inside = step.box.holds(inputs)
        assert step.mass == pytest.approx(inside.mean())
        assert step.density == pytest.approx(outcome[inside].mean())
        assert step.coverage == pytest.approx(outcome[inside].sum() / outcome.sum())
        assert step.mass >= 0.05


def test_a_lump_of_equal_values_stays_whole():
    inputs, random = made(categories=False)
    lumped = np.where(random.random(inputs.size) < 0.5, 0.0, inputs.numbers[:, 0])
    numbers = np.column_stack([lumped, inputs.numbers[:, 1:]])
    lump = Inputs(inputs.names, inputs.units, numbers)
    steps = trajectory(lump, lumped > 0.0)
    assert steps[1].restricted == ("x0",) and steps[1].density == 1.0
    limit = plain_limits(steps[1].box, lump)[0]
    assert 0.0 < limit["low"] <= lumped[lumped > 0.0].min() and limit["only"] is None


def test_pasting_takes_back_what_was_peeled_too_far():
    inputs, outcome, _ = planted(categories=False)
    box = whole(inputs)
    low, high = box.low.copy(), box.high.copy()
    low[1], high[1], low[3] = 0.2, 0.6, 0.4
    box = replace(box, low=low, high=high)
    before = step_of(box, inputs, outcome)
    rounds = 0
    while (wider := pasted(box, inputs, outcome, 0.05)) is not None and rounds < 50:
        assert step_of(wider, inputs, outcome).density > step_of(box, inputs, outcome).density
        assert wider.holds(inputs)[box.holds(inputs)].all()
        box, rounds = wider, rounds + 1
    assert 0 < rounds < 50 and np.isneginf(box.low[1]) and box.high[1] == 0.6
    assert step_of(box, inputs, outcome).coverage > before.coverage


def test_a_category_that_was_peeled_comes_back():
    inputs, outcome, _ = planted()
    box = whole(inputs)
    high = box.high.copy()
    high[1] = 0.6
    box = replace(box, high=high, allowed={WORLD: np.array([True, True, False])})
    wider = pasted(box, inputs, outcome, 0.05)
    assert wider is not None and wider.allowed[WORLD].all()


@pytest.mark.parametrize("categories", [False, True])
def test_the_trajectory_is_that_of_the_ema_workbench(categories):
    """Same data, same rule of peeling (lenient1), same share and least mass."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandas as pd
        from ema_workbench.analysis import prim as other

        inputs, outcome, _ = planted(categories, noise=0.08)
        table = pd.DataFrame(inputs.numbers, columns=list(inputs.names))
        if categories:
            ids = np.array(inputs.labels[WORLD])
            table[WORLD] = pd.Categorical(ids[inputs.categories[WORLD]])
        search = other.Prim(table, outcome, threshold=0.1, peel_alpha=0.05, mass_min=0.05)
        theirs = search.find_box().peeling_trajectory
    ours = trajectory(inputs, outcome)
    ahead = np.array([[step.coverage, step.density] for step in ours])
    for _, row in theirs.iterrows():
        apart = np.abs(ahead - [row["coverage"], row["density"]]).max(axis=1)
        assert apart.min() < 0.03
    count = min(12, len(ours), len(theirs))
    for measure in ("coverage", "density"):
        values = [getattr(step, measure) for step in ours[:count]]
        assert values == pytest.approx(theirs[measure].to_numpy()[:count], abs=0.01)


def test_in_noise_no_box_holds_in_the_other_half():
    found = 0
    for seed in range(20):
        inputs, random = made(seed=seed)
        outcome = random.random(inputs.size) < 0.3
        held = boxes.held_out(inputs, outcome, np.arange(inputs.size), seed)
        found += held.found
    assert found <= 1


def test_a_planted_box_holds_in_the_other_half():
    inputs, outcome, _ = planted(noise=0.08)
    held = boxes.held_out(inputs, outcome, np.arange(inputs.size), 1)
    assert held.found and held.density > 0.8 and held.share < 0.4


def test_one_draw_in_several_worlds_is_one_piece_of_evidence():
    """Every draw of a weak pattern is repeated five times: it must not look five times as sure."""
    inputs, random = made(categories=False, size=300)
    outcome = random.random(300) < np.where(inputs.numbers[:, 0] > 0.5, 0.42, 0.3)
    once = boxes.held_out(inputs, outcome, np.arange(300), 4)
    rows = np.tile(np.arange(300), 5)
    five = boxes.held_out(inputs.take(rows), outcome[rows], rows, 4)
    assert five.chance == pytest.approx(once.chance, abs=0.25)


def test_resamples_restrict_the_planted_inputs_again_and_no_others():
    inputs, outcome, _ = planted(noise=0.05)
    groups = np.arange(inputs.size)
    steps = trajectory(inputs, outcome)
    told = steps[boxes.choose(steps)]
    again = boxes.reproduced(told, inputs, outcome, groups, 1)
    for name in ("x1", "x3", WORLD):
        assert again[name]["coverage"] >= 0.9 and again[name]["density"] >= 0.9
    assert again == boxes.reproduced(told, inputs, outcome, groups, 1)


def test_quasi_p_values_tell_a_limit_that_matters_from_one_that_does_not():
    inputs, outcome, _ = planted(categories=False, noise=0.05)
    box = whole(inputs)
    high = box.high.copy()
    high[1], high[4] = 0.45, 0.5
    box = replace(box, high=high)
    values = {limit.name: limit.quasi_p for limit in boxes.limits_of(box, inputs, outcome)}
    assert values["x1"] < 1e-6 and values["x4"] > 0.01
    assert boxes.simplified(box, inputs, outcome).restricted(inputs) == ("x1",)


def test_the_tree_finds_the_box_and_its_leaves_share_out_all_runs():
    inputs, outcome, _ = planted(noise=0.05)
    tree = cart.grow(inputs, outcome, np.arange(inputs.size), 1)
    assert tree.skill > 0.5 and set(tree.leaves[0].restricted) == {"x1", "x3", WORLD}
    assert sum(leaf.mass for leaf in tree.leaves) == pytest.approx(1.0)
    assert sum(leaf.coverage for leaf in tree.leaves) == pytest.approx(1.0)
    together = sum(leaf.box.holds(inputs).astype(int) for leaf in tree.leaves)
    assert np.all(together == 1)


def test_a_tree_on_noise_has_no_skill():
    inputs, random = made()
    tree = cart.grow(inputs, random.random(inputs.size) < 0.3, np.arange(inputs.size), 1)
    assert tree.skill < 0.02


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("best:equal_food", Event("best", "equal_food")),
        ("target", Event("target", "no_extra_action")),
        ("target:food", Event("target", "food")),
        ("worse:hr", Event("worse", "hr")),
        ("gain:food>=0.5", Event("gain", "food", 0.5)),
        ("gain: food >= -1e-1", Event("gain", "food", -0.1)),
    ],
)
def test_events(text, expected):
    assert read_event(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("best:hr", "equal_hr"),
        ("better:hr", "best"),
        ("gain:food", "gain:food>=0.5"),
        ("gain:food>=a", "for example"),
        ("worse:no_extra_action", "comparison"),
        ("worse:", "for example"),
    ],
)
def test_events_that_are_refused(text, said):
    with pytest.raises(InputError, match=said):
        read_event(text)


def test_what_counts_as_best_and_worse():
    gains = np.array([[0.0, 0.0, 0.0], [0.5, 0.301, -0.2], [0.4, 0.3, -0.002]])
    values = np.stack([20.0 - gains, gains], axis=2)
    ids = ("no_extra_action", "equal_food", "equal_hr")
    found = Evaluation(ids, ("prevalence", "gain"), values, np.zeros(3, bool))
    best = Event("best", "equal_food").true_in(found, "equal_food", 0.2)
    # A lead of what is called no effect is no lead.
    assert best.tolist() == [True, False, False]
    worse = [Event("worse", name).true_in(found, name, 0.2).tolist() for name in ids[1:]]
    assert worse == [[False, False, True], [False, False, False]]
    target = Event("target", "equal_food").true_in(found, "equal_food", 0.196)
    assert target.tolist() == [True, False, False]


def test_best_is_asked_within_the_equal_budget_set_only():
    assert set(Event("best", "equal_hr").scenarios.split(",")) == set(EQUAL_BUDGET_IDS)


def test_inputs_are_the_draws_in_their_units():
    question = read_question(scenarios="food", draws=16, worlds=["standard", "no_synergy"])
    inputs = inputs_of(question)
    assert inputs.size == 32 and inputs.labels[WORLD] == ("standard", "no_synergy")
    column = inputs.names.index("food effect")
    assert inputs.units[column] == "HAZ"
    expected = question.constants(question.worlds[0])["food effect"]
    assert np.array_equal(inputs.numbers[:16, column], expected)
    assert "stock sector share" not in inputs.names
    synergy = inputs.numbers[16:, inputs.names.index("synergy effect")]
    assert np.all(synergy == 0.0)


def test_a_strategy_is_told_by_the_inputs_that_carry_its_effect():
    question = read_question(scenarios="food", draws=512)
    found = discover(question, Event("gain", "food", 0.5))
    assert found["verdict"] == "box" and found["held_out"]["chance"] < 0.01
    names = {row["name"] for row in found["box"]["limits"]}
    assert names & {"food adherence", "food effect"}
    assert found["box"]["density"] > found["share"]
    for language in ("en", "id"):
        said = sentence(found["box"], found, words(language))
        assert words(language).percent(found["box"]["density"]) in said
        assert "0" in event_words(found, words(language))


@pytest.mark.parametrize(("points", "verdict"), [(-5.0, "always"), (50.0, "never")])
def test_what_is_always_or_never_true_gets_no_boxes(points, verdict):
    question = read_question(scenarios="food", draws=64)
    found = discover(question, Event("gain", "food", points))
    assert found["verdict"] == verdict and "trajectory" not in found


def test_a_box_may_be_picked():
    question = read_question(scenarios="food", draws=256)
    event = Event("gain", "food", 0.5)
    found = discover(question, event, picked=2)
    assert found["chosen"] == 2
    kept = ("mass", "coverage", "density")
    assert all(found["box"][k] == pytest.approx(found["trajectory"][2][k]) for k in kept)
    with pytest.raises(InputError, match="--box"):
        discover(question, event, picked=999)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--outcome", "best:food"], "equal_food"),
        (["--outcome", "worse:hrr"], "hr"),
        (["--outcome", "target", "--prevalence", "18"], "Write 0.18"),
        (["--outcome", "target", "--until", "2040"], "2027 to 2035"),
        (["--outcome", "target", "--most", "0"], "1 to 8"),
    ],
)
def test_wrong_options_are_refused_with_a_remedy(options, said):
    mount(["discover"])
    done = CliRunner().invoke(app, ["discover", *options])
    assert done.exit_code == 2 and said in done.output


def test_the_result_opens_again_in_both_languages(tmp_path):
    mount()
    runner, folder = CliRunner(), tmp_path / "r"
    asked = ["discover", "--outcome", "gain:food>=0.5", "--draws", "256", "--worlds"]
    done = runner.invoke(app, [*asked, "standard,stocks", "--json", "--out", str(folder)])
    assert done.exit_code == 0, done.output
    made_answer = json.loads((folder / "answer.json").read_text())
    assert [world["id"] for world in made_answer["worlds"]] == ["standard", "stocks"]
    assert {"limits.png", "tradeoff.svg"} <= {p.name for p in folder.iterdir()}
    english = runner.invoke(app, ["show", str(folder)]).output
    indonesian = runner.invoke(app, ["show", str(folder), "--lang", "id"]).output
    assert "Under which assumptions" in english and "Dengan asumsi apa" in indonesian
