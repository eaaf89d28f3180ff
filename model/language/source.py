"""Vensim text cut into entries, each with its line and group. Nothing is evaluated here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import ModelError, Problem

_LARGEST = 20_000_000
_SKETCH = "\\\\\\---///"
_COMMENT = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True)
class Entry:
    """One entry: ``equation ~ unit ~ doc |``, white space collapsed, with its first line."""

    equation: str
    unit: str
    doc: str
    line: int
    group: str


def read_text(path: Path) -> str:
    """Return the text of a model file.

    Raises
    ------
    ModelError
        If the file is missing, empty, too large or not UTF-8 text.
    """
    expected = "a Vensim model in UTF-8 text"
    remedy = "Give the .mdl file that Vensim's Save As writes in text form"
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= _LARGEST else b""
    except OSError as error:
        found = f"no readable file ({error.strerror})"
        raise ModelError([Problem(str(path), expected, found, "Check the path")]) from error
    if size > _LARGEST:
        found = f"{size} bytes, above the limit of {_LARGEST}"
        raise ModelError([Problem(str(path), expected, found, remedy)])
    if not raw.strip():
        raise ModelError([Problem(str(path), expected, "an empty file", remedy)])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"bytes that are not text at offset {error.start}"
        raise ModelError([Problem(str(path), expected, found, remedy)]) from error
    if "\0" in text:
        raise ModelError([Problem(str(path), expected, "a binary file", remedy)])
    return text.replace("\r\n", "\n").replace("\r", "\n")


def split_entries(text: str) -> list[Entry]:
    """Cut a model's text into entries; the sketch is left out, groups are followed."""
    text = text.split(_SKETCH, 1)[0]
    # Comments go, their lines stay, so that line numbers hold.
    text = _COMMENT.sub(lambda match: "\n" * match.group().count("\n"), text)
    entries: list[Entry] = []
    group = ""
    position = 0
    while position < len(text):
        fields, end = _fields(text, position)
        start = position + len(text[position:end]) - len(text[position:end].lstrip())
        line = text.count("\n", 0, start) + 1
        position = end
        head = _collapse(fields[0])
        if not head:
            continue
        if head.startswith("***"):
            group = head.strip("* .")
            continue
        padded = [*fields[1:3], "", ""]
        entries.append(Entry(head, _collapse(padded[0]), _collapse(padded[1]), line, group))
    return entries


def _fields(text: str, position: int) -> tuple[list[str], int]:
    """Return the fields of the entry that starts here and the position after its bar."""
    fields = [""]
    start = position
    while position < len(text):
        letter = text[position]
        if letter == '"' and len(fields) < 3:
            # A bar or tilde inside a quoted name belongs to the name; docs may hold lone quotes.
            close = text.find('"', position + 1)
            position = len(text) if close < 0 else close + 1
            continue
        if letter in "~|":
            fields[-1] = text[start:position]
            position += 1
            if letter == "|":
                return fields, position
            fields.append("")
            start = position
            continue
        position += 1
    fields[-1] = text[start:]
    return fields, position


def _collapse(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"\\\n\s*", " ", text)).strip()
