"""Central runs of the library may move only with the version."""

import json
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).with_name("golden")


def test_golden_runs_do_not_move_within_a_version():
    sys.path.insert(0, str(FOLDER))
    from make import golden

    kept, now = json.loads((FOLDER / "runs.json").read_text(encoding="utf-8")), golden()
    assert now["version"] == kept["version"], "run tests/golden/make.py and say why in CHANGELOG.md"
    assert now["runs"].keys() == kept["runs"].keys()
    for scenario, outcomes in kept["runs"].items():
        for name, values in outcomes.items():
            assert now["runs"][scenario][name] == pytest.approx(values, rel=1e-10), (scenario, name)
