"""Shards: disjoint parts of a batch for processes that share nothing but the folder."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...model.errors import InputError, Problem

MOST = 100_000


@dataclass(frozen=True)
class Shard:
    """Every chunk whose number leaves the rest ``number - 1`` when divided by ``of``.

    Attributes
    ----------
    number
        From 1.
    of
        Shards in all.
    """

    number: int
    of: int

    @property
    def name(self) -> str:
        """Name in files."""
        return f"shard-{self.number}-of-{self.of}"

    def holds(self, chunk: int) -> bool:
        """Return whether a chunk belongs to it."""
        return chunk % self.of == self.number - 1


WHOLE = Shard(1, 1)


def read_shard(text: str | None) -> Shard:
    """Return the shard of ``--shard i/n``; the whole batch without it.

    Raises
    ------
    InputError
        If it is not two whole numbers, the first between 1 and the second.

    Examples
    --------
    >>> read_shard("2/8").holds(9)
    True
    """
    if text is None:
        return WHOLE
    match = re.fullmatch(r"\s*(\d{1,6})\s*/\s*(\d{1,6})\s*", text, re.ASCII)
    number, of = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= number <= of <= MOST:
        expected = f"i/n with i from 1 to n, and n at most {MOST}"
        remedy = "Write for example --shard 1/4 in the first of four processes"
        raise InputError([Problem("--shard", expected, repr(text[:40]), remedy)])
    return Shard(number, of)
