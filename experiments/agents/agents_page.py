"""Generated parts and figures of docs/agents.md, from the results that ship."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...model.files import write_atomic
from ..text import Words
from ..text import words as load_words
from .equity import shown
from .equity_numbers import COUNT, GAPS
from .equity_payload import stored_equity, stored_shocks
from .equity_view import sentences
from .run_view import measure, span
from .shocks_answer import MEASURES
from .shocks_view import short

Answer = Mapping[str, Any]
GROUPS = ("district", *(group for pair in GAPS.values() for group in pair))
SHOWN = ("no_service", "all_services", "prevalence")
FIGURES = ("no_service_map", "no_service_groups", "all_services_groups")


def parts(words: Words) -> dict[str, str]:
    """Return the generated parts of the page by name, as Markdown."""
    equity, shocks = stored_equity(), stored_shocks()
    return {
        "left out": _left_out(equity, words),
        "changes": "\n".join(_changes(equity, name, words) for name in SHOWN),
        "who gains": "\n".join(f"- {line}" for line in sentences(equity, words)) + "\n",
        "gaps": f"{_gaps(equity, 'no_service', words)}\n{_gaps(equity, 'prevalence', words)}",
        "shocks": _shocks(shocks, words),
    }


def draw(folder: Path) -> None:
    """Write the figures of the page into a folder, in both languages."""
    from ..drawing import render
    from .equity_figure import charts
    from .shocks_figure import shocks_chart

    for language in ("en", "id"):
        words = load_words(language)
        drawn = charts(stored_equity(), words)
        for name in FIGURES:
            write_atomic(folder / f"{name}.{language}.png", render(drawn[name], "png"))
        chart = shocks_chart(stored_shocks(), words)
        write_atomic(folder / f"shocks.{language}.png", render(chart, "png"))


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _left_out(answer: Answer, words: Words) -> str:
    levels = answer["levels"]
    heads = [answer["until"], f"families without any service, of {answer['draws']} draws"]
    heads += ["without any, percent", "with all four, percent", "stunting by survey, percent"]
    rows = [
        [
            scenario,
            span(levels[COUNT][scenario]["district"], words, 0),
            *(span(levels[name][scenario]["district"], words) for name in SHOWN),
        ]
        for scenario in answer["scenarios"]
    ]
    return _table(heads, rows)


def _changes(answer: Answer, name: str, words: Words) -> str:
    changes = answer["changes"][name]
    heads = [f"{name}, points", *GROUPS]
    rows = [
        [scenario, *(_bold(by_group[group], words, 2) for group in GROUPS)]
        for scenario, by_group in changes.items()
    ]
    return _table(heads, rows)


def _bold(change: Sequence[float] | None, words: Words, decimals: int) -> str:
    text = span(change, words, decimals)
    return f"**{text}**" if shown(change) else text


def _gaps(answer: Answer, of: str, words: Words) -> str:
    compared = answer["compared"][of]
    heads = [
        f"{of}, points",
        *(f"{first} less {second}" for first, second in compared.values()),
    ]
    first, *others = answer["scenarios"]
    gaps, changes = answer["gaps"][of], answer["gap_changes"][of]
    rows = [[first, *(span(gaps[first][name], words, 1) for name in compared)]]
    rows += [
        [f"change by {scenario}", *(_bold(changes[scenario][n], words, 2) for n in compared)]
        for scenario in others
    ]
    return _table(heads, rows)


def _shocks(answer: Answer, words: Words) -> str:
    heads = [f"{answer['draws']} draws", "worst, points", "months after", "half back after, months"]
    rows = []
    for kind, by_name in answer["recovery"].items():
        for name in MEASURES:
            found = by_name[name]
            half = "not by the end" if found["half"] is None else f"{found['half']:.0f}"
            seen = (
                [f"{found['when']:.0f}", half] if found["shown"] else ["-", "no difference shown"]
            )
            label = f"{short(kind, words)}: {measure(name, words)}"
            rows.append([label, span(found["worst"], words, 2), *seen])
    return _table(heads, rows)
