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
        ("x = RANDOM 0 1()", "RANDOM 0 1", "draws are made outside"),
        ("x = DELAY CONVEYOR(Time, 2.0, 0.0)", "DELAY CONVEYOR", "DELAY FIXED"),
        ("x = DELAY MATERIAL(Time, 2.0, 0.0, 0.0)", "DELAY MATERIAL", "DELAY FIXED"),
        ("x = REINITIAL(Time)", "REINITIAL", "INITIAL"),
        ("x = SHIFT IF TRUE(Time, 1.0, 1.0, 1.0, 1.0)", "SHIFT IF TRUE", "flows"),
        ("x = FIND ZERO(Time, 1.0, 1.0)", "FIND ZERO", "Solve"),
        ("x = ALLOCATE AVAILABLE(Time, 1.0, 1.0)", "ALLOCATE AVAILABLE", "MIN, MAX and SUM"),
        ("x = ALLOCATE BY PRIORITY(a,b,c,d,e)", "ALLOCATE BY PRIORITY", "MIN, MAX and SUM"),
        ("x = VECTOR SELECT(Time, 1.0, 0.0, 0.0, 0.0)", "VECTOR SELECT", "per element"),
        ("x = VECTOR ELM MAP(Time, 1.0)", "VECTOR ELM MAP", "per element"),
        ("x = INVERT MATRIX(Time, 1.0)", "INVERT MATRIX", "outside the model"),
        ("x = VECTOR RANK(Time, 1.0)", "VECTOR RANK", "no sorting here"),
        ("x =", "an empty right side", "Write the equation"),
        ("x", "data variable without an equation", "lookup of Time"),
        ("x = m(Time : out)", "macro outputs after a colon in a call", "each output"),
        ("x = QUEUE FIFO(Time, 1.0)", "QUEUE FIFO", "stocks"),
        ("x = LOOKUP INVERT(x, 1.0)", "LOOKUP INVERT", "inverse"),
        ("x = LOOKUP FORWARD(Time*2.0, 1.0)", "LOOKUP FORWARD of something else", "Name"),
        ("x = LOOKUP FORWARD(Time, 1.0)", "applied to an argument", "Correct"),
        ("x = A FUNCTION OF(Time)", "A FUNCTION OF", "Write the equation"),
        ("x = GET DATA BETWEEN TIMES(Time, 1.0, 0.0)", "GET DATA BETWEEN TIMES", "lookup of Time"),
        ("x = GET TIME VALUE(0.0, 0.0, 0.0)", "GET TIME VALUE", "Use Time"),
        ("x = GET DIRECT DATA('a', 'b', 'c', 'd')", "GET DATA", "lookup of Time"),
        ("x = GET DIRECT LOOKUPS('a', 'b', 'c', 'd')", "GET LOOKUPS", "Write the numbers"),
        ("x(GET XLS LOOKUPS('a', 'b', 'c', 'd'))", "GET LOOKUPS", "Write the numbers"),
        ("x: GET XLS SUBSCRIPT('a', 'b', 'c', 'd', 'e')", "GET SUBSCRIPTS", "List the elements"),
        ("x = 1.0 + TABBED ARRAY(1.0 2.0)", "TABBED ARRAY", "of its own"),
        ("x = INTEG(1.0)", "wrong number of arguments of INTEG", "Correct"),
        ("x = SMOOTH3I(Time, 2.0)", "wrong number of arguments of SMOOTH3I", "Correct"),
        ("x = NPV(1.0, 0.1, 0.0)", "NPV with 3 arguments", "Correct"),
        ("x = PULSE TRAIN(1.0, 2.0, 3.0)", "wrong number of arguments of PULSE TRAIN", "Correct"),
        ("x = ACTIVE INITIAL(1.0)", "ACTIVE INITIAL with 1 arguments", "Correct"),
        ("x = ELMCOUNT(Time)", "ELMCOUNT of something else", "Name a range"),
        ("x = SUM(Time)", "no subscript with '!'", "map"),
        ("x = 1.0 < Time < 3.0", "cannot be parsed", "syntax"),
        ("x := 3.0", "data variable", "lookup of Time"),
        ("x :THE CONDITION: Time > 1.0 :IMPLIES: Time > 0.0", "reality check", "Remove"),
        ("x :TEST INPUT: 3.0", "test input", "Remove"),
        ("x((0,0))", "a lookup with one point", "at least two"),
        ("trend((0,0),(1,1))", "name of a built-in function", "another name"),
        ("x: a, b -> nowhere", "unknown range 'nowhere'", "Define"),
        ("x: a, b -> (x: a)", "2 elements to a list of 1", "List one"),
        ("x: a, b -> (x: a, c)", "'c', which is not in 'x'", "Correct"),
        ("x: a, b -> (x a, b", "the mapping '(x a, b'", "Write '-> range'"),
        ("x: a, b, a", "an element twice", "once"),
        ("x: x, a", "which holds itself", "List"),
        ("x <-> y", "unknown range 'y'", "Define"),
        (":MACRO: M(a)", "macro definition that cannot be read", "Vensim"),
        ("x = GET XLS CONSTANTS('a', 'b', 'c')", "GET CONSTANTS", "Write the numbers"),
        ("x :INTERPOLATE: ", "data variable", "lookup of Time"),
        ("x = NO SUCH THING(Time)", "NO SUCH THING", "correct the name"),
        ("x = MIN(Time, 1.0, 2.0)", "MIN with 3 arguments", "Correct"),
        ("x = :NA:", "missing value", "number"),
        ("x = 1.0 +", "cannot be parsed", "syntax"),
        ("x = SMOOTH N(Time, 4.0, 0.0, Time)", "found 'time' in 'x'", "as a number"),
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
    text = "a = RANDOM NORMAL(1.0) ~~|\nb = 2.0 ++* ~~|\nc = VECTOR RANK(1.0,2.0) ~~|\n"
    text += "r: a -> s ~~|\n:MACRO: M(a : b)\nM = a ~~|\nb = z ~~|\n:END OF MACRO:\nd = :NA: ~~|\n"
    lines = [problem.split(":")[1] for problem in problems_of(text)]
    assert lines == ["5", "6", "7", "8", "9", "9", "13"]
    text = "a = b + nowhere ~~|\nb = 1.0 ~~|\nc = MIN(b, elsewhere) ~~|\n"
    assert sorted(problem.split(":")[1] for problem in problems_of(text)) == ["5", "7"]


def test_double_definition_names_both_lines():
    (problem,) = problems_of("r: u, v ~~|\nx[r] = 1.0, 2.0 ~~|\nx[v] = 3.0 ~~|\n")
    assert problem.startswith("m.mdl:7:")
    assert "line 6" in problem
    assert "give each its own elements" in problem


def test_what_is_wrong_beside_an_equation_that_cannot_be_read_is_told_too():
    text = (
        "x = RANDOM UNIFORM(0, 1, 2) ~~|\ny = x + nothing ~~|\nz = z + 1 ~~|\n"
        "s = SMOOTH N(y, 2, 0, Time) ~~|\n"
    )
    problems = problems_of(text)
    told = ["RANDOM UNIFORM", "nothing", "z -> z", "order"]
    assert len(problems) == len(told)
    for problem, part in zip(problems, told, strict=True):
        assert part in problem
    (only,) = problems_of("r: ~~|\nx[r] = nothing ~~|\n")
    assert "r" in only


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


def test_subscript_as_number_is_refused_where_its_ranges_disagree():
    (problem,) = problems_of("r: a, b ~~|\nq: b ~~|\nx[q] = q*2.0 ~~|\n")
    assert problem.startswith("m.mdl:7:")
    assert "the subscript 'q' as a number, 1 or 2 by different ranges" in problem
    assert "positions" in problem


def test_mapping_to_several_elements_is_refused():
    text = "q: u, v ~~|\nall: q, w ~~|\nr: a, b -> (all: q, w) ~~|\ny[all] = 1.0 ~~|\n"
    assert translate_text(CONTROL + text + "x[all] = z[r] ~~|\nz[r] = 2.0 ~~|\n", "m.mdl")
    (problem,) = problems_of(text + "x[r] = y[all] ~~|\n")
    assert "maps to several elements" in problem


def test_numbers_for_a_range_with_exceptions_are_refused():
    (problem,) = problems_of("r: a, b ~~|\nx[r] :EXCEPT: [a] = 1.0, 2.0 ~~|\nx[a] = 1.0 ~~|\n")
    assert "a list of numbers with :EXCEPT:" in problem


MACRO = ":MACRO: DOUBLE(in)\nDOUBLE = in*2.0 ~~|\n:END OF MACRO:\n"


@pytest.mark.parametrize(
    "text, line, named",
    [
        (MACRO + "x = DOUBLE(1.0, 2.0) ~~|", 8, "DOUBLE with 2 arguments"),
        (MACRO + "r: a, b ~~|\nx[r] = 1.0 ~~|\ny = SUM(DOUBLE(x[r!])) ~~|", 10, "each element"),
        (MACRO + MACRO + "x = DOUBLE(1.0) ~~|", 8, "a second macro"),
        (":MACRO: SMOOTH(in)\nSMOOTH = in ~~|\n:END OF MACRO:\n", 5, "built-in function"),
        (":MACRO: M(in)\nN = in ~~|\n:END OF MACRO:\n", 5, "without an equation of 'M'"),
        (":MACRO: M(in)\nM = in + k ~~|\n:END OF MACRO:\nk = 1.0 ~~|", 5, "'k', which is not"),
        (":MACRO: M(in)\nM = in ~~|\nM = in ~~|\n:END OF MACRO:\n", 5, "two equations of 'm'"),
        (":MACRO: M(in)\nM[r] = in ~~|\n:END OF MACRO:\n", 5, "subscripts inside a macro"),
        (":MACRO: M(in)\nr: a, b ~~|\nM = in ~~|\n:END OF MACRO:\n", 6, "range inside a macro"),
        (":MACRO: M(in)\nM = RANDOM 0 1() ~~|\n:END OF MACRO:\n", 6, "RANDOM 0 1"),
        (":MACRO: M(in)\nM = M(in) ~~|\n:END OF MACRO:\nx = M(1.0) ~~|", 8, "needs itself"),
        ("x = DOUBLE(1.0) ~~|", 5, "DOUBLE"),
    ],
)
def test_macros_are_refused_by_name_and_line(text, line, named):
    problems = problems_of(text + "\n")
    assert any(problem.startswith(f"m.mdl:{line}:") and named in problem for problem in problems)


def test_macro_variables_have_names_lines_and_kinds():
    text = (
        ":MACRO: TANK(in)\nTANK = level/2.0 ~~|\nlevel = INTEG(in - TANK, 1.0) ~~|\n"
        ":END OF MACRO:\nr: a, b ~~|\nx[r] = TANK(Time + 1.0) + TANK(3.0) ~~|\n"
    )
    program = translate_text(CONTROL + text, "m.mdl")
    level = program.find("x>TANK 2>level[b]")
    assert (level.kind, level.line, level.subscripts) == ("stock", 7, ("b",))
    assert program.find("x>TANK>in[a]").line == 10
    assert program.find("x>TANK[a]").kind == "flow"
    assert {item.macro for item in program.equations if ">" in item.name} == {"TANK"}


def test_unchangeable_constant_cannot_be_set():
    from tumbuh.model.engine.integrate import simulate

    program = translate_text(CONTROL + "k == 3.0 ~~|\nx = k*Time ~~|\n", "m.mdl")
    assert program.variables["k"].kind == "constant"
    assert "k" not in program.constants
    with pytest.raises(ModelError, match="unchangeable"):
        simulate(program, {"k": 2.0}, ["x"])


def test_dump_shows_tables_states_rings_and_guards():
    text = (
        "c((0,0),(1,1)) ~~|\ns = SAMPLE IF TRUE(Time > 1.0, Time, 0.0) ~~|\n"
        "d = DELAY FIXED(s, 2.0, 0.0) ~~|\ne = LOOKUP FORWARD(c, SMOOTH(d, 3.0)) ~~|\n"
    )
    lines = "\n".join(dump(translate_text(CONTROL + text, "m.mdl")))
    assert "table 0 forward (0.0,0.0) (1.0,1.0)" in lines
    assert "state 0 sample 's: SAMPLE IF TRUE' initial %" in lines
    assert " next %" in lines
    assert "ring 0 'd' (line 7) input %" in lines
    assert "guard 'e' (line 8) %" in lines
    assert "real = ring 0 'd'  ; d (line 7)" in lines


def test_a_delay_that_starts_from_itself_is_refused():
    (problem,) = problems_of("x = DELAY FIXED(1.0, 2.0, x + 1.0) ~~|\n")
    assert "initial values that can be computed" in problem
    assert problem.startswith("m.mdl:5:")


def test_one_refusal_for_all_elements_and_every_stage_of_reading_at_once():
    problems = problems_of(
        "r: a, b ~~|\nx[r] = y[r] + 1.0 ~~|\ny[r] = x[r] ~~|\nz[r] = nowhere[r] ~~|\n"
        "u = DELAY N(1.0, 4.0 + Time, 1.0, 2) ~~|\nv = SMOOTH N(1.0, 4.0, 1.0, Time) ~~|\n"
    )
    assert [problem.split(":")[1] for problem in problems] == ["6", "8", "9", "10"]


@pytest.mark.parametrize("text", ["order = 2.0 ~~|", "order = half*4.0 ~~| half = 0.5 ~~|"])
def test_an_order_of_constants_fixes_them(text):
    program = translate_text(CONTROL + text + "x = SMOOTH N(Time, 4.0, 0.5, order) ~~|\n", "m.mdl")
    plain = translate_text(CONTROL + "x = SMOOTH N(Time, 4.0, 0.5, 2) ~~|\n", "m.mdl")
    assert [state.name for state in program.states] == [state.name for state in plain.states]
    assert not {"order", "half"} & set(program.constants)


def test_times_of_constants_are_computed():
    text = (
        "INITIAL TIME = 2 ~~|\nFINAL TIME = INITIAL TIME + years*12 ~~|\nyears = 1.5 ~~|\n"
        "TIME STEP = 1/4 ~~|\nSAVEPER = 2*TIME STEP ~~|\nx = Time ~~|\n"
    )
    program = translate_text(text, "m.mdl")
    given = dict(zip(program.constants, program.defaults, strict=True))
    assert given == {"INITIAL TIME": 2, "FINAL TIME": 20, "TIME STEP": 0.25, "SAVEPER": 0.5}
    with pytest.raises(
        ModelError, match=r"m.mdl:1: expected an expression of constants, found 'time'"
    ):
        translate_text(text.replace("= 2 ", "= Time ", 1), "m.mdl")


@pytest.mark.parametrize("name, old", [("SAVEPER", "SAVEPER = TIME STEP"), ("FINAL TIME", "8.0")])
def test_times_of_the_file_between_steps_blame_the_file(name, old):
    from tumbuh.model.engine.integrate import simulate

    new = "SAVEPER = 0.3" if name == "SAVEPER" else "8.1"
    program = translate_text(CONTROL.replace(old, new) + "x = Time ~~|", "m.mdl")
    with pytest.raises(ModelError, match=rf"^m.mdl:\d: expected {name} a whole number of steps"):
        simulate(program, {}, ["x"])
