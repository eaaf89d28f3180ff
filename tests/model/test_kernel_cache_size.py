"""The cache of compiled kernels stays small, and what was used last stays in it."""

import os

import numpy as np
import pytest

from tumbuh.model.engine.integrate import simulate
from tumbuh.model.engine.kernel import compile as compiler
from tumbuh.model.engine.kernel.compiled import _plans
from tumbuh.model.language.cache import translate_text

pytest.importorskip("llvmlite")
TEXT = """
a = INTEG(b*{factor}.0, 1.0) ~ unit ~ |
b = 1.0 ~ unit/month ~ |
INITIAL TIME = 0.0 ~ month ~ |
FINAL TIME = 2.0 ~ month ~ |
TIME STEP = 0.25 ~ month ~ |
SAVEPER = TIME STEP ~ month ~ |
"""


def run(factor):
    program = translate_text(TEXT.format(factor=factor), f"m{factor}.mdl")
    given = {"b": np.arange(3.0)}
    _plans.clear()
    return simulate(program, given, ["a"], [1.0], engine="llvm")["a"][:, 0].tolist()


def test_the_kernels_used_last_are_kept(monkeypatch, tmp_path):
    monkeypatch.setenv("TUMBUH_CACHE", str(tmp_path))
    files = {}
    for factor in (1, 2):
        before = set(tmp_path.glob("*.kernel"))
        assert run(factor) == [1.0, 1.0 + factor, 1.0 + 2.0 * factor]
        files[factor] = set(tmp_path.glob("*.kernel")) - before
        for path in files[factor]:
            os.utime(path, (factor, factor))
    room = len(files[1]) + len(files[2])
    monkeypatch.setattr(compiler, "KEPT_KERNELS", room)
    run(1)
    run(3)
    kept = set(tmp_path.glob("*.kernel"))
    assert files[1] <= kept, "it was used after the other one"
    assert not files[2] & kept
    assert len(kept) == room
