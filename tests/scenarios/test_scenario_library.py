"""The strategies that ship."""

import json

import pytest

from tumbuh.model.yamlfile import dump_yaml, load_yaml
from tumbuh.scenarios.compile import constants, prepare
from tumbuh.scenarios.levers import catalogue
from tumbuh.scenarios.loader import (
    BASELINE,
    EQUAL_BUDGET_IDS,
    LIBRARY,
    LIBRARY_IDS,
    load_scenario,
    load_scenarios,
)
from tumbuh.scenarios.schema import SCHEMA_PATH, ScenarioFile, schema_text
from tumbuh.scenarios.strategies import HEADINGS, strategy_markdown, strategy_table
from tumbuh.scenarios.template import template
from tumbuh.scenarios.text import number, rupiah


@pytest.fixture(scope="module")
def library():
    return {scenario.id: scenario for scenario in load_scenarios()}


def test_the_list_and_the_folder_agree():
    assert sorted(LIBRARY_IDS) == sorted(path.stem for path in LIBRARY.iterdir())
    assert BASELINE in LIBRARY_IDS


def test_every_scenario_is_complete(library):
    for scenario in library.values():
        assert scenario.evidence, scenario.id
        assert scenario.title.id != scenario.title.en
        assert scenario.intent.id != scenario.intent.en
        assert all(dose.start >= 108.0 for dose in scenario.levers.values())


def test_the_baseline_does_nothing(library):
    assert library[BASELINE].levers == {}
    assert prepare(library[BASELINE]).yearly_cost == 0.0


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("hr_facilities", ["hr", "facilities"]),
        ("hr_coordination", ["hr", "coordination"]),
        ("facilities_coordination", ["facilities", "coordination"]),
        ("all_three", ["hr", "facilities", "coordination"]),
        ("all_three_food", ["hr", "facilities", "coordination", "food"]),
    ],
)
def test_packages_are_the_sum_of_their_parts(library, whole, parts):
    together = {k: dose for part in parts for k, dose in library[part].levers.items()}
    assert dict(library[whole].levers) == together


@pytest.mark.parametrize("name", ["hr", "facilities", "coordination", "food"])
def test_single_strategies_are_at_full_dose(library, name):
    levers = [lever for lever in catalogue().levers.values() if lever.strategy == name]
    assert {k: dose.level for k, dose in library[name].levers.items()} == {
        lever.name: lever.full for lever in levers
    }


def test_the_equal_budget_set_never_passes_its_sum(library):
    plans = [prepare(library[name]) for name in EQUAL_BUDGET_IDS]
    assert {plan.scaled.target for plan in plans if plan.scaled} == {10_000.0}
    assert all(plan.yearly_cost <= 10_000.0 * (1 + 1e-9) for plan in plans)
    short = {plan.scenario.id for plan in plans if plan.scaled and not plan.scaled.reached}
    assert "equal_coordination" in short
    assert {"equal_hr", "equal_facilities", "equal_mix"}.isdisjoint(short)
    assert all(plan.scaled.limited_by for plan in plans if plan.scaled and not plan.scaled.reached)


def test_only_the_equal_budget_set_is_scaled(library):
    scaled = {name for name, scenario in library.items() if scenario.equal_budget}
    assert scaled == set(EQUAL_BUDGET_IDS)


@pytest.mark.parametrize("name", LIBRARY_IDS)
def test_round_trip(name, tmp_path):
    data, _ = load_yaml(LIBRARY / f"{name}.yaml")
    path = tmp_path / f"{name}.yaml"
    shape = ScenarioFile.model_validate(data).model_dump(exclude_none=True)
    path.write_text(dump_yaml(shape), encoding="utf-8")
    assert load_scenario(path) == load_scenario(name)
    assert constants(load_scenario(path)) == constants(load_scenario(name))


def test_the_json_schema_is_in_step():
    assert SCHEMA_PATH.read_text(encoding="utf-8") == schema_text(), (
        "run: python -m tumbuh.scenarios.schema"
    )


def test_the_json_schema_knows_levers_and_bounds():
    schema = json.loads(schema_text())
    levers = schema["properties"]["levers"]
    assert list(levers["properties"]) == list(catalogue().levers)
    assert levers["additionalProperties"] is False
    food = levers["properties"]["food coverage"]["allOf"][1]["properties"]["level"]
    assert food == {"minimum": 0.0, "maximum": 1.0}


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_new_file_is_right(tmp_path, language):
    path = tmp_path / "my_plan.yaml"
    path.write_text(template("my_plan", language), encoding="utf-8")
    assert list(load_scenario(path).levers) == ["cadre training"]


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_lever_offered_in_a_new_file_can_be_used(tmp_path, language):
    path = tmp_path / "my_plan.yaml"
    lines = template("my_plan", language).splitlines()
    used = [line.replace("  # ", "  ", 1) if "{level:" in line else line for line in lines]
    path.write_text("\n".join(used), encoding="utf-8")
    assert list(load_scenario(path).levers) == list(catalogue().levers)


@pytest.mark.parametrize("language", ["id", "en"])
def test_strategy_table(language):
    rows = strategy_table(language)
    assert len(rows) == 12
    assert all(all(vars(row).values()) for row in rows)
    markdown = strategy_markdown(language).splitlines()
    assert len(markdown) == 14
    assert {line.count(" | ") for line in markdown} == {len(HEADINGS) - 1}
    assert "0.5" in rows[0].zero_mass.replace(",", ".")


def test_numbers_as_each_language_writes_them():
    assert (number(1234567.5, "id"), number(1234567.5, "en")) == ("1.234.567,5", "1,234,567.5")
    assert (rupiah(999.0, "id"), rupiah(1260.0, "id")) == ("Rp999,0 juta", "Rp1,3 miliar")
    assert (rupiah(999.96, "en"), rupiah(0.0, "id")) == ("Rp1.0 billion", "Rp0")
