"""Models that a compiled engine once got wrong, each by its smallest form."""

from __future__ import annotations

import numpy as np
import pytest
from engines import ENGINES, engine_name
from micro import CONTROL

from tumbuh.model.language.cache import translate_text

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
