"""``tumbuh ledger``: what it shows, adds, checks and scores, in both languages."""

import json
from datetime import date, timedelta

import numpy as np
import pytest
from scipy.special import ndtri
from typer.testing import CliRunner

from tumbuh.calibration import ledger_forecast
from tumbuh.calibration.ledger import Origin, append, load_ledger
from tumbuh.calibration.ledger_entry import LEVELS, Forecast
from tumbuh.calibration.panel import ten_districts
from tumbuh.experiments.app import app, mount

if "ledger" not in [group.name for group in app.registered_groups]:
    mount(["ledger"])

DAY = (date.today() - timedelta(days=30)).isoformat()
LATER = (date.today() - timedelta(days=5)).isoformat()


def tumbuh(*arguments, columns="100"):
    env = {"COLUMNS": columns, "TUMBUH_LANG": ""}
    return CliRunner().invoke(app, ["ledger", *map(str, arguments)], env=env)


def made(centre=0.22):
    values = centre + 0.04 * ndtri(LEVELS)
    return tuple(
        Forecast(area, year, "SSGI 2024", 0.2345, 0.04, values + 0.001 * (2030 - year))
        for area in ten_districts()
        for year in range(2025, 2031)
    )


@pytest.fixture
def folder(tmp_path):
    append(tmp_path / "ledger", DAY, made(), Origin("m" * 64, "p" * 64, "the first [entry]"))
    return tmp_path / "ledger"


@pytest.fixture
def quick(monkeypatch):
    """Forecasts that take no time; the true ones have tests of their own."""
    centres = iter(np.arange(0.2, 0.3, 0.01))

    def forecast(surveys, **options):
        return made(next(centres)), Origin("m" * 64, "p" * 64)

    monkeypatch.setattr(ledger_forecast, "forecast", forecast)


def test_a_district_is_shown_with_what_is_judged_and_left_out(folder):
    shown = tumbuh("show", "--ledger", folder)
    assert shown.exit_code == 0, shown.output
    text = " ".join(shown.stdout.split())
    for part in (
        "Paser Regency",
        f"Entry 1 of the ledger, frozen on {DAY}",
        "the first [entry]",
        "2030 22.0 19.3 to 24.7 16.9 to 27.1 15.4 to 28.6",
        "the last survey again (SSGI 2024, 23.4 %, the middle of",
        "Judged: field work in October to December, and 671 children",
        "Not included: small-area estimates",
        load_ledger(folder)[0].digest,
    ):
        assert part in text, part
    shown = tumbuh("show", "--ledger", folder, "--lang", "id", "--area", "Kota Bontang")
    text = " ".join(shown.stdout.split())
    for part in (
        "Kota Bontang",
        "22,0 19,3 s.d. 24,7",
        "pendugaan area kecil",
        "Penilaian penyusun",
    ):
        assert part in text, part


@pytest.mark.parametrize("columns", ["60", "80", "100"])
@pytest.mark.parametrize("language", ["en", "id"])
def test_no_number_is_cut_on_a_narrow_terminal(folder, columns, language):
    shown = tumbuh("show", "--ledger", folder, "--lang", language, columns=columns)
    assert "…" not in shown.stdout
    number = "28,6" if language == "id" else "28.6"
    assert number in shown.stdout
    path = folder.parent / "surveys.csv"
    path.write_text("area,survey,year,value,children\npenajam_paser_utara,SSGI,2025,0.31,300\n")
    options = ("--ledger", folder, "--lang", language, "--published", LATER)
    scored = tumbuh("score", path, *options, columns=columns)
    assert scored.exit_code == 0, scored.output
    assert "…" not in scored.stdout
    assert number.replace("28", "31").replace("6", "0") in scored.stdout


def test_json_has_every_quantile(folder):
    data = json.loads(tumbuh("show", "--ledger", folder, "--area", "berau", "--json").stdout)
    assert data["entry"]["date"] == DAY
    assert len(data["levels"]) == len(data["forecasts"][0]["quantiles"]) == 199
    assert [row["year"] for row in data["forecasts"]] == list(range(2025, 2031))
    assert {row["area"] for row in data["forecasts"]} == {"berau"}


@pytest.mark.parametrize("area", ["paser", "mahakam_ulu", "samarinda"])
def test_the_fan_is_drawn_and_the_same_to_the_byte(folder, tmp_path, area):
    paths = [tmp_path / name for name in ("a.svg", "b.svg")]
    for path in paths:
        shown = tumbuh("show", "--ledger", folder, "--area", area, "--plot", path, "--lang", "id")
        assert shown.exit_code == 0, shown.output
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert len(paths[0].read_bytes()) > 10_000


def test_the_fan_has_the_intervals_of_the_entry_and_every_earlier_survey(folder):
    from tumbuh.calibration.areas import load_areas
    from tumbuh.calibration.ledger import read_entry
    from tumbuh.calibration.shipped import shipped_surveys
    from tumbuh.experiments.ledger_figure import ledger_chart
    from tumbuh.experiments.text import words

    line, forecasts = read_entry(1, folder)
    own = [item for item in forecasts if item.area == "paser"]
    surveys = [row for row in shipped_surveys() if row.area == "paser"]
    (axis,) = ledger_chart(line, own, surveys, load_areas()["paser"], words("en")).axes
    outer = axis.collections[0].get_paths()[0].vertices[:, 1]
    low, high = np.array([item.interval(0.9) for item in own]).T * 100.0
    assert outer.min() == pytest.approx(low.min())
    assert outer.max() == pytest.approx(high.max())
    labels = axis.get_legend_handles_labels()[1]
    assert sum(label.startswith(("SSGI (", "SKI (")) for label in labels) == 2
    assert "SSGI, known only as a range" in labels
    assert len(set(labels)) == len(labels)


def test_a_figure_of_another_kind_and_an_area_without_forecast_are_refused(folder, tmp_path):
    shown = tumbuh("show", "--ledger", folder, "--plot", tmp_path / "a.pdf")
    assert (shown.exit_code, "expected one of .png, .svg" in shown.output) == (2, True)
    shown = tumbuh("show", "--ledger", folder, "--area", "indonesia")
    assert (shown.exit_code, "Choose a district" in shown.output) == (2, True)


def test_entries_are_added_to_a_folder_of_ones_own(quick, tmp_path):
    folder = tmp_path / "own" / "ledger"
    for number, day in enumerate((DAY, LATER, None), 1):
        options = [] if day is None else ["--date", day]
        shown = tumbuh("add", "--ledger", folder, *options, "--note", "a note")
        assert shown.exit_code == 0, shown.output
        assert f"Entry {number} written" in shown.stdout
    lines = load_ledger(folder)
    assert [line.date for line in lines] == [DAY, LATER, date.today().isoformat()]
    assert lines[0].note == "a note"
    shown = tumbuh("add", "--ledger", folder, "--date", DAY, "--lang", "id")
    assert shown.exit_code == 2
    assert "--date: seharusnya hari mulai" in shown.output
    assert len(load_ledger(folder)) == 3


def test_a_folder_is_needed_to_add():
    assert tumbuh("add").exit_code == 2


def test_a_whole_ledger_passes_and_a_changed_one_does_not(folder):
    digest = load_ledger(folder)[0].digest
    shown = tumbuh("verify", "--ledger", folder, "--head", digest)
    assert (shown.exit_code, digest in shown.stdout) == (0, True)
    shown = tumbuh("verify", "--ledger", folder, "--head", "0" * 64)
    assert (shown.exit_code, "a line with digest" in shown.stdout) == (1, True)
    (path,) = folder.glob("0001-*.csv")
    path.write_text(path.read_text().replace("0.2345", "0.2346", 1))
    for options in ([], ["--lang", "id"]):
        shown = tumbuh("verify", "--ledger", folder, *options)
        assert shown.exit_code == 1
        assert path.name in shown.stdout
    data = json.loads(tumbuh("verify", "--ledger", folder, "--json").stdout)
    assert (data["entries"], len(data["problems"])) == (1, 1)
    shown = tumbuh("show", "--ledger", folder)
    assert (shown.exit_code, path.name in shown.output) == (2, True)


def test_a_folder_that_is_not_there_has_no_ledger(tmp_path):
    shown = tumbuh("verify", "--ledger", tmp_path / "none")
    assert (shown.exit_code, "the folder of a ledger" in shown.output) == (2, True)
    (tmp_path / "0001-2026-11-25.csv").write_text("half")
    shown = tumbuh("verify", "--ledger", tmp_path)
    assert (shown.exit_code, "named by no line" in shown.stdout) == (0, True)


def scored(folder, *rows, options=()):
    path = folder.parent / "surveys.csv"
    path.write_text("\n".join(["area,survey,year,value,children", *rows]) + "\n")
    return tumbuh("score", path, "--ledger", folder, "--published", LATER, *options)


def test_one_survey_is_scored_and_said_to_prove_little(folder):
    shown = scored(folder, "paser,SSGI 2025,2025,0.265,671")
    text = " ".join(shown.stdout.split())
    assert "Paser 2025 26.5 22.5 (15.9 to 29.1) no yes 0.84" in text
    assert "One survey of one district can prove little" in text
    assert "0 of 1 in 50 %, 1 of 1 in 90 %" in text
    shown = scored(folder, "paser,SSGI 2025,2025,0.265,671", options=("--lang", "id"))
    text = " ".join(shown.stdout.split())
    assert "Satu survei di satu kabupaten hampir tidak membuktikan apa-apa" in text
    assert "26,5 22,5 (15,9 s.d. 29,1) tidak ya 0,84" in text


def test_another_size_of_sample_is_pointed_at(folder):
    rows = ("paser,SSGI 2025,2025,0.265,292", "berau,SSGI 2025,2025,0.2,700")
    text = " ".join(scored(folder, *rows).stdout.split())
    assert "Paser 2025: 292 children were measured and 671 were assumed" in text
    assert "Berau 2025:" not in text
    assert "2 surveys of 1 year(s) prove little" in text


def test_scores_as_json_have_both_forecasts(folder):
    rows = ("paser,SSGI 2025,2025,0.265,671", "berau,SSGI 2026,2026,0.2,")
    data = json.loads(scored(folder, *rows, options=("--json",)).stdout)
    assert (data["entry"], data["date"], len(data["rows"])) == (1, DAY, 2)
    first = data["rows"][0]
    assert first["model"]["pit"] == pytest.approx(0.8413, abs=1e-3)
    assert first["model"]["crps"] == pytest.approx(0.04 * 0.6024, abs=1e-4)
    assert (first["model"]["inside_50"], first["model"]["inside_90"]) == (False, True)
    plain = -0.5 * ((0.265 - 0.2345) / 0.04) ** 2 - np.log(0.04 * np.sqrt(2.0 * np.pi))
    assert first["persistence"]["log"] == pytest.approx(plain)


def test_mistakes_are_told_in_the_readers_language(folder):
    shown = scored(folder, "paser,SSGI 2025,2025,26.5,671", options=("--lang", "id"))
    assert shown.exit_code == 2
    assert "Tulis 0.265 untuk 26.5 persen" in shown.output


def test_a_share_with_a_decimal_comma_is_advised_as_the_share(folder):
    shown = scored(folder, 'paser,SSGI 2025,2025,"23,8",671', options=("--lang", "id"))
    assert shown.exit_code == 2
    assert "Tulis 0.238 untuk 23.8 persen" in shown.output


def test_a_last_survey_known_as_a_range_is_said_to_be_its_middle(folder):
    shown = " ".join(tumbuh("show", "--ledger", folder).stdout.split())
    assert "(SSGI 2024, 23.4 %, the middle of the range 22.2 to 24.7 %" in shown
    other = tumbuh("show", "--ledger", folder, "--area", "kutai_barat").stdout
    assert "middle of the range" not in other
