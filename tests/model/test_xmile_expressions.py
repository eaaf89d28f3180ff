"""XMILE expressions: precedence, names, functions, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tumbuh.model.language.syntax import Range, render
from tumbuh.model.language.xmile_arrays import REDUCERS, Scope
from tumbuh.model.language.xmile_composed import COMPOSED
from tumbuh.model.language.xmile_expression import ExpressionError, parse_expression
from tumbuh.model.language.xmile_functions import NAMED, SAME, translate

SCOPE = Scope(
    ranges={"region": Range("region", ("north", "south"), (), 1)},
    axes={
        "a": (),
        "b": (),
        "can't_do": (),
        "c": (),
        "mean_haz": (),
        "births_&_deaths": (),
        "x": ("region",),
    },
    curves={},
)


def read(text):
    return render(translate(parse_expression(text), SCOPE))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a + b * c", "a + (b * c)"),
        ("(a + b) * c", "(a + b) * c"),
        ("a - b - c", "(a - b) - c"),
        ("-a ^ 2", "-a ^ 2"),
        ("2 ^ -a", "2 ^ -a"),
        ("a ^ b ^ c", "a ^ (b ^ c)"),
        ("-a * b", "-a * b"),
        ("a < b = c > b", "(a < b) = (c > b)"),
        ("a < b AND b < c OR NOT c", "((a < b) :AND: (b < c)) :OR: NOT(c)"),
        ("a <> b", "a <> b"),
        ("IF a > b THEN a ELSE b + c", "IF THEN ELSE(a > b, a, b + c)"),
        ("1 + IF a THEN b ELSE c", "1 + IF THEN ELSE(a, b, c)"),
        ("if a then if b then 1 else 2 else 3", "IF THEN ELSE(a, IF THEN ELSE(b, 1, 2), 3)"),
        ("Mean_HAZ {a comment} + 1.5e-3", "mean HAZ + 0.0015"),
        ('"Births & Deaths"/2', "births & deaths / 2"),
        ('"mean\\nHAZ"', "mean haz"),
        (".5", "0.5"),
        ("MIN(a, b, c)", "MIN(MIN(a, b), c)"),
        ("SUM(x[*])", "SUM(x[region!])"),
        ("SUM(x)", "SUM(x[region!])"),
        ("MEAN(x[*])", "SUM(x[region!]) / 2"),
        ("MAX(x[*])", "VMAX(x[region!])"),
        ("SIZE(x) + SIZE(region)", "2 + 2"),
        ("x[2] - x[North]", "x[south] - x[North]"),
        ("x[region.south]", "x[south]"),
        ("TIME + DT + STARTTIME + STOPTIME", "((time + time step) + initial time) + final time"),
        ("SMTH1(a, 3)", "SMOOTH(a, 3, a, 1)"),
        ("SMTH3(a, 3, 1)", "SMOOTH(a, 3, 1, 3)"),
        ("DELAYN(a, 3, 4)", "DELAY N(a, 3, a, 4)"),
        ("DELAY(a, 3, 0)", "DELAY FIXED(a, 3, 0)"),
        ("PREVIOUS(a, 7)", "DELAY FIXED(a, time step, 7)"),
        ("INIT(a)", "INITIAL(a)"),
        ("SAFEDIV(a, b)", "IF THEN ELSE(b = 0, 0, a / b)"),
        ("a // b", "IF THEN ELSE(b = 0, 0, a / b)"),
        ("LOG10(a)", "LOG(a, 10)"),
        ("SUM(a, b, c)", "(a + b) + c"),
        ("MEAN(a, b, c)", "((a + b) + c) / 3"),
        ("MEAN(x, a)", "(SUM(x[region!]) + a) / 3"),
        ("MAX(x, 0)", "MAX(VMAX(x[region!]), 0)"),
        ("MIN(x[*], a)", "MIN(VMIN(x[region!]), a)"),
        ("MAX(SUM(x), 0)", "MAX(SUM(x[region!]), 0)"),
        ("Region.South * a", "2 * a"),
        ("Can't_do + 1", "can't do + 1"),
        ("ROOTN(a, 3)", "a ^ (1 / 3)"),
    ],
)
def test_expressions_are_read_as_the_standard_says(text, shown):
    assert read(text).lower() == shown.lower()


def test_self_is_the_variable_itself_inside_previous_only():
    scope = SCOPE.within(("region",), ("region",), "x")
    found = translate(parse_expression("PREVIOUS(SELF, 7) + 1"), scope)
    assert render(found) == "DELAY FIXED(x[region], time step, 7) + 1"
    with pytest.raises(ExpressionError, match="SELF"):
        translate(parse_expression("SELF + 1"), scope)


def test_a_dimension_is_the_position_of_the_element_on_the_left():
    element = SCOPE.within(("region",), ("South",))
    assert render(translate(parse_expression("region * 10"), element)) == "2 * 10"
    with pytest.raises(ExpressionError, match="one equation for all elements"):
        translate(parse_expression("region * 10"), SCOPE.within(("region",), ("region",)))


def test_an_array_of_the_left_side_is_its_element_beside_other_arguments():
    scope = SCOPE.within(("region",), ("region",))
    assert render(translate(parse_expression("MAX(x, 0)"), scope)) == "MAX(x[region], 0)"


@pytest.mark.parametrize(
    ("text", "found", "remedy"),
    [
        ("a +", "the end", "syntax"),
        ("a b", "near 'b'", "syntax"),
        ("(a", "where ')'", "syntax"),
        ("a $ b", "near '$ b'", "syntax"),
        ("unknown + 1", "'unknown', which nothing defines", "Define it"),
        ("RANDOM(0, 1)", "the function RANDOM", "distribution"),
        ("NORMAL(0, 1, 7)", "the function NORMAL", "distribution"),
        ("FROBNICATE(a)", "the function FROBNICATE", "docs/xmile.md"),
        ("SQRT(a, b)", "SQRT with 2 arguments", "Give 1"),
        ("x + 1", "the array 'x' without subscripts", "SUM"),
        ("x[*]", "outside a function of arrays", "SUM"),
        ("x[west]", "no element of dimension 'region'", "north"),
        ("x[3]", "no element of dimension 'region'", "position"),
        ("x[region - 1]", "a computed subscript", "Name an element"),
        ("x[north, south]", "2 subscripts of 'x'", "Give 1"),
        ("other.a", "inside a module", "Move"),
        ("LOOKUP(a)", "LOOKUP without a table", "LOOKUP(table, x)"),
        ("{Enter equation...}", "no equation", "<eqn>"),
        ("1, 2, 3", "a list of values", "<element>"),
        ("a'", "near", "syntax"),
        ("region.west", "the name 'region.west' inside a module", "Move"),
        ("LOOKUP(other.a, 1)", "inside a module", "Move"),
        ('"region.north"', "which nothing defines", "Define it"),
        ("LOOKUP(x[north], 1)", "the table 'x' with dimensions", "own name"),
        ("region", "'region', which nothing defines", "Define it"),
        ("other.a(1)", "inside a module", "Move"),
        ("other.a[north]", "inside a module", "Move"),
        ("NAN(b)", "not finished in Stella", "equation"),
        ("SELF", "the function SELF", "stock"),
        ("(" * 300 + "a" + ")" * 300, "nested too deeply", "Split"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(text, found, remedy):
    with pytest.raises(ExpressionError) as error:
        read(text)
    assert found in error.value.found
    assert remedy in error.value.remedy


def test_every_function_is_documented():
    text = (Path(__file__).parents[2] / "docs" / "xmile.md").read_text(encoding="utf-8")
    words = set(re.findall(r"[A-Z0-9]+", text))
    names = {*COMPOSED, *NAMED, *SAME, *REDUCERS} - {"modulo", "trunc"}
    assert sorted(name for name in names if name.upper() not in words) == []
