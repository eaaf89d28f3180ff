"""Results reduced while running equal the same made of whole paths, on every engine."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from engines import ENGINES, engine_name
from micro import CONTROL

from tumbuh.model.engine.integrate import simulate
from tumbuh.model.engine.reductions import KINDS, Reduction
from tumbuh.model.errors import ModelError
from tumbuh.model.language.cache import translate_text

# A wave that most draws' thresholds meet several times; the root has no value while it is below 0.
TEXT = (
    "size = 1.0 ~~|\nlift = 0.0 ~~|\nwave = INTEG(size*COS(1.5*Time), lift) ~ unit ~ |\n"
    "pull = INTEG(wave - 0.3*pull, 0.5) ~~|\nroot = SQRT(wave) ~~|\nclock = Time*Time ~~|\n"
)
NAMES = ["wave", "pull", "root", "clock"]
SIZES = np.array([1.0, -2.0, 0.0, 0.3, np.nan, 5.0, 1e-3, 1.0, 20.0])
LIFTS = np.array([0.0, 0.7, 0.5, -2.0, 1.0, np.nan, 2.0, 4.0, 0.0])
THRESHOLDS = (0.5, -0.25, 100.0)

every = pytest.mark.parametrize("engine", ENGINES, ids=engine_name)
by_method = pytest.mark.parametrize("method", ["euler", "rk4"])
by_start = pytest.mark.parametrize("after", [-np.inf, 0.0, 2.1, 8.0])


@pytest.fixture(scope="module")
def program():
    return translate_text(TEXT + CONTROL, "waves.mdl")


def asked(after=-np.inf, names=tuple(NAMES)):
    plain = [Reduction(n, k, after=after) for n in names for k in KINDS if k[:5] != "first"]
    crossings = [Reduction(n, k, t, after) for n in names for k in KINDS[-2:] for t in THRESHOLDS]
    return [*plain, *crossings]


def reduced_by_hand(item, times, path):
    """Return one number of one draw's path, step by step and in plain Python."""
    pairs = [(t, v) for t, v in zip(times, path, strict=True) if t >= item.after]
    values = [value for _, value in pairs]
    if item.kind == "last":
        return values[-1]
    if item.kind == "integral":
        return sum(value * 0.25 for value in values[:-1])
    if item.kind in ("minimum", "maximum"):
        lost = np.isnan(values).any()
        return np.nan if lost else (min if item.kind == "minimum" else max)(values)
    before = None
    for time, value in pairs:
        below = item.kind == "first_below"
        if value <= item.threshold if below else value >= item.threshold:
            if before is None or not np.isfinite(before[1]):
                return time
            share = (item.threshold - before[1]) / (value - before[1])
            return before[0] + share * (time - before[0])
        before = (time, value)
    return np.nan


@every
@by_method
@by_start
def test_reductions_equal_those_of_whole_paths(program, engine, method, after):
    constants = {"size": SIZES, "lift": LIFTS}
    items = asked(after)
    whole = engine(program, constants, NAMES, method=method, snapshot=False)
    run = engine(program, constants, [], method=method, reductions=items, snapshot=False)
    for item in items:
        found = run.reduced[item.name]
        paths = whole[item.variable]
        expected = [reduced_by_hand(item, whole.times, path) for path in paths]
        np.testing.assert_allclose(found, expected, 1e-13, 1e-13, err_msg=item.name)
        if item.kind in ("last", "minimum", "maximum"):
            np.testing.assert_array_equal(found, expected, err_msg=item.name)
    never = run.reduced[Reduction("wave", "first_above", 100.0).name]
    assert np.isnan(never).all()


@by_method
def test_engines_agree_about_reductions(program, method):
    constants = {"size": SIZES, "lift": LIFTS}
    runs = [
        engine(program, constants, [], method=method, reductions=asked(), snapshot=False)
        for engine in ENGINES
    ]
    for run in runs[1:]:
        np.testing.assert_array_equal(run.failed, runs[0].failed)
        for name, values in runs[0].reduced.items():
            np.testing.assert_allclose(run.reduced[name], values, 1e-12, 1e-12, err_msg=name)


@every
def test_the_first_month_that_counts_is_that_of_each_call(program, engine):
    """A kernel that is used again must not bring the first month of the call before."""
    low = Reduction("wave", "minimum")
    constants = {"size": np.array([1.0, -2.0])}
    found = []
    for after in (-np.inf, 7.0, -np.inf, 5.0):
        item = Reduction("wave", "minimum", after=after)
        run = engine(program, constants, ["wave"], reductions=[item], snapshot=False)
        counted = run["wave"][:, run.times >= after]
        np.testing.assert_array_equal(run.reduced[low.name], counted.min(axis=1))
        found.append(run.reduced[low.name])
    assert not np.array_equal(found[0], found[1])


@every
def test_a_crossing_that_never_came_is_no_failure(program, engine):
    items = [Reduction("wave", "first_above", 100.0), Reduction("wave", "first_below", -100.0)]
    constants = {"size": np.array([1.0, 2.0, 0.5])}
    run = engine(program, constants, [], reductions=items, snapshot=False)
    assert all(np.isnan(values).all() for values in run.reduced.values())
    assert run.failures == 0


@every
def test_no_line_is_drawn_from_an_infinite_value(engine):
    """The logarithm is -infinity at the start: the month is that of the first step it holds."""
    text = "k = 1.0 ~~|\nx = LN(k*Time) ~~|\n"
    program = translate_text(text + CONTROL, "gap.mdl")
    item = Reduction("x", "first_above", -1.5)
    constants = {"k": np.array([1.0, 2.0, 0.5, -1.0])}
    run = engine(program, constants, [], reductions=[item], snapshot=False)
    found = run.reduced[item.name]
    line = 0.25 + 0.25 * (-1.5 - np.log(0.125)) / np.log(2.0)
    np.testing.assert_allclose(found, [0.25, 0.25, line, np.nan], 1e-13)


@every
def test_a_draw_whose_reduction_is_lost_is_counted(program, engine):
    items = [Reduction("wave", "integral"), Reduction("root", "minimum")]
    run = engine(program, {"size": SIZES}, [], reductions=items, snapshot=False)
    lost = ~np.isfinite([run.reduced[item.name] for item in items]).all(axis=0)
    np.testing.assert_array_equal(run.failed, lost)
    assert 0 < run.failures < len(SIZES)


@every
@by_method
def test_reductions_of_what_all_draws_share(program, engine, method):
    items = asked(names=("clock", "wave"))
    alone = engine(program, {}, [], method=method, reductions=items, snapshot=False)
    among = engine(program, {"lift": LIFTS}, [], method=method, reductions=items, snapshot=False)
    for item in items:
        assert among.reduced[item.name].shape == LIFTS.shape
        if item.variable == "clock":
            shared = np.broadcast_to(alone.reduced[item.name], LIFTS.shape)
            np.testing.assert_array_equal(among.reduced[item.name], shared)


@every
def test_chunks_threads_and_outputs_do_not_change_a_reduction(program, engine):
    constants = {"size": np.resize(SIZES, 61), "lift": np.resize(LIFTS[:7], 61)}
    reduce = partial(engine, program, constants, snapshot=False)
    whole = reduce([], reductions=asked())
    others = [
        reduce([], reductions=asked(), chunk=7, threads=2),
        reduce(NAMES, reductions=asked()),
        engine(program, constants, ["pull"], times=[1.0, 8.0], reductions=asked()),
    ]
    for other in others:
        for name, values in whole.reduced.items():
            assert other.reduced[name].tobytes() == values.tobytes(), name
    for item in asked()[::3]:
        single = reduce([], reductions=[item]).reduced[item.name]
        assert single.tobytes() == whole.reduced[item.name].tobytes(), item.name


@every
def test_a_first_month_after_the_end_is_refused(program, engine):
    late = Reduction("wave", "last", after=8.25)
    with pytest.raises(ModelError, match="a month up to 8, the end of the run"):
        engine(program, {}, [], reductions=[late])


def test_names_and_units_tell_what_was_reduced(program):
    items = [Reduction("wave", "integral"), Reduction("wave", "first_above", 0.5)]
    run = simulate(program, {}, [], reductions=items, snapshot=False)
    assert run.units == {"integral of wave": "unit*month", "first above 0.5 of wave": "month"}


@every
@by_method
@pytest.mark.parametrize("times", [[0.0, 1.5, 8.0], None], ids=["few steps", "all steps"])
def test_outputs_beside_reductions_change_neither(program, engine, method, times):
    """Steps that keep outputs must not count twice, and the last step must count once."""
    constants = {"size": SIZES, "lift": LIFTS}
    both = engine(
        program, constants, NAMES, times=times, method=method, reductions=asked(), snapshot=False
    )
    apart = engine(program, constants, [], method=method, reductions=asked(), snapshot=False)
    whole = engine(program, constants, NAMES, method=method, snapshot=False)
    for name, values in apart.reduced.items():
        np.testing.assert_array_equal(both.reduced[name], values, err_msg=name)
    rows = np.isin(whole.times, both.times)
    for name in NAMES:
        np.testing.assert_array_equal(both[name], whole[name][..., rows], err_msg=name)
