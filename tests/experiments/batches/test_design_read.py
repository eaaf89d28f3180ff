"""Designs: what is right is read as meant, and each mistake has its line and its remedy."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tumbuh.experiments.batches.design import LEVERS
from tumbuh.experiments.batches.design_read import design_from_text, packaged, read_design
from tumbuh.experiments.batches.design_schema import SCHEMA_PATH, schema_text
from tumbuh.experiments.batches.design_text import as_text, digest, from_text
from tumbuh.experiments.batches.template import template
from tumbuh.experiments.messages import in_language
from tumbuh.experiments.runs.space import JOINT
from tumbuh.experiments.runs.worlds import WORLD_IDS
from tumbuh.model.errors import InputError, TumbuhError
from tumbuh.model.yamlfile import dump_yaml
from tumbuh.scenarios.levers import catalogue
from tumbuh.scenarios.loader import LIBRARY_IDS

HEAD = "id: a\ntitle: {id: x, en: y}\n"
GOOD = HEAD + "scenarios: [hr]\n"


def read(tmp_path, text):
    return design_from_text(text, tmp_path).design


def refusal(tmp_path, text):
    with pytest.raises(InputError) as caught:
        design_from_text(text, tmp_path, "d.yaml")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("name", packaged())
def test_every_packaged_design_is_valid(name):
    checked = read_design(name)
    assert checked.design.id == name and checked.design.runs > 0 and not checked.notes


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_template_is_valid_with_everything_in_use(tmp_path, language):
    text = template("mine", language)
    assert read(tmp_path, text).id == "mine"
    used = [line.removeprefix("# ") if _is_entry(line) else line for line in text.splitlines()]
    used = [line for line in used if line != "uncertainties: all"]
    text = "\n".join(used).replace("sampler: posterior", "sampler: sobol")
    design = read(tmp_path, text)
    assert design.levers is not None
    assert design.levers.combinations == 2 ** len(catalogue().levers)
    assert design.seed == 20260101 and design.replicates == 2
    assert "food adherence" in design.names and "food unit cost" not in design.names


def _is_entry(line):
    return line.startswith("#  ") or line in (
        *("# uncertainties:", "# levers:", "# replicates: 2", "# seed: 20260101"),
    )


BAD = {
    "sampler: sobl\ndraws: 4": (4, "Did you mean 'sobol'"),
    "draws: 0": (4, "a whole number from 1 to 2000"),
    "draws: 2001": (4, "Write 1 to 2000, which are stored, or another sampler"),
    "draws: 1e3": (4, "Write 1000, without a decimal point"),
    "sampler: random": (1, "Write `draws: 100`"),
    "drows: 4\ndraws: 4": (4, "Did you mean 'draws'"),
    "draws: 4\nworlds: [standrd]": (5, "Did you mean 'standard'"),
    "draws: 4\ndistrict: nowhere": (5, "nowhere"),
    "draws: 4\nuncertainties: {names: [food efect]}": (5, "Did you mean 'food effect'"),
    "draws: 4\nuncertainties: {sectors: [foods]}": (5, "Did you mean 'food'"),
    "draws: 4\nuncertainties: {grades: [E]}": (5, "Choose one of A, B, C, D"),
    "draws: 4\nsampler: sobol\nuncertainties:\n  ranges:\n    food effect: {low: 0.3, high: 0.3}": (
        8,
        "Exchange or correct the two ends",
    ),
    "draws: 4\nsampler: sobol\nuncertainties:\n  ranges:\n    food adherence: {low: 30, high: 60}": (
        8,
        "Write 0.3 for 30 percent",
    ),
    "draws: 4\nsampler: sobol\nuncertainties: {ranges: {food adherence: {low: 0.2, high: 3}}}": (
        6,
        "0 to 1 (food adherence)",
    ),
    "draws: 4\nsampler: sobol\nuncertainties: {ranges: {food adherence: [0.4]}}": (6, "one value"),
    "draws: 4\nsampler: sobol\nuncertainties: {ranges: {food adherence: "
    "{family: normal, mean: 0.5, standard deviation: 0.1}}}": (6, "Add or correct `lower:`"),
    "draws: 4\nuncertainties: {ranges: {food adherence: {low: 0.2, high: 0.4}}}": (
        5,
        "Write `sampler: sobol`",
    ),
    "draws: 4\nsampler: sobol\nuncertainties: {except: [food effect], "
    "ranges: {food effect: [0.1, 0.2]}}": (
        6,
        "Keep one of the two",
    ),
    "draws: 4\nuncertainties: {names: [cadre training level]}": (5, "under `levers:`"),
    "draws: 4\nuncertainties: {names: [stock sector share]}": (5, "name another structure"),
    "draws: 4\nworlds: no_synergy\nuncertainties: {names: [food effect, synergy effect]}": (
        6,
        "'synergy effect', which they fix",
    ),
    "draws: 4\noutcomes: [gains]": (5, "Did you mean 'gain'"),
    "draws: 4\noutcomes: [{variable: true prevalense}]": (5, "true prevalence"),
    "draws: 4\noutcomes: [{variable: true prevalence, form: fall}]": (5, "value, gain or rise"),
    "draws: 4\noutcomes: [gain, gain]": (5, "Give one of them another `name:`"),
    "draws: 4\noutcomes: [{outcome: gain, year: 2031, month: 4}]": (5, "Keep one of the two"),
    "draws: 4\noutcomes: [{outcome: gain, name: food effect}]": (5, "another `name:`"),
    "draws: 4\nyear: 2040": (5, "a whole number from 2027 to 2035"),
    "draws: 4\nlevers: {food covrage: 0.4}": (5, "Did you mean 'food coverage'"),
    "draws: 4\nlevers: {food coverage: 80}": (5, "Write 0.8 for 80 percent"),
    "draws: 4\nlevers: {food coverage: 0.4, Food_Coverage: 0.8}": (5, "it again"),
    "draws: 4\nlevers: {food coverage: [0.4, 0.4]}": (5, "a value twice"),
    "draws: 4\nlevers: {food coverage: {low: 0.4, high: 0.8}}": (5, "Write `sampler: sobol`"),
    "draws: 4\nlevers: {food coverage: {start: '2028-01'}}": (5, "Write `level:`"),
    "draws: 4\nlevers: {food coverage: {level: 0.4, start: '2026-12'}}": (5, "2027-01"),
    "draws: 4\nlevers: {food coverage: {level: 0.4, start: ['2028-01', '2030-01'], "
    "end: '2029-01'}}": (5, "an end after every start"),
    "sampler: factorial\nuncertainties: {sectors: [food]}\ndraws: 9": (6, "`steps` says"),
    "sampler: factorial\nuncertainties: all": (4, "Let fewer uncertainties vary"),
    "sampler: morris\nuncertainties: none\ntrajectories: 3": (4, "Let some uncertainties vary"),
    "draws: 4\ntrajectories: 4": (5, "Write `sampler: morris`"),
    "sampler: latin_hypercube\ndraws: 1000000": (4, "Use sobol or random"),
    "sampler: sobol\ndraws: 2000000000": (5, "Use random"),
    "draws: 4\nreplicates: 2": (5, "one replicate of posterior"),
    "draws: 4\nseed: -1": (5, "a whole number from 0"),
    "points: none.csv": (None, "no such file"),
}


@pytest.mark.parametrize("text", BAD)
def test_a_mistake_has_its_line_and_its_remedy(tmp_path, text):
    line, told = BAD[text]
    found = refusal(tmp_path, GOOD + text + "\n")
    assert len(found) == 1, found
    assert told in found[0]
    assert line is None or found[0].startswith(f"d.yaml:{line}:")


@pytest.mark.parametrize("text", BAD)
def test_a_mistake_is_told_in_indonesian_without_english_words(tmp_path, text):
    path = tmp_path / "d.yaml"
    path.write_text(GOOD + text + "\n")
    with pytest.raises(TumbuhError) as caught:
        read_design(path)
    said = in_language(caught.value, "id").replace(str(tmp_path), "")
    plain = re.sub(r"'[^']*'|`[^`]*`|\{[^}]*\}|\([^)]*\)", "", said)
    assert not re.findall(r"\b(?:the|or|and|it|of|with|an?|is|are|which|your)\b", plain), said


def test_all_mistakes_are_told_at_once(tmp_path):
    found = refusal(tmp_path, "id: B\nscenarios: [hrr]\nworlds: [x]\ndraws: 0\nseed: -1\n")
    assert [problem.split(":")[1] for problem in found] == ["1", "1", "2", "3", "4", "5"]


def test_scenario_files_lie_beside_the_design_and_their_mistakes_are_told(tmp_path):
    plan = "id: mine\ntitle: {id: a, en: b}\nintent: {id: a, en: b}\nlevers: {food coverage: "
    dose = "{level: LEVEL, start: '2027-01', ramp_months: 12}}\n"
    (tmp_path / "mine.yaml").write_text(plan + dose.replace("LEVEL", "0.5"))
    text = HEAD + "scenarios: [mine.yaml, hr]\ndraws: 4\n"
    design = read(tmp_path, text)
    assert design.scenarios == ("no_extra_action", "mine", "hr")
    assert design.strategies[1].constants["food coverage level"] == 0.5
    (tmp_path / "mine.yaml").write_text(plan + dose.replace("LEVEL", "50"))
    assert "Write 0.5 for 50 percent" in refusal(tmp_path, text)[0]
    levers = plan.replace("mine", LEVERS) + dose.replace("LEVEL", "0.5")
    (tmp_path / "levers.yaml").write_text(levers)
    assert "another id" in refusal(tmp_path, HEAD + "scenarios: levers.yaml\ndraws: 4\n")[0]


def test_what_varies_is_what_was_chosen(tmp_path):
    text = GOOD + "draws: 4\nsampler: sobol\nuncertainties:\n"
    both = read(tmp_path, text + "  sectors: [food]\n  grades: [D]\n  names: [synergy effect]\n")
    all_food = read(tmp_path, text + "  sectors: [food]\n")
    assert "synergy effect" in both.names and "synergy effect" not in all_food.names
    assert set(both.names) - {"synergy effect"} < set(all_food.names)
    more = read(tmp_path, text + "  sectors: [food]\n  ranges: {trust time: [6, 12, 24]}\n")
    assert set(more.names) == {*all_food.names, "trust time"}
    most = read(tmp_path, text + "  except: [food effect]\n")
    everything = read(tmp_path, GOOD + "draws: 4\nsampler: sobol\n")
    assert set(everything.names) - set(most.names) == {"food effect"}
    assert everything.names[0] == JOINT


def test_what_every_world_fixes_does_not_vary(tmp_path):
    text = GOOD + "sampler: random\ndraws: 4\nuncertainties: all\n"
    both = read(tmp_path, text + "worlds: [standard, no_synergy]\n")
    assert "stock sector share" not in both.names and "synergy effect" in both.names
    one = read(tmp_path, text + "worlds: no_synergy\n")
    assert set(both.names) - set(one.names) == {"synergy effect"}


def test_a_table_of_points_is_read_and_held_to_the_priors(tmp_path):
    (tmp_path / "p.csv").write_text("Food Effect,levels and natural history\n0.1,0.2\n0.2,0.9\n")
    design = read(tmp_path, GOOD + "points: p.csv\n")
    assert design.sampler == "points" and design.draws == 2
    assert np.array_equal(design.table["food effect"], [0.1, 0.2])
    (tmp_path / "p.csv").write_text("food adherence,levels and natural history\n0.1,0.2\n40,9\n")
    found = refusal(tmp_path, GOOD + "points: p.csv\n")
    assert "p.csv:3" in found[0] and "Write 0.4 for 40 percent" in found[0]
    assert "p.csv:3" in found[1] and len(found) == 2
    (tmp_path / "p.csv").write_text("food efect\n0.1\n")
    assert "Did you mean 'food effect'" in refusal(tmp_path, GOOD + "points: p.csv\n")[0]


def test_the_examples_of_the_page_are_valid(tmp_path):
    page = (Path(__file__).parents[3] / "docs" / "experiments.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.+?)```", page, re.DOTALL)
    assert len(blocks) == 3
    design = read(tmp_path, HEAD + "sampler: sobol\ndraws: 64\n" + "".join(blocks))
    assert [item.name for item in design.outcomes] == ["gain", "gain 2029", "true gain"]
    assert {"absorption", "food coverage start", "supervision level"} < set(design.names)


def test_a_sobol_sequence_that_is_no_power_of_two_is_noted(tmp_path):
    for draws, noted in ((64, False), (100, True)):
        text = GOOD + f"sampler: sobol\ndraws: {draws}\n"
        notes = design_from_text(text, tmp_path).notes
        assert [note.name for note in notes] == ["note_sobol"] * noted


def test_title_and_question_change_no_number_and_anything_else_does(tmp_path):
    first = read(tmp_path, GOOD + "draws: 4\n")
    assert digest(first) == digest(read(tmp_path, GOOD.replace("x", "z") + "draws: 4\n"))
    for other in ("draws: 5", "draws: 4\nseed: 1", "draws: 4\nyear: 2030", "draws: 4\nworlds: all"):
        assert digest(first) != digest(read(tmp_path, GOOD + other + "\n"))


def test_the_order_of_lists_of_levers_is_kept_in_the_text(tmp_path):
    text = GOOD + "draws: 4\nlevers: {supervision: [0.8, 0.2], food coverage: [0.4, 0.1]}\n"
    design = read(tmp_path, text)
    again = from_text(as_text(design))
    assert again.levers is not None and design.levers is not None
    assert list(again.levers.grid.items()) == list(design.levers.grid.items())


@pytest.mark.parametrize("text", ["{", '{"tumbuh_design": 2}', '{"tumbuh_design": 1}', "[]"])
def test_a_text_that_is_cut_off_is_refused(text):
    with pytest.raises(InputError, match="Make it again"):
        from_text(text)


def test_the_published_schema_is_the_one_that_is_made():
    assert SCHEMA_PATH.read_text(encoding="utf-8") == schema_text()
    json.loads(schema_text())


def valid_designs():
    levels = st.lists(st.sampled_from([0.1, 0.2, 0.4, 0.8]), min_size=1, max_size=3, unique=True)
    grid = st.dictionaries(
        st.sampled_from(["food coverage", "supervision", "list sharing"]), levels, max_size=2
    )
    return st.fixed_dictionaries(
        {
            "scenarios": st.lists(
                st.sampled_from(LIBRARY_IDS[1:]), min_size=1, max_size=4, unique=True
            ),
            "worlds": st.lists(st.sampled_from(WORLD_IDS), min_size=1, unique=True),
            "draws": st.integers(1, 10**9),
            "replicates": st.integers(1, 9),
            "sampler": st.sampled_from(["random", "sobol"]),
            "levers": grid,
            "seed": st.integers(0, 2**63 - 1),
        }
    )


@settings(max_examples=30)
@given(valid_designs())
def test_a_design_survives_its_text_and_its_counts_multiply(made):
    tree = {"id": "a", "title": {"id": "x", "en": "y"}} | made
    if not made["levers"]:
        del tree["levers"]
    design = design_from_text(dump_yaml(tree), Path()).design
    assert from_text(as_text(design)) == design
    combinations = 1 if made["levers"] else 0
    for values in made["levers"].values():
        combinations *= len(values)
    variants = 1 + len(made["scenarios"]) + combinations
    expected = variants * len(made["worlds"]) * made["draws"] * made["replicates"]
    assert design.runs == expected
    assert design.chunk_draws * design.runs_of_draw <= max(65_536, design.runs_of_draw)
