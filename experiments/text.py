"""All text that a planner reads, from one file a language, with that language's numbers."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..scenarios.text import Language
from .outcomes import Interval

LOCALES = Path(__file__).with_name("locales")


@dataclass(frozen=True)
class Words:
    """The texts of one language.

    Attributes
    ----------
    language
        ``id`` or ``en``.
    table
        Texts by section and name.
    """

    language: Language
    table: dict[str, Any]

    def get(self, key: str, **values: object) -> str:
        """Return a text by ``section.name`` with its blanks filled in.

        Raises
        ------
        KeyError
            If there is no such text, or a blank is left open.
        """
        entry: Any = self.table
        for part in key.split(".", 1):
            entry = entry[part]
        return str(entry).format(**values)

    def number(self, value: float, decimals: int = 1) -> str:
        """Write a number; Indonesian has a decimal comma, and zero never a minus sign."""
        written = f"{value:,.{decimals}f}"
        if not written.strip("-0.,"):
            written = written.lstrip("-")
        swap = str.maketrans(",.", ".,")
        return written.translate(swap) if self.language == "id" else written

    def range(self, values: Interval, decimals: int = 1) -> str:
        """Write a median with its 90 percent interval."""
        middle, low, high = (
            self.number(value, decimals) for value in (values.median, values.low90, values.high90)
        )
        return f"{middle} ({low}…{high})"

    def percent(self, share: float) -> str:
        """Write a probability; never 0 or 100 for what may still happen."""
        if 0.0 < share < 0.005:
            return "<1 %"
        if 0.995 <= share < 1.0:
            return ">99 %"
        return f"{self.number(100.0 * share, 0)} %"


@cache
def words(language: Language) -> Words:
    """Return the texts of a language."""
    path = LOCALES / f"{language}.toml"
    return Words(language, tomllib.loads(path.read_text(encoding="utf-8")))
