"""What a check of a calibration says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Gate:
    """One check with its verdict.

    Attributes
    ----------
    name, expected, found
        What was checked, what it must be, what it is.
    passed
        Whether it is so.
    """

    name: str
    expected: str
    found: str
    passed: bool

    def __str__(self) -> str:
        return f"{self.name}: expected {self.expected}, found {self.found}"
