"""A table of the PDF: columns as wide as they need, numbers whole, headings on every page."""

from __future__ import annotations

from html import escape

import numpy as np
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import LongTable, Paragraph

from .blocks import Table, together
from .pdf_style import BAND, BODY, BOLD, LINE, SMALL, STYLES

PADDING = 6.0
"""Points left and right of the text of a cell, together."""

STEP = 3.0
"""Points that are given to a column at a time."""

_RULES = [
    ("BACKGROUND", (0, 0), (-1, 0), BAND),
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
    ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
    ("VALIGN", (0, 1), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), PADDING / 2.0),
    ("RIGHTPADDING", (0, 0), (-1, -1), PADDING / 2.0),
    ("TOPPADDING", (0, 0), (-1, -1), 1.8),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2.4),
    # A page holds at least two rows of a table: none stands alone before or after a break.
    ("NOSPLIT", (0, 0), (-1, 2)),
    ("NOSPLIT", (0, -2), (-1, -1)),
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

    A number is never broken; words may be. What is left goes, a little at a time, where it
    shortens the table most.
    """
    cells = [[together(cell) for cell in row] for row in table.rows]
    whole = np.array([[stringWidth(cell, BODY, SMALL) for cell in row] for row in cells])
    least = [
        _least(heading, [row[place] for row in cells], place in table.text_columns, width / 4.0)
        for place, heading in enumerate(table.headings)
    ]
    columns = np.array(least) + PADDING + 0.5
    wanted = np.maximum(columns, whole.max(axis=0, initial=0.0) + PADDING + 0.5)
    while columns.sum() + STEP <= width and (columns < wanted).any():
        tried = columns + STEP * np.eye(len(columns))
        lines = whole[:, None, :] / (tried - PADDING)[None, :, :]
        heights = lines.max(axis=2).sum(axis=0) + 0.1 * lines.sum(axis=(0, 2))
        columns = tried[np.where(columns < wanted, heights, np.inf).argmin()]
    columns += max(0.0, width - columns.sum()) / len(columns)
    return columns.tolist()


def _least(heading: str, cells: list[str], words: bool, most: float) -> float:
    """Return what a column needs at the least, points without padding."""
    longest = max(stringWidth(word, BOLD, SMALL) for word in together(heading).split(" "))
    if not words:
        return max([longest, *(stringWidth(cell, BODY, SMALL) for cell in cells)])
    parts = [stringWidth(word, BODY, SMALL) for cell in cells for word in cell.split(" ")]
    return max(longest, min(max(parts, default=0.0), most))


def _text(cell: str) -> str:
    return escape(together(cell), quote=False)
