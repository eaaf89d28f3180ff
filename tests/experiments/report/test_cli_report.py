"""The command: what it writes, and that it writes nothing where it refuses."""

import hashlib
import json
import shutil

import pytest
from report_command import run

from tumbuh.experiments.report import cli_report
from tumbuh.experiments.report.html import to_html

QUICK = ("--chains", "40", "--quiet")


def test_it_writes_both_files_and_their_checksums(folder, reports, tmp_path):
    out = tmp_path / "laporan"
    done = run("report", folder, "--out", out, "--lang", "id", "--json", *QUICK)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    names = {path.name for path in out.iterdir()}
    assert names == set(told["files"]) == {"laporan.html", "laporan.pdf", "SHA256SUMS"}
    for name, about in told["files"].items():
        data = (out / name).read_bytes()
        assert about == {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    sums = dict(line.split("  ")[::-1] for line in (out / "SHA256SUMS").read_text().splitlines())
    assert sums == {n: told["files"][n]["sha256"] for n in ("laporan.html", "laporan.pdf")}
    assert (out / "laporan.html").read_text(encoding="utf-8") == to_html(reports["id"])
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(("lang", "said"), [("en", "expected"), ("id", "seharusnya")])
def test_a_damaged_folder_is_refused_and_nothing_is_written(folder, tmp_path, lang, said):
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / "answer.json").write_bytes((copy / "answer.json").read_bytes() + b" ")
    done = run("report", copy, "--out", tmp_path / "out", "--lang", lang, *QUICK)
    assert done.exit_code == 2
    assert "answer.json" in done.output and said in done.output
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


def test_a_folder_that_is_no_result_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    done = run("report", tmp_path / "empty", "--out", tmp_path / "out", *QUICK)
    assert done.exit_code == 2 and "manifest.json" in done.output


def test_a_folder_in_use_is_refused_before_anything_is_computed(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(cli_report, "_make", lambda *given: pytest.fail("computed"))
    (tmp_path / "note.txt").write_text("mine")
    done = run("report", folder, "--out", tmp_path, *QUICK)
    assert done.exit_code == 2 and "a new or empty folder" in done.output
    assert (tmp_path / "note.txt").read_text() == "mine"


def test_a_failure_while_it_is_made_leaves_nothing(folder, reports, tmp_path, monkeypatch):
    from tumbuh.experiments.report import pdf

    def broken(report):
        raise MemoryError

    monkeypatch.setattr(cli_report, "_make", lambda *given: reports["en"])
    monkeypatch.setattr(pdf, "to_pdf", broken)
    done = run("report", folder, "--out", tmp_path / "out", *QUICK)
    assert isinstance(done.exception, MemoryError)
    assert list(tmp_path.iterdir()) == []
