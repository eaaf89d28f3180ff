"""Vensim text cut into entries, each with its line and group. Nothing is evaluated here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import ModelError, Problem

_LARGEST = 20_000_000
_SKETCH = "\\\\\\---///"
_COMMENT = re.compile(r"\{[^}]*\}")
_MARK = re.compile(r'["~|]')
_MACRO = re.compile(
    r":MACRO:\s*(?P<name>[^(~|:]+)\((?P<arguments>[^()~|]*)\)(?P<body>.*?):END OF MACRO:\s*[~|]?",
    re.IGNORECASE | re.DOTALL,
)


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


@dataclass(frozen=True)
class MacroText:
    """One macro: its header, and its body with blank lines before so that line numbers hold."""

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    body: str
    line: int


def cut_macros(text: str) -> tuple[str, list[MacroText]]:
    """Return the text without comments, sketch and macros, and the macros; lines stay in place."""
    text = text.split(_SKETCH, 1)[0]
    # Comments go, their lines stay, so that line numbers hold.
    text = _COMMENT.sub(_blank, text)
    macros = []
    for match in _MACRO.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        before = "\n" * text.count("\n", 0, match.start("body"))
        inputs, _, outputs = match["arguments"].partition(":")
        names = (_names(inputs), _names(outputs))
        macros.append(MacroText(_collapse(match["name"]), *names, before + match["body"], line))
    return _MACRO.sub(_blank, text), macros


def _blank(match: re.Match[str]) -> str:
    return "\n" * match.group().count("\n")


def _names(text: str) -> tuple[str, ...]:
    return tuple(_collapse(name) for name in text.split(",") if name.strip())


def split_entries(text: str) -> list[Entry]:
    """Cut text without comments into entries; groups are followed."""
    entries: list[Entry] = []
    group = ""
    position, line = 0, 1
    while position < len(text):
        fields, end = _fields(text, position)
        start = position + len(text[position:end]) - len(text[position:end].lstrip())
        here = line + text.count("\n", position, start)
        line += text.count("\n", position, end)
        position = end
        head = _collapse(fields[0])
        if not head:
            continue
        if head.startswith("***"):
            group = head.strip("* .")
            continue
        padded = [*fields[1:3], "", ""]
        entries.append(Entry(head, _collapse(padded[0]), _collapse(padded[1]), here, group))
    return entries


def _fields(text: str, position: int) -> tuple[list[str], int]:
    """Return the fields of the entry that starts here and the position after its bar."""
    fields: list[str] = []
    start = position
    while (match := _MARK.search(text, position)) is not None:
        position = match.end()
        if match.group() == '"':
            # A bar or tilde inside a quoted name belongs to the name; docs may hold lone quotes.
            if len(fields) < 2:
                position = text.find('"', position) + 1 or len(text)
            continue
        fields.append(text[start : match.start()])
        start = position
        if match.group() == "|":
            return fields, position
    return [*fields, text[start:]], len(text)


def _collapse(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"\\\n\s*", " ", text)).strip()
