"""Every mistake of one file at once, each with its line, and the nearest word that is right."""

from __future__ import annotations

import difflib
from collections.abc import Hashable, Iterable
from pathlib import Path

from .errors import Problem
from .yamlfile import LineMap


class Report:
    """Problems of one file, collected with their lines."""

    def __init__(self, path: Path, line_of: LineMap) -> None:
        self.path, self.line_of = path, line_of
        self._found: list[tuple[int, Problem]] = []

    def where(self, at: Iterable[Hashable]) -> str:
        """Return ``file:line`` of an entry."""
        return f"{self.path}:{self.line_of(at)}"

    def add(self, at: Iterable[Hashable], expected: str, found: str, remedy: str) -> None:
        """Note one problem."""
        at = tuple(at)
        problem = Problem(self.where(at), expected, found, remedy)
        self._found.append((self.line_of(at), problem))

    def __len__(self) -> int:
        """Return the number of problems."""
        return len(self._found)

    def in_order(self) -> list[Problem]:
        """Return the problems by line."""
        return [problem for _, problem in sorted(self._found, key=lambda item: item[0])]


def did_you_mean(name: object, known: Iterable[str], otherwise: str) -> str:
    """Return a remedy that names the nearest known word, or the other advice."""
    words = list(known)
    near = difflib.get_close_matches(str(name).replace("_", " "), words, n=1, cutoff=0.5)
    near = near or difflib.get_close_matches(str(name), words, n=1, cutoff=0.5)
    return f"Did you mean {near[0]!r}" if near else otherwise
