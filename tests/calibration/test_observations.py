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
        (GOOD.replace("0.238", "23.8"), "Write 0.238 for 23.8 percent"),
        (GOOD.replace("0.238", '"0,238"'), "decimal point: write 0.238"),
        (GOOD.replace("0.238", "0,238"), "decimal point, and quote"),
        (GOOD.replace("0.238", "nan"), "finite number"),
        (GOOD.replace("0.238", "about 24"), "digits only"),
        (GOOD.replace("0.238", ""), "a value, or low and high"),
        (GOOD.replace("title,", ","), "column source"),
        (GOOD.replace("https://x.org", ""), "column url"),
        (GOOD.replace(",2021,", ",21,"), "a year from 2018"),
        (GOOD.replace("44,48", "48,44"), "months in order"),
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


def test_a_bad_figure_is_told_before_the_file_is_called_another(tmp_path, monkeypatch):
    """A planner who types 23.8 must read of percent, not of a hash."""
    from tumbuh.calibration import ensemble, observations

    for path in DATA_FOLDER.glob("*_ensemble.*"):
        (tmp_path / path.name).symlink_to(path)
    bad = (DATA_FOLDER / "observations.csv").read_text(encoding="utf-8").replace("0.238", "23.8")
    (tmp_path / "observations.csv").write_text(bad, encoding="utf-8")
    monkeypatch.setattr(observations, "DATA_FOLDER", tmp_path)
    monkeypatch.setattr(ensemble, "DATA_FOLDER", tmp_path)
    with pytest.raises(DataError, match="Write 0.238 for 23.8 percent"):
        ensemble.load_ensemble(draws=10)
    (tmp_path / "observations.csv").write_text(bad.replace("23.8", "0.239"), encoding="utf-8")
    with pytest.raises(DataError, match="Run `make ensemble`"):
        ensemble.load_ensemble(draws=10)
