"""A draw gets the same bits wherever it stands; runs continue; mistakes are told."""

from __future__ import annotations

import numpy as np
import pytest

from tumbuh.model.engine.integrate import simulate
from tumbuh.model.errors import ModelError
from tumbuh.model.language.cache import translate_text

TEXT = """
rate = 0.1 ~ 1/month ~ |
power = 1.7 ~ dmnl ~ |
wait = 3.0 ~ month ~ |
start = 2.0 ~ month ~ |
Stock = INTEG(inflow - outflow, 5.0*power) ~ unit ~ |
inflow = EXP(-rate*Time)*(1.0 + SIN(Time)) + STEP(rate, start) ~ unit/month ~ |
outflow = rate*Stock^power/(1.0 + Stock) + 0.0*scalar clock ~ unit/month ~ |
scalar clock = LN(Time + 1.0)*2.0^(Time/10.0) ~ dmnl ~ |
late = DELAY3(outflow, wait) ~ unit/month ~ |
flat = SMOOTH(late, wait*2.0) ~ unit/month ~ |
curve = WITH LOOKUP(Stock, ((0,0),(5,2),(9,3))) ~ dmnl ~ |
relative = Stock/INITIAL(Stock) ~ dmnl ~ |
shown = IF THEN ELSE(relative > 1.0, TANH(curve), SQRT(ABS(relative))) ~ dmnl ~ |
INITIAL TIME = 0.0 ~ month ~ |
FINAL TIME = 12.0 ~ month ~ |
TIME STEP = 0.25 ~ month ~ |
SAVEPER = 1.0 ~ month ~ |
"""
OUTPUTS = ["Stock", "late", "flat", "curve", "relative", "shown", "scalar clock", "rate"]
DRAWS = 301


@pytest.fixture(scope="module")
def program():
    return translate_text(TEXT, "ensemble.mdl")


@pytest.fixture(scope="module")
def constants():
    generator = np.random.default_rng(7)
    return {
        "rate": generator.uniform(0.05, 0.3, DRAWS),
        "power": generator.choice([0.5, 1.0, 1.7, 2.0, 2.3], DRAWS),
        "wait": generator.uniform(1.0, 6.0, DRAWS),
    }


def same_bits(left, right):
    return all(np.array_equal(left[name], right[name], equal_nan=True) for name in OUTPUTS)


@pytest.mark.parametrize("method", ["euler", "rk4"])
@pytest.mark.parametrize("chunk, threads", [(1, 1), (7, 1), (64, 2), (300, 2), (1000, 1)])
def test_chunks_and_threads_do_not_change_a_bit(program, constants, method, chunk, threads):
    whole = simulate(program, constants, OUTPUTS, method=method)
    parts = simulate(program, constants, OUTPUTS, method=method, chunk=chunk, threads=threads)
    assert same_bits(whole, parts)
    for left, right in zip(whole.snapshot.states, parts.snapshot.states, strict=True):
        assert np.array_equal(left, right)


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_order_and_company_of_draws_do_not_change_a_bit(program, constants, method):
    whole = simulate(program, constants, OUTPUTS, method=method)
    order = np.random.default_rng(1).permutation(DRAWS)
    moved = simulate(program, {n: v[order] for n, v in constants.items()}, OUTPUTS, method=method)
    for name in OUTPUTS:
        assert np.array_equal(moved[name], whole[name][order])
    for draw in (0, 13, 300):
        alone = {name: float(values[draw]) for name, values in constants.items()}
        single = simulate(program, alone, OUTPUTS, method=method)
        for name in OUTPUTS:
            assert np.array_equal(single[name][0], whole[name][draw])


def test_what_else_is_kept_does_not_change_a_bit(program, constants):
    whole = simulate(program, constants, OUTPUTS)
    for name in OUTPUTS:
        alone = simulate(program, constants, [name], snapshot=False)
        assert np.array_equal(alone[name], whole[name])
    often = simulate(program, constants, OUTPUTS, times=np.arange(0, 12.25, 0.25))
    for name in OUTPUTS:
        assert np.array_equal(often[name][:, ::4], whole[name])


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_continued_run_has_the_bits_of_the_whole(program, constants, method):
    whole = simulate(program, constants, OUTPUTS, method=method)
    first = simulate(program, constants, OUTPUTS, until=5.0, method=method)
    second = simulate(program, constants, OUTPUTS, start=first.snapshot, method=method)
    for name in OUTPUTS:
        assert np.array_equal(np.hstack([first[name], second[name][:, 1:]]), whole[name])
    for left, right in zip(whole.snapshot.states, second.snapshot.states, strict=True):
        assert np.array_equal(left, right)


def test_continued_run_keeps_its_starts_when_constants_change(program):
    first = simulate(program, {"power": 1.7}, ["Stock"], until=5.0)
    second = simulate(program, {"power": 0.5}, ["relative", "Stock"], start=first.snapshot)
    # INITIAL(Stock) stays 5 * 1.7, although the new power would give 5 * 0.5.
    assert np.allclose(second["Stock"] / second["relative"], 8.5)
    assert second.times[0] == 5.0


def test_one_history_continues_into_many_futures(program):
    first = simulate(program, {}, ["Stock"], until=5.0)
    futures = {"rate": np.array([0.1, 0.2, 0.3])}
    second = simulate(program, futures, ["Stock"], start=first.snapshot)
    assert second["Stock"].shape == (3, 8)
    plain = simulate(program, {}, ["Stock"])
    assert np.array_equal(second["Stock"][0], plain["Stock"][0, 5:])


def test_chosen_draws_of_a_snapshot(program, constants):
    first = simulate(program, constants, ["Stock"], until=5.0)
    index = np.array([4, 4, 200])
    chosen = {name: values[index] for name, values in constants.items()}
    second = simulate(program, chosen, ["Stock"], start=first.snapshot.take(index))
    whole = simulate(program, constants, ["Stock"])
    assert np.array_equal(second["Stock"], whole["Stock"][index, 5:])


def test_time_does_not_drift_with_a_step_that_is_no_power_of_two(program):
    run = simulate(program, {}, ["scalar clock"], time_step=0.1, times=[0.0, 0.3, 12.0])
    assert run.times[-1] == 120 * 0.1
    exact = np.log(run.times + 1) * 2.0 ** (run.times / 10)
    np.testing.assert_allclose(run["scalar clock"][0], exact, rtol=1e-14)


def test_a_draw_that_fails_is_nan_and_the_others_are_untouched():
    text = TEXT.replace("5.0*power)", "1.0/(power - 1.7))")
    program = translate_text(text, "failing.mdl")
    run = simulate(program, {"power": np.array([1.5, 1.7, 1.9, 2.0])}, OUTPUTS)
    assert run.failed.tolist() == [True, True, False, False]  # 1.5: a negative base of a power
    assert run.failures == 2
    assert np.isnan(run["Stock"][1]).all()
    alone = simulate(program, {"power": 1.9}, OUTPUTS)
    assert np.array_equal(run["Stock"][2], alone["Stock"][0])


def test_results_carry_units_and_become_xarray(program, constants):
    run = simulate(program, constants, ["stock", "RELATIVE"])
    data = run.to_xarray()
    assert data["Stock"].dims == ("draw", "time")
    assert data["Stock"].attrs["units"] == "unit"
    assert data["time"].attrs["units"] == "month"
    assert data.sizes == {"draw": DRAWS, "time": 13}


def test_unknown_names_are_reported_together(program):
    with pytest.raises(ModelError) as caught:
        simulate(program, {}, ["Stok", "latte", "Stock"])
    assert [problem.where for problem in caught.value.problems] == ["Stok", "latte"]
    assert "'Stock'" in caught.value.problems[0].remedy
    with pytest.raises(ModelError, match="of kind flow"):
        simulate(program, {"inflow": 1.0}, ["Stock"])


def test_arrays_of_unequal_length_are_refused(program):
    with pytest.raises(ModelError, match="3 in rate, 2 in wait"):
        simulate(program, {"rate": np.ones(3), "wait": np.ones(2)}, ["Stock"])
    with pytest.raises(ModelError, match="2 axes"):
        simulate(program, {"rate": np.ones((3, 2))}, ["Stock"])


@pytest.mark.parametrize(
    "options, message",
    [
        ({"times": [0.0, 1.1]}, "time of a step"),
        ({"times": [-1.0]}, "before the start"),
        ({"times": [float("nan")]}, "time of a step"),
        ({"times": [3.0], "until": 2.0}, "up to the end"),
        ({"until": -2.0}, "before the start"),
        ({"time_step": 0.0}, "positive number"),
        ({"time_step": float("nan")}, "positive number"),
    ],
)
def test_impossible_times_are_refused(program, options, message):
    with pytest.raises(ModelError, match=message):
        simulate(program, {}, ["Stock"], **options)


def test_snapshot_of_another_model_is_refused(program):
    other = translate_text(TEXT.replace("5.0", "6.0"), "other.mdl")
    snapshot = simulate(other, {}, ["Stock"]).snapshot
    with pytest.raises(ModelError, match="another model"):
        simulate(program, {}, ["Stock"], start=snapshot)


def test_snapshot_without_states_cannot_be_continued(program):
    snapshot = simulate(program, {}, ["Stock"], until=5.0, snapshot=False).snapshot
    with pytest.raises(ModelError, match="without states"):
        simulate(program, {}, ["Stock"], start=snapshot)


def test_delay_shorter_than_its_stages_allow_is_refused(program):
    # Third order at a quarter month needs 0.75 months; PySD would lower the order.
    with pytest.raises(
        ModelError, match=r"ensemble.mdl:10: .*0.75 in 'late'.*0.7 .*1 draws or more"
    ):
        simulate(program, {"wait": np.array([2.0, 0.7, 3.0])}, ["late"])
    simulate(program, {"wait": np.array([2.0, 0.75, 3.0])}, ["late"])


def test_delay_that_becomes_too_short_is_refused_when_it_does():
    text = TEXT.replace("DELAY3(outflow, wait)", "DELAY3(outflow, wait - Time/4.0)")
    program = translate_text(text, "shrinking.mdl")
    simulate(program, {}, ["late"], until=8.0)
    with pytest.raises(ModelError, match="at time 9.25"):
        simulate(program, {}, ["late"], times=[0.0, 12.0])
