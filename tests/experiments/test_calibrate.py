"""``tumbuh calibrate``: what it prints and writes, and what it refuses."""

import json
from dataclasses import replace

import numpy as np
import pytest
from survey_files import SURVEY, write
from typer.testing import CliRunner

from tumbuh.calibration.gates import Gate
from tumbuh.experiments import calibrating
from tumbuh.experiments.app import app, mount
from tumbuh.experiments.calibrating import Request, calibrate
from tumbuh.experiments.calibration_files import as_json, level_rows
from tumbuh.experiments.survey_file import joined


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Tier 2 with one survey of a user's own that no packaged table has."""
    mine = write(tmp_path_factory.mktemp("mine") / "mine.csv", SURVEY)
    request = Request("kutai_barat", ("2",), "district", 40, 3, joined(mine, "district"))
    return calibrate(request)


@pytest.fixture
def run(found, monkeypatch):
    """Return a function that runs the command on the fit that is there already."""
    mount(["calibrate"])

    def command(*options, result=found):
        monkeypatch.setattr(calibrating, "calibrate", lambda *given: result)
        monkeypatch.setenv("COLUMNS", "80")
        return CliRunner().invoke(app, ["calibrate", *map(str, options)])

    return command


def test_a_round_of_ones_own_is_fitted_and_written(found, run, tmp_path):
    assert found.posterior.surveys[-1] == "SSGI 2025"
    assert len(found.shipped.surveys) == len(joined_packaged()) + 1
    done = run("--output", tmp_path / "out")
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"inference.nc", "posterior.csv", "levels.csv", "learnt.svg", "manifest.json"} <= names


def joined_packaged():
    from tumbuh.calibration.shipped import shipped_surveys

    return shipped_surveys("district")
