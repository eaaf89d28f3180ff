"""The planner's report: question, answer, figures, tables, costs, doubts, sources."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.parameters import load_parameters
from ...scenarios.costs import planning_inputs, unit_price
from ...scenarios.levers import catalogue
from ...scenarios.loader import EQUAL_BUDGET_IDS, LIBRARY_IDS
from ..answer import equal_heading, equal_lines, headlines, statement
from ..calibration_statement import holdout_sentences
from ..care import caveats
from ..cli_tables import MAIN, equal_table, gain_table, legend, prevalence_table
from ..evidence_view import counts, entries
from ..scenario_view import dose_text
from .blocks import Block, Heading, Items, Paragraph, Picture, Report, Table, numbered
from .material import Material
from .sentences import three_sentences
from .sources import source_blocks


def report_of(
    about: Material, pictures: tuple[Picture, Picture], annex: tuple[Block, ...]
) -> Report:
    """Return the whole report.

    Parameters
    ----------
    about
        What it is written from.
    pictures
        Gains of all strategies, and paths of the main ones.
    annex
        Blocks after the report; none without an annex.
    """
    words, made = about.words, about.stored.manifest
    date = {"date": words.day(made["date"]), "version": made["tumbuh"]}
    draws = words.number(float((~about.answer.batch.failed).sum()), 0)
    return Report(
        title=about.say("title", district=about.answer.district.name, year=about.year),
        subtitle=about.say("subtitle", draws=draws, **date),
        foot=about.say("foot", **date),
        page=about.say("page", page="{page}", pages="{pages}"),
        made=made["date"],
        language=words.language,
        blocks=numbered([*_blocks(about, *pictures), *annex], words),
    )


def _blocks(about: Material, gains: Picture, fan: Picture) -> Iterator[Block]:
    yield from _question(about)
    yield from _answer(about)
    yield Heading(about.say("gains"))
    yield _table(about, "section.table", *gain_table(about.answer, about.words))
    yield gains
    yield from _path(about, fan)
    yield from _costs(about)
    yield from _obstacles(about)
    yield from _doubts(about)
    yield from source_blocks(about)
    yield from _made(about)


def _table(
    about: Material, title: str, headings: list[str], rows: list[list[str]], **blanks: object
) -> Table:
    note = legend(about.answer, about.words) if title == "section.table" else ""
    return Table(about.words.get(title, **blanks), headings, rows, note=note)


def _question(about: Material) -> Iterator[Block]:
    words, target = about.words, about.answer.target.target
    yield Heading(about.say("question"))
    text = about.say(
        "question_text",
        count=len(about.answer.strategies),
        district=about.answer.district.name,
        year=about.year,
        target=words.number(100.0 * target.share),
        target_year=target.year,
        meaning=words.get("answer.meaning"),
    )
    yield Paragraph(text)
    yield Paragraph(about.say("reading"), "note")


def _answer(about: Material) -> Iterator[Block]:
    words, effect = about.words, about.stored.design_effect
    yield Heading(about.say("answer"))
    yield Items(three_sentences(about), numbered=True)
    behind = [] if about.scoring.holdout.keeps_up else [about.say("behind")]
    yield Paragraph(" ".join([statement(about.answer, words, effect)[-1], *behind]))
    yield Heading(about.say("figures"))
    yield Items(tuple(headlines(about.answer, words)))


def _path(about: Material, fan: Picture) -> Iterator[Block]:
    yield Heading(about.say("path", year=about.year))
    yield fan
    yield _table(about, "section.prevalence", *prevalence_table(about.answer, about.words))


def _costs(about: Material) -> Iterator[Block]:
    answer, words = about.answer, about.words
    yield Heading(about.say("costs"))
    yield Paragraph(about.say("costs_text", year=about.year))
    if answer.equal_budget is not None:
        headings, rows = equal_table(answer, words)
        yield Table(equal_heading(answer, words), headings, rows)
        yield Items(tuple(equal_lines(answer, words)))
    rows = list(_bought(about))
    if rows:
        heads = [words.get("column.strategy")]
        heads += [about.say(f"column_{name}") for name in ("lever", "dose", "rupiah")]
        yield Table(about.say("buys"), heads, rows, (0, 1, 2))


def _bought(about: Material) -> Iterator[list[str]]:
    """Return the levers of the main strategies that join no others, and of the reader's own."""
    words, levers, prices = about.words, catalogue().levers, planning_inputs()
    for plan in about.answer.plans:
        scenario = plan.scenario
        own = scenario.id not in LIBRARY_IDS
        if not own and (scenario.id not in MAIN or scenario.extends):
            continue
        name = words.title(scenario.title)
        for lever, dose in scenario.levers.items():
            cost = dose.level * unit_price(levers[lever], prices)
            text = dose_text(levers[lever], dose.level, words.language)
            yield [name, words.title(levers[lever].title), text, words.rupiah(cost)]
            name = ""


def _obstacles(about: Material) -> Iterator[Block]:
    table = about.tables.get(about.words.get("section.bottleneck", year=about.year))
    if table is not None:
        yield Heading(about.say("holds"))
        yield table


def _doubts(about: Material) -> Iterator[Block]:
    answer, words = about.answer, about.words
    yield Heading(about.say("wrong"))
    yield Paragraph(about.say("wrong_text"))
    surveys = statement(answer, words, about.stored.design_effect)[:-1]
    scoring = about.scoring
    test = holdout_sentences(scoring.holdout, scoring.chance, words, not scoring.unsettled)
    settled = [about.say("unsettled")] if scoring.unsettled else []
    lines = [*surveys, _judged(about), *caveats(answer, words), _methods(about)]
    yield Items((*lines, *settled, *test))


def _judged(about: Material) -> str:
    shown = [e for e in entries(load_parameters(), "parameters") if e.cells["prior"] != "fixed"]
    found = counts(shown)
    grades = found["by grade"]
    assert isinstance(grades, dict)
    by_grade = {grade.lower(): number for grade, number in grades.items()}
    return about.say("judged_count", rows=found["rows"], judged=found["judged"], **by_grade)


def _methods(about: Material) -> str:
    words, results = about.words, about.answer.strategies
    plain = [r for r in results if r.id not in EQUAL_BUDGET_IDS] or list(results)
    most = max(plain, key=lambda r: r.dates[-1].gain.median)
    return about.say(
        "methods",
        name=about.name(most),
        coflow=words.range(most.sectors.coflow, 2),
        stocks=words.range(most.sectors.stocks, 2),
        differ=sum(r.sectors.differ for r in results),
        count=len(results),
    )


def _made(about: Material) -> Iterator[Block]:
    made = about.stored.manifest
    text = about.say(
        "made",
        command=" ".join(["tumbuh", *made["command"][1:]]),
        date=made["date"].rstrip("Z").replace("T", " "),
        version=made["tumbuh"],
        seed=made["seed"],
        digest=made["model_sha256"][:16],
        answer=made["files"]["answer.json"][:16],
    )
    yield Paragraph(text, "note")
