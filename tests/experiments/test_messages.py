"""Errors in the reader's language."""

import re

import pytest

from tumbuh.experiments.messages import PHRASES, in_language, phrase
from tumbuh.model.errors import InputError, Problem
from tumbuh.scenarios.levers import catalogue


def entries():
    import tomllib

    return tomllib.loads(PHRASES.read_text(encoding="utf-8"))["phrases"]


@pytest.mark.parametrize("english", entries())
def test_a_phrase_and_its_translation_have_the_same_blanks(english):
    blanks = [re.findall(r"\{w?\}", text) for text in (english, entries()[english])]
    assert blanks[0] == blanks[1]


def test_blanks_are_translated_too_and_the_rest_stays():
    assert phrase("one of hr, food") == "salah satu dari hr, food"
    assert phrase("at least 10") == "sedikitnya 10"
    assert phrase("0 to 1 (cadres a year)") == "0 sampai 1 (kader per tahun)"
    assert phrase("something never said before") == "something never said before"
    assert phrase("Look at the file, then go to a file") == "Look at the file, then go to a file"


WHOLE = {
    "an id used once": "id yang dipakai sekali saja",
    "Give the day of publication once": "Berikan hari terbit sekali saja",
    "Split the file, or write the repeated part once": (
        "Pecah berkas itu, atau tulis bagian yang berulang sekali saja"
    ),
    "'hr' once": "'hr' sekali saja",
    "title: named entries or instance of Words": "title: isian bernama",
    "levers.hr: named entries or instance of LeverPlan": "levers.hr: isian bernama",
    "levers.cadre training: named entries or instance of LeverPlan": (
        "levers.cadre training: isian bernama"
    ),
    "levers.hr.level: a finite number": "levers.hr.level: angka berhingga",
    "budget.ceiling: above 0": "budget.ceiling: di atas 0",
    "budget.over_ceiling: 'refuse' or 'scale'": "budget.over_ceiling: 'refuse' atau 'scale'",
    "at most 100000 bytes": "paling banyak 100000 bita",
    "Check that it is the right file": "Periksa apakah berkas itu yang dimaksud",
    "a scenario that does not extend this one": "skenario yang tidak memperluas skenario ini",
    "Cut the circle": "Putuskan lingkaran itu",
    "no such name": "nama itu tidak ada",
    "a table with a header": "tabel dengan judul kolom",
    "Write the number itself": "Tulis angkanya sendiri",
    "Add `id:`, in words": "Tambahkan `id:`, dengan kata-kata",
}
"""Messages that were half in English, and how they read."""


@pytest.mark.parametrize("english", WHOLE)
def test_a_whole_message_is_translated(english):
    assert phrase(english) == WHOLE[english]


def test_a_sentence_that_ends_with_once_is_not_half_translated():
    assert phrase("Look at the file once") == "Look at the file once"


def test_the_sentence_follows_the_language():
    problem = Problem("plan.csv:3 column value", "a number", "'x'", "Write digits only")
    error = InputError([problem])
    assert in_language(error, "en") == str(error)
    assert in_language(error, "id") == (
        "plan.csv:3 kolom value: seharusnya angka, ditemukan 'x'. Tulis angka saja."
    )


def test_every_lever_has_a_title_and_unit_in_indonesian():
    for lever in catalogue().levers.values():
        assert phrase(lever.title.en) == lever.title.id
