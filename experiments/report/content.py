"""The planner's report: question, answer, figures, tables, costs, doubts, sources."""

from __future__ import annotations

from collections.abc import Iterator

from ..answer import equal_heading, rule
from ..cli_tables import equal_table, gain_table, legend, prevalence_table
from ..outcomes import GAINS
from .blocks import Block, Heading, Items, Paragraph, Picture, Report, Table, numbered
from .decision import decision_blocks
from .doses import bought_table
from .doubts import doubt_blocks
from .judgements import judgement_blocks
from .material import Material
from .sentences import cheaper_sentences, three_sentences
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
    yield from _gains(about, gains)
    yield from _path(about, fan)
    yield from _costs(about)
    yield from _obstacles(about)
    yield from judgement_blocks(about)
    yield from doubt_blocks(about)
    yield from source_blocks(about)
    yield from _made(about)


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
    )
    yield Paragraph(text)
    base = words.range(about.answer.base[-1].survey, unit=" %")
    yield Paragraph(about.say("reading", range=base))


def _answer(about: Material) -> Iterator[Block]:
    words = about.words
    yield Heading(about.say("answer"))
    yield Items((*three_sentences(about), *cheaper_sentences(about)), numbered=True)
    behind = [] if about.scoring.holdout.keeps_up else [about.say("behind")]
    if said := [*rule(about.answer, words), *behind]:
        yield Paragraph(" ".join(said))
    yield from decision_blocks(about)


def _gains(about: Material, gains: Picture) -> Iterator[Block]:
    answer, words = about.answer, about.words
    headings, rows = gain_table(answer, words)
    # The terminal has no room to say what stands in the columns of probabilities; paper has.
    first = headings.index(words.get("column.none")) + 1
    for place, points in enumerate(GAINS, first):
        headings[place] = about.say("column_chance", points=words.number(points))
    yield Heading(about.say("gains"))
    # Where only plans for the same money were compared, they have a table of their own.
    if rows:
        yield Table(words.get("section.table"), headings, rows, note=legend(answer, words))
    yield gains


def _path(about: Material, fan: Picture) -> Iterator[Block]:
    yield Heading(about.say("path", year=about.year))
    spread, gain = about.answer.base[-1].survey, about.most.dates[-1].gain
    if gain.high90 < spread.high90 - spread.low90:
        text = about.words.number(spread.high90 - spread.low90), about.words.range(gain, 2)
        yield Paragraph(
            about.say("path_text", width=text[0], gain=text[1], name=about.name(about.most))
        )
    yield fan
    headings, rows = prevalence_table(about.answer, about.words)
    yield Table(about.words.get("section.prevalence"), headings, rows)


def _costs(about: Material) -> Iterator[Block]:
    answer, words = about.answer, about.words
    yield Heading(about.say("costs"))
    yield Paragraph(about.say("costs_text", year=about.year))
    if answer.equal_budget is not None:
        headings, rows = equal_table(answer, words)
        yield Table(equal_heading(answer, words), headings, rows, note=_first_plan(about))
    bought = bought_table(about)
    if bought is not None:
        yield bought


def _first_plan(about: Material) -> str:
    """Return what the plan is that comes first most often: its name alone does not tell."""
    assert about.answer.equal_budget is not None
    best, words = about.answer.equal_budget.best, about.words
    first = max(best, key=lambda name: best[name])
    plan = next(plan.scenario for plan in about.answer.plans if plan.scenario.id == first)
    return f"{words.title(plan.title)}: {words.title(plan.intent)}"


def _obstacles(about: Material) -> Iterator[Block]:
    table = about.tables.get(about.words.get("section.bottleneck", year=about.year))
    if table is None:
        return
    # One range is enough here; the other stands in the annex.
    dropped = table.headings.index(about.words.get("column.eighty"))
    headings, *rows = (
        [cell for place, cell in enumerate(row) if place != dropped]
        for row in (table.headings, *table.rows)
    )
    yield Heading(about.say("holds"))
    title = about.say("holds_title", year=about.year)
    headings[0] = about.say("column_raised")
    yield Table(title, headings, rows, note=about.say("holds_note"))


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
