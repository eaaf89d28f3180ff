"""Compiled code in a process that leaves the system little room, or that runs many threads."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from engines import MACHINES
from micro import CONTROL

from tumbuh.model.engine.integrate import simulate
from tumbuh.model.engine.kernel import compiled
from tumbuh.model.language.cache import load_program, translate_text

pytestmark = pytest.mark.skipif(not MACHINES, reason="no compiler here")
APART = """
import mmap
from tumbuh.model.engine.integrate import simulate
from tumbuh.model.language.cache import load_program

program = load_program()
# Gaps that only small sections fit into, above a region wider than 2 GiB.
gaps = [mmap.mmap(-1, 16384) for _ in range(400)]
private = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | getattr(mmap, "MAP_NORESERVE", 0x4000)
wide = mmap.mmap(-1, 3 << 30, private, mmap.PROT_READ)
for gap in gaps[::2]:
    gap.close()
found = simulate(program, {}, ["survey prevalence"], [12.0], engine="llvm", snapshot=False)
print(repr(float(found["survey prevalence"].ravel()[0])))
"""


def test_code_and_data_lie_together_although_memory_is_in_pieces():
    """Parts more than 2 GiB apart made the linker abort the whole process."""
    done = subprocess.run(
        [sys.executable, "-c", APART], capture_output=True, text=True, check=False
    )
    outputs = ["survey prevalence"]
    plain = simulate(load_program(), {}, outputs, [12.0], engine="llvm", snapshot=False)
    assert done.returncode == 0, done.stderr[-300:]
    assert done.stdout == f"{float(plain[outputs[0]].ravel()[0])!r}\n"


def test_threads_that_ask_for_many_plans_get_the_numbers_of_one_thread(monkeypatch):
    """More forms than are kept: plans are made and thrown away while other threads seek them."""
    monkeypatch.setattr(compiled, "_PLANS", 2)
    compiled._plans.clear()
    text = "k = 1.0 ~~|\nx = INTEG(k*{}.5 - 0.1*x, 0.0) ~~|\n" + CONTROL
    programs = [translate_text(text.format(number), "m.mdl") for number in range(4)]

    def last(program):
        rates = {"k": np.array([0.5, 1.0])}
        return simulate(program, rates, ["x"], engine="llvm", snapshot=False)["x"].tobytes()

    alone = [last(program) for program in programs]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(last, programs * 25)) == alone * 25
    compiled._plans.clear()
