import pytest

from tumbuh.model.district import DISTRICT_FOLDER, list_districts, load_district, unknown_parameters
from tumbuh.model.district_facts import check_facts, target_of
from tumbuh.model.district_units import check_unit
from tumbuh.model.errors import DataError
from tumbuh.model.parameters import load_parameters
from tumbuh.scenarios.levers import catalogue

PASER = load_district("paser")

SMALL = """\
id: small
name: Kabupaten Kecil
province: Kalimantan Timur
surveys: {area: Kecil, table: observations.csv}
facts:
  workforce:
    cadres:
      - {value: 100, unit: person, year: 2024, status: seen, source: [office]}
      - {value: 120, unit: person, year: 2025, status: seen, source: [office]}
    cadres trained:
      - {unit: share, status: missing, parameters: [initial trained share], note: not found}
sources:
  office: {title: The office, year: 2025, url: "https://example.org/a"}
"""


@pytest.fixture
def read(tmp_path):
    def load(old="", new=""):
        assert old in SMALL
        path = tmp_path / "small.yaml"
        path.write_text(SMALL.replace(old, new, 1), encoding="utf-8")
        return load_district(path)

    return load


def test_a_district_elsewhere_needs_only_its_own_file(read):
    district = read()
    assert [fact.value for fact in district.series("workforce", "cadres")] == [100, 120]
    assert district.latest("workforce", "cadres").year == 2025
    assert [(section, name) for section, name, _ in district.missing()] == [
        ("workforce", "cadres trained")
    ]


BROKEN = {
    "missing without a parameter": (", parameters: [initial trained share]", "", "carry the ign"),
    "missing with a value": (
        "unit: share, status: missing",
        "value: 0.6, unit: share, status: missing",
        "no value for a missing",
    ),
    "missing without a note": (", note: not found", "", "a note"),
    "seen without a value": ("value: 100, ", "", "a value for a fact seen"),
    "seen without a source": (", source: [office]}", "}", "a source for a fact seen"),
    "unknown source": ("source: [office]", "source: [nobody]", "key of sources"),
    "unknown status": (
        "status: seen",
        "status: guessed",
        "one of seen, derived, conflict, missing, found",
    ),
    "unknown field": ("year: 2024", "jahr: 2024", "jahr"),
    "percent for a share": ("value: 100, unit: person", "value: 24, unit: share", "0 to 1"),
    "percent above a hundred": ("value: 100, unit: person", 'value: 240, unit: "%"', "0 to 100"),
    "text for a number": ("value: 100", "value: about 100", "value"),
    "decimal comma": ("value: 100", 'value: "100,5"', "value"),
    "year out of range": ("year: 2024", "year: 24", "year"),
    "address without https": ("https://example.org/a", "example.org", "url"),
    "derived without a note": ("status: seen", "status: derived", "a note"),
    "conflict without alternatives": ("status: seen", "status: conflict, note: two", "alternativ"),
    "interval the wrong way": ("value: 100", "low: 130, value: 100", "low <= value"),
    "negative count": (
        "value: 100",
        "value: -100",
        "no number below 0 for unit person, found -100",
    ),
    "negative alternative": (
        "status: seen",
        "status: conflict, note: two, alternatives: [{value: -3, source: office}]",
        "found -3",
    ),
    "unknown unit": (
        "unit: person",
        "unit: persn/year",
        "found 'persn/year'. Did you mean 'person'",
    ),
    "misspelt field": (
        "name: Kab",
        "nme: Kab",
        "small.yaml:2 name: expected a field 'name', found none. Rename 'nme' to 'name'.",
    ),
    "field too many": (
        "name: Kab",
        "nme: Kab",
        "facts, kecamatan, found 'nme'. Did you mean 'name'.",
    ),
    "a list for a district": ("{area: Kecil, table: observations.csv}", "[a]", "named entries"),
    "no surveys": ("surveys: {area: Kecil, table: observations.csv}\n", "", "surveys"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_with_the_line(read, name):
    old, new, words = BROKEN[name]
    with pytest.raises(DataError) as caught:
        read(old, new)
    assert any(words in str(problem) for problem in caught.value.problems), caught.value
    assert all(problem.where.startswith("small.yaml:") for problem in caught.value.problems)


@pytest.mark.parametrize("unit", ["child/year", "%", "MIDR/(child*year)", "1/1000"])
def test_units_are_made_of_known_ones(unit):
    assert check_unit(unit) == unit


def test_a_rate_of_growth_may_be_negative(read):
    old = "value: 100, unit: person"
    assert read(old, "value: -0.01, unit: 1/year").latest("workforce", "cadres")


def test_every_unit_of_a_parameter_is_known():
    for row in load_parameters().rows:
        assert check_unit(row.unit)


def test_the_line_is_that_of_the_fact(read):
    with pytest.raises(DataError) as caught:
        read("value: 120", "value: x")
    assert caught.value.problems[0].where.startswith("small.yaml:9 ")


def test_all_problems_come_at_once(tmp_path):
    text = SMALL.replace("value: 100, ", "").replace("year: 2025", "year: 25")
    path = tmp_path / "small.yaml"
    path.write_text(text.replace(", note: not found", ""), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_district(path)
    assert len(caught.value.problems) >= 4


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"- a\n- b\n", b"a: [1, 2\n"])
def test_files_that_are_no_district_are_refused(tmp_path, data):
    path = tmp_path / "x.yaml"
    path.write_bytes(data)
    with pytest.raises(DataError):
        load_district(path)


def test_a_fact_changed_in_the_district_file_alone_is_refused(read):
    old = "value: 120, unit: person"
    district = read(old, f'sets: ["initial staff[cadre]"], {old}')
    with pytest.raises(DataError) as caught:
        check_facts(district, load_parameters())
    assert "small.yaml:9 facts > workforce > cadres" in str(caught.value)
    assert "make posterior" in str(caught.value)
    district = read("value: 120, unit: person", 'sets: ["puskesmas"], value: 19, unit: person')
    with pytest.raises(DataError, match="the unit unit of"):
        check_facts(district, load_parameters())
    with pytest.raises(DataError, match="no such parameter"):
        check_facts(read(old, f"sets: [nothing], {old}"), load_parameters())


def test_an_unknown_district_is_refused_with_those_known():
    with pytest.raises(DataError, match="paser"):
        load_district("pasir")


def test_an_unknown_fact_is_refused_with_those_known():
    with pytest.raises(DataError, match="posyandu"):
        PASER.series("facilities", "puskesmass")


class TestPaser:
    def test_it_is_packaged(self):
        assert "paser" in list_districts()
        assert (DISTRICT_FOLDER / "paser.yaml").exists()

    def test_what_is_missing_is_carried_by_a_parameter_of_the_model(self):
        names = load_parameters().names
        assert PASER.missing()
        assert unknown_parameters(PASER, names) == []
        assert unknown_parameters(PASER, []) != []

    def test_the_parameters_that_carry_ignorance_are_uncertain(self):
        # A target is a decision: the national path stands for the one that was not found.
        table = load_parameters()
        fixed = [
            (name, parameter)
            for section, name, fact in PASER.missing()
            for parameter in fact.parameters
            if section != "targets" and not table.get(parameter).uncertain
        ]
        assert fixed == []

    def test_every_source_is_used(self):
        used = set()
        for named in PASER.facts.values():
            for facts in named.values():
                for fact in facts:
                    used |= {*fact.source, *(other.source for other in fact.alternatives)}
        assert used == set(PASER.sources)

    def test_facts_equal_the_parameters_that_rest_on_them(self):
        check_facts(PASER, load_parameters())
        fed = [n for d in PASER.facts.values() for fs in d.values() for f in fs for n in f.sets]
        assert len(fed) == len(set(fed)) >= 6

    def test_parameters_derived_from_facts_follow_from_them(self):
        table = load_parameters()
        points = {fact.year: fact.value for fact in PASER.series("facilities", "posyandu")}
        opened = (points[2025] - points[2022]) / 36.0
        assert table.get("opening record").value == pytest.approx(opened, abs=1e-4)
        deaths = {fact.year: fact.value for fact in PASER.series("demography", "infant deaths")}
        births = PASER.latest("demography", "births").value
        assert table.get("infant mortality").value == pytest.approx(deaths[2023] / births, abs=1e-4)

    def test_quantities_of_the_costs_are_those_of_the_district(self):
        planning = catalogue().planning
        assert planning["posyandu"].value == PASER.latest("facilities", "posyandu").value
        births = PASER.latest("demography", "births").value
        assert planning["children_6_23"].value == pytest.approx(1.5 * births)

    def test_the_target_is_the_last_step_of_the_national_path(self):
        target = target_of(PASER)
        assert target.share == pytest.approx(load_parameters().get("target prevalence").value)
        assert target.past_year < target.year
        assert target.past_share > target.share

    def test_surveys_and_their_conflict_are_kept(self):
        surveys = {fact.year: fact for fact in PASER.series("prevalence", "survey prevalence")}
        assert surveys[2022].value == 24.9
        assert surveys[2021].status == "conflict"
        assert [other.value for other in surveys[2021].alternatives] == [23.8]
        assert surveys[2024].status == "missing"
        assert (surveys[2024].low, surveys[2024].high) == (22.2, 24.7)

    def test_derived_numbers_follow_from_those_seen(self):
        children = PASER.latest("demography", "children under five").value
        births = PASER.latest("demography", "births").value
        assert children is not None
        assert births == pytest.approx(children / 5.0, abs=1.0)
        measured = PASER.latest("demography", "children measured").value
        assert measured is not None
        assert PASER.latest("coverage", "children measured").value == pytest.approx(
            100.0 * measured / 24_677, abs=0.05
        )
