"""The evidence in the reader's language: numbers, units and priors."""

import csv
import re
import tomllib

import pytest

from tumbuh.calibration.tables import DATA_FOLDER
from tumbuh.experiments.care import TRIALS, trial_effects
from tumbuh.experiments.evidence_words import (
    RANGE_KINDS,
    amount_text,
    number_text,
    prior_words,
    value_text,
)
from tumbuh.experiments.text import LOCALES, words
from tumbuh.model.distributions import Prior
from tumbuh.model.evidence_tables import load_evidence
from tumbuh.model.parameters import load_parameters
from tumbuh.scenarios.levers import catalogue
from tumbuh.scenarios.loader import load_scenarios
from tumbuh.scenarios.text import LANGUAGES

ID, EN = words("id"), words("en")


def test_numbers_have_no_power_of_ten():
    assert [number_text(x, ID) for x in (0.14, 24302.0, -1.0, 1e-09, 0.0)] == [
        "0,14",
        "24.302",
        "-1",
        "0,000000001",
        "0",
    ]


def test_units_are_read_after_their_number():
    assert amount_text("12", "month", EN) == "12 months"
    assert amount_text("1", "month", EN) == "1 month"
    assert amount_text("12 (6 to 18)", "month", EN) == "12 (6 to 18) months"
    assert amount_text("12", "month", ID) == "12 bulan"
    assert amount_text("0,01", "1/month", ID) == "0,01 per bulan"
    assert amount_text("0.7", "dmnl", EN) == "0.7"
    assert amount_text("5", "day/person", EN) == "5 days/person"
    assert amount_text("1800", "person", EN) == "1800 people"


def test_a_moment_is_a_date_and_a_time_is_not():
    row = load_parameters().get
    assert value_text(row("cadre training start"), ID) == "Januari 2027"
    assert value_text(row("cadre training ramp"), ID) == "12 bulan"
    assert value_text(row("food start up time"), EN) == "6 months"


def test_a_finding_has_its_range_in_the_language():
    finding = load_parameters().evidence.effects["A01"]
    assert value_text(finding, ID) == "0,88 (0,85 s.d. 0,91) rasio"
    assert value_text(finding, EN) == "0.88 (0.85 to 0.91) ratio"


NOTED = {
    "trials": "range over trials",
    "medians": "two medians",
    "quartiles": "quartiles",
    "provinces": "lowest and highest province",
    "published": "published range",
}
"""What the note of a finding says where its ends are no interval."""


def test_a_range_that_is_no_interval_says_what_it_is():
    findings = load_parameters().evidence.effects
    assert "(range over trials 0.13 to 0.25)" in value_text(findings["A14"], EN)
    assert "(kuartil antarpenelitian 3,6 s.d. 17,4)" in value_text(findings["C07"], ID)
    assert "(two medians 10.3 to 15.9)" in value_text(findings["C03"], EN)


def test_the_kinds_of_ranges_are_those_of_the_notes():
    found = {}
    for row in load_parameters().evidence.effects.values():
        kinds = [kind for kind, noted in NOTED.items() if noted in row.note]
        if kinds and None not in (row.value, row.low, row.high):
            found[row.id] = kinds[0]
    assert found == RANGE_KINDS


def test_a_prior_is_said_in_both_languages():
    cut = Prior("normal", 0.07, a=0.07, b=0.04, lower=0.0, upper=0.2, spike=0.1, null_value=0.0)
    assert prior_words(cut, ID) == (
        "normal, rata-rata 0,07, SD 0,04, di antara 0 dan 0,2; 10 % simulasi bernilai 0"
    )
    assert prior_words(cut, EN) == (
        "normal, mean 0.07, SD 0.04, between 0 and 0.2; 10 % of the draws at 0"
    )
    assert prior_words(Prior("fixed", 1.0), ID) == "nilai tetap"
    assert prior_words(Prior("normal", 1.0, a=1.0, b=2.0, lower=0.0), EN).endswith("at least 0")


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_can_be_said(language):
    table, own = load_parameters(), words(language)
    told = [value_text(row, own) for row in (*table.rows, *table.evidence.effects.values())]
    told += [prior_words(row.prior, own) for row in table.rows]
    assert not any(re.search(r"\de[-+]?\d|[{}\[\]_]|dmnl", text) for text in told)
    if language == "id":
        assert not any(re.search(r"\d\.\d(?!\d\d\b)", text) for text in told)


@pytest.mark.parametrize("row", ["A12", "B01", "B03", "C09", "D04b"])
def test_a_finding_of_no_difference_is_no_measured_nought(row):
    effect = load_evidence().effects[row]
    for told in (value_text(effect, EN), value_text(effect, ID)):
        assert not re.search(r"\d", told), told
    assert value_text(effect, EN).startswith("no significant difference")
    assert re.search(r"\d", value_text(load_evidence().effects["C01"], EN)), "it has an interval"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_trial_without_a_size_is_not_printed_as_nought_points(lang):
    told = trial_effects(words(lang))["alive"]
    assert told == words(lang).get("caveat.no_difference")


def own_words():
    return tomllib.loads((LOCALES / "evidence.toml").read_text(encoding="utf-8"))["phrases"]


TOLD = ("observations.csv", "context.csv", "age_profile.csv", "routine.csv")
"""Tables that `tumbuh data` shows; those of the holdout too."""


def survey_sources():
    paths = [path for name in TOLD for path in DATA_FOLDER.rglob(name)]
    return {row["source"] for path in paths for row in csv.DictReader(path.open(encoding="utf-8"))}


def test_no_translation_is_of_words_that_no_table_has():
    evidence = load_evidence()
    said = {text for row in evidence.effects.values() for text in (row.cause, row.outcome)}
    said |= {row.title for row in evidence.sources.values()} | survey_sources()
    assert set(own_words()) <= said


def test_surveys_and_findings_of_the_library_are_told_in_indonesian():
    plans = load_scenarios()
    named = {*TRIALS.values(), *(row for plan in plans for row in plan.evidence)}
    of_levers = {row for lever in catalogue().levers.values() for row in lever.evidence}
    rows = [
        row
        for row in load_evidence().effects.values()
        if row.id in named or (row.id in of_levers and row.outcome in ("stunting", "HAZ"))
    ]
    texts = {text for row in rows for text in (row.cause, row.outcome)} | survey_sources()
    assert rows and texts <= set(own_words())


@pytest.mark.parametrize("english", own_words())
def test_a_translation_has_the_same_numbers(english):
    found = [re.findall(r"\d+", text) for text in (english, own_words()[english])]
    assert found[0] == found[1]
    assert ID.told(english) == own_words()[english]
    assert EN.told(english) == english


def test_the_title_of_a_paper_stays():
    title = load_evidence().sources["dewey2021"].title
    assert ID.told(title) == title
