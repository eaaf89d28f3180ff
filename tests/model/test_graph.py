"""Who depends on whom."""

from __future__ import annotations

import pytest

from tumbuh.model.errors import ModelError
from tumbuh.model.language.cache import translate_text
from tumbuh.model.language.graph import (
    dependency_graph,
    feedback_loops,
    neighbours,
    switches,
    to_dot,
    to_text,
)

TEXT = """
age: young, old ~~|
Herd[age] = INTEG(births[age] - deaths[age], start[age]) ~ cow ~ |
start[age] = 5.0, 7.0 ~ cow ~ |
births[age] = Herd[age]*rate*switch birth ~ cow/month ~ |
deaths[age] = Herd[age]*crowding ~ cow/month ~ |
crowding = curve(SUM(Herd[age!])/reference) ~ 1/month ~ |
reference = INITIAL(SUM(Herd[age!])*crowding scale) ~ cow ~ |
crowding scale = 1.0 + 0.0*SMOOTH3I(rate, 3.0, late) ~ dmnl ~ |
late = SUM(Herd[age!])*0.0 ~ dmnl ~ |
curve((0,0),(1,0.1)) ~ 1/month ~ |
rate = 0.2 ~ 1/month ~ |
switch birth = 1.0 ~ dmnl ~ |
INITIAL TIME = 0.0~~| FINAL TIME = 8.0~~| TIME STEP = 0.25~~| SAVEPER = 1.0~~|
"""


@pytest.fixture(scope="module")
def program():
    return translate_text(TEXT, "herd.mdl")


def test_edges_run_from_cause_to_effect(program):
    graph = dependency_graph(program)
    assert set(graph.predecessors("Herd")) == {"births", "deaths", "start"}
    assert set(graph.predecessors("crowding")) == {"Herd", "reference", "curve"}
    assert graph.nodes["births"]["kind"] == "flow"
    assert "TIME STEP" not in graph
    assert "rate" not in dependency_graph(program, constants=False)


def test_what_counts_only_at_the_start_closes_no_loop(program):
    graph = dependency_graph(program)
    assert graph.edges["Herd", "births"]["running"]
    assert not graph.edges["start", "Herd"]["running"]
    assert not graph.edges["Herd", "reference"]["running"]
    assert not graph.edges["late", "crowding scale"]["running"]
    loops = feedback_loops(program)
    assert loops == [["Herd", "births"], ["Herd", "deaths"], ["Herd", "crowding", "deaths"]]


def test_loops_are_bounded(program):
    assert feedback_loops(program, length=2) == [["Herd", "births"], ["Herd", "deaths"]]
    assert len(feedback_loops(program, count=1)) == 1


def test_switches_are_named(program):
    assert switches(program) == ["switch birth"]


def test_neighbours(program):
    assert set(neighbours(program, "crowding")) == {
        "crowding",
        "Herd",
        "reference",
        "curve",
        "deaths",
    }
    assert "rate" in neighbours(program, "herd", depth=2)
    with pytest.raises(ModelError, match="'Herd"):
        neighbours(program, "Hred")


def test_text_and_dot(program):
    graph = dependency_graph(program)
    assert "births (flow) <- Herd, rate, switch birth" in list(to_text(graph))
    dot = "\n".join(to_dot(graph))
    assert dot.count("{") == dot.count("}")
    assert '"Herd" -> "births";' in dot
    assert '"Herd" [shape=box];' in dot
