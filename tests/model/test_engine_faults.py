"""Models that a compiled engine once got wrong, each by its smallest form."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from engines import ENGINES, engine_name
from micro import CONTROL

from tumbuh.model.language.cache import translate_text
from tumbuh.model.language.flatten import flatten
from tumbuh.model.language.syntax import Table
from tumbuh.model.language.translate import parse_model

every = pytest.mark.parametrize("engine", ENGINES, ids=engine_name)


@every
@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_a_stock_of_each_draw_follows_a_stock_that_all_share(engine, method):
    text = "k = 1.0 ~~|\ny = INTEG(1.0, 0.0) ~~|\nx = INTEG(y, k) ~~|\n"
    constants = {"k": np.array([1.0, 2.0, 3.0])}
    run = engine(translate_text(text + CONTROL, "m.mdl"), constants, ["x"], method=method)
    left_out = 0.125 * run.times if method == "euler" else 0.0
    expected = constants["k"][:, None] + run.times**2 / 2 - left_out
    np.testing.assert_allclose(run["x"], expected, 1e-14)


@every
@pytest.mark.parametrize("kind", ["clip", "extrapolate", "backward", "forward"])
def test_a_table_of_one_point_is_flat_to_infinity(engine, kind):
    """No model file may hold one; the language of the engines may."""
    text = "k = 1.0 ~~|\nx = LOOKUP FORWARD(c, k) ~~|\nc((1,2),(3,2)) ~~|\n"
    program = flatten(parse_model(text + CONTROL, "m.mdl"), "digest")
    program = replace(program, tables=(Table((1.0,), (2.0,), kind),))
    constants = {"k": np.array([np.inf, -np.inf, 0.0, np.nan, 1.0])}
    run = engine(program, constants, ["x"], times=[0.0])
    np.testing.assert_array_equal(run["x"][:, 0], [2.0, 2.0, 2.0, np.nan, 2.0])


@every
def test_no_thread_at_all_means_this_one(engine):
    program = translate_text("k = 1.0 ~~|\nx = INTEG(k, 0.0) ~~|\n" + CONTROL, "m.mdl")
    run = engine(program, {"k": np.arange(9.0)}, ["x"], threads=0)
    np.testing.assert_array_equal(run["x"][:, -1], 8.0 * np.arange(9.0))
