"""The unit check finds what is wrong, where it is, and nothing else."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from tumbuh.model.language.cache import PACKAGED, translate_text
from tumbuh.model.language.check import check_model
from tumbuh.model.language.units import UnitReader, check_units

CONTROL = """INITIAL TIME = 0.0 ~ month ~ |
FINAL TIME = 8.0 ~ month ~ |
TIME STEP = 0.25 ~ month ~ |
SAVEPER = 1.0 ~ month ~ |
"""
GOOD = """people = INTEG(hired - left, 10.0*one person) ~ person ~ |
one person = 1.0 ~ person ~ |
hired = MAX(0, gap/delay) ~ person/month ~ |
gap = target - people ~ person ~ |
target = 20.0 ~ person ~ |
delay = 4.0 ~ month ~ |
left = people*leaving rate*effect of load(people/target) ~ person/month ~ |
leaving rate = 0.12/months per year ~ 1/month ~ |
months per year = 12.0 ~ month/year ~ |
effect of load((0,1),(2,2)) ~ dmnl ~ |
seen = SMOOTH3(people, delay) ~ person ~ |
late = DELAY1I(hired, delay, 0) ~ person/month ~ |
spread = SQRT(people*people) ~ person ~ |
squared = people^2.0 ~ person*person ~ |
score = EXP(-people/target)*LN(people/one person) ~ dmnl ~ |
later = STEP(target, delay) + RAMP(hired, 0, delay) ~ person ~ |
pick = IF THEN ELSE(people > target, people, 0) ~ person ~ |
share = ZIDZ(people, target) ~ dmnl ~ |
start = INITIAL(people) ~ person ~ |
"""
# The yearly rate 0.12 has a unit too.
GOOD = GOOD.replace("0.12/months per year", "yearly rate/months per year")
GOOD += "yearly rate = 0.12 ~ 1/year ~ |\n"
BROKEN = {
    "a sum": ("gap = target - people", "gap = target - left"),
    "a rate for a stock": ("left = people*leaving rate*", "left = people*"),
    "a missing conversion": ("yearly rate/months per year", "yearly rate"),
    "an exponent": ("EXP(-people/target)", "EXP(-people)"),
    "a logarithm": ("LN(people/one person)", "LN(people)"),
    "a comparison": ("people > target", "people > delay"),
    "a branch": ("people, 0)", "people, delay)"),
    "a delay": ("SMOOTH3(people, delay)", "SMOOTH3(people, target)"),
    "a step time": ("STEP(target, delay)", "STEP(target, people)"),
    "a literal": ("target - people", "target - 3.0"),
    "an initial value": ("10.0*one person)", "10.0)"),
    "a declared unit": ("~ person*person ~", "~ person ~"),
    "a maximum": ("MAX(0, gap/delay)", "MAX(1.0, gap/delay)"),
    "an argument": ("ZIDZ(people, target)", "ZIDZ(people, delay)"),
}


def problems_of(text):
    return check_units(translate_text(CONTROL + text, "m.mdl"))


def test_good_model_is_clean():
    assert problems_of(GOOD) == []


@pytest.mark.parametrize("old, new", BROKEN.values(), ids=BROKEN)
def test_mistake_is_found_at_its_line(old, new):
    lines: list[str] = list(GOOD.splitlines())
    (number,) = [index for index, line in enumerate(lines) if old in line]
    lines[number] = lines[number].replace(old, new)
    problems = problems_of("\n".join(lines))
    assert len(problems) == 1
    assert problems[0].where == f"m.mdl:{number + 5}"
    assert new.split("~")[0].strip()[:12] in problems[0].found


def test_all_mistakes_at_once_with_both_units():
    text = GOOD.replace("target - people", "target - left").replace(
        "LN(people/one", "LN(people/delay/one"
    )
    problems = problems_of(text)
    assert len(problems) == 2
    assert "person of (target) and person/month of (left)" in problems[0].found


def test_slip_in_a_unit_word_is_found():
    problems = problems_of(GOOD.replace("delay = 4.0 ~ month", "delay = 4.0 ~ mnoth"))
    assert any("'mnoth' only here" in problem.found for problem in problems)


def test_text_that_is_no_unit_is_found():
    problems = problems_of(GOOD.replace("delay = 4.0 ~ month", "delay = 4.0 ~ month per (("))
    assert any("the unit 'month per (('" in problem.found for problem in problems)


@pytest.mark.parametrize(
    "left, right",
    [
        ("1/month", "person/(person*month)"),
        ("people/months", "person/month"),
        ("dmnl", ""),
        ("contact/month/person", "contact/(month*person)"),
        ("person^2", "person*person"),
    ],
)
def test_equal_units(left, right):
    reader = UnitReader()
    assert reader.read(left) == reader.read(right)


def test_year_is_not_month():
    reader = UnitReader()
    assert reader.read("1/year") != reader.read("1/month")


@pytest.mark.parametrize("name", [None, "a sum", "a rate for a stock", "a logarithm"])
def test_agrees_with_simlin(name, tmp_path):
    import simlin

    old, new = BROKEN[name] if name else ("", "")
    text = GOOD.replace(old, new, 1) if name else GOOD
    # simlin takes a bare zero for dimensionless.
    left_out = ("hired", "late", "pick")
    text = "\n".join(line for line in text.splitlines() if not line.startswith(left_out))
    text = text.replace("hired - left", "-left")
    path = tmp_path / "m.mdl"
    path.write_text("{UTF-8}\n" + text + "\n" + CONTROL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = [issue for issue in simlin.load(path).check() if "unit" in str(issue).lower()]
    assert bool(found) == bool(check_units(translate_text(path.read_text(), "m.mdl"))) == bool(name)


def test_packaged_model_is_clean():
    from tumbuh.model.language.cache import load_program

    assert [str(problem) for problem in check_model(load_program())] == []


def test_error_put_into_the_packaged_model_is_found_at_its_line():
    text = Path(PACKAGED).read_text(encoding="utf-8")
    good = "\tINTEG(spending,0.0)"
    assert text.count(good) == 1
    broken = text.replace(good, "\tINTEG(spending*months per year,0.0)")
    line = broken[: broken.index("Cumulative Spending=")].count("\n") + 1
    (problem,) = check_units(translate_text(broken, "stunting.mdl"))
    assert problem.where == f"stunting.mdl:{line}"
    assert "MIDR*month/year" in problem.found.replace(" ", "") or "year" in problem.found


def test_rules_on_documentation_and_integers(tmp_path):
    (tmp_path / "structure.csv").write_text("id,statement\nS01,x\n")
    text = (
        "a = INTEG(b, 1) ~ dmnl ~ good [S01] |\n"
        "b = 1 ~ 1/month ~ good [S01] |\n"
        "c = SMOOTHI(a, d, b*1.0) ~  ~ wrong id [S02] |\n"
        "d = 2.0 ~ month ~ no id |\n"
        "e = SMOOTHI(b, d, b) ~ 1/month ~ [S01] |\n"
    )
    control = CONTROL.replace("~ |", "~ control [S01] |")
    problems = check_model(translate_text(control + text, "m.mdl"), tmp_path)
    told = [(problem.where.split(":")[1], problem.expected) for problem in problems]
    assert told == [
        ("5", "an initial value with a decimal point"),
        ("7", "equal units in the input and the initial value"),
        ("7", "a unit of 'c'"),
        ("7", "evidence ids that exist, of 'c'"),
        ("8", "an evidence id of 'd'"),
        ("9", "an initial value with a decimal point"),
    ]


MEMORY = """stock = INTEG(flow, 1.0*size) ~ person ~ |
size = 1.0 ~ person ~ |
wait = 2.0 ~ month ~ |
flow = stock/wait ~ person/month ~ |
fixed = DELAY FIXED(flow, wait, 0.0) ~ person/month ~ |
held = SAMPLE IF TRUE(Time > wait, stock, size) ~ person ~ |
growth = TREND(stock, wait, 0.0) ~ 1/month ~ |
later = FORECAST(stock, wait, wait) ~ person ~ |
rate = 0.1 ~ 1/month ~ |
one = 1.0 ~ dmnl ~ |
worth = NPV(flow, rate, size, one) ~ person ~ |
started = ACTIVE INITIAL(stock, size) ~ person ~ |
pulses = PULSE TRAIN(wait, wait, wait, wait) ~ dmnl ~ |
r: a, b ~ ~ |
share[r] = stock/size/ELMCOUNT(r) ~ dmnl ~ |
curve((0,0),(1,1)) ~ person ~ |
shown = LOOKUP FORWARD(curve, share[a]) ~ person ~ |
"""


def test_functions_with_a_memory_are_clean():
    assert problems_of(MEMORY) == []


@pytest.mark.parametrize(
    "old, new",
    [
        ("DELAY FIXED(flow, wait, 0.0)", "DELAY FIXED(flow, size, 0.0)"),
        ("DELAY FIXED(flow, wait, 0.0)", "DELAY FIXED(flow, wait, size)"),
        ("stock, size) ~ person", "stock, wait) ~ person"),
        ("TREND(stock, wait, 0.0) ~ 1/month", "TREND(stock, wait, 0.0) ~ person"),
        ("TREND(stock, wait, 0.0)", "TREND(stock, wait, 0.1)"),
        ("FORECAST(stock, wait, wait)", "FORECAST(stock, wait, size)"),
        ("NPV(flow, rate, size, one)", "NPV(flow, one, size, one)"),
        ("NPV(flow, rate, size, one)", "NPV(flow, rate, wait, one)"),
        ("NPV(flow, rate, size, one)", "NPV(flow, rate, size, rate)"),
        ("NPV(flow, rate, size, one) ~ person", "NPV(flow, rate, size, one) ~ month"),
        ("ACTIVE INITIAL(stock, size)", "ACTIVE INITIAL(stock, wait)"),
        ("PULSE TRAIN(wait, wait, wait, wait)", "PULSE TRAIN(wait, size, wait, wait)"),
        ("LOOKUP FORWARD(curve, share[a]) ~ person", "LOOKUP FORWARD(curve, share[a]) ~ month"),
        ("stock/size/ELMCOUNT(r)", "stock/ELMCOUNT(r)"),
    ],
)
def test_mistakes_of_functions_with_a_memory(old, new):
    assert len(problems_of(MEMORY.replace(old, new, 1))) == 1


def test_units_of_a_macro_are_its_own_words():
    text = (
        ":MACRO: TANK(in, tau)\nTANK = level/tau ~ in ~ |\n"
        "level = INTEG(in - TANK, 0.0) ~ in*tau ~ |\n:END OF MACRO:\n"
        "x = TANK(flow*2.0, wait) ~ person/month ~ |\ny = x*wait ~ person ~ |\n"
    )
    assert problems_of(MEMORY + text) == []
