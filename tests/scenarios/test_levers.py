"""The catalogue of levers agrees with itself, the parameter table and the model."""

import pytest

from tumbuh.model.language.cache import load_program
from tumbuh.model.parameters import load_parameters
from tumbuh.scenarios.checks import known_evidence
from tumbuh.scenarios.costs import QUANTITY_OUTPUTS, model_inputs, planning_inputs
from tumbuh.scenarios.levers import catalogue
from tumbuh.scenarios.text import Text

LEVERS = list(catalogue().levers.values())


@pytest.fixture(scope="module")
def program():
    return load_program()


def test_the_twelve_levers():
    assert [lever.name for lever in LEVERS] == [
        "cadre training",
        "worker training",
        "supervision",
        "extra posts",
        "kit purchase",
        "ultrasound purchase",
        "service points",
        "maintenance",
        "forum meetings",
        "list sharing",
        "food coverage",
        "routine cut",
    ]


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.name)
def test_each_lever_is_complete(lever):
    assert 0.0 < lever.full <= lever.maximum
    assert lever.maximum <= 1.0 or not lever.is_share
    assert lever.strategy in catalogue().strategies
    words = [value for value in vars(lever).values() if isinstance(value, Text)]
    assert len(words) == 9
    assert all(word.id.strip() and word.en.strip() and word.id != word.en for word in words)
    known = known_evidence()
    assert known is not None
    assert lever.evidence
    assert set(lever.evidence) <= known


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.name)
def test_links_and_prices_are_rows_of_the_parameter_table(lever):
    table = load_parameters()
    assert [row.name for row in table.select(lever.links)] == list(lever.links)
    if lever.cost is not None:
        assert table.get(lever.cost.constant).role == "cost"


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.name)
def test_the_model_has_the_constants_in_the_same_unit(lever, program):
    level = program.find(lever.constant("level"))
    assert (level.kind, level.unit) == ("constant", lever.unit)
    for part in ("start", "ramp", "end"):
        constant = program.find(lever.constant(part))
        assert (constant.kind, constant.unit) == ("constant", "month")


def test_settings_are_constants_of_the_model_with_the_default_in_bounds(program):
    table = load_parameters()
    for setting in catalogue().settings.values():
        assert program.find(setting.name).kind == "constant"
        assert program.find(setting.name).unit == setting.unit
        assert setting.lower <= table.get(setting.name).value <= setting.upper


def test_planning_quantities_are_those_of_the_model_at_the_decision(program):
    from tumbuh.model.calendar import DECISION_MONTH
    from tumbuh.model.engine.integrate import simulate

    run = simulate(program, {}, QUANTITY_OUTPUTS, [DECISION_MONTH])
    values = {name: float(run.values[name].ravel()[0]) for name in QUANTITY_OUTPUTS}
    planned = planning_inputs()
    modelled = model_inputs(values, planned.prices)
    assert planned.posyandu == pytest.approx(modelled.posyandu, rel=0.01)
    assert planned.children_6_23 == pytest.approx(modelled.children_6_23, rel=0.01)
    assert planned.devices == pytest.approx(modelled.devices, rel=0.1)
