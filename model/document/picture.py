"""What a picture shows, before it is drawn: boxes, valves, clouds, pipes and arrows."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from .layout import Point

LINE = 15.0
LETTER = 7.2
WRAP = 22


@dataclass(frozen=True)
class Node:
    """A symbol with its centre and size.

    Attributes
    ----------
    key
        Key of the variable, unique in the picture.
    kind
        ``stock``, ``flow``, ``auxiliary``, ``ghost`` (of another sector), ``cloud`` or ``sector``.
    lines
        The name, wrapped.
    """

    key: str
    kind: str
    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Pipe:
    """A pipe of material: its corners, from source to target."""

    flow: str
    corners: tuple[Point, ...]


@dataclass(frozen=True)
class Arrow:
    """A causal link from node to node, with its sign and its width, from 1 to 5."""

    cause: str
    effect: str
    sign: str
    weight: int = 1


@dataclass(frozen=True)
class Badge:
    """The sign of a loop at one of its links: ``R4``, reinforcing or balancing."""

    text: str
    polarity: str
    cause: str
    effect: str


@dataclass(frozen=True)
class Picture:
    """Nodes, pipes and arrows with the size of the sheet."""

    title: str
    nodes: tuple[Node, ...]
    pipes: tuple[Pipe, ...]
    arrows: tuple[Arrow, ...]
    badges: tuple[Badge, ...]
    width: float
    height: float


def wrapped(name: str, width: int = WRAP) -> tuple[str, ...]:
    """Return a name on lines of about a width."""
    return tuple(textwrap.wrap(name, width)) or (name,)


def text_size(lines: tuple[str, ...], margin: float = 8.0) -> Point:
    """Return the width and height that some lines of text need."""
    return LETTER * max(map(len, lines)) + margin, LINE * len(lines) + margin / 2
