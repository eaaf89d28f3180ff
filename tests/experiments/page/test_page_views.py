"""Every view of the page in both languages, on a laptop and a phone, in Chromium from disk."""

import re
import threading

import pytest
from chromium import needs_chromium
from page_browser import (
    PHONE,
    VIEWS,
    all_seen,
    foreign,
    says,
    seen,
    settled,
    shown,
    small_data,
    unfinished,
    violations,
    written,
)

from tumbuh.experiments.page.serve import server

pytestmark = needs_chromium


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_whole_and_accessible(chromium, address, view, language):
    with shown(chromium, f"{address}#v={view}&l={language}") as page:
        settled(page)
        assert page.locator("html").get_attribute("lang") == language
        assert seen(page, "h2") == says(language, f"{view}.heading")
        current = page.locator("nav a[aria-current=page]")
        assert seen(current) == says(language, f"{view}.short")
        assert unfinished(page) == []
        assert language == "en" or foreign(page) == []
        assert violations(page) == []


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_fits_a_phone(chromium, address, view):
    with shown(chromium, f"{address}#v={view}", PHONE) as page:
        settled(page)
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) == 0
        assert violations(page) == []


def test_opened_details_are_accessible_too(chromium, address):
    """Every fold open: each figure has its table, each action its sliders."""
    with shown(chromium, f"{address}#v=strategies") as page:
        settled(page)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        page.wait_for_selector("figure table")
        figures = page.locator("figure").count()
        assert page.locator("figure details table").count() == figures == 3
        assert violations(page) == []


def test_the_views_are_reached_by_keyboard(chromium, address):
    with shown(chromium, address) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "skip"
        names = []
        for _ in range(2 + len(VIEWS)):
            page.keyboard.press("Tab")
            names.append(page.evaluate("document.activeElement.textContent"))
        assert names[2:] == [says("id", f"{view}.short") for view in VIEWS]
        page.keyboard.press("Enter")
        assert seen(page, "h2") == says("id", "assessment.heading")
        assert page.evaluate("document.activeElement.id") == "heading"


def test_the_language_is_switched_by_keyboard_and_stays(chromium, address):
    with shown(chromium, address) as page:
        page.focus("#language button[lang=en]")
        page.keyboard.press("Enter")
        assert seen(page, "h2") == says("en", "standing.heading")
        assert page.evaluate("document.activeElement.lang") == "en"
        page.reload()
        assert seen(page, "h2") == says("en", "standing.heading")


def test_back_brings_the_view_before(chromium, address):
    with shown(chromium, address) as page:
        page.click(f"nav >> text={says('id', 'evidence.short')}")
        page.go_back()
        page.wait_for_function(
            "(text) => document.querySelector('h2').textContent === text",
            arg=says("id", "standing.heading"),
        )


def test_surveys_and_routine_figures_stand_apart(chromium, address):
    with shown(chromium, f"{address}#l=en") as page:
        figures = page.locator("figure")
        assert figures.count() == 2
        assert "no survey" in seen(figures.nth(1))
        figures.nth(0).locator("summary").click()
        page.wait_for_selector("figure table")
        rows = all_seen(figures.nth(0).locator("tbody tr"))
        assert len(rows) == len(small_data()["standing"]["surveys"])
        assert "23.8" in rows[0] and "18.2 to 30.5" in rows[0]
        assert "range only" in rows[3] and "22.2 to 24.7" in rows[3]


def test_evidence_is_searched_by_words_grade_and_origin(chromium, address):
    with shown(chromium, f"{address}#v=evidence&l=en") as page:
        page.fill("input[type=search]", "SQ-LNS 0.88")
        assert "A01" in seen(page, "tbody")
        page.fill("input[type=search]", "food adherence")
        before = page.locator("tbody tr").count()
        page.select_option("label:has-text('Origin') select", "no")
        assert page.locator("tbody tr").count() < before
        page.fill("input[type=search]", "no such thing anywhere")
        assert says("en", "evidence.nothing") in seen(page, "main")
        page.fill("input[type=search]", "<img src=x onerror=alert(1)>")
        assert page.locator("main img").count() == 0


def test_evidence_is_in_the_words_and_numbers_of_the_language(chromium, address):
    with shown(chromium, f"{address}#v=evidence&l=id") as page:
        field = page.locator("input[type=search]")
        field.fill("0,88")
        assert "0,88 (0,85 s.d. 0,91) rasio" in seen(page, "tbody")
        field.fill("food adherence")
        rows = seen(page, "tbody")
        assert "beta, rata-rata 0,65, SD 0,15" in rows and "beta(" not in rows
        field.fill("cadre training")
        rows = seen(page, "tbody")
        assert "Pelatihan kader posyandu: mulai" in rows and "Januari 2027" in rows
        field.fill("switch R6")
        assert "lingkar R6 utuh (1) atau diputus (0): kepercayaan" in seen(page, "tbody")
        assert foreign(page) == []


def agents_result():
    """A small result of the agents, in the form of `equity_payload`."""
    names = ["Batu Sopang", "Muara Samu", "Tanjung Harapan"]
    areas = [
        {"id": f"k{k}", "name": name, "column": k + 1, "row": 1 + k % 2}
        for k, name in enumerate(names)
    ]
    groups = {"distance": ["near", "far"], "wealth": ["poorest", "richest"]}
    ids = ["district", "k0", "k1", "k2", "near", "far", "poorest", "richest"]
    levels = {one: [10.0 + k, 5.0, 30.0] for k, one in enumerate(ids)}
    changes = {one: [-1.0, -2.0, -0.5 if one == "far" else 0.5] for one in ids}
    titles = {"no_extra_action": "No extra action", "hr": "HR capacity"}
    return {
        "until": "2031-12",
        "draws": 64,
        "strategies": [{"id": k, "title": {"id": v, "en": v}} for k, v in titles.items()],
        "areas": areas,
        "groups": groups,
        "measures": {"no_service": dict.fromkeys(titles, levels)},
        "changes": {"no_service": {"hr": changes}},
    }


def test_results_of_agents_are_shown_where_the_file_has_them(chromium, tmp_path):
    path = written(tmp_path, small_data() | {"equity": agents_result()})
    with shown(chromium, f"{path.as_uri()}#v=equity&l=en") as page:
        page.wait_for_selector("figure svg")
        assert page.locator("figure svg rect").count() == 3
        assert "Muara" in page.text_content("figure svg")
        assert "10.0 (5.0 to 30.0) in the whole district" in seen(page, ".verdict")
        everyone = page.locator("table", has=page.locator("caption", has_text="All strategies"))
        rows = all_seen(everyone.locator("tbody tr"))
        assert [row.split("\t")[0] for row in rows] == ["No extra action", "HR capacity"]
        assert all("10.0 (5.0 to 30.0)" in row for row in rows)
        assert rows[1].endswith("not shown")
        page.locator("label:has-text('Strategy') select").select_option("hr")
        page.locator("figure summary").click()
        page.wait_for_selector("figure table")
        assert page.locator("figure tbody tr").count() == 3
        rows = all_seen(page.locator("main tbody tr"))
        assert [row.endswith("yes") for row in rows if "puskesmas" in row] == [False, True]
        assert violations(page) == []
        assert unfinished(page) == []


def test_a_file_without_results_of_agents_says_so(chromium, tmp_path):
    path = written(tmp_path, small_data() | {"equity": None})
    with shown(chromium, f"{path.as_uri()}#v=equity&l=en") as page:
        assert says("en", "equity.missing") in seen(page, "main")


def test_the_served_page_computes_too(chromium, tmp_path):
    """From loopback: one request, the same policy, workers and all."""
    with server(written(tmp_path).read_text(encoding="utf-8"), 0) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        try:
            address = f"http://localhost:{running.server_port}/"
            with shown(chromium, f"{address}#v=strategies&l=en") as page:
                settled(page)
                page.wait_for_selector("#same-money figure svg")
                assert says("en", "money.open", chance="80 %") in seen(page, "#same-money")
        finally:
            running.shutdown()
            thread.join()


def test_a_question_leads_to_its_answer(chromium, address):
    """A first-time user's walk: which plan gives most for the same money, and how sure are we?"""
    with shown(chromium, f"{address}#l=en") as page:
        page.click(f"text={says('en', 'standing.question_strategies')}")
        page.wait_for_selector("#same-money figure svg")
        page.wait_for_function(
            "() => document.getElementById('same-money').getBoundingClientRect().top < innerHeight"
        )
        assert page.input_value("#sum") == "10"
        assert "this is not a ranking" in seen(page, "#same-money .verdict")
        page.wait_for_function("() => document.activeElement.id === 'same-money'")


def test_reduced_motion_is_kept(chromium, address):
    with shown(chromium, address) as page:
        smooth = "() => getComputedStyle(document.documentElement).scrollBehavior"
        assert page.evaluate(smooth) == "smooth"
        page.emulate_media(reduced_motion="reduce")
        assert page.evaluate(smooth) == "auto"


def test_without_an_engine_the_rest_can_be_read(chromium, address):
    with shown(
        chromium, f"{address}#v=strategies&l=en", before="delete window.WebAssembly"
    ) as page:
        page.wait_for_selector("#notices .notice")
        assert says("en", "engine.browser") in seen(page, "#notices")
        page.click(f"nav >> text={says('en', 'evidence.short')}")
        assert page.locator("tbody tr").count() > 10


@pytest.mark.parametrize("part", ["v=nothing", "a=*bad_1_2027-01_12_", "y=1999", "b=%00", "t=x"])
def test_an_address_that_makes_no_sense_is_told_and_not_used(chromium, address, part):
    with shown(chromium, f"{address}#l=en&{part}") as page:
        assert says("en", "page.address") in seen(page, "#notices")
        assert seen(page, "h2") == says("en", "standing.heading")


def test_a_number_and_its_percent_sign_stay_on_one_line(chromium, address):
    with shown(chromium, f"{address}#v=standing", PHONE) as page:
        settled(page)
        text = page.inner_text("main")
    assert re.search(r"\d\N{NO-BREAK SPACE}%", text)
    assert not re.search(r"\d %", text)


def test_a_browser_that_computes_slowly_says_so_once_and_keeps_it(chromium, address):
    # The clock of the page runs a thousand times as fast, as if every answer took so long.
    hurried = "const now = performance.now.bind(performance); performance.now = () => 1000 * now();"
    with shown(chromium, f"{address}#v=strategies&l=en", before=hurried) as page:
        settled(page)
        notice = page.locator("#notices .notice")
        assert notice.count() == 1
        assert re.search(r"computes slowly: \d[\d,]* s for 100 draws", seen(notice.first))
        page.locator("nav a[data-view=target]").click()
        settled(page)
        assert notice.count() == 1
        assert violations(page) == []
    with shown(chromium, f"{address}#v=strategies&l=en") as page:
        settled(page)
        assert page.locator("#notices .notice").count() == 0
