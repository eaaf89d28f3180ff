"""A question about strategies: what is compared, over which draws, in which worlds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ...calibration.posterior import Posterior, load_posterior
from ...model.district import District
from ...model.language.cache import load_program
from ...model.language.ir import Program
from ...scenarios.compile import Plan
from ..batch import Progress
from ..inputs import read_district, read_plans, references
from .evaluate import Evaluation, Outcome, evaluate
from .points import Sampler, sampled
from .space import Space, load_space
from .worlds import STANDARD, World, worlds_of

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Question:
    """Everything that an answer rests on, read and checked.

    Attributes
    ----------
    program
        The model.
    district
        The district file.
    plans
        Strategies, no extra action first.
    worlds
        Structures in which the question is asked; the standard one first.
    year
        Year at whose end the outcomes are read.
    draws, seed, sampler
        Points of the uncertain, the same in every world.
    own
        A fit of the reader's own behind the levels, the same in every world; the stored one of the
        figure of the world when absent.
    """

    program: Program = field(repr=False)
    district: District
    plans: tuple[Plan, ...] = field(repr=False)
    worlds: tuple[World, ...]
    year: int
    draws: int
    seed: int
    sampler: Sampler
    own: Posterior | None = field(default=None, repr=False)

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Ids of the strategies, no extra action first."""
        return tuple(plan.scenario.id for plan in self.plans)

    def space(self, world: World = STANDARD) -> Space:
        """Return what is uncertain in a world."""
        return _space(self.district.surveys.area, world.observation, self.own)

    def posterior(self, world: World = STANDARD) -> Posterior:
        """Return the fit behind the levels in a world."""
        area = self.district.surveys.area
        return load_posterior(world.observation, [area]) if self.own is None else self.own

    def points(self) -> Floats:
        """Return (draw, coordinate), the same in every world."""
        return sampled(self.sampler, self.space().names, self.draws, self.seed)(0, self.draws)

    def constants(self, world: World = STANDARD) -> dict[str, Floats]:
        """Return (draw,) by constant: the points as they are in a world."""
        settings = {name: np.full(self.draws, value) for name, value in world.settings.items()}
        return self.space(world).constants(self.points()) | settings

    def evaluate(
        self,
        outcomes: Sequence[Outcome],
        progress: Progress = lambda done, total: None,
        threads: int = 0,
    ) -> dict[str, Evaluation]:
        """Run every strategy in every world.

        Parameters
        ----------
        outcomes
            What is read from each run.
        progress
            Called with worlds done and worlds in all.
        threads
            0 for one on each processor.

        Returns
        -------
        dict
            By id of the world.
        """
        found: dict[str, Evaluation] = {}
        for done, world in enumerate(self.worlds):
            progress(done, len(self.worlds))
            constants = self.constants(world)
            found[world.id] = evaluate(
                self.program, constants, self.plans, outcomes, world, threads=threads
            )
        progress(len(self.worlds), len(self.worlds))
        return found

    def about(self) -> Mapping[str, object]:
        """Return the inputs as plain values, for a manifest."""
        return {
            "district": self.district.id,
            "scenarios": list(self.scenarios),
            "worlds": [world.id for world in self.worlds],
            "year": self.year,
            "draws": self.draws,
            "seed": self.seed,
            "sampler": self.sampler,
        }


def read_question(
    district: str = "paser",
    scenarios: str | None = None,
    worlds: Sequence[str] | None = ("standard",),
    year: int = 2031,
    draws: int = 1024,
    seed: int = 20260101,
    sampler: Sampler = "sobol",
    own: Posterior | None = None,
) -> Question:
    """Read and check what a question names.

    Parameters
    ----------
    district
        Id of a district file.
    scenarios
        Ids and files with commas between; the library when absent. No extra action comes first.
    worlds
        Ids of structures; all when nothing.
    year
        Year at whose end outcomes are read, 2027 to 2035.
    draws, seed, sampler
        Points of the uncertain.
    own
        A fit of the reader's own, which was checked.

    Raises
    ------
    InputError
        With the mistakes of whatever was named.
    """
    chosen = worlds_of(worlds)
    chosen = tuple(sorted(chosen, key=lambda world: world is not STANDARD))
    plans = tuple(read_plans(references(scenarios)))
    place = read_district(district)
    return Question(load_program(), place, plans, chosen, year, draws, seed, sampler, own)


@cache
def _space(area: str, observation: str, own: Posterior | None) -> Space:
    return load_space(load_program(), area, observation, own)
