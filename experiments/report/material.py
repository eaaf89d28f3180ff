"""What a report is written from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ...scenarios.loader import EQUAL_BUDGET_IDS
from ..full_tables import full_tables
from ..results import Comparison, StrategyResult
from ..text import Words
from .blocks import Table
from .stored import Stored

if TYPE_CHECKING:
    from ..scoring import Scoring


@dataclass(frozen=True)
class Material:
    """The comparison, the hold-out, and the language.

    Attributes
    ----------
    stored
        The comparison as it was stored.
    scoring
        The fit to the first surveys, scored on the later ones.
    words
        Language.
    """

    stored: Stored
    scoring: Scoring
    words: Words

    @property
    def answer(self) -> Comparison:
        """The comparison."""
        return self.stored.answer

    @property
    def year(self) -> int:
        """Last year reported."""
        return self.answer.base[-1].year

    @cached_property
    def tables(self) -> dict[str, Table]:
        """Every table of the full answer, by title."""
        return {
            title: Table(title, headings, rows)
            for title, (headings, rows) in full_tables(self.answer, self.words)
            if rows
        }

    @property
    def plain(self) -> tuple[StrategyResult, ...]:
        """The strategies outside the equal-budget set; all of them where there are no others."""
        results = self.answer.strategies
        return tuple(r for r in results if r.id not in EQUAL_BUDGET_IDS) or tuple(results)

    @property
    def most(self) -> StrategyResult:
        """That of them with the largest median gain."""
        return max(self.plain, key=lambda result: result.dates[-1].gain.median)

    def name(self, result: StrategyResult) -> str:
        """Return the title of a strategy."""
        return self.words.title(self.answer.titles[result.id])

    def say(self, key: str, **values: object) -> str:
        """Return a text of the report."""
        return self.words.get(f"report.{key}", **values)
