"""A page of a fit of one's own: from surveys or a stored fit, and what it says that it rests on."""

import hashlib
import json
import shutil
import socket

import numpy as np
import pytest
from chromium import needs_chromium
from page_browser import (
    SIZES,
    VIEWS,
    all_seen,
    browser,
    foreign,
    says,
    seen,
    settled,
    shown,
    small_data,
    unfinished,
    violations,
    written,
)
from survey_files import write
from typer.testing import CliRunner

from tumbuh.calibration.shipped import shipped_surveys
from tumbuh.experiments import own_fit, planners
from tumbuh.experiments.app import app, mount
from tumbuh.experiments.basis import differences, stored_basis
from tumbuh.experiments.calibrating import FIT, Request, calibrate
from tumbuh.experiments.calibration_files import write_calibration
from tumbuh.experiments.own_fit import FILES, fit_own, open_fit
from tumbuh.experiments.page import build
from tumbuh.experiments.page.build import page_data
from tumbuh.experiments.page.knowledge import measuring
from tumbuh.experiments.survey_file import joined
from tumbuh.model.errors import DataError

DRAWS = 100
PASER = {"area": "paser", "year": "2022", "survey": "SSGI 2022"}
REPLACED = PASER | {"id": "own-2022", "month_low": "53", "month_high": "57", "value": "0.16"}
JOINED = {"id": "own-2025", "area": "paser", "value": "0.15"}


@pytest.fixture(scope="module")
def surveys(tmp_path_factory):
    """One survey of Paser in place of the packaged one, and one more; both far below."""
    path = write(tmp_path_factory.mktemp("mine") / "mine.csv", REPLACED, JOINED)
    return joined(path, "district")


@pytest.fixture(scope="module")
def found(surveys):
    return calibrate(Request("paser", (FIT,), "district", DRAWS, 20260101, surveys))


@pytest.fixture(scope="module")
def kept(found, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept") / "fit"
    write_calibration(folder, found, "en")
    return folder


@pytest.fixture
def folder(kept, tmp_path):
    """A copy of the stored fit, to be damaged."""
    return shutil.copytree(kept, tmp_path / "fit")


@pytest.fixture(scope="module")
def own(kept):
    return open_fit(kept)


@pytest.fixture(scope="module")
def data(own):
    return page_data(SIZES, basis=own)


@pytest.fixture
def command(monkeypatch):
    """Return a function that runs a command which must refuse before anything is computed."""
    mount(["page"])
    mount(["serve"])
    for place, name in ((own_fit, "calibrate"), (build, "page")):
        monkeypatch.setattr(place, name, lambda *given: pytest.fail("computed"))

    def refused(*options):
        done = CliRunner().invoke(app, [*map(str, options)])
        assert (done.exit_code, done.stdout) == (2, "")
        return done.stderr

    return refused


def test_all_wrong_options_are_told_at_once_in_both_languages(command, tmp_path):
    wrong = ["--draws", 5, "--port", 70000, "--surveys", "a.csv", "--posterior", tmp_path]
    english = command("serve", *wrong, "--lang", "en").splitlines()
    own = command("serve", *wrong, "--lang", "id")
    assert [line.partition(":")[0] for line in english] == ["--draws", "--port", "--posterior"]
    assert "expected surveys or a stored fit, found both" in english[-1]
    assert "seharusnya survei atau kalibrasi yang tersimpan, ditemukan keduanya" in own


@pytest.mark.parametrize("name", ["page", "serve"])
def test_every_mistake_of_a_survey_file_is_told_before_the_fit(command, tmp_path, name):
    path = write(tmp_path / "mine.csv", {"value": "23,8"}, {"id": "b", "area": "pasir"})
    told = command(name, "--surveys", path, *(["--port", 0] if name == "serve" else []))
    assert "mine.csv:2 column value" in told and "mine.csv:3 column area" in told
    assert {item.name for item in tmp_path.iterdir()} == {"mine.csv"}


def test_surveys_of_other_districts_alone_are_told_to_leave_the_page_about_paser(
    monkeypatch, tmp_path, found
):
    mount(["page"])
    monkeypatch.setattr(own_fit, "calibrate", lambda request, progress: found)
    monkeypatch.setattr(build, "page", lambda *given: "a page")
    said = {}
    for name, row in (("kb.csv", {}), ("paser.csv", JOINED)):
        path = write(tmp_path / name, row)
        for language in ("en", "id"):
            options = ["--surveys", path, "--out", tmp_path / "x.html", "--lang", language, "-q"]
            done = CliRunner().invoke(app, ["page", *map(str, options)])
            assert done.exit_code == 0, done.stderr
            said[name, language] = " ".join(done.stderr.split())
    assert (
        "kb.csv has no survey of Paser Regency, and the page is about it alone"
        in said["kb.csv", "en"]
    )
    assert "kb.csv tidak memuat survei Kabupaten Paser" in said["kb.csv", "id"]
    assert said["paser.csv", "en"] == said["paser.csv", "id"] == ""


def test_a_taken_port_is_told_before_the_fit(command, tmp_path):
    path = write(tmp_path / "mine.csv", JOINED)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = command("serve", "--surveys", path, "--port", taken.getsockname()[1])
    assert "a free port" in told


def test_more_draws_than_the_fit_has_are_refused(command, folder):
    told = command("page", "--posterior", folder, "--draws", DRAWS + 1, "--out", folder / "x.html")
    assert f"--draws: expected at most {DRAWS}, found {DRAWS + 1}" in told


def test_a_stored_fit_is_opened_as_it_was(found, own, surveys):
    assert own.surveys == surveys
    for name, values in found.posterior.columns.items():
        np.testing.assert_allclose(own.posterior.columns[name], values, rtol=1e-8)
    assert list(own.own.gates) == list(found.gates["chains"])
    assert (own.own.name, own.own.fitted_now) == ("fit", False)


def test_surveys_are_fitted_with_the_checks_of_chains_and_surveys(monkeypatch, found, surveys):
    asked = []
    monkeypatch.setattr(
        own_fit, "calibrate", lambda request, progress: asked.append(request) or found
    )
    made = fit_own(surveys, "mine.csv")
    assert (asked[0].surveys, asked[0].tiers, asked[0].draws) == (surveys, (FIT,), 2000)
    assert made.surveys == surveys and made.own.fitted_now
    names = [gate.name for gate in made.own.gates]
    assert names[:2] == [gate.name for gate in found.gates["chains"]]
    assert "paser, SSGI 2025" in names and "family of districts" in names


def told(folder, area="paser"):
    with pytest.raises(DataError) as refused:
        open_fit(folder, area)
    return str(refused.value)


def rewrite(folder, **changes):
    """Change the manifest; files keep the checksums that it then has."""
    path = folder / "manifest.json"
    about = json.loads(path.read_text(encoding="utf-8")) | changes
    about["files"] = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in about["files"]
        if (folder / name).exists()
    }
    path.write_text(json.dumps(about), encoding="utf-8")


def test_every_damaged_or_missing_file_is_told(folder):
    with (folder / "posterior.csv").open("a", encoding="utf-8") as file:
        file.write("1")
    (folder / "gates.csv").unlink()
    lines = told(folder).splitlines()
    assert len(lines) == 2
    for name in ("posterior.csv", "gates.csv"):
        assert any(f"{name}: expected the file that was written" in line for line in lines)


@pytest.mark.parametrize("name", FILES)
def test_a_folder_without_a_fit_is_refused(folder, name):
    (folder / name).unlink()
    rewrite(folder)
    assert f"found one without {name}" in told(folder)


def test_another_command_model_or_district_is_refused(folder):
    made = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["made_from"]
    rewrite(folder, made_from=made | {"model": "older"}, district="berau")
    lines = told(folder).splitlines()
    assert "a calibration made from the model of now, found a different one" in lines[0]
    assert lines[1] == (
        f"{folder}: expected checks about paser, the only district of the page, found checks about "
        "berau. Run `tumbuh calibrate --district paser --output` with the same surveys: it fits all "
        "districts too. For berau use `tumbuh compare --district` with a district file."
    )
    rewrite(folder, kind="compare")
    assert "found one of `tumbuh compare`" in told(folder)


def test_files_that_do_not_belong_together_are_refused(folder):
    """Checksums that were made anew do not hide another set of surveys, rows or model."""
    path = folder / "surveys.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",0.15,", ",0.14,"), encoding="utf-8")
    about = json.loads((folder / "posterior.json").read_text(encoding="utf-8"))
    changed = json.dumps(about | {"draws": 2000, "model": "older"})
    (folder / "posterior.json").write_text(changed, encoding="utf-8")
    rewrite(folder)
    lines = told(folder)
    assert "the fitted surveys, found surveys that were not fitted" in lines
    assert f"expected 2000 rows, found {DRAWS}" in lines
    assert "the model of now" in lines


@pytest.mark.parametrize("text", ["{}", "[]", "no JSON"])
def test_a_fit_of_another_form_is_told(folder, text):
    (folder / "posterior.json").write_text(text, encoding="utf-8")
    rewrite(folder)
    assert "expected a whole calibration" in told(folder)


def test_a_fit_with_too_few_draws_is_refused(folder):
    lines = (folder / "posterior.csv").read_text(encoding="utf-8").splitlines()
    (folder / "posterior.csv").write_text("\n".join(lines[:41]) + "\n", encoding="utf-8")
    about = json.loads((folder / "posterior.json").read_text(encoding="utf-8"))
    (folder / "posterior.json").write_text(json.dumps(about | {"draws": 40}), encoding="utf-8")
    rewrite(folder)
    assert "expected at least 100 draws, found 40 draws" in told(folder)


def test_what_differs_from_the_packaged_surveys(surveys):
    packaged = shipped_surveys()
    assert differences(packaged, packaged) == ()
    kinds = {one.survey.id: one.kind for one in differences(surveys, packaged)}
    assert kinds == {"own-2022": "replaced", "own-2025": "joined"}
    (gone,) = differences(packaged[1:], packaged)
    assert (gone.kind, gone.survey) == ("left_out", packaged[0])


def test_the_packaged_page_says_nothing_of_a_fit_of_ones_own():
    data = small_data()
    assert data["own"] is None and data["equity"] is not None
    assert not any(row["own"] for row in data["standing"]["surveys"])
    names = [row["name"] for row in data["standing"]["surveys"]]
    assert names == [item.survey for item in stored_basis().of("paser")]


def test_everything_that_follows_from_the_draws_follows_the_own_fit(data):
    packaged = small_data()
    for key in ("own", "standing", "statement", "headlines", "engine"):
        assert data[key] != packaged[key], key
    for key in ("evidence", "levers", "determinant_priors", "scale", "equal_sum", "words"):
        assert data[key] == packaged[key], key
    # Both own surveys are some nine points below what the package has of Paser.
    assert (
        data["standing"]["history"]["median"][-1]
        < packaged["standing"]["history"]["median"][-1] - 1
    )
    assert data["equity"] is None


def test_the_page_names_its_surveys_checks_and_draws(data):
    own = data["own"]
    assert [(row["kind"], row["survey"]) for row in own["differences"]] == [
        ("replaced", "SSGI 2022"),
        ("joined", "SSGI 2025"),
    ]
    replaced = own["differences"][0]
    assert (replaced["value"]["id"], replaced["packaged"]["en"]) == ("16,0 %", "24.9 %")
    assert (own["name"], own["draws"], own["gates"]) == ("fit", DRAWS, 2)
    assert len(own["failed"]["en"]) == len(own["failed"]["id"]) > 0
    rows = {row["name"]: row for row in data["standing"]["surveys"]}
    assert [name for name, row in rows.items() if row["own"]] == ["SSGI 2022", "SSGI 2025"]
    assert rows["SSGI 2022"]["value"] == pytest.approx(16.0)
    assert any("SSGI 2025" in text for text in data["statement"]["en"])


@pytest.mark.slow
def test_statement_and_measuring_rest_on_the_own_fit_and_the_score_does_not(own):
    packaged, mine = (planners.gather("paser", 200, basis=basis) for basis in (None, own))
    assert mine.frozen is None and packaged.frozen is not None
    assert mine.fitted == packaged.fitted + 1
    assert mine.level != packaged.level and mine.smallest != packaged.smallest
    assert mine.chance == packaged.chance
    assert measuring(64, own=own.posterior)["rows"] != measuring(64)["rows"]


@needs_chromium
def test_every_view_says_on_what_it_rests(data, tmp_path):
    address = written(tmp_path, data, "own.html").as_uri()
    with browser() as running:
        for view, language in (*((view, "id") for view in VIEWS), ("standing", "en")):
            with shown(running, f"{address}#v={view}&l={language}") as page:
                settled(page)
                notice = seen(page, ".notice.own")
                assert says(language, "own.heading") in notice
                gates, failed = data["own"]["gates"], len(data["own"]["failed"]["en"])
                counts = {"passed": gates - failed, "gates": gates}
                assert says(language, "own.failed", **counts) in notice
                assert (says(language, "own.packaged") in notice) == (view == "standing")
                assert unfinished(page) == []
                assert language == "en" or foreign(page) == []
                assert view != "standing" or violations(page) == []


@needs_chromium
def test_own_surveys_are_marked_and_agents_left_out(data, tmp_path):
    address = written(tmp_path, data, "own.html").as_uri()
    with browser() as running:
        with shown(running, f"{address}#l=en") as page:
            assert "SSGI 2022: 16.0 % in place of 24.9 %" in seen(page, ".notice.own")
            page.locator("figure summary").first.click()
            page.wait_for_selector("figure table")
            rows = all_seen(page.locator("figure").first.locator("tbody th"))
            assert says("en", "standing.own_survey", name="SSGI 2025") in rows
            assert "SSGI 2021" in rows
        with shown(running, f"{address}#v=equity&l=id") as page:
            assert says("id", "equity.missing_own") in seen(page, "main")
