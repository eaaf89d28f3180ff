"""Of another district only the level is its own: every answer that is asked for one says so."""

import json
import shlex

import pytest
from elsewhere_said import ELSEWHERE
from typer.testing import CliRunner

from tumbuh.experiments.app import app, mount
from tumbuh.experiments.place import elsewhere, place_of_area
from tumbuh.experiments.text import words
from tumbuh.model.district import DISTRICT_FOLDER

mount()
SAID = f"{ELSEWHERE} Kabupaten Kutai Timur"
COMMANDS = (
    "run hr",
    "robust --draws 64",
    "discover --draws 64 --outcome 'gain:hr>=0.1'",
    "sensitivity morris --size 16 --outcomes gain:hr",
    "optimise --draws 16 --search-draws 8 --generations 2 --worlds standard",
    "agents run hr --replicates 1 --until 2018-03",
)
"""Those of `agents` share their notes, and `sequence` prints as `optimise` does; `value` and `target`
take long, and are held to it where they are tested."""
DESIGN = """\
id: there
title: {id: Tes, en: Test}
district: there.yaml
scenarios: [hr]
sampler: random
draws: 4
"""


def run(*arguments):
    done = CliRunner().invoke(app, arguments, env={"COLUMNS": "100", "TUMBUH_LANG": "en"})
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture
def there(tmp_path, monkeypatch):
    text = (DISTRICT_FOLDER / "paser.yaml").read_text(encoding="utf-8")
    text = text.replace("id: paser", "id: kutai_timur").replace("area: paser", "area: kutai_timur")
    text = text.replace("name: Kabupaten Paser", "name: Kabupaten Kutai Timur")
    (tmp_path / "there.yaml").write_text(text, encoding="utf-8")
    table = DISTRICT_FOLDER / "paser_kecamatan.csv"
    (tmp_path / table.name).write_bytes(table.read_bytes())
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("asked", COMMANDS)
def test_an_answer_for_another_district_says_what_is_not_its_own(there, asked):
    shown = " ".join(run(*shlex.split(asked), "--district", "there.yaml").split())
    assert shown.count(SAID) == 1


def test_a_comparison_says_it_too_and_no_report_is_made_of_it(there):
    asked = ["compare", "--draws", "30", "--quiet", "--scenarios", "hr,food"]
    told = json.loads(run(*asked, "--district", "there.yaml", "--json", "--out", "made"))
    assert told["statement"][0].startswith(SAID)
    assert "no rupiah" in told["statement"][0]
    refused = CliRunner().invoke(app, ["report", "made", "--out", "told"])
    assert refused.exit_code == 2
    assert "expected a comparison for Paser, found one for kutai_timur" in refused.stderr


def test_a_store_of_runs_says_it_too(there, tmp_path):
    (tmp_path / "there_design.yaml").write_text(DESIGN, encoding="utf-8")
    checked = run("experiment", "check", "there_design.yaml")
    run("experiment", "run", "there_design.yaml", "--out", "runs", "--quiet")
    for shown in (checked, run("experiment", "show", "runs")):
        assert SAID in " ".join(shown.split())


@pytest.mark.parametrize(
    "asked", ["robust --draws 64", "agents run hr --replicates 1 --until 2018-03"]
)
def test_paser_has_nothing_to_say(asked):
    assert "Only the level" not in run(*shlex.split(asked))


def test_the_sentence_in_indonesian():
    (said,) = elsewhere({"id": "x", "name": "Kabupaten X"}, words("id"))
    assert said.startswith("Hanya tingkat stunting yang milik Kabupaten X")
    assert place_of_area("berau") == {"id": "berau", "name": "Kabupaten Berau"}
    assert place_of_area("unknown") == {"id": "unknown", "name": "unknown"}
