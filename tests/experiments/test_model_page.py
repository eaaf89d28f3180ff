"""The page of a model: complete, self-contained, escaped, well formed and the same each time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from tumbuh.experiments.model_page import model_page
from tumbuh.experiments.model_page_tables import anchor
from tumbuh.experiments.text import words
from tumbuh.model.language.cache import load_program, translate_text
from tumbuh.model.language.graph import elements_of, switches
from tumbuh.model.parameters import load_parameters

VOID = {"meta", "br", "col", "link", "img", "input"}
HOSTILE = """{UTF-8}
"<script>alert(1)</script>" = INTEG("</style><b>&'", 1.0) ~ "unit" ~ </td><script>x</script> [<i>] |
"</style><b>&'" = 0.1*"<script>alert(1)</script>" ~ <b> ~ |
"switch ><script>" = 1.0 ~ dmnl ~ |
INITIAL TIME = 0.0 ~ month ~ |
FINAL TIME = 8.0 ~ month ~ |
TIME STEP = 0.25 ~ month ~ |
SAVEPER = 1.0 ~ month ~ |
"""


class Page(HTMLParser):
    """Collects tags, ids, links and text, and checks that tags close."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.ids, self.links, self.loads, self.words = [], [], [], [], []
        self.open = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        attributes = dict(attrs)
        self.ids += [attributes["id"]] if "id" in attributes else []
        if tag == "a":
            self.links.append(attributes["href"])
        self.loads += [
            v for k, v in attrs if k in ("src", "xlink:href", "data", "poster", "srcset")
        ]
        self.loads += [k for k, _ in attrs if k.startswith("on")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(scope="module")
def text():
    return model_page(load_program(), words("en"), load_parameters(), "0")


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def test_it_loads_nothing_and_runs_nothing(text, page):
    assert "script" not in page.tags
    assert not {"img", "iframe", "object", "embed", "link", "base", "form"} & set(page.tags)
    assert page.loads == []
    assert "default-src 'none'" in text
    assert not re.search(r"url\((?!#)|@import|javascript:", text)
    outside = re.findall(r"https?://", text)
    assert len(outside) == sum(link.startswith("http") for link in page.links)


def test_every_variable_and_every_switch_has_a_row(page):
    program = load_program()
    for variable in elements_of(program).values():
        assert f"v-{anchor(variable.element)}" in page.ids
    for switch in switches(program):
        assert f"switch-{anchor(switch)}" in page.ids


def test_links_inside_lead_somewhere_and_ids_are_unique(page):
    assert len(set(page.ids)) == len(page.ids)
    inside = {link[1:] for link in page.links if link.startswith("#")}
    assert inside <= set(page.ids)


def test_equations_units_priors_and_sources_are_shown(text, page):
    said = " ".join(page.words)
    assert "indicated trust = MIN(1.0, initial trust * service experience^(" in said
    assert "prior triangular(19000, 24302, 24677), grade B" in said
    assert "https://pmc.ncbi.nlm.nih.gov/articles/PMC8560308" in text
    assert "no row in the evidence tables" not in said


def pictures(text):
    found = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    return [ElementTree.fromstring(item) for item in found]


def test_pictures_are_well_formed_and_show_every_moving_part(text):
    program = load_program()
    drawn = pictures(text)
    assert len(drawn) == 13, "sectors with something that moves, the map and the loops"
    named = {
        " ".join(span.text for span in item.iter("tspan"))
        for svg in drawn
        for item in svg.iter("text")
    }
    for variable in program.variables.values():
        if variable.kind == "stock":
            assert variable.element in named
    for switch in ("R4", "R5", "B1", "B4"):
        assert any(item.text == switch for svg in drawn for item in svg.iter("text"))


def test_coordinates_stay_on_the_sheet(text):
    for svg in pictures(text):
        _, _, width, height = map(float, svg.get("viewBox").split())
        for item in svg.iter("rect"):
            x, y, w, h = (float(item.get(name)) for name in ("x", "y", "width", "height"))
            assert x >= -0.5
            assert y >= -0.5
            assert x + w <= width + 0.5
            assert y + h <= height + 0.5


def test_stocks_do_not_overlap(text):
    for svg in pictures(text):
        boxes = [
            tuple(float(item.get(name)) for name in ("x", "y", "width", "height"))
            for item in svg.iter("rect")
            if item.get("class") == "stock"
        ]
        for index, (x, y, w, h) in enumerate(boxes):
            for u, v, s, t in boxes[index + 1 :]:
                assert x + w <= u or u + s <= x or y + h <= v or v + t <= y


def test_a_long_chain_stays_readable():
    control = HOSTILE[HOSTILE.index("INITIAL") :]
    chain = "".join(
        f"s{k} = INTEG({f'f{k - 1}' if k else 'start'}-f{k}, 1.0) ~~|f{k} = s{k}/2.0 ~~|"
        for k in range(8)
    )
    program = translate_text(f"start = 1.0+Time ~~|{chain}" + control, "m.mdl")
    text = model_page(program, words("en"), None, "0")
    for svg in pictures(text):
        assert float(svg.get("width")) < 1400
    test_stocks_do_not_overlap(text)
    test_coordinates_stay_on_the_sheet(text)


def test_a_page_of_an_xmile_file(tmp_path):
    from tumbuh.model.exchange.xmile_document import to_xmile

    path = tmp_path / "again.stmx"
    path.write_text(to_xmile(load_program()))
    text = model_page(load_program(path), words("en"), None, "0")
    assert f"v-{anchor('survey prevalence')}" in Page(text).ids


def test_hostile_names_and_docs_stay_text():
    program = translate_text(HOSTILE, "<b>.mdl")
    text = model_page(program, words("en"), None, "0")
    page = Page(text)
    assert "script" not in page.tags
    assert "i" not in page.tags
    assert "<script>alert(1)</script>" in "".join(page.words)
    assert len(set(page.ids)) == len(page.ids)
    assert pictures(text)


def test_a_model_without_sectors_stocks_or_switches_has_a_page():
    program = translate_text("x = Time ~~| y = 2.0 ~~|" + HOSTILE[HOSTILE.index("INITIAL") :], "m")
    text = model_page(program, words("id"), None, "0")
    page = Page(text)
    assert f"v-{anchor('x')}" in page.ids
    assert "Tidak ada sakelar" in text


def test_a_model_of_constants_in_sectors_has_a_page():
    text = "{UTF-8}\n****\n\t.one\n****~~|\nx = 1.0 ~~|\n****\n\t.two\n****~~|\ny = 2.0 ~~|\n"
    program = translate_text(text + HOSTILE[HOSTILE.index("INITIAL") :], "m")
    assert f"v-{anchor('x')}" in Page(model_page(program, words("en"), None, "0")).ids


def test_the_languages_say_the_same_things():
    assert set(words("en").table["document"]) == set(words("id").table["document"])
    text = model_page(load_program(), words("id"), load_parameters(), "0")
    assert '<html lang="id">' in text
    assert "Lingkar umpan balik" in text


def test_it_is_the_same_in_another_process(text, tmp_path):
    out = tmp_path / "model.html"
    code = (
        "import sys; from pathlib import Path; from tumbuh.experiments.model_page import model_page;"
        "from tumbuh.experiments.text import words; from tumbuh.model.language.cache import load_program;"
        "from tumbuh.model.parameters import load_parameters;"
        "Path(sys.argv[1]).write_text(model_page(load_program(), words('en'), load_parameters(), '0'))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-c", code, str(out)], check=True, env=environment)
    assert out.read_text() == text
