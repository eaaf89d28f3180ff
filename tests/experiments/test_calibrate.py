"""``tumbuh calibrate``: what it prints and writes, and what it refuses."""

import csv
import hashlib
import io
import json
from dataclasses import replace

import numpy as np
import pytest
from survey_files import SURVEY, write
from typer.testing import CliRunner

from tumbuh.calibration import full_bayes, shipped
from tumbuh.calibration.areas import load_areas
from tumbuh.calibration.checkpoint import Checkpoint
from tumbuh.calibration.gates import Gate
from tumbuh.calibration.lever_alarm import Learnt
from tumbuh.calibration.profiles import Profile
from tumbuh.calibration.shipped import identity, shipped_fit, shipped_surveys
from tumbuh.experiments import calibrating, calibration_files
from tumbuh.experiments.app import app, mount
from tumbuh.experiments.calibrating import Request, calibrate
from tumbuh.experiments.calibration_files import level_rows
from tumbuh.experiments.cli_calibrate import lever_lines
from tumbuh.experiments.survey_file import joined
from tumbuh.experiments.text import words
from tumbuh.model.district import DISTRICT_FOLDER
from tumbuh.model.errors import DataError


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Tier 2 with one survey of a user's own that no packaged table has."""
    mine = write(tmp_path_factory.mktemp("mine") / "mine.csv", SURVEY)
    request = Request("kutai_barat", ("2",), "district", 40, 3, joined(mine, "district"))
    with pytest.MonkeyPatch.context() as patch:  # a walk long enough to have numbers
        patch.setattr(full_bayes, "BURN", 4)
        patch.setattr(full_bayes, "KEPT", 8)
        return calibrate(request)


KNOWN = {}
"""Rows by the district that is asked for: all tests read one fit."""


def rows_of(found):
    area = found.request.area
    if area not in KNOWN:
        KNOWN[area] = level_rows(found)
    return KNOWN[area]


@pytest.fixture
def run(found, monkeypatch):
    """Return a function that runs the command on the fit that is there already."""
    mount(["calibrate"])
    monkeypatch.setattr(calibration_files, "level_rows", rows_of)

    def command(*options, result=found):
        monkeypatch.setattr(calibrating, "calibrate", lambda *given: result)
        monkeypatch.setenv("COLUMNS", "80")
        return CliRunner().invoke(app, ["calibrate", *map(str, options)])

    return command


def gated(found, *gates):
    """Return a calibration with these gates and no others."""
    return replace(found, gates={"chains": gates})


SOUND = Gate("effective draws", "at least 400 in bulk and tails", "900 in bulk, 800 in tails", True)
BROKEN = Gate("R-hat of what is watched", "at most 1.01", "above it: gain[paser] 1.036", False)


def strict(text):
    """Read JSON that has no number which JSON does not know."""
    return json.loads(text, parse_constant=lambda name: pytest.fail(name))


def one_line(text):
    return " ".join(text.split())


def test_a_round_of_ones_own_is_fitted_and_written(found, run, tmp_path):
    assert found.posterior.surveys[-1] == "SSGI 2025"
    assert len(found.shipped.surveys) == len(shipped_surveys("district")) + 1
    folder = tmp_path / "out"
    done = run("--output", folder, result=gated(found, SOUND))
    assert (done.exit_code, done.exception) == (0, None)
    told = {path.name for path in folder.iterdir()}
    tables = {"gates.csv", "levers.csv", "levels.csv", "posterior.csv", "posterior.json"}
    tables |= {"surveys.csv"}
    assert told == tables | {"inference.nc", "learnt.png", "learnt.svg", "manifest.json"}
    about = strict((folder / "manifest.json").read_text(encoding="utf-8"))
    assert about["district"] == "kutai_barat"
    assert set(about["files"]) == told - {"manifest.json"}
    for name, digest in about["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    text = (folder / "posterior.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    own = found.posterior.columns["bias of SSGI 2025"]
    np.testing.assert_allclose([float(row["bias of SSGI 2025"]) for row in rows], own, rtol=1e-8)
    assert "kb-2025" in strict((folder / "posterior.json").read_text("utf-8"))["observations"]
    again = run("--output", folder)
    assert again.exit_code == 2
    assert "a new or empty folder" in again.stderr


def test_the_own_survey_moves_its_district(found):
    """19 % in 2025 lies below all that Kutai Barat showed; no other district has a new survey."""
    rows = {row["area"]: row for row in rows_of(found)}
    assert rows["kutai_barat"]["surveys"] == 5
    assert rows["mahakam_ulu"]["surveys"] == 3
    posterior = found.posterior.columns["district deficit multiplier[kutai_barat]"]
    typical = found.posterior.columns["district deficit multiplier[typical]"]
    assert np.median(posterior) < np.median(typical)


def test_every_fit_is_held_to_its_chains(found):
    """A tier that reads the fit says whether it has settled, and of one's own surveys no more."""
    assert list(found.gates) == ["chains", "levers"]
    assert [gate.name for gate in found.gates["chains"]] == [BROKEN.name, SOUND.name]


def test_a_failed_gate_gives_exit_code_1_and_says_why(found, run):
    done = run(result=gated(found, SOUND, BROKEN))
    assert done.exit_code == 1
    told = one_line(done.stdout)
    assert "Chains: 1 of 2 passed" in told
    # Brackets are no markup of rich.
    assert (
        "- R-hat of what is watched: expected at most 1.01, found above it: gain[paser] 1.036"
        in told
    )
    assert "effective draws" not in told
    assert "Gates failed: 1; the lines above say" in told
    assert "Only 40 draws: chains and Monte Carlo errors are made for 2,000" in told
    assert "effective draws" in one_line(run("--full", result=gated(found, BROKEN, SOUND)).stdout)


def test_without_a_failed_gate_the_exit_code_is_0(found, run):
    done = run(result=gated(found, SOUND))
    assert done.exit_code == 0
    assert "All checks of the fit passed." in done.stdout
    assert "scored apart: `tumbuh score`" in one_line(done.stdout)
    assert "Only 40 draws" not in done.stdout


def test_in_indonesian_with_its_numbers(found, run):
    done = run("--lang", "id", result=gated(found, SOUND, BROKEN))
    told = one_line(done.stdout)
    assert "Kabupaten Kutai Barat (yang diminta)" in told
    assert "Regency" not in told
    assert (
        "- R-hat dari semua yang diamati: seharusnya paling banyak 1,01, ditemukan di atasnya: "
        "gain[paser] 1,036" in told
    )
    assert "dirancang untuk 2.000" in told
    row = next(row for row in rows_of(found) if row["area"] == "kutai_barat")
    assert f"{100.0 * row['median']:.1f} %".replace(".", ",") in told
    most = f"{found.levers[0].contraction:.3f}".replace(".", ",")
    assert f"penyempitan terbesar {most}" in told


@pytest.mark.parametrize(
    ("gate", "own", "english"),
    [
        (
            Gate(
                "kutai_barat, SSGI 2025",
                "9.0% within the 80% predictive band",
                "10% to 20.5%",
                False,
            ),
            (
                "Kabupaten Kutai Barat, SSGI 2025: seharusnya 9,0 % di dalam rentang prediksi 80 %, "
                "ditemukan 10 % sampai 20,5 %"
            ),
            (
                "Kutai Barat Regency, SSGI 2025: expected 9.0 % within the 80 % predictive band, "
                "found 10 % to 20.5 %"
            ),
        ),
        (
            Gate(
                "no harm of hr",
                "true prevalence raised by less than 0.005 points from 36 months on, "
                "in at least 95% of draws",
                "90.1%; largest rise 0.0123 points",
                False,
            ),
            (
                "Kapasitas SDM tidak merugikan: seharusnya prevalensi sebenarnya naik kurang dari 0,005 "
                "poin sejak bulan ke-36, pada sedikitnya 95 % simulasi, ditemukan 90,1 %; kenaikan "
                "terbesar 0,0123 poin"
            ),
            (
                "no harm of HR capacity: expected true prevalence raised by less than 0.005 points from "
                "36 months on, in at least 95 % of draws, found 90.1 %; largest rise 0.0123 points"
            ),
        ),
        (
            Gate(
                "odds ratio, 6 to 12 months",
                "362 within the 90 % predictive band",
                "17.6 to 7.7e+03",
                True,
            ),
            (
                "rasio odds, 6 sampai 12 bulan: seharusnya 362 di dalam rentang prediksi 90 %, "
                "ditemukan 17,6 sampai 7.700"
            ),
            (
                "odds ratio, 6 to 12 months: expected 362 within the 90 % predictive band, "
                "found 17.6 to 7,700"
            ),
        ),
    ],
)
def test_a_check_is_told_with_names_and_in_the_numbers_of_the_language(gate, own, english):
    assert calibration_files.gate_line(gate, words("id")) == own
    assert calibration_files.gate_line(gate, words("en")) == english


@pytest.mark.parametrize("language", ["en", "id"])
def test_no_line_is_wider_than_80_columns(found, run, language):
    for done in (run("--lang", language), run("--help")):
        assert max(map(len, done.stdout.splitlines())) <= 80
        assert "…" not in done.stdout


def test_the_help_names_every_option_whole(run):
    told = run("--help").stdout
    for option in ("--district", "--tier", "--observation", "--surveys", "--draws", "--seed"):
        assert f"{option} " in told
    for option in ("--checkpoint", "--self-check", "--output,--out", "--full", "--json"):
        assert f"{option} " in told
    assert "Exit code 1 if a gate fails" in told


def test_json_is_all_that_is_printed_and_strict(found, run):
    done = run("--json", "--lang", "id", result=gated(found, SOUND, BROKEN))
    assert done.exit_code == 1
    data = strict(done.stdout)
    assert data["failed"] == [BROKEN.name]
    assert data["gates"][1] == {
        "group": "chains",
        "gate": BROKEN.name,
        "expected": BROKEN.expected,
        "found": BROKEN.found,
        "passed": False,
    }
    assert data["levels"] == rows_of(found)
    assert [row["lever"] for row in data["levers"]] == [line.name for line in found.levers]
    assert data["about"]["seed"] == 3


def test_a_district_without_survey_is_one_more_of_the_province(found, run):
    asked = replace(found, request=replace(found.request, area="tana_tidung"))
    rows = {row["area"]: row for row in rows_of(asked)}
    other, typical = rows.pop("tana_tidung"), rows["kutai_timur"]
    assert other["surveys"] == 0
    assert other["high"] - other["low"] > typical["high"] - typical["low"]
    assert list(rows.values()) == rows_of(found)
    english, own = (one_line(run("--lang", code, result=asked).stdout) for code in ("en", "id"))
    assert "No survey of tana_tidung was fitted: it is one more district of the prov" in english
    assert "Tidak ada survei tana_tidung yang dikalibrasi" in own
    assert "No survey of" not in run().stdout


def test_a_district_file_and_every_option_reach_the_fit(found, run, monkeypatch, tmp_path):
    text = (DISTRICT_FOLDER / "paser.yaml").read_text(encoding="utf-8")
    path = tmp_path / "tana.yaml"
    for old in ("id: paser", "area: paser"):
        text = text.replace(old, f"{old.split()[0]} tana_tidung", 1)
    path.write_text(text, encoding="utf-8")
    asked = []
    run("--tier", "0")
    monkeypatch.setattr(calibrating, "calibrate", lambda request, _: asked.append(request) or found)
    options = ["--district", str(path), "--tier", "1", "--observation", "official"]
    options += ["--draws", "80", "--seed", "9", "--checkpoint", str(tmp_path / "k"), "--json"]
    CliRunner().invoke(app, ["calibrate", *options, "--self-check", "5"])
    threads = asked[0].threads
    wanted = Request(
        "tana_tidung", ("1",), "official", 80, 9, None, tmp_path / "k", 5, threads=threads
    )
    assert asked == [wanted]


@pytest.mark.parametrize(
    ("options", "english", "own"),
    [
        (
            ["--district", "entah"],
            "or a district file (.yaml), found 'entah'. Correct the code",
            "atau berkas kabupaten (.yaml), ditemukan 'entah'. Perbaiki kodenya",
        ),
        (
            ["--draws", "42"],
            "expected a multiple of 4, the runs of chains, found 42. Choose 40 or 44",
            "seharusnya kelipatan 4, yaitu banyaknya kelompok rantai, ditemukan 42. Pilih 40 atau",
        ),
    ],
)
def test_a_wrong_option_is_told_in_both_languages(run, options, english, own):
    for language, said in (("en", english), ("id", own)):
        done = run(*options, "--lang", language)
        assert (done.exit_code, done.stdout) == (2, "")
        assert said in done.stderr


@pytest.mark.parametrize(
    ("language", "trend", "level", "area"),
    [
        (
            "en",
            "long-run trend of height-for-age",
            "prevalence at the last survey",
            "Berau Regency",
        ),
        ("id", "tren jangka panjang TB/U", "prevalensi pada survei terakhir", "Kabupaten Berau"),
    ],
)
def test_what_surveys_do_not_tell_is_named_plainly(found, run, language, trend, level, area):
    flat = np.zeros(3)
    names = ("secular HAZ gain per year", "prevalence at the last survey")
    profiles = tuple(Profile(name, flat, flat) for name in names)
    shipped = replace(found.shipped, surveys=())
    asked = replace(found.request, area="berau")
    told = one_line(
        run(
            "--lang",
            language,
            result=replace(found, profiles=profiles, shipped=shipped, request=asked),
        ).stdout
    )
    assert f": {trend}, {level}." in told
    assert f"{area} " in told and "berau:" not in told


def test_tier_0_alone_fits_nothing(monkeypatch):
    monkeypatch.setattr(calibrating, "shipped_fit", lambda *given, **named: pytest.fail("fitted"))
    mount(["calibrate"])
    done = CliRunner().invoke(app, ["calibrate", "--tier", "0", "--json"])
    data = strict(done.stdout)
    assert done.exit_code == 0
    assert {row["group"] for row in data["gates"]} == {"growth"}
    assert "levels" not in data


@pytest.mark.parametrize("kind", ["a file", "damaged", "of another fit"])
def test_an_unusable_checkpoint_is_refused_before_anything_is_computed(kind, monkeypatch, tmp_path):
    place = tmp_path / "kept"
    if kind == "a file":
        place.write_text("", encoding="utf-8")
    else:
        place.mkdir()
        content = {"damaged": b"PK", "of another fit": npz()}[kind]
        (place / "run-3.npz").write_bytes(content)
    monkeypatch.setattr(shipped, "build", lambda *given: pytest.fail("computed"))
    said = {"a file": "a folder that can be written", "damaged": "a damaged one"}
    with pytest.raises(DataError, match=said.get(kind, "found another one")):
        shipped_fit(draws=40, checkpoint=place)


def npz():
    buffer = io.BytesIO()
    np.savez(buffer, identity=np.array("another"))
    return buffer.getvalue()


def test_a_checkpoint_knows_district_and_year_of_each_survey():
    surveys = shipped_surveys("district")
    name = identity("district", 40, 3, surveys)
    for change in ({"area": "berau"}, {"year": 2020}, {"value": 0.3}, {"children": 9}):
        other = (replace(surveys[0], **change), *surveys[1:])
        assert identity("district", 40, 3, other) != name, change
    assert identity("district", 40, 3, shipped_surveys("official")) != name


def test_an_empty_checkpoint_folder_is_made(tmp_path):
    Checkpoint(tmp_path / "new" / "kept", "one").check()
    assert list((tmp_path / "new" / "kept").iterdir()) == []


def test_every_group_of_gates_has_a_heading(found, run):
    groups = ("growth", "prior", "chains", "surveys", "powers", "profiles", "left out")
    every = dict.fromkeys((*groups, "stored", "ranks", "levers"), (SOUND,))
    for language in ("en", "id"):
        done = run("--lang", language, result=replace(found, gates=every))
        assert done.exit_code == 0, done.exception


def test_every_area_has_both_names():
    assert all(area.name_id and area.name_en for area in load_areas().values())


def test_a_ringing_lever_is_named_and_a_short_walk_is_told():
    still = Learnt("cash effect", 0.01, 0.01, 0.0, 0.01)
    loud = Learnt("equipment weight", 0.4, 0.02, 0.1, 0.02)
    for language, rings, short in (
        ("en", "would move", "too short"),
        ("id", "akan menggeser", "terlalu pendek"),
    ):
        told = words(language)
        silent = " ".join(lever_lines((still,), told))
        assert rings not in silent
        assert short not in silent
        assert rings in " ".join(lever_lines((loud, still), told))
        assert short in " ".join(lever_lines((replace(still, contraction_error=0.2),), told))
