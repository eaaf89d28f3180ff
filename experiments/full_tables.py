"""The rest of the comparison on a terminal: every interval, and what the answer rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.console import Console

from ..model.calendar import DECISION_MONTH
from ..scenarios.loader import BASELINE
from .care import inputs_named
from .cli_tables import name_of, section
from .grid import grid
from .outcomes import AtDate, Interval
from .results import Comparison, SpeedLimit
from .text import Words

Rows = list[list[str]]


def show_full(out: Console, answer: Comparison, words: Words) -> None:
    """Print every other table of a comparison."""
    for title, (headings, rows) in full_tables(answer, words):
        if rows:
            section(out, title)
            out.print(grid(headings, rows))


def full_tables(
    answer: Comparison, words: Words
) -> Iterator[tuple[str, tuple[Sequence[str], Rows]]]:
    """Return title, headings and rows of each."""
    year, start = answer.base[-1].year, words.month(DECISION_MONTH)
    get = words.get
    yield get("section.surveyed"), _intervals(answer, words, lambda date: date.survey)
    yield get("section.true"), _intervals(answer, words, lambda date: date.true)
    yield get("section.others", year=year), _others(answer, words)
    yield get("section.gains"), _gains(answer, words)
    yield get("section.sectors", year=year), _sectors(answer, words)
    yield get("section.speed", start=start), _speed(answer, words)
    yield get("section.bottleneck", year=year), _links(answer, words)
    yield get("section.judged"), _judged(answer, words)
    yield get("section.detail", year=year), _detail(answer, words)


def _named(answer: Comparison, words: Words) -> list[tuple[str, Sequence[AtDate]]]:
    base = (words.title(answer.titles[BASELINE]), answer.base)
    return [base, *((name_of(answer, r, words), r.dates) for r in answer.strategies)]


def _interval(values: Interval, words: Words, decimals: int = 1) -> list[str]:
    return [
        words.number(values.median, decimals),
        words.span(values.low80, values.high80, decimals),
        words.span(values.low90, values.high90, decimals),
    ]


def _heads(words: Words, *names: str) -> list[str]:
    return [words.get(f"column.{name}") for name in names]


def _intervals(
    answer: Comparison, words: Words, pick: Callable[[AtDate], Interval]
) -> tuple[list[str], Rows]:
    rows = [
        [name if first else "", str(date.year), *_interval(pick(date), words)]
        for name, dates in _named(answer, words)
        for first, date in zip((True, *(False for _ in dates)), dates, strict=False)
    ]
    return _heads(words, "strategy", "year", "median", "eighty", "ninety"), rows


def _others(answer: Comparison, words: Words) -> tuple[list[str], Rows]:
    rows = [
        [name, words.range(dates[-1].severe), words.range(dates[-1].routine)]
        for name, dates in _named(answer, words)
    ]
    return _heads(words, "strategy", "severe", "routine"), rows


def _gains(answer: Comparison, words: Words) -> tuple[list[str], Rows]:
    headings = _heads(words, "strategy")
    headings += [words.get("column.gain", year=date.year) for date in answer.base]
    rows = [
        [name_of(answer, r, words), *(words.range(date.gain, 2) for date in r.dates)]
        for r in answer.strategies
    ]
    return headings, rows


def _sectors(answer: Comparison, words: Words) -> tuple[list[str], Rows]:
    rows = [
        [
            name_of(answer, r, words),
            words.range(r.sectors.coflow, 2),
            words.range(r.sectors.stocks, 2),
        ]
        for r in answer.strategies
    ]
    return _heads(words, "strategy", "coflow", "stocks"), rows


def _speed(answer: Comparison, words: Words) -> tuple[list[str], Rows]:
    limits: list[SpeedLimit] = list(answer.speed_limit)
    if answer.target.limit.year not in [limit.year for limit in limits]:
        limits.append(answer.target.limit)
    rows = [
        [str(limit.year), words.range(limit.coflow), words.range(limit.stocks)] for limit in limits
    ]
    return _heads(words, "year", "coflow", "stocks"), rows


def _links(answer: Comparison, words: Words) -> tuple[list[str], Rows]:
    rows = [
        [words.get(f"link.{name}"), *_interval(gain, words, 2), words.number(gain.mean, 2)]
        for name, gain in answer.bottleneck.items()
    ]
    return _heads(words, "link", "median", "eighty", "ninety", "mean"), rows


def _judged(answer: Comparison, words: Words) -> tuple[list[str], Rows]:
    rows = [
        [
            f"{name_of(answer, r, words)}: {inputs_named(r.judged, words, words.full_name)}",
            words.percent(r.judged.judged),
            words.percent(r.judged.explained),
        ]
        for r in answer.strategies
        if r.judged is not None
    ]
    return _heads(words, "inputs", "judged", "explained"), rows


def _detail(answer: Comparison, words: Words) -> tuple[list[str], Rows]:
    target = answer.target.target
    headings = _heads(words, "strategy", "averted", "years", "cut", "evidence")
    share = words.number(100.0 * target.share)
    headings.append(words.get("column.target", target=share, year=target.year))
    rows: Rows = []
    for result in answer.strategies:
        last, span = result.dates[-1], result.evidence
        chain = "–" if span is None else f"{span.row}: {words.span(span.low, span.high, 0)}"
        cells = [words.range(last.averted, 0), words.range(last.child_years, 0)]
        cells += [words.range(result.cut), chain]
        chance = words.percent(answer.target.chances[result.id])
        rows.append([name_of(answer, result, words), *cells, chance])
    return headings, rows
