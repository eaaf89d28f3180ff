"""XMILE modules: a closed form on both engines, what simlin says, and what is refused where."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from engines import ENGINES, engine_name

from tumbuh.experiments.messages import in_language
from tumbuh.model.engine.integrate import simulate
from tumbuh.model.errors import ModelError
from tumbuh.model.exchange.xmile_document import to_xmile
from tumbuh.model.language.cache import load_program
from tumbuh.model.language.flatten import flatten
from tumbuh.model.language.xmile import parse_xmile

HEAD = """<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"
 xmlns:simlin="https://simlin.com/XMILE/v1.0"><header><vendor>t</vendor>
<product version="1">t</product></header>
<sim_specs method="euler"><start>0</start><stop>8</stop><dt>0.25</dt></sim_specs>
<dimensions><dim name="region"><elem name="north"/><elem name="south"/></dim></dimensions>
"""
DT = 0.25


def model(name, *variables, extra=""):
    tag = f'<model name="{name}">' if name else "<model>"
    return f"{tag}{extra}<variables>\n" + "\n".join(variables) + "\n</variables></model>\n"


def document(*models):
    return HEAD + "".join(models) + "</xmile>"


def aux(name, eqn, access="", inner=""):
    mark = f' access="{access}"' if access else ""
    return f'<aux name="{name}"{mark}><eqn>{eqn}</eqn>{inner}</aux>'


def stock(name, initial, inner, access=""):
    mark = f' access="{access}"' if access else ""
    return f'<stock name="{name}"{mark}><eqn>{initial}</eqn>{inner}</stock>'


def flow(name, eqn, inner=""):
    return f'<flow name="{name}"><eqn>{eqn}</eqn>{inner}</flow>'


def module(name, *pairs, attributes=""):
    inner = "".join(f'<connect to="{to}" from="{origin}"/>' for to, origin in pairs)
    return f'<module name="{name}" {attributes}>{inner}</module>'


def program_of(text):
    return flatten(parse_xmile(text.encode(), "m.stmx"), "")


def growth(rate, start):
    return lambda t, k: start * (1 + rate * DT) ** k


GROWTH = (
    stock("level", "start", "<inflow>gain</inflow>"),
    flow("gain", "level * rate"),
    aux("start", "10"),
    aux("rate", "0.5", "input"),
    aux("twice", "2 * Level", "output"),
)
REGION = '<dimensions><dim name="region"/></dimensions>'
GF = "<gf><xpts>0,8</xpts><ypts>0,16</ypts></gf>"
# Models, and the values of some variables by time and step; a reason where simlin cannot.
CASES = {
    "an unconnected input keeps its equation": (
        [model("", module("growth"), aux("seen", "growth.twice")), model("growth", *GROWTH)],
        {"growth.level": growth(0.5, 10), "seen": growth(0.5, 20)},
        True,
    ),
    "a connected input has the value of its source, in the writing of Stella": (
        [
            model("", module("growth", ("growth.rate", ".rate")), aux("rate", "0.1")),
            model("growth", *GROWTH),
        ],
        {"growth.level": growth(0.1, 10), "growth.rate": lambda t, k: 0.1},
        True,
    ),
    "a connection written from the inside": (
        [
            model("", module("growth", ("rate", "rate")), aux("rate", "0.1")),
            model("growth", *GROWTH),
        ],
        {"growth.level": growth(0.1, 10)},
        "drops a connection that does not name the module",
    ),
    "two modules of one model": (
        [
            model(
                "",
                module("a", ("a.rate", "slow"), attributes='simlin:model_name="growth"'),
                module("b", ("b.rate", "fast"), attributes='simlin:model_name="growth"'),
                aux("slow", "0.1"),
                aux("fast", "0.2"),
                aux("both", "a.level + b.level"),
            ),
            model("growth", *GROWTH),
        ],
        {"both": lambda t, k: growth(0.1, 10)(t, k) + growth(0.2, 10)(t, k)},
        True,
    ),
    "two modules of one model by resource": (
        [
            model(
                "",
                module("a", ("a.rate", "slow"), attributes='resource="#growth"'),
                module("b", attributes='resource="#growth"'),
                aux("slow", "0.1"),
            ),
            model("growth", *GROWTH),
        ],
        {"a.level": growth(0.1, 10), "b.level": growth(0.5, 10)},
        "does not read resource",
    ),
    "modules in modules": (
        [
            model("", module("outer", ("outer.pace", "pace")), aux("pace", "0.1")),
            model(
                "outer",
                aux("pace", "9", "input"),
                module("growth", ("growth.rate", "double")),
                aux("double", "2 * pace"),
                aux("seen", "growth.level", "output"),
            ),
            model("growth", *GROWTH),
        ],
        {"outer.growth.level": growth(0.2, 10), "outer.seen": growth(0.2, 10)},
        True,
    ),
    "modules that need each other": (
        [
            model(
                "",
                module("one", ("one.other", "two.level")),
                module("two", ("two.other", "one.level")),
            ),
            *(
                model(
                    name,
                    stock("level", start, "<inflow>gain</inflow>"),
                    flow("gain", "other"),
                    aux("other", "0", "input"),
                )
                for name, start in (("one", 1), ("two", 1))
            ),
        ],
        {"one.level": growth(1.0, 1), "two.level": growth(1.0, 1)},
        True,
    ),
    "a module around is named, as early files of Stella do": (
        [
            model("", module("one"), module("two"), aux("base", "3")),
            model("one", aux("x", "two.y + .base")),
            model("two", aux("y", "TIME", "output")),
        ],
        {"one.x": lambda t, k: t + 3},
        "knows no names of other modules",
    ),
    "a stock as input, and a name that is that of its module": (
        [
            model("", module("hares", ("lynxes", "lynxes")), stock("lynxes", "4", "")),
            model(
                "hares",
                stock("hares", "10", "<inflow>born</inflow>"),
                flow("born", "hares * lynxes / 40"),
                stock("lynxes", "{none}", "<non_negative/>", "input"),
            ),
        ],
        {"hares.hares": growth(0.1, 10)},
        "drops a connection that does not name the module",
    ),
    "flows of a module as flows of a stock of the model": (
        [
            model("", module("m"), stock("s", "1", "<inflow>m.in_flow</inflow>")),
            model("m", flow("in flow", "2")),
        ],
        {"s": lambda t, k: 1 + 2 * t},
        "takes no flow of a module",
    ),
    "names in quotes, in any case, with signs, and like functions": (
        [
            model("", module("My Part"), aux("seen", 'MY_part."a &amp; b" + my_part.STEP')),
            model(
                "my part",
                aux("a &amp; b", "TIME"),
                aux("step", 'STEP(1, 2) + "A_&amp;_b" {a comment: step}'),
                aux("sum", "1"),
                aux("all", "SUM(x[*]) + sum"),
                f'<aux name="x">{REGION}<eqn>2</eqn></aux>',
            ),
        ],
        {
            "seen": lambda t, k: 2 * t + (t >= 2),
            "My Part.step": lambda t, k: t + (t >= 2),
            "My Part.all": lambda t, k: 5.0,
        },
        "cannot read these names",
    ),
    "arrays, elements and dimensions keep their names": (
        [
            model("", module("m", ("m.x", "x")), f'<aux name="x">{REGION}<eqn>TIME</eqn></aux>'),
            model(
                "m",
                f'<aux name="x" access="input">{REGION}<eqn>0</eqn></aux>',
                aux("north", "5"),
                f'<aux name="y">{REGION}<eqn>x[region] + north</eqn></aux>',
                aux("z", "x[north] + x[region.south] + SIZE(region)"),
            ),
        ],
        {"m.y[south]": lambda t, k: t + 5, "m.z": lambda t, k: 2 * t + 2},
        "has no names of dimensions as numbers",
    ),
    "curves": (
        [
            model("", module("m"), aux("seen", "m.curve(2) + LOOKUP(m.curve, 3)")),
            model("m", aux("curve", "TIME", "", GF), aux("y", "curve(4) + Lookup(CURVE, 1)")),
        ],
        {"seen": lambda t, k: 10.0, "m.y": lambda t, k: 10.0, "m.curve": lambda t, k: 2 * t},
        "has no curve of a module as a function",
    ),
    "behaviour of a model holds for its own variables": (
        [
            model("", module("m"), flow("f", "TIME - 4"), stock("s", "1", "<inflow>f</inflow>")),
            model(
                "m",
                flow("f", "TIME - 4"),
                extra="<behavior><flow><non_negative/></flow></behavior>",
            ),
        ],
        {"f": lambda t, k: t - 4, "m.f": lambda t, k: max(0.0, t - 4)},
        "lets a non-negative flow go below zero",
    ),
}


@pytest.mark.parametrize("engine", ENGINES, ids=engine_name)
@pytest.mark.parametrize("name", CASES)
def test_the_closed_form(name, engine):
    models, expected, _ = CASES[name]
    run = engine(program_of(document(*models)), {}, list(expected), snapshot=False)
    for variable, form in expected.items():
        exact = [form(t, k) for k, t in enumerate(run.times)]
        np.testing.assert_allclose(run[variable][0], exact, 1e-12, 1e-12, err_msg=variable)


@pytest.mark.parametrize("name", CASES)
def test_simlin_agrees(name, tmp_path):
    models, expected, agrees = CASES[name]
    path = tmp_path / "m.stmx"
    path.write_text(document(*models))
    run = simulate(load_program(path), {}, list(expected))

    def compare():
        table = simlin_table(path)
        for variable in expected:
            np.testing.assert_allclose(table[variable.lower()], run[variable][0], 1e-9, 1e-12)

    if agrees is True:
        compare()
        return
    with pytest.raises(Exception):  # noqa: B017 - whatever the engine does wrong
        compare()


def simlin_table(path):
    import simlin

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = simlin.load(path).run().results
    shown = {str(name).lower().replace("·", ".").replace("_", " "): name for name in table}
    return {name: table[column].to_numpy(float) for name, column in shown.items()}


@pytest.mark.parametrize("name", CASES)
def test_it_is_written_flat_and_reads_back_the_same(name):
    program = program_of(document(*CASES[name][0]))
    again = program_of(to_xmile(program))
    names = [n for n, v in program.variables.items() if v.kind not in ("lookup", "control")]
    old, new = simulate(program, {}, names), simulate(again, {}, names)
    for variable in names:
        np.testing.assert_array_equal(new[variable], old[variable], err_msg=variable)


def test_a_constant_of_a_module_is_set_by_its_name():
    program = program_of(document(*CASES["modules in modules"][0]))
    run = simulate(program, {"outer.growth.start": 1.0}, ["outer.growth.level"])
    assert run["outer.growth.level"][0][-1] == pytest.approx(growth(0.2, 1)(8, 32))


def test_the_module_is_the_sector_where_there_is_no_group():
    group = '<group name="Rates"><entity name="rate"/></group>'
    text = document(model("", module("a_b"), aux("x", "1")), model("a b", *GROWTH, group))
    program = program_of(text)
    sectors = {name: program.find(name).group for name in ("a b.level", "a b.rate", "x")}
    assert sectors == {"a b.level": "a b", "a b.rate": "Rates", "x": ""}


def refused(text):
    with pytest.raises(ModelError) as error:
        program_of(text)
    return [str(problem) for problem in error.value.problems]


PART = model("m", aux("x", "1", "input"), aux("y", "x", "output"))
REFUSED = [
    ([model("", module("none"))], 7, ["'none' without a model 'none'", '<model name="none">']),
    ([model("", module("m", attributes='resource="m.xmile"')), PART], 7, ["in another file"]),
    ([model("", aux("a", "1")), PART], 9, ["the model 'm', which no module stands for"]),
    ([model("", module("m"), module("M")), PART], 8, ["a second module 'M'"]),
    ([model("", module("m")), PART, PART], 13, ["a second model 'm'"]),
    ([model("", module("m")), model("", aux("a", "1")), PART], 9, ["without a name"]),
    ([model("top", module("m")), PART], 6, ["no model without a name"]),
    ([model("", "<module/>"), PART], 7, ["a module without a name"]),
    ([model("", module("m")), model("m", module("m"))], 10, ["'m' inside itself", "circle"]),
    ([model("", module("m", ("m.z", "a")), aux("a", "1")), PART], 7, ["to 'm.z', which nothing"]),
    ([model("", module("m", ("m.x", "a"))), PART], 7, ["from 'a', which nothing defines"]),
    ([model("", module("m", ("m.y", "a")), aux("a", "1")), PART], 7, ["'m.y', which is no input"]),
    (
        [model("", module("m", ("x", "a"), ("m.x", "b")), aux("a", "1"), aux("b", "1")), PART],
        7,
        ["two sources of the input 'm.x'"],
    ),
    (
        [
            model("", module("m", ("m.s", "a")), aux("a", "1")),
            model("m", stock("s", "1", "<inflow>f</inflow>", "input"), flow("f", "1")),
        ],
        7,
        ["the stock 'm.s', which has flows"],
    ),
    ([model("", module("m")), model("m", aux("x", "{}", "input"))], 10, ["nothing connected to"]),
    (
        [model("", module("m"), aux("area", "1")), model("m", aux("x", "area"))],
        11,
        ["'area', which nothing defines in module 'm' in 'm.x'", "write .area"],
    ),
    ([model("", module("m")), model("m", aux("x", "b"))], 10, ["'b', which nothing defines"]),
    ([model("", module("m"), aux("a", "m.z")), PART], 8, ["'m.z', which nothing defines in 'a'"]),
    ([model("", module("m"), aux("a", ".z")), PART], 8, ["'.z', which nothing defines in 'a'"]),
    (
        [model("", module("m"), aux("m.x", "1")), PART],
        11,
        ["a second definition in 'm.x'"],
    ),
    (
        [
            model("", module("m")),
            model("m", aux("x", "1"), extra="<sim_specs><dt>1</dt></sim_specs>"),
        ],
        9,
        ["run settings of the model 'm'"],
    ),
    ([model("", module("m")), '<model name="m" resource="m.xmile"/>'], 9, ["in another file"]),
    ([model("", '<module name="m"><wormhole/></module>'), PART], 7, ["<wormhole>"]),
]


@pytest.mark.parametrize(("models", "line", "words"), REFUSED, ids=[c[2][0] for c in REFUSED])
def test_what_is_wrong_is_told_in_indonesian_too(models, line, words):
    with pytest.raises(ModelError) as error:
        program_of(document(*models))
    told = in_language(error.value, "id")
    for english in (" which ", " module ", "without", "Define", "Remove", "Give ", "Add "):
        assert english not in told.replace("<module", ""), told


@pytest.mark.parametrize(("models", "line", "words"), REFUSED, ids=[c[2][0] for c in REFUSED])
def test_what_is_wrong_is_refused_at_its_line(models, line, words):
    (problem, *_) = refused(document(*models))
    assert problem.startswith(f"m.stmx:{line}: ")
    for word in words:
        assert word in problem


def test_every_mistake_is_reported_at_once():
    text = document(
        model("", module("none"), module("m", ("m.z", "a")), aux("b", "m.q"), aux("a", "1")), PART
    )
    assert [problem.split(": ")[0] for problem in refused(text)] == [
        f"m.stmx:{line}" for line in (7, 8, 9)
    ]


def test_modules_that_double_and_double_are_refused_in_time():
    chain = [
        model(f"m{n}", *(module(f"{side}", attributes=f'resource="#m{n + 1}"') for side in "ab"))
        for n in range(40)
    ]
    text = document(model("", module("m0")), *chain, model("m40", aux("x", "1")))
    assert any("hold too much" in problem for problem in refused(text))


def test_settings_that_agree_are_no_mistake():
    same = '<sim_specs method="Euler"><dt reciprocal="true">4</dt></sim_specs>'
    text = document(model("", module("m")), model("m", aux("x", "1"), extra=same))
    assert "m.x" in program_of(text).variables
