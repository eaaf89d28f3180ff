"""What strategies buy: doses as the planner's page writes them, and their cost."""

from __future__ import annotations

from collections.abc import Iterator

from ...scenarios.costs import planning_inputs, unit_price
from ...scenarios.levers import Lever, catalogue
from ...scenarios.loader import LIBRARY_IDS
from ...scenarios.scenario import Scenario
from ...scenarios.text import number
from ..answer import cheaper
from ..cli_tables import MAIN
from ..text import Words
from .blocks import Table
from .material import Material

SHARE = "dmnl"
"""Unit of a lever that is a share: it is written in percent."""


def dose_text(lever: Lever, level: float, words: Words, exact: bool = False) -> str:
    """Write a level of a lever in its own unit, a share in percent.

    Parameters
    ----------
    lever
        What is bought.
    level
        In the lever's unit.
    words
        Language.
    exact
        As it was run, to a thousandth; else as one says it: nobody trains a tenth of a cadre.
    """
    if lever.unit == SHARE:
        share = f"{number(100.0 * level, words.language)} %" if exact else words.percent(level)
        return f"{share} {words.title(lever.dose_unit)}"
    said = round(level) if level >= 10.0 else float(f"{level:.2g}")
    return f"{number(level if exact else said, words.language)} {words.title(lever.dose_unit)}"


def bought_table(about: Material) -> Table | None:
    """Return dose and cost of each lever of the plans that a reader must know; none without any."""
    rows = [row for scenario in _shown(about) for row in _rows(about.words, scenario)]
    heads = [about.words.get("column.strategy")]
    heads += [about.say(f"column_{name}") for name in ("lever", "dose", "rupiah")]
    return Table(about.say("buys"), heads, rows, (0, 1, 2)) if rows else None


def _shown(about: Material) -> Iterator[Scenario]:
    """Return the main strategies that join no others, plans of the first page, the reader's own."""
    named = {result.id for result in cheaper(about.answer) or ()}
    for plan in about.answer.plans:
        scenario = plan.scenario
        plain = scenario.id in MAIN and not scenario.extends
        if plain or scenario.id in named or scenario.id not in LIBRARY_IDS:
            yield scenario


def _rows(words: Words, scenario: Scenario) -> Iterator[list[str]]:
    levers, prices, name = catalogue().levers, planning_inputs(), words.title(scenario.title)
    for lever, dose in scenario.levers.items():
        cost = dose.level * unit_price(levers[lever], prices)
        text = dose_text(levers[lever], dose.level, words)
        yield [name, words.title(levers[lever].title), text, words.rupiah(cost)]
        name = ""
