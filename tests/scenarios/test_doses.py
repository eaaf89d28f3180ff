"""Doses as a planner says them: one of a thing, and a share in percent of what it is a share of."""

import pytest

from tumbuh.scenarios.doses import dose_text
from tumbuh.scenarios.levers import catalogue
from tumbuh.scenarios.strategies import strategy_table
from tumbuh.scenarios.text import LANGUAGES, number, percent

LEVERS = catalogue().levers


def test_one_of_a_thing_is_no_plural():
    forum = LEVERS["forum meetings"]
    assert dose_text(forum, 1.0, "en") == "1 round of meetings a month"
    assert dose_text(forum, 2.0, "en") == "2 rounds of meetings a month"
    assert dose_text(forum, 1.0, "id") == "1 putaran pertemuan per bulan"
    for lever in LEVERS.values():
        if not lever.is_share:
            one = dose_text(lever, 1.0, "en").split()[1:3]
            assert not any(word.endswith("s") for word in one), lever.name


def test_a_share_is_percent_of_something():
    supervision, cut = LEVERS["supervision"], LEVERS["routine cut"]
    assert dose_text(supervision, 0.8, "en") == "80 % of posyandu coached each month"
    assert dose_text(supervision, 0.8, "id") == "80 % posyandu didampingi tiap bulan"
    assert dose_text(cut, 0.3, "en") == "30 % of the routine operating budget cut"
    for lever in LEVERS.values():
        if lever.is_share:
            english, own = (dose_text(lever, lever.full, lang) for lang in LANGUAGES[::-1])
            assert " % of " in english and "share" not in english
            assert "bagian" not in own


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_trains_a_tenth_of_a_cadre(language):
    training, supervision = LEVERS["worker training"], LEVERS["supervision"]
    point = "," if language == "id" else "."
    assert dose_text(training, 310.83, language).startswith("311 ")
    assert dose_text(training, 310.83, language, exact=True).startswith(f"310{point}83 ")
    assert dose_text(supervision, 0.8291, language).startswith("83 % ")
    assert dose_text(supervision, 0.8291, language, exact=True).startswith(f"82{point}91 % ")
    assert dose_text(supervision, 0.004, language).startswith("<1 % ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_strategy_table_says_doses_in_the_same_words(language):
    rows = strategy_table(language)
    for row, lever in zip(rows, LEVERS.values(), strict=True):
        assert row.quantity.startswith(dose_text(lever, lever.full, language) + ": ")


def test_a_share_is_never_said_to_be_nothing_or_all_where_it_is_not():
    assert [percent(x, "en") for x in (0.0, 0.004, 0.125, 0.995, 1.0)] == [
        "0 %",
        "<1 %",
        "12 %",
        ">99 %",
        "100 %",
    ]
    assert number(0.125, "id") == "0,125"
