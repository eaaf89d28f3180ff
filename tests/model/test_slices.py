"""Equations cut out of a model: what must be given, and that they give the model's own numbers."""

import numpy as np
import pytest

from tumbuh.model.engine.integrate import simulate
from tumbuh.model.engine.slices import make_slice
from tumbuh.model.errors import ModelError
from tumbuh.model.language.cache import translate_text

MODEL = """
room = 8.0 ~ person ~ |
rate = 0.25 ~ 1/month ~ |
season = 1.0 + 0.5 * SIN(Time / one month) ~ dmnl ~ |
one month = 1.0 ~ month ~ |
arrivals = rate * (room - People) * season ~ person/month ~ |
People = INTEG(arrivals - leaving, 2.0) ~ person ~ |
leaving = People / stay ~ person/month ~ |
stay = 4.0 ~ month ~ |
noise = SMOOTH(People, stay) ~ person ~ |
crowding = EXP(noise / room) ~ dmnl ~ |
alias = People ~ person ~ |
INITIAL TIME = 0.0 ~ month ~ |
FINAL TIME = 8.0 ~ month ~ |
TIME STEP = 0.25 ~ month ~ |
SAVEPER = TIME STEP ~ month ~ |
"""
TIMES = np.arange(33) * 0.25


@pytest.fixture(scope="module")
def program():
    return translate_text(MODEL, "rooms.mdl")


def wheres(caught):
    return sorted(problem.where for problem in caught.value.problems)


def test_values_are_those_of_the_whole_model_to_the_bit(program):
    names = ("People", "season", "arrivals", "noise", "crowding")
    whole = simulate(program, {"rate": 0.3}, names, TIMES, engine="numpy")
    cut = make_slice(
        program, ("arrivals", "crowding"), ("People", "season", "noise"), {"rate": 0.3}
    )
    given = {name: whole[name][0] for name in cut.given}
    for name, values in cut(given).items():
        assert np.array_equal(values, whole[name][0]), name
    # One number at a time gives the same bits as all together.
    for row in (0, 7, 32):
        one = cut({name: float(values[row]) for name, values in given.items()})
        assert all(float(one[name]) == whole[name][0, row] for name in one)


def test_the_clock_can_be_given(program):
    whole = simulate(program, {}, ("season",), TIMES, engine="numpy")
    assert np.array_equal(
        make_slice(program, ("season",), ("Time",))({"Time": TIMES})["season"], whole["season"][0]
    )


@pytest.mark.parametrize("name", ["People", "noise"])
def test_a_change_carries_the_state_to_its_next_value(program, name):
    whole = simulate(program, {}, ("People", "season", "noise"), TIMES, engine="numpy")
    cut = make_slice(program, (f"change of {name}",), ("People", "season", "noise"))
    change = cut({one: whole[one][0] for one in cut.given})[f"change of {name}"]
    assert np.array_equal((whole[name][0] + 0.25 * change)[:-1], whole[name][0, 1:])


def test_a_stage_can_be_given_by_its_name(program):
    cut = make_slice(program, ("crowding",), ("noise: smooth stage 1",))
    assert float(cut({"noise: smooth stage 1": 8.0})["crowding"]) == np.exp(1.0)


def test_what_is_left_open_is_named_all_of_it(program):
    with pytest.raises(ModelError) as caught:
        make_slice(program, ("arrivals", "crowding"), ())
    assert len(caught.value.problems) == 3
    assert any("noise" in where for where in wheres(caught))
    assert any(where in ("People", "alias") for where in wheres(caught))
    assert any(where in ("Time", "time") for where in wheres(caught))


def test_unknown_names_are_refused_all_at_once(program):
    with pytest.raises(ModelError) as caught:
        make_slice(program, ("arivals", "change of Peeple"), ("Poeple",), {"rat": 1.0})
    assert wheres(caught) == ["Peeple", "Poeple", "arivals", "rat"]
    assert "People" in str(caught.value)


@pytest.mark.parametrize("name", ["arrivals", "People", "Time"])
def test_only_constants_are_set_as_constants(program, name):
    with pytest.raises(ModelError, match="constant"):
        make_slice(program, ("leaving",), ("People",), {name: 1.0})


def test_a_change_of_what_does_not_change_is_refused(program):
    with pytest.raises(ModelError, match="a stock or a stage"):
        make_slice(program, ("change of season",), ("Time",))


def test_two_names_for_one_value_cannot_both_be_given(program):
    with pytest.raises(ModelError) as caught:
        make_slice(program, ("leaving",), ("People", "alias"))
    assert wheres(caught) == ["alias"]


def test_a_call_must_bring_exactly_what_was_agreed(program):
    cut = make_slice(program, ("arrivals",), ("People", "season"))
    with pytest.raises(ModelError) as caught:
        cut({"People": 1.0, "seasn": 2.0, "rate": 1.0})
    assert wheres(caught) == ["rate", "seasn", "season"]


def test_equal_equations_have_one_shape_and_others_do_not(program):
    leaving = make_slice(program, ("leaving",), ("People",))
    assert leaving.shape == make_slice(program, ("leaving",), ("alias",)).shape
    assert leaving.shape != make_slice(program, ("leaving",), ("People",), {"stay": 5.0}).shape
    assert leaving.shape != make_slice(program, ("crowding",), ("noise",)).shape
