"""A command that is stopped says truly what it left behind."""

import subprocess
import sys

import pytest

from tumbuh.experiments import written
from tumbuh.model.files import write_atomic

EARLY = """
import os, signal, sys, threading
signal.signal(signal.SIGINT, signal.default_int_handler)
from tumbuh.experiments import cli
sys.argv = ["tumbuh", "compare", "--draws", "2000"]
threading.Timer({delay}, os.kill, (os.getpid(), signal.{name})).start()
cli.main()
"""


@pytest.mark.parametrize("delay", [0.02, 0.05, 0.2])
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_signal_during_the_first_imports_is_answered_in_words(delay, name, code):
    script = EARLY.format(delay=delay, name=name)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert "nothing was written" in done.stderr


INSIDE = """
import sys

from tumbuh.experiments import app, cli


def run():
    exec("raise KeyboardInterrupt")


app.run = run
cli.main()
"""


def test_a_signal_while_text_is_executed_keeps_the_documented_code(tmp_path):
    """Dataclasses are made by executing text; the interpreter remembers an interruption there."""
    (tmp_path / "cut_off.py").write_text(INSIDE, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "cut_off"], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 130


def test_what_was_put_in_place_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(written, "_INTENDED", {})
    new, old, never = (tmp_path / name for name in ("new", "old", "never"))
    old.write_text("before", encoding="utf-8")
    for path in (new, old, never):
        written.intend(path)
    assert written.written() == []
    write_atomic(new, "x")
    assert written.written() == [new]
    write_atomic(old, "y")
    assert written.written() == [new, old]
