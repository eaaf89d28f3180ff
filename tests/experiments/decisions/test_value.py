"""``tumbuh value``: what it answers on real draws, in both languages, and what it refuses."""

import json

import numpy as np
import pytest
from elsewhere_said import says_elsewhere
from typer.testing import CliRunner

from tumbuh.experiments.app import app, mount
from tumbuh.experiments.decisions.benefit import Benefit, may_be_best, price_grid, strategies_of
from tumbuh.experiments.decisions.options import read
from tumbuh.experiments.decisions.value_answer import value_answer
from tumbuh.experiments.decisions.value_view import sentences, show
from tumbuh.experiments.decisions.words import measurement_name
from tumbuh.experiments.identify import identify
from tumbuh.experiments.runs.evaluate import standard_outcomes
from tumbuh.experiments.text import words
from tumbuh.model.errors import InputError

mount(["value"])
mount(["show"])
DRAWS = 128


def asked(**changed):
    options = {
        "district": "paser",
        "among": None,
        "scenarios": None,
        "worlds": "standard,no_coordination",
        "until": 2031,
        "draws": DRAWS,
        "seed": 3,
        "price": 50.0,
    }
    return read(**(options | changed))


@pytest.fixture(scope="module")
def answer():
    return value_answer(asked(), Benefit("net", 50.0))


def run(*arguments):
    return CliRunner().invoke(app, ["value", *arguments], env={"COLUMNS": "100"})


def test_net_benefit_is_child_years_less_spending_over_price():
    question = asked(draws=64, worlds="standard")
    found = question.evaluate(standard_outcomes(2031))["standard"]
    years, spent = found.table("child_years"), found.table("spending")
    assert np.array_equal(Benefit("net", 20.0).table(found), years - spent / 20.0)
    assert np.array_equal(Benefit("child_years").table(found), years)
    assert np.allclose(Benefit("net", 1e6).table(found), years, atol=0.2)
    assert np.all(Benefit("net").table(found)[:, 0] == 0.0)


def test_the_choice_is_no_extra_action_at_a_low_price_and_food_at_a_high_one(answer):
    curve = answer["worlds"]["standard"]["curve"]
    assert curve[0]["choice"] == "no_extra_action" and curve[0]["value"] < 0.1
    assert curve[-1]["choice"] != "no_extra_action"
    prices = [row["price"] for row in curve]
    assert prices == pytest.approx(price_grid(50.0)) and np.median(prices) == pytest.approx(50.0)


def test_what_is_known_is_worth_at_most_everything(answer):
    for world in answer["worlds"].values():
        most = world["perfect"]["value"]
        assert all(0.0 <= one["value"] <= most + 1e-9 for one in world["known"])
        kinds = {one["kind"] for one in world["known"]}
        assert kinds == {"levels", "sector", "strategy", "parameter"}
        for one in world["measurements"]:
            slack = 3.0 * (one["error"] + one["without_error_error"])
            assert one["value"] <= one["without_error"] + slack


def test_food_and_its_price_matter_and_the_survey_model_does_not(answer):
    """What net benefit is made of must be worth knowing; how surveys err must not."""
    world = answer["worlds"]["standard"]
    found = {(one["kind"], one["name"]): one for one in world["known"]}
    assert found["sector", "food"]["shown"]
    assert found["sector", "food"]["value"] > 5.0 * found["sector", "measurement"]["value"]
    assert not found["sector", "measurement"]["shown"]


def test_it_judges_the_measurements_of_identify_and_three_more(answer):
    measured = {one["name"]: one for one in answer["worlds"]["standard"]["measurements"]}
    told = identify(draws=60)
    own = set(measured) - set(told.measurements)
    assert own == {"offers", "adherence", "elicit_food"}
    assert set(told.measurements) <= set(measured)
    for name in ("coverage", "skills", "survey_2000"):
        assert measured[name]["noise"] == pytest.approx(told.noise[name], rel=0.25), name
    names = {measurement_name(name, words("en")) for name in measured}
    assert len(names) == len(measured)


def test_what_tells_nothing_of_the_choice_is_worth_nothing_for_it():
    """A survey of prevalence narrows no question of choice in identify, and is worth nothing."""
    found = value_answer(asked(worlds="standard", draws=256), Benefit("child_years"))
    measured = {one["name"]: one for one in found["worlds"]["standard"]["measurements"]}
    assert not measured["survey_10000"]["shown"]
    assert not measured["routine_audit"]["shown"]
    assert identify(draws=120).measurements["survey_10000"]["best"].value < 0.1


@pytest.mark.slow
def test_the_number_of_threads_changes_no_number():
    question = asked(worlds="standard", draws=64)
    one, two = (value_answer(question, Benefit(), threads=n) for n in (1, 2))
    assert json.dumps(one) == json.dumps(two)


def test_no_strategy_is_called_best_below_the_rule(answer):
    said = " ".join(sentences(answer, words("en")))
    assert answer["worlds"]["standard"]["chance"] < 0.8
    assert "not called the best" in said
    world = answer["worlds"]["standard"] | {"chance": 0.9}
    changed = answer | {"worlds": {"standard": world}}
    assert "may be called best" in sentences(changed, words("en"))[0]


def test_a_choice_that_never_changes_is_said_to_be_worth_nothing(answer):
    world = answer["worlds"]["standard"]
    still = world["perfect"] | {"change": 0.0, "value": 0.0}
    none = [one | {"shown": False} for one in world["measurements"]]
    changed = {"standard": world | {"perfect": still, "measurements": none}}
    said = " ".join(sentences(answer | {"worlds": changed}, words("en")))
    assert "knowing everything is worth 0" in said
    assert "No measurement of the list is worth more than chance" in said


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("en", ["price is judged", "* sector: food", "Worth up to", "tumbuh identify"]),
        ("id", ["harga adalah penilaian", "* sektor: makanan", "Paling banyak", "tumbuh identify"]),
    ],
)
def test_the_command_in_both_languages_and_its_folder(language, parts, tmp_path):
    folder = tmp_path / "value"
    options = ["--draws", "128", "--seed", "3", "--lang", language, "--out", str(folder)]
    done = run(*options)
    assert done.exit_code == 0, done.output
    printed = " ".join(done.stdout.split())
    for part in parts:
        assert part in printed
    names = {path.name for path in folder.iterdir()}
    assert {"value.png", "price.svg", "known.csv", "measurements.csv", "answer.json"} <= names
    rows = (folder / "known.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0].startswith("world,kind,name,value,error")
    again = CliRunner().invoke(
        app, ["show", str(folder), "--lang", language], env={"COLUMNS": "100"}
    )
    assert again.exit_code == 0 and done.stdout.strip() in again.stdout


def test_of_another_district_it_says_what_is_not_its_own(answer):
    assert says_elsewhere(show, answer) == (False, True)


def test_json_holds_the_answer():
    data = json.loads(run("--draws", "64", "--among", "three", "--price", "200", "--json").stdout)
    assert data["price"] == 200.0
    assert set(data["titles"]) == {"no_extra_action", "hr", "facilities", "coordination"}
    assert set(data["worlds"]["standard"]["judged_by"]) == {"net"}


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (["--draws", "10", "--until", "2050", "--price", "0"], "--draws"),
        (["--among", "three", "--by", "gain"], "--by"),
        (["--among", "equal", "--scenarios", "hr"], "--among"),
        (["--scenarios", "no_extra_action"], "--scenarios"),
        (["--worlds", "flat"], "--worlds"),
        (["--scenarios", "hrr"], "hrr"),
        (["--district", "nowhere"], "nowhere"),
    ],
)
def test_what_cannot_be_asked_is_refused(options, part):
    done = run(*options)
    assert done.exit_code == 2 and part in done.output


def test_all_wrong_numbers_are_told_at_once():
    with pytest.raises(InputError) as caught:
        asked(draws=1, until=2050, price=-1.0)
    assert [problem.where for problem in caught.value.problems] == [
        "--draws",
        "--until",
        "--price",
    ]


def test_which_sets_may_have_a_best():
    equal = strategies_of(None, None).split(",")
    assert may_be_best(["no_extra_action", *equal], "gain")
    assert may_be_best(["hr", "facilities"], "net")
    assert not may_be_best(["hr", "equal_hr"], "child_years")
    assert strategies_of("three", None) == "hr,facilities,coordination"
