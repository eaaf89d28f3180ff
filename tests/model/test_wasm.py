"""Kernels as WebAssembly: one export, one memory, the same bytes each time; what needs a linker is refused."""

from __future__ import annotations

import numpy as np
import pytest
from engines import MACHINES
from micro import CONTROL

from tumbuh.model.engine.job import make_job
from tumbuh.model.engine.kernel.wasm import MAGIC, module_of
from tumbuh.model.engine.portable import portable
from tumbuh.model.engine.reductions import Reduction
from tumbuh.model.errors import ModelError
from tumbuh.model.language.cache import translate_text

pytestmark = pytest.mark.skipif(not MACHINES, reason="no compiler here")
TEXT = (
    "k = 1.0 ~~|\nx = INTEG(k*EXP(-x) - 0.1*x, 0.0) ~~|\ny = x^k + {more} ~~|\nz = Time*2.0 ~~|\n"
)
RATES = np.array([0.5, 1.0, 2.0])


def job(more="Time", outputs=("x", "y"), reductions=(), method="euler"):
    program = translate_text(TEXT.format(more=more) + CONTROL, "m.mdl")
    given = (program, {"k": RATES}, outputs, reductions, None, method)
    return make_job(*given, None, None, None, snapshot=False)


def sections(module):
    """Return kinds and bodies of the sections of a module; lengths below 128 * 128."""
    place, found = len(MAGIC), []
    while place < len(module):
        kind, length, shift = module[place], 0, 0
        place += 1
        while True:
            byte = module[place]
            length |= (byte & 127) << shift
            shift, place = shift + 7, place + 1
            if byte < 128:
                break
        found.append((kind, module[place : place + length]))
        place += length
    return found


def refused(make):
    with pytest.raises(ModelError) as caught:
        make()
    return str(caught.value)


def test_a_module_exports_run_and_imports_a_memory():
    found = portable(job())
    kinds = [kind for kind, _ in sections(found.module)]
    bodies = dict(sections(found.module))
    assert kinds == sorted(kinds) and 0 not in kinds
    assert bodies[7].startswith(b"\1\3run\0")
    assert bodies[2].startswith(b"\1\3env\x0f__linear_memory\2")
    assert found.constants == ("k",)
    assert set(found.outputs) == {"x", "y"}


def test_a_module_is_the_same_to_the_byte(tmp_path, monkeypatch):
    modules = []
    for name in ("first", "second"):
        monkeypatch.setenv("TUMBUH_CACHE", str(tmp_path / name))
        modules.append(portable(job()).module)
        assert list((tmp_path / name).glob("*.kernel"))
    assert modules[0] == modules[1]


def test_a_function_of_the_c_library_is_refused_by_name():
    assert "'sin'" in refused(lambda: portable(job("SIN(x)")))


def test_what_a_page_cannot_run_is_refused():
    found = refused(lambda: portable(job("DELAY FIXED(x, 3.0, 0.0)", ["y"])))
    assert "fixed delays" in found
    reduction = (Reduction("x", "maximum"),)
    assert "1 reductions" in refused(lambda: portable(job(reductions=reduction)))
    assert "rk4" in refused(lambda: portable(job(method="rk4")))
    assert "z" in refused(lambda: portable(job(outputs=["x", "z"])))


def test_broken_object_files_are_refused():
    data = MAGIC + bytes([11, 2, 0, 0])
    assert "memory contents" in refused(lambda: module_of(data))
    assert "b'\\x7fELF" in refused(lambda: module_of(b"\x7fELF1234567"))
    assert "an end after" in refused(lambda: module_of(MAGIC + bytes([1, 9, 0])))
    assert "symbols of version" in refused(lambda: module_of(MAGIC))
    # A symbol table with no symbol in it.
    linking = b"\7linking\2" + bytes([8, 1, 0])
    assert "no function 'run'" in refused(
        lambda: module_of(MAGIC + bytes([0, len(linking)]) + linking)
    )
    # A place of kind 4, in memory.
    places = b"\nreloc.CODE" + bytes([3, 1, 4, 0, 0, 0])
    assert "of kind 4" in refused(lambda: module_of(MAGIC + bytes([0, len(places)]) + places))
