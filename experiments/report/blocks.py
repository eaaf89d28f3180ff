"""What a report is made of, before it is HTML or PDF: one text for both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ..text import Words

SHORT = 22
"""Rows of a table that is kept on one page."""
_UNIT = r"%|(?:poin|points?|juta|miliar|million|billion|simulasi|draws)\b"
_WHOLE = (
    re.compile(rf"(?<=[\d)]) (?={_UNIT})"),
    re.compile(r"(?<=[<>≥≤]) (?=\d)"),
    re.compile(r"(?<=[\d%]) (?=(?:s\.d\.|to) -?\d)"),
    re.compile(r"(?<=\u00a0s\.d\.) (?=-?\d)|(?<=\u00a0to) (?=-?\d)"),
)
"""Spaces at which no line may be broken, in this order."""


@dataclass(frozen=True)
class Heading:
    """A heading; level 2 opens a section, 1 a part that starts on a page of its own."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """Running text; a ``note`` is set smaller."""

    text: str
    kind: str = "plain"


@dataclass(frozen=True)
class Items:
    """A list; ``numbered`` ones stand in a box, as the answer does."""

    texts: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes
    ----------
    title
        Its number is put before it by `numbered`.
    headings, rows
        Texts; all rows are as long as the headings.
    text_columns
        Columns, from 0, that hold words and are set to the left; the others hold numbers.
    note
        What the columns mean, below it.
    """

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    text_columns: tuple[int, ...] = (0,)
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """A figure.

    Attributes
    ----------
    title
        Its number is put before it by `numbered`.
    alt
        What it shows, for those who cannot see it.
    svg, png
        The same figure for a screen and for paper.
    """

    title: str
    alt: str
    svg: str
    png: bytes


Block = Heading | Paragraph | Items | Table | Picture


@dataclass(frozen=True)
class Report:
    """A whole report.

    Attributes
    ----------
    title, subtitle
        On the first page.
    foot
        At the bottom of every page.
    page
        Page number, with blanks ``page`` and ``pages``.
    made
        When the comparison was made, ISO 8601.
    language
        ``id`` or ``en``.
    """

    title: str
    subtitle: str
    foot: str
    page: str
    made: str
    language: str
    blocks: tuple[Block, ...]


def numbered(blocks: Iterable[Block], words: Words) -> tuple[Block, ...]:
    """Number tables and figures, each in its own order."""
    counts = {"table": 0, "picture": 0}
    found: list[Block] = []
    for block in blocks:
        if isinstance(block, Table | Picture):
            kind = "table" if isinstance(block, Table) else "picture"
            counts[kind] += 1
            title = words.get(f"report.{kind}", number=counts[kind], title=block.title)
            found.append(replace(block, title=title))
        else:
            found.append(block)
    return tuple(found)


def together(text: str) -> str:
    """Keep a number on one line with its sign and its unit, and the two ends of a range."""
    for pattern in _WHOLE:
        text = pattern.sub("\u00a0", text)
    return text
