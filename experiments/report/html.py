"""A report as one HTML file that prints well: nothing is loaded, nothing runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

from .blocks import SHORT, Block, Heading, Items, Paragraph, Picture, Report, Table, together

_STYLE = Path(__file__).with_name("report.css")
LONGEST = 26
"""Characters of a word that a column of words makes room for."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def to_html(report: Report) -> str:
    """Return the page."""
    return "\n".join([*_lines(report), ""])


def plain_svg(drawing: bytes, prefix: str) -> str:
    """Return a drawing to stand inside a page: ids of its own, no metadata, size left to the page.

    Parameters
    ----------
    drawing
        An SVG file as Matplotlib writes it.
    prefix
        Put before every id, so that two drawings in a page do not share one.
    """
    text = drawing.decode("utf-8")
    text = text[text.index("<svg") :].rstrip()
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r'(\sid="|href="#|url\(#)', rf"\g<1>{prefix}-", text)
    head, rest = text.split(">", 1)
    head = re.sub(r'\s(width|height|version|xmlns(:\w+)?)="[^"]*"', "", head)
    # A page knows these names by itself; the address would only look like a request.
    rest = rest.replace("xlink:href", "href")
    return f'{head} role="presentation" focusable="false">{rest}'


def _lines(report: Report) -> Iterator[str]:
    title = escape(report.title)
    yield f'<!doctype html>\n<html lang="{report.language}">\n<head>'
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>{title}</title>"
    yield f"<style>\n{_STYLE.read_text(encoding='utf-8')}{_margin(report)}</style>\n</head>\n<body>"
    yield f'<header><h1>{title}</h1><p class="subtitle">{_text(report.subtitle)}</p></header>'
    yield "<main>"
    inside = False
    for block in report.blocks:
        if isinstance(block, Heading):
            yield "</section>" if inside else ""
            yield f'<section class="level{block.level}">'
            inside = True
        yield from _block(block)
    yield "</section>" if inside else ""
    yield f"</main>\n<footer><p>{_text(report.foot)}</p></footer>\n</body>\n</html>"


def _margin(report: Report) -> str:
    """Return the rule that numbers printed pages, where the browser knows margin boxes."""
    parts = re.split(r"\{(page|pages)\}", report.page)
    content = " ".join(
        f"counter({part})" if place % 2 else f'"{part}"' for place, part in enumerate(parts) if part
    )
    foot = report.foot.replace("\\", "").replace('"', "'")
    return (
        f"@page {{ @bottom-right {{ content: {content}; font: 8pt sans-serif; color: #5b6570; }}\n"
        f'  @bottom-left {{ content: "{foot}"; font: 8pt sans-serif; color: #5b6570; }} }}\n'
    )


def _text(text: str) -> str:
    return escape(together(text), quote=False)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield f"<h2>{_text(block.text)}</h2>"
        case Paragraph():
            yield f'<p class="{block.kind}">{_text(block.text)}</p>'
        case Items():
            tag = "ol" if block.numbered else "ul"
            yield f"<{tag}>"
            yield from (f"<li>{_text(text)}</li>" for text in block.texts)
            yield f"</{tag}>"
        case Table():
            yield from _table(block)
        case Picture():
            yield f'<figure><div role="img" aria-label="{escape(block.alt)}">'
            yield block.svg
            yield f"</div><figcaption>{_text(block.title)}</figcaption></figure>"


def _kind(column: int, table: Table) -> str:
    """Return how a column is set: numbers, words, or words of which some must be broken."""
    if column not in table.text_columns:
        return "number"
    words = (word for row in table.rows for word in row[column].split())
    return "text long" if any(len(word) > LONGEST for word in words) else "text"


def _table(table: Table) -> Iterator[str]:
    kinds = [_kind(column, table) for column in range(len(table.headings))]
    # A table wider than the window scrolls, also by keyboard.
    # One as short as paper can hold is not divided between pages.
    name = "table short" if len(table.rows) <= SHORT else "table"
    yield f'<div class="{name}" role="region" tabindex="0" aria-label="{escape(table.title)}">'
    yield "<table>"
    yield f"<caption>{_text(table.title)}</caption>"
    heads = (
        f'<th scope="col" class="{kind}">{_text(cell)}</th>'
        for kind, cell in zip(kinds, table.headings, strict=True)
    )
    yield f"<thead><tr>{''.join(heads)}</tr></thead><tbody>"
    for row in table.rows:
        first, *rest = (
            f'class="{kind}">{_text(cell)}' for kind, cell in zip(kinds, row, strict=True)
        )
        cells = "".join(f"<td {cell}</td>" for cell in rest)
        head = f'<th scope="row" {first}</th>' if row[0] else "<td></td>"
        yield f"<tr>{head}{cells}</tr>"
    yield "</tbody></table></div>"
    if table.note:
        yield f'<p class="note">{_text(table.note)}</p>'
