"""Tables on a terminal in which no number is ever cut."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from rich import box
from rich.table import Table
from rich.text import Text as Cell

from .cli_common import width

NARROW, WIDE = 1, 2
"""Spaces between columns; the box draws one of them."""

LEAST_NAME = 16
"""Columns that a name needs to be readable; below it, intervals go under their medians."""


def grid(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    left: Sequence[int] = (0,),
    columns: int | None = None,
) -> Table:
    """Return a table whose first column takes what the numbers leave, and wraps.

    Parameters
    ----------
    headings
        One for each column; they wrap between words.
    rows
        Cells; those of the first column wrap, all others stay whole.
    left
        Columns that are set left, others right.
    columns
        Columns of the terminal; found by itself when absent.
    """
    total = columns or width()
    names = max(_longest(text) for text in (headings[0], *(row[0] for row in rows)))
    widths = _widths(headings, rows)
    gap = WIDE if _left(total, widths, WIDE) >= names else NARROW
    if _left(total, widths, gap) < _least(rows):
        rows = [[row[0], *(cell.replace(" (", "\n(") for cell in row[1:])] for row in rows]
        widths = _widths(headings, rows)
    widths = _eased(headings, widths, total - names - gap * len(widths))
    first = min(names, max(8, _left(total, widths, gap)))
    table = Table(box=box.SIMPLE_HEAD, padding=(0, gap - 1, 0, 0), pad_edge=False, show_edge=False)
    for place, (heading, size) in enumerate(zip(headings, [first, *widths], strict=True)):
        side = "left" if place in left else "right"
        table.add_column(Cell(heading), width=size, justify=side, overflow="fold")
    for row in rows:
        table.add_row(*(Cell(cell) for cell in row))
    return table


def _eased(headings: Sequence[str], widths: list[int], room: int) -> list[int]:
    """Widen columns so that headings take fewer lines, where the names still fit on one."""
    for lines in range(1, 7):
        wider = [
            next(w for w in range(size, 200) if len(wrap(heading, w)) <= lines)
            for heading, size in zip(headings[1:], widths, strict=True)
        ]
        if sum(wider) <= room:
            return wider
    return widths


def _left(total: int, widths: Sequence[int], gap: int) -> int:
    """Return the columns that are left for the names."""
    return total - sum(widths) - gap * len(widths)


def _widths(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """Return the width of each column but the first: its longest line or word of the heading."""
    return [
        max(
            *(len(word) for word in headings[place].split() or [""]),
            *(_longest(row[place]) for row in rows),
            1,
        )
        for place in range(1, len(headings))
    ]


def _least(rows: Sequence[Sequence[str]]) -> int:
    return min(LEAST_NAME, max((_longest(row[0]) for row in rows), default=LEAST_NAME))


def _longest(text: str) -> int:
    return max((len(line) for line in text.splitlines()), default=0)
