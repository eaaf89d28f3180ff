"""Compiled kernels are kept, checked and made again; nothing half-written or foreign is used."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from engines import MACHINES
from micro import CONTROL

from tumbuh.model import engine
from tumbuh.model.engine.integrate import simulate
from tumbuh.model.engine.kernel import compile as compiler
from tumbuh.model.engine.kernel import compiled, plan
from tumbuh.model.language.cache import translate_text

pytestmark = pytest.mark.skipif(not MACHINES, reason="no compiler here")
TEXT = "k = 1.0 ~~|\nx = INTEG(k*EXP(-x) - 0.1*x, 0.0) ~~|\ny = x^k + Time ~~|\n"
RATES = np.array([0.5, 1.0, 2.0])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("TUMBUH_CACHE", str(tmp_path / "cache"))
    compiled._plans.clear()
    yield tmp_path / "cache"
    compiled._plans.clear()


def run(text=TEXT):
    """Run in this process as a new one would: no plan in memory."""
    compiled._plans.clear()
    program = translate_text(text + CONTROL, "m.mdl")
    found = simulate(program, {"k": RATES}, ["x", "y"], engine="llvm", snapshot=False)
    return found["x"].tobytes() + found["y"].tobytes()


@pytest.fixture
def builds(monkeypatch):
    """Return how often code came from the cache, and how often it was made."""
    seen = []
    build = compiler.build_once

    def counted(*arguments):
        code = build(*arguments)
        seen.append(code.cached)
        return code

    monkeypatch.setattr("tumbuh.model.engine.kernel.plan.build_once", counted)
    return seen


def kernels(folder):
    return sorted(folder.glob("*.kernel"))


def flipped(data, place):
    return data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :]


DAMAGES = {
    "empty": lambda data: b"",
    "cut": lambda data: data[: len(data) // 2],
    "without its last byte": lambda data: data[:-1],
    "with a byte more": lambda data: data + b"\0",
    "flipped in the code": lambda data: flipped(data, len(data) - 9),
    "flipped in the facts": lambda data: flipped(data, 60),
    "flipped in the checksum": lambda data: flipped(data, 20),
    "of another version": lambda data: data.replace(b"kernel 3", b"kernel 1", 1),
    "zeros": lambda data: bytes(len(data)),
    "text": lambda data: b"not a kernel\n" * 99,
    "headless": lambda data: data[16:],
}


def test_second_run_compiles_nothing(folder, builds):
    first = run()
    assert builds == [False, False]
    assert len(kernels(folder)) == 2
    assert run() == first
    assert builds == [False, False, True, True]


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_file_is_made_again(folder, builds, name):
    first = run()
    whole = {path: path.read_bytes() for path in kernels(folder)}
    for path, data in whole.items():
        assert DAMAGES[name](data) != data
        path.write_bytes(DAMAGES[name](data))
    assert run() == first
    assert builds == [False] * 4
    assert {path: path.read_bytes() for path in kernels(folder)} == whole


def test_a_sound_file_of_another_kernel_is_not_used(folder, builds):
    """A file that was copied or renamed has a right checksum, but is not what its name says."""
    first = run()
    one, other = kernels(folder)
    left, right = one.read_bytes(), other.read_bytes()
    one.write_bytes(right)
    other.write_bytes(left)
    assert run() == first
    assert builds == [False] * 4
    assert (one.read_bytes(), other.read_bytes()) == (left, right)


def test_a_folder_in_the_place_of_a_file(folder):
    first = run()
    for path in kernels(folder):
        path.unlink()
        path.mkdir()
    assert run() == first


def test_what_decides_about_the_bits_is_in_the_name(folder):
    run()
    before = set(kernels(folder))
    run(TEXT.replace("0.1*x", "0.2*x"))
    changed = set(kernels(folder)) - before
    assert len(changed) == 2
    run(TEXT + "z = 1.0 ~ dmnl ~ another word |\n")
    for machine in MACHINES:
        compiled._plans.clear()
        program = translate_text(TEXT + CONTROL, "m.mdl")
        for method in ("euler", "rk4"):
            simulate(program, {"k": RATES}, ["x"], method=method, machine=machine, snapshot=False)
    made = len(kernels(folder))
    assert made >= 4 + 2 * 2 * len(MACHINES)


def test_defaults_and_words_are_not(folder, builds):
    run()
    run(TEXT.replace("k = 1.0 ~~|", "k = 3.0 ~ dmnl ~ another default, another word |"))
    assert builds == [False, False, True, True]


def test_a_change_of_the_code_that_makes_kernels_makes_them_again(folder, builds, monkeypatch):
    run()
    monkeypatch.setattr("tumbuh.model.engine.kernel.plan._sources", lambda: "other code")
    run()
    assert builds == [False] * 4


def test_the_code_that_makes_kernels_is_the_whole_engine(monkeypatch):
    read = []
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path.resolve()) or b"")
    plan._sources.__wrapped__()
    files = {path.resolve() for path in Path(engine.__path__[0]).rglob("*.py")}
    assert files and files <= set(read)


CHILD = """
import pickle, sys, time
import numpy as np
import tumbuh.model.engine.kernel.compile as compiler
from pathlib import Path
from tumbuh.model.engine.integrate import simulate
program, rates = pickle.loads(sys.stdin.buffer.read())
def stop(*arguments):
    print("stopped", flush=True)
    time.sleep(600)
def half(path, payload):
    with path.open("wb") as file:
        file.write(payload[: len(payload) // 2])
    stop()
%s
found = simulate(program, dict(k=rates), ['x', 'y'], engine='llvm', snapshot=False)
sys.stdout.write((found['x'].tobytes() + found['y'].tobytes()).hex())
"""
BETWEEN = """
kept = Path.replace
Path.replace = lambda *names: stop() if list(names[1].parent.glob('*.kernel')) else kept(*names)
"""
# Where a process stops, and the files that are there then.
STOPS = {
    "before the compiler": ("compiler._write = stop", 0, 0),
    "in the middle of a file": ("Path.write_bytes = half", 0, 1),
    "before the file has its name": ("Path.replace = stop", 0, 1),
    "between two kernels": (BETWEEN, 1, 1),
}


def start(folder, stop=""):
    environment = {**os.environ, "TUMBUH_CACHE": str(folder)}
    command = [sys.executable, "-c", CHILD % stop]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    child = subprocess.Popen(command, env=environment, **pipes)
    program = translate_text(TEXT + CONTROL, "m.mdl")
    assert child.stdin is not None
    child.stdin.write(pickle.dumps((program, RATES)))
    child.stdin.close()
    child.stdin = None
    return child


def answer(child):
    return child.communicate(timeout=120)[0].decode()


@pytest.mark.skipif(os.name == "nt", reason="kill -9")
@pytest.mark.parametrize("name", STOPS)
def test_a_killed_compile_leaves_nothing_that_misleads(folder, builds, name):
    stop, whole, parts = STOPS[name]
    child = start(folder, stop)
    assert child.stdout is not None
    assert child.stdout.readline() == b"stopped\n"
    child.kill()
    child.communicate()
    assert len(kernels(folder)) == whole
    assert len(list(folder.glob(".*.tmp"))) == parts
    first = run()
    assert builds.count(True) == whole
    assert len(kernels(folder)) == 2
    assert run() == first
    assert builds[2:] == [True, True]


def test_processes_at_once(folder):
    expected = run().hex()
    for path in kernels(folder):
        path.unlink()
    children = [start(folder) for _ in range(3)]
    assert [answer(child) for child in children] == [expected] * 3
    assert len(kernels(folder)) == 2
    assert not list(folder.glob(".*.tmp"))


def test_a_folder_that_cannot_be_written(tmp_path, monkeypatch, folder):
    expected = run()
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("TUMBUH_CACHE", str(tmp_path / "file" / "below"))
    assert run() == expected
    monkeypatch.setenv("TUMBUH_CACHE", str(tmp_path / "locked"))
    (tmp_path / "locked").mkdir(mode=0o500)
    assert run() == expected
    monkeypatch.setattr(Path, "write_bytes", _full)
    monkeypatch.setenv("TUMBUH_CACHE", str(tmp_path / "full"))
    assert run() == expected
    assert not kernels(tmp_path / "full")


def _full(path, payload):
    raise OSError(28, "No space left on device")
