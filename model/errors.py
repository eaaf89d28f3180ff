"""Errors that say what was expected, what was found, where, and what to do.

Exit codes of the command line: 0 done, 1 a check found something, 2 the input is wrong,
3 the machine refused (disk, permission), 70 a defect of ours, 130 interrupted, 143 terminated.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One mistake in an input.

    Attributes
    ----------
    where
        ``file:line`` or the name of the parameter.
    expected, found, remedy
        Plain sentences without a full stop.
    """

    where: str
    expected: str
    found: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: expected {self.expected}, found {self.found}. {self.remedy}."


class TumbuhError(Exception):
    """Root of the errors raised on purpose; each has problems and an exit code.

    Parameters
    ----------
    problems
        At least one problem.
    """

    exit_code = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class InputError(TumbuhError):
    """All mistakes of one input, reported together."""


class ModelError(InputError):
    """A model file cannot be read, is inconsistent, or uses what is not supported."""


class EvidenceError(InputError):
    """An evidence table breaks a rule."""


class ScenarioError(InputError):
    """A scenario file breaks a rule."""


class DataError(InputError):
    """An observation table or a district file breaks a rule."""


class OutputError(TumbuhError):
    """The result cannot be written."""

    exit_code = 3
