"""A sensitivity analysis: points of the uncertain, every strategy run over them, and indices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..batch import Progress
from ..runs.evaluate import Evaluation, evaluate, standard_outcomes
from ..runs.question import Question
from ..runs.space import Space
from ..runs.worlds import World
from .asked import Asked
from .estimators import Indices, Method, Problem, estimate, parts, runs_of, sample

Floats = NDArray[np.float64]
By = Literal["parameter", "sector"]

CHUNK = 8_192
"""Points run together: memory stays flat in the size of the sample."""
TOP = 5
"""Factors whose set must be the same at half the sample for a ranking to be called settled."""
WIDE = 0.1
"""Largest half-interval of a leading index of Sobol, PAWN or regional that is called settled; for
Morris relative to the largest effect. Judged."""


@dataclass(frozen=True)
class Analysis:
    """Indices of one outcome in one world.

    Attributes
    ----------
    asked
        The outcome.
    mean, deviation
        Of the outcome over the runs, in its unit.
    stages
        Indices by size of the sample, the whole last.
    """

    asked: Asked
    mean: float
    deviation: float
    stages: Mapping[int, Indices] = field(repr=False)

    @property
    def indices(self) -> Indices:
        """Indices of the whole sample."""
        return self.stages[max(self.stages)]

    def top(self, size: int) -> tuple[str, ...]:
        """Return the leading factors at a size of the sample, no more than matter at the end."""
        count = min(TOP, int(self.indices.matters().sum()))
        found = self.stages[size]
        return tuple(found.factors[place] for place in found.order()[:count])

    def width(self, size: int) -> float:
        """Return the largest half-interval among the leading factors at a size."""
        found = self.stages[size]
        lead = found.order()[:TOP]
        name = found.ranking
        half = (found.high[name] - found.low[name])[lead] / 2.0
        largest = float(found.measures[name].max())
        scale = largest if name == "effect" and largest > 0.0 else 1.0
        return float(half.max()) / scale

    @property
    def settled(self) -> bool:
        """Whether half the sample has the same leading factors, and the intervals are narrow."""
        sizes = sorted(self.stages)
        if len(sizes) < 2:
            return False
        half, whole = sizes[-2:]
        return set(self.top(half)) == set(self.top(whole)) and self.width(whole) <= WIDE


def analyse(
    question: Question,
    asked: Sequence[Asked],
    method: Method,
    by: By,
    size: int,
    progress: Progress = lambda done, total: None,
    threads: int = 0,
) -> dict[str, tuple[Analysis, ...]]:
    """Return the analysis of every outcome, by world.

    Parameters
    ----------
    question
        Strategies, worlds, year and seed; its own draws are not used.
    asked
        Outcomes; all are read from the same runs.
    method
        How points are spread and indices estimated.
    by
        Whether single parameters or whole sectors get an index.
    size
        Base sample of Sobol, trajectories of Morris, points of the others.
    progress
        Called with chunks done and chunks in all.
    threads
        0 for one on each processor; no number depends on it.
    """
    found = {}
    done = 0
    for world in question.worlds:
        space = free(question.space(world), world)
        problem = problem_of(space, by)
        points = sample(method, problem, size, question.seed)
        total = len(question.worlds) * -(-len(points) // CHUNK)
        before = done

        def step(chunks: int, before: int = before, total: int = total) -> None:
            progress(before + chunks, total)

        values = outcomes_at(question, asked, space, world, points, step, threads)
        done = before + -(-len(points) // CHUNK)
        found[world.id] = tuple(
            _analysis(item, values[:, column], method, problem, points, question.seed)
            for column, item in enumerate(asked)
        )
    return found


def free(space: Space, world: World) -> Space:
    """Return the space without the coordinates that a world fixes."""
    return space.restrict([name for name in space.names if name not in world.settings])


def problem_of(space: Space, by: By) -> Problem:
    """Return what varies, in groups by sector if asked."""
    groups = tuple(item.sector for item in space.uncertainties) if by == "sector" else None
    return Problem(space.names, groups)


def outcomes_at(
    question: Question,
    asked: Sequence[Asked],
    space: Space,
    world: World,
    points: Floats,
    step: Any = lambda done: None,  # noqa: ANN401
    threads: int = 0,
) -> Floats:
    """Return outcomes at points, (run, outcome).

    Raises
    ------
    ArithmeticError
        If a run left the finite numbers: an index of the others would be of another sample.
    """
    values = np.empty((len(points), len(asked)))
    starts = range(0, len(points), CHUNK)
    for number, first in enumerate(starts):
        part = points[first : first + CHUNK]
        found: Evaluation = evaluate(
            question.program,
            space.constants(part),
            question.plans,
            standard_outcomes(question.year),
            world,
            threads=threads,
        )
        if found.failed.any():
            raise ArithmeticError(f"{int(found.failed.sum())} runs left the finite numbers")
        values[first : first + len(part)] = np.column_stack([item.read(found) for item in asked])
        step(number + 1)
    return values


def _analysis(
    asked: Asked, values: Floats, method: Method, problem: Problem, points: Floats, seed: int
) -> Analysis:
    size = len(points) // runs_of(method, problem, 1)
    stages = {}
    for part in parts(size):
        rows = runs_of(method, problem, part)
        stages[part] = estimate(method, problem, points[:rows], values[:rows], seed)
    return Analysis(asked, float(values.mean()), float(values.std()), stages)
