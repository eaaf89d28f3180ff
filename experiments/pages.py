"""Rewrite the generated parts of the pages and the figures that they show: ``make pages``.

A generated part stands between ``<!-- begin NAME -->`` and ``<!-- end NAME -->``; tests hold it
to what the commands print.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from ..calibration.growth_tables import load_growth_tables
from ..calibration.natural_history import read_stored
from ..calibration.natural_history_checks import contractions
from ..calibration.natural_history_draws import CONSTANTS
from ..calibration.province_spread import measured, rows
from ..model.distributions import quantile
from ..model.files import write_atomic
from ..model.language.cache import load_program
from ..model.parameters import load_parameters
from ..scenarios.compile import prepare
from ..scenarios.loader import load_scenario
from ..scenarios.strategies import strategy_markdown
from .agents.odd import parts as odd_parts
from .cli_loops import as_markdown
from .compare import compare
from .inputs import read_inputs, read_plans, references
from .loops import knock_out
from .results import Comparison
from .text import Words
from .text import words as load_words

ROOT = Path(__file__).parents[1]
SHOWN = ("hr", "facilities", "coordination", "all_three", "food", "all_three_food")
DRAWS = 1000
_SHOWN_QUANTILES = (0.05, 0.5, 0.95)


def part(text: str, name: str) -> str:
    """Return a generated part of a page.

    Raises
    ------
    ValueError
        If the page has no such part.
    """
    return _found(text, name).group(2)


def replaced(text: str, name: str, new: str) -> str:
    """Return a page with a generated part replaced."""
    match = _found(text, name)
    return text[: match.start(2)] + new + text[match.end(2) :]


def results_table(answer: Comparison, words: Words) -> str:
    """Return the main strategies as Markdown, as ``compare`` prints them."""
    year = answer.base[-1].year
    gain = words.get("column.gain", year=year)
    heads = ["strategy", f"{gain}: median (90 % of draws)", "mean", "no effect"]
    heads += ["at least half a point", "Rp billion a year"]
    lines = [f"| {' | '.join(heads)} |", "|---|---|---|---|---|---|"]
    for result in answer.strategies:
        if result.id in SHOWN:
            last, number = result.dates[-1], words.number
            cells = [result.id, words.range(last.gain, 2), number(last.gain.mean, 2)]
            cells += [words.percent(last.none), words.percent(last.chances[0])]
            lines.append(f"| {' | '.join([*cells, words.billions(result.yearly_cost)])} |")
    return "\n".join(lines) + "\n"


def loops_table() -> str:
    """Return the loop knock-out table as Markdown."""
    words, plan = load_words("en"), prepare(load_scenario("all_three"))
    return as_markdown(knock_out(load_program(), plan), words.title(plan.scenario.title), words)


def natural_history_table() -> str:
    """Return what the natural history learnt, as Markdown."""
    stored, prior = read_stored(), load_parameters()
    told = contractions(stored, load_growth_tables(), prior)
    lines = ["| constant | before: median (90 %) | after: median (90 %) | contraction |"]
    lines.append("|---|---|---|---|")
    for name in CONSTANTS:
        before = quantile(prior.get(name).prior, _SHOWN_QUANTILES)
        after = np.quantile(stored.values[name], _SHOWN_QUANTILES)
        cells = [f"{m:.3g} ({low:.3g} to {high:.3g})" for low, m, high in (before, after)]
        lines.append(f"| {' | '.join([name, *cells, f'{told[name]:.2f}'])} |")
    return "\n".join(lines) + "\n"


def province_spread_table() -> str:
    """Return what ten other provinces say of the spread between districts, as Markdown."""
    lines = ["| within provinces, logit unless said | estimate (95 %) |", "|---|---|"]
    lines += [f"| {name} | {text} |" for name, text in rows(measured())]
    return "\n".join(lines) + "\n"


def _found(text: str, name: str) -> re.Match[str]:
    mark = re.escape(name)
    match = re.search(rf"(<!-- begin {mark} -->\n)(.*?)(<!-- end {mark} -->)", text, re.DOTALL)
    if match is None:
        raise ValueError(f"no part {name!r}")
    return match


def _answer() -> tuple[Comparison, float]:
    program = load_program()
    read = read_inputs(program, "paser", "district", DRAWS)
    plans = read_plans(references(None))
    answer = compare(program, read.ensemble, plans, read.surveys, district=read.district)
    return answer, float(read.ensemble.provenance["design_effect"])


def main() -> None:
    """Rewrite pages and figures of the repository."""
    from .age_figure import main as draw_age_profile
    from .agents import agents_page
    from .calibration_figures import main as draw_calibration
    from .drawing import render
    from .figures import fan_chart, paired_chart

    (answer, effect), words = _answer(), load_words("en")
    parts = {
        "README.md": {"results": results_table(answer, words)},
        "model/README.md": {"strategies": strategy_markdown("en"), "loops": loops_table()},
        "docs/calibration.md": {
            "natural history": natural_history_table(),
            "province spread": province_spread_table(),
        },
        "docs/agents-odd.md": odd_parts(),
        "docs/agents.md": agents_page.parts(words),
    }
    for page, tables in parts.items():
        text = (ROOT / page).read_text(encoding="utf-8")
        for name, new in tables.items():
            text = replaced(text, name, new)
        write_atomic(ROOT / page, text)
    write_atomic(ROOT / "docs" / "gain.svg", render(paired_chart(answer, words), "svg"))
    write_atomic(ROOT / "docs" / "fan.png", render(fan_chart(answer, words, effect), "png"))
    draw_age_profile(ROOT / "docs")
    draw_calibration(ROOT / "docs")
    agents_page.draw(ROOT / "docs")


if __name__ == "__main__":
    main()
