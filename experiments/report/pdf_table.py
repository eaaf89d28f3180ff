"""A table of the PDF: columns as wide as they need, numbers whole, headings on every page."""

from __future__ import annotations

from html import escape

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import LongTable, Paragraph

from .blocks import Table, together
from .pdf_style import BAND, BODY, BOLD, LINE, SMALL, STYLES

PADDING = 6.0
"""Points left and right of the text of a cell, together."""

_RULES = [
    ("BACKGROUND", (0, 0), (-1, 0), BAND),
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
    ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
    ("VALIGN", (0, 1), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), PADDING / 2.0),
    ("RIGHTPADDING", (0, 0), (-1, -1), PADDING / 2.0),
    ("TOPPADDING", (0, 0), (-1, -1), 1.8),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2.4),
]


def lay_out(table: Table, width: float) -> LongTable:
    """Return the table as it is set.

    Parameters
    ----------
    table
        Texts.
    width
        Points to fill.
    """
    words = [k in table.text_columns for k in range(len(table.headings))]
    heads = [
        Paragraph(_text(cell), STYLES["head" if left else "number_head"])
        for cell, left in zip(table.headings, words, strict=True)
    ]
    rows = [
        [
            Paragraph(_text(cell), STYLES["cell" if left else "number"])
            for cell, left in zip(row, words, strict=True)
        ]
        for row in table.rows
    ]
    columns = widths(table, width)
    return LongTable([heads, *rows], colWidths=columns, style=_RULES, repeatRows=1, hAlign="LEFT")


def widths(table: Table, width: float) -> list[float]:
    """Return the width of each column, points.

    A number is never broken; words may be. What is left goes to the columns of words, in
    proportion to what they hold beyond their longest word.
    """
    least, wanted = [], []
    for place, heading in enumerate(table.headings):
        cells = [together(row[place]) for row in table.rows]
        whole = max((stringWidth(cell, BODY, SMALL) for cell in cells), default=0.0)
        longest = max(stringWidth(word, BOLD, SMALL) for word in together(heading).split(" "))
        if place in table.text_columns:
            parts = [stringWidth(word, BODY, SMALL) for cell in cells for word in cell.split(" ")]
            least.append(min(max(parts, default=0.0), width / 4.0))
        else:
            least.append(whole)
        least[-1] = max(least[-1], longest) + PADDING + 0.5
        wanted.append(max(whole + PADDING + 0.5, least[-1]))
    spare = width - sum(least)
    more = [full - need for full, need in zip(wanted, least, strict=True)]
    if spare < sum(more):
        part = max(0.0, spare) / sum(more)
        return [need + part * extra for need, extra in zip(least, more, strict=True)]
    room = (spare - sum(more)) / len(more)
    return [full + room for full in wanted]


def _text(cell: str) -> str:
    return escape(together(cell), quote=False)
