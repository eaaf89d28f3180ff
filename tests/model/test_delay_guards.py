"""Delays below order times time step: the run stops, or the draws that have them fail alone."""

from __future__ import annotations

import numpy as np
import pytest
from engines import ENGINES, engine_name

from tumbuh.model.errors import ModelError
from tumbuh.model.language.cache import translate_text

MODEL = """both = SMOOTH(Time, wait) + SMOOTH3(Time, wait) ~ unit ~ |
late = DELAY1(Time, other - Time/8) ~ unit ~ |
plain = Time*wait ~ unit ~ |
still = Time ~ unit ~ |
wait = 2 ~ month ~ |
other = 4 ~ month ~ |
INITIAL TIME = 0 ~ month ~ |
FINAL TIME = 8 ~ month ~ |
TIME STEP = 0.25 ~ month ~ |
SAVEPER = 1 ~ month ~ |
"""
WAITS = np.array([2.0, 0.5, 0.1, 3.0, 2.0, np.nan])
OTHERS = np.array([4.0, 4.0, 1.1, 1.1, 1.5, 4.0])
GIVEN = {"wait": WAITS, "other": OTHERS}


@pytest.fixture(scope="module")
def program():
    return translate_text(MODEL, "m.mdl")


@pytest.mark.parametrize("engine", ENGINES, ids=engine_name)
@pytest.mark.parametrize("threads", [1, 2])
def test_draws_that_break_a_guard_fail_alone(engine, threads, program):
    outputs = ["both", "late", "plain", "still"]
    found = engine(program, GIVEN, outputs, keep_going=True, chunk=4, threads=threads)
    broken = {0: "", 1: "both", 2: "both", 3: "late", 4: "", 5: ""}
    guards = program.guards
    assert {
        draw: guards[number - 1].variable if number else ""
        for draw, number in enumerate(found.short.tolist())
    } == broken
    assert found.failed.tolist() == [False, True, True, True, False, True]
    kept = [0, 4, 5]
    alone = engine(program, {name: given[kept] for name, given in GIVEN.items()}, outputs)
    for name in outputs:
        np.testing.assert_array_equal(found[name][kept], alone[name])
        if name != "still":
            assert np.isnan(found[name][[1, 2, 3]]).all()


@pytest.mark.parametrize("engine", ENGINES, ids=engine_name)
def test_a_reduction_alone_shows_it_too(engine, program):
    from tumbuh.model.engine.reductions import Reduction

    last = [Reduction("late", "last")]
    found = engine(program, GIVEN, [], reductions=last, keep_going=True, snapshot=False)
    assert (found.short > 0).tolist() == [False, False, True, True, False, False]
    assert np.isnan(found.reduced["last of late"]).tolist() == (found.short > 0).tolist()
    with pytest.raises(ModelError, match=r"m.mdl:2: expected a delay of at least"):
        engine(program, GIVEN, [], reductions=last, snapshot=False)


@pytest.mark.parametrize("engine", ENGINES, ids=engine_name)
def test_two_orders_of_one_delay_time_are_both_checked(engine, program):
    with pytest.raises(ModelError, match=r"time step = 0.75 in 'both'"):
        engine(program, {"wait": 0.5}, ["both"])
    assert engine(program, {"wait": 0.75}, ["both"]).failures == 0


@pytest.mark.parametrize("engine", ENGINES, ids=engine_name)
def test_a_delay_that_all_draws_share_stops_the_run(engine, program):
    with pytest.raises(ModelError, match="in 'both'"):
        engine(program, {"wait": 0.1, "other": OTHERS}, ["both"], keep_going=True)
