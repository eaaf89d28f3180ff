"""Non-negative stocks of XMILE: outflows take what is there and no more, so nothing is made."""

import numpy as np
import pytest
from engines import ENGINES, engine_name
from hypothesis import given, settings
from hypothesis import strategies as st

from tumbuh.model.engine.integrate import simulate
from tumbuh.model.errors import ModelError
from tumbuh.model.exchange.xmile_document import to_xmile
from tumbuh.model.language.cache import load_program

DT = 0.25
FILE = """<?xml version="1.0" encoding="utf-8"?>
<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
<header><vendor>test</vendor><product version="1">test</product></header>
<sim_specs method="{method}"><start>0</start><stop>{stop}</stop><dt>0.25</dt></sim_specs>
<dimensions><dim name="region"><elem name="north"/><elem name="south"/></dim></dimensions>
<model><variables>{variables}</variables></model></xmile>
"""
REGION = '<dimensions><dim name="region"/></dimensions>'


def stock(name, initial, inflows="", outflows="", inner=""):
    flows = [f"<inflow>{flow}</inflow>" for flow in inflows.split()]
    flows += [f"<outflow>{flow}</outflow>" for flow in outflows.split()]
    whole = f"<eqn>{initial}</eqn>{''.join(flows)}<non_negative/>{inner}"
    return f'<stock name="{name}">{whole}</stock>'


def flow(name, eqn, inner=""):
    return f'<flow name="{name}"><eqn>{eqn}</eqn>{inner}</flow>'


@pytest.fixture
def program_of(tmp_path):
    def made(variables, stop=2, method="euler"):
        path = tmp_path / "case.stmx"
        path.write_text(FILE.format(variables=variables, stop=stop, method=method))
        return load_program(path)

    return made


@pytest.fixture(params=ENGINES, ids=engine_name)
def run(program_of, request):
    def run(variables, *names, stop=2):
        found = request.param(program_of(variables, stop), {}, list(names))
        return [found[name][0].tolist() for name in names]

    return run


def test_the_last_outflow_is_what_is_left_and_reaches_the_next_stock(run):
    variables = stock("upper", 1, outflows="drain") + flow("drain", 3) + stock("lower", 0, "drain")
    upper, drain, lower = run(variables, "upper", "drain", "lower", stop=1)
    assert drain == [3, 1, 0, 0, 0]
    assert upper == [1, 0.25, 0, 0, 0]
    assert lower == [0, 0.75, 1, 1, 1]


def test_what_flows_in_can_flow_out_in_the_same_step(run):
    variables = stock("s", 0, "f", "g") + flow("f", 2) + flow("g", 5)
    assert run(variables, "s", "g", stop=0.5) == [[0, 0, 0], [2, 2, 2]]


def test_the_first_outflow_takes_first(run):
    variables = stock("s", 1, outflows="b a") + flow("a", 2) + flow("b", 3)
    s, a, b = run(variables, "s", "a", "b", stop=0.5)
    assert (s, b, a) == ([1, 0, 0], [3, 0, 0], [1, 0, 0])


def test_an_outflow_from_which_another_follows_takes_first(run):
    variables = stock("s", 1, outflows="a b") + flow("a", "b/3") + flow("b", 3)
    s, a, b = run(variables, "s", "a", "b", stop=0.5)
    assert (s, b, a) == ([1, 0, 0], [3, 0, 0], [1, 0, 0])


def test_an_inflow_that_follows_from_the_outflow_is_not_counted_for_it(run):
    """An order for what was sold comes too late to be sold in the same step."""
    variables = stock("inventory", 1, "order", "sales") + flow("order", "sales") + flow("sales", 6)
    inventory, sales = run(variables, "inventory", "sales", stop=0.5)
    assert (inventory, sales) == ([1, 1, 1], [4, 4, 4])


def test_a_negative_outflow_and_one_with_enough_are_as_written(run):
    variables = stock("s", 9, outflows="a b") + flow("a", "-1") + flow("b", 2)
    assert run(variables, "s", "a", "b", stop=0.25) == [[9, 8.75], [-1, -1], [2, 2]]


def test_elements_of_an_array_are_held_one_by_one(run):
    parts = (
        '<element subscript="north"><eqn>1</eqn></element><element subscript="south"><eqn>9</eqn>'
    )
    variables = stock("s", "", outflows="f", inner=f"{REGION}{parts}</element>").replace(
        "<eqn></eqn>", ""
    ) + flow("f", 5, REGION)
    north, south = run(variables, "f[north]", "f[south]", stop=0.25)
    assert (north, south) == ([4, 0], [5, 5])


RATES = st.lists(st.floats(0.0, 9.0), min_size=3, max_size=3)


@settings(max_examples=25, deadline=None)
@given(RATES, RATES, st.sampled_from(["euler", "rk4"]))
def test_a_ring_of_stocks_keeps_its_sum(tmp_path_factory, starts, rates, method):
    names = "abc"
    variables = "".join(
        stock(name, start, f"{names[place - 1]}f", f"{name}f") + flow(f"{name}f", rate)
        for place, (name, start, rate) in enumerate(zip(names, starts, rates, strict=True))
    )
    path = tmp_path_factory.mktemp("ring") / "ring.stmx"
    path.write_text(FILE.format(variables=variables, stop=8, method=method))
    found = simulate(load_program(path), {}, list(names), method=method)
    each = np.array([found[name][0] for name in names])
    assert np.all(each >= 0.0)
    np.testing.assert_allclose(each.sum(axis=0), sum(starts), rtol=1e-12, atol=1e-12)


def test_it_comes_back_as_it_was_written(program_of, tmp_path):
    variables = stock("s", 1, "order", "sales") + flow("order", "sales/2") + flow("sales", 6)
    text = to_xmile(program_of(variables))
    assert "<eqn>6</eqn>" in text and text.count("<non_negative/>") == 1 and "MIN" not in text
    (tmp_path / "again.stmx").write_text(text)
    assert to_xmile(load_program(tmp_path / "again.stmx")) == text.replace("case.", "again.")


def test_an_outflow_of_two_stocks_is_refused(program_of):
    variables = stock("s", 1, outflows="f") + stock("t", 2, outflows="f") + flow("f", 5)
    with pytest.raises(ModelError, match="the outflow 'f', which another stock has too"):
        program_of(variables)


def test_an_outflow_with_other_dimensions_is_refused(program_of):
    variables = stock("s", 1, outflows="f", inner=REGION) + flow("f", 5)
    with pytest.raises(ModelError, match="the outflow 'f', whose dimensions are not its own"):
        program_of(variables)
