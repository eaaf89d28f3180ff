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


def rupiah(million_idr: float, language: Language) -> str:
    """Write an amount in rupiah, in billions from 1,000 million on.

    Parameters
    ----------
    million_idr
        Amount in million rupiah (juta).
    language
        Sets the words and the separators.

    Examples
    --------
    >>> rupiah(10573.0, "id"), rupiah(438.0, "en")
    ('Rp10,57 miliar', 'Rp438 million')
    """
    if abs(million_idr) >= 1000.0:
        unit = "miliar" if language == "id" else "billion"
        return f"Rp{number(round(million_idr / 1000.0, 2), language)} {unit}"
    unit = "juta" if language == "id" else "million"
    return f"Rp{number(round(million_idr, 2), language)} {unit}"
