"""Routine figures, figures by age, poverty and areas: what they hold, and bad cells."""

import csv

import pytest

from tumbuh.calibration import age_profile, areas, poverty, routine
from tumbuh.calibration.tables import DATA_FOLDER
from tumbuh.model.errors import DataError


def changed(tmp_path, name, row, **cells):
    """Write a packaged table with some cells of one row replaced; return its path."""
    with (DATA_FOLDER / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[row] |= cells
    path = tmp_path / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def told(load, path):
    with pytest.raises(DataError) as caught:
        load(path)
    return str(caught.value)


def test_routine_figures_of_paser_lie_between_13_and_16_percent():
    rows = routine.load_routine(area="paser")
    assert [row.share for row in rows] == [0.148, 0.14, 0.1585, 0.1322, 0.135]
    measured = {row.id: row for row in rows}["paser-2024-06"]
    assert measured.measured is not None
    assert measured.target is not None
    assert measured.attendance == pytest.approx(measured.measured / measured.target, abs=5e-4)
    assert (measured.year, measured.month, measured.registered) == (2024, 6, 19000)


def test_routine_figures_do_not_carry_the_later_surveys():
    """Nobody learns a held-out survey from the routine table."""
    from tumbuh.calibration.holdout import load_unseen

    notes = " ".join(row.note for row in routine.load_routine())
    for row in load_unseen():
        if row.value is not None:
            assert f"{100 * row.value:.1f}" not in notes, row.id


ROUTINE = [
    ({"share": "14.8"}, "routine.csv:2 column share: expected a share between 0 and 1, found 14.8. Write 0.148 for 14.8 percent."),
    ({"month": "13"}, "routine.csv:2 column month: expected a month from 1 to 12, found 13. Correct the month."),
    ({"share": ""}, "routine.csv:2 column share: expected a share, or children measured, found neither. Give one of them."),
    ({"measured": "0"}, "routine.csv:2 column measured: expected a whole number of children, 1 or more, found 0. Correct the count."),
    ({"attendance": "0.5"}, "routine.csv:2 column attendance_basis: expected unknown where no attendance is given, and only there, found unknown with 0.5. Correct one of the two."),
    ({"source": ""}, "routine.csv:2 column source: expected where the number was read, found nothing. Write title and year."),
    ({"id": "paser-2022"}, "routine.csv:4 column id: expected an id used once, found 'paser-2022'. Remove one of the two rows."),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "message"), ROUTINE)
def test_bad_routine_figures(tmp_path, cells, message):
    assert told(routine.load_routine, changed(tmp_path, "routine.csv", 0, **cells)) == message


def test_stunting_rises_with_age_until_the_third_year_in_both_surveys():
    rows = age_profile.load_age_profile(measure="stunted")
    for survey, groups in (("SSGI 2022", 6), ("SKI 2023", 5)):
        shares = [row.value for row in rows if row.survey == survey]
        assert len(shares) == groups
        assert shares.index(max(shares)) == 3


def test_length_at_birth_is_not_stunting_at_birth():
    (birth,) = age_profile.load_age_profile(measure="short_at_birth")
    assert (birth.age_low, birth.age_high, birth.basis) == (0, 0, "unverified")
    assert all(row.age_high > 0 for row in age_profile.load_age_profile(measure="stunted"))


def test_no_survey_gave_haz_by_age():
    assert age_profile.load_age_profile(measure="mean_haz") == ()


AGES = [
    ({"value": "18.5"}, "age_profile.csv:2 column value: expected a share between 0 and 1, found 18.5. Write 0.185 for 18.5 percent."),
    ({"age_high": "60"}, "age_profile.csv:2 column age_low: expected months of age in order, 0 to 59, found 0 to 60. Correct the ages."),
    ({"measure": "haz"}, "age_profile.csv:2 column measure: expected one of stunted, short_at_birth, mean_haz, sd_haz, found 'haz'. Use one of these words."),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "message"), AGES)
def test_bad_figures_by_age(tmp_path, cells, message):
    path = changed(tmp_path, "age_profile.csv", 0, **cells)
    assert told(age_profile.load_age_profile, path) == message


def test_haz_may_be_negative(tmp_path):
    path = changed(tmp_path, "age_profile.csv", 0, measure="mean_haz", value="-1.1")
    assert age_profile.load_age_profile(path)[0].value == -1.1


def test_poverty_is_known_of_paser_by_year_and_of_all_districts_in_2024():
    rows = poverty.load_poverty()
    assert {row.year: row.share for row in rows if row.area == "paser"} == {
        2021: 0.0973,
        2022: 0.0943,
        2023: 0.0911,
        2024: 0.0863,
    }
    assert areas.areas_without_survey([row for row in rows if row.year == 2024]) == ()


def test_bad_poverty_rates(tmp_path):
    path = changed(tmp_path, "poverty.csv", 1, share="9.43", year="2021")
    assert told(poverty.load_poverty, path).splitlines() == [
        (
            "poverty.csv:3 column share: expected a share between 0 and 1, found 9.43. "
            "Write 0.0943 for 9.43 percent."
        ),
        (
            "poverty.csv:3 column area: expected an id used once, found 'paser 2021'. "
            "Remove one of the two rows."
        ),
    ]


def test_areas_are_ten_districts_a_province_and_the_nation(tmp_path):
    kinds = [area.kind for area in areas.load_areas().values()]
    assert kinds == ["district"] * 10 + ["province", "nation"]
    path = changed(tmp_path, "areas.csv", 0, kind="kabupaten", name_id="")
    assert told(areas.load_areas, path).splitlines() == [
        "areas.csv:2 column name_id: expected a text, found nothing. Fill the cell.",
        (
            "areas.csv:2 column kind: expected one of district, province, nation, found 'kabupaten'. "
            "Use one of these words."
        ),
    ]
