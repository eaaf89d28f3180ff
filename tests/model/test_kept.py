"""What is kept is checked and made again: columns of numbers, and entries of packaged YAML."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tumbuh.model import kept, kept_columns, kept_yaml, yamlfile
from tumbuh.model.errors import InputError
from tumbuh.model.kept import Kind, keep, key_of, read_kept
from tumbuh.model.parameters import draw_prior, load_parameters
from tumbuh.model.yamlfile import load_yaml, parse_yaml

KIND = Kind(".thing", b"thing 1\n", 3)
COLUMNS = {"b": np.array([1.0, np.nan, -0.0]), "a": np.array([0.1, np.inf, 5e-324])}
LIBRARY = Path(kept_yaml.__file__).parents[1] / "scenarios" / "library"


def flipped(data, place):
    return data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :]


DAMAGES = {
    "empty": lambda data: b"",
    "cut": lambda data: data[: len(data) // 2],
    "without its last byte": lambda data: data[:-1],
    "with a byte more": lambda data: data + b"\0",
    "flipped at the end": lambda data: flipped(data, len(data) - 3),
    "flipped in the checksum": lambda data: flipped(data, 25),
    "of another version": lambda data: data.replace(b" 1\n", b" 0\n", 1),
    "zeros": lambda data: bytes(len(data)),
    "headless": lambda data: data[16:],
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("TUMBUH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def bits(columns):
    return [(name, values.tobytes()) for name, values in columns.items()]


@pytest.fixture
def made():
    """Return how often columns were made, and a maker."""
    calls = []

    def make():
        calls.append(1)
        return COLUMNS

    return calls, make


def test_columns_come_back_to_the_bit_and_in_order(folder, made):
    calls, make = made
    first = kept_columns.kept_columns(["x"], make)
    again = kept_columns.kept_columns(["x"], make)
    assert bits(first) == bits(again) == bits(COLUMNS)
    assert len(calls) == 1
    again["b"][0] = 7.0
    assert bits(kept_columns.kept_columns(["x"], make)) == bits(COLUMNS)


def test_other_parts_are_other_columns(folder, made):
    calls, make = made
    for parts in (["x"], ["y"], ["x", "y"], ["xy"]):
        kept_columns.kept_columns(parts, make)
    assert len(calls) == 4


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_columns_are_made_again(folder, made, name):
    calls, make = made
    kept_columns.kept_columns(["x"], make)
    (path,) = folder.glob("*.columns")
    whole = path.read_bytes()
    assert DAMAGES[name](whole) != whole
    path.write_bytes(DAMAGES[name](whole))
    assert bits(kept_columns.kept_columns(["x"], make)) == bits(COLUMNS)
    assert len(calls) == 2
    assert path.read_bytes() == whole


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_entries_are_parsed_again(folder, monkeypatch, name):
    path = LIBRARY / "hr.yaml"
    data, _ = parse_yaml(path.read_text("utf-8"), str(path))
    assert load_yaml(path)[0] == data
    (stored,) = folder.glob("*.entries")
    whole = stored.read_bytes()
    stored.write_bytes(DAMAGES[name](whole))
    assert load_yaml(path)[0] == data
    assert stored.read_bytes() == whole
    monkeypatch.setattr(yamlfile, "_parse", lambda *_: pytest.fail("parsed again"))
    assert load_yaml(path)[0] == data


def paths_of(data, at=()):
    yield at
    entries = {dict: lambda: data.items(), list: lambda: enumerate(data)}
    for name, value in entries.get(type(data), tuple)():
        yield from paths_of(value, (*at, name))


PACKAGED = [path for folder in kept_yaml.FOLDERS for path in sorted(folder.rglob("*.yaml"))]


@pytest.mark.parametrize("path", PACKAGED, ids=lambda path: path.stem)
def test_entries_and_lines_are_those_of_the_parser(folder, path):
    data, line_of = parse_yaml(path.read_text("utf-8"), str(path))
    for _ in range(2):
        kept_data, kept_line = load_yaml(path)
        assert repr(kept_data) == repr(data)
        assert all(kept_line(at) == line_of(at) for at in paths_of(data))
    assert len(list(folder.glob("*.entries"))) == 1


def test_files_of_others_and_files_with_mistakes_are_not_kept(folder, tmp_path, monkeypatch):
    own = tmp_path / "own.yaml"
    own.write_text("a: 1\n")
    assert load_yaml(own)[0] == {"a": 1}
    monkeypatch.setattr(kept_yaml, "FOLDERS", (tmp_path,))
    own.write_text("a: 1\na: 2\n")
    for _ in range(2):
        with pytest.raises(InputError, match="again"):
            load_yaml(own)
    own.write_text("1: names that JSON would turn into text\n")
    assert load_yaml(own)[0] == {1: "names that JSON would turn into text"}
    assert not list(folder.glob("*.entries"))
    own.write_text("a: 2\n")
    assert load_yaml(own)[0] == {"a": 2}
    own.write_text("a: 3\n")
    assert load_yaml(own)[0] == {"a": 3}
    assert len(list(folder.glob("*.entries"))) == 2


def test_a_sound_file_under_another_name_is_not_used(folder):
    for name in ("one", "two"):
        keep(KIND, key_of([name]), name.encode())
    one, two = (folder / f"{key_of([name])}.thing" for name in ("one", "two"))
    one.write_bytes(two.read_bytes())
    assert read_kept(KIND, key_of(["one"])) is None
    assert read_kept(KIND, key_of(["two"])) == b"two"
    assert read_kept(Kind(".thing", b"thing 2\n", 3), key_of(["two"])) is None


def test_what_was_used_last_stays(folder):
    keys = [key_of([str(k)]) for k in range(4)]
    for age, key in enumerate(keys[:3]):
        keep(KIND, key, b"x")
        os.utime(folder / f"{key}.thing", (age, age))
    assert read_kept(KIND, keys[0]) == b"x"
    keep(KIND, keys[3], b"x")
    assert [read_kept(KIND, key) for key in keys] == [b"x", None, b"x", b"x"]


def test_a_folder_that_cannot_be_written_costs_time_only(tmp_path, monkeypatch, made):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("TUMBUH_CACHE", str(tmp_path / "file" / "below"))
    calls, make = made
    for _ in range(2):
        assert bits(kept_columns.kept_columns(["x"], make)) == bits(COLUMNS)
    assert len(calls) == 2
    assert load_yaml(LIBRARY / "hr.yaml")[0]["id"] == "hr"


def test_draws_that_are_kept_are_those_of_the_priors(folder):
    from tumbuh.calibration import rest

    drawn = rest.draw_rest(5, 40)
    for _ in range(2):
        assert bits(rest.kept_rest(5, 40)) == bits(drawn)
    assert bits(rest.kept_rest(6, 40)) != bits(drawn)
    longer = rest.kept_rest(5, 60)
    assert bits({name: values[:40] for name, values in longer.items()}) == bits(drawn)
    name = next(row.name for row in load_parameters().uncertain(2))
    assert drawn[name].tobytes() == draw_prior(load_parameters(), 5, 40, [name])[name].tobytes()


@pytest.mark.parametrize("what", ["arithmetic", "code_of"])
def test_another_library_or_code_draws_again(folder, monkeypatch, what):
    from tumbuh.calibration import rest

    rest.kept_rest(5, 10)
    before = set(folder.glob("*.columns"))
    monkeypatch.setattr(rest, what, lambda *_: "another")
    rest.kept_rest(5, 10)
    assert len(set(folder.glob("*.columns")) - before) == 1


CHILD = """
import hashlib
from tumbuh.calibration.ensemble import load_ensemble
from tumbuh.scenarios.loader import load_scenarios
drawn = load_ensemble(draws=30).constants
digest = hashlib.sha256(b"".join(values.tobytes() for values in drawn.values()))
digest.update(repr(load_scenarios()).encode())
print(digest.hexdigest())
"""


def test_processes_at_once_and_after_a_killed_one(folder):
    """Three begin with nothing; one more finds the leftover of a process that was killed."""
    environment = {**os.environ, "TUMBUH_CACHE": str(folder)}
    command = [sys.executable, "-c", CHILD]
    children = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) for _ in range(3)
    ]
    found = {child.communicate(timeout=120)[0] for child in children}
    assert len(found) == 1 and found != {b""}
    assert not list(folder.glob(".*.tmp"))
    files = sorted([*folder.glob("*.columns"), *folder.glob("*.entries")])
    whole = {path: path.read_bytes() for path in files}
    assert {path.suffix for path in files} == {".columns", ".entries"}
    for path in files:
        path.with_name(f".{path.name}.0123.tmp").write_bytes(whole[path][:50])
        path.unlink()
    again = subprocess.run(command, env=environment, capture_output=True, check=True).stdout
    assert {again} == found
    assert {path: path.read_bytes() for path in files} == whole


def test_the_checksum_covers_the_name(folder):
    keep(KIND, "ab", b"c")
    raw = (folder / "ab.thing").read_bytes()
    assert raw == KIND.head + hashlib.sha256(b"abc").digest() + b"c"
    assert kept.read_kept(KIND, "a") is None
