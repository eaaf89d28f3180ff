"""The comparison on a terminal: about a screen and a half; everything else on request."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import fill

from rich.console import Console

from ..scenarios.loader import BASELINE, EQUAL_BUDGET_IDS
from .answer import equal_heading, equal_lines, headlines, statement
from .care import caveats
from .cli_common import console
from .grid import grid
from .outcomes import GAINS, NO_EFFECT
from .results import Comparison, StrategyResult
from .text import Words

Cells = tuple[list[str], list[list[str]]]
"""Headings and rows."""

MAIN = ("hr", "facilities", "coordination", "all_three", "food", "all_three_food")
"""Strategies whose prevalence stands in the short output, when they were run."""


def show(answer: Comparison, words: Words, design_effect: float, full: bool = False) -> None:
    """Print statement, answer, tables and caveats.

    Parameters
    ----------
    answer
        The comparison.
    words
        Language.
    design_effect
        Of the surveys, for the statement.
    full
        Add every other table.
    """
    out = console()
    _head(out, answer, words, design_effect)
    _gains(out, answer, words)
    if answer.equal_budget is not None:
        section(out, equal_heading(answer, words))
        out.print(grid(*equal_table(answer, words)))
        items(out, equal_lines(answer, words))
    section(out, words.get("section.prevalence"))
    out.print(grid(*prevalence_table(answer, words)))
    if full:
        from .full_tables import show_full

        show_full(out, answer, words)
    section(out, words.get("section.caveat"))
    items(out, caveats(answer, words, full))


def _gains(out: Console, answer: Comparison, words: Words) -> None:
    """Print the gains, or that only no extra action was run; the equal-budget set has its own."""
    headings, rows = gain_table(answer, words)
    if answer.strategies and not rows:
        return
    section(out, words.get("section.table"))
    if not rows:
        out.print(_wrapped(words.get("section.nothing"), out.width))
        return
    out.print(grid(headings, rows))
    out.print(_wrapped(legend(answer, words), out.width), style="dim")


def section(out: Console, title: str) -> None:
    """Print a heading after an empty line."""
    out.print()
    out.print(title, style="bold underline")


def items(out: Console, lines: Iterable[str]) -> None:
    """Print sentences as a list, each indented below its mark."""
    for line in lines:
        out.print(_wrapped(line, out.width, "- "), markup=False)


def _wrapped(line: str, columns: int, mark: str = "") -> str:
    """Return a sentence in lines; a number and its percent sign stay together."""
    kept = line.replace(" %", "\u00a0%")
    indent = " " * len(mark)
    text = fill(
        kept, columns, initial_indent=mark, subsequent_indent=indent, break_on_hyphens=False
    )
    return text.replace("\u00a0%", " %")


def name_of(answer: Comparison, result: StrategyResult, words: Words) -> str:
    """Return the title of a strategy."""
    return words.title(answer.titles[result.id])


def _head(out: Console, answer: Comparison, words: Words, design_effect: float) -> None:
    place, year = answer.district.name, answer.base[-1].year
    title = words.get("title", district=place, year=year)
    out.print(f"{title} ({words.get('rule')})", style="bold")
    draws = words.number(float((~answer.batch.failed).sum()), 0)
    out.print(words.get("more", draws=draws), style="dim")
    section(out, words.get("section.statement"))
    out.print(_wrapped(" ".join(statement(answer, words, design_effect)), out.width))
    section(out, words.get("section.answer"))
    items(out, headlines(answer, words))


def gain_table(answer: Comparison, words: Words) -> Cells:
    """Return headings and rows of the gains, the equal-budget set left out."""
    return _gain_headings(answer, words), _gain_rows(answer, words)


def _gain_headings(answer: Comparison, words: Words) -> list[str]:
    year = answer.base[-1].year
    half, one = (words.number(points) for points in GAINS)
    column = words.get
    return [
        column("column.strategy"),
        column("column.gain", year=year),
        column("column.mean"),
        column("column.none"),
        column("column.half", points=half),
        column("column.one", points=one),
        column("column.cost"),
        column("column.spent", year=year),
    ]


def _gain_rows(answer: Comparison, words: Words) -> list[list[str]]:
    return [
        [
            name_of(answer, result, words),
            words.range(last.gain, 2),
            words.number(last.gain.mean, 2),
            words.percent(last.none),
            *(words.percent(value) for value in last.chances),
            words.billions(result.yearly_cost),
            words.billions(last.spending.median),
        ]
        for result in answer.strategies
        if result.id not in EQUAL_BUDGET_IDS or answer.equal_budget is None
        for last in result.dates[-1:]
    ]


def legend(answer: Comparison, words: Words) -> str:
    """Return what the columns of the table of gains mean."""
    half, one = (words.number(points) for points in GAINS)
    none, year = words.number(NO_EFFECT, 3), answer.base[-1].year
    return words.get("section.legend", none=none, half=half, one=one, year=year)


def equal_table(answer: Comparison, words: Words) -> Cells:
    """Return headings and rows of the equal-budget set, which must be there."""
    assert answer.equal_budget is not None
    best, year = answer.equal_budget.best, answer.base[-1].year
    headings = [words.get("column.strategy"), words.get("column.best")]
    headings += [words.get("column.gain", year=year), words.get("column.mean")]
    headings += [words.get("column.cost"), words.get("column.spent", year=year)]
    members = [r for r in answer.strategies if r.id in best]
    rows = [
        [
            name_of(answer, result, words),
            words.percent(best[result.id]),
            words.range(result.dates[-1].gain, 2),
            words.number(result.dates[-1].gain.mean, 2),
            words.billions(result.yearly_cost),
            words.billions(result.dates[-1].spending.median),
        ]
        for result in sorted(members, key=lambda r: -best[r.id])
    ]
    return headings, rows


def prevalence_table(answer: Comparison, words: Words) -> Cells:
    """Return headings and rows of surveyed prevalence, of the main strategies."""
    chosen = [r for r in answer.strategies if r.id in MAIN]
    if not chosen or len(answer.strategies) <= len(MAIN):
        chosen = list(answer.strategies)[: len(MAIN)]
    headings = [words.get("column.strategy")]
    headings += [words.get("column.survey", year=date.year) for date in answer.base]
    named = [(words.title(answer.titles[BASELINE]), answer.base)]
    named += [(name_of(answer, result, words), result.dates) for result in chosen]
    return headings, [[name, *(words.range(d.survey) for d in dates)] for name, dates in named]
