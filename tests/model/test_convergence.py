"""The measured order of the integrators, against the matrix exponential."""

from __future__ import annotations

import numpy as np
import pytest
from engines import ENGINES, engine_name
from scipy.linalg import expm

from tumbuh.model.engine.integrate import simulate
from tumbuh.model.language.cache import translate_text

MATRIX = np.array([[-0.6, 0.3, 0.0], [0.5, -0.8, 0.2], [0.0, 0.4, -0.5]])
START = np.array([1.0, 2.0, -1.0])
every = pytest.mark.parametrize("engine", ENGINES, ids=engine_name)


@pytest.fixture(scope="module")
def program():
    lines = []
    for row, name in enumerate("abc"):
        terms = "+".join(f"({float(MATRIX[row, k])!r})*{other}" for k, other in enumerate("abc"))
        lines.append(f"{name} = INTEG({terms}, {float(START[row])!r}) ~ dmnl ~ |")
    control = "INITIAL TIME = 0.0~~| FINAL TIME = 4.0~~| TIME STEP = 0.5~~| SAVEPER = 4.0~~|"
    return translate_text("\n".join(lines) + control, "linear.mdl")


@every
@pytest.mark.parametrize("method, order", [("euler", 1), ("rk4", 4)])
def test_order(program, engine, method, order):
    exact = expm(MATRIX * 4.0) @ START
    steps = [0.5, 0.25, 0.125, 0.0625]
    errors = []
    for step in steps:
        run = engine(program, {}, list("abc"), method=method, time_step=step)
        errors.append(max(abs(run[name][0, -1] - exact[k]) for k, name in enumerate("abc")))
    slope = np.polyfit(np.log(steps[1:]), np.log(errors[1:]), 1)[0]
    assert abs(slope - order) < 0.15


@every
@pytest.mark.parametrize("method, order", [("euler", 1), ("rk4", 4)])
def test_order_for_each_draw_of_its_own(engine, method, order):
    """A turning pair, driven by the time: each draw has a speed, a damping and a force."""
    text = (
        "speed = 1.0~~|damp = 0.1~~|force = 0.5~~|u = INTEG(speed*v - damp*u + force*Time, 1.0)~~|"
        "v = INTEG(-speed*u - damp*v, 0.5)~~|INITIAL TIME = 0.0~~|FINAL TIME = 2.0~~|"
        "TIME STEP = 0.5~~|SAVEPER = 2.0~~|"
    )
    program = translate_text(text, "turning.mdl")
    generator = np.random.default_rng(3)
    draws = {
        "speed": generator.uniform(0.5, 1.5, 11),
        "damp": generator.uniform(0.0, 0.5, 11),
        "force": generator.uniform(-1.0, 1.0, 11),
    }
    exact = []
    for speed, damp, force in zip(*draws.values(), strict=True):
        # The time is a stock of its own, and one is constant.
        matrix = np.zeros((4, 4))
        matrix[0], matrix[1, :2] = [-damp, speed, force, 0.0], [-speed, -damp]
        matrix[2, 3] = 1.0
        exact.append((expm(matrix * 2.0) @ [1.0, 0.5, 0.0, 1.0])[:2])
    steps = [2.0 / count for count in (16, 32, 64)]
    errors = []
    for step in steps:
        run = engine(program, draws, ["u", "v"], method=method, time_step=step)
        found = np.column_stack([run["u"][:, -1], run["v"][:, -1]])
        errors.append(np.hypot(*(found - exact).T))
    slopes = np.diff(np.log(errors), axis=0) / np.log(0.5)
    np.testing.assert_allclose(slopes, order, atol=0.25)


def test_runge_kutta_equals_its_own_formula():
    """A step of a nonlinear, time-dependent equation, to the last bits."""
    text = (
        "x = INTEG(Time - x*x, 0.5)~~|INITIAL TIME = 1.0~~|FINAL TIME = 1.25~~|TIME STEP = 0.25~~|"
    )
    run = simulate(translate_text(text, "one.mdl"), {}, ["x"], method="rk4")

    def rate(t, x):
        return t - x * x

    h, t, x = 0.25, 1.0, 0.5
    k1 = rate(t, x)
    k2 = rate(t + h / 2, x + k1 * (h / 2))
    k3 = rate(t + h / 2, x + k2 * (h / 2))
    k4 = rate(t + h, x + k3 * h)
    np.testing.assert_allclose(run["x"][0, -1], x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4), 1e-15)


def test_runge_kutta_agrees_with_simlin(tmp_path):
    import simlin

    # Not PULSE, which Vensim holds over a step and simlin reads within it.
    text = """p = INTEG(0.3*p*(1.0 - p/10.0) - taken, 1.0) ~~|
    taken = IF THEN ELSE(Time >= 2.0 :AND: Time < 3.0, 1.0, 0.0) ~~|
    q = SMOOTH3(p, 3.0) ~~| INITIAL TIME = 0.0~~| FINAL TIME = 8.0~~| TIME STEP = 0.25~~|
    SAVEPER = TIME STEP~~|"""
    path = tmp_path / "rk.mdl"
    path.write_text("{UTF-8}\n" + text)
    model = simlin.load(path)
    assert model.project is not None
    model.project.set_sim_specs(sim_method="rk4")
    run = simulate(translate_text(text, "rk.mdl"), {}, ["p", "q"], method="rk4")
    table = model.run().results
    for name in ("p", "q"):
        np.testing.assert_allclose(run[name][0], table[name], 1e-12)
    euler = simulate(translate_text(text, "rk.mdl"), {}, ["p"])
    assert abs(euler["p"] - run["p"]).max() > 1e-3


INPUTS = """x = STEP(1.0, 5.0) ~~| p = PULSE(2.0, 3.0) ~~| r = RAMP(1.0, 2.0, 6.0) ~~|
q = PULSE TRAIN(1.0, 1.0, 3.0, 7.0) ~~| t = Time ~~|
sx = INTEG(x, 0.0) ~~| sp = INTEG(p, 0.0) ~~| sr = INTEG(r, 0.0) ~~| sq = INTEG(q, 0.0) ~~|
st = INTEG(t, 0.0) ~~|
INITIAL TIME = 0.0~~| FINAL TIME = 8.0~~| TIME STEP = 1.0~~| SAVEPER = 1.0~~|"""


@pytest.mark.parametrize("engine", ENGINES, ids=engine_name)
def test_runge_kutta_holds_test_inputs_over_a_step(engine):
    # As Vensim documents; what reads the time itself is read at every stage.
    program = translate_text(INPUTS, "held.mdl")
    inputs = {"sx": "x", "sp": "p", "sr": "r", "sq": "q"}
    run = engine(program, {}, [*inputs, *inputs.values(), "st"], method="rk4")
    for stock, rate in inputs.items():
        summed = np.concatenate([[0.0], np.cumsum(run[rate][0, :-1])])
        np.testing.assert_allclose(run[stock][0], summed, 1e-14, err_msg=stock)
    assert run["sx"][0, 5:7].tolist() == [0.0, 1.0]
    assert run["r"][0].tolist() == [0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0, 4.0, 4.0]
    np.testing.assert_allclose(run["st"][0], run.times**2 / 2, 1e-14)


@pytest.mark.parametrize("engine", ENGINES, ids=engine_name)
def test_runge_kutta_continues_held_inputs(engine):
    program = translate_text(INPUTS, "held.mdl")
    whole = engine(program, {}, ["sx", "sr", "sq"], method="rk4")
    half = engine(program, {}, ["sx"], method="rk4", until=4.0)
    rest = engine(program, {}, ["sx", "sr", "sq"], method="rk4", start=half.snapshot)
    for name in ("sx", "sr", "sq"):
        assert rest[name][0].tolist() == whole[name][0, 4:].tolist()


def test_one_stage_needs_one_clock():
    # So that Euler's kernels are the same with and without a held input beside the time.
    program = translate_text(INPUTS, "held.mdl")
    nodes = program.one_clock.nodes
    clocks = {index: node.value for index, node in enumerate(nodes) if node.op == "time"}
    assert len(clocks) == 2
    assert set(clocks.values()) == {0.0}
    assert len(clocks.keys() & {arg for node in nodes for arg in node.args}) == 1
    assert program.one_clock.one_clock is program.one_clock
