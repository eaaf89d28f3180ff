"""The report: its numbers are the stored ones, its pages are few, its files repeat."""

import csv
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from pypdf import PdfReader
from raw_names import raw_names
from report_command import run

from tumbuh.experiments.answer import equal_lines, headlines
from tumbuh.experiments.outcomes import Interval
from tumbuh.experiments.ranking import Lead, Ranking
from tumbuh.experiments.report.blocks import Items, Paragraph, Table
from tumbuh.experiments.report.html import to_html
from tumbuh.experiments.report.material import Material
from tumbuh.experiments.report.pdf import to_pdf
from tumbuh.experiments.report.pdf_style import use_fonts
from tumbuh.experiments.report.pdf_table import widths
from tumbuh.experiments.report.sentences import three_sentences
from tumbuh.experiments.text import words
from tumbuh.scenarios.levers import catalogue
from tumbuh.scenarios.loader import EQUAL_BUDGET_IDS

LANGUAGES = ("id", "en")


@pytest.fixture(scope="session")
def pdfs(reports):
    return {language: to_pdf(report) for language, report in reports.items()}


@pytest.fixture(scope="session")
def pages(reports):
    return {language: to_html(report) for language, report in reports.items()}


def pdf_text(data):
    return squeezed(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages))


def squeezed(text):
    """Return a text without what the breaking of lines changes."""
    return re.sub(r"\s+", "", text)


def stored_rows(folder, name):
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_interval(row, name):
    ends = ("median", "low80", "high80", "low90", "high90", "mean")
    return Interval(*(float(row[f"{name}_{end}"]) for end in ends))


def tables(report):
    return [block for block in report.blocks if isinstance(block, Table)]


def written(folder, said):
    """Return every number of the stored tables as the command line writes it."""
    found = set()
    for row in stored_rows(folder, "summary.csv"):
        for name, decimals in (("survey_percent", 1), ("gain_points", 2), ("routine_percent", 1)):
            values = read_interval(row, name)
            found |= {said.range(values, decimals), said.number(values.mean, decimals)}
        found |= {said.percent(float(row[key])) for key in row if key.startswith("p_")}
        found.add(said.range(read_interval(row, "averted_children"), 0))
        found.add(said.rupiah(float(row["spending_million_idr_median"])))
        found.add(said.billions(float(row["spending_million_idr_median"])))
        if row["yearly_cost_million_idr"]:
            found.add(said.billions(float(row["yearly_cost_million_idr"])))
            found.add(said.rupiah(float(row["yearly_cost_million_idr"])))
    for row in stored_rows(folder, "equal_budget.csv"):
        found.add(said.percent(float(row["p_best"])))
    for row in stored_rows(folder, "bottleneck.csv"):
        values = read_interval(row, "gain_points")
        found |= {said.number(values.median, 2), said.number(values.mean, 2)}
        found.add(said.span(values.low80, values.high80, 2))
        found.add(said.span(values.low90, values.high90, 2))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_the_tables_is_a_stored_one(folder, reports, language):
    """The tables of gains, prevalence, equal budgets and links: no cell comes from elsewhere."""
    known = written(folder, words(language))
    children, gains, prevalence, equal, buys, links = tables(reports[language])[:6]
    for table in (children, gains, prevalence, equal, links):
        cells = [cell for row in table.rows for cell in row[1:]]
        assert cells and set(cells) <= known, table.title
    assert len(buys.rows) >= 11


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_of_gains_has_a_row_for_every_strategy(folder, reports, language, stored):
    said, rows = words(language), {}
    for row in stored_rows(folder, "summary.csv"):
        rows[row["scenario"]] = row  # the last date stays
    expected = [
        [
            said.title(stored.answer.titles[name]),
            said.range(read_interval(row, "gain_points"), 2),
            said.number(float(row["gain_points_mean"]), 2),
            said.percent(float(row["p_no_effect"])),
            said.percent(float(row["p_gain_half_point"])),
            said.percent(float(row["p_gain_one_point"])),
            said.billions(float(row["yearly_cost_million_idr"])),
            said.billions(float(row["spending_million_idr_median"])),
        ]
        for name, row in rows.items()
        if name != "no_extra_action" and name not in EQUAL_BUDGET_IDS
    ]
    assert tables(reports[language])[1].rows == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_screen_and_paper_carry_every_sentence_and_cell(reports, pages, pdfs, language):
    from html import unescape

    page = squeezed(unescape(re.sub(r"<[^>]*>", "", pages[language])))
    paper = pdf_text(pdfs[language])
    for block in reports[language].blocks:
        texts = block.texts if isinstance(block, Items) else ()
        if isinstance(block, Table):
            texts = [cell for row in block.rows for cell in row]
        for text in map(squeezed, texts):
            assert text in page
            assert text in paper, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_costs_of_what_is_bought_sum_to_those_of_the_strategies(
    folder, reports, language, stored
):
    costs = {plan.scenario.id: plan.yearly_cost for plan in stored.answer.plans}
    for row in stored_rows(folder, "equal_budget.csv"):
        assert float(row["yearly_cost_million_idr"]) == costs[row["scenario"]]
    said, buys = words(language), tables(reports[language])[4]
    levers = {said.title(lever.title) for lever in catalogue().levers.values()}
    assert {row[1] for row in buys.rows} <= levers
    [food] = [row for row in buys.rows if row[0] == said.title(stored.answer.titles["food"])]
    assert food[3] == said.rupiah(costs["food"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_four_to_eight_pages_of_a4_numbered_and_dated_as_the_comparison(
    pdfs, reports, stored, language
):
    found = PdfReader(io.BytesIO(pdfs[language]))
    assert 4 <= len(found.pages) <= 8
    for number, page in enumerate(found.pages, 1):
        assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
        text = page.extract_text()
        assert reports[language].page.format(page=number, pages=len(found.pages)) in text
        assert len(text) > 600, f"page {number} is all but empty"
    day = stored.manifest["date"]
    assert found.metadata.creation_date.strftime("%Y-%m-%dT%H:%M:%SZ") == day
    assert found.metadata.title == reports[language].title
    assert found.trailer["/Root"]["/Lang"] == language
    assert len(found.outline) > 0


def test_the_files_are_the_same_to_the_byte(folder, materials, pages, pdfs, scoring, monkeypatch):
    from tumbuh.experiments.report.content import report_of
    from tumbuh.experiments.report.pictures import pictures
    from tumbuh.experiments.report.stored import read_stored

    monkeypatch.setenv("TZ", "Asia/Makassar")
    about = Material(read_stored(folder), scoring, words("id"))
    again = report_of(about, pictures(about), ())
    assert to_html(again) == pages["id"]
    assert to_pdf(again) == pdfs["id"]


class _Reader(HTMLParser):
    """Notes what a page holds and whether its elements close in order."""

    void = frozenset({"meta", "br", "path", "use", "image", "rect"})

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.found, self.links = [], [], [], []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.found.append((tag, named))
        if "id" in named:
            self.ids.append(named["id"])
        for value in named.values():
            self.links += re.findall(r"url\(#([^)]+)\)", value or "")
        if "href" in named:
            self.links.append(named["href"].lstrip("#"))
        if tag not in self.void:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.void:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag not in self.void:
            assert self.open.pop() == tag


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_and_loads_nothing(pages, language):
    page, reader = pages[language], _Reader()
    reader.feed(page)
    assert reader.open == []
    assert len(reader.ids) == len(set(reader.ids))
    assert set(reader.links) <= set(reader.ids)
    tags = [tag for tag, _ in reader.found]
    assert not {"script", "link", "iframe", "img", "object"} & set(tags)
    assert not [named for _, named in reader.found if "src" in named]
    policy = next(named["content"] for _, named in reader.found if "http-equiv" in named)
    assert "default-src 'none'" in policy
    assert re.search(r"@import|url\(['\"]?(?!#)", page) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_can_be_read_without_eyes_and_printed(pages, language):
    reader = _Reader()
    reader.feed(pages[language])
    named = {tag: [attrs for t, attrs in reader.found if t == tag] for tag, _ in reader.found}
    assert named["html"][0]["lang"] == language
    assert len(named["h1"]) == 1 and len(named["h2"]) >= 8
    assert len(named["caption"]) == len(named["table"]) == 10
    assert all(head["scope"] in ("col", "row") for head in named["th"])
    pictures = [attrs for attrs in named["div"] if attrs.get("role") == "img"]
    assert len(pictures) == 2 and all(len(attrs["aria-label"]) > 60 for attrs in pictures)
    for rule in ("size: A4", "counter(page)", "counter(pages)", "orphans: 3", "break-inside"):
        assert rule in pages[language]


def test_a_title_of_the_readers_own_stays_text(pages, pdfs):
    assert "Food &amp; cadres &lt;more&gt;" in pages["en"]
    assert "<more>" not in pages["en"]
    assert squeezed("Food & cadres <more>") in pdf_text(pdfs["en"])


def test_the_annex_holds_every_parameter_and_every_table(with_annex, materials):
    from tumbuh.model.parameters import load_parameters

    names = {row[0] for table in tables(with_annex) for row in table.rows}
    for name in load_parameters().names:
        own = words("id").name(name)
        assert (name if own == name else f"{own} ({name})") in names
    titles = " ".join(table.title for table in tables(with_annex))
    assert all(title in titles for title in materials["id"].tables)
    hashes = materials["id"].stored.manifest["files"].values()
    cells = {cell for table in tables(with_annex) for row in table.rows for cell in row}
    assert set(hashes) <= cells
    assert len(PdfReader(io.BytesIO(to_pdf(with_annex))).pages) > 12


def about_with(materials, language="en", **changed):
    about = materials[language]
    stored = replace(about.stored, answer=replace(about.answer, **changed))
    return Material(stored, about.scoring, about.words)


@pytest.mark.parametrize(
    ("share", "difference", "said", "printed"),
    [
        (0.8, 0.42, "above the 80 %", ": this is a ranking"),
        (0.79, 0.42, "below the 80 %", "not a ranking"),
        (0.84, 0.13, "the two do about as well", "the two do about as well"),
    ],
)
def test_an_order_is_named_a_ranking_by_its_chance_and_its_difference(
    materials, share, difference, said, printed
):
    best, lead = {"equal_mix": share, "equal_food": 1.0 - share}, ("equal_mix", "equal_food")
    equal = Ranking(2031, best, (), Lead(*lead, difference))
    about = about_with(materials, equal_budget=equal, smallest=0.42)
    third = three_sentences(about)[2]
    assert said in third
    assert ("cannot be named" in third) is (share < 0.8)
    assert printed in equal_lines(about.answer, about.words)[0]


@pytest.mark.parametrize(("best", "named"), [(0.02, False), (0.9, True)])
def test_nobody_is_named_for_a_target_that_is_missed_whatever_is_chosen(materials, best, named):
    target = materials["en"].answer.target
    chances = dict.fromkeys(target.chances, 0.01) | {"hr": best}
    about = about_with(materials, target=replace(target, base=0.01, chances=chances))
    hr = about.name(next(r for r in about.answer.strategies if r.id == "hr"))
    first, headline = three_sentences(about)[0], headlines(about.answer, about.words)[2]
    for text in (first, headline):
        assert (f"({hr})" in text) is named
        assert ("(whichever strategy is chosen)" in text) is not named


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_names_no_parameter_as_the_model_does(reports, language):
    texts = [text for b in reports[language].blocks if isinstance(b, Items) for text in b.texts]
    texts += [b.text for b in reports[language].blocks if isinstance(b, Paragraph)]
    texts += [cell for table in tables(reports[language]) for row in table.rows for cell in row]
    assert len(texts) > 200
    assert raw_names(texts) == set()


def test_units_of_the_findings_are_those_of_the_language(reports):
    said = {
        language: " ".join(row[1] for row in tables(reports[language])[-1].rows)
        for language in LANGUAGES
    }
    assert "poin persen" in said["id"] and "percentage points" in said["en"]
    assert " pp" not in said["id"] + said["en"]


def test_without_an_equal_budget_no_strategy_is_called_best(materials):
    third = three_sentences(about_with(materials, equal_budget=None))[2]
    assert "none of them may be called the best" in third


def test_no_gain_is_called_no_gain(materials):
    facilities = [r for r in materials["en"].answer.strategies if r.id == "cadre_training_only"]
    about = about_with(materials, strategies=tuple(facilities), equal_budget=None)
    assert three_sentences(about)[1].startswith("None of the strategies lowers the median")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_says_what_the_command_says(materials, language):
    """The gain of the sentence is that of the headline, with the share of no effect beside it."""
    about = materials[language]
    headline = headlines(about.answer, about.words)[1]
    most = next(r for r in about.answer.strategies if f": {about.name(r)}, " in headline)
    gain = about.words.range(most.dates[-1].gain, 2)
    second = three_sentences(about)[1]
    assert gain in headline and gain in second
    assert about.words.percent(most.dates[-1].none) in second


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_the_three_sentences_is_a_stored_one(folder, materials, language):
    said, aim = words(language), materials[language].answer.target.target
    number = re.compile(r"[<>]?-?\d+(?:[.,]\d+)*")
    known = {token for text in written(folder, said) for token in number.findall(text)}
    known |= {said.number(100.0 * aim.share), str(aim.year), "2031", "80", said.number(0.5)}
    known |= set(number.findall(said.rupiah(10_000.0)))
    found = number.findall(" ".join(three_sentences(materials[language])))
    assert len(found) > 20 and set(found) <= known


def test_columns_fill_the_page_and_break_no_number():
    from reportlab.pdfbase.pdfmetrics import stringWidth

    use_fonts()
    rows = [["a name of several words" * 3, "0.10 (0.00 to 0.50)", "A longer text. " * 20]] * 3
    table = Table("t", ["Strategy", "Gain", "Source"], rows, (0, 2))
    found = widths(table, 500.0)
    assert sum(found) == pytest.approx(500.0)
    assert found[1] >= stringWidth(rows[0][1], "DejaVuSans", 7.0)
    assert found[2] > found[0] > 40.0


@pytest.mark.slow
def test_many_plans_of_ones_own_make_a_report_too(tmp_path, scoring):
    """Forty plans with long names: the figure still fits its page, and each plan has its doses."""
    from tumbuh.experiments.report.content import report_of
    from tumbuh.experiments.report.pictures import pictures
    from tumbuh.experiments.report.stored import read_stored

    files = []
    for number in range(40):
        name = f"Rencana {number} " + "x" * 8 * number
        path = tmp_path / f"p{number}.yaml"
        path.write_text(
            f"id: p{number}\ntitle: {{id: {name}, en: {name}}}\nintent: {{id: a, en: b}}\n"
            f"levers:\n  food coverage: {{level: 0.5, start: 2027-01, ramp_months: {number}}}\n",
            encoding="utf-8",
        )
        files.append(str(path))
    options = ["--draws", "10", "--quiet", "--scenarios", ",".join(files)]
    done = run("compare", *options, "--out", tmp_path / "r")
    assert done.exit_code == 0, done.output
    about = Material(read_stored(tmp_path / "r"), scoring, words("id"))
    report = report_of(about, pictures(about), ())
    children, gains, prevalence, buys = tables(report)[:4]
    assert (
        len(children.rows) == 1
        and len(gains.rows) == len(buys.rows) == 40
        and len(prevalence.rows) == 7
    )
    assert squeezed("Rencana 39 " + "x" * 312) in pdf_text(to_pdf(report))
