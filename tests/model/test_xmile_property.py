"""What the printer writes, the parser reads: random expressions come back as the same tree."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tumbuh.model.exchange.xmile_text import Printer, identifier, number
from tumbuh.model.language.definitions import Definitions
from tumbuh.model.language.syntax import Call, Number, Reference, key_of
from tumbuh.model.language.translate import parse_model
from tumbuh.model.language.xmile_arrays import Scope
from tumbuh.model.language.xmile_expression import ExpressionError, parse_expression, unescape
from tumbuh.model.language.xmile_functions import translate

MODEL = parse_model(
    "a = 1.0 ~~| b = 2.0 ~~| births & deaths = 3.0 ~~| INITIAL TIME = 0.0 ~~| FINAL TIME = 1.0 ~~|"
    "TIME STEP = 1.0 ~~|".replace("births & deaths", '"births & deaths"'),
    "m.mdl",
)
NAMES = {key_of(item.name): item.name for item in MODEL.equations}
PRINTER = Printer(Definitions(MODEL), NAMES, dict.fromkeys(NAMES, ()))
SCOPE = Scope({}, dict.fromkeys(NAMES, ()), {})

BINARY = (
    "+",
    "-",
    "*",
    "/",
    "^",
    "<",
    "<=",
    ">",
    ">=",
    "=",
    "<>",
    "and",
    "or",
    "min",
    "max",
    "step",
)
UNARY = ("not", "abs", "exp", "ln", "sqrt", "sin", "arctan", "initial")
numbers = st.floats(0.0, 1e300, allow_nan=False).map(Number)
leaves = numbers | st.sampled_from(["a", "b", "births_&_deaths", "time", "time_step"]).map(
    Reference
)
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Call, st.sampled_from(BINARY), st.tuples(inner, inner)),
        st.builds(Call, st.sampled_from(UNARY), st.tuples(inner)),
        st.builds(lambda x: x if isinstance(x, Number) else Call("neg", (x,)), inner),
        st.builds(Call, st.just("if_then_else"), st.tuples(inner, inner, inner)),
        st.builds(lambda x, y: Call("smooth", (x, y, x, Number(3.0))), inner, inner),
    ),
    max_leaves=20,
)


@settings(max_examples=500, deadline=None)
@given(expressions)
def test_written_expressions_are_read_as_they_were(expression):
    text = PRINTER.text(expression, None)
    assert translate(parse_expression(text), SCOPE) == expression, text


@settings(max_examples=300, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back_to_the_last_bit(value):
    assert float(number(value)) == value


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1))
def test_names_come_back(name):
    read = parse_expression(identifier(name))
    assert isinstance(read, Reference)
    assert read.name == key_of(unescape(identifier(name)))


@settings(max_examples=1000, deadline=None)
@given(st.text("ab+-*/^<>=(),.[]\"{}' \n0123456789eEIFTHENLSANDORmod", max_size=40))
def test_any_text_is_read_or_refused(text):
    try:
        translate(parse_expression(text), SCOPE)
    except ExpressionError as error:
        assert error.found
        assert error.remedy
