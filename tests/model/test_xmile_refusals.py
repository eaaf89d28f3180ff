"""XMILE that is wrong, unsupported or hostile: each refused with a line and a remedy."""

from __future__ import annotations

import tracemalloc

import pytest

from tumbuh.model.errors import ModelError
from tumbuh.model.language.cache import load_program
from tumbuh.model.language.xmile import method_of, parse_xmile
from tumbuh.model.language.xmile_tree import LARGEST

HEAD = """<xmile xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
<sim_specs method="RK4"><start>0</start><stop>8</stop><dt>1</dt></sim_specs>
<dimensions><dim name="d"><elem name="p"/><elem name="q"/></dim></dimensions>
<model><variables>
"""
ARRAY = (
    '<aux name="a"><dimensions><dim name="d"/></dimensions>'
    '<element subscript="{}"><eqn>1</eqn></element></aux>'
)
TAIL = """
</variables></model></xmile>"""


def refused(text, label="bad.stmx"):
    raw = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(ModelError) as error:
        parse_xmile(raw, label)
    return [str(problem) for problem in error.value.problems]


@pytest.mark.parametrize(
    ("inner", "line", "words"),
    [
        ('<module name="other"/>', 5, ["the module 'other' without a model 'other'", "Add <model"]),
        ('\n<stock name="s"><eqn>1</eqn><conveyor/></stock>', 6, ["a conveyor", "DELAYN"]),
        ('<stock name="s"><eqn>1</eqn><queue/></stock>', 5, ["a queue"]),
        ('<stock name="s"><eqn>1</eqn><oven/></stock>', 5, ["an oven"]),
        ('<flow name="f"><eqn>1</eqn><multiplier>3</multiplier></flow>', 5, ["multiplier"]),
        ('<flow name="f"><eqn>1</eqn><leak/></flow>', 5, ["a leak"]),
        ('<aux name="a"><eqn>RANDOM(0,1)</eqn></aux>', 5, ["RANDOM in 'a'", "distribution"]),
        ('<aux name="a"><eqn>1 +</eqn></aux>', 5, ["the end", "in 'a'"]),
        ('<aux name="a"></aux>', 5, ["no equation in 'a'", "<eqn>"]),
        ("<aux><eqn>1</eqn></aux>", 5, ["without a name"]),
        ('<aux name="a"><eqn>1</eqn><strange/></aux>', 5, ["<strange>"]),
        ('<wormhole name="a"/>', 5, ["<wormhole>"]),
        ('<aux name="a"><eqn>b</eqn></aux>', 5, ["'b', which nothing defines"]),
        ('<aux name="a"><eqn>1</eqn></aux><aux name="A"><eqn>2</eqn></aux>', 5, ["second"]),
        ('<aux name="a"><dimensions><dim name="z"/></dimensions><eqn>1</eqn></aux>', 5, ["'z'"]),
        (
            ARRAY.format("p"),
            5,
            ["no equation of the element 'q'"],
        ),
        (
            ARRAY.format("r"),
            5,
            ["'r', which is no element", "p, q"],
        ),
        ('<aux name="a"><eqn>TIME</eqn><gf><xpts>1,1</xpts><ypts>1,2</ypts></gf></aux>', 5, ["x"]),
        ('<aux name="a"><eqn>TIME</eqn><gf><xpts>1,2</xpts><ypts>1</ypts></gf></aux>', 5, ["1 y"]),
        (
            '<aux name="a"><eqn>TIME</eqn><gf><xpts>1,b</xpts><ypts>1,2</ypts></gf></aux>',
            5,
            ["'b'"],
        ),
        ('<aux name="a"><eqn>TIME</eqn><gf type="cubic"/></aux>', 5, ["'cubic'"]),
    ],
)
def test_what_is_not_supported_is_refused_at_its_line(inner, line, words):
    (problem, *_) = refused(HEAD + inner + TAIL)
    assert problem.startswith(f"bad.stmx:{line}: ")
    for word in words:
        assert word in problem


def test_every_mistake_is_reported_at_once():
    inner = "".join(f'<aux name="a{n}"><eqn>POISSON({n})</eqn></aux>\n' for n in range(4))
    problems = refused(HEAD + inner + TAIL)
    assert [problem.split(": ")[0] for problem in problems] == [
        f"bad.stmx:{n}" for n in range(5, 9)
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not XML"),
        ("<xmile>", "not XML"),
        ("<html/>", "<html>"),
        ("<xmile><model/></xmile>", "no <sim_specs>"),
        ("<xmile><sim_specs/></xmile>", "no <model>"),
        (HEAD.replace("<dt>1<", "<dt>0<") + TAIL, "'0' as <dt>"),
        (HEAD.replace("<stop>8<", "<stop>inf<") + TAIL, "'inf' as <stop>"),
        (HEAD.replace("<stop>8<", "<stop>later<") + TAIL, "'later' as <stop>"),
        (
            HEAD + TAIL.replace("</model>", '</model><model name="two"/>'),
            "the model 'two', which no module",
        ),
        (HEAD.replace("<model>", '<macro name="m"/><model>') + TAIL, "a macro 'm'"),
        (HEAD + '<aux name="Time"><eqn>1</eqn></aux>' + TAIL, "the name of the clock"),
        (HEAD.replace("<sim_specs", '<sim_specs instantaneous_flows="true"') + TAIL, "at once"),
        (HEAD.replace('<elem name="p"/><elem name="q"/>', "") + TAIL, "without elements"),
    ],
)
def test_a_broken_document_is_refused(text, words):
    assert any(words in problem for problem in refused(text))


def values(text):
    from tumbuh.model.language.flatten import flatten

    program = flatten(parse_xmile(text.encode(), "x"), "")
    return dict(zip(program.constants, program.defaults, strict=True))


def test_files_from_before_the_standard_and_with_undeclared_prefixes_are_read():
    old = """<xmile xmlns="http://www.systemdynamics.org/XMILE"><isee:prefs layer="model"/>
    <sim_specs method="Euler"><start>0</start><stop>12</stop><dt>0.25</dt></sim_specs>
    <model><aux name="a"><eqn>7</eqn><display x="1" y="2"/><isee:thing/></aux>
    <display><connector/></display></model></xmile>"""
    assert values(old)["a"] == 7.0
    own = old.replace("<xmile ", '<xmile xmlns:isee="http://iseesystems.com/XMILE" ')
    assert values(own)["a"] == 7.0, "a vendor's address may end like that of the standard"
    prefixed = """<x:xmile xmlns:x="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"><x:sim_specs>
    <x:start>0</x:start><x:stop>12</x:stop></x:sim_specs><x:model><x:variables><x:aux name="a">
    <x:eqn>7</x:eqn></x:aux></x:variables></x:model></x:xmile>"""
    assert values(prefixed)["a"] == 7.0
    assert values(prefixed)["TIME STEP"] == 1.0


def test_run_settings_may_stand_twice_if_they_agree():
    inner = (
        '<aux name="FINAL TIME"><eqn>{}</eqn></aux><aux name="SAVEPER"><eqn>2</eqn></aux>'
        '<aux name="half"><eqn>FINAL_TIME/2</eqn></aux>'
    )
    found = values(HEAD + inner.format(8) + TAIL)
    assert (found["FINAL TIME"], found["SAVEPER"]) == (8.0, 2.0)
    assert "FINAL TIME = 9 beside 8" in refused(HEAD + inner.format(9) + TAIL)[0]


def test_the_method_is_known_and_not_lost():
    assert method_of((HEAD + TAIL).encode(), "x") == "rk4"


BOMB = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "text",
    [
        BOMB + "]><xmile>&i;</xmile>",
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xmile>&f;</xmile>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/evil.dtd"><xmile/>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><xmile/>',
    ],
)
def test_entities_and_document_types_are_refused(text):
    (problem,) = refused(text)
    assert "DOCTYPE" in problem
    assert "root:" not in problem
    assert len(problem) < 500, "nothing of the file is expanded"


def test_an_undefined_entity_is_refused():
    assert "not XML" in refused("<xmile>&nothing;</xmile>")[0]


def test_deep_nesting_is_refused():
    assert "nested" in refused("<xmile>" + "<a>" * 100_000 + "</a>" * 100_000 + "</xmile>")[0]


def test_fifty_megabytes_are_refused_unread(tmp_path):
    path = tmp_path / "large.stmx"
    with path.open("wb") as stream:
        stream.truncate(50_000_000)
    tracemalloc.start()
    with pytest.raises(ModelError, match=str(LARGEST)):
        load_program(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def test_nothing_of_the_file_is_run(tmp_path):
    """Python in names and equations stays text; no trust is asked for."""
    target = tmp_path / "made"
    attack = f"__import__('pathlib').Path('{target}').touch()"
    inner = f'<aux name="{attack}"><eqn>{attack}</eqn></aux>'
    assert refused(HEAD + inner + TAIL)
    path = tmp_path / "named.stmx"
    path.write_text(HEAD + f'<aux name="{attack}"><eqn>1</eqn></aux>' + TAIL)
    assert load_program(path).constants
    assert not target.exists()


def test_missing_and_empty_files_are_told_apart(tmp_path):
    with pytest.raises(ModelError, match="no readable file"):
        load_program(tmp_path / "none.xmile")
    (tmp_path / "empty.xml").write_bytes(b" ")
    with pytest.raises(ModelError, match="an empty file"):
        load_program(tmp_path / "empty.xml")
