import pytest

from tumbuh.model.agents.areas import COLUMNS, areas_of, read_areas
from tumbuh.model.district import DISTRICT_FOLDER, load_district
from tumbuh.model.errors import DataError

PASER = areas_of("paser")
PASER_FACTS = load_district("paser")

HEADER = ",".join(COLUMNS)
ROWS = (
    "Hulu,9,0,917.5,6868,2020,1,2,A table,https://example.org/a,Land,https://example.org/b,",
    "Hilir,14,1,342,78018,2020,2,2,A table,https://example.org/a,Land,https://example.org/b,a note",
)
DISTRICT = """\
id: small
name: Kabupaten Kecil
province: Kalimantan Timur
surveys: {area: Kecil, table: observations.csv}
facts: {}
sources: {}
"""


@pytest.fixture
def read(tmp_path):
    def load(old="", new=""):
        text = "\n".join((HEADER, *ROWS)) + "\n"
        assert old in text
        path = tmp_path / "areas.csv"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return read_areas(path)

    return load


def test_rows_come_in_the_order_of_the_file(read):
    hulu, hilir = read()
    assert (hulu.name, hulu.villages, hulu.area_km2, hulu.population) == ("Hulu", 9, 917.5, 6868)
    assert (hilir.rural_villages, hilir.urban_villages, hilir.villages) == (14, 1, 15)
    assert (hilir.column, hilir.row, hilir.year, hilir.note) == (2, 2, 2020, "a note")


BROKEN = {
    "population below nought": ("6868", "-5", "a whole number of at least 1", "-5"),
    "nobody": ("6868", "0", "a whole number of at least 1", "0"),
    "population missing": ("6868", "", "a number", "nothing"),
    "population is a word": ("6868", "many", "a number", "'many'"),
    "half a person": ("6868", "6868.5", "a whole number of at least 1", "6868.5"),
    "population without end": ("6868", "inf", "a finite number", "'inf'"),
    "no village": ("Hulu,9,", "Hulu,0,", "at least one village", "0"),
    "villages below nought": ("Hulu,9,", "Hulu,-9,", "a whole number of at least 0", "-9"),
    "no area": ("917.5", "0", "an area above 0 km2", "0"),
    "decimal comma": ("917.5", '"917,5"', "a number", "917,5"),
    "year out of range": ("6868,2020", "6868,20", "at least 1990, at most 2050", "20"),
    "no name": ("Hulu,", ",", "a text", "nothing"),
    "no source": ("A table", "", "a text", "nothing"),
    "no address": ("https://example.org/a", "here", "a web address", "'here'"),
    "no address of the area": ("https://example.org/b", "", "a web address", "''"),
    "no tile": ("2020,1,2", "2020,,2", "a number", "nothing"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_row_is_refused_with_its_line(read, name):
    old, new, expected, found = BROKEN[name]
    with pytest.raises(DataError) as caught:
        read(old, new)
    problem = caught.value.problems[0]
    assert problem.where.startswith("areas.csv:2 column ")
    assert expected in problem.expected
    assert found in problem.found


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [("Hilir", "hulu", "a name used once"), ("2020,2,2", "2020,1,2", "a tile used once")],
)
def test_a_name_or_a_tile_used_twice_is_refused(read, old, new, words):
    with pytest.raises(DataError, match=words) as caught:
        read(old, new)
    assert [p.where.split()[0] for p in caught.value.problems] == ["areas.csv:3"]
    assert "line 2" in caught.value.problems[0].found


def test_all_problems_come_at_once(read):
    with pytest.raises(DataError) as caught:
        read(
            "\n".join(ROWS),
            "Hulu,0,0,x,-1,2020,1,1,A,https://a.b/c,B,https://a.b/d,\nHULU,1,0,2,?,9,1,1,,u,,v,",
        )
    wheres = [problem.where for problem in caught.value.problems]
    assert {where.split()[0] for where in wheres} == {"areas.csv:2", "areas.csv:3"}
    assert len(wheres) >= 8


@pytest.mark.parametrize(
    "data", [b"", b"  \n", b"\x00\x01", (HEADER + "\n").encode(), b"a,b\n1,2\n"]
)
def test_files_that_are_no_table_of_kecamatan_are_refused(tmp_path, data):
    path = tmp_path / "areas.csv"
    path.write_bytes(data)
    with pytest.raises(DataError, match="areas.csv"):
        read_areas(path)


class TestDistrict:
    def test_a_district_without_a_table_has_no_areas(self, tmp_path):
        path = tmp_path / "small.yaml"
        path.write_text(DISTRICT, encoding="utf-8")
        assert areas_of(path) == ()

    def test_the_table_lies_beside_the_district_file(self, tmp_path):
        path = tmp_path / "small.yaml"
        path.write_text(DISTRICT + "kecamatan: parts.csv\n", encoding="utf-8")
        with pytest.raises(DataError, match=r"parts\.csv"):
            areas_of(path)
        (tmp_path / "parts.csv").write_text("\n".join((HEADER, *ROWS)), encoding="utf-8")
        assert [area.name for area in areas_of(path)] == ["Hulu", "Hilir"]

    @pytest.mark.parametrize("name", ["../parts.csv", "parts.txt", "[]"])
    def test_what_is_not_the_name_of_a_table_is_refused(self, tmp_path, name):
        path = tmp_path / "small.yaml"
        path.write_text(DISTRICT + f"kecamatan: {name}\n", encoding="utf-8")
        with pytest.raises(DataError, match=r"small\.yaml:7 kecamatan"):
            areas_of(path)


class TestPaser:
    def test_the_ten_kecamatan_add_up_to_the_villages_of_the_district_plan(self):
        assert len(PASER) == 10
        assert sum(area.rural_villages for area in PASER) == 139
        assert sum(area.urban_villages for area in PASER) == 5
        assert sum(area.villages for area in PASER) == 144

    def test_the_population_is_that_of_the_civil_register(self):
        # The register's own total is 277,401; its table of kecamatan adds up to one less.
        assert sum(area.population for area in PASER) == 277_400

    def test_the_land_adds_up_to_the_total_of_the_plan(self):
        land = sum(area.area_km2 for area in PASER)
        assert land == pytest.approx(10_851.18, abs=0.005)
        assert land < (PASER_FACTS.latest("demography", "area").value or 0.0)

    def test_tiles_respect_rough_geography(self):
        tile = {area.name: (area.column, area.row) for area in PASER}
        east, south = ({name: place[axis] for name, place in tile.items()} for axis in (0, 1))
        assert south["Long Kali"] < south["Long Ikis"] < south["Kuaro"]
        assert south["Tanjung Harapan"] == south["Batu Engau"] == max(south.values())
        assert east["Muara Komam"] == min(east.values())
        assert east["Tanah Grogot"] == max(east.values())
        assert east["Muara Samu"] < east["Paser Belengkong"]

    def test_every_table_of_kecamatan_belongs_to_a_district_file(self):
        tables = {path.name for path in DISTRICT_FOLDER.glob("*.csv")}
        assert tables == {"paser_kecamatan.csv"}
