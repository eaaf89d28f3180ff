"""A strategy, read and checked: which levers, how far, from when to when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .text import Text


@dataclass(frozen=True)
class Dose:
    """How far one lever is moved, and when.

    Attributes
    ----------
    level
        In the lever's unit, at least 0.
    start
        Month in which it begins to rise from 0.
    ramp
        Months of linear rise to the level.
    end
        First month without the lever; None when it goes on.
    """

    level: float
    start: float
    ramp: float
    end: float | None = None


@dataclass(frozen=True)
class Budget:
    """A yearly ceiling on extra spending.

    Attributes
    ----------
    ceiling
        Million rupiah a year.
    over_ceiling
        ``refuse`` the plan when it is dearer, or let the model ``scale`` it down.
    """

    ceiling: float
    over_ceiling: Literal["refuse", "scale"]


@dataclass(frozen=True)
class Scenario:
    """One strategy with everything it inherits resolved.

    Attributes
    ----------
    id
        Name in commands and results.
    title, intent, note
        What it is called, why one would do it, and what to know before reading its result.
    levers
        Doses by lever name, in the order of the catalogue.
    settings
        Model constants that are overridden.
    budget
        Ceiling on extra spending, if any.
    equal_budget
        Million rupiah a year that the plan is scaled to, if it belongs to an equal-budget set.
    evidence
        Ids of rows of the evidence tables.
    extends
        Ids of the scenarios it builds on.
    """

    id: str
    title: Text
    intent: Text
    levers: Mapping[str, Dose] = field(default_factory=dict)
    settings: Mapping[str, float] = field(default_factory=dict)
    budget: Budget | None = None
    equal_budget: float | None = None
    evidence: tuple[str, ...] = ()
    note: Text | None = None
    extends: tuple[str, ...] = ()
    allow_before_decision: bool = False
