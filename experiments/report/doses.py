"""What strategies buy, in the doses and at the cost that the planner's page shows."""

from __future__ import annotations

from collections.abc import Iterator

from ...scenarios.costs import planning_inputs, unit_price
from ...scenarios.doses import dose_text
from ...scenarios.levers import catalogue
from ...scenarios.loader import LIBRARY_IDS
from ...scenarios.scenario import Scenario
from ..answer import cheaper
from ..cli_tables import MAIN
from ..text import Words
from .blocks import Table
from .material import Material


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
        text = dose_text(levers[lever], dose.level, words.language)
        yield [name, words.title(levers[lever].title), text, words.rupiah(cost)]
        name = ""
