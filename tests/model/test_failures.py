"""A division by zero in one draw: that draw has no value and is counted, the others have theirs."""

from __future__ import annotations

import numpy as np
import pytest
from engines import ENGINES, engine_name
from micro import CONTROL

from tumbuh.model.engine.reductions import Reduction
from tumbuh.model.language.cache import translate_text

TEXT = (
    "k = 1.0 ~~|\nratio = 3.0/k ~~|\nnone = (k - k)/k ~~|\nlater = 1.0/(k - Time) ~~|\n"
    "x = INTEG(ratio - 0.1*x, 1.0) ~~|\ny = INTEG(1.0, k) ~~|\nroot = SQRT(k) ~~|\n"
    "saved = IF THEN ELSE(k = 0.0, 7.0, 3.0/k) ~~|\nzero = ZIDZ(3.0, k) ~~|\nlog = LN(k) ~~|\n"
)
KS = np.array([1.0, 2.0, 0.0, 4.0, -1.0, 0.5, np.nan, np.inf, 3.0, 1e-320])
every = pytest.mark.parametrize("engine", ENGINES, ids=engine_name)
by_method = pytest.mark.parametrize("method", ["euler", "rk4"])


@pytest.fixture(scope="module")
def program():
    return translate_text(TEXT + CONTROL, "zero.mdl")


def lost(run, name):
    return np.flatnonzero(np.isnan(run[name]).any(axis=1)).tolist()


@every
@by_method
def test_a_draw_that_divides_by_zero(program, engine, method):
    names = ["ratio", "none", "x", "y"]
    run = engine(program, {"k": KS}, names, method=method)
    assert lost(run, "ratio") == [2, 6, 9]
    assert lost(run, "none") == [2, 6, 7]
    assert lost(run, "x") == [2, 6, 9]
    assert lost(run, "y") == [6, 7]
    assert np.flatnonzero(run.failed).tolist() == [2, 6, 7, 9]
    assert run.failures == 4
    assert np.isnan(run["ratio"][2]).all() and not np.isnan(run["x"][2, 0])
    for draw in (0, 1, 3, 4, 5, 8):
        alone = engine(program, {"k": KS[draw]}, names, method=method)
        assert alone.failures == 0
        for name in names:
            assert alone[name][0].tobytes() == run[name][draw].tobytes()
    np.testing.assert_array_equal(run["ratio"][[0, 1, 3, 4, 5, 8], 0], 3.0 / KS[[0, 1, 3, 4, 5, 8]])


@every
def test_what_is_not_asked_for_does_not_count(program, engine):
    run = engine(program, {"k": KS}, ["saved", "zero"], snapshot=False)
    assert lost(run, "saved") == lost(run, "zero") + [9] == [6, 9]
    assert run["saved"][2, 0] == 7.0 and run["zero"][2, 0] == 0.0
    assert run.failures == 2


@every
def test_a_failure_at_one_time_only(program, engine):
    run = engine(program, {"k": np.array([2.0, 3.25, 0.1, 9.0])}, ["later"])
    expected = 1.0 / (np.array([2.0, 3.25, 0.1, 9.0])[:, None] - run.times)
    expected[~np.isfinite(expected)] = np.nan
    np.testing.assert_allclose(run["later"], expected, 1e-14)
    assert run.failed.tolist() == [True, True, False, False]
    between = engine(program, {"k": np.array([2.0, 3.25])}, ["later"], times=[0.0, 8.0])
    assert between.failures == 0, "only kept values are judged"


@every
def test_functions_outside_their_domain(program, engine):
    run = engine(program, {"k": KS}, ["root", "log"], times=[0.0])
    assert lost(run, "root") == [4, 6, 7]
    assert lost(run, "log") == [2, 4, 6, 7]


@every
def test_every_draw_may_fail(program, engine):
    run = engine(program, {"k": np.zeros(5)}, ["ratio", "y"])
    assert run.failures == 5
    assert np.isnan(run["ratio"]).all() and np.isfinite(run["y"]).all()
    alone = engine(program, {"k": 0.0}, ["ratio"])
    assert alone.failed.tolist() == [True]


@every
def test_reductions_of_a_draw_that_failed(program, engine):
    items = [Reduction("x", kind) for kind in ("last", "minimum", "maximum", "integral")]
    run = engine(program, {"k": KS}, [], reductions=items, snapshot=False)
    assert run.failures == 3
    for item in items:
        # Infinite after one step, and infinity less infinity after two.
        assert np.flatnonzero(np.isnan(run.reduced[item.name])).tolist() == [2, 6, 9]


@every
def test_the_counts_are_those_of_the_data_set(program, engine):
    run = engine(program, {"k": KS}, ["ratio"])
    assert run.to_xarray().attrs["failed_draws"] == run.failures == 3
