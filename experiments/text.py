"""All text that a planner reads, from one file a language, with that language's numbers."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..model.calendar import date_of
from ..scenarios.names import own_name
from ..scenarios.text import Language, Text
from ..scenarios.text import percent as write_percent
from ..scenarios.text import rupiah as write_rupiah
from .outcomes import Interval

LOCALES = Path(__file__).with_name("locales")
_SWAP = str.maketrans(",.", ".,")


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
        return written.translate(_SWAP) if self.language == "id" else written

    def range(self, values: Interval, decimals: int = 1, unit: str = "") -> str:
        """Write a median with its 90 percent interval."""
        numbers = (values.median, values.low90, values.high90)
        middle, low, high = (self.number(value, decimals) for value in numbers)
        return self.get("range", middle=middle + unit, low=low, high=high + unit)

    def span(self, low: float, high: float, decimals: int = 1) -> str:
        """Write the two ends of a range."""
        return self.get("span", low=self.number(low, decimals), high=self.number(high, decimals))

    def figures(self, text: str) -> str:
        """Write the numbers in a finished text as the language does, and percent apart from them.

        For texts that are put together where no language is known. What has a letter beside it,
        such as a code or an address, is left alone.

        Examples
        --------
        >>> words("id").figures("90.1%; at most 0.05 in S1.2, 7.7e+03")
        '90,1 %; at most 0,05 in S1.2, 7.700'
        >>> words("en").figures("90.1%; at most 0.05 in S1.2, 7.7e+03")
        '90.1 %; at most 0.05 in S1.2, 7,700'
        """
        large = r"(?<![\w.])\d(?:\.\d+)?e\+\d+"
        text = re.sub(large, lambda found: f"{float(found[0]):,.0f}", text)
        text = re.sub(r"(?<=\d)%", " %", text)
        if self.language != "id":
            return text
        number = r"(?<![\w.])\d+(?:(?:,\d{3})+|(?:,\d{3})*\.\d+)(?:e-\d+)?(?![\w.]*\w)"
        return re.sub(number, lambda found: found[0].translate(_SWAP), text)

    def rupiah(self, million_idr: float) -> str:
        """Write an amount given in million rupiah."""
        return write_rupiah(million_idr, self.language)

    def billions(self, million_idr: float) -> str:
        """Write an amount given in million rupiah as billions, with one decimal."""
        return "Rp0" if abs(million_idr) < 0.05 else self.number(million_idr / 1000.0)

    def title(self, text: Text) -> str:
        """Return a text of both languages in this one."""
        return text.get(self.language)

    def name(self, of_model: str) -> str:
        """Return what a parameter or variable of the model, or a group of them, is called."""
        return own_name(of_model, self.language)

    def full_name(self, of_model: str) -> str:
        """Return the same with the model's own name beside it, for who works with the model."""
        own = self.name(of_model)
        return of_model if own == of_model else f"{own} ({of_model})"

    def unit(self, of_table: str) -> str:
        """Return a unit of the model or of the evidence tables, word by word, longest words first."""
        known: dict[str, str] = self.table["unit"]
        words = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
        found = rf"(?<![A-Za-z-])(?:{words})(?![A-Za-z-])"
        return re.sub(found, lambda match: known[match[0]], of_table)

    def told(self, of_table: str) -> str:
        """Return what a table of evidence or of surveys says in our own words.

        The tables are in English; titles of papers, and what has no translation, stay as they are.
        """
        return of_table if self.language == "en" else _translations().get(of_table, of_table)

    def month(self, month: float) -> str:
        """Write a moment of the model's clock as month and year."""
        year, number = date_of(month).split("-")
        return f"{self.get('months').split()[int(number) - 1]} {year}"

    def day(self, iso: str) -> str:
        """Write a day given as ISO 8601, with or without a time."""
        year, month, day = iso[:10].split("-")
        return f"{int(day)} {self.get('months').split()[int(month) - 1]} {year}"

    def percent(self, share: float) -> str:
        """Write a probability; never 0 or 100 for what may still happen."""
        return write_percent(share, self.language)


@cache
def words(language: Language) -> Words:
    """Return the texts of a language."""
    path = LOCALES / f"{language}.toml"
    return Words(language, tomllib.loads(path.read_text(encoding="utf-8")))


@cache
def _translations() -> dict[str, str]:
    """Return own words of the evidence and of surveys in Indonesian, by the English ones."""
    path = LOCALES / "evidence.toml"
    phrases: dict[str, str] = tomllib.loads(path.read_text(encoding="utf-8"))["phrases"]
    return phrases
