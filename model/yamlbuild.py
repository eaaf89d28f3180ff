"""Build plain data from the events of a YAML parser, bounded, and with a line for every entry.

No object of Python is ever constructed from the file, and a bomb of aliases is refused before it
can expand.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
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
_WHOLE = re.compile(r"-?\d+")


@dataclass
class Open:
    """A mapping or sequence whose end has not been read."""

    value: dict[Hashable, Any] | list[Any]
    path: tuple[Hashable, ...]
    anchor: str | None
    first_node: int
    key: Hashable = _NO_KEY
    key_line: int = 0
    flow: bool = False
    key_text: str = ""
    number: tuple[Hashable, str] | None = None
    """In a flow mapping: name and text of a whole number that was the last value."""


@dataclass
class Builder:
    """Turns events into dicts, lists and scalars."""

    where: str
    yaml: YAML
    lines: dict[tuple[Hashable, ...], int] = field(default_factory=dict)
    open: list[Open] = field(default_factory=list)
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
        if self.has_decimal_comma(event):
            return
        self.put(event, value)

    def has_decimal_comma(self, event: ScalarEvent) -> bool:
        """Recognise ``{level: 0,8}``, which YAML reads as the number 0 and a name 8."""
        parent = self.open[-1] if self.open else None
        if parent is None or not parent.flow:
            return False
        if self.awaits_key():
            parent.key_text = event.value
            return False
        before, parent.number = parent.number, None
        if before and not event.value and parent.key_text.isdigit():
            name, whole = before
            self.decimal_comma(parent, name, whole, parent.key_text)
            parent.key = _NO_KEY
            return True
        if _WHOLE.fullmatch(event.value):
            parent.number = (parent.key, event.value)
        return False

    def decimal_comma(self, parent: Open, name: Hashable, whole: str, decimals: str) -> None:
        thousands = f", or {whole}{decimals} without a mark" if len(decimals) == 3 else ""
        found = f"{whole},{decimals} with a decimal comma"
        remedy = f"Write {whole}.{decimals}{thousands}"
        expected = f"a decimal point in {name!r}"
        self.problems.append(self.problem(parent.key_line, expected, found, remedy))

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
        flow = isinstance(event, MappingStartEvent) and bool(event.flow_style)
        self.open.append(Open(value, path, event.anchor, self.nodes, flow=flow))

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
