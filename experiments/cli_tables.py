"""The comparison on a terminal, at most 100 columns wide."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from ..scenarios.loader import BASELINE
from ..scenarios.text import rupiah
from .answer import caveats, headlines, statement
from .compare import Comparison, StrategyResult
from .peers import load_peers
from .text import Words

WIDTH = 100


def show(answer: Comparison, words: Words, district: str, design_effect: float) -> None:
    """Print statement, answer, tables and caveats."""
    console = Console(width=WIDTH, highlight=False)
    year = answer.base[-1].year
    console.print(words.get("title", district=district, year=year), style="bold")
    console.print(f"({words.get('rule')})", style="dim")
    _section(console, words.get("section.statement"))
    for line in statement(answer, words, district, design_effect):
        console.print(line)
    _section(console, words.get("section.answer"))
    for line in headlines(answer, words):
        console.print(f"- {line}")
    for table in (_prevalence(answer, words), _gains(answer, words), _detail(answer, words)):
        console.print()
        console.print(table)
    _section(console, words.get("section.caveat"))
    for line in caveats(answer, words):
        console.print(f"- {line}")


def show_peers(words: Words) -> None:
    """Print published results of other models."""
    table = Table(title=words.get("section.peers"), title_justify="left")
    for name in ("study", "year", "result"):
        table.add_column(words.get(f"peers.{name}"))
    for peer in load_peers():
        table.add_row(f"{peer.study}\n{peer.url}", peer.year, peer.result(words.language))
    Console(width=WIDTH, highlight=False).print(table)


def _section(console: Console, title: str) -> None:
    console.print()
    console.print(title, style="bold underline")


def _titles(answer: Comparison, words: Words) -> dict[str, str]:
    return {plan.scenario.id: plan.scenario.title.get(words.language) for plan in answer.plans}


def _prevalence(answer: Comparison, words: Words) -> Table:
    table = Table(title=words.get("section.prevalence"), title_justify="left")
    table.add_column(words.get("column.strategy"))
    for date in answer.base:
        table.add_column(words.get("column.survey", year=date.year), justify="right")
    table.add_column(words.get("column.true", year=answer.base[-1].year), justify="right")
    titles = _titles(answer, words)
    rows = [(BASELINE, answer.base), *((r.id, r.dates) for r in answer.strategies)]
    for name, dates in rows:
        cells = [words.range(date.survey) for date in dates]
        table.add_row(titles[name], *cells, words.range(dates[-1].true))
    return table


def _gains(answer: Comparison, words: Words) -> Table:
    year = answer.base[-1].year
    table = Table(title=words.get("section.table"), title_justify="left")
    table.add_column(words.get("column.strategy"))
    for date in answer.base:
        table.add_column(words.get("column.gain", year=date.year), justify="right")
    for name in ("half", "one"):
        table.add_column(words.get(f"column.{name}"), justify="right")
    table.add_column(words.get("column.cost", year=year), justify="right")
    titles = _titles(answer, words)
    for result in answer.strategies:
        last = result.dates[-1]
        cells = [words.range(date.gain, 2) for date in result.dates]
        chances = [words.percent(value) for value in last.chances]
        money = rupiah(last.spending.median, words.language)
        table.add_row(titles[result.id], *cells, *chances, money)
    return table


def _detail(answer: Comparison, words: Words) -> Table:
    table = Table(title=words.get("section.detail"), title_justify="left")
    names = ("strategy", "averted", "years", "cut", "evidence", "judged", "target")
    for name in names:
        justify = "left" if name == "strategy" else "right"
        table.add_column(words.get(f"column.{name}"), justify=justify)
    titles = _titles(answer, words)
    for result in answer.strategies:
        table.add_row(titles[result.id], *_detail_cells(answer, result, words))
    return table


def _detail_cells(answer: Comparison, result: StrategyResult, words: Words) -> list[str]:
    last, span = result.dates[-1], result.evidence
    evidence = "–"
    if span is not None:
        low, high = words.number(span.low, 0), words.number(span.high, 0)
        evidence = f"{span.row}: {low} … {high}"
    target = next((d.on_target for d in result.dates if d.year == 2029), None)
    return [
        words.range(last.averted, 0),
        words.range(last.child_years, 0),
        words.range(result.cut),
        evidence,
        words.percent(result.judged.judged),
        "–" if target is None else words.percent(target),
    ]
