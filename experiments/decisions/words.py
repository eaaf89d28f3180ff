"""Names that value of information and robustness share, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...scenarios.levers import catalogue
from ..identify_view import measurement_name as identified_name
from ..measurements import FAMILIES
from ..ranking import RANKING_CHANCE
from ..text import Words

OWN_MEASUREMENTS = ("offers", "adherence", "elicit_food")


def strategy_name(answer: Mapping[str, Any], name: str, words: Words) -> str:
    """Return the title of a strategy of an answer."""
    return answer["titles"][name][words.language]


def world_name(answer: Mapping[str, Any], name: str, words: Words) -> str:
    """Return the title of a world of an answer."""
    return answer["world_titles"][name][words.language]


def unit(answer: Mapping[str, Any], words: Words) -> str:
    """Return what a benefit is counted in."""
    return words.get("information.unit_points" if answer["by"] == "gain" else "information.unit")


def amount(answer: Mapping[str, Any], value: float, words: Words) -> str:
    """Write a benefit: child-years, or points with more decimals."""
    return words.number(value, 3 if answer["by"] == "gain" else 1)


def worth(answer: Mapping[str, Any], value: float, words: Words) -> str:
    """Write a benefit in rupiah at the price of the answer; points have none."""
    return "–" if answer["by"] == "gain" else words.rupiah(value * answer["price"])


def judged_by(answer: Mapping[str, Any], words: Words) -> str:
    """Say what the choice is judged by, and that the price is judged."""
    price = words.rupiah(answer["price"])
    return words.get(f"information.by_{answer['by']}", price=price, year=answer["year"])


def known_name(kind: str, name: str, words: Words) -> str:
    """Return what a group or parameter that could be known is called."""
    if kind == "levels":
        return words.get("information.levels")
    if kind == "parameter":
        return words.name(name)
    if kind == "sector":
        shown = words.get(f"information.sector_{name}")
        return words.get("information.sector", name=shown)
    return words.get("information.strategy", name=words.title(catalogue().strategies[name]))


def measurement_name(name: str, words: Words) -> str:
    """Return what a measurement is called, as `tumbuh identify` calls it where that has it."""
    if name in OWN_MEASUREMENTS:
        families = words.number(FAMILIES, 0)
        return words.get(f"information.measurement_{name}", families=families)
    return identified_name(name, words)


def choice_line(
    answer: Mapping[str, Any], choice: str, chance: float, words: Words, of: str = ""
) -> str:
    """Say what comes first; it is called best only where that may be said.

    Parameters
    ----------
    answer
        Has the titles.
    choice
        Id of the strategy.
    chance
        Probability that it is the best.
    words
        Language.
    of
        ``_worlds`` if the probability is the least of all worlds.
    """
    key = "best" if chance >= RANKING_CHANCE else "not_best"
    name, limit = strategy_name(answer, choice, words), words.percent(RANKING_CHANCE)
    return words.get(f"information.{key}{of}", name=name, chance=words.percent(chance), limit=limit)
