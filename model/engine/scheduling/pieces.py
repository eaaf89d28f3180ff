"""One evaluation as statements, cut into pieces that the compiler takes one by one.

The compiler's work grows faster than the length of a function. So an evaluation is cut, and what a
later piece needs is kept in scratch memory; a place is used again when its value is dead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .rewriting import Key

# Instructions of a piece; measured: smaller ones run slower, larger ones compile slower.
PIECE = 2000


@dataclass(frozen=True)
class Statement:
    """Something that an evaluation does.

    Attributes
    ----------
    kind
        ``compute`` a node, ``invert`` a node's value, ``pin`` the value that a state has now,
        ``move`` a state, ``push`` the input of a ring, ``keep`` an output, ``reduce`` a result,
        ``hand`` a value over.
    index
        Node, state, or place among the outputs, reductions or values handed over.
    reads
        Keys that it reads.
    defines
        Key that it gives a value, or nothing.
    weight
        Rough number of instructions.
    """

    kind: str
    index: int
    reads: tuple[Key, ...] = ()
    defines: Key | None = None
    weight: int = 2


@dataclass(frozen=True)
class Group:
    """Statements that happen together: always, where outputs are kept, or where results count."""

    condition: str
    pieces: tuple[tuple[Statement, ...], ...]


@dataclass(frozen=True)
class Evaluation:
    """The groups of an evaluation.

    Attributes
    ----------
    groups
        In order.
    places
        By key: its place in temporary memory, in vectors.
    temporaries
        How many places there are.
    """

    groups: tuple[Group, ...]
    places: dict[Key, int]
    temporaries: int


def evaluation_of(groups: Sequence[tuple[str, list[Statement]]]) -> Evaluation:
    """Return an evaluation, cut into pieces.

    Parameters
    ----------
    groups
        Statements that happen together, and their condition.
    """
    cut = tuple(Group(name, tuple(_cut(statements))) for name, statements in groups)
    places, count = _places(cut)
    return Evaluation(cut, places, count)


def _cut(statements: Sequence[Statement]) -> Iterator[tuple[Statement, ...]]:
    piece: list[Statement] = []
    weight = 0
    for statement in statements:
        if piece and weight + statement.weight > PIECE:
            yield tuple(piece)
            piece, weight = [], 0
        piece.append(statement)
        weight += statement.weight
    if piece:
        yield tuple(piece)


def _places(groups: Sequence[Group]) -> tuple[dict[Key, int], int]:
    """Give a place to every value that a later piece reads; dead places are used again."""
    born, last = _lives([piece for group in groups for piece in group.pieces])
    places: dict[Key, int] = {}
    free: list[int] = []
    count = 0
    # Values by the piece that reads them last.
    ends: dict[int, list[Key]] = {}
    for number, keys in enumerate(born):
        free += [places[key] for key in ends.pop(number - 1, ())]
        for key in keys:
            if last.get(key, number) == number:
                continue
            if not free:
                free.append(count)
                count += 1
            places[key] = free.pop()
            ends.setdefault(last[key], []).append(key)
    return places, count


def _lives(pieces: Sequence[Sequence[Statement]]) -> tuple[list[list[Key]], dict[Key, int]]:
    """Return by piece what it defines first, and by value the last piece that reads it."""
    born: list[list[Key]] = []
    last: dict[Key, int] = {}
    known: set[Key] = set()
    for number, piece in enumerate(pieces):
        born.append([])
        for statement in piece:
            last.update((key, number) for key in statement.reads if key in known)
            # A node of two conditional groups has one place for both.
            if statement.defines is not None and statement.defines not in known:
                known.add(statement.defines)
                born[-1].append(statement.defines)
    return born, last
