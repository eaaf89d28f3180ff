"""A report as PDF on A4, laid out by ReportLab: the same bytes whenever it is made."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from html import escape
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    Image,
    KeepTogether,
    ListFlowable,
    ListItem,
    PageBreak,
    PageTemplate,
    Spacer,
)
from reportlab.platypus import Paragraph as Line
from reportlab.platypus import Table as Box

from .blocks import SHORT, Block, Heading, Items, Paragraph, Picture, Report, Table, together
from .pdf_style import ACCENT, BAND, BODY, SOFT, STYLES, use_fonts
from .pdf_table import lay_out

SIDE, TOP, BOTTOM = 16.0 * mm, 16.0 * mm, 18.0 * mm
WIDTH = A4[0] - 2.0 * SIDE
FOOT = 10.0 * mm
OUTLINE = {"title": 0, "heading": 1}
"""Level in the outline of the file, by style."""
FEW = 6
"""Items of a list that is kept on one page."""
LEAST = 45.0 * mm
"""Room below which what is longer begins on the next page."""


def to_pdf(report: Report) -> bytes:
    """Return the file."""
    use_fonts()
    # Once to count the pages, and again to say on each how many there are.
    _, pages = _built(report, 0)
    return _built(report, pages)[0]


def _built(report: Report, pages: int) -> tuple[bytes, int]:
    """Return the file and its number of pages, with a foot that tells of so many."""
    buffer = io.BytesIO()
    height = A4[1] - TOP - BOTTOM
    frame = Frame(SIDE, BOTTOM, WIDTH, height, leftPadding=0, rightPadding=0, topPadding=0)

    def foot(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFont(BODY, 7.5)
        canvas.setFillColor(SOFT)
        canvas.drawString(SIDE, FOOT, report.foot)
        number = report.page.format(page=document.page, pages=pages)
        canvas.drawRightString(A4[0] - SIDE, FOOT, number)

    document = _Document(
        buffer,
        pagesize=A4,
        pageTemplates=[PageTemplate("page", [frame], onPage=foot)],
        title=report.title,
        author="tumbuh",
        subject=report.subtitle,
        creator="tumbuh",
        lang=report.language,
        invariant=1,
    )
    with _dated(report.made):
        document.build(list(_story(report)))
    return buffer.getvalue(), document.page


class _Document(BaseDocTemplate):
    """Headings become the outline of the file."""

    def afterFlowable(self, flowable: Flowable) -> None:
        if isinstance(flowable, Line) and flowable.style.name in OUTLINE:
            text = flowable.getPlainText()
            key = f"{self.page} {text}"
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(text, key, OUTLINE[flowable.style.name], closed=False)


@contextmanager
def _dated(made: str) -> Iterator[None]:
    """Let the file bear the date of the comparison, not that of its printing."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(int(datetime.fromisoformat(made).timestamp()))
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before


def _story(report: Report) -> Iterator[Flowable]:
    yield Line(_text(report.title), STYLES["title"])
    yield Line(_text(report.subtitle), STYLES["subtitle"])
    above: list[Flowable] = []
    for block in report.blocks:
        if isinstance(block, Heading):
            yield from _kept(above)
            if block.level == 1:
                yield PageBreak()
            above = [_of_heading(block)]
            continue
        pieces = _PRINTERS[type(block)](block)
        if isinstance(block, Paragraph) and above:
            # A heading and the words below it go where the next piece goes.
            above += pieces
        elif _is_long(block):
            yield CondPageBreak(LEAST)
            yield from [*above, *pieces]
            above = []
        else:
            yield from _kept([*above, *pieces])
            above = []
    yield from _kept(above)


def _kept(pieces: list[Flowable]) -> Iterator[Flowable]:
    if pieces:
        yield KeepTogether(pieces)


def _is_long(block: Block) -> bool:
    """Tell whether a block may be divided between pages."""
    if isinstance(block, Table):
        return len(block.rows) > SHORT
    return isinstance(block, Items) and not block.numbered and len(block.texts) > FEW


def _text(text: str) -> str:
    return escape(together(text), quote=False)


def _of_heading(block: Heading) -> Line:
    return Line(_text(block.text), STYLES["title" if block.level == 1 else "heading"])


def _of_paragraph(block: Paragraph) -> list[Flowable]:
    return [Line(_text(block.text), STYLES[block.kind])]


def _of_items(block: Items) -> list[Flowable]:
    style = STYLES["answer" if block.numbered else "plain"]
    items: list[Any] = [ListItem(Line(_text(text), style)) for text in block.texts]
    listed = ListFlowable(
        items,
        leftIndent=14,
        bulletFontName=BODY,
        bulletFontSize=style.fontSize,
        bulletColor=ACCENT,
        bulletType="1" if block.numbered else "bullet",
        start=None if block.numbered else "•",
    )
    if not block.numbered:
        return [listed]
    rules = [("BACKGROUND", (0, 0), (-1, -1), BAND), ("LINEBEFORE", (0, 0), (0, -1), 3, ACCENT)]
    return [Box([[listed]], colWidths=[WIDTH], style=rules), Spacer(1, 6)]


def _of_table(block: Table) -> list[Flowable]:
    note = [Line(_text(block.note), STYLES["note"])] if block.note else []
    title = Line(_text(block.title), STYLES["caption"])
    return [title, lay_out(block, WIDTH), *note, Spacer(1, 6)]


def _of_picture(block: Picture) -> list[Flowable]:
    image = Image(io.BytesIO(block.png))
    image.drawWidth, image.drawHeight = WIDTH, WIDTH * image.imageHeight / image.imageWidth
    return [image, Line(_text(block.title), STYLES["caption"]), Spacer(1, 4)]


_PRINTERS: dict[type[Block], Callable[[Any], list[Flowable]]] = {
    Paragraph: _of_paragraph,
    Items: _of_items,
    Table: _of_table,
    Picture: _of_picture,
}
