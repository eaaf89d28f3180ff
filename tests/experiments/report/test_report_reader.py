"""What made a Bupati or a planner stumble in the report does not come back."""

import io
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from pypdf import PdfReader

from tumbuh.experiments.answer import cheaper, headlines
from tumbuh.experiments.report.blocks import Heading, Items, Paragraph, Table, together
from tumbuh.experiments.report.html import to_html
from tumbuh.experiments.report.judgements import judgement_blocks, leanings
from tumbuh.experiments.report.material import Material
from tumbuh.experiments.report.pdf import to_pdf
from tumbuh.experiments.report.pdf_style import use_fonts
from tumbuh.experiments.report.pdf_table import lay_out
from tumbuh.experiments.report.sentences import cheaper_sentences, three_sentences
from tumbuh.experiments.report.sources import used_findings
from tumbuh.experiments.text import words
from tumbuh.model.parameters import load_parameters

LANGUAGES = ("id", "en")
UNIT = r"(?:%|poin\b|points?\b|miliar\b|juta\b|billion\b|million\b)"
JARGON = {
    "id": r"\bnat\b|ragam|skor log|galat baku|z = |regresi|\b[A-L]\d\d\b",
    "en": r"\bnats?\b|variance|log score|standard error|z = |regression|\b[A-L]\d\d\b",
}


def texts(blocks):
    """Return running text: no cell of a table, no heading."""
    found = []
    for block in blocks:
        if isinstance(block, Items):
            found += block.texts
        if isinstance(block, Paragraph):
            found.append(block.text)
        if isinstance(block, Table):
            found.append(block.note)
    return found


def tables(blocks):
    return [block for block in blocks if isinstance(block, Table)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_terms_and_codes_stand_in_the_annex_only(reports, language):
    for text in texts(reports[language].blocks):
        assert re.search(JARGON[language], text) is None, text


def test_the_annex_says_what_its_terms_mean_and_holds_the_codes(with_annex):
    said = " ".join(texts(with_annex.blocks))
    for term in ("Ragam: ", "Skor log: ", "Rantai perkiraan sendiri: ", "nat skor log", "L01-L05"):
        assert term in said, term
    codes = {row[0] for table in tables(with_annex.blocks) for row in table.rows}
    assert {"L01", "L05", "C01", "A12"} <= codes


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_says_that_less_money_does_as_much(folder, reports, materials, language):
    import csv

    said, (less, most) = words(language), cheaper(materials[language].answer)
    with (folder / "equal_budget.csv").open(encoding="utf-8", newline="") as file:
        costs = {row["scenario"]: row["yearly_cost_million_idr"] for row in csv.DictReader(file)}
    [sentence] = cheaper_sentences(materials[language])
    for name in (less.id, most.id):
        assert said.rupiah(float(costs[name])) in sentence
    page = PdfReader(io.BytesIO(to_pdf(reports[language]))).pages[0].extract_text()
    assert re.sub(r"\s", "", sentence) in re.sub(r"\s", "", page)


def test_without_a_cheaper_plan_nothing_is_said_of_less_money(materials):
    about = materials["en"]
    stored = replace(about.stored, answer=replace(about.answer, equal_budget=None))
    assert cheaper_sentences(Material(stored, about.scoring, about.words)) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_does_not_repeat_its_answer(reports, materials, language):
    about, blocks = materials[language], reports[language].blocks
    start = blocks.index(Heading(about.say("decide")))
    end = next(k for k in range(start + 1, len(blocks)) if isinstance(blocks[k], Heading))
    [below] = [block.texts for block in blocks[start:end] if isinstance(block, Items)]
    answer = " ".join([*three_sentences(about), *headlines(about.answer, about.words)[:3]])
    interval = re.compile(r"[\d.,]+ \([\d.,]+ (?:s\.d\.|to) [\d.,]+")
    assert len(below) == 4
    for text in below:
        assert not set(interval.findall(text)) & set(interval.findall(answer)), text


def test_what_belongs_to_a_number_stays_with_it():
    kept = together("on <1 % of draws 1.05 (0.21 to 1.84) points for Rp6.2 billion, ≥ 0.5 points")
    for whole in ("<1\u00a0%", "0.21\u00a0to\u00a01.84)\u00a0points", "Rp6.2\u00a0billion"):
        assert whole in kept
    assert "≥\u00a00.5\u00a0points" in kept
    assert together("15,0 s.d. 30,5 %") == "15,0\u00a0s.d.\u00a030,5\u00a0%"
    assert together("come to 3 villages, 12 of them") == "come to 3 villages, 12 of them"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_is_broken_between_a_number_and_its_unit(reports, with_annex, language):
    report = with_annex if language == "id" else reports["en"]
    text = re.sub(r"<[^>]*>", "\n", to_html(report))
    text = text.replace("&lt;", "<").replace("&gt;", ">")
    assert re.search(rf"\d {UNIT}|[<>] \d", text) is None
    for page in PdfReader(io.BytesIO(to_pdf(report))).pages:
        lines = page.extract_text().splitlines()
        for line, following in pairwise(lines):
            sign = re.search(r"\s[<>≥]$", line.rstrip()) and re.match(r"\s*\d", following)
            number = re.search(r"[\d)]$", line.rstrip()) and re.match(rf"\s*{UNIT}", following)
            assert not sign and not number, (line, following)


@pytest.mark.parametrize("rows", [3, 4, 30])
def test_no_row_of_a_table_stands_alone_on_a_page(rows):
    use_fonts()
    cells = [[f"row {k}", "A longer text. " * (1 + k % 4)] for k in range(rows)]
    table = Table("t", ["Id", "Text"], cells, (0, 1))
    whole = lay_out(table, 300.0)
    _, height = whole.wrap(300.0, 10_000.0)
    divided = 0
    for room in np.arange(20.0, height, 7.0):
        parts = lay_out(table, 300.0).split(300.0, room)
        divided += len(parts) == 2
        # Each part repeats the headings.
        assert all(len(part._cellvalues) - 1 >= 2 for part in parts), room
    assert divided or rows == 3


def test_a_printed_page_keeps_two_rows_too(reports):
    page = to_html(reports["id"])
    assert "tbody tr:first-child, tbody tr:nth-last-child(2) { break-after: avoid; }" in page
    short = sum(len(table.rows) <= 22 for table in tables(reports["id"].blocks))
    assert page.count('class="table short"') == short > 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_published_studies_hold_no_judgement(reports, materials, language):
    about = materials[language]
    [found] = [t for t in tables(reports[language].blocks) if about.say("effects") in t.title]
    assert {row[2] for row in found.rows} == {"A", "B", "C"}
    left = len(used_findings(about)) - len(found.rows)
    assert str(left) in found.note and left > 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plan_that_comes_first_is_explained_below_its_table(reports, materials, language):
    about = materials[language]
    equal = next(t for t in tables(reports[language].blocks) if len(t.headings) == 6)
    first = equal.rows[0][0]
    plan = next(
        p.scenario for p in about.answer.plans if about.words.title(p.scenario.title) == first
    )
    assert equal.note == f"{first}: {about.words.title(plan.intent)}"


def about_with(materials, **draws):
    about = materials["en"]
    stored = replace(about.stored, draws=about.stored.draws | draws)
    return Material(stored, about.scoring, about.words)


def test_the_judgement_that_moves_the_answer_most_comes_first(materials):
    about = materials["en"]
    gain = about.answer.gain(about.most)
    assert load_parameters().get("wear rate[kit]").judged
    moved = about_with(materials, **{"wear rate[kit]": -gain})
    first, *others = leanings(moved)
    assert first.name == "wear rate[kit]" and len(others) <= 2
    order = np.sort(gain)
    fifth = len(order) // 5
    assert first.low == pytest.approx(np.median(order[-fifth:]), abs=0.02)
    assert first.high == pytest.approx(np.median(order[:fifth]), abs=0.02)
    assert all(first.swing >= other.swing for other in others)


def test_a_measured_input_is_no_judgement(materials):
    about = materials["en"]
    row = load_parameters().get("food effect")
    assert not row.judged and row.grade != "D"
    moved = about_with(materials, **{"food effect": about.answer.gain(about.most)})
    assert "food effect" not in {item.name for item in leanings(moved)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_says_what_changes_if_a_judgement_is_wrong(reports, materials, language):
    about, said = materials[language], words(language)
    found = leanings(about)
    rows = {row[0]: row[2:] for table in tables(judgement_blocks(about)) for row in table.rows}
    assert rows == {
        said.name(item.name): [said.number(item.low, 2), said.number(item.high, 2)]
        for item in found
    }
    reading = " ".join(texts(reports[language].blocks))
    assert not found or said.name(found[0].name) in reading
    assert said.percent(about.most.judged.judged) in reading


def noise(materials, seed):
    """Return the material with every judgement drawn anew, so that none goes with the gain."""
    random, draws = np.random.default_rng(seed), materials["en"].stored.draws
    return {name: random.permutation(values) for name, values in draws.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_judgements_without_effect_are_not_listed(materials, language):
    about = materials[language]
    listed = 0
    for seed in range(20):
        stored = replace(about.stored, draws=noise(materials, seed))
        blind = Material(stored, about.scoring, about.words)
        listed += bool(leanings(blind))
    assert listed <= 4
    still = {name: np.zeros_like(values) for name, values in stored.draws.items()}
    none = Material(replace(stored, draws=still), about.scoring, about.words)
    assert leanings(none) == () and not tables(judgement_blocks(none))
    said = about.say("judged_none", tried=0, draws=len(about.answer.gain(about.most)), name="X")
    assert any(said[:20] in text for text in texts(judgement_blocks(none)))


def test_one_judgement_with_effect_stands_alone(materials):
    about = materials["en"]
    drawn = noise(materials, 1) | {"wear rate[kit]": about.answer.gain(about.most)}
    moved = Material(replace(about.stored, draws=drawn), about.scoring, about.words)
    assert [item.name for item in leanings(moved)] == ["wear rate[kit]"]


def test_few_draws_tell_of_no_judgement(materials):
    about = materials["en"]
    failed = np.ones_like(about.answer.batch.failed)
    failed[:50] = False
    batch = replace(about.answer.batch, failed=failed)
    stored = replace(about.stored, answer=replace(about.answer, batch=batch))
    few = Material(stored, about.scoring, about.words)
    assert leanings(few) == ()
    assert not tables(judgement_blocks(few))
    assert any("is not told below" in text for text in texts(judgement_blocks(few)))
