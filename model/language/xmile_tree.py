"""XML read without trust: no document type, no entities, bounded size, depth and count.

The tree keeps the line of every element. Names are local, for some tools use prefixes that they do
not declare; a prefix that is not declared as the standard's marks what a vendor adds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from ..errors import ModelError, Problem

LARGEST = 20_000_000
_STANDARD = ("oasis-open.org/xmile", "systemdynamics.org/xmile")
"""Of the standard and of its draft; a vendor's own address may end in XMILE too."""
_DEEPEST = 100
_MOST = 500_000
_EXPECTED = "an XMILE model"
_REMEDY = "Give the .stmx, .xmile or .xml file that a modelling tool saves"


@dataclass
class Element:
    """One element: local name, attributes by local name, line, text and children in order.

    ``vendor`` tells that its name has a tool's prefix, so that the standard does not define it.
    """

    tag: str
    attributes: dict[str, str]
    line: int
    vendor: bool = False
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, tag: str) -> Iterator[Element]:
        """Yield the children with a tag."""
        return (child for child in self.children if child.tag == tag)

    def first(self, tag: str) -> Element | None:
        """Return the first child with a tag, if any."""
        return next(self.all(tag), None)

    def text_of(self, tag: str) -> str:
        """Return the text of the first child with a tag, stripped, or nothing."""
        child = self.first(tag)
        return child.text.strip() if child else ""

    def walk(self) -> Iterator[Element]:
        """Yield the element and everything inside it, in document order."""
        stack: list[Element] = [self]
        while stack:
            current = stack.pop()
            yield current
            stack.extend(reversed(current.children))


class _Refused(Exception):
    """Something that a model file has no need of."""


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a model file.

    Raises
    ------
    ModelError
        If the file is missing, empty or too large.
    """
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= LARGEST else b""
    except OSError as error:
        found = f"no readable file ({error.strerror})"
        raise ModelError([Problem(str(path), _EXPECTED, found, "Check the path")]) from error
    if size > LARGEST:
        found = f"{size} bytes, above the limit of {LARGEST}"
        raise ModelError([Problem(str(path), _EXPECTED, found, _REMEDY)])
    if not raw.strip():
        raise ModelError([Problem(str(path), _EXPECTED, "an empty file", _REMEDY)])
    return raw


def read_tree(raw: bytes, label: str) -> Element:
    """Return the root element.

    Parameters
    ----------
    raw
        The whole file.
    label
        Name of the file in messages.

    Raises
    ------
    ModelError
        If it is no well-formed XML, has a document type or an entity, or is too large.
    """
    if len(raw) > LARGEST:
        found = f"{len(raw)} bytes, above the limit of {LARGEST}"
        raise ModelError([Problem(label, _EXPECTED, found, _REMEDY)])
    parser = expat.ParserCreate()
    maker = _Maker(parser)
    try:
        parser.Parse(raw, True)
    except _Refused as refused:
        where = f"{label}:{parser.CurrentLineNumber}"
        remedy = "Remove it: a model needs none, and it can do harm"
        raise ModelError([Problem(where, _EXPECTED, str(refused), remedy)]) from None
    except expat.ExpatError as error:
        where = f"{label}:{error.lineno}"
        found = f"text that is not XML ({expat.errors.messages[error.code]})"
        raise ModelError([Problem(where, _EXPECTED, found, _REMEDY)]) from error
    return maker.root


class _Maker:
    """Builds the tree from the events of the parser."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self.root = Element("", {}, 0)
        self._open: list[Element] = []
        self._count = 0
        self._standard: set[str] = set()
        self._parser = parser
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._entity
        parser.ExternalEntityRefHandler = self._entity
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > _MOST or len(self._open) >= _DEEPEST:
            raise _Refused("too many or too deeply nested elements")
        for key, value in attributes.items():
            if key.startswith("xmlns:") and any(own in value.lower() for own in _STANDARD):
                self._standard.add(key.partition(":")[2])
        local = {_local(key): value for key, value in attributes.items()}
        prefix = name.rpartition(":")[0]
        vendor = bool(prefix) and prefix not in self._standard
        element = Element(_local(name), local, self._parser.CurrentLineNumber, vendor)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        self._open[-1].text += text

    def _doctype(self, *_: object) -> None:
        raise _Refused("a document type declaration (DOCTYPE)")

    def _entity(self, *_: object) -> int:
        raise _Refused("an entity declaration")


def _local(name: str) -> str:
    return name.rpartition(":")[2]
