"""Tables of surveys: what is in them, and every mistake told with its place and remedy."""

from datetime import date

import pytest

from tumbuh.calibration.areas import areas_without_survey, find_area, load_areas
from tumbuh.calibration.holdout import load_unseen, load_unseen_context
from tumbuh.calibration.observations import (
    COLUMNS,
    DATA_FOLDER,
    digest,
    load_context,
    load_observations,
)
from tumbuh.experiments.messages import in_language
from tumbuh.model.errors import DataError

GOOD = {
    "id": "a",
    "area": "paser",
    "survey": "SSGI 2021",
    "instrument": "SSGI",
    "year": "2021",
    "value": "0.238",
    "month_low": "44",
    "month_high": "48",
    "months_basis": "assumed",
    "children": "292",
    "children_basis": "design",
    "basis": "read",
    "estimate": "direct",
    "role": "fit",
    "official": "yes",
    "source": "title 2022",
    "url": "https://x.org",
}
DISTRICTS = [area.code for area in load_areas().values() if area.kind == "district"]
CODES = ", ".join(load_areas())


def table(tmp_path, *rows, header=COLUMNS):
    """Write rows, each GOOD with some cells replaced."""
    path = tmp_path / "observations.csv"
    lines = [",".join((GOOD | row).get(name, "") for name in header) for row in rows]
    path.write_text("\n".join([",".join(header), *lines]) + "\n", encoding="utf-8")
    return path


def problems(path, load=load_observations):
    with pytest.raises(DataError) as caught:
        load(path)
    return [str(problem) for problem in caught.value.problems]


def test_ten_districts_have_both_surveys_of_the_fit_and_nothing_later():
    fitted = [item for item in load_observations() if item.role == "fit"]
    assert sorted((item.area, item.year) for item in fitted) == sorted(
        (area, year) for area in DISTRICTS for year in (2021, 2022)
    )
    assert len(DISTRICTS) == 10
    assert max(item.year for item in (*load_observations(), *load_context())) == 2022
    assert min(item.year for item in (*load_unseen(), *load_unseen_context())) == 2023


def test_the_nominal_pair_of_paser_and_its_official_figure():
    rows = {item.id: item for item in load_observations(area="paser")}
    assert (rows["paser-2021"].value, rows["paser-2022"].value) == (0.238, 0.249)
    assert (rows["paser-2021"].official, rows["paser-2022"].official) == (False, True)
    official = rows["paser-2021-official"]
    assert (official.value, official.role, official.official) == (0.236, "alternative", True)


def test_later_surveys_are_sixteen_points_three_intervals_and_rivals():
    unseen = [item for item in load_unseen() if item.role == "unseen"]
    assert sum(item.value is not None for item in unseen) == 16
    known = {item.area: (item.low, item.high) for item in unseen if item.value is None}
    assert known == dict.fromkeys(("paser", "berau", "mahakam_ulu"), (0.222, 0.247))
    rivals = {item.area: item.value for item in load_unseen() if item.role == "rival"}
    assert rivals == {
        "balikpapan": 0.246,
        "kutai_timur": 0.206,
        "kutai_barat": 0.21,
        "penajam_paser_utara": 0.219,
    }


def test_a_derived_number_is_in_no_official_list():
    for row in (*load_observations(), *load_context(), *load_unseen(), *load_unseen_context()):
        assert row.basis == "read" or not row.official, row.id


def test_every_row_has_an_address_and_says_how_the_children_were_found():
    for row in (*load_observations(), *load_context(), *load_unseen(), *load_unseen_context()):
        assert row.url.startswith("https://")
        assert row.source
        assert (row.children is None) == (row.children_basis == "unknown"), row.id
        told = row.children_basis != "design" or "hildren" in row.note
        assert told or row.role == "rival", row.id


def test_which_district_has_no_survey_is_told():
    assert areas_without_survey(load_observations()) == ()
    points = [row for row in load_unseen() if row.year == 2023]
    assert [area.code for area in areas_without_survey(points)] == ["mahakam_ulu"]
    assert [area.code for area in areas_without_survey(())] == DISTRICTS


@pytest.mark.parametrize("name", ["paser", "Paser", " kabupaten paser ", "PASER REGENCY"])
def test_an_area_is_found_by_code_or_name(name):
    assert find_area(name).code == "paser"


def test_an_unknown_area_is_refused_with_the_nearest():
    with pytest.raises(DataError) as caught:
        find_area("samarnda")
    expected = f"--area: expected one of {CODES}, found 'samarnda'. Did you mean samarinda."
    assert str(caught.value) == expected


def test_months_that_are_not_known_are_the_whole_year():
    (row,) = [row for row in load_context() if row.id == "indonesia-2019"]
    assert (row.month_low, row.month_high, row.months_basis) == (12.0, 23.0, "unknown")


ONE_CELL = [
    (
        {"value": "23.8"},
        "column value: expected a share between 0 and 1, found 23.8. Write 0.238 for 23.8 percent.",
    ),
    (
        {"value": '"0,238"'},
        "column value: expected a number, found '0,238'. Use a decimal point: write 0.238.",
    ),
    (
        {"value": "nan"},
        "column value: expected a finite number, found 'nan'. Leave the cell empty for no bound.",
    ),
    (
        {"value": "about 24"},
        "column value: expected a number, found 'about 24'. Write digits only.",
    ),
    (
        {"value": ""},
        (
            "column value: expected a value, or low and high, found neither. "
            "Keep one of the two forms."
        ),
    ),
    (
        {"low": "0.2", "high": "0.3"},
        "column value: expected a value, or low and high, found both. Keep one of the two forms.",
    ),
    (
        {"value": "", "low": "0.3", "high": "0.2"},
        "column low: expected low below high, found 0.3 and 0.2. Swap the two ends.",
    ),
    (
        {"value": "", "low": "0.3"},
        "column high: expected both low and high, found only low. Give the other end too.",
    ),
    (
        {"ci_low": "0.25", "ci_high": "0.2"},
        "column ci_low: expected ci_low below ci_high, found 0.25 and 0.2. Swap the two ends.",
    ),
    (
        {"ci_low": "0.25", "ci_high": "0.3"},
        (
            "column value: expected a value inside its confidence interval, found 0.238. "
            "Correct the value or the interval."
        ),
    ),
    (
        {"children": "0"},
        (
            "column children: expected a whole number of children, 1 or more, found 0. "
            "Correct the count."
        ),
    ),
    (
        {"children": "29.5"},
        (
            "column children: expected a whole number of children, 1 or more, found 29.5. "
            "Correct the count."
        ),
    ),
    (
        {"children": ""},
        (
            "column children: expected a whole number of children, 1 or more, found nothing. "
            "Give the children measured, or derive them from the design of the survey."
        ),
    ),
    (
        {"children_basis": "unknown"},
        (
            "column children_basis: expected unknown where no children are given, and only there, "
            "found unknown with 292 children. Say how the number was found."
        ),
    ),
    (
        {"area": "paaser"},
        f"column area: expected one of {CODES}, found 'paaser'. Did you mean paser.",
    ),
    (
        {"area": "xyz"},
        (
            f"column area: expected one of {CODES}, found 'xyz'. "
            "Use one of these, or add the area to areas.csv."
        ),
    ),
    (
        {"source": ""},
        "column source: expected where the number was read, found nothing. Write title and year.",
    ),
    (
        {"url": ""},
        "column url: expected an address that starts with https://, found nothing. Add it.",
    ),
    (
        {"url": "x.org"},
        "column url: expected an address that starts with https://, found 'x.org'. Add it.",
    ),
    (
        {"month_low": "48", "month_high": "44"},
        "column month_low: expected months in order, from 0, found 48 to 44. Correct the months.",
    ),
    (
        {"month_low": "20", "month_high": "24"},
        (
            "column month_low: expected months in 2021, 36 to 47, found 20 to 24. "
            "Correct the months or the year."
        ),
    ),
    (
        {"month_low": "", "month_high": ""},
        (
            "column month_low: expected first and last month of field work, found nothing. "
            "Count from 0 for January 2018."
        ),
    ),
    (
        {"role": "unseen"},
        (
            "column role: expected one of fit, alternative, rival, found 'unseen'. "
            "Use one of these words."
        ),
    ),
    (
        {"official": "ya"},
        "column official: expected one of yes, no, found 'ya'. Use one of these words.",
    ),
]


@pytest.mark.parametrize(("cells", "message"), ONE_CELL)
def test_one_mistake_gives_one_message(tmp_path, cells, message):
    assert problems(table(tmp_path, cells)) == [f"observations.csv:2 {message}"]


def test_a_decimal_comma_without_quotes_is_an_extra_cell(tmp_path):
    assert problems(table(tmp_path, {"value": "0,238"})) == [
        (
            f"observations.csv:2: expected {len(COLUMNS)} cells, found {len(COLUMNS) + 1}. "
            "Use a decimal point, and quote a cell that holds a comma."
        )
    ]


def test_a_missing_column_is_named(tmp_path):
    header = [name for name in COLUMNS if name != "children"]
    assert problems(table(tmp_path, {}, header=header)) == [
        (
            f"observations.csv:1: expected the columns {', '.join(COLUMNS)}, "
            "found a header without children. Separate columns with commas and keep the header."
        )
    ]


def test_the_same_survey_twice_is_refused_unless_one_is_a_rival(tmp_path):
    twice = table(tmp_path, {}, {"id": "b", "value": "0.24"})
    assert problems(twice) == [
        (
            "observations.csv:3 column survey: expected one row of an area, survey and role, found "
            "paser, SSGI 2021, fit again (first in line 2). "
            "Remove one of the two rows, or give it the role rival."
        )
    ]
    rivals = [{"id": name, "role": "rival"} for name in "bc"]
    assert len(load_observations(table(tmp_path, {}, *rivals))) == 3


def test_an_id_twice_is_refused(tmp_path):
    assert problems(table(tmp_path, {}, {"survey": "SSGI 2021b"})) == [
        (
            "observations.csv:3 column id: expected an id used once, found 'a'. "
            "Remove one of the two rows."
        )
    ]


def test_a_survey_in_the_future_is_refused(tmp_path):
    year = date.today().year + 1
    path = table(tmp_path, {"year": str(year), "months_basis": "unknown", "month_low": ""})
    first = problems(path)[0]
    assert first == (
        f"observations.csv:2 column year: expected a year from 2000 to {year - 1}, found {year}. "
        "Correct the year; a target or a forecast is no survey."
    )


def test_a_later_survey_does_not_slip_into_the_table_of_the_fit(tmp_path):
    later = {"year": "2023", "month_low": "67", "month_high": "69"}
    assert problems(table(tmp_path, later)) == [
        (
            "observations.csv:2 column year: expected a year up to 2022, the last that the fit may "
            "see, found 2023. Move the row to the same table in holdout/."
        )
    ]
    earlier = table(tmp_path, {"role": "unseen"})
    assert problems(earlier, load_unseen) == [
        (
            "observations.csv:2 column year: expected a year from 2023 on, which the fit may not see, "
            "found 2021. Move the row to the same table above holdout/."
        )
    ]


def test_all_mistakes_come_at_once(tmp_path):
    path = table(tmp_path, {"value": "23.8", "children": "0"}, {"id": "b", "source": ""})
    found = problems(path)
    places = [text.split(":")[1].split()[0] + " " + text.split(":")[1].split()[2] for text in found]
    assert places == ["2 value", "2 children", "3 source", "3 survey"]


def test_an_empty_table_is_told(tmp_path):
    path = table(tmp_path)
    assert problems(path) == [f"{path}: expected at least one row, found none. Restore the table."]


@pytest.mark.parametrize(("cells", "message"), ONE_CELL)
def test_every_message_is_there_in_indonesian(tmp_path, cells, message):
    with pytest.raises(DataError) as caught:
        load_observations(table(tmp_path, cells))
    told = in_language(caught.value, "id")
    english = [" expected", " found", "Write ", "Correct", "Give", "Use ", "Keep", "Swap", "Add "]
    assert [word for word in english if word in told] == [], told


def test_a_bad_figure_is_told_before_a_table_is_called_another(tmp_path, monkeypatch):
    """A planner who types 23.8 must read of percent, not of a digest."""
    from tumbuh.calibration import observations
    from tumbuh.experiments.inputs import read_inputs
    from tumbuh.model.language.cache import load_program

    bad = (DATA_FOLDER / "observations.csv").read_text(encoding="utf-8").replace("0.238", "23.8")
    (tmp_path / "observations.csv").write_text(bad, encoding="utf-8")
    monkeypatch.setattr(observations, "DATA_FOLDER", tmp_path)
    with pytest.raises(DataError, match=r"Write 0\.238 for 23\.8 percent"):
        read_inputs(load_program(), "paser", "district", 10)
    (tmp_path / "observations.csv").write_text(bad.replace("23.8", "0.239"), encoding="utf-8")
    with pytest.raises(DataError, match="Run `make posterior`"):
        read_inputs(load_program(), "paser", "district", 10)


def test_a_note_or_another_district_does_not_make_an_ensemble_stale(tmp_path):
    plain, noted = table(tmp_path, {}), {"note": "read again"}
    before = digest(load_observations(plain))
    assert digest(load_observations(table(tmp_path, noted))) == before
    assert digest(load_observations(table(tmp_path, {"value": "0.239"}))) != before
    assert digest(load_observations(table(tmp_path, {"children": "300"}))) != before
