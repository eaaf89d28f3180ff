"""The technical annex: definitions, every table, how it was made, checks, every parameter."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.calendar import DECISION_MONTH
from ...model.parameters import load_parameters
from ...scenarios.doses import dose_text
from ...scenarios.levers import catalogue
from ...scenarios.text import number
from ..answer import statement
from ..calibration_statement import holdout_sentences
from ..care import caveats
from ..cli_score import score_table
from ..evidence_view import entries
from ..evidence_words import prior_words, value_text
from ..outcomes import NO_EFFECT
from ..ranking import RANKING_CHANCE, SHOWN
from .blocks import Block, Heading, Items, Paragraph, Table
from .material import Material
from .sources import findings_table, grade_mark, used_findings
from .stored_draws import drawn_text

DEFINED = (
    *("draw", "range", "gain", "none", "deciding", "best", "limit", "cut", "methods"),
    *("base", "grade", "variance", "log_score", "chain"),
)


def annex(about: Material) -> tuple[Block, ...]:
    """Return the blocks of the annex."""
    return tuple(_blocks(about))


def _blocks(about: Material) -> Iterator[Block]:
    get = about.words.get
    yield Heading(get("annex.heading"), 1)
    yield Paragraph(get("annex.intro"))
    yield Heading(get("annex.definitions"))
    yield Items(tuple(_definitions(about)))
    yield Heading(get("annex.care"))
    yield Items(tuple(_care(about)))
    yield findings_table(about, used_findings(about), coded=True)
    yield Heading(get("annex.tables"))
    yield from about.tables.values()
    yield _doses(about)
    yield Heading(get("annex.made"))
    yield _made(about)
    yield Heading(get("annex.checks"))
    yield _checks(about)
    yield _score(about)
    yield Heading(get("annex.parameters"))
    yield Paragraph(get("annex.parameters_text", command="tumbuh evidence --json"), "note")
    yield _parameters(about)
    yield _sources(about)


def _heads(about: Material, *names: str) -> list[str]:
    return [about.words.get(f"annex.column_{name}") for name in names]


def _definitions(about: Material) -> Iterator[str]:
    words, failed, smallest = about.words, about.answer.batch.failed, about.answer.smallest
    values = {
        "draws": words.number(float((~failed).sum()), 0),
        "failed": words.number(float(failed.sum()), 0),
        "none": words.number(NO_EFFECT, 3),
        "deciding": "" if smallest is None else words.number(smallest, SHOWN),
        "ranking": words.percent(RANKING_CHANCE),
        "start": words.month(DECISION_MONTH),
        "meaning": words.get("answer.meaning"),
    }
    # A single strategy has no difference to another one.
    names = [name for name in DEFINED if name != "deciding" or smallest is not None]
    return (words.get(f"annex.define_{name}", **values) for name in names)


def _care(about: Material) -> Iterator[str]:
    """Return, with codes and terms, what the report says in plain words."""
    answer, words, scoring = about.answer, about.words, about.scoring
    yield statement(answer, words, about.stored.design_effect)[0]
    yield from caveats(answer, words)
    yield from holdout_sentences(scoring.holdout, scoring.chance, words, not scoring.unsettled)


def _doses(about: Material) -> Table:
    words, levers, rows = about.words, catalogue().levers, []
    for plan in about.answer.plans:
        name = words.title(plan.scenario.title)
        for lever, dose in plan.scenario.levers.items():
            text = dose_text(levers[lever], dose.level, words.language, exact=True)
            when = [words.month(dose.start), number(dose.ramp, words.language)]
            rows.append([name, words.title(levers[lever].title), text, *when])
            name = ""
    heads = [words.get("column.strategy"), words.get("report.column_lever")]
    heads += [words.get("report.column_dose"), *_heads(about, "start", "ramp")]
    return Table(words.get("annex.doses"), heads, rows, (0, 1, 2, 3))


def _made(about: Material) -> Table:
    get, made = about.words.get, about.stored.manifest
    ensemble = made["ensemble"]
    facts = {
        "command": " ".join(["tumbuh", *made["command"][1:]]),
        "date": made["date"],
        "version": made["tumbuh"],
        "commit": made["git_commit"] or "–",
        "python": f"{made['python']}, {made['platform']}",
        "libraries": ", ".join(f"{name} {number}" for name, number in made["libraries"].items()),
        "draws": f"{made['draws']}; {ensemble['draws']}",
        "seed": f"{ensemble['seed']}; {ensemble['subset_seed'] or '–'}",
        "frozen": ensemble["frozen"],
        "effect": about.words.number(ensemble["design_effect"], 2),
    }
    rows = [[get(f"annex.made_{key}"), str(value)] for key, value in facts.items()]
    hashes = made["made_from"] | {f"file {name}": sha for name, sha in made["files"].items()}
    rows += [[get("annex.made_from", name=name), sha] for name, sha in hashes.items()]
    return Table(get("annex.made"), _heads(about, "what", "found"), rows, (0, 1))


def _checks(about: Material) -> Table:
    get, made, answer = about.words.get, about.stored.manifest, about.answer
    passed = {
        "files": len(made["files"]),
        "made": len(made["made_from"]),
        "surveys": len(made["ensemble"]["observations"]),
        "plans": len(answer.plans),
    }
    rows = [
        [get(f"annex.checks_{key}"), get("annex.checks_passed", count=count)]
        for key, count in passed.items()
    ]
    rows.append([get("annex.checks_failed"), str(int(answer.batch.failed.sum()))])
    fast = sum(result.implausible[0] for result in answer.strategies)
    rows.append([get("annex.checks_fast"), str(fast)])
    return Table(get("annex.checks"), _heads(about, "what", "found"), rows, (0, 1))


def _score(about: Material) -> Table:
    get = about.words.get
    headings, rows = score_table(about.scoring, about.words)
    return Table(get("annex.checks_score"), headings, rows, note=get("score.reading"))


def _parameters(about: Material) -> Table:
    words, table, rows = about.words, load_parameters(), []
    for entry in entries(table, "parameters"):
        cells, row = entry.cells, table.get(entry.name)
        rows.append(
            [
                words.full_name(entry.name),
                value_text(row, words),
                prior_words(row.prior, words),
                drawn_text(about.stored.draws, entry.name, words),
                cells["evidence"],
                cells["source"],
                grade_mark(cells["grade"], entry.judged is True),
            ]
        )
    heads = _heads(about, "parameter", "found", "prior", "drawn", "evidence")
    heads += [about.say("column_source"), about.say("column_grade")]
    title, note = words.get("annex.parameters"), about.say("judged")
    return Table(title, heads, rows, tuple(range(7)), note)


def _sources(about: Material) -> Table:
    get = about.words.get
    rows = [
        [
            entry.name,
            " ".join(part for part in (f"{title},", cells["year"], cells["url"]) if part),
            cells["read"],
        ]
        for entry in entries(load_parameters(), "sources")
        for cells, title in [(entry.cells, about.words.told(entry.cells["title"]))]
    ]
    heads = [about.say("column_source"), *_heads(about, "title", "kind")]
    return Table(get("annex.source_list"), heads, rows, (0, 1, 2))
