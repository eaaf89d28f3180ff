"""The command: what is asked is checked, answers are whole, the same for any number of threads."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from tumbuh.experiments.app import app, mount
from tumbuh.experiments.runs.question import read_question
from tumbuh.experiments.runs.worlds import worlds_of
from tumbuh.experiments.sensitivity.analyse import analyse, free, outcomes_at
from tumbuh.experiments.sensitivity.asked import DEFAULT, read_asked, scenarios_of
from tumbuh.experiments.text import words
from tumbuh.model.errors import InputError
from tumbuh.scenarios.loader import EQUAL_BUDGET_IDS

SMALL = ("--size", "16", "--by", "sector", "--quiet")


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    mount(["sensitivity"])
    mount(["show"])
    return lambda *line: CliRunner().invoke(app, list(line))


def test_the_default_asks_for_five_outcomes():
    asked = read_asked(None)
    assert tuple(item.text for item in asked) == DEFAULT
    assert set(EQUAL_BUDGET_IDS) <= set(scenarios_of(asked).split(","))


def test_every_mistake_of_the_outcomes_is_named_at_once():
    text = "prevalens,gain:hrr,difference:hr,best:hr,gain:food,gain:food"
    with pytest.raises(InputError) as caught:
        read_asked(text)
    told = str(caught.value)
    assert len(caught.value.problems) == 5
    for part in ("'prevalence'", "'hr'", "two strategies", "equal-budget", "'gain:food' once"):
        assert part in told


def test_outcomes_are_read_from_the_same_runs():
    asked = read_asked(
        "gain:equal_food,gain:equal_hr,difference:equal_food-equal_hr,best:equal_food"
    )
    question = read_question(scenarios=scenarios_of(asked), draws=16)
    space = question.space()
    points = np.random.default_rng(1).random((40, len(space.names)))
    values = outcomes_at(question, asked, space, question.worlds[0], points)
    assert np.allclose(values[:, 2], values[:, 0] - values[:, 1])
    assert np.all(values[values[:, 0] < values[:, 1], 3] == 0.0)
    assert set(np.unique(values[:, 3])) == {0.0, 1.0}


def test_threads_change_no_number():
    asked = read_asked("gain:hr,prevalence")
    question = read_question(scenarios=scenarios_of(asked), draws=16)
    one, two = (analyse(question, asked, "sobol", "sector", 16, threads=n) for n in (1, 2))
    for first, second in zip(one["standard"], two["standard"], strict=True):
        assert first.mean == second.mean
        assert np.array_equal(first.indices.measures["total"], second.indices.measures["total"])


def test_a_world_varies_nothing_that_it_fixes():
    question = read_question(scenarios="hr", worlds=None, draws=16)
    for world in worlds_of(None):
        names = free(question.space(world), world).names
        assert not set(names) & set(world.settings)


def test_prevalence_without_action_moves_with_what_the_surveys_left():
    """Levels are all but the whole story of the baseline: levers do nothing there."""
    asked = read_asked("prevalence")
    question = read_question(scenarios=scenarios_of(asked), draws=16)
    found = analyse(question, asked, "sobol", "sector", 256)["standard"][0]
    totals = dict(zip(found.indices.factors, found.indices.measures["total"], strict=True))
    assert totals["fit"] > 0.8 and max(v for k, v in totals.items() if k != "fit") < 0.1


@pytest.mark.parametrize("method", ["sobol", "morris", "pawn", "regional"])
def test_json_and_text_and_folder_agree(run, method):
    line = ["sensitivity", method, "--size", "16", "--quiet", "--outcomes", "gain:food,prevalence"]
    line += ["--by", "sector"] if method in ("sobol", "morris") else []
    told = run(*line, "--json")
    assert told.exit_code == 0, told.output
    answer = json.loads(told.output)
    text = run(*line, "--out", "r", "--lang", "id")
    assert text.exit_code == 0, text.output
    again = run("show", "r", "--lang", "id")
    assert again.exit_code == 0 and text.output.strip() in again.output
    assert json.loads(Path("r/answer.json").read_text(encoding="utf-8")) == answer
    item = answer["worlds_found"]["standard"][0]
    assert item["outcome"] == "gain:food" and len(item["rows"]) >= 9


def test_worlds_are_set_side_by_side(run):
    line = ["sensitivity", "morris", *SMALL, "--worlds", "standard,no_synergy"]
    done = run(*line, "--outcomes", "gain:all_three")
    assert done.exit_code == 0 and "No synergy of services" in done.output


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (("sobol", "--size", "48"), "power of two"),
        (("sobol", "--size", "4"), "16 to"),
        (("pawn", "--outcomes", "gain:nothing"), "a strategy"),
        (("sobol", "--worlds", "flat"), "standard"),
        (("sobol", "--size", "65536", "--worlds", "all"), "runs"),
        (("morris", "--outcomes", ","), "at least one outcome"),
    ],
)
def test_bad_options_are_refused_with_a_remedy(run, line, told):
    done = run("sensitivity", *line)
    assert done.exit_code == 2 and told in done.output


def test_every_factor_and_outcome_has_words_in_both_languages():
    english, indonesian = (words(language).table for language in ("en", "id"))
    for name in ("sensitivity", "sensitivity_factors"):
        assert english[name].keys() == indonesian[name].keys()
    sectors = {
        item.sector for item in read_question(scenarios="hr", draws=16).space().uncertainties
    }
    assert sectors <= english["sensitivity_factors"].keys()


@pytest.mark.parametrize(
    ("half", "width", "said", "unsaid"),
    [
        (["a"], 0.3, "±0.30", "half the sample"),
        (["b"], 0.05, "half the sample", "±"),
        (["b"], 0.3, "half the sample", "Settled"),
    ],
)
def test_what_is_not_settled_says_by_which_sign(half, width, said, unsaid):
    from tumbuh.experiments.sensitivity.view import _settled
    from tumbuh.experiments.text import words

    stages = [{"leading": half, "half_interval": 9.0}, {"leading": ["a"], "half_interval": width}]
    item = {"settled": False, "convergence": stages}
    answer = {"method": "sobol", "top": 5, "settled_below": 0.1}
    told = _settled(answer, item, words("en"))
    assert said in told and unsaid not in told and told.startswith("Not settled: ")
    told = _settled(answer | {"method": "morris"}, item, words("en"))
    assert ("times the largest effect" in told) == (width > 0.1)
