"""``tumbuh identify``: what it finds, and what it prints in both languages."""

import json
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from tumbuh.calibration.contraction import Estimate
from tumbuh.experiments import identify
from tumbuh.experiments.app import app, mount
from tumbuh.experiments.identify import CHOICE, EFFECTS, LEVEL
from tumbuh.experiments.identify_view import sentences
from tumbuh.experiments.measurements import HALVED, effects
from tumbuh.experiments.text import words

mount(["identify"])


@pytest.fixture(scope="module")
def found():
    return identify.identify(draws=120)


def run(*arguments):
    return CliRunner().invoke(app, ["identify", *arguments], env={"COLUMNS": "100"})


def test_surveys_narrow_the_level_and_not_the_choice(found):
    level = found.questions["prevalence_2021"].contraction
    assert level.low > 0.7
    assert found.level_told
    for name in CHOICE[:-1]:
        assert found.questions[name].contraction.low < 0.1, name
    assert abs(found.questions["best"].contraction.value) < 0.05
    multiplier = found.parameters["district deficit multiplier"]
    assert multiplier.contraction.low > 0.5
    assert multiplier.contraction.value == pytest.approx(
        1.0 - (multiplier.after / multiplier.before) ** 2
    )


def test_each_measurement_tells_most_of_what_it_measures(found):
    told = {
        name: {question: one.value for question, one in given.items()}
        for name, given in found.measurements.items()
    }
    assert told["survey_10000"]["prevalence_2029"] > told["survey_2000"]["prevalence_2029"] > 0.2
    assert told["survey_10000"]["best"] < 0.05
    assert told["elicit_coordination"]["effect_coordination"] > 0.15
    assert told["coverage"]["effect_hr"] > told["survey_10000"]["effect_hr"]
    order = [identify.choice(given) for given in found.measurements.values()]
    assert order == sorted(order, reverse=True)
    for given in found.measurements.values():
        for one in given.values():
            assert 0.0 <= one.low <= one.high <= 1.0
            assert 0.0 <= one.value <= 1.0


def test_errors_of_measurements(found):
    smaller, larger = (found.noise[f"survey_{size}"][0] for size in (10_000, 2_000))
    assert 0.5 < smaller < larger < 8.0
    sampling = found.noise["trial_hr"][0] / np.sqrt(2.0)
    # Two arms of 5,000; a survey of 2,000 has 2.5 times the variance of one arm, one of 10,000 half.
    assert larger**2 - smaller**2 == pytest.approx(sampling**2 * (2.5 - 0.5), rel=0.05)
    left = 1.0 / (1.0 + 1.0 / HALVED**2)
    assert left == pytest.approx(0.25), "half the SD is a quarter of the variance"


def test_effects_of_a_strategy_are_those_of_its_levers():
    given = {
        "training gain[cadre]": np.array([0.0, 1.0]),
        "equipment weight": np.array([0.0, 1.0]),
        "maternal effect": np.ones(2),
    }
    assert effects("hr", given) == ("training gain[cadre]",)
    assert effects("facilities", given) == ("equipment weight",)


def test_the_sentence_follows_what_was_found(found):
    english = words("en")
    assert "they do not tell which strategy is better" in sentences(found, english)[0]
    assert "food is not among them" in sentences(found, english)[1]
    told = replace(found.questions["best"], contraction=Estimate(0.5, 0.4, 0.6))
    changed = replace(found, questions={**found.questions, "best": told})
    assert "which strategy is best" in sentences(changed, english)[0]
    flat = replace(found.questions[LEVEL[0]], contraction=Estimate(0.1, 0.0, 0.2))
    none = replace(found, questions={**found.questions, LEVEL[0]: flat})
    assert "neither" in sentences(none, english)[0]


@pytest.mark.parametrize(
    ("language", "part"),
    [
        ("en", "Surveys tell the level; they do not tell which strategy is better."),
        ("id", "Survei mengatakan tingkat stunting; survei tidak mengatakan strategi mana"),
    ],
)
def test_the_command_in_both_languages(language, part, tmp_path):
    figure = tmp_path / "identify.png"
    done = run("--draws", "60", "--lang", language, "--plot", str(figure))
    assert done.exit_code == 0, done.output
    assert part in " ".join(done.stdout.split())
    assert figure.read_bytes().startswith(b"\x89PNG")


def test_json_holds_everything_and_a_district_without_fit_works():
    done = run("--draws", "60", "--area", "berau", "--json")
    data = json.loads(done.stdout)
    assert data["area"] == "berau"
    assert set(data["questions"]) == {*LEVEL, *EFFECTS, *CHOICE}
    assert set(data["measurements"]["skills"]["questions"]) == set(data["questions"])


def test_what_cannot_work_is_refused_before_anything_runs():
    assert run("--plot", "figure.doc").exit_code != 0
    assert run("--draws", "60", "--area", "nowhere").exit_code != 0
