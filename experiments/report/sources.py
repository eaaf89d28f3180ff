"""Where the numbers of a report come from, with their grades."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...model.evidence_rows import Effect
from ...model.evidence_tables import load_evidence
from ...model.parameters import load_parameters
from ...scenarios.levers import catalogue
from ...scenarios.loader import BASELINE
from ...scenarios.text import number
from ..care import TRIALS
from ..evidence_words import value_text
from ..text import Words
from .blocks import Block, Heading, Paragraph, Table
from .material import Material


def source_blocks(about: Material) -> Iterator[Block]:
    """Return the sources of surveys, prices and published findings."""
    yield Heading(about.say("sources"))
    yield Paragraph(about.say("sources_text"))
    yield Paragraph(about.say("abbreviations"), "note")
    if about.answer.observations:
        yield _surveys(about)
    yield _prices(about)
    published = [row for row in used_findings(about) if not row.judged and row.grade != "D"]
    yield findings_table(about, published, coded=False)


def titles(ids: Iterable[str], words: Words) -> str:
    """Return the titles of sources, each with its year where that is known."""
    known = [load_evidence().sources[name] for name in ids]
    return "; ".join(
        f"{words.told(row.title)} ({row.year})" if row.year else words.told(row.title)
        for row in known
    )


def _heads(about: Material, *names: str) -> list[str]:
    return [about.say(f"column_{name}") for name in names]


def _surveys(about: Material) -> Table:
    words = about.words
    rows = []
    for item in about.answer.observations:
        if item.value is not None:
            share = words.number(100.0 * item.value)
        else:
            assert item.low is not None and item.high is not None
            share = words.span(100.0 * item.low, 100.0 * item.high)
        rows.append(
            [
                item.survey.replace(" ", "\u00a0"),
                share,
                f"{words.told(item.source)}. {item.url}".removesuffix(". "),
            ]
        )
    heads = _heads(about, "survey", "share", "source")
    return Table(about.say("surveys"), heads, rows, (0, 2))


def used_findings(about: Material) -> list[Effect]:
    """Return the findings that the strategies rest on, and those set beside the answer."""
    plans = [plan.scenario for plan in about.answer.plans if plan.scenario.id != BASELINE]
    named = {*TRIALS.values(), *(row for scenario in plans for row in scenario.evidence)}
    return [row for row in load_evidence().effects.values() if row.id in named]


def findings_table(about: Material, findings: list[Effect], coded: bool) -> Table:
    """Return findings with value, grade and source.

    Parameters
    ----------
    about
        Material.
    findings
        Rows of the evidence.
    coded
        Whether each has its id, and judged ones are marked, as researchers look them up.
    """
    rows = [
        [
            *([row.id] if coded else []),
            f"{about.words.told(row.cause)}: {about.words.told(row.outcome)}",
            value_text(row, about.words) or "–",
            grade_mark(row.grade, row.judged),
            titles(row.source, about.words),
        ]
        for row in findings
    ]
    heads = _heads(about, *(["id"] if coded else []), "finding", "value", "grade", "source")
    if coded:
        return Table(
            about.words.get("annex.findings"),
            heads,
            rows,
            tuple(range(len(heads))),
            about.say("judged"),
        )
    note = about.say("effects_note", count=len(used_findings(about)) - len(findings))
    return Table(about.say("effects"), heads, rows, tuple(range(len(heads))), note)


def grade_mark(grade: str, judged: bool) -> str:
    """Return a grade, with a star where judgement is in it."""
    return f"{grade} *" if judged else grade


def _prices(about: Material) -> Table:
    words, table, rows = about.words, load_parameters(), []
    for lever in catalogue().levers.values():
        if lever.cost is None:
            continue
        row = table.get(lever.cost.constant)
        units = row.unit.removeprefix("MIDR/").strip("()").split("*")
        price = number(row.value, words.language)
        rows.append(
            [
                words.title(lever.title),
                price,
                " per ".join(map(words.unit, units)),
                str(lever.cost.year),
                grade_mark(row.grade, row.judged),
                titles(row.source, words),
            ]
        )
    heads = [*_heads(about, "lever", "price", "unit"), words.get("figure.year")]
    heads += _heads(about, "grade", "source")
    return Table(about.say("prices"), heads, rows, (0, 2, 4, 5), about.say("judged"))
