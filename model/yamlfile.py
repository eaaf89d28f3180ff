"""Read YAML that a stranger wrote: safe, bounded, and with a line number for every entry.

The data is built straight from the parser's events, so that no object of Python is ever
constructed from the file and a bomb of aliases is refused before it can expand.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.nodes import ScalarNode

from .errors import InputError, Problem

MAX_ALIASES = 100
MAX_NODES = 100_000
MAX_DEPTH = 50

_CORE = "tag:yaml.org,2002:"
_NO_KEY = object()


class LineMap:
    """Line numbers of the entries of one file.

    Parameters
    ----------
    lines
        Line, counted from 1, by path: keys and list positions from the top down.
    """

    def __init__(self, lines: Mapping[tuple[Hashable, ...], int]) -> None:
        self._lines = dict(lines)

    def __call__(self, path: Iterable[Hashable] = ()) -> int:
        """Return the line of an entry, or of its nearest ancestor that is in the file."""
        key = tuple(path)
        while key and key not in self._lines:
            key = key[:-1]
        return self._lines.get(key, 1)


@dataclass
class _Open:
    """A mapping or sequence whose end has not been read."""

    value: dict[Hashable, Any] | list[Any]
    path: tuple[Hashable, ...]
    anchor: str | None
    first_node: int
    key: Hashable = _NO_KEY
    key_line: int = 0


@dataclass
class _Builder:
    """Turns events into dicts, lists and scalars."""

    where: str
    yaml: YAML
    lines: dict[tuple[Hashable, ...], int] = field(default_factory=dict)
    open: list[_Open] = field(default_factory=list)
    anchors: dict[str, tuple[object, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    nodes: int = 0
    aliases: int = 0
    documents: int = 0
    root: object = None

    def refuse(self, event: Event, expected: str, found: str, remedy: str) -> NoReturn:
        """Stop reading: what follows cannot be trusted or would cost too much."""
        raise InputError([self.problem(event.start_mark.line + 1, expected, found, remedy)])

    def problem(self, line: int, expected: str, found: str, remedy: str) -> Problem:
        return Problem(f"{self.where}:{line}", expected, found, remedy)

    def take(self, event: Event) -> None:
        """Handle one event."""
        if isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.refuse(event, "one document", "a second one", "Delete everything from --- on")
        elif isinstance(event, AliasEvent):
            self.alias(event)
        elif isinstance(event, ScalarEvent):
            self.count(event, 1)
            self.scalar(event)
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            self.count(event, 1)
            self.start(event)
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self.end()

    def count(self, event: Event, nodes: int) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            self.refuse(
                event,
                f"at most {MAX_NODES} entries once aliases are expanded",
                "more",
                "Split the file, or write the repeated part once",
            )

    def alias(self, event: AliasEvent) -> None:
        self.aliases += 1
        if self.aliases > MAX_ALIASES:
            self.refuse(event, f"at most {MAX_ALIASES} aliases", "more", "Write the values in full")
        if event.anchor not in self.anchors:
            found = f"*{event.anchor}, which is not defined above or contains itself"
            self.refuse(event, "the name of a finished anchor", found, "Write the values in full")
        value, nodes = self.anchors[str(event.anchor)]
        self.count(event, nodes)
        self.put(event, value)

    def scalar(self, event: ScalarEvent) -> None:
        value = self.value(event)
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)
        self.put(event, value)

    def value(self, event: ScalarEvent) -> object:
        """Return text, number, bool or None; dates stay text."""
        tag = self.tag(event)
        if tag == "merge":
            self.refuse(event, "a name", "the merge key <<", "Write the merged entries in full")
        if tag in {"str", "timestamp"}:
            return event.value
        if tag not in {"int", "float", "bool", "null"}:
            self.refuse(event, "plain data", f"the tag {tag}", "Delete the tag")
        try:
            node = ScalarNode(_CORE + tag, event.value, event.start_mark, event.end_mark)
            return self.yaml.constructor.construct_object(node)
        except (ValueError, YAMLError):
            self.refuse(
                event, f"a value of type {tag}", repr(event.value[:40]), "Correct the value"
            )

    def tag(self, event: ScalarEvent) -> str:
        """Return the short name of the type that the text has under YAML 1.2."""
        explicit = event.tag
        if explicit is None:
            explicit = self.yaml.resolver.resolve(ScalarNode, event.value, event.implicit)
        text = str(explicit)
        return "str" if text == "!" else text.removeprefix(_CORE)

    def start(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        if len(self.open) >= MAX_DEPTH:
            self.refuse(event, f"at most {MAX_DEPTH} levels", "a deeper one", "Flatten the file")
        if event.tag is not None and str(event.tag) not in {_CORE + "map", _CORE + "seq"}:
            self.refuse(event, "plain data", f"the tag {event.tag}", "Delete the tag")
        if self.awaits_key():
            self.refuse(event, "a name before the colon", "a list or map", "Use a plain name")
        value: dict[Hashable, Any] | list[Any] = {} if isinstance(event, MappingStartEvent) else []
        path = self.place(event)
        self.open.append(_Open(value, path, event.anchor, self.nodes))

    def end(self) -> None:
        done = self.open.pop()
        if done.anchor:
            self.anchors[done.anchor] = (done.value, self.nodes - done.first_node + 1)
        self.attach(done.value)

    def awaits_key(self) -> bool:
        return (
            bool(self.open)
            and isinstance(self.open[-1].value, dict)
            and (self.open[-1].key is _NO_KEY)
        )

    def put(self, event: Event, value: object) -> None:
        """Use a finished value as a key, or as the value that was awaited."""
        if not self.awaits_key():
            self.place(event)
            self.attach(value)
        elif isinstance(value, str | int | float | bool):
            self.open[-1].key, self.open[-1].key_line = value, event.start_mark.line + 1
        else:
            self.refuse(event, "a name before the colon", repr(value), "Use a plain name")

    def place(self, event: Event) -> tuple[Hashable, ...]:
        """Record the line of the value that comes now and return its path."""
        line, path = event.start_mark.line + 1, ()
        if self.open:
            parent = self.open[-1]
            is_map = isinstance(parent.value, dict)
            path = (*parent.path, parent.key if is_map else len(parent.value))
            line = parent.key_line if is_map else line
        self.lines.setdefault(path, line)
        return path

    def attach(self, value: object) -> None:
        if not self.open:
            self.root = value
            return
        parent = self.open[-1]
        if isinstance(parent.value, list):
            parent.value.append(value)
            return
        if parent.key in parent.value:
            first = self.lines[(*parent.path, parent.key)]
            self.problems.append(
                self.problem(
                    parent.key_line,
                    f"the name {parent.key!r} once",
                    f"it again (first in line {first})",
                    "Keep one of the two",
                )
            )
        else:
            parent.value[parent.key] = value
        parent.key = _NO_KEY


def load_yaml(path: Path | str, max_bytes: int = 1_000_000) -> tuple[Any, LineMap]:
    """Read one YAML document as plain dicts, lists, text, numbers, bools and None.

    Parameters
    ----------
    path
        The file, in UTF-8. Dates stay text; merge keys and tags of objects are refused.
    max_bytes
        Largest file that is read.

    Returns
    -------
    data, line_of
        The data, and a function from a path such as ``("levers", "food coverage", "level")`` to
        its line in the file, counted from 1.

    Raises
    ------
    InputError
        If the file cannot be read, is empty, too large, not UTF-8 text or not YAML, holds a name
        twice, or would expand beyond the limits of this module.
    """
    return parse_yaml(_read_text(Path(path), max_bytes), str(path))


def parse_yaml(text: str, where: str) -> tuple[Any, LineMap]:
    """Like `load_yaml`, for text that is already in memory.

    Parameters
    ----------
    text
        The YAML text.
    where
        Name used in the messages.
    """
    yaml = YAML(typ="safe", pure=True)
    builder = _Builder(where, yaml)
    try:
        for event in yaml.parse(text):
            builder.take(event)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        found = error.problem or error.context or "something else"
        remedy = "Correct the line; look at indentation, colons and quotes"
        raise InputError([builder.problem(line, "YAML", str(found), remedy)]) from error
    except YAMLError as error:
        found = str(error).splitlines()[0]
        raise InputError([builder.problem(1, "YAML text", found, "Save it as text")]) from error
    if builder.problems:
        raise InputError(builder.problems)
    if builder.root is None:
        remedy = "Write its content, or delete the file"
        raise InputError([builder.problem(1, "content", "an empty file", remedy)])
    return builder.root, LineMap(builder.lines)


def dump_yaml(data: object) -> str:
    """Return plain data as YAML text in UTF-8, in the order given.

    Parameters
    ----------
    data
        Dicts, lists, text, numbers, bools and None.
    """
    yaml = YAML(typ="rt", pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 100
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = StringIO()
    yaml.dump(data, out)
    return out.getvalue()


def _read_text(path: Path, max_bytes: int) -> str:
    def refuse(expected: str, found: str, remedy: str) -> InputError:
        return InputError([Problem(str(path), expected, found, remedy)])

    try:
        with path.open("rb") as file:
            raw = file.read(max_bytes + 1)
    except OSError as error:
        found = (error.strerror or type(error).__name__).lower()
        raise refuse("a readable file", found, "Check the path and its permissions") from error
    if len(raw) > max_bytes:
        raise refuse(
            f"at most {max_bytes} bytes", "a larger file", "Check that it is the right file"
        )
    if not raw.strip():
        raise refuse("content", "an empty file", "Write its content, or delete the file")
    if b"\0" in raw:
        raise refuse("text", "a binary file", "Give the YAML file, saved as text")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        found = f"bytes in line {line} that are not UTF-8"
        raise refuse("text in UTF-8", found, "Save the file as UTF-8") from error
