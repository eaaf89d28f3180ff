"""``tumbuh data``: what it shows, draws, writes and refuses."""

import csv
import json

import pytest
from typer.testing import CliRunner

from tumbuh.calibration.areas import load_areas
from tumbuh.calibration.intervals import sampling_interval
from tumbuh.experiments import data_figure
from tumbuh.experiments.app import app
from tumbuh.experiments.cli_data import data_command
from tumbuh.experiments.data_points import collect, every_area, never_found, without_figure
from tumbuh.experiments.data_tables import gaps
from tumbuh.experiments.text import words

if "data" not in [command.name for command in app.registered_commands]:
    app.command("data")(data_command)


def data(*arguments, columns="100"):
    env = {"COLUMNS": columns, "TUMBUH_LANG": ""}
    return CliRunner().invoke(app, ["data", *map(str, arguments)], env=env)


def lines(result, start):
    return [" ".join(line.split()) for line in result.stdout.splitlines() if line.startswith(start)]


def test_without_options_it_shows_paser_up_to_2022():
    shown = data()
    assert shown.exit_code == 0, shown.output
    assert lines(shown, "SSGI 2022") == [
        "SSGI 2022 24.9 21.0 to 29.3 Jun–Oct 2022 ~ 671 d (450 to 690) yes fit 6"
    ]
    assert lines(shown, "SKI 2023") == []
    assert "Surveys after 2022 are held out and not shown; add --holdout." in shown.stdout


def test_the_range_of_2024_is_a_range_and_rivals_are_called_so():
    shown = data("--holdout")
    assert lines(shown, "SSGI 2024") == [
        "SSGI 2024 22.2 to 24.7 – Sep–Nov 2024 ^ 671 d no held out 8"
    ]
    roles = [line.split(") ")[-1] for line in lines(shown, "SSGI 2021")]
    assert roles == ["no fit 2", "yes instead 3", "no rival 4", "no rival 5"]
    assert "23.65" in shown.stdout


def test_a_published_interval_is_not_computed_anew():
    shown = data("--area", "Indonesia")
    assert lines(shown, "SSGBI 2019")[0].startswith("SSGBI 2019 27.67 27.22 to 28.11")
    assert shown.stdout.count("(published)") == 2


def test_indonesian_has_its_words_and_a_decimal_comma():
    shown = data("--lang", "id", "--area", "kota samarinda", "--routine")
    text = " ".join(shown.stdout.split())
    for part in (
        "Survei: Kota Samarinda",
        "25,3 21,4 s.d. 29,7",
        "kalibrasi",
        "efek rancangan 1,6",
        "Angka rutin",
        "Jul 2023 13,7",
    ):
        assert part in text, part
    assert "25.3" not in text


@pytest.mark.parametrize("columns", ["60", "80", "100"])
@pytest.mark.parametrize("language", ["en", "id"])
def test_no_number_is_cut_on_a_narrow_terminal(columns, language):
    options = ("--all", "--holdout", "--routine", "--age", "--lang", language)
    shown = data(*options, columns=columns)
    assert shown.exit_code == 0, shown.output
    numbers = ["27.67", "22.2", "334,848", "(450", "17,984", "15.85", "72.9*", "26.2", "2021–Jan"]
    swap = str.maketrans(",.", ".,") if language == "id" else {}
    for number in numbers:
        assert number.translate(swap) in shown.stdout, number
    assert "…" not in shown.stdout
    assert "SSGI 2021" in shown.stdout


def test_an_unknown_area_is_refused_in_the_readers_language():
    shown = data("--area", "Pasir", "--lang", "id")
    assert shown.exit_code == 2
    assert "--area: seharusnya salah satu dari paser, " in shown.output
    assert "ditemukan 'Pasir'. Apakah maksud Anda paser." in shown.output


def test_options_that_do_not_go_together_are_told_at_once(tmp_path):
    shown = data("--area", "paser", "--all", "--plot", tmp_path / "a.pdf")
    assert shown.exit_code == 2
    assert shown.output.splitlines() == [
        "--area: expected one of --area and --all, found both. Keep one of the two.",
        "--plot: expected one of .png, .svg, found .pdf. Rename the file.",
    ]
    shown = data("--csv", tmp_path)
    assert shown.exit_code == 2
    assert "found a folder" in shown.output


def test_a_table_with_a_mistake_is_told_and_nothing_is_written(tmp_path, monkeypatch):
    from tumbuh.calibration import observations

    text = (observations.DATA_FOLDER / "observations.csv").read_text(encoding="utf-8")
    (tmp_path / "observations.csv").write_text(text.replace("0.249", "24.9"), encoding="utf-8")
    monkeypatch.setattr(observations, "DATA_FOLDER", tmp_path)
    shown = data("--csv", tmp_path / "out.csv")
    assert shown.exit_code == 2
    assert shown.output.strip() == (
        "observations.csv:6 column value: expected a share between 0 and 1, found 24.9. "
        "Write 0.249 for 24.9 percent."
    )
    assert not (tmp_path / "out.csv").exists()


def test_json_has_every_field_and_the_gaps():
    found = json.loads(data("--all", "--holdout", "--routine", "--age", "--json").stdout)
    assert found["interval"] == {"level": 0.95, "design_effect": 1.6, "method": "Wilson"}
    assert (len(found["surveys"]), len(found["routine"]), len(found["age"])) == (97, 15, 12)
    assert found["without_survey"] == []
    assert found["without_figure"] == {"SKI 2023": ["mahakam_ulu"]}
    assert [len(areas) for areas in found["not_found"].values()] == [10, 10]
    (row,) = [row for row in found["surveys"] if row["id"] == "berau-2022"]
    low, high = sampling_interval(row["value"], row["children"])
    assert (row["interval_low"], row["interval_high"]) == (low, high)
    assert (row["interval_origin"], row["held_out"]) == ("computed", False)


def test_the_file_holds_everything_in_one_long_table(tmp_path):
    path = tmp_path / "data.csv"
    shown = data("--all", "--routine", "--age", "--csv", path, "--lang", "id")
    assert shown.exit_code == 0, shown.output
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    tables = [row["table"] for row in rows]
    assert [tables.count(name) for name in ("survey", "routine", "age")] == [70, 15, 12]
    assert max(int(row["year"]) for row in rows if row["table"] == "survey") == 2022
    assert {row["value"] for row in rows if row["id"] == "paser-2021"} == {"0.238", ""}
    assert [row["table"] for row in rows if row["id"] == "paser-2021"] == ["survey", "routine"]


@pytest.mark.parametrize("options", [[], ["--routine"], ["--age"], ["--holdout", "--routine"]])
@pytest.mark.parametrize("choice", [["--all"], ["--area", "Mahakam Ulu"], ["--area", "bontang"]])
def test_every_figure_can_be_drawn(tmp_path, choice, options):
    path = tmp_path / "data.svg"
    shown = data(*choice, *options, "--plot", path, "--lang", "id")
    assert shown.exit_code == 0, shown.output
    assert path.stat().st_size > 10_000


def test_the_figure_is_the_same_to_the_byte(tmp_path):
    paths = [tmp_path / name for name in ("a.png", "b.png")]
    for path in paths:
        assert data("--all", "--holdout", "--plot", path).exit_code == 0
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_instruments_differ_by_shape_and_routine_figures_are_not_among_surveys():
    everything = collect(every_area(), True, True, True)
    drawn = data_figure.data_chart(everything, words("id"))
    shapes = [marker for marker, _ in data_figure.SHAPES.values()]
    assert len(set(shapes)) == len(shapes)
    assert {p.survey.instrument for p in everything.points} == set(data_figure.SHAPES)
    surveys, strip = drawn.subfigs
    above = {line.get_marker() for axis in surveys.axes for line in axis.lines}
    below = {line.get_marker() for axis in strip.subfigs[0].axes for line in axis.lines}
    assert "p" in below
    assert "p" not in above
    titles = [axis.get_title() for axis in surveys.axes]
    assert titles[:2] == ["Paser", "Kutai Barat"]
    assert titles[-2:] == ["Kalimantan Timur", "Indonesia"]


def test_intervals_of_the_figure_are_those_of_the_table():
    area = load_areas()["berau"]
    chosen = collect((area,), False, False, False)
    axis = data_figure.data_chart(chosen, words("en")).subfigs[0].axes[0]
    segments = [s for bars in axis.collections for s in bars.get_segments() if len(s)]
    found = sorted((low[1] / 100.0, high[1] / 100.0) for low, high in segments)
    known = [(p.low, p.high) for p in chosen.points if p.low and p.survey.role == "fit"]
    assert sum(found, ()) == pytest.approx(sum(sorted(known), ()))


def test_a_district_without_any_survey_is_said_to_have_none():
    area = load_areas()["paser"]
    empty = collect((), False, False, False)
    bare = type(empty)((area,), (), (), ())
    assert never_found(bare) == {"Riskesdas": (area,), "SSGBI": (area,)}
    assert without_figure(bare) == {}
    told = gaps(bare, words("en"))
    assert told[0] == "Paser Regency: no survey that a fit may use."
