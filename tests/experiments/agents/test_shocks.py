"""Shocks as they are asked for, what they do, and how it is told."""

import pytest

from tumbuh.experiments.agents.shock_text import read_shocks, write_shock
from tumbuh.experiments.agents.shocks_answer import recovery
from tumbuh.model.agents.areas import areas_of
from tumbuh.model.agents.settings import Shock
from tumbuh.model.errors import InputError

AREAS = areas_of("paser")
UNTIL = 168.0


@pytest.mark.parametrize(
    ("text", "shock"),
    [
        ("rotation:Dinkes@2028-01", Shock("rotation", 120.0, "dinkes")),
        ("rotation@2028-02", Shock("rotation", 121.0)),
        ("no-lists@2029-01+6", Shock("no lists", 132.0, "", 6.0)),
        ("cadres-leave:tanah grogot@2030-01", Shock("cadres leave", 144.0, "Tanah Grogot")),
    ],
)
def test_a_shock_is_read_and_written(text, shock):
    assert read_shocks([text], AREAS, UNTIL) == (shock,)
    assert read_shocks([write_shock(shock)], AREAS, UNTIL) == (shock,)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("storm@2028-01", "expected one of rotation, no-lists, cadres-leave, found 'storm'"),
        ("rotation:mayor@2028-01", "expected one of bappedalitbang, dinkes"),
        ("cadres-leave:Balikpapan@2028-01", "expected one of Batu Engau"),
        ("no-lists:dinkes@2028-01", "expected no target, found 'dinkes'"),
        ("rotation:dinkes", 'expected a year and month such as "2027-01"'),
        ("rotation@2031-13", 'expected a year and month such as "2027-01"'),
        ("rotation@2032-01", "expected a month before 2032-01"),
        ("rotation@2028-01+3", "expected whole months, for no-lists only, found '+3'"),
        ("no-lists@2028-01+x", "expected whole months"),
        ("no-lists@2028-01+0", "expected whole months"),
    ],
)
def test_a_mistaken_shock_is_refused(text, found):
    with pytest.raises(InputError) as caught:
        read_shocks([text], AREAS, UNTIL)
    assert f"--shock {text}: " in str(caught.value)
    assert found in str(caught.value)


def test_all_mistakes_are_told_at_once():
    with pytest.raises(InputError) as caught:
        read_shocks(["storm@2028-01", "rotation:mayor@2028-01"], AREAS, UNTIL)
    assert len(caught.value.problems) == 2


def path(*middles):
    return [[middle, middle - 0.1, middle + 0.1] for middle in middles]


def test_recovery_is_when_the_median_stays_above_half_of_the_worst():
    found = recovery([0, 1, 2, 3, 4, 5], path(0.0, -2.0, -0.5, -1.5, -0.9, -0.2))
    assert (found["worst"][0], found["when"], found["half"]) == (-2.0, 1, 4)
    assert found["shown"]


def test_what_is_bad_is_worst_where_it_is_highest():
    rises = path(0.0, 2.0, 0.5)
    assert recovery([0, 1, 2], rises, bad=True)["when"] == 1
    assert recovery([0, 1, 2], rises, bad=True)["shown"]
    assert not recovery([0, 1, 2], rises)["shown"]


def test_what_does_not_come_back_is_told():
    assert recovery([0, 1, 2], path(0.0, -2.0, -1.9))["half"] is None
    nothing = recovery([0, 1], [None, None])
    assert nothing == {"worst": None, "when": None, "half": None, "shown": False}
