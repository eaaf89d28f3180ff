"""Plans on the page: controls by mouse and keyboard, presets, files, links, print and assessment."""

import csv
import io
import re
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest
from chromium import needs_chromium
from page_browser import (
    DRAWS,
    all_seen,
    says,
    seen,
    settled,
    shown,
    small_data,
    violations,
    written,
)

from tumbuh.experiments.compare import compare
from tumbuh.experiments.inputs import read_inputs, read_plans
from tumbuh.experiments.text import words
from tumbuh.model.language.cache import load_program
from tumbuh.scenarios.compile import prepare
from tumbuh.scenarios.loader import LIBRARY_IDS, load_scenario

pytestmark = needs_chromium
HEAD = "determinant,indicator,low,best,high\n"
DOSE = '  food coverage: {level: 0.4, start: "2028-01", ramp_months: 12.0}\n'


@pytest.fixture(scope="module")
def answer():
    program = load_program()
    read = read_inputs(program, "paser", "district", DRAWS)
    plans = read_plans(list(LIBRARY_IDS))
    return compare(program, read.ensemble, plans, read.surveys, district=read.district)


def outcomes(page, column=-1):
    """Return the table of outcomes: the cells of a plan by what they are."""
    rows = page.locator("#outcomes tbody tr")
    found = [all_seen(row.locator("th, td")) for row in (rows.nth(k) for k in range(rows.count()))]
    return {cells[0]: cells[column] for cells in found}


def address_of(page):
    """Return the address after the pause in which it is written."""
    page.wait_for_timeout(300)
    return page.url


def slide(page, name, level, key="ArrowRight"):
    page.focus(name)
    page.keyboard.press("Home")
    for _ in range(level):
        page.keyboard.press(key)
    settled(page)


def saved(page, act, folder):
    """Return the file that an act offers."""
    with page.expect_download() as waiting:
        act()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_presets_give_the_numbers_of_compare(chromium, address, answer):
    """The same draws, written alike: every outcome of some strategies, and of one at equal money."""
    own = words("en")
    with shown(chromium, f"{address}#v=strategies&l=en") as page:
        for name in ("hr", "food", "national_plan", "equal_mix"):
            page.select_option("#preset", name)
            settled(page)
            page.wait_for_function("() => document.querySelectorAll('figure svg').length >= 2")
            found = outcomes(page)
            result = next(item for item in answer.strategies if item.id == name)
            last = result.dates[-1]
            assert found[says("en", "results.row_survey")] == own.range(last.survey)
            assert found[says("en", "results.row_gain")] == own.range(last.gain, 2)
            assert found[says("en", "results.row_mean")] == own.number(last.gain.mean, 2)
            assert found[says("en", "results.row_none")] == own.percent(last.none)
            assert found[says("en", "results.row_averted")] == own.range(last.averted, 0)
            assert found[says("en", "results.row_child_years")] == own.range(last.child_years, 0)
            assert found[says("en", "results.row_cost")] == own.rupiah(result.yearly_cost)
            half = says("en", "results.row_chance", points="0.5")
            assert found[half] == own.percent(last.chances[0])
            target = says("en", "results.row_target", percent="14.2", year=2029)
            assert found[target] == own.percent(answer.target.chances[name])


def test_the_same_money_gives_the_chances_of_compare(chromium, address, answer):
    own = words("id")
    with shown(chromium, f"{address}#v=strategies") as page:
        page.wait_for_selector(".money figure svg")
        page.locator(".money figure summary").click()
        page.wait_for_selector(".money table")
        rows = page.locator(".money tbody tr")
        found = {}
        for k in range(rows.count()):
            cells = all_seen(rows.nth(k).locator("th, td"))
            found[cells[0]] = cells[1:]
        for name, chance in answer.equal_budget.best.items():
            title = own.title(answer.titles[name])
            result = next(item for item in answer.strategies if item.id == name)
            assert found[title][0] == own.percent(chance)
            assert found[title][1] == own.range(result.dates[-1].gain, 2)
        assert answer.equal_budget.verdict(answer.deciding) == "open"
        assert "bukan peringkat" in seen(page, ".money .verdict")


def test_another_sum_scales_every_plan(chromium, address):
    with shown(chromium, f"{address}#v=strategies&l=en") as page:
        page.wait_for_selector(".money figure svg")
        page.fill("#sum", "2,5")
        page.keyboard.press("Enter")
        page.wait_for_function(
            "() => document.querySelector('.money figcaption')?.textContent.includes('2.5')"
        )
        page.locator(".money figure summary").click()
        page.wait_for_selector(".money table")
        costs = all_seen(page.locator(".money tbody tr td:nth-child(6)"))
        assert costs.count("Rp2.5 billion") >= 3
        page.fill("#sum", "nothing")
        page.keyboard.press("Enter")
        assert says("en", "mistake.sum") in seen(page, "#same-money")


def test_sliders_answer_to_keys_and_the_mouse(chromium, address):
    with shown(chromium, f"{address}#v=strategies&l=en") as page:
        settled(page)
        page.select_option("#preset", "no_extra_action")
        settled(page)
        assert outcomes(page)[says("en", "results.row_mean")] == "0.00"
        slide(page, "#all-food", 10)
        assert seen(page, "#out-food").startswith("50 %")
        assert page.input_value("#preset") == ""
        assert says("en", "strategies.own_hint") in seen(page, ".preset")
        box = page.locator("#all-food").bounding_box()
        end = {"x": box["width"] - 6, "y": box["height"] / 2}
        page.locator("#all-food").click(position=end)
        settled(page)
        assert seen(page, "#out-food").startswith("100 %")
        page.wait_for_function(
            "() => !document.querySelector('.live').textContent.includes(' 0.00 ')"
        )
        assert float(outcomes(page)[says("en", "results.row_mean")]) > 0.3


def test_every_control_of_an_action_changes_the_plan(chromium, address):
    with shown(chromium, f"{address}#v=strategies&l=en") as page:
        settled(page)
        page.select_option("#preset", "hr")
        page.locator(".strategy.hr > details > summary").click()
        slide(page, "#lever-cadre-training", 6)
        assert "300 cadres a year" in seen(page, "output[for='lever-cadre training']")
        lever = page.locator(".lever").first
        lever.locator("select").nth(0).select_option("2028-07")
        lever.locator("select").nth(1).select_option("24")
        lever.locator("select").nth(2).select_option("2030-01")
        assert "cadre+training_0.3_2028-07_24_2030-01*" in address_of(page)
        lever.locator("select").nth(0).select_option("2031-01")
        assert "cadre+training_0.3_2031-01_24_*" in address_of(page)
        page.locator(".strategy.hr > .both select").select_option("2029-01")
        assert len(re.findall("2029-01", address_of(page))) == 4


def test_a_ceiling_shrinks_spending(chromium, address):
    with shown(chromium, f"{address}#v=strategies&l=en") as page:
        settled(page)
        spent = says("en", "results.row_spent", year=2031)
        before = outcomes(page)[spent]
        page.fill("#ceiling", "1,5")
        page.keyboard.press("Tab")
        page.wait_for_selector(".money .warn")
        page.wait_for_function(
            "([was]) => !document.querySelector('.shown').textContent.includes(was)", arg=[before]
        )
        found = re.fullmatch(r"Rp([\d.]+) billion", outcomes(page)[spent])
        assert 1.5 < float(found[1]) <= 5 * 1.5


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [("id", "Rp1,5 miliar", "tanpa batas"), ("en", "Rp1.5 billion", "none")],
)
def test_a_ceiling_that_is_none_is_told_and_the_last_one_stays(
    chromium, address, language, first, last
):
    def enter(page, text):
        page.fill("#ceiling", text)
        page.keyboard.press("Tab")

    most = words(language).number(1000, 0)
    with shown(chromium, f"{address}#v=strategies&l={language}") as page:
        settled(page)
        enter(page, "abc")
        told = says(language, "mistake.ceiling", most=most, kept=last)
        assert seen(page, "#ceiling-problem") == told
        enter(page, "1,5")
        assert seen(page, "#ceiling-problem") == ""
        assert page.get_attribute("#ceiling", "aria-invalid") == "false"
        kept = address_of(page)
        assert "a=1500*" in kept
        for wrong in ("-3", "abc", "0", "2000", "1e2"):
            enter(page, wrong)
            told = says(language, "mistake.ceiling", most=most, kept=first)
            assert seen(page, "#ceiling-problem") == told
            assert page.get_attribute("#ceiling", "aria-invalid") == "true"
            assert page.input_value("#ceiling") == wrong
            assert address_of(page) == kept
        assert violations(page) == []
        enter(page, "")
        assert "a=*" in address_of(page) and seen(page, "#ceiling-problem") == ""


def said_of_two(page, text):
    """Wait until the last of what follows says a text."""
    page.wait_for_function(
        "(text) => [...document.querySelectorAll('.key li')].at(-1)?.textContent.includes(text)",
        arg=text,
    )


def test_two_plans_side_by_side_are_a_ranking_by_chance_and_difference(chromium, address, answer):
    deciding = words("en").number(answer.deciding, 2)
    with shown(chromium, f"{address}#v=strategies&l=en") as page:
        settled(page)
        page.check("#second")
        settled(page)
        page.check("input[name=editing][value=B]")
        page.select_option("#preset", "no_extra_action")
        page.check("input[name=editing][value=A]")
        page.select_option("#preset", "all_three")
        said_of_two(page, "about as well")
        assert f"the difference is smaller than the {deciding} points" in seen(page, ".key")
        page.select_option("#preset", "all_three_food")
        said_of_two(page, "this is a ranking")
        assert f"no smaller than the {deciding} points" in seen(page, ".key")
        page.check("input[name=editing][value=B]")
        page.select_option("#preset", "all_three_food")
        said_of_two(page, "no ranking")
        first, second = outcomes(page, -2), outcomes(page, -1)
        assert first == second
        page.uncheck("#second")
        settled(page)
        assert "b=" not in address_of(page)


def test_with_much_money_the_plan_ahead_is_no_winner(chromium, address, answer):
    """Probably ahead by less than what should decide: the verdict names both and the limit."""
    deciding = words("id").number(answer.deciding, 2)
    with shown(chromium, f"{address}#v=strategies") as page:
        page.wait_for_selector(".money figure svg")
        page.fill("#sum", "500")
        page.keyboard.press("Enter")
        page.wait_for_function(
            "() => document.querySelector('.money figcaption')?.textContent.includes('500')"
        )
        found = seen(page, ".money .verdict")
        assert "mungkin unggul" in found and f"kurang dari {deciding} poin" in found
        assert "peringkat" not in found


def test_the_bottleneck_is_that_of_compare(chromium, address, answer):
    name, gain = next(
        item for item in answer.strategies if item.id == "all_three_food"
    ).limiting_link
    with shown(chromium, f"{address}#v=strategies&l=en") as page:
        settled(page)
        page.click(f"text={says('en', 'results.links_ask')}")
        page.wait_for_selector("text=Largest bottleneck")
        assert says("en", f"link.{name.replace(' ', '_')}") in seen(page, ".shown > section")
        page.locator(".shown > section figure summary").click()
        page.wait_for_selector(".shown > section table")
        cell = page.locator(".shown > section tbody tr").first.locator("td").first
        assert seen(cell) == words("en").range(gain, 2)


def test_a_link_brings_everything_back(chromium, address):
    with shown(chromium, f"{address}#v=strategies&l=en") as page:
        settled(page)
        page.select_option("#preset", "facilities")
        page.fill("#ceiling", "2")
        page.keyboard.press("Tab")
        page.select_option("#year", "2029")
        settled(page)
        page.click(f"text={says('en', 'keep.link')}")
        link, said = page.input_value("#link"), seen(page, ".key")
        table = outcomes(page)
    with shown(chromium, link) as page:
        settled(page)
        assert page.input_value("#ceiling") == "2"
        assert (seen(page, ".key"), outcomes(page)) == (said, table)


def test_the_plan_is_kept_as_a_scenario_that_the_commands_read(chromium, address, tmp_path):
    with shown(chromium, f"{address}#v=strategies&l=en") as page:
        settled(page)
        for name in ("national_plan", "equal_mix", "no_extra_action"):
            page.select_option("#preset", name)
            path = saved(page, lambda: page.click(f"text={says('en', 'keep.yaml')}"), tmp_path)
            own, library = (prepare(load_scenario(one)) for one in (path, name))
            assert set(own.constants) == set(library.constants)
            for constant, value in library.constants.items():
                # Where nothing is bought, dates say nothing.
                lever = re.sub(" (start|ramp|end)$", " level", constant)
                if library.constants.get(lever) or constant == lever:
                    assert own.constants[constant] == pytest.approx(value, rel=1e-9), constant
            assert own.yearly_cost == pytest.approx(library.yearly_cost, rel=1e-9)
        page.fill("#ceiling", "2,5")
        page.keyboard.press("Tab")
        path = saved(page, lambda: page.click(f"text={says('en', 'keep.yaml')}"), tmp_path)
        assert load_scenario(path).budget.ceiling == 2500.0
    for command in (["run", str(path)], ["compare", "--scenarios", str(path), "--draws", "12"]):
        done = subprocess.run(
            [sys.executable, "-m", "tumbuh", *command], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "Plan A of the page" in done.stdout


def test_a_kept_plan_is_opened_again(chromium, address, tmp_path):
    with shown(chromium, f"{address}#v=strategies&l=en") as page:
        settled(page)
        page.select_option("#preset", "hr_coordination")
        path = saved(page, lambda: page.click(f"text={says('en', 'keep.yaml')}"), tmp_path)
        page.select_option("#preset", "food")
        page.set_input_files("#plan-file", path)
        settled(page)
        assert page.input_value("#preset") == "hr_coordination"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "found nothing"),
        (b"\x00\x01\xff\xfe", "found something else"),
        (b"#" * 70_000, "at most 64 KiB"),
        (b"\n" * 700, "at most 600 lines"),
        (b"id: x\n", "section levers"),
        (b"levers:\n  magic: {level: 1.0}\n", "magic is not known"),
        (b"levers:\n  food coverage: {level: 80, start: 2027-01, ramp_months: 1}\n", "from 0 to 1"),
        (b"levers:\n  food coverage: {level: 0,4, start: x, ramp_months: 1}\n", "a month from"),
        (b"extends: [hr]\nlevers: {}\n", "extends is not read"),
        (b"levers:\n  &a [*a, *a]\n", "in braces"),
        (DOSE.encode().join([b"levers:\n", b"settings: {a: 1}\n"]), "section settings"),
    ],
)
def test_a_bad_file_is_told_and_changes_nothing(chromium, address, tmp_path, content, told):
    path = tmp_path / "rencana.yaml"
    path.write_bytes(content)
    with shown(chromium, f"{address}#v=strategies&l=en") as page:
        before = page.input_value("#preset")
        page.set_input_files("#plan-file", path)
        page.wait_for_selector(".keep .problem:not(:empty)")
        assert told in seen(page, ".keep .problem")
        assert page.input_value("#preset") == before


def test_figures_and_their_data_are_downloaded(chromium, address, tmp_path):
    with shown(chromium, f"{address}#v=strategies") as page:
        settled(page)
        tools = page.locator("figure").first.locator(".tool")
        made = [saved(page, tools.nth(k).click, tmp_path) for k in range(3)]
    table, picture, drawing = made
    rows = list(csv.reader(io.StringIO(table.read_text(encoding="utf-8-sig"))))
    assert rows[0][0] == says("id", "results.column_end")
    assert [row[0] for row in rows[1:]] == [str(year) for year in range(2027, 2032)]
    assert 10.0 < float(rows[1][1]) < 40.0
    assert picture.read_bytes().startswith(b"\x89PNG\r\n")
    assert len(picture.read_bytes()) > 10_000
    root = ElementTree.fromstring(drawing.read_text(encoding="utf-8"))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(list(root)) > 20


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_view_prints_on_a4(chromium, address, language):
    with shown(chromium, f"{address}#v=strategies&l={language}") as page:
        settled(page)
        page.wait_for_selector(".money figure svg")
        printed = page.pdf(prefer_css_page_size=True)
    sizes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", printed)
    assert 1 <= len(sizes) <= 5
    assert {(round(float(w)), round(float(h))) for w, h in sizes} <= {
        (595, 842),
        (594, 842),
        (596, 842),
    }


def test_the_target_slider_and_its_speed_limit(chromium, address, answer):
    own = words("en")
    with shown(chromium, f"{address}#v=target&l=en") as page:
        settled(page)
        limit = answer.target.limit
        text = seen(page, ".key")
        assert own.range(limit.coflow, unit=" %") in text
        assert own.range(limit.stocks, unit=" %") in text
        assert f"in {own.percent(answer.target.base)} of the draws with no extra action" in text
        page.focus("#target")
        page.keyboard.press("End")
        assert seen(page, "output[for=target]") == "30.0 %"
        assert "t=30_2029" in address_of(page)
        page.select_option("#target-year", "2035")
        settled(page)
        page.wait_for_function("() => document.querySelector('.key').textContent.includes('2035')")


def test_effects_are_switched_off_everywhere_by_one_switch(chromium, address):
    with shown(chromium, f"{address}#v=unknown&l=en") as page:
        page.focus("#no-effect")
        page.keyboard.press("Space")
        assert says("en", "page.no_effect_on") in seen(page, "#notices")
        page.click(f"nav >> text={says('en', 'strategies.short')}")
        settled(page)
        assert outcomes(page)[says("en", "results.row_mean")] == "0.00"
        page.click(f"text={says('en', 'page.undo')}")
        settled(page)
        page.wait_for_function(
            "() => !document.querySelector('.live').textContent.includes(' 0.00 ')"
        )
        assert float(outcomes(page)[says("en", "results.row_mean")]) > 0.3


def test_assumptions_are_moved_one_by_one(chromium, address):
    with shown(chromium, f"{address}#v=unknown&l=en") as page:
        settled(page)
        page.locator("figure summary").click()
        page.wait_for_selector("figure table")
        rows = page.locator("figure tbody tr")
        assert rows.count() == len(small_data()["assumptions"])
        cells = all_seen(rows.first.locator("td"))
        assert abs(float(cells[3]) - float(cells[1])) > 0.1


def test_an_assessment_is_entered_used_and_undone(chromium, address):
    with shown(chromium, f"{address}#v=assessment&l=en") as page:
        selects = page.locator("table.entry select")
        assert selects.count() == 3 * 16
        selects.nth(0).select_option("4")
        assert "expected lowest ≤ best ≤ highest" in seen(page, ".problem")
        page.click(f"text={says('en', 'assessment.use')}")
        assert "h=" not in address_of(page)
        for k in range(48):
            selects.nth(k).select_option(["0", "0.5", "1"][k % 3])
        page.click(f"text={says('en', 'assessment.use')}")
        page.wait_for_selector("figure svg")
        assert says("en", "page.assessment_on") in seen(page, "#notices")
        assert re.search(r"0\.1[23] \(0\.05 to 0\.2\d\)", seen(page, "main"))
        page.locator("figure summary").click()
        page.wait_for_selector("figure table")
        cells = all_seen(page.locator("figure tbody td:nth-child(2)"))
        assert cells[0] != cells[1]
        page.reload()
        page.wait_for_selector("figure svg")
        assert page.locator("table.entry select").first.input_value() == "0"
        page.click(f"text={says('en', 'page.undo')}")
        assert "h=" not in address_of(page)


def test_an_assessment_is_kept_and_a_bad_one_refused(chromium, address, tmp_path):
    with shown(chromium, f"{address}#v=assessment&l=en") as page:
        page.locator("table.entry select").nth(1).select_option("2")
        path = saved(page, lambda: page.click(f"text={says('en', 'assessment.save')}"), tmp_path)
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
        assert rows[0] == HEAD.strip().split(",")
        assert len(rows) == 17 and rows[1][1:] == ["clarity_1", "1.5", "2", "3"]
        page.reload()
        page.set_input_files("#assessment-file", path)
        page.wait_for_function(
            "() => document.querySelectorAll('table.entry select')[1].value === '2'"
        )
        for text, told in {
            "a,b\n": "expected determinant,indicator",
            HEAD: "16 indicators are still missing",
            HEAD + "clarity,clarity_1,3,2,1\n": "low ≤ best ≤ high",
            HEAD + "clarity,clarity_9,1,2,3\n": "clarity_9 is not known",
            HEAD + "clarity,clarity_1,1,2,9\n": "from 0 to 4",
        }.items():
            path.write_text(text, encoding="utf-8")
            page.set_input_files("#assessment-file", path)
            page.wait_for_function(
                "(text) => document.querySelector('.problem').textContent.includes(text)", arg=told
            )


def test_more_draws_are_used_where_the_page_has_them(chromium, tmp_path):
    """The number of draws is a choice; the page of the tests carries one size only."""
    assert small_data()["draws"] == DRAWS
    path = written(tmp_path)
    with shown(chromium, f"{path.as_uri()}#v=strategies&l=en&d=7") as page:
        assert says("en", "page.address") in seen(page, "#notices")
        settled(page)
        assert f"{DRAWS} draws" in seen(page, ".key")
        assert np.unique(all_seen(page.locator("#draws option"))).tolist() == [str(DRAWS)]
