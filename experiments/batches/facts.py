"""What a design says that a summary of its runs needs, taken from its text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...model.district import HOME
from .design_text import is_complete

NO_SAMPLE = ("morris", "factorial", "points")
"""Ways to spread draws that do not follow the distributions of what is uncertain."""


@dataclass(frozen=True)
class Facts:
    """What is known of a design without making its job.

    Attributes
    ----------
    id
        Name; empty where the text is of another kind.
    area
        Code of the district; Paser where the text is of another kind.
    title
        By language.
    sampler
        How the draws are spread.
    seed
        Of the random numbers.
    forms
        ``value``, ``gain`` or ``rise`` by outcome.
    combined
        Lever columns of which every combination was run.
    """

    id: str = ""
    area: str = HOME
    title: Mapping[str, str] = field(default_factory=dict)
    sampler: str = ""
    seed: int | None = None
    forms: Mapping[str, str] = field(default_factory=dict)
    combined: tuple[str, ...] = ()

    def is_better(self, outcome: str) -> bool:
        """Return whether more of an outcome is better than nothing: a gain or a rise."""
        return self.forms.get(outcome) in ("gain", "rise")


def facts_of(text: str) -> Facts:
    """Return what the text of a design says; nothing of a text of another kind."""
    if not is_complete(text):
        return Facts()
    try:
        tree: dict[str, Any] = json.loads(text)
        levers = tree["levers"] or {"grid": {}}
        return Facts(
            tree["id"],
            tree["area"],
            tree["title"],
            tree["sampler"],
            tree["seed"],
            {outcome["name"]: outcome["form"] for outcome in tree["outcomes"]},
            tuple(levers["grid"]),
        )
    except (ValueError, KeyError, TypeError):
        return Facts()
