"""The page's texts: both languages say the same, every text is used, and no number is typed."""

import re

import pytest
from raw_names import raw_names

from tumbuh.experiments.evidence_view import entries
from tumbuh.experiments.page.assessed import DETERMINANTS
from tumbuh.experiments.page.build import Sizes, locale, page_data
from tumbuh.experiments.page.join import SCRIPTS, WEB
from tumbuh.experiments.text import words
from tumbuh.model.parameters import load_parameters
from tumbuh.scenarios.text import LANGUAGES

# Words and names that are the same in both languages.
SAME = {
    *("page.language_id", "page.language_en", "common.none", "common.grade_judged", "common.csv"),
    *("standing.column_value", "standing.column_interval", "unknown.value", "unknown.leading_one"),
    *(
        "chart.plan",
        "chart.band",
        "chart.median",
        "target.chance_name",
        "equity.column_area",
    ),
    *("equity.column_level", "standing.path_national", "results.column_link"),
}
TERMS = ("balita", "kader", "posyandu", "rembuk stunting", "8 aksi konvergensi")


def texts(language):
    return {
        f"{section}.{name}": text
        for section, entries in locale()[language].items()
        for name, text in entries.items()
    }


def source():
    return "\n".join((WEB / name).read_text(encoding="utf-8") for name in SCRIPTS)


def keys_in_source():
    """Keys named as such, and beginnings of keys that are put together."""
    code = source()
    named = set(re.findall(r'"([a-z]+\.[A-Za-z0-9_]+)"', code))
    begun = set(re.findall(r"`([a-z]+\.[a-z_]*)\$\{", code))
    return named, begun


def test_both_languages_have_the_same_texts_and_blanks():
    indonesian, english = texts("id"), texts("en")
    assert set(indonesian) == set(english)
    for key, text in english.items():
        blanks = [set(re.findall(r"{(\w+)}", one)) for one in (text, indonesian[key])]
        assert blanks[0] == blanks[1], key
        assert text.strip() and indonesian[key].strip(), key


def test_every_text_is_translated():
    indonesian, english = texts("id"), texts("en")
    same = {key for key in english if english[key] == indonesian[key]}
    assert same <= SAME, same - SAME


def test_every_text_that_the_page_asks_for_is_there_and_each_is_asked_for():
    named, begun = keys_in_source()
    known = set(texts("en"))
    sections = {key.partition(".")[0] for key in known}
    asked = {key for key in named if key.partition(".")[0] in sections}
    assert asked - known == set()
    unused = {
        key for key in known if key not in asked and not any(key.startswith(part) for part in begun)
    }
    views = {f"{name}.{part}" for name in VIEWS for part in ("short", "heading", "lead")}
    assert unused - views == set()
    assert views <= known


VIEWS = ("standing", "strategies", "target", "unknown", "equity", "evidence", "assessment")


def test_every_indicator_and_determinant_has_a_text():
    known = set(texts("id"))
    for name, indicators in DETERMINANTS.items():
        assert {f"determinant.{name}", *(f"indicator.{item}" for item in indicators)} <= known


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_is_typed(language):
    """As in the texts of the commands: definitions and the plan's own years only."""
    allowed = {"0", "1", "2018", "2026", "6", "23", "90", "80", "50"}
    for key, text in texts(language).items():
        plain = re.sub(r"{\w+}|8 aksi konvergensi|D3|UTF-8", "", text)
        assert set(re.findall(r"\d+", plain)) <= allowed, key


def test_the_largest_fall_is_not_called_at_most():
    """In Indonesian "paling banyak pada 80 %" reads as "in 80 % at most"."""
    assert [key for key, text in texts("id").items() if "prevalensi paling banyak" in text] == []


def test_the_terms_of_the_staff_are_used_and_marked_as_not_reviewed():
    told = texts("id")
    everything = " ".join(told.values()).lower()
    assert all(term in everything for term in TERMS)
    assert all(term in told["page.reviewed"] for term in TERMS)
    assert "belum ditinjau" in told["page.reviewed"]


def both_texts(value):
    """Return every text that the data holds in both languages."""
    if isinstance(value, dict):
        if set(value) == set(LANGUAGES):
            yield from (
                t for said in value.values() for t in ([said] if isinstance(said, str) else said)
            )
        else:
            yield from (text for part in value.values() for text in both_texts(part))
    elif isinstance(value, list | tuple):
        yield from (text for part in value for text in both_texts(part))


def test_the_data_of_the_page_says_no_name_as_the_model_does():
    """With 200 draws, from which on leading inputs are named; and with the value of measuring."""
    data = page_data(Sizes(page=100, compared=200, stated=0, valued=32))
    assert data["leading"] and data["assumptions"] and data["measuring"]
    texts = [text for text in both_texts(data | {"words": {}}) if isinstance(text, str)]
    assert any("pertumbuhan" in text for text in texts) and len(texts) > 600
    assert raw_names(texts) == set()
    titled = {row["name"] for row in data["evidence"]["rows"] if "title" in row}
    assert {entry.name for entry in entries(load_parameters(), "parameters")} <= titled


def test_every_word_of_a_unit_is_known_in_both_languages():
    table = load_parameters()
    units = {e.cells["unit"] for which in ("parameters", "effects") for e in entries(table, which)}
    assert len(units) > 60
    for language in LANGUAGES:
        own = words(language)
        known = "|".join(map(re.escape, sorted(own.table["unit"], key=len, reverse=True)))
        for unit in units:
            left = re.sub(rf"(?<![A-Za-z-])(?:{known})(?![A-Za-z-])", "", unit)
            assert re.search("[A-Za-z]", left) is None, unit
    told = [
        words("id").unit(unit)
        for unit in ("MIDR/(point*month)", "HAZ per point", "% lower at 1 month")
    ]
    assert told == [
        "juta rupiah/(titik layanan*bulan)",
        "SD TB/U per poin",
        "% lebih rendah pada 1 bulan",
    ]
