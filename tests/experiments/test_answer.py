"""What is said of a comparison, against the numbers behind it."""

from dataclasses import replace

import numpy as np
import pytest

from tumbuh.calibration.ensemble import load_ensemble
from tumbuh.experiments.answer import cheaper, equal_lines, equal_sum, headlines
from tumbuh.experiments.care import _rounded, caveats, trials
from tumbuh.experiments.compare import compare
from tumbuh.experiments.inputs import read_inputs, read_plans
from tumbuh.experiments.judged import FEWEST_DRAWS, ranked, reported_share
from tumbuh.experiments.loops import load_loops
from tumbuh.experiments.text import words
from tumbuh.model.evidence_tables import load_evidence
from tumbuh.model.language.cache import load_program
from tumbuh.model.parameters import load_parameters
from tumbuh.scenarios.names import names, own_name
from tumbuh.scenarios.text import LANGUAGES

IDS = ["no_extra_action", "hr", "food", "equal_hr", "equal_food", "equal_mix"]


@pytest.fixture(scope="module")
def answer():
    program = load_program()
    read = read_inputs(program, "paser", "district", 220)
    return compare(program, read.ensemble, read_plans(IDS), read.surveys, district=read.district)


def with_equal(answer, **changes):
    """Return the answer with gains (median) and costs of equal-budget members replaced."""
    strategies = []
    for result in answer.strategies:
        if result.id in changes:
            median, cost = changes[result.id]
            last = result.dates[-1]
            gain = replace(last.gain, median=median)
            dates = (*result.dates[:-1], replace(last, gain=gain))
            result = replace(result, dates=dates, yearly_cost=cost)
        strategies.append(result)
    return replace(answer, strategies=tuple(strategies), smallest=0.3)


def test_who_gains_as_much_for_less_is_computed(answer):
    same = {"equal_hr": (0.1, 9e3), "equal_food": (0.9, 6e3), "equal_mix": (1.0, 1e4)}
    less, most = cheaper(with_equal(answer, **same))
    assert (less.id, most.id) == ("equal_food", "equal_mix")
    text = " ".join(equal_lines(with_equal(answer, **same), words("en")))
    assert "0.90 against 1.00" in text
    assert "Rp6.0 billion a year instead of Rp10.0 billion" in text
    assert cheaper(with_equal(answer, **same | {"equal_food": (0.6, 6e3)})) is None
    assert cheaper(with_equal(answer, **same | {"equal_food": (0.9, 9.9e3)})) is None


def test_the_sum_is_that_of_the_scenarios(answer):
    assert equal_sum(answer) == 10_000.0


@pytest.mark.parametrize(
    ("base", "best", "said"),
    [
        (0.4, 0.5, "comes from the long-run trend"),
        (0.1, 0.5, "40 points"),
        (0.2, 0.2, "No strategy"),
    ],
)
def test_where_the_chance_of_the_target_comes_from(answer, base, best, said):
    chances = dict.fromkeys(answer.target.chances, best)
    told = replace(answer, target=replace(answer.target, base=base, chances=chances))
    assert any(said in line for line in headlines(told, words("en")))


def test_the_target_is_that_of_the_table(answer):
    share = 100.0 * load_parameters().get("target prevalence").value
    text = " ".join(headlines(answer, words("en")))
    assert f"Target of {share:.1f} % at the end of {answer.target.target.year}" in text


def test_the_trials_are_read_from_the_evidence():
    effects = load_evidence().effects
    text = trials(words("en"))
    for number in (effects["C01"].value, effects["C01"].low, effects["C01"].high):
        assert f"{number:.1f}" in text
    assert "no significant difference" in text


def test_a_cut_is_set_beside_our_own_chain_with_its_limiting_link(answer):
    (result,) = [r for r in answer.strategies if r.id == "hr"]
    assert result.limiting_link is not None
    text = " ".join(caveats(answer, words("en")))
    assert "L01, grade D, not tied to these doses" in text
    assert words("en").get(f"link.{result.limiting_link[0]}") in text


def test_shares_are_rounded_and_told_once():
    english = words("en")
    assert _rounded([0.719, 0.722], english) == "about 70 %"
    assert _rounded([0.60, 0.98], english) == "60 % to 98 %"


def test_no_share_of_few_draws_or_of_no_gain():
    table, rng = load_parameters(), np.random.default_rng(1)
    inputs = {"initial fidelity": rng.random(400)}
    gain = inputs["initial fidelity"]
    assert reported_share(gain, ranked(inputs), table) is not None
    few = {name: values[: FEWEST_DRAWS - 1] for name, values in inputs.items()}
    assert reported_share(gain[: FEWEST_DRAWS - 1], ranked(few), table) is None
    assert reported_share(0.01 * gain, ranked(inputs), table) is None


def test_every_sentence_is_there_in_both_languages(answer):
    for language in LANGUAGES:
        lines = headlines(answer, words(language)) + caveats(answer, words(language))
        assert all("{" not in line for line in lines)


def test_names_are_those_of_parameters_and_variables_of_the_model():
    program, known = load_program(), names()
    assert [name for name in known.titles if name not in {*program.variables, *known.groups}] == []
    drawn = set(load_ensemble().constants)
    assert [name for name in known.ideas if name not in drawn] == []


def test_every_parameter_has_a_plain_name_in_both_languages():
    """Switches, doses and other definitions too: the page's evidence shows all of them."""
    titles = names().titles
    assert [row.name for row in load_parameters().rows if row.name not in titles] == []
    assert own_name("cadre training level", "id") == "Pelatihan kader posyandu: dosis"
    for loop in load_loops():
        told = [own_name(loop.switch, language) for language in LANGUAGES]
        ends = [loop.name_id, loop.name_en]
        assert all(one.endswith(f": {end}") for one, end in zip(told, ends, strict=True))


def test_everything_drawn_has_a_plain_name_in_both_languages():
    drawn = {*load_ensemble().constants, *(row.name for row in load_parameters().uncertain())}
    assert drawn - set(names().titles) == set()
    for name, title in names().titles.items():
        for language in LANGUAGES:
            assert title.get(language).strip() and "[" not in title.get(language), name
    assert own_name("food effect", "en") == "effect of the food supplement on growth"
    assert words("en").full_name("food effect").endswith("(food effect)")
