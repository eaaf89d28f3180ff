"""The ODD protocol is complete, in order, and what the code says."""

import re

import pytest

from tumbuh.experiments.agents.odd import (
    CONCEPTS,
    ELEMENTS,
    PROCESSES,
    called,
    documented,
    network_table,
    parameter_table,
    parts,
    process_table,
    state_table,
)
from tumbuh.experiments.pages import ROOT, part
from tumbuh.model.agents.actors import ACTORS
from tumbuh.model.agents.district import _STREAMS, AgentDistrict
from tumbuh.model.agents.facts import load_agent_parameters
from tumbuh.model.agents.settings import SHOCKS

PAGE = (ROOT / "docs" / "agents-odd.md").read_text(encoding="utf-8")
ADVICE = "run `make pages`"
SLOW_PARTS = ("co-coverage", "co-coverage reading")


def section(title):
    after = PAGE.split(f"\n## {title}\n", 1)[1]
    return after.split("\n## ", 1)[0]


def test_elements_and_concepts_have_their_names_and_order():
    assert tuple(re.findall(r"^## (.+)$", PAGE, re.MULTILINE)) == ELEMENTS
    design = section("4. Design concepts")
    assert tuple(re.findall(r"^### (.+)$", design, re.MULTILINE)) == CONCEPTS
    assert [len(ELEMENTS), len(CONCEPTS)] == [7, 11]
    assert re.findall(r"^### ", PAGE.replace(design, ""), re.MULTILINE) == []


def test_no_element_is_empty():
    for title in ELEMENTS:
        assert len(section(title).split()) > 60, title


def test_every_parameter_is_described():
    rows = load_agent_parameters().rows
    table = part(PAGE, "parameters")
    assert [row.name for row in rows if f"| {row.name} | {row.value:g} |" not in table] == []
    assert len(table.splitlines()) == 2 + len(rows)


def test_every_process_of_the_step_is_named_in_order_and_has_a_submodel():
    assert called(AgentDistrict.step) == tuple(PROCESSES)
    titles = [title for title, _ in PROCESSES.values()]
    table = part(PAGE, "processes")
    assert [line.split(" | ")[1] for line in table.splitlines()[2:]] == titles
    bold = re.findall(r"^\*\*(.+?)\.\*\*", section("7. Submodels"), re.MULTILINE)
    assert [title for title in titles if title.capitalize() not in bold] == []


def test_every_actor_shock_and_stream_is_named():
    assert [actor for actor in ACTORS if actor not in part(PAGE, "network")] == []
    plain = PAGE.lower()
    assert [shock for shock in SHOCKS if f"*{shock}*" not in plain] == []
    drawn = {
        "start": "places, wealth and distances",
        "births": "births, ageing",
        "ageing": "ageing and deaths",
        "cadres": "cadres who leave",
        "actors": "who attends a meeting",
        "services": "served",
        "lists": "listed",
        "visits": "visited",
    }
    told = " ".join(section("4. Design concepts").split())
    assert set(drawn) == set(_STREAMS)
    assert [words for words in drawn.values() if words not in told] == []


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("states", state_table),
        ("processes", process_table),
        ("network", network_table),
        ("parameters", parameter_table),
    ],
)
def test_a_generated_part_is_what_the_code_says(name, made):
    assert part(PAGE, name) == made(), ADVICE


@pytest.mark.slow
def test_all_parts_are_what_the_code_says():
    for name, made in parts().items():
        assert part(PAGE, name) == made, ADVICE


def test_attributes_are_read_from_a_docstring():
    class Documented:
        """Something.

        Attributes
        ----------
        one, two
            (child,), a pair
            told together.
        three
            ``a`` thing.

        Notes
        -----
        Not an attribute.
        """

    assert documented(Documented) == [
        (("one", "two"), "(child,), a pair told together."),
        (("three",), "`a` thing."),
    ]


def test_calls_are_found_in_the_order_of_the_text():
    def step(self):
        second = max(self.zero(), 1)
        self.third(second)
        max(1, 2)

    assert called(step) == ("max", "zero", "third")
