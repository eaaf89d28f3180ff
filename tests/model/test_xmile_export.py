"""The model as XMILE, read back by our reader and by simlin; and what cannot be written."""

from __future__ import annotations

import warnings
from xml.etree import ElementTree

import numpy as np
import pytest

from tumbuh.model.engine.integrate import simulate
from tumbuh.model.errors import ModelError
from tumbuh.model.exchange.xmile_document import to_xmile
from tumbuh.model.language.cache import load_program, translate_text
from tumbuh.model.language.check import check_model
from tumbuh.model.language.flatten import flatten
from tumbuh.model.language.xmile import parse_xmile

WINDOW = 24.0
CONTROL = """
INITIAL TIME = 0.0 ~ month ~ |
FINAL TIME = 8.0 ~ month ~ |
TIME STEP = 0.25 ~ month ~ |
SAVEPER = TIME STEP ~ month ~ |
"""
SPACE = "{http://docs.oasis-open.org/xmile/ns/XMILE/v1.0}"
# Rounding may be all there is to a value, so agreement has a floor in the unit of the variable.
FLOORS = {"HAZ*child": 1e-8, "HAZ*child/month": 1e-8, "child": 1e-9, "child/month": 1e-9}


def values_of(program, until=None):
    names = [n for n, v in program.variables.items() if v.kind not in ("lookup", "control")]
    return simulate(program, {}, names, until=until)


def key(name):
    return str(name).lower().replace("_", " ").replace(", ", ",")


def simlin_values(text, folder):
    import simlin

    path = folder / "written.stmx"
    path.write_text(text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = simlin.load(path).run().results
    return {key(name): table[name].to_numpy(float) for name in table}


@pytest.fixture(scope="module")
def written():
    return to_xmile(load_program())


def test_our_reader_finds_the_same_values(written):
    program = load_program()
    again = flatten(parse_xmile(written.encode(), "written.stmx"), "")
    old, new = values_of(program, WINDOW), values_of(again, WINDOW)
    found = {key(name): values for name, values in new.values.items()}
    assert len(old.values) > 1500
    for name, values in old.values.items():
        np.testing.assert_array_equal(found[key(name)], values, err_msg=name)


def test_kinds_units_docs_and_sectors_come_back(written):
    program = load_program()
    again = flatten(parse_xmile(written.encode(), "written.stmx"), "")
    for name, variable in program.variables.items():
        other = again.find(name)
        if variable.kind == "control":
            continue
        assert (other.kind, other.unit, other.group) == (
            variable.kind,
            variable.unit,
            variable.group,
        )
        assert set(variable.evidence) <= set(
            other.doc.replace("[", " ").replace("]", " ").replace(",", " ").split()
        ), name


def test_units_agree_in_what_is_read_back(written):
    again = flatten(parse_xmile(written.encode(), "written.stmx"), "")
    assert check_model(again, None) == []


def test_simlin_finds_the_same_values(written, tmp_path):
    program = load_program()
    found = simlin_values(written, tmp_path)
    run = values_of(program, WINDOW)
    for name, values in run.values.items():
        other = found[key(name)][: values.shape[1]]
        floor = FLOORS.get(program.variables[name].unit, 1e-12)
        np.testing.assert_allclose(other, values[0], 1e-9, floor, err_msg=name)


def test_simlin_finds_no_error_in_it(written, tmp_path):
    import simlin

    path = tmp_path / "written.stmx"
    path.write_text(written)
    issues = simlin.load(path).check()
    assert [issue for issue in issues if issue.severity == "error"] == []


def test_it_is_well_formed_and_complete(written):
    root = ElementTree.fromstring(written)
    names = {
        element.get("name")
        for tag in ("stock", "flow", "aux")
        for element in root.iter(f"{SPACE}{tag}")
        if element.find(f"{SPACE}eqn") is not None or element.find(f"{SPACE}element") is not None
    }
    for variable in load_program().variables.values():
        assert variable.kind == "control" or variable.element in names
    drawn = next(root.iter(f"{SPACE}view"))
    shown = [
        item.get("name") for item in drawn if item.tag != f"{SPACE}connector" and item.get("name")
    ]
    assert sorted(shown) == sorted(names)
    uids = [item.get("uid") for item in drawn if item.get("uid")]
    assert len(uids) == len(set(uids))


def test_flows_are_named_by_one_stock_on_each_side(written):
    root = ElementTree.fromstring(written)
    for side in ("inflow", "outflow"):
        flows = [item.text for item in root.iter(f"{SPACE}{side}")]
        assert len(flows) == len(set(flows))


def test_it_is_the_same_each_time(written):
    assert to_xmile(load_program()) == written


def translated(text):
    return translate_text(text + CONTROL, "m.mdl")


MODELS = {
    "a rate that is no sum": "s = INTEG(0.3*(5.0-s), 1.0) ~~|",
    "a flow between two": "a = INTEG(-f, 4.0)~~| b = INTEG(f-g, 1.0)~~| f = a/2.0~~| g = b/3.0~~|",
    "a flow into two": "a = INTEG(f, 0.0)~~| b = INTEG(f, 1.0)~~| f = Time~~|",
    "a stock as a rate": "a = INTEG(b, 0.0)~~| b = INTEG(-a, 1.0)~~|",
    "initial of an expression": "x = INITIAL(Time + 3.0)*2.0 ~~| y = INITIAL(x)~~|",
    "a curve inside": "x = 1.0 + WITH LOOKUP(Time, ((0.0,1.0),(3.0,2.0),(8.0,0.0))) ~~|",
    "a table": "t((0.0,1.0),(3.0,2.0),(8.0,0.0)) ~~| x = t(Time/2.0) ~~|",
    "operators": "x = -(Time+1.0)^2.0-2.0^(-Time)-(3.0-(2.0-Time))/(2.0/(1.0+Time)) ~~|",
    "powers": "b = 2.0 ~~| x = -2.0^b + (-2.0)^b*10.0 + 2.0^-b^-3.0*100.0 ~~| y = 2.0^3.0^b+(2.0^3.0)^b ~~|",
    "logic": "x = IF THEN ELSE(Time>2.0 :AND: :NOT: (Time>=6.0 :OR: Time=4.0),1.0,-1.0) ~~|",
    "guarded quotients": "x = ZIDZ(1.0,Time-4.0)+XIDZ(1.0,Time-4.0,9.0) ~~|",
    "whole numbers": "x = INTEGER(Time-4.3) ~~| y = MODULO(Time,3.0) ~~| z=QUANTUM(Time,0.6)~~|",
    "events": "x = STEP(2.0,3.0)+RAMP(0.5,1.0,5.0)+PULSE(2.0,1.5) ~~|",
    "delays": "x = SMOOTH3I(Time,2.0,1.0)+SMOOTH(Time,2.0)+DELAY3(Time,2.0)+DELAY1I(Time,2.0,1.0)~~|",
    "logarithms": "x = LOG(Time+1.0,10.0)+LN(Time+1.0)+POWER(Time+1.0,1.5)+ABS(Time-4.0) ~~|",
    "trends": "x = TREND(Time+2.0,2.0,0.1)+FORECAST(Time+2.0,3.0,2.0)~~|",
    "a fixed delay": "x = DELAY FIXED(STEP(1.0,3.0),2.0,0.0)~~|",
    "part of a range": "d: p,q,r~~| e: q,r~~| v[d]=1.0,2.0,4.0~~| x=SUM(v[e!])+VMAX(v[d!])~~|",
    "sums of products": "d: p,q~~| v[d]=1.0,2.0~~| w[d]=Time*v[d]~~| x=SUM(v[d!]*w[d!])~~|",
    "two dimensions": "d: p,q~~| e: a,b~~| v[d,e]=Time~~| x[d]=SUM(v[d,e!])~~| y=SUM(v[d!,e!])~~|",
    "exceptions": "d: p,q,r~~| v[d]:EXCEPT:[q]=Time~~| v[q]=7.0~~|",
    "ageing": "d: p,q,r~~| l: q,r~~| e: p,q -> l~~| i[p]=1.0~~| i[l]=o[e]~~| o[d]=s[d]/2.0~~|"
    " s[d]=INTEG(i[d]-o[d],1.0)~~|",
    "signs in names": '"births & deaths" = Time ~~| y = "births & deaths"*2.0 ~~|',
}


@pytest.mark.parametrize("text", MODELS.values(), ids=MODELS)
def test_small_models_come_back_with_their_values(text, tmp_path):
    program = translated(text)
    written = to_xmile(program)
    again = flatten(parse_xmile(written.encode(), "written.stmx"), "")
    run, other = values_of(program), values_of(again)
    simlin = simlin_values(written, tmp_path) if "FIXED" not in text else None
    found = {key(name): values for name, values in other.values.items()}
    for name, values in run.values.items():
        np.testing.assert_allclose(found[key(name)], values, 1e-12, 1e-12, err_msg=name)
        if simlin is None:  # it takes XMILE's DELAY for a first-order delay
            continue
        column = simlin.get(key(name), simlin.get(key(name).replace('"', "")))
        np.testing.assert_allclose(column, values[0], 1e-9, 1e-12, err_msg=name)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("\nx = TANH(Time) ~~|", 2, ["the function TANH", "'x'"]),
        ("x = NPV(Time,0.1,0.0,1.0) ~~|", 1, ["the function NPV", "'x'"]),
        ("x = SAMPLE IF TRUE(Time<3.0,Time,0.0) ~~|", 1, ["the function SAMPLE IF TRUE"]),
        (
            "t((0.0,1.0),(3.0,2.0))~~|\n x = LOOKUP FORWARD(t,Time)~~|",
            2,
            ["the function LOOKUP FORWARD"],
        ),
        ("delay = 3.0 ~~|", 1, ["a name that is a function of XMILE", "Rename"]),
        ("d: p,q,r~~|\n v[p]=1.0~~|\n v[q]=2.0~~|", 2, ["no equation of 'v[r]'"]),
        ("x = SAVEPER*2.0 ~~|", 1, ["SAVEPER in an equation"]),
    ],
)
def test_what_xmile_cannot_say_is_refused_at_its_line(text, line, words):
    with pytest.raises(ModelError) as error:
        to_xmile(translated(text))
    message = str(error.value)
    assert message.startswith(f"m.mdl:{line}: ")
    for word in words:
        assert word in message
