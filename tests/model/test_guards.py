"""Delay times of each draw that are too short for the time step are refused with their line."""

from __future__ import annotations

import numpy as np
import pytest
from engines import ENGINES, engine_name
from micro import CONTROL

from tumbuh.model.errors import ModelError
from tumbuh.model.language.cache import load_program, translate_text
from tumbuh.model.parameters import draw_prior, load_parameters

TEXT = (
    "wait = 3.0 ~~|\nspan = 2.0 ~~|\nshrink = 0.0 ~~|\nx = 1.0 + 0.1*Time ~~|\n"
    "late = DELAY3(x, wait - shrink*Time) ~~|\n"
    "flat = SMOOTH(x, span) ~~|\n"
    "trend = TREND(x, wait*span, 0.0) ~~|\nplain = 2.0*Time ~~|\n"
)
every = pytest.mark.parametrize("engine", ENGINES, ids=engine_name)
by_method = pytest.mark.parametrize("method", ["euler", "rk4"])


@pytest.fixture(scope="module")
def program():
    return translate_text(TEXT + CONTROL, "guarded.mdl")


@every
@by_method
def test_a_draw_with_too_short_a_delay_is_refused_with_element_and_line(program, engine, method):
    # Third order at a quarter month needs 0.75 months.
    waits = np.array([3.0, 0.75, 0.5, 9.0, 0.7, 2.0, 1.0, 4.0, 5.0])
    with pytest.raises(ModelError, match=r"guarded.mdl:5: .* = 0.75 in 'late'") as caught:
        engine(program, {"wait": waits}, ["late"], method=method)
    assert "0.5 at time 0 in 2 draws or more" in str(caught.value)
    assert "Bound the delay time from below" in str(caught.value)
    kept = engine(program, {"wait": waits[waits >= 0.75]}, ["late"], method=method)
    assert kept.failures == 0


@every
@pytest.mark.parametrize("chunk, threads", [(1, 1), (4, 2), (1000, 1)])
def test_whatever_the_chunks(program, engine, chunk, threads):
    spans = np.full(41, 2.0)
    spans[37] = 0.2
    with pytest.raises(ModelError, match=r"guarded.mdl:6: .* = 0.25 in 'flat'.*0.2 at time 0"):
        engine(program, {"span": spans}, ["flat"], chunk=chunk, threads=threads)


@every
def test_what_all_draws_share_is_checked_too(program, engine):
    with pytest.raises(ModelError, match="in 'late'"):
        engine(program, {"wait": 0.5, "span": np.array([2.0, 3.0])}, ["late", "flat"])


@every
def test_no_number_passes(program, engine):
    run = engine(program, {"wait": np.array([np.nan, 2.0])}, ["late"])
    assert run.failed.tolist() == [True, False]


@every
@by_method
def test_what_no_output_needs_is_not_checked(program, engine, method):
    engine(program, {"wait": np.array([0.1, 2.0])}, ["plain"], snapshot=False, method=method)
    with pytest.raises(ModelError, match="in '(late|trend)'"):
        engine(program, {"wait": np.array([0.1, 2.0])}, ["plain"], method=method)


@every
@by_method
def test_a_delay_that_becomes_too_short_stops_the_run_then(program, engine, method):
    shrinks = np.array([0.0, 0.25])
    engine(program, {"shrink": shrinks}, ["late"], until=8.0, method=method)
    # 3 - 0.3*t is 0.75 at 7.5; the step from 7.75 is the first that is refused.
    for until, refused in ((7.5, False), (8.0, True)):
        constants = {"shrink": np.array([0.1, 0.3])}
        if refused:
            with pytest.raises(ModelError, match="in 'late'"):
                engine(program, constants, ["late"], until=until, method=method)
        else:
            engine(program, constants, ["late"], until=until, method="euler")


@every
def test_the_time_of_the_end_takes_no_step_and_is_not_checked(program, engine):
    """Too short at the end only: no step uses it, so that a longer run would be refused."""
    constants = {"shrink": np.array([0.1, 0.3]), "wait": 3.075}
    engine(program, constants, ["late"], times=[0.0, 7.75])
    run = engine(program, constants, ["late"], times=[0.0, 7.75, 8.0], until=8.0)
    assert np.isfinite(run["late"]).all()
    with pytest.raises(ModelError, match="in 'late'.*at time 8 "):
        engine(program, constants, ["late"], times=[0.0, 8.25], until=8.25)


@every
def test_a_run_without_a_step_checks_what_does_not_change(program, engine):
    run = engine(program, {"shrink": np.array([0.0, 9.0])}, ["late"], until=0.0)
    assert run.failures == 0
    with pytest.raises(ModelError, match="in 'flat'.*0.2 at time 0"):
        engine(program, {"span": np.array([0.2, 9.0])}, ["flat"], until=0.0)
    text = TEXT.replace("wait - shrink*Time", "wait - shrink*(Time + 1.0)")
    changing = translate_text(text + CONTROL, "guarded.mdl")
    assert engine(changing, {"shrink": np.array([0.0, 2.5])}, ["late"], until=0.0).failures == 0


@every
def test_a_delay_that_is_just_long_enough_but_for_a_rounding(engine):
    """The engines may round it apart; neither may stop with a fault of its own."""
    text = "k = 1.0 ~~|\nx = DELAY3(Time, 0.75*k*(Time + 1.0)/(k*(Time + 1.0))) ~~|\n"
    program = translate_text(text + CONTROL, "near.mdl")
    for k in np.linspace(0.1, 3.0, 60):
        try:
            engine(program, {"k": np.array([k, k])}, ["x"])
        except ModelError as error:
            assert "in 'x'" in str(error)


@every
def test_a_longer_step_needs_a_longer_delay(program, engine):
    engine(program, {"wait": np.array([1.5, 2.0])}, ["late"], time_step=0.5)
    with pytest.raises(ModelError, match=r"time step = 1.5 in 'late'"):
        engine(program, {"wait": np.array([1.4, 2.0])}, ["late"], time_step=0.5)


@pytest.mark.parametrize("engine", ENGINES[:2], ids=engine_name)
def test_the_ranges_that_are_drawn_keep_every_delay_of_the_packaged_model(engine):
    program = load_program()
    assert len(program.guards) >= 5
    draws = draw_prior(load_parameters(), 3, 400)
    run = engine(program, draws, ["true prevalence"], until=2.0)
    assert run.failures == 0
    # A step so long that some delay is shorter than its order times the step.
    with pytest.raises(ModelError, match=r"stunting.mdl:\d+: .*'.*' expected|in '") as caught:
        engine(program, draws, ["true prevalence"], times=[0.0, 12.0], time_step=12.0)
    assert program.label in str(caught.value)


@every
@pytest.mark.parametrize("first, second", [("3", ""), ("", "3")])
def test_the_highest_order_of_one_delay_time_counts(engine, first, second):
    text = f"span = 2.0 ~~|\nx = Time ~~|\nboth = SMOOTH{first}(x, span) + SMOOTH{second}(x, span) ~~|\n"
    program = translate_text(text + CONTROL, "both.mdl")
    with pytest.raises(ModelError, match=r"= 0.75 in 'both'.*0.5 at time 0"):
        engine(program, {"span": np.array([0.5, 3.0])}, ["both"])


@every
@by_method
def test_between_two_steps_only_the_interpreter_looks(engine, method):
    text = f"k = 1.7 ~~|\nx = DELAY3(Time, k + COS({8 * np.pi!r}*Time)) ~~|\n"
    program = translate_text(text + CONTROL, "between.mdl")
    constants = {"k": np.array([1.7, 2.0])}
    if engine_name(engine) == "numpy" and method == "rk4":
        with pytest.raises(ModelError, match="in 'x', found 0.7 at time 0.125"):
            engine(program, constants, ["x"], method=method)
    else:
        assert engine(program, constants, ["x"], method=method).failures == 0
