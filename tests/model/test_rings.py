"""Delays of whole steps, samples and floors over an ensemble: members, chunks, snapshots, RK4."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from engines import ENGINES, engine_name
from micro import CONTROL

from tumbuh.model.engine.interpreter.rings import LONGEST
from tumbuh.model.errors import ModelError
from tumbuh.model.language.cache import translate_text
from tumbuh.model.language.flatten import flatten
from tumbuh.model.language.syntax import Call
from tumbuh.model.language.translate import parse_model

TEXT = (
    "wait = 1.0 ~~|\nstart = 0.5 ~~|\ns = INTEG(1.0 - 0.1*x, 1.0) ~~|\n"
    "x = DELAY FIXED(s, wait, start) ~~|\ny = SAMPLE IF TRUE(x > 2.0, s, start) ~~|\n"
    "z = DELAY FIXED(x + y, 2.0*wait, 0.0) ~~|\nplain = Time*2.0 ~~|\n"
)
WAITS = np.array([0.0, 0.25, 0.6, 1.0, 3.0, 7.9, 20.0, np.nan, 0.5])
NAMES = ["s", "x", "y", "z"]

every = pytest.mark.parametrize("engine", ENGINES, ids=engine_name)


@pytest.fixture(scope="module")
def program():
    return translate_text(TEXT + CONTROL, "m.mdl")


def same(left, right, names=tuple(NAMES)):
    for name in names:
        np.testing.assert_array_equal(left[name], right[name], err_msg=name)


@every
def test_members_have_delays_of_their_own(program, engine):
    together = engine(program, {"wait": WAITS}, NAMES)
    for draw, wait in enumerate(WAITS):
        alone = engine(program, {"wait": wait}, NAMES)
        for name in NAMES:
            np.testing.assert_array_equal(together[name][draw], alone[name][0])
    assert np.isnan(together["x"][7]).all(), "no number of steps, no value"
    assert together.failures == 1


@every
def test_chunks_and_threads_do_not_matter(program, engine):
    draws = np.tile(WAITS, 5)
    whole = engine(program, {"wait": draws}, NAMES)
    parts = engine(program, {"wait": draws}, NAMES, chunk=7, threads=2)
    same(whole, parts)
    for one, other in zip(whole.snapshot.rings, parts.snapshot.rings, strict=True):
        np.testing.assert_array_equal(one.steps, other.steps)
        np.testing.assert_array_equal(one.values, other.values)


@every
@pytest.mark.parametrize("method", ["euler", "rk4"])
@pytest.mark.parametrize("constants", [{}, {"wait": WAITS}, {"start": WAITS}])
@pytest.mark.parametrize("until", [0.0, 0.25, 2.0, 5.0])
def test_continued_run_has_the_same_bits(program, engine, method, constants, until):
    whole = engine(program, constants, NAMES, method=method, times=np.arange(0, 8.25, 0.25))
    first = engine(program, constants, NAMES, method=method, times=[0.0], until=until)
    times = np.arange(until, 8.25, 0.25)
    rest = engine(program, constants, NAMES, method=method, start=first.snapshot, times=times)
    for name in NAMES:
        np.testing.assert_array_equal(rest[name], whole[name][:, -len(times) :], err_msg=name)


@every
def test_chosen_draws_of_a_snapshot(program, engine):
    snapshot = engine(program, {"wait": WAITS}, ["x"], until=4.0).snapshot
    index = np.array([4, 4, 1])
    rest = engine(program, {"wait": WAITS[index]}, NAMES, start=snapshot.take(index))
    whole = engine(program, {"wait": WAITS}, NAMES)
    for name in NAMES:
        np.testing.assert_array_equal(rest[name], whole[name][index, -rest[name].shape[1] :])


@every
def test_length_is_that_of_the_start(program, engine):
    first = engine(program, {"wait": 1.0}, ["x"], until=4.0)
    rest = engine(program, {"wait": 2.0}, ["x"], start=first.snapshot)
    whole = engine(program, {"wait": 1.0}, ["x"])
    np.testing.assert_array_equal(rest["x"], whole["x"][:, -rest["x"].shape[1] :])


@every
def test_another_time_step_is_refused(program, engine):
    snapshot = engine(program, {}, ["x"], until=4.0).snapshot
    with pytest.raises(ModelError, match="the time step of the snapshot"):
        engine(program, {}, ["x"], start=snapshot, time_step=0.125)


@every
def test_snapshot_without_states_is_refused(program, engine):
    snapshot = engine(program, {}, ["x"], until=4.0, snapshot=False).snapshot
    assert snapshot.states == snapshot.rings == ()
    with pytest.raises(ModelError, match="snapshot=True"):
        engine(program, {}, ["x"], start=snapshot)


@every
def test_outputs_that_need_no_ring_leave_it_out(program, engine):
    short = engine(program, {}, ["plain"], snapshot=False)
    np.testing.assert_array_equal(short["plain"][0], 2 * short.times)


@every
def test_too_long_a_delay_is_refused(program, engine):
    with pytest.raises(ModelError, match=f"at most {LONGEST} steps in 'x'"):
        engine(program, {"wait": LONGEST * 0.25 + 1}, ["x"])
    with pytest.raises(ModelError, match="inf steps"):
        engine(program, {"wait": np.inf}, ["x"])
    engine(program, {"wait": LONGEST * 0.125}, ["x"])


@every
def test_ring_is_discrete_under_runge_kutta(engine):
    text = "x = DELAY FIXED(s, 0.5, 0.0) ~~|\ns = INTEG(1.0, 0.0) ~~|\nu = INTEG(x, 0.0) ~~|\n"
    run = engine(translate_text(text + CONTROL, "m.mdl"), {}, ["x", "u"], method="rk4")
    np.testing.assert_allclose(run["x"][0], np.maximum(run.times - 0.5, 0), atol=1e-12)
    held = np.concatenate([[0.0], np.cumsum(run["x"][0][:-1] * 0.25)])
    np.testing.assert_allclose(run["u"][0], held, atol=1e-12)


@every
def test_sample_takes_the_first_stage_under_runge_kutta(engine):
    text = "x = SAMPLE IF TRUE(Time >= 2.0 :AND: Time < 3.1, Time, -1.0) ~~|\n"
    run = engine(translate_text(text + CONTROL, "m.mdl"), {}, ["x"], method="rk4")
    expected = np.where(run.times < 2, -1.0, np.minimum(run.times, 3.0))
    np.testing.assert_array_equal(run["x"][0], expected)


def with_floor():
    """Return a stock that falls below zero, with and without a floor."""
    text = "pull = 1.0 ~~|\nx = INTEG(-pull, 1.1) ~~|\ny = INTEG(0.5*Time - 1.0, 0.2) ~~|\n"
    parsed = parse_model(text + CONTROL, "m.mdl")
    equations = tuple(
        replace(item, expression=Call("integ_non_negative", item.expression.arguments))
        if isinstance(item.expression, Call)
        else item
        for item in parsed.equations
    )
    return flatten(replace(parsed, equations=equations), "digest")


@every
@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_floor_clips_after_the_step(engine, method):
    program = with_floor()
    assert [state.floor for state in program.states] == [True, True]
    assert program.variables["x"].kind == "stock"
    run = engine(program, {"pull": np.array([1.0, 0.1, np.nan])}, ["x", "y"], method=method)
    np.testing.assert_allclose(run["x"][0], np.maximum(1.1 - run.times, 0), atol=1e-12)
    np.testing.assert_allclose(run["x"][1], 1.1 - 0.1 * run.times, atol=1e-12)
    assert np.isnan(run["x"][2, 1:]).all(), "a floor does not hide what is no number"
    level, levels = 0.2, []
    for time in run.times:
        levels.append(level)
        middle = time if method == "euler" else time + 0.125
        level = max(level + 0.25 * (0.5 * middle - 1.0), 0.0)
    np.testing.assert_allclose(run["y"][0], levels, atol=1e-12)


def test_floor_is_no_syntax_of_a_model_file():
    with pytest.raises(ModelError, match="INTEG NON NEGATIVE"):
        translate_text("x = INTEG NON NEGATIVE(1.0, 0.0) ~~|" + CONTROL, "m.mdl")
    with pytest.raises(ModelError, match="INTEG with 3 arguments"):
        translate_text("x = INTEG(1.0, 0.0, 1.0) ~~|" + CONTROL, "m.mdl")


@every
def test_lookup_kinds_outside_and_at_no_number(engine):
    text = (
        "at = 1.0 ~~|\nc((1,10),(2,20),(4,0)) ~~|\nclip = c(at) ~~|\n"
        "more = LOOKUP EXTRAPOLATE(c, at) ~~|\nback = LOOKUP BACKWARD(c, at) ~~|\n"
        "next = LOOKUP FORWARD(c, at) ~~|\n"
    )
    program = translate_text(text + CONTROL, "m.mdl")
    assert [table.kind for table in program.tables] == [
        "clip",
        "extrapolate",
        "backward",
        "forward",
    ]
    at = np.array([-1.0, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, np.nan])
    names = ["clip", "more", "back", "next"]
    run = engine(program, {"at": at}, names, times=[0.0])
    no = np.nan
    expected = {
        "clip": [10, 10, 15, 20, 10, 0, 0, no],
        "more": [-10, 10, 15, 20, 10, 0, -20, no],
        "back": [10, 10, 10, 20, 20, 0, 0, no],
        "next": [10, 10, 20, 20, 0, 0, 0, no],
    }
    for name, values in expected.items():
        np.testing.assert_array_equal(run[name][:, 0], values, err_msg=name)
