"""Bad scenario files: every mistake at once, with its line and what to do."""

import textwrap

import pytest

from tumbuh.model.errors import ScenarioError
from tumbuh.scenarios.costs import CostInputs
from tumbuh.scenarios.levers import catalogue
from tumbuh.scenarios.loader import load_scenario, load_scenarios
from tumbuh.scenarios.scenario import Budget, Dose

HEAD = "title: {id: Judul, en: Title}\nintent: {id: Maksud, en: Intent}\n"


@pytest.fixture
def inputs():
    prices = {lever.cost.constant: 2.0 for lever in catalogue().levers.values() if lever.cost}
    return CostInputs(prices, posyandu=100.0, devices=50.0, children_6_23=1000.0)


@pytest.fixture
def write(tmp_path):
    def put(name, body, head=HEAD):
        path = tmp_path / f"{name}.yaml"
        path.write_text(f"id: {name}\n{head}{textwrap.dedent(body)}", encoding="utf-8")
        return path

    return put


def problems(path, inputs=None):
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, inputs)
    return caught.value.problems


def only(path, inputs=None):
    (problem,) = problems(path, inputs)
    return problem


def lines(found):
    return [int(problem.where.rpartition(":")[2]) for problem in found]


def dose(level: object = 0.5, start='"2027-01"', ramp=12, extra=""):
    return f"{{level: {level}, start: {start}, ramp_months: {ramp}{extra}}}"


def test_a_right_file(write):
    scenario = load_scenario(
        write(
            "plan",
            """\
            levers:
              maintenance: {level: 0.5, start: "2027-01", ramp_months: 6, end: "2030-01"}
              kit purchase: {level: 50, start: 2028-07, ramp_months: 0}
            settings: {absorption: 0.8}
            budget: {ceiling_million_idr_per_year: 10000, over_ceiling: scale}
            evidence: [D12]
            """,
        )
    )
    assert list(scenario.levers) == ["kit purchase", "maintenance"]
    assert scenario.levers["kit purchase"] == Dose(50.0, 126.0, 0.0)
    assert scenario.levers["maintenance"] == Dose(0.5, 108.0, 6.0, 144.0)
    assert scenario.settings == {"absorption": 0.8}
    assert scenario.budget == Budget(10000.0, "scale")
    assert scenario.title.id == "Judul"


def test_unknown_lever_and_date_past_the_horizon_are_reported_together(write):
    path = write(
        "plan",
        f"""\
        levers:
          kit purchases: {dose(100)}
          maintenance:
            level: 0.5
            start: "2041-01"
            ramp_months: 12
        """,
    )
    found = problems(path)
    assert lines(found) == [5, 8]
    assert found[0].remedy == "Did you mean 'kit purchase'"
    assert "2018-01 to 2035-12" in found[1].expected
    assert found[1].found == "2041-01"


def test_an_underscore_is_recognised(write):
    problem = only(write("plan", f"levers:\n  kit_purchase: {dose(1)}\n"))
    assert problem.remedy == "Did you mean 'kit purchase'"


def test_percent_instead_of_a_share(write):
    path = write("plan", f"levers:\n  food coverage: {dose(24)}\nsettings:\n  absorption: 24.5\n")
    found = problems(path)
    assert lines(found) == [5, 7]
    assert found[0].remedy == "Write 0.24 for 24 percent"
    assert found[1].remedy == "Write 0.245 for 24.5 percent"


@pytest.mark.parametrize("level", [-1, 401, 1e300])
def test_level_outside_its_bounds(write, level):
    problem = only(write("plan", f"levers:\n  kit purchase: {dose(level)}\n"))
    assert problem.expected == "0 to 400 (kits a year)"


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        ("level: 0,8", "Write 0.8, with a decimal point"),
        ('level: "0.8"', "quotes"),
        ("level: true", "number"),
        ("level: .nan", "finite"),
        ("level: .inf", "finite"),
        ("level: [1]", "number"),
        ("level:", "number"),
    ],
)
def test_what_is_not_a_number(write, entry, word):
    body = f'levers:\n  maintenance:\n    {entry}\n    start: "2027-01"\n    ramp_months: 1\n'
    found = problems(write("plan", body))
    assert lines(found)[0] == 6
    assert word in str(found[0])


@pytest.mark.parametrize("level, remedy", [("0,8", "Write 0.8"), ("0,08", "Write 0.08")])
def test_a_decimal_comma_within_braces_is_told_as_such(write, level, remedy):
    problem = only(write("plan", f"levers:\n  maintenance: {dose(level)}\n"))
    assert problem.found == f"{level} with a decimal comma"
    assert problem.remedy == remedy
    assert lines([problem]) == [5]


def test_thousands_with_a_comma_within_braces(write):
    problem = only(write("plan", f"levers:\n  cadre training: {dose('1,000')}\n"))
    assert problem.remedy == "Write 1.000, or 1000 without a mark"


def test_a_slip_over_one_is_not_taken_for_a_percentage(write):
    problem = only(write("plan", f"levers:\n  maintenance: {dose(1.5)}\n"))
    assert problem.remedy == "Choose a value within the bounds"


def test_dates_out_of_order_and_before_the_decision(write):
    end = ', end: "2027-01"'
    body = f"""\
        levers:
          maintenance: {dose(extra=end)}
          list sharing: {dose(start='"2026-12"')}
        """
    found = problems(write("plan", body))
    assert lines(found) == [5, 6]
    assert "after 2027-01" in found[0].expected
    assert "allow_before_decision" in found[1].remedy


def test_the_past_is_allowed_when_asked(write):
    body = f"allow_before_decision: true\nlevers:\n  maintenance: {dose(start='2024-01')}\n"
    assert load_scenario(write("plan", body)).levers["maintenance"].start == 72.0


@pytest.mark.parametrize("date", ["2027", '"Jan 2027"', "2027-01-15", "2027-13", "'2017-12'"])
def test_other_dates(write, date):
    found = problems(write("plan", f"levers:\n  maintenance: {dose(start=date)}\n"))
    assert lines(found) == [5]


@pytest.mark.parametrize("ramp", [-1, 121])
def test_ramp_outside_its_bounds(write, ramp):
    problem = only(write("plan", f"levers:\n  maintenance: {dose(ramp=ramp)}\n"))
    assert "ramp_months" in problem.expected


def test_missing_language_field_and_misspelt_field(write):
    head = "title: {id: Judul}\nintend: {id: Maksud, en: Intent}\n"
    body = "levers:\n  maintenance: {levle: 0.5, start: 2027-01, ramp_months: 1}\n"
    found = problems(write("plan", body, head))
    text = "\n".join(map(str, found))
    assert "title.en (English)" in text
    assert "Did you mean 'intent'" in text
    assert "Did you mean 'level'" in text
    assert "Add `intent:`" in text
    assert "Add `level:`" in text
    assert lines(found) == sorted(lines(found))


def test_unknown_setting_and_evidence(write):
    body = "settings: {absorbtion: 0.5}\nevidence: [A01, A999]\n"
    found = problems(write("plan", body))
    assert lines(found) == [4, 5]
    assert found[0].remedy == "Did you mean 'absorption'"
    assert found[1].found == "A999"


def test_the_id_is_the_name_of_the_file(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(f"id: other\n{HEAD}", encoding="utf-8")
    assert only(path).remedy == "Write `id: plan`, or rename the file to other.yaml"


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"", "empty"),
        (b"\x89PNG\0\0", "binary"),
        (b"- 1\n- 2\n", "list"),
        (b"hello", "str"),
        (b"id: plan\nid: plan\n", "first in line 1"),
        (b"a: &a [1,1,1,1,1,1,1,1,1,1]\n" + b"".join(
            b"%c: &%c [" % (98 + i, 98 + i) + b",".join([b"*%c" % (97 + i)] * 10) + b"]\n"
            for i in range(9)
        ), "more"),
    ],
)  # fmt: skip
def test_files_that_are_no_scenario(tmp_path, raw, word):
    path = tmp_path / "plan.yaml"
    path.write_bytes(raw)
    assert any(word in problem.found for problem in problems(path))


def test_unknown_reference_and_missing_file(tmp_path):
    with pytest.raises(ScenarioError, match="Did you mean 'facilities'"):
        load_scenario("facilites")
    with pytest.raises(ScenarioError, match="no such file"):
        load_scenario(tmp_path / "none.yaml")


def test_problems_of_several_files_come_together(write):
    one = write("one", f"levers:\n  maintenances: {dose()}\n")
    two = write("two", "settings: {x: 1}\n")
    with pytest.raises(ScenarioError) as caught:
        load_scenarios([one, "facilites", two])
    assert len(caught.value.problems) == 3


def test_the_same_scenario_twice_is_refused():
    with pytest.raises(ScenarioError, match="twice"):
        load_scenarios(["hr", "hr"])


def test_extends_merges_and_the_file_wins(write):
    write("a", f"levers:\n  maintenance: {dose(0.2)}\nsettings: {{absorption: 0.5}}\n")
    write("b", f"extends: [a]\nlevers:\n  list sharing: {dose(0.3)}\nevidence: [E11]\n")
    path = write("c", f"extends: [b, food]\nlevers:\n  maintenance: {dose(0.9)}\n")
    scenario = load_scenario(path)
    levels = {name: dose.level for name, dose in scenario.levers.items()}
    assert levels == {"maintenance": 0.9, "list sharing": 0.3, "food coverage": 0.8}
    assert scenario.settings == {"absorption": 0.5}
    assert {"E11", "A01"} <= set(scenario.evidence)
    assert scenario.title.id == "Judul"


def test_a_file_beside_it_comes_before_the_library(write):
    write("food", f"levers:\n  food coverage: {dose(0.1)}\n")
    path = write("plan", "extends: [food]\n")
    assert load_scenario(path).levers["food coverage"].level == 0.1


def test_parents_that_disagree_must_be_settled(write):
    write("a", f"levers:\n  maintenance: {dose(0.2)}\n")
    write("b", f"levers:\n  maintenance: {dose(0.3)}\n")
    assert "different ones in a and b" in only(write("c", "extends: [a, b]\n")).found
    settled = write("d", f"extends: [a, b]\nlevers:\n  maintenance: {dose(0.4)}\n")
    assert load_scenario(settled).levers["maintenance"].level == 0.4


def test_a_parent_reached_twice_is_no_conflict(write):
    write("a", f"levers:\n  maintenance: {dose(0.2)}\n")
    write("b", "extends: [a]\n")
    write("c", "extends: [a]\n")
    assert load_scenario(write("d", "extends: [b, c]\n")).levers["maintenance"].level == 0.2


def test_circles_and_unknown_parents(write):
    write("a", "extends: [b]\n")
    path = write("b", "extends:\n  - a\n  - hrr\n")
    found = problems(path)
    assert any("b -> a -> b" in problem.found for problem in found)
    assert any(problem.remedy == "Did you mean 'hr'" for problem in found)
    assert "c -> c" in only(write("c", "extends: [c]\n")).found


def test_an_unknown_parent_shows_beside_a_wrong_shape(write):
    found = problems(write("a", "levers: 3\nextends: [hrr, 7, ../hr]\n"))
    assert lines(found) == [4, 5, 5, 5]
    assert "Did you mean 'hr'" in {problem.remedy for problem in found}


def test_mistakes_of_a_parent_are_reported_in_the_parent(write):
    write("a", f"levers:\n  maintenance: {dose(80)}\n")
    problem = only(write("b", "extends: [a]\n"))
    assert problem.where.endswith("a.yaml:5")


def test_a_plan_over_its_ceiling(write, inputs):
    ceiling = "budget: {ceiling_million_idr_per_year: 99, over_ceiling: refuse}\n"
    body = f"levers:\n  kit purchase: {dose(50, ramp=0)}\n{ceiling}"
    problem = only(write("plan", body), inputs)
    assert problem.found == "100 million in 2027"
    assert problem.where.endswith("plan.yaml:6")
    load_scenario(write("other", body.replace("refuse", "scale")), inputs)
    load_scenario(write("third", body.replace("99", "100")), inputs)


def test_an_equal_budget_above_the_ceiling_or_without_price(write, inputs):
    body = f"""\
        levers:
          kit purchase: {dose(50)}
        budget: {{ceiling_million_idr_per_year: 99, over_ceiling: refuse}}
        equal_budget: {{million_idr_per_year: 200}}
        """
    assert only(write("plan", body), inputs).found.startswith("200 million")
    body = f"levers:\n  routine cut: {dose(0.2)}\nequal_budget: {{million_idr_per_year: 2}}\n"
    assert only(write("free", body), inputs).found == "none"
