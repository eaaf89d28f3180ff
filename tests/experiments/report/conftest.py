"""One stored comparison, one hold-out, and the reports of both languages."""

import pytest
from report_command import run

from tumbuh.experiments.report.annex import annex
from tumbuh.experiments.report.content import report_of
from tumbuh.experiments.report.material import Material
from tumbuh.experiments.report.pictures import pictures
from tumbuh.experiments.report.stored import read_stored
from tumbuh.experiments.scoring import score_holdout
from tumbuh.experiments.text import words
from tumbuh.scenarios.loader import LIBRARY_IDS

OWN = """\
id: lebih_banyak
title: {id: "Makanan & kader <banyak>", en: "Food & cadres <more>"}
intent: {id: Makanan dengan mutu lain., en: Food under another fidelity.}
extends: [food]
settings: {initial fidelity: 0.7}
"""


@pytest.fixture(scope="session")
def compared(tmp_path_factory):
    """Return the folder, the options, and what the command printed in English."""
    place = tmp_path_factory.mktemp("compared")
    (place / "lebih_banyak.yaml").write_text(OWN, encoding="utf-8")
    names = ",".join([*LIBRARY_IDS, str(place / "lebih_banyak.yaml")])
    options = ["compare", "--draws", "200", "--scenarios", names, "--full", "--quiet"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "100")  # whichever test asks first
        done = run(*options, "--out", place / "hasil")
    assert done.exit_code == 0, done.output
    return place / "hasil", options, done.stdout


@pytest.fixture(scope="session")
def folder(compared):
    return compared[0]


@pytest.fixture(scope="session")
def stored(folder):
    return read_stored(folder)


@pytest.fixture(scope="session")
def scoring():
    return score_holdout(40)


@pytest.fixture(scope="session")
def materials(stored, scoring):
    return {language: Material(stored, scoring, words(language)) for language in ("id", "en")}


@pytest.fixture(scope="session")
def reports(materials):
    return {name: report_of(about, pictures(about), ()) for name, about in materials.items()}


@pytest.fixture(scope="session")
def with_annex(materials):
    about = materials["id"]
    return report_of(about, pictures(about), annex(about))
