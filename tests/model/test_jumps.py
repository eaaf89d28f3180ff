"""Where the last digit decides on a jump, every engine computes what is written, to the bit."""

import math

import numpy as np
import pytest
from engines import ENGINES, engine_name
from hypothesis import given, settings
from hypothesis import strategies as st

from tumbuh.model.language.cache import translate_text

END = 240
CONTROL = (
    f"INITIAL TIME = 0 ~~|\nFINAL TIME = {END} ~~|\nTIME STEP = 1 ~~|\nSAVEPER = TIME STEP ~~|\n"
    "a = 49 ~~|\ngrain = 0.1 ~~|\ncount = INTEG(1.0, 0.0) ~~|\n"
)
"""``count`` is a stock that equals the time exactly; ``a`` and ``grain`` may be set."""
CASES = {
    "INTEGER(Time/a)": lambda t: t // 49,
    "INTEGER(count/a)": lambda t: t // 49,
    "INTEGER(-10.0+Time/10.0)": lambda t: math.trunc((t - 100) / 10),
    "INTEGER(-10.0+count*grain)": lambda t: math.trunc(-10.0 + t * 0.1),
    "MODULO(Time, a)": lambda t: t % 49,
    "MODULO(count, 103.0)": lambda t: t % 103,
    "QUANTUM(Time, a)": lambda t: t - t % 49,
    "IF THEN ELSE(count/a >= 1.0, 1.0, 0.0)": lambda t: t >= 49,
    "IF THEN ELSE(1.0 > Time/a, 1.0, 0.0)": lambda t: t < 49,
    "IF THEN ELSE(MAX(count/a, 0.0) = 3.0, 1.0, 0.0)": lambda t: t == 147,
    "IF THEN ELSE((count-a)/a > 0.0, 1.0, 0.0)": lambda t: t > 49,
    "IF THEN ELSE(count*grain - 0.3 > 0.0, 1.0, 0.0)": lambda t: t * 0.1 - 0.3 > 0.0,
    "IF THEN ELSE(INTEGER(count/a) = count/a, 1.0, 0.0)": lambda t: t % 49 == 0,
    "LOOKUP BACKWARD(steps, count/a)": lambda t: min(t // 49, 3),
    "LOOKUP FORWARD(steps, count/a)": lambda t: min(-(-t // 49), 3),
}
# They share their divisor and their products with sums that no jump reads.
BESIDE = (
    "steps((0,0),(1,1),(2,2),(3,3)) ~~|\nflow = count/a + Time/a + count*grain + MODULO(count, a)/a ~~|\n"
    "more = count*grain - flow/a ~~|\n"
)


@pytest.mark.parametrize("engine", ENGINES, ids=engine_name)
def test_a_jump_is_where_it_is_written(engine):
    names = [f"x{place}" for place in range(len(CASES))]
    equations = [f"{name} = {text} ~~|\n" for name, text in zip(names, CASES, strict=True)]
    program = translate_text("".join(equations) + BESIDE + CONTROL, "jumps.mdl")
    constants = {"a": np.full(19, 49.0), "grain": np.full(19, 0.1)}
    for given_ in ({}, constants):
        run = engine(program, given_, [*names, "flow", "more"])
        times = [int(time) for time in run.times]
        for name, (text, expected) in zip(names, CASES.items(), strict=True):
            wanted = [float(expected(time)) for time in times]
            assert run[name].tolist() == [wanted] * len(run[name]), text


LEAVES = st.sampled_from(["Time", "count", "a", "grain", "3.0", "7.0", "0.1", "-10.0"])
TREES = st.recursive(
    LEAVES,
    lambda inner: st.builds("({0}{2}{1})".format, inner, inner, st.sampled_from("+-*/")),
    max_leaves=6,
)


@settings(max_examples=20)
@given(st.lists(TREES, min_size=6, max_size=6), st.sampled_from([3.0, 10.0, 49.0, 103.0]))
def test_every_engine_jumps_at_the_same_step(trees, value):
    """Bits are the same on all, not digits: nothing is left out for being near a jump."""
    texts = [f"INTEGER({tree})" for tree in trees[:3]]
    texts += [f"IF THEN ELSE({a} >= {b}, 1.0, 0.0)" for a, b in zip(trees, trees[3:], strict=False)]
    texts += trees
    names = [f"x{place}" for place in range(len(texts))]
    equations = [f"{name} = {text} ~~|\n" for name, text in zip(names, texts, strict=True)]
    program = translate_text("".join(equations) + CONTROL, "jumps.mdl")
    constants = {"a": np.full(3, value)}
    wanted, *others = (engine(program, constants, names) for engine in ENGINES)
    for found in others:
        for name in names[: -len(trees)]:
            assert np.array_equal(found[name], wanted[name], equal_nan=True), name
