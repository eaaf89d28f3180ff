"""A model of 5,000 variables is translated and compiled; a long chain needs no deep recursion."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from engines import ENGINES, engine_name
from micro import CONTROL

from tumbuh.model.engine.integrate import simulate
from tumbuh.model.language.cache import translate_text
from tumbuh.model.language.flatten import flatten
from tumbuh.model.language.translate import parse_model


def sectors(count: int) -> str:
    """Return sectors of five variables, each leaning on another sector."""
    parts = []
    for i in range(count):
        j = i * 7919 % (i + 1)
        parts.append(
            f"constant {i} = {0.1 + i % 17 / 10:.4f} ~ dmnl ~ a constant |\n"
            f"stock {i} = INTEG(in {i} - out {i}, constant {i}*10.0) ~ unit ~ a stock |\n"
            f"in {i} = constant {i}*MAX(effect {j}, 0.1) + 0.01*SMOOTH(stock {j}, 3.0) ~~|\n"
            f"out {i} = stock {i}/(constant {j} + 5.0)*IF THEN ELSE(Time > 5.0 :AND:"
            f" constant {i} > 0.5, 1.0, 0.9) ~ unit/month ~ out |\n"
            f"effect {i} = WITH LOOKUP(stock {i}/10.0, ([(0,0)-(10,10)],(0,0),(1,{1 + i}),"
            f"(3,{2 + i}))) ~ dmnl ~ effect |\n"
        )
    return "".join(parts)


@pytest.mark.slow
def test_five_thousand_variables():
    program = flatten(parse_model(sectors(1000) + CONTROL, "large.mdl"), "digest")
    assert len(program.variables) == 5004
    assert simulate(program, {}, ["stock 7"], times=[0.0, 8.0])["stock 7"].shape == (1, 2)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES[1:], ids=engine_name)
def test_five_thousand_variables_compile(engine, large, tmp_path, monkeypatch):
    """Scheduled, printed and compiled, in pieces: what each draw has agrees with the interpreter."""
    monkeypatch.setenv("TUMBUH_CACHE", str(tmp_path))
    constants = {f"constant {i}": np.linspace(0.2, 1.7, 11) + i % 3 for i in range(0, 1000, 7)}
    names = [f"{kind} {i}" for kind in ("stock", "in", "out", "effect") for i in range(0, 1000, 9)]
    run = partial(engine, large, constants, names, times=[0.0, 8.0])
    expected = simulate(large, constants, names, times=[0.0, 8.0], engine="numpy")
    found = run()
    assert found.failures == expected.failures == 0
    for name in names:
        np.testing.assert_allclose(found[name], expected[name], 1e-12, err_msg=name)
    assert run(chunk=3)["stock 9"].tobytes() == found["stock 9"].tobytes()


@pytest.fixture(scope="module")
def large():
    return translate_text(sectors(1000) + CONTROL, "large.mdl")


def test_long_chain():
    chain = "".join(f"x{i} = x{i - 1} ~~|\n" for i in range(1, 1500))
    program = translate_text("x0 = Time ~~|\n" + chain + CONTROL, "m.mdl")
    assert program.variables["x1499"].node == program.variables["x0"].node


def test_large_range():
    text = "r: (s1-s2000) ~~|\nx[r] = 2.0 ~~|\ny[r] = INTEG(x[r], 0.0) ~~|\nz = SUM(y[r!]) ~~|\n"
    program = translate_text(text + CONTROL, "m.mdl")
    assert simulate(program, {}, ["z"], times=[8.0])["z"][0, 0] == 2000 * 16
