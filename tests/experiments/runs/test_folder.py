"""Result folders: what was written comes back, and damage or a changed model is seen."""

import json

import pytest
from typer.testing import CliRunner

from tumbuh.experiments.runs import folder as folders
from tumbuh.experiments.runs.folder import Result, open_result, write_result
from tumbuh.model.errors import DataError

RESULT = Result("example", {"a": [1, 2.5]}, {"year": 2031}, {"t.csv": "x\n1\n"})


def test_a_result_comes_back(tmp_path):
    write_result(tmp_path / "r", RESULT)
    opened = open_result(tmp_path / "r")
    assert (opened.kind, opened.answer, opened.damaged, opened.changed) == (
        *("example", {"a": [1, 2.5]}),
        *((), ()),
    )
    assert opened.manifest["settings"] == {"year": 2031}
    assert set(opened.manifest["files"]) == {"answer.json", "t.csv"}


def test_a_flipped_byte_and_a_missing_file_are_seen(tmp_path):
    write_result(tmp_path / "r", RESULT)
    (tmp_path / "r/t.csv").write_bytes(b"x\n2\n")
    assert open_result(tmp_path / "r").damaged == ("t.csv",)
    (tmp_path / "r/t.csv").unlink()
    assert open_result(tmp_path / "r").damaged == ("t.csv",)


@pytest.mark.parametrize("text", [None, "{}", "{", '{"a": [1, 3]}'])
def test_a_damaged_answer_is_told_and_not_printed(tmp_path, text):
    from tumbuh.experiments.app import app, mount

    mount(["show"])
    write_result(tmp_path / "r", Result("target", {"a": [1, 2]}, {}))
    (tmp_path / "r/answer.json").unlink()
    if text is not None:
        (tmp_path / "r/answer.json").write_text(text)
    done = CliRunner().invoke(app, ["show", str(tmp_path / "r")])
    assert done.exit_code == 1
    assert "answer.json is missing or is not what was written" in done.output


def test_a_store_of_runs_is_sent_to_its_own_command(tmp_path):
    about = {"design": {}, "runs": 3, "chunks": 1, "files": {}}
    (tmp_path / "manifest.json").write_text(json.dumps(about))
    with pytest.raises(DataError, match="found a store of runs. Use tumbuh experiment show"):
        open_result(tmp_path)


def test_another_model_is_seen(tmp_path, monkeypatch):
    write_result(tmp_path / "r", RESULT)
    made = folders.made_from()
    monkeypatch.setattr(folders, "made_from", lambda: made | {"model": "another"})
    assert open_result(tmp_path / "r").changed == ("model",)


@pytest.mark.parametrize("text", ["", "[1]", "{", json.dumps({"kind": "target"})])
def test_what_is_no_result_is_refused(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(DataError, match="expected"):
        open_result(tmp_path)


def test_the_command_says_what_is_damaged(tmp_path):
    from tumbuh.experiments.app import app, mount

    mount(["show"])
    write_result(tmp_path / "r", RESULT)
    runner = CliRunner()
    done = runner.invoke(app, ["show", str(tmp_path / "r"), "--lang", "id"])
    assert done.exit_code == 0 and "t.csv" in done.output
    (tmp_path / "r/t.csv").write_text("other")
    done = runner.invoke(app, ["show", str(tmp_path / "r"), "--json"])
    assert done.exit_code == 1 and json.loads(done.output)["ok"] is False
