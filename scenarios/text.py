"""Text in the two languages, and numbers as each of them writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True)
class Text:
    """The same sentence in Indonesian and in English."""

    id: str
    en: str

    def get(self, language: Language) -> str:
        """Return the sentence in one language."""
        return self.id if language == "id" else self.en


def text(entry: Mapping[str, str]) -> Text:
    """Return the text of a ``{id: ..., en: ...}`` entry."""
    return Text(entry["id"], entry["en"])


def number(value: float, language: Language) -> str:
    """Write a number with up to three decimals and the separators of the language.

    Parameters
    ----------
    value
        Any finite number.
    language
        Indonesian writes 1.234,5 and English 1,234.5.

    Examples
    --------
    >>> number(1234.5, "id"), number(1234.5, "en"), number(0.8, "id")
    ('1.234,5', '1,234.5', '0,8')
    """
    written = f"{value:,.3f}".rstrip("0").rstrip(".")
    return written.translate(str.maketrans(",.", ".,")) if language == "id" else written


def percent(share: float, language: Language) -> str:
    """Write a share in whole percent; never 0 or 100 for what is neither.

    Parameters
    ----------
    share
        0 to 1.
    language
        Sets the separators.

    Examples
    --------
    >>> percent(0.8, "id"), percent(0.004, "en"), percent(0.995, "en")
    ('80 %', '<1 %', '>99 %')
    """
    if 0.0 < share < 0.01:
        return "<1 %"
    if 0.99 < share < 1.0:
        return ">99 %"
    # Nothing has no minus sign, even what rounds to it from below.
    return f"{number(float(f'{100.0 * share:.0f}') + 0.0, language)} %"


def rupiah(million_idr: float, language: Language) -> str:
    """Write an amount in rupiah with one decimal, in billions from 1,000 million on.

    Parameters
    ----------
    million_idr
        Amount in million rupiah (juta).
    language
        Sets the words and the separators.

    Examples
    --------
    >>> rupiah(10573.0, "id"), rupiah(438.0, "en"), rupiah(0.0, "en")
    ('Rp10,6 miliar', 'Rp438.0 million', 'Rp0')
    """
    if abs(million_idr) < 0.05:
        return "Rp0"
    large = abs(million_idr) >= 999.95
    units = ("miliar", "billion") if large else ("juta", "million")
    written = f"{million_idr / 1000.0 if large else million_idr:,.1f}"
    if language == "id":
        written = written.translate(str.maketrans(",.", ".,"))
    return f"Rp{written} {units[language == 'en']}"
