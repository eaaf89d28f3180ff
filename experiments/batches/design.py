"""A design: which runs make up a batch experiment, read and checked, with nothing left to look up.

A design is complete in itself: strategies stand in it as constants of the model, and tables of
points as numbers. So it can be sent to another process as text and gives the same runs there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ...model.distributions import Prior
from ...scenarios.text import Text
from ..runs.evaluate import Outcome

Floats = NDArray[np.float64]

SamplerName = Literal[
    "posterior", "random", "latin_hypercube", "sobol", "morris", "factorial", "points"
]
SAMPLER_NAMES: tuple[str, ...] = get_args(SamplerName)
"""``posterior``: the stored joint draws. ``points``: a table beside the design."""

LEVERS = "levers"
"""Scenario id of the runs whose levers the design itself sets."""

CHUNK_RUNS = 65_536
"""Runs of one chunk, about: some tens of megabytes with a hundred uncertainties."""

SEED = 20260101
"""Seed of a design that names none."""


@dataclass(frozen=True)
class Coordinate:
    """Something that differs between draws.

    Attributes
    ----------
    name
        Constant of the model, or the name of the coordinate that chooses a stored draw.
    unit
        Of its values.
    kind
        ``uncertainty``, or ``lever`` for a part of a lever.
    prior
        Distribution; nothing for the rank of a stored draw, and where `values` are given.
    values
        Equally likely values instead of a distribution.
    """

    name: str
    unit: str
    kind: Literal["uncertainty", "lever"]
    prior: Prior | None = None
    values: tuple[float, ...] = ()


@dataclass(frozen=True)
class Strategy:
    """A scenario as the model sees it.

    Attributes
    ----------
    id
        Of the scenario.
    constants
        Value by constant.
    branch
        First month in which it may differ from the shared history.
    settings
        Assumptions about the world that it fixes; they hold for what it is compared with too.
    """

    id: str
    constants: Mapping[str, float]
    branch: float
    settings: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class LeverRuns:
    """Runs whose levers the design sets.

    Attributes
    ----------
    constants
        Value by constant of every lever that is the same in all of them.
    grid
        Values by constant; every combination is run for every draw.
    branch
        First month in which any lever may begin.
    """

    constants: Mapping[str, float]
    grid: Mapping[str, tuple[float, ...]]
    branch: float

    @property
    def combinations(self) -> int:
        """Number of combinations of the grid."""
        return math.prod(len(values) for values in self.grid.values())


@dataclass(frozen=True)
class Design:
    """What is run.

    Attributes
    ----------
    id, title, question
        What it is called, and what it asks.
    district, area
        Id of the district file, and the code of its surveys.
    strategies
        No extra action first.
    levers
        Runs beside the strategies, if any.
    coordinates
        What differs between draws; everything else that is uncertain stays central.
    worlds
        Ids of structures.
    outcomes
        What is read from each run.
    sampler, draws, replicates
        How the draws are spread, how many, and how many independent sets of them.
    seed
        Of the random numbers; for stored draws nothing means the first ones.
    steps
        Values of each distribution in a factorial design.
    table
        (draw,) by coordinate, for the sampler ``points``.
    """

    id: str
    title: Text
    question: Text | None
    district: str
    area: str
    strategies: tuple[Strategy, ...] = field(repr=False)
    levers: LeverRuns | None = field(repr=False)
    coordinates: tuple[Coordinate, ...] = field(repr=False)
    worlds: tuple[str, ...]
    outcomes: tuple[Outcome, ...] = field(repr=False)
    sampler: SamplerName
    draws: int
    replicates: int = 1
    seed: int | None = None
    steps: int = 3
    table: Mapping[str, Floats] = field(default_factory=dict, repr=False, compare=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the coordinates."""
        return tuple(item.name for item in self.coordinates)

    @property
    def sampled_levers(self) -> tuple[str, ...]:
        """Names of the parts of levers that are drawn."""
        return tuple(item.name for item in self.coordinates if item.kind == "lever")

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Ids of the scenarios, no extra action first and the design's own levers last."""
        own = (LEVERS,) if self.levers else ()
        return (*(item.id for item in self.strategies), *own)

    @property
    def variants(self) -> int:
        """Runs of one draw in one world: strategies, and combinations of levers."""
        return len(self.strategies) + (self.levers.combinations if self.levers else 0)

    @property
    def runs_of_draw(self) -> int:
        """Runs of one draw."""
        return self.variants * len(self.worlds)

    @property
    def all_draws(self) -> int:
        """Draws of all replicates."""
        return self.draws * self.replicates

    @property
    def chunk_draws(self) -> int:
        """Draws of one chunk, which holds all worlds and scenarios of each."""
        return min(self.all_draws, max(1, CHUNK_RUNS // self.runs_of_draw))

    @property
    def runs(self) -> int:
        """Number of runs."""
        return self.all_draws * self.runs_of_draw
