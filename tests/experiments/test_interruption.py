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
