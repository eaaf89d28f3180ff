"""Surveys of a user's own file: what they replace and join, and every mistake in them."""

from datetime import date

import pytest
from survey_files import SURVEY, write
from typer.testing import CliRunner

from tumbuh.calibration.shipped import shipped_surveys
from tumbuh.experiments import calibrating
from tumbuh.experiments.app import app, mount
from tumbuh.experiments.survey_file import area_of, joined
from tumbuh.model.district import DISTRICT_FOLDER
from tumbuh.model.errors import DataError, InputError
from tumbuh.model.tabular import MAX_BYTES

NEXT = date.today().year + 5

CELLS = {
    "percent": ({"value": "23.8"}, "value", "Write 0.238 for 23.8", "Tulis 0.238 untuk 23.8"),
    "comma": ({"value": "0,238"}, "value", "decimal point: write 0.238", "titik desimal: tulis"),
    "swapped": (
        {"value": "", "low": "0.3", "high": "0.2"},
        "low",
        "low below high, found 0.3 and 0.2",
        "Tukar kedua ujungnya",
    ),
    "both forms": ({"low": "0.1", "high": "0.2"}, "value", "found both", "ditemukan keduanya"),
    "no children": ({"children": "0"}, "children", "1 or more, found 0", "1 atau lebih"),
    "unknown children": (
        {"children": "", "children_basis": "unknown"},
        "children",
        "found nothing",
        "ditemukan tidak ada apa-apa",
    ),
    "decimal comma": (
        {"value": "23,8"},
        "value",
        "Write 0.238 for 23.8 percent",
        "Tulis 0.238 untuk 23.8 persen",
    ),
    "share with a comma": (
        {"value": "0,238"},
        "value",
        "Use a decimal point: write 0.238",
        "Pakai titik desimal: tulis 0.238",
    ),
    "no months": (
        {"month_low": "", "month_high": ""},
        "month_low",
        "first and last month of field work",
        "bulan pertama dan terakhir",
    ),
    "future": (
        {"survey": f"SSGI {NEXT}", "year": str(NEXT)},
        "year",
        "a target or a forecast is no survey",
        "target atau ramalan bukan survei",
    ),
    "another year": (
        {"survey": "SSGI 2024"},
        "year",
        "2024, the year of SSGI 2024 in the packaged tables, found 2025",
        "2024, tahun SSGI 2024 dalam tabel bawaan, ditemukan 2025",
    ),
    "district": ({"area": "entah"}, "area", "found 'entah'", "ditemukan 'entah'"),
    "misspelt": ({"area": "kutai_bart"}, "area", "Did you mean kutai_barat", "Apakah maksud Anda"),
    "province": (
        {"area": "kalimantan_timur"},
        "area",
        "a district, found kalimantan_timur, a province",
        "kabupaten atau kota, ditemukan kalimantan_timur, sebuah provinsi",
    ),
    "role": ({"role": "unseen"}, "role", "one of fit, found 'unseen'", "salah satu dari fit"),
    "no source": ({"source": ""}, "source", "where the number was read", "tempat angka itu dibaca"),
}
"""Changes of a sound row, the column that is blamed, and words in English and Indonesian."""

FILES = {
    "empty": (b"", "an empty file", "berkas kosong"),
    "binary": (b"PK\x03\x04\0\0\xff", "a binary file", "berkas biner"),
    "huge": (b"a" * (MAX_BYTES + 1), f"at most {MAX_BYTES}", f"paling banyak {MAX_BYTES}"),
    "encoding": (b"id,area\nx,\xff\xfe", "another encoding", "pengodean lain"),
    "header": (b"id,area\nx,paser\n", "a header without survey,", "judul kolom tanpa survey,"),
    "header only": (
        ",".join(SURVEY).encode(),
        "at least one row, found none",
        "sedikitnya satu baris",
    ),
}
"""Contents of a file that is no table of surveys, and words in English and Indonesian."""


@pytest.fixture
def told(monkeypatch, tmp_path):
    """Return a function that gives the file to the command, which must refuse it."""
    mount(["calibrate"])
    monkeypatch.setattr(calibrating, "calibrate", lambda *given: pytest.fail("computed"))

    def refused(path, language):
        options = ["--surveys", path, "--lang", language, "--output", tmp_path / "out"]
        options += ["--checkpoint", tmp_path / "kept"]
        done = CliRunner().invoke(app, ["calibrate", *map(str, options)])
        assert (done.exit_code, done.stdout) == (2, "")
        assert {item.name for item in tmp_path.iterdir()} <= {path.name}
        return done.stderr

    return refused


@pytest.mark.parametrize("name", CELLS)
def test_a_mistake_in_a_cell_is_told_in_both_languages(name, told, tmp_path):
    changes, column, english, own = CELLS[name]
    path = write(tmp_path / "mine.csv", changes)
    assert f"mine.csv:2 column {column}: " in told(path, "en")
    assert english in told(path, "en")
    assert f"mine.csv:2 kolom {column}: " in told(path, "id")
    assert own in told(path, "id")


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_table_is_told_in_both_languages(name, told, tmp_path):
    content, english, own = FILES[name]
    path = tmp_path / "mine.csv"
    path.write_bytes(content)
    assert english in told(path, "en")
    assert own in told(path, "id")


@pytest.mark.parametrize("name", ["none.csv", "."])
def test_what_cannot_be_read_is_told_in_both_languages(name, told, tmp_path):
    place, found = tmp_path / name, {"none.csv": "no such file", ".": "is a directory"}[name]
    own = {"none.csv": "berkas atau folder itu tidak ada", ".": "sebuah folder"}[name]
    assert f"expected a readable table, found {found}" in told(place, "en")
    assert f"seharusnya tabel yang dapat dibaca, ditemukan {own}" in told(place, "id")


def test_all_mistakes_are_told_at_once(told, tmp_path):
    rows = [{**changes, "id": f"row-{k}"} for k, (changes, *_) in enumerate(CELLS.values())]
    lines = told(write(tmp_path / "mine.csv", *rows), "en").splitlines()
    for k, (_, column, english, _) in enumerate(CELLS.values()):
        start = f"mine.csv:{k + 2} column {column}: "
        assert any(line.startswith(start) and english in line for line in lines), start


def test_a_second_row_of_a_district_and_survey_is_refused(told, tmp_path):
    path = write(tmp_path / "mine.csv", {}, {"id": "again"})
    english, own = told(path, "en"), told(path, "id")
    assert "kutai_barat, SSGI 2025, fit again (first in line 2)" in english
    assert "Remove one of the two rows" in english
    assert "Hapus salah satu dari kedua baris" in own
    # Rivals are not read here, so the advice must not be to make one.
    assert "rival" not in english + own


def test_a_row_replaces_the_packaged_one_or_joins(tmp_path):
    place = {"area": "paser", "survey": "SSGI 2022", "year": "2022"}
    months = {"month_low": "53", "month_high": "57"}
    path = write(tmp_path / "mine.csv", {}, {**place, **months, "id": "own", "value": "0.2"})
    packaged, found = shipped_surveys("district"), joined(path, "district")
    assert len(found) == len(packaged) + 1
    chosen = [o for o in found if (o.area, o.survey) == ("paser", "SSGI 2022")]
    assert [(o.id, o.value) for o in chosen] == [("own", 0.2)]
    assert set(packaged) - set(found) == {
        o for o in packaged if (o.area, o.survey) == ("paser", "SSGI 2022")
    }
    assert found[-2].survey == "SSGI 2025"


def test_the_figure_of_paser_is_chosen_beside_ones_own(tmp_path):
    path = write(tmp_path / "mine.csv", {})
    for observation, value in (("district", 0.238), ("official", 0.236)):
        found = joined(path, observation)
        assert [o.value for o in found if (o.area, o.year) == ("paser", 2021)] == [value]


def test_a_district_by_code_or_file(tmp_path):
    text = (DISTRICT_FOLDER / "paser.yaml").read_text(encoding="utf-8")
    path = tmp_path / "tana.yaml"
    for old in ("id: paser", "area: paser"):
        text = text.replace(old, f"{old.split()[0]} tana_tidung", 1)
    path.write_text(text, encoding="utf-8")
    assert area_of("berau") == "berau"
    assert area_of(str(path)) == "tana_tidung"
    for wrong in ("entah", "kalimantan_timur", "Paser"):
        with pytest.raises(InputError, match="one of paser, kutai_barat"):
            area_of(wrong)
    with pytest.raises(InputError, match="no such file"):
        area_of(str(tmp_path / "none.yaml"))


def test_a_range_instead_of_a_value_is_read(tmp_path):
    path = write(tmp_path / "mine.csv", {"value": "", "low": "0.1", "high": "0.2"})
    own = joined(path, "district")[-1]
    assert (own.value, own.low, own.high) == (None, 0.1, 0.2)


def test_the_same_file_gives_the_same_surveys_whatever_program_saved_it(tmp_path):
    """A spreadsheet adds a mark at the start, other line ends and another order of columns."""
    path = write(tmp_path / "mine.csv", {})
    marked = tmp_path / "marked.csv"
    text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
    marked.write_bytes(b"\xef\xbb\xbf" + text.encode() + b"\r\n")
    assert joined(marked, "district") == joined(path, "district")
    semicolons = tmp_path / "semicolons.csv"
    semicolons.write_text(text.replace(",", ";"), encoding="utf-8")
    with pytest.raises(DataError, match="a header without.* Separate columns with commas"):
        joined(semicolons, "district")
