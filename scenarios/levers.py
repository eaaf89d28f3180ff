"""The catalogue of levers: names, doses, prices, delays and effects, read from levers.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from ..model.yamlfile import load_yaml
from .text import Text, text

Quantity = Literal["posyandu", "devices", "children_6_23"]
SHARE = "dmnl"
"""Unit of a lever whose level is a share."""


@dataclass(frozen=True)
class Cost:
    """How a lever's level turns into rupiah.

    Attributes
    ----------
    constant
        Name of the model constant that holds the price.
    year
        Year of the rupiah.
    quantity
        What of the district the level multiplies, if anything.
    per_year
        How many times a year it is paid.
    """

    constant: str
    year: int
    quantity: Quantity | None
    per_year: float


@dataclass(frozen=True)
class Lever:
    """Something that a plan can buy or that can befall the budget.

    Attributes
    ----------
    name
        Base name of the four model constants.
    strategy
        hr, facilities, coordination, food or budget.
    unit
        Unit of the level in the model.
    full, maximum
        Level called full, and the largest level that is accepted; the smallest is 0.
    title, dose_unit, buys, full_means, delay, moves, persistence
        Sentences for the strategy table; the unit stands alone or after more than one.
    dose_after
        What follows a level written as 1, or one written in percent where it is a share.
    links
        Names of the parameters that carry the effect; each has its own prior mass at zero.
    prior
        The effect prior in words.
    cost
        Price, or None for what costs nothing.
    evidence
        Ids of rows of the evidence tables.
    """

    name: str
    strategy: str
    unit: str
    full: float
    maximum: float
    title: Text
    dose_unit: Text
    dose_after: Text
    buys: Text
    full_means: Text
    delay: Text
    moves: Text
    persistence: Text
    links: tuple[str, ...]
    prior: Text
    cost: Cost | None
    evidence: tuple[str, ...]

    @property
    def is_share(self) -> bool:
        """Whether the level is a share between 0 and 1."""
        return self.unit == SHARE

    def constant(self, part: Literal["level", "start", "ramp", "end"]) -> str:
        """Return the name of one of the lever's four model constants."""
        return f"{self.name} {part}"


@dataclass(frozen=True)
class Setting:
    """A model constant that a scenario may override for a what-if."""

    name: str
    unit: str
    lower: float
    upper: float
    title: Text


@dataclass(frozen=True)
class Fact:
    """A number of the district that prices are multiplied with."""

    value: float
    unit: str
    judged: bool
    source: str


@dataclass(frozen=True)
class Catalogue:
    """All levers and settings, in the order of the file."""

    levers: Mapping[str, Lever]
    settings: Mapping[str, Setting]
    planning: Mapping[str, Fact]
    strategies: Mapping[str, Text]


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Return the packaged catalogue, read once."""
    data, _ = load_yaml(Path(__file__).with_name("levers.yaml"))
    return Catalogue(
        levers=MappingProxyType({k: _lever(k, row) for k, row in data["levers"].items()}),
        settings=MappingProxyType({k: _setting(k, row) for k, row in data["settings"].items()}),
        planning=MappingProxyType({k: Fact(**row) for k, row in data["planning"].items()}),
        strategies=MappingProxyType({k: text(row) for k, row in data["strategies"].items()}),
    )


def _lever(name: str, row: Mapping[str, Any]) -> Lever:
    effect = row["effect"]
    return Lever(
        name=name,
        strategy=row["strategy"],
        unit=row["unit"],
        full=row["full"],
        maximum=row["max"],
        title=text(row["title"]),
        dose_unit=text(row["dose_unit"]),
        dose_after=text(row["dose_percent"] if row["unit"] == SHARE else row["dose_one"]),
        buys=text(row["buys"]),
        full_means=text(row["full_means"]),
        delay=text(row["delay"]),
        moves=text(row["moves"]),
        persistence=text(row["persistence"]),
        links=tuple(effect["links"]),
        prior=text(effect["prior"]),
        cost=_cost(row["cost"]) if "cost" in row else None,
        evidence=tuple(row["evidence"]),
    )


def _cost(row: Mapping[str, Any]) -> Cost:
    return Cost(
        row["constant"], row["year"], row.get("quantity"), per_year=float(row.get("per_year", 1))
    )


def _setting(name: str, row: Mapping[str, Any]) -> Setting:
    lower, upper = row["bounds"]
    return Setting(name, row["unit"], lower, upper, text(row["title"]))
