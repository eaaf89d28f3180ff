"""The search over plans: NSGA-III of pymoo, with a repair that keeps every ceiling.

Deb and Jain 2014, "An Evolutionary Many-Objective Optimization Algorithm Using
Reference-Point-Based Nondominated Sorting Approach, Part I",
https://doi.org/10.1109/TEVC.2013.2281535.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...model.randomness import stream
from ..batch import Progress
from .encoding import Encoding
from .funding import Floats, Population

Objectives = Callable[[Population], Floats]
"""(plan, objective), each the smaller the better; the first is what the search is asked for."""

WORST = 1e12
"""Stands for an objective that is no number."""

PARTITIONS = {1: 1, 2: 40, 3: 11, 4: 6, 5: 4}
"""Steps along each axis of the reference directions, by number of objectives."""


@dataclass(frozen=True)
class Searched:
    """Every plan that was tried, without repeats.

    Attributes
    ----------
    points
        (plan, number), within the limits.
    objectives
        (plan, objective), the smaller the better.
    generations
        Number of generations.
    """

    points: Floats = field(repr=False)
    objectives: Floats = field(repr=False)
    generations: int

    @property
    def best(self) -> int:
        """Row with the smallest first objective."""
        return int(self.objectives[:, 0].argmin())


def search(
    encoding: Encoding,
    evaluate: Objectives,
    objectives: int,
    *,
    generations: int,
    size: int,
    seed: int,
    known: Floats | None = None,
    progress: Progress = lambda done, total: None,
) -> Searched:
    """Search plans within the limits of an encoding.

    Parameters
    ----------
    encoding
        What a point means.
    evaluate
        Objectives of many plans at once.
    objectives
        Number of objectives.
    generations, size
        Of the search: plans of one generation.
    seed
        Of all random numbers.
    known
        (plan, number), plans to begin with, beside random ones.
    progress
        Called with generations done and in all.
    """
    from pymoo.core.evaluator import Evaluator
    from pymoo.problems.static import StaticProblem

    algorithm, problem = _algorithm(encoding, objectives, generations, size, seed, known)
    tried: list[tuple[Floats, Floats]] = []
    while algorithm.has_next():
        asked = algorithm.ask()
        # What is stored and bred from is the plan within the limits, not the wish.
        points = encoding.repair(asked.get("X"))
        asked.set("X", points)
        found = evaluate(encoding.decode(points))
        found = np.where(np.isfinite(found), found, WORST)
        Evaluator().eval(StaticProblem(problem, F=found), asked)
        algorithm.tell(infills=asked)
        tried.append((points, found))
        progress(len(tried), generations)
    points, found = (np.vstack(parts) for parts in zip(*tried, strict=True))
    kept = np.sort(np.unique(points, axis=0, return_index=True)[1])
    return Searched(points[kept], found[kept], generations)


def _algorithm(
    encoding: Encoding,
    objectives: int,
    generations: int,
    size: int,
    seed: int,
    known: Floats | None,
) -> tuple[Any, Any]:
    """Return the algorithm, ready for its first generation, and the shape of the problem."""
    from pymoo.algorithms.moo.nsga3 import NSGA3
    from pymoo.core.problem import Problem
    from pymoo.util.ref_dirs import get_reference_directions

    rays = get_reference_directions("das-dennis", objectives, n_partitions=PARTITIONS[objectives])
    most = max(size, len(rays))
    first: Any = _first(encoding, most, seed, known)
    algorithm = NSGA3(ref_dirs=rays, pop_size=most, sampling=first)
    problem = Problem(n_var=encoding.size, n_obj=objectives, xl=0.0, xu=1.0)
    own = int(stream(seed, "optimise/search").integers(2**31))
    algorithm.setup(problem, termination=("n_gen", generations), seed=own, verbose=False)
    return algorithm, problem


def _first(encoding: Encoding, size: int, seed: int, known: Floats | None) -> Floats:
    """Return the first generation: known plans, then random ones that fund few levers or many."""
    rng = stream(seed, "optimise/first")
    points = rng.random((size, encoding.size))
    funded = rng.random((size, len(encoding.levers))) < rng.random((size, 1))
    points[:, ::4] = np.where(funded, points[:, ::4], 0.0)
    if known is not None:
        points[: len(known)] = known[:size]
    return encoding.repair(points)
