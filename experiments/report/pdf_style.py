"""Fonts, colours and paragraph styles of the PDF."""

from __future__ import annotations

from functools import cache

from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from ..drawing import font_file

BODY, BOLD = "DejaVuSans", "DejaVuSans-Bold"
INK, SOFT, ACCENT = HexColor("#1b1f24"), HexColor("#525c66"), HexColor("#0b5c8a")
BAND, LINE = HexColor("#f1f5f8"), HexColor("#cfd5db")
SMALL = 7.5
"""Size of the text of a table, points."""

_PLAIN = ParagraphStyle(
    "plain",
    fontName=BODY,
    fontSize=8.8,
    leading=12.2,
    textColor=INK,
    spaceAfter=4,
    allowWidows=0,
    allowOrphans=0,
)
_CELL = ParagraphStyle("cell", _PLAIN, fontSize=SMALL, leading=9.4, spaceAfter=0)


STYLES = {
    "plain": _PLAIN,
    "title": ParagraphStyle(
        "title", _PLAIN, fontName=BOLD, fontSize=17, leading=21, textColor=ACCENT
    ),
    "subtitle": ParagraphStyle(
        "subtitle", _PLAIN, fontSize=9.5, leading=13, textColor=SOFT, spaceAfter=8
    ),
    "heading": ParagraphStyle(
        "heading",
        _PLAIN,
        fontName=BOLD,
        fontSize=12,
        leading=15,
        textColor=ACCENT,
        spaceBefore=9,
        spaceAfter=4,
    ),
    "answer": ParagraphStyle("answer", _PLAIN, fontSize=9.4, leading=13),
    "note": ParagraphStyle("note", _PLAIN, fontSize=7.6, leading=10, textColor=SOFT, spaceBefore=3),
    "caption": ParagraphStyle(
        "caption", _PLAIN, fontName=BOLD, fontSize=8, leading=10.5, spaceBefore=4
    ),
    "cell": _CELL,
    "head": ParagraphStyle("head", _CELL, fontName=BOLD),
    "number": ParagraphStyle("number", _CELL, alignment=2),
    "number_head": ParagraphStyle("number_head", _CELL, fontName=BOLD, alignment=2),
}


@cache
def use_fonts() -> None:
    """Make the fonts known; they come with the drawing library, and their used part is embedded."""
    for name in (BODY, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(font_file(name))))
    pdfmetrics.registerFontFamily(BODY, normal=BODY, bold=BOLD, italic=BODY, boldItalic=BOLD)
