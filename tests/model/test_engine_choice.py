"""Which engine answers: with and without a compiler, and for models with fixed delays."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest
from engines import MACHINES
from micro import CONTROL

from tumbuh.model.engine import integrate
from tumbuh.model.engine.integrate import simulate
from tumbuh.model.errors import InputError
from tumbuh.model.language.cache import translate_text

TEXT = "k = 1.0 ~~|\nx = INTEG(k - 0.1*x, 0.0) ~~|\n"
DELAYED = TEXT + "late = DELAY FIXED(x, 2.0*k, 0.0) ~~|\n"
RATES = np.array([0.5, 1.0, 2.0])
compiles = pytest.mark.skipif(not MACHINES, reason="no compiler here")

# Stands for a machine where the compiler cannot be imported, for one reason or another.
BLOCKED = """
import pickle, sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "llvmlite":
            raise %s("llvmlite is not for this machine")
sys.meta_path.insert(0, Blocker())
from tumbuh.model.engine.integrate import simulate
from tumbuh.model.errors import InputError
program, rates = pickle.loads(sys.stdin.buffer.read())
found = []
for _ in range(2):
    run = simulate(program, dict(k=rates), ["x"], chunk=1, threads=2)
    found.append(run["x"].tobytes())
explicit = simulate(program, dict(k=rates), ["x"], engine="numpy")["x"].tobytes()
assert found == [explicit] * 2
try:
    simulate(program, dict(k=rates), ["x"], engine="llvm")
except InputError as error:
    print(error)
print(explicit.hex())
"""


def child(code, program):
    command = [sys.executable, "-c", code]
    given = pickle.dumps((program, RATES))
    return subprocess.run(command, input=given, capture_output=True, check=True)


@pytest.mark.parametrize("fault", ["ImportError", "ModuleNotFoundError", "OSError"])
def test_without_a_compiler_the_interpreter_answers_and_says_so_once(fault):
    program = translate_text(TEXT + CONTROL, "m.mdl")
    done = child(BLOCKED % fault, program)
    (notice,) = done.stderr.decode().splitlines()
    assert notice.startswith("tumbuh: no compiler here (llvmlite)")
    *refusal, answer = done.stdout.decode().splitlines()
    assert "engine" in refusal[0]
    assert "Install llvmlite" in "\n".join(refusal)
    expected = simulate(program, {"k": RATES}, ["x"], engine="numpy")["x"]
    assert answer == expected.tobytes().hex()


def test_the_interpreter_needs_no_compiler_and_says_nothing():
    code = BLOCKED[: BLOCKED.index("found = []")] % "ImportError"
    code += "simulate(program, dict(k=rates), ['x'], engine='numpy')\n"
    code += "assert 'llvmlite' not in sys.modules\n"
    assert child(code, translate_text(TEXT + CONTROL, "m.mdl")).stderr == b""


@pytest.fixture
def asked(monkeypatch):
    """Return the engines that were called, in order."""
    seen = []
    for name in ("compute", "interpret"):
        engine = getattr(integrate, name)

        def told(*arguments, _engine=engine, _name=name):
            seen.append(_name)
            return _engine(*arguments)

        monkeypatch.setattr(integrate, name, told)
    return seen


@compiles
def test_one_draw_and_many_are_compiled(asked):
    program = translate_text(TEXT + CONTROL, "m.mdl")
    for constants in ({}, {"k": 2.0}, {"k": RATES}):
        simulate(program, constants, ["x"])
    assert asked == ["compute"] * 3


@compiles
def test_models_with_fixed_delays_are_interpreted(asked):
    program = translate_text(DELAYED + CONTROL, "m.mdl")
    simulate(program, {"k": RATES}, ["late"])
    # That the model has one decides, not whether an output needs it: bits stay the same.
    simulate(program, {"k": RATES}, ["x"], snapshot=False)
    assert asked == ["interpret"] * 2


@compiles
def test_compiled_fixed_delays_are_those_of_the_interpreter(monkeypatch):
    program = translate_text(DELAYED + CONTROL, "m.mdl")
    called = []
    monkeypatch.setattr(
        "tumbuh.model.engine.kernel.compiled.interpret",
        lambda *a, **_: called.append(a) or _interpret(*a),
    )
    names = ["x", "late"]
    expected = simulate(program, {"k": RATES}, names, engine="numpy")
    compiled = simulate(program, {"k": RATES}, names, engine="llvm", snapshot=False)
    assert not called
    for name in names:
        np.testing.assert_allclose(compiled[name], expected[name], 1e-13, 1e-13)
    # A snapshot of a fixed delay is the interpreter's, whoever is asked.
    handed = simulate(program, {"k": RATES}, names, engine="llvm", until=4.0)
    assert len(called) == 1
    rest = simulate(program, {"k": RATES}, names, engine="llvm", start=handed.snapshot)
    assert len(called) == 2
    np.testing.assert_array_equal(rest["late"], expected["late"][:, -rest["late"].shape[1] :])


def _interpret(job, *_):
    from tumbuh.model.engine.interpreter.interpreted import interpret

    return interpret(job)


def test_a_machine_that_is_not_here_is_refused():
    from tumbuh.model.engine.machine import choose

    assert choose(()) is None
    with pytest.raises(InputError, match="one of none"):
        choose((), "avx512")
