"""Mistakes in the tables by age are told by file, line and column, all at once."""

import pytest

from tumbuh.calibration.age_profile import load_age_profile
from tumbuh.calibration.growth_tables import (
    BELIEFS_PATH,
    PROFILE_PATH,
    load_growth_tables,
)
from tumbuh.model.errors import DataError

PROFILE = PROFILE_PATH.read_text(encoding="utf-8")
BELIEFS = BELIEFS_PATH.read_text(encoding="utf-8")


def load(tmp_path, profile=PROFILE, beliefs=BELIEFS):
    paths = tmp_path / "growth_by_age.csv", tmp_path / "growth_beliefs.csv"
    for path, text in zip(paths, (profile, beliefs), strict=True):
        path.write_text(text, encoding="utf-8")
    return load_growth_tables(*paths)


def test_the_tables_are_those_of_the_evidence():
    tables = load_growth_tables()
    found = {(b.survey, b.age_low): b.value for b in tables.bands}
    assert len(found) == 11
    assert found["SSGI 2022", 24] == 0.262
    assert found["SKI 2023", 0] == 0.137
    assert ("SKI 2023", 48) not in found, "no source shows it"
    assert [row.value for row in tables.persistence] == [45, 362, 175, 175, 100]
    assert [row.judged for row in tables.persistence] == [False] * 3 + [True] * 2
    assert all(band.url.startswith("https://") and band.source for band in tables.bands)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("0.117", "11.7", r"growth_by_age.csv:2 column value: .* Write 0.117 for 11.7 percent"),
        ("0.117", '"0,117"', "growth_by_age.csv:2 column value: .* decimal point: write 0.117"),
        ("0.117", "0,117", "growth_by_age.csv:2: expected 8 cells, found 9"),
        ("0.117", "", "growth_by_age.csv:2 column value: expected a number"),
        ("33485", "0", "growth_by_age.csv:2 column children: expected a whole number"),
        ("0,5,0.117", "0,4,0.117", "growth_by_age.csv:2 column age_low: expected whole stages"),
        ("0,5,0.117", "6,11,0.117", "one row a survey and band"),
        ("48,59,0.204", "36,47,0.204", "bands that cover 0 to 59 months without overlap"),
        ("https://id", "id", "growth_by_age.csv:7 column url: expected an address"),
        ("age_low", "low", "growth_by_age.csv:1: .* a header without age_low"),
    ],
)
def test_bad_surveys_are_refused(tmp_path, old, new, expected):
    with pytest.raises(DataError, match=expected):
        load(tmp_path, PROFILE.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("birth share,0,0,0.12", "birth share,0,0,12", "growth_beliefs.csv:2 column value"),
        ("362,1.0", "362,0", "growth_beliefs.csv:4 column spread: expected a spread above 0"),
        ("6,12,362", "12,6,362", "growth_beliefs.csv:4 column age_low: expected two ages in order"),
        ("45,1.0", "0.5,1.0", "growth_beliefs.csv:3 column value: expected an odds ratio above 1"),
        ("birth share", "persistence odds ratio", "growth_beliefs.csv"),
        ("1.0,no", "1.0,perhaps", "growth_beliefs.csv:3 column judged: expected one of yes, no"),
    ],
)
def test_bad_beliefs_are_refused(tmp_path, old, new, expected):
    with pytest.raises(DataError, match=expected):
        load(tmp_path, beliefs=BELIEFS.replace(old, new, 1))


def test_all_mistakes_of_both_tables_come_together(tmp_path):
    with pytest.raises(DataError) as caught:
        load(tmp_path, PROFILE.replace("0.117", "11.7"), BELIEFS.replace("45,1.0", "45,-1"))
    assert {problem.where.split(":")[0] for problem in caught.value.problems} == {
        "growth_by_age.csv",
        "growth_beliefs.csv",
    }


def test_the_shares_are_those_of_the_observations():
    """Two tables hold them: this one adds the children of each band."""
    listed = {
        (g.survey, g.age_low, g.age_high): g.value for g in load_age_profile(measure="stunted")
    }
    bands = load_growth_tables().bands
    assert {(band.survey, band.age_low, band.age_high): band.value for band in bands} == listed
