"""What a model file may hold, and how it is refused: by name, at its line, all at once."""

from __future__ import annotations

import pytest

from tumbuh.model.errors import ModelError
from tumbuh.model.language.cache import load_program, translate_text
from tumbuh.model.language.ir import Builder, dump

CONTROL = (
    "INITIAL TIME = 0.0 ~ month ~ |\nFINAL TIME = 8.0 ~ month ~ |\n"
    "TIME STEP = 0.25 ~ month ~ |\nSAVEPER = TIME STEP ~ month ~ |\n"
)


def problems_of(text: str) -> list[str]:
    with pytest.raises(ModelError) as caught:
        translate_text(CONTROL + text, "m.mdl")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    "equation, named, remedy",
    [
        ("x = RANDOM UNIFORM(0.0, 1.0, 1.0)", "RANDOM UNIFORM", "draws are made outside"),
        ("x = DELAY FIXED(Time, 2.0, 0.0)", "DELAY FIXED", "Rewrite"),
        ("x = SAMPLE IF TRUE(Time > 2.0, Time, 0.0)", "SAMPLE IF TRUE", "Rewrite"),
        ("x = TREND(Time, 2.0, 0.0)", "TREND", "Rewrite"),
        ("x = FORECAST(Time, 2.0, 3.0)", "FORECAST", "Rewrite"),
        ("x = PULSE TRAIN(1.0, 1.0, 3.0, 8.0)", "PULSE TRAIN", "Rewrite"),
        ("x = GET XLS CONSTANTS('a', 'b', 'c')", "GET CONSTANTS", "Write the numbers"),
        ("x :INTERPOLATE: ", "data variable", "lookup of Time"),
        ("x = NO SUCH THING(Time)", "NO SUCH THING", "correct the name"),
        ("x = MIN(Time, 1.0, 2.0)", "MIN with 3 arguments", "Correct"),
        ("x = Time^2.0^2.0", "ambiguous power", "parentheses"),
        ("x = -2.0^Time", "ambiguous power", "parentheses"),
        ("x = :NA:", "missing value", "number"),
        ("x = 1.0 +", "cannot be parsed", "syntax"),
        ("x = SMOOTH N(Time, 4.0, 0.0, Time)", "another expression", "1 to 100"),
        ("x = DELAY N(1.0, 4.0 + Time, 1.0, 2)", "DELAY N with one that changes", "DELAY3"),
        ("x((0,0),(0,1),(2,3))", "equal x values", "own x"),
        ("x = y", "'y'", "spelling"),
        ("x[nothing] = 1.0", "unknown subscript 'nothing'", "map"),
    ],
)
def test_refused_by_name_and_line(equation, named, remedy):
    (problem,) = problems_of(f"\n{equation} ~ dmnl ~ what it is |\n")
    assert problem.startswith("m.mdl:6:")
    assert named in problem
    assert remedy in problem


def test_every_problem_is_reported_at_once():
    text = "a = RANDOM NORMAL(1.0) ~~|\nb = 2.0 ++* ~~|\nc = FORECAST(1.0,2.0,3.0) ~~|\n"
    lines = [problem.split(":")[1] for problem in problems_of(text)]
    assert lines == ["5", "6", "7"]
    text = "a = b + nowhere ~~|\nb = 1.0 ~~|\nc = MIN(b, elsewhere) ~~|\n"
    assert sorted(problem.split(":")[1] for problem in problems_of(text)) == ["5", "7"]


def test_double_definition_names_both_lines():
    (problem,) = problems_of("r: u, v ~~|\nx[r] = 1.0, 2.0 ~~|\nx[v] = 3.0 ~~|\n")
    assert problem.startswith("m.mdl:7:")
    assert "line 6" in problem
    assert ":EXCEPT:" in problem


def test_loop_without_stock_is_shown():
    (problem,) = problems_of("a = b + 1.0 ~~|\nb = c ~~|\nc = a*2.0 ~~|\n")
    assert "a -> b -> c -> a" in problem
    assert "m.mdl:5" in problem


def test_starts_that_need_each_other_are_shown():
    (problem,) = problems_of("a = INTEG(0.0, b) ~~|\nb = INTEG(0.0, a + 1.0) ~~|\n")
    assert "a -> b -> a" in problem or "b -> a -> b" in problem


def test_range_of_unequal_length_is_refused():
    text = "p: u, v, w ~~|\nq: k, l -> p ~~|\ny[q] = 1.0, 2.0 ~~|\nx[p] = y[q] ~~|\n"
    (problem,) = problems_of(text)
    assert "unequal length" in problem
    (problem,) = problems_of("p: u, v ~~|\nq: k, l ~~|\ny[q] = 1.0, 2.0 ~~|\nx[p] = y[q]*1.0 ~~|\n")
    assert "not on the left side" in problem


def test_missing_control_is_refused():
    with pytest.raises(ModelError, match="a number TIME STEP"):
        translate_text("INITIAL TIME = 0.0~~|FINAL TIME = 1.0~~|x = 1.0~~|", "m.mdl")


def test_text_that_is_no_model_is_refused(tmp_path):
    path = tmp_path / "m.mdl"
    for content, message in [(b"", "empty"), (b"\xff\xfe\x00", "not text"), (b"a\0b", "binary")]:
        path.write_bytes(content)
        with pytest.raises(ModelError, match=message):
            load_program(path, trust=True)
    with pytest.raises(ModelError, match="no readable file"):
        load_program(tmp_path / "none.mdl", trust=True)
    with pytest.raises(ModelError, match="at least one equation"):
        translate_text("{a comment}", "m.mdl")


def test_lines_groups_docs_and_units_are_kept():
    text = """{UTF-8}
****
	.Water and light
****~
		what the group is about | with a bar
	|
level= INTEG(
	inflow,\\
		5.0)
	~	litre [0,100]
	~	Water kept, "as it is" [A12, S03]
	|
{a comment
over lines}
inflow = 1.0 ~ litre/month ~ |
"""
    text = text.replace(" | with a bar", "")
    program = translate_text(text + CONTROL, "m.mdl")
    level = program.variables["level"]
    assert (level.line, level.group, level.unit) == (7, "Water and light", "litre")
    assert level.evidence == ("A12", "S03")
    assert level.kind == "stock"
    assert program.variables["inflow"].line == 15
    assert program.find("INFLOW").kind == "constant"  # a number, although it flows
    assert program.variables["INITIAL TIME"].kind == "control"


def test_kinds_and_element_names():
    text = (
        "Age Group: young, old ~~|\nflow in[Age Group] = rate*2.0 ~~|\nrate = 0.5 ~~|\n"
        "Stock[Age Group] = INTEG(flow in[Age Group], 0.0) ~~|\ncurve((0,0),(1,1)) ~~|\n"
        "shown = curve(SUM(Stock[Age Group!])) ~~|\n"
    )
    program = translate_text(CONTROL + text, "m.mdl")
    kinds = {name: variable.kind for name, variable in program.variables.items()}
    assert kinds["Stock[young]"] == "stock"
    assert kinds["flow in[old]"] == "flow"
    assert kinds["rate"] == "constant"
    assert kinds["curve"] == "lookup"
    assert kinds["shown"] == "auxiliary"
    assert program.find("stock[OLD]").subscripts == ("old",)
    with pytest.raises(ModelError, match=r"'Stock\[young\]' or 'Stock\[old\]'|Stock\["):
        program.find("Stock")


def test_equal_expressions_are_one_node():
    text = "a = Time*2.0 + 1.0 ~~|\nb = 1.0 + 1.0*Time ~~|\nc = Time*2.0 + 1.0 ~~|\n"
    program = translate_text(CONTROL + text, "m.mdl")
    assert program.variables["a"].node == program.variables["c"].node
    assert program.variables["a"].node != program.variables["b"].node
    lines = list(dump(program))
    assert any("a (line 5), c (line 7)" in line for line in lines)
    assert any("real = time" in line for line in lines)


def test_truth_values_and_numbers_are_converted():
    build = Builder()
    time = build.leaf("time")
    truth = build.make("lt", time, build.number(1.0))
    assert build.nodes[truth].truth
    total = build.make("add", truth, truth)
    assert build.nodes[build.nodes[total].args[0]].op == "select"
    assert build.nodes[build.make("and", truth, time)].args[1] != time


def test_limits_with_code_are_refused():
    text = "x = WITH LOOKUP(Time, ([(0,0)-(1,__import__('os').getpid())],(0,0),(1,1))) ~~|\n"
    (problem,) = problems_of(text)
    assert "limits that are not numbers" in problem or "cannot be parsed" in problem
