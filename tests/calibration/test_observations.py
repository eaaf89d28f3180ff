import pytest

from tumbuh.calibration.observations import DATA_FOLDER, load_observations, load_unseen
from tumbuh.model.errors import DataError

HEADER = "id,area,survey,year,value,low,high,month_low,month_high,children,role,official,source,url,note\n"
GOOD = "a,Paser,SSGI 2021,2021,0.238,,,44,48,292,fit,yes,title,https://x.org,\n"


def load(tmp_path, text):
    path = tmp_path / "observations.csv"
    path.write_text(text, encoding="utf-8")
    return load_observations(path)


def test_the_nominal_pair_is_there_and_later_surveys_are_apart():
    fitted = {item.year: item.value for item in load_observations() if item.role == "fit"}
    assert fitted == {2021: 0.238, 2022: 0.249}
    assert {item.role for item in load_unseen()} == {"unseen"}
    assert min(item.year for item in load_unseen()) > 2022


def test_the_fit_cannot_reach_later_surveys():
    text = (DATA_FOLDER.parent / "ensemble.py").read_text(encoding="utf-8")
    assert "load_unseen" not in text
    assert "holdout" not in text


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (GOOD.replace("0.238", "23.8"), "Write 0.238"),
        (GOOD.replace("0.238", '"0,238"'), "decimal point"),
        (GOOD.replace(",292,", ",0,"), "whole number of children"),
        (GOOD.replace("0.238,,", ",0.3,0.2"), "low below high"),
        (GOOD + GOOD, "used once"),
        (GOOD.replace("fit", "guess"), "one of fit"),
    ],
)
def test_bad_data_is_refused_with_its_line(tmp_path, row, expected):
    with pytest.raises(DataError) as caught:
        load(tmp_path, HEADER + row)
    assert "observations.csv:" in str(caught.value)
    assert expected in str(caught.value)


def test_all_mistakes_come_at_once(tmp_path):
    bad = GOOD.replace("0.238", "23.8").replace(",292,", ",0,")
    with pytest.raises(DataError) as caught:
        load(tmp_path, HEADER + bad)
    assert len(caught.value.problems) == 2
