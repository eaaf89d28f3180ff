"""Units that the facts of a district may have."""

from __future__ import annotations

import re

from pydantic_core import PydanticCustomError

from .report import did_you_mean

UNITS = frozenset(
    {
        "%",
        "1",
        "100",
        "1000",
        "10000",
        "100000",
        "HAZ",
        "IDR",
        "MIDR",
        "birth",
        "child",
        "day",
        "death",
        "dmnl",
        "household",
        "indicator",
        "km",
        "km2",
        "meeting",
        "month",
        "office",
        "person",
        "point",
        "pregnancy",
        "score",
        "share",
        "team",
        "unit",
        "village",
        "visit",
        "year",
    }
)
"""What a unit is made of, with / and *."""
SIGNED = frozenset({"1/month", "1/year", "HAZ", "HAZ/year", "dmnl", "score"})


def check_unit(unit: str) -> str:
    """Return a unit that is made of known ones.

    Raises
    ------
    PydanticCustomError
        If a part of it is not known.
    """
    parts = [part.strip() for part in re.split(r"[/*()]+", unit)]
    unknown = [part for part in parts if part and part not in UNITS]
    if not unknown and any(parts):
        return unit
    words = sorted(UNITS)
    expected = f"a unit made of {', '.join(words)} with / and *"
    remedy = did_you_mean(unknown[0], words, "Correct the unit") if unknown else "Add the unit"
    rules = [(expected, repr(unit), remedy)]
    raise PydanticCustomError("unit", "a known unit", {"rules": rules})


def may_be_negative(unit: str) -> bool:
    """Return whether a fact in this unit can be below zero: rates of growth, scores."""
    return unit in SIGNED
