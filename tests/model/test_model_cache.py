"""Translations are kept, checked, and rebuilt; PySD stays out of a warm run."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from tumbuh.model.errors import ModelError, OutputError
from tumbuh.model.files import cache_directory, sha256, write_atomic
from tumbuh.model.language import cache
from tumbuh.model.language.cache import decode, encode, load_program, translate_text

TEXT = """
:MACRO: LATE(in)
LATE = DELAY FIXED(in, 2.0, 0.0) ~~|
:END OF MACRO:
r: a, b ~~|
q: u, v -> (r: b, a) ~~|
k == 3.0 ~~|
z[r] = LATE(w[q] + k) ~ unit ~ |
w[q] = SAMPLE IF TRUE(Time > 2.0, LOOKUP FORWARD(curve, Time), 0.0) ~ unit ~ |
x[r] = INTEG(y[r]*curve(Time), 1.0) ~ unit ~ what [A1] |
y[r] :EXCEPT: [b] = 2.0 + SMOOTH3(Time, 3.0) ~ unit/month ~ |
y[b] = IF THEN ELSE(Time > 2.0, 1.0, INITIAL(x[a])) ~ unit/month ~ |
curve((0,0),(1,1),(9,2)) ~ dmnl ~ |
INITIAL TIME = 0.0 ~ month ~ |
FINAL TIME = 8.0 ~ month ~ |
TIME STEP = 0.25 ~ month ~ |
SAVEPER = TIME STEP ~ month ~ |
"""


@pytest.fixture
def model(tmp_path, monkeypatch):
    monkeypatch.setenv("TUMBUH_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "models" / "own.mdl"
    path.parent.mkdir()
    path.write_text(TEXT)
    return path


def stored_files(tmp_path):
    return sorted((tmp_path / "cache").glob("*.json"))


def test_same_program_from_the_cache(model, tmp_path):
    first = load_program(model, trust=True)
    (stored,) = stored_files(tmp_path)
    assert sha256(model) in stored.name
    second = load_program(model, trust=True)
    assert first == second
    assert encode(first) == encode(second)
    assert [path.name for path in model.parent.iterdir()] == ["own.mdl"]


def test_translation_survives_json_exactly():
    import json

    program = translate_text(TEXT, "own.mdl")
    body = json.loads(encode(program))["program"]
    assert decode(body, "own.mdl") == program


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "",
        lambda text: text[: len(text) // 2],
        lambda text: text.replace('"state"', '"stale"', 1),
        lambda text: text.replace("0.25", "0.35", 1),
        lambda text: "\0" * len(text),
        lambda text: text.replace('"version": 3', '"version": 0'),
        lambda text: "[1, 2]\n3\n",
    ],
)
def test_damaged_cache_is_noticed_and_rebuilt(model, tmp_path, damage):
    program = load_program(model, trust=True)
    (stored,) = stored_files(tmp_path)
    whole = stored.read_text()
    damaged = damage(whole)
    assert damaged != whole
    stored.write_text(damaged)
    assert load_program(model, trust=True) == program
    assert stored.read_text() == whole


def test_changed_model_is_translated_again(model):
    before = load_program(model, trust=True)
    model.write_text(TEXT.replace("2.0 + SMOOTH3", "3.0 + SMOOTH3"))
    after = load_program(model, trust=True)
    assert before.digest != after.digest
    assert before.nodes != after.nodes


def test_many_at_once_agree(model, tmp_path):
    code = (
        "import sys; from tumbuh.model.language.cache import load_program, encode; import hashlib;"
        f"p = load_program({str(model)!r}, trust=True);"
        "print(hashlib.sha256(encode(p).encode()).hexdigest())"
    )
    with ThreadPoolExecutor(3) as pool:
        results = list(
            pool.map(
                lambda _: subprocess.run(
                    [sys.executable, "-c", code], check=True, capture_output=True
                ),
                range(3),
            )
        )
    assert len({result.stdout for result in results}) == 1
    assert len(stored_files(tmp_path)) == 1
    assert not list((tmp_path / "cache").glob("*.tmp"))


def test_unwritable_cache_does_not_stop_the_run(model, monkeypatch):
    def refuse(path, data):
        raise OutputError("full")

    monkeypatch.setattr(cache, "write_atomic", refuse)
    assert load_program(model, trust=True).variables


def test_shipped_translation_belongs_to_the_packaged_model(monkeypatch, tmp_path):
    if not cache.SHIPPED.exists():
        pytest.skip("no translation is packaged")
    monkeypatch.setenv("TUMBUH_CACHE", str(tmp_path))
    shipped = cache._read(cache.SHIPPED, sha256(cache.PACKAGED), cache.PACKAGED.name)
    assert shipped is not None, "stale: run tumbuh.model.language.cache.ship()"
    assert shipped == translate_text(
        cache.read_text(cache.PACKAGED), "stunting.mdl", shipped.digest
    )


def test_shipped_translation_needs_no_parser(monkeypatch, tmp_path):
    monkeypatch.setenv("TUMBUH_CACHE", str(tmp_path))
    monkeypatch.setattr(cache, "SHIPPED", tmp_path / "stunting.ir.json")
    assert cache.ship() == tmp_path / "stunting.ir.json"
    monkeypatch.setattr(cache, "translate_text", lambda *_: pytest.fail("translated again"))
    assert load_program().label == "stunting.mdl"


def test_foreign_file_needs_trust_even_when_cached(model):
    with pytest.raises(ModelError, match="--trust-model"):
        load_program(model)
    load_program(model, trust=True)
    with pytest.raises(ModelError, match="--trust-model"):
        load_program(model)


def test_warm_run_imports_no_parser_and_no_table_library(model):
    load_program(model, trust=True)
    code = (
        "import sys; from tumbuh.model.language.cache import load_program;"
        "from tumbuh.model.engine.integrate import simulate;"
        f"r = simulate(load_program({str(model)!r}, trust=True), {{}}, ['x[a]']);"
        "print(sorted({'pysd', 'pandas', 'xarray', 'pint', 'networkx', 'scipy', 'parsimonious'}"
        " & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_cache_directory_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("TUMBUH_CACHE", str(tmp_path))
    assert cache_directory() == tmp_path
    monkeypatch.delenv("TUMBUH_CACHE")
    assert cache_directory().name == "tumbuh"


def test_write_is_whole_or_nothing(tmp_path, monkeypatch):
    path = tmp_path / "new" / "file.txt"
    write_atomic(path, "old")
    assert path.read_text() == "old"
    monkeypatch.setattr("tumbuh.model.files.os.fsync", lambda descriptor: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_atomic(path, "new")
    assert path.read_text() == "old"
    assert [item.name for item in path.parent.iterdir()] == ["file.txt"]


def test_write_to_an_impossible_place_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="Choose another folder"):
        write_atomic(tmp_path / "file" / "below.txt", b"data")
