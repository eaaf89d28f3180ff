"""Slopes against differences, signs of links, and the loops through each switch."""

from __future__ import annotations

import numpy as np
import pytest

from tumbuh.model.document.links import sign_of
from tumbuh.model.document.loops import find_feedback
from tumbuh.model.document.slopes import Differentiator
from tumbuh.model.engine.integrate import simulate
from tumbuh.model.language.cache import load_program, translate_text
from tumbuh.model.language.definitions import Definitions
from tumbuh.model.language.syntax import ParsedModel

CONTROL = """
INITIAL TIME = 1.0 ~ month ~ |
FINAL TIME = 9.0 ~ month ~ |
TIME STEP = 0.25 ~ month ~ |
SAVEPER = 1.0 ~ month ~ |
"""
EXPRESSIONS = (
    "a*b-b/a",
    "a^b+2.0^a-(-a)",
    "EXP(-a)*LN(b)+SQRT(a*b)",
    "MAX(a,b)-MIN(a,3.0)+ABS(a-4.0)",
    "IF THEN ELSE(a>4.0,a*b,b)",
    "SIN(a)+COS(b)*TAN(0.1*a)+ARCTAN(b)",
    "LOG(a,3.0)+ZIDZ(a,b)+XIDZ(b,a,1.0)",
    "WITH LOOKUP(a,((0.0,0.0),(3.3,5.0),(20.0,1.0)))*b",
)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_slopes_are_those_of_small_differences(text):
    def values(shift_a, shift_b):
        model = f"a = Time+{shift_a} ~~| b = 2.0+0.3*Time+{shift_b} ~~| x = {text} ~~|"
        program = translate_text(model + CONTROL, "m.mdl")
        return program, simulate(program, {}, ["a", "b", "x"])

    program, run = values(0.0, 0.0)
    definitions = Definitions(ParsedModel("m", program.ranges, program.equations))
    base = {(name, ()): run[name][0] for name in "abx"} | {("time", ()): run.times}
    slopes = Differentiator(definitions, base).slopes(("x", ()))
    step = 1e-6
    for cause, shifts in (("a", (step, 0.0)), ("b", (0.0, step))):
        near = values(*shifts)[1]["x"][0], values(*(-s for s in shifts))[1]["x"][0]
        exact = (near[0] - near[1]) / (2.0 * step)
        total = sum(slope for (_, scalar), slope in slopes.items() if scalar == (cause, ()))
        kink = np.isin(run.times, [3.0, 4.0])
        np.testing.assert_allclose(np.asarray(total)[~kink], exact[~kink], 1e-5, 1e-7)


def test_signs():
    assert sign_of([np.array([0.0, 1.0]), np.array([2.0])]) == "+"
    assert sign_of([np.array([0.0, -1.0])]) == "−"
    assert sign_of([np.array([1.0]), np.array([-1.0])]) == "±"
    assert sign_of([np.zeros(3)]) == "·"
    assert sign_of([np.array([np.nan])]) == "±"


LOOPS = """
switch R1 growth = 1.0 ~~|
switch B1 crowding = 1.0 ~~|
switch idle = 1.0 ~~|
births = 0.3*People^switch R1 growth ~~|
deaths = 0.1*People*crowding ~~|
crowding = 1.0+switch B1 crowding*People/100.0 ~~|
People = INTEG(births-deaths, 10.0) ~~|
outcome = switch idle*People ~~|
"""


def test_loops_are_found_with_their_polarity():
    feedback = find_feedback(translate_text(LOOPS + CONTROL, "m.mdl"))
    growth, crowding, idle = feedback.switches
    assert [(loop.names, loop.signs, loop.polarity) for loop in growth.loops] == [
        (("births", "People"), ("+", "+"), "R")
    ]
    assert [(loop.names, loop.polarity) for loop in crowding.loops] == [
        (("crowding", "deaths", "People"), "B")
    ]
    assert [(link.cause, link.effect, link.sign) for link in idle.cut] == [
        ("people", "outcome", "+")
    ]
    assert idle.loops == ()
    assert (growth.label, idle.label) == ("R1", "")


def test_a_model_without_switches_lists_its_shortest_loops():
    text = "a = INTEG(f-g, 1.0)~~| b = INTEG(g-h, 1.0)~~| f = 0.1*b~~| g = a/2.0~~| h = b/3.0~~|"
    feedback = find_feedback(translate_text(text + CONTROL, "m.mdl"))
    assert feedback.switches == ()
    assert [(loop.names, loop.polarity) for loop in feedback.others] == [
        (("a", "g"), "B"),
        (("b", "h"), "B"),
        (("a", "g", "b", "f"), "R"),
    ]


# The loops of model/README.md that close in the file, with the sign told there.
TOLD = {
    "R1": "R",
    "R3": "R",
    "R4": "R",
    "R5": "R",
    "R6": "R",
    "R7": "R",
    "B1": "B",
    "B3": "B",
    "B4": "B",
    "B6": "B",
}


def test_the_loops_of_the_packaged_model_have_the_sign_of_their_name():
    switches = {s.label: s for s in find_feedback(load_program()).switches if s.label}
    assert set(TOLD) | {"R2", "B5"} == set(switches)
    for label, polarity in TOLD.items():
        assert switches[label].main is not None, label
        assert switches[label].main.polarity == polarity, label
    assert "course attendance" in switches["R5"].main.names
    assert "rework" in switches["R5"].main.names


def test_learning_and_meeting_time_act_on_a_path_that_does_not_close():
    """R2 and B5 are cut links without a way back at central values: the page says so."""
    switches = {s.label: s for s in find_feedback(load_program()).switches}
    for label, link in {
        "R2": ("forum_experience", "forum_maturity"),
        "B5": ("forum_delivered", "meeting_time"),
    }.items():
        assert switches[label].loops == ()
        assert [(cut.cause, cut.effect) for cut in switches[label].cut] == [link]
