"""Estimators of sensitivity, as SALib and scipy have them: points to run, indices with intervals.

Every method works between 0 and 1, one coordinate for each uncertainty. Sources:

- Sobol: A. Saltelli and others, "Variance based sensitivity analysis of model output" (2010),
  https://doi.org/10.1016/j.cpc.2009.09.018
- Morris: F. Campolongo and others, "An effective screening design for sensitivity analysis of large
  models" (2007), https://doi.org/10.1016/j.envsoft.2006.10.004
- PAWN: F. Pianosi and T. Wagener, "Distribution-based sensitivity analysis from a generic
  input-output sample" (2018), https://doi.org/10.1016/j.envsoft.2018.07.019
- Regional: R. Spear and G. Hornberger, "Eutrophication in Peel Inlet, II" (1980),
  https://doi.org/10.1016/0043-1354(80)90040-8
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ...model.randomness import spawning, stream

Floats = NDArray[np.float64]
Method = Literal["sobol", "morris", "pawn", "regional"]
METHODS: tuple[Method, ...] = ("sobol", "morris", "pawn", "regional")

LEVEL = 0.95
"""Coverage of all intervals."""
RESAMPLES = 100
SLICES = 8
"""Parts of each coordinate in PAWN."""
MORRIS_LEVELS = 4
NEGLIGIBLE = 0.01
"""Indices below this are not worth a line; for Morris, relative to the largest effect. Judged."""
DUMMIES = 10
"""Coordinates that nothing depends on, beside PAWN and regional: what they show is noise."""


@dataclass(frozen=True)
class Problem:
    """What varies.

    Attributes
    ----------
    names
        One for each coordinate.
    groups
        Group of each coordinate; the coordinates themselves when absent.
    """

    names: tuple[str, ...]
    groups: tuple[str, ...] | None = None

    @property
    def factors(self) -> tuple[str, ...]:
        """What gets an index: groups in the order of first appearance, or coordinates."""
        return self.names if self.groups is None else tuple(dict.fromkeys(self.groups))

    def plain(self) -> dict[str, Any]:
        """Return the problem as SALib takes it."""
        bounds = [[0.0, 1.0]] * len(self.names)
        names = [str(place) for place in range(len(self.names))]
        plain: dict[str, Any] = {"num_vars": len(names), "names": names, "bounds": bounds}
        if self.groups is not None:
            plain["groups"] = list(self.groups)
        return plain


@dataclass(frozen=True)
class Indices:
    """Indices of one outcome.

    Attributes
    ----------
    factors
        What has an index.
    measures
        Value by name of the measure, (factor,): ``total`` and ``first`` of Sobol, ``effect`` (mean
        absolute elementary effect) and ``spread`` of Morris, ``distance`` of the others. The first
        one ranks.
    low, high
        Interval by measure.
    noise
        What a coordinate that nothing depends on reaches; 0 for methods without dummies.
    """

    factors: tuple[str, ...]
    measures: Mapping[str, Floats]
    low: Mapping[str, Floats] = field(repr=False)
    high: Mapping[str, Floats] = field(repr=False)
    noise: float = 0.0

    @property
    def ranking(self) -> str:
        """Name of the measure that ranks."""
        return next(iter(self.measures))

    def order(self) -> NDArray[np.intp]:
        """Return the factors from the most to the least influential."""
        return np.argsort(-self.measures[self.ranking], kind="stable")

    def matters(self) -> NDArray[np.bool_]:
        """Return whether each factor stands out: of noise by its interval, and of nothing at all."""
        values = self.measures[self.ranking]
        scale = float(values.max()) if self.ranking == "effect" else 1.0
        return (self.low[self.ranking] > self.noise) & (values >= NEGLIGIBLE * scale)


def sample(method: Method, problem: Problem, size: int, seed: int) -> Floats:
    """Return the points to run, (run, coordinate), from 0 to 1.

    Parameters
    ----------
    method
        One of `METHODS`.
    problem
        What varies.
    size
        Base sample of Sobol, trajectories of Morris, points of the others.
    seed
        Of the points.
    """
    purpose = f"sensitivity/{method}"
    if method == "sobol":
        from SALib.sample import sobol

        rng = int(stream(seed, purpose).integers(2**31))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # powers of two are asked for by the command
            return sobol.sample(problem.plain(), size, calc_second_order=False, seed=rng)
    if method == "morris":
        from SALib.sample import morris

        found = morris.sample(problem.plain(), size, MORRIS_LEVELS, seed=spawning(seed, purpose))
        # The ends of a distribution without bounds are infinite: levels move to the middles.
        return (np.rint(found * (MORRIS_LEVELS - 1)) + 0.5) / MORRIS_LEVELS
    from scipy.stats import qmc

    engine = qmc.LatinHypercube(d=len(problem.names), rng=spawning(seed, purpose))
    return engine.random(size)


def runs_of(method: Method, problem: Problem, size: int) -> int:
    """Return how many points a size stands for."""
    factors = len(problem.factors)
    return size * {"sobol": factors + 2, "morris": factors + 1}.get(method, 1)


def estimate(
    method: Method, problem: Problem, points: Floats, values: Floats, seed: int
) -> Indices:
    """Return the indices of one outcome.

    Parameters
    ----------
    method
        As the points were made.
    problem
        What varies.
    points
        (run, coordinate), all of `sample` or a leading part of whole blocks.
    values
        (run,), the outcome. For ``regional`` it is cut at its median, or where it is 0 or 1 as it
        is.
    seed
        Of the resampling.
    """
    if not np.ptp(values) > 0.0:
        return _nothing(method, problem)
    rng = int(stream(seed, f"sensitivity/{method}/resample").integers(2**31))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # divisions by no variance inside resamples
        return _ESTIMATES[method](problem, points, values, rng)


def _nothing(method: Method, problem: Problem) -> Indices:
    """Return zeros: an outcome that never varies depends on nothing."""
    names = {"sobol": ("total", "first"), "morris": ("effect", "spread")}.get(method, ("distance",))
    zero = {name: np.zeros(len(problem.factors)) for name in names}
    return Indices(problem.factors, zero, zero, zero)


def _sobol(problem: Problem, points: Floats, values: Floats, seed: int) -> Indices:
    from SALib.analyze import sobol

    found = sobol.analyze(
        problem.plain(),
        values,
        calc_second_order=False,
        num_resamples=RESAMPLES,
        conf_level=LEVEL,
        seed=seed,
    )
    measures = {"total": np.asarray(found["ST"]), "first": np.asarray(found["S1"])}
    half = {"total": np.asarray(found["ST_conf"]), "first": np.asarray(found["S1_conf"])}
    return _around(problem, measures, half)


def _morris(problem: Problem, points: Floats, values: Floats, seed: int) -> Indices:
    from SALib.analyze import morris

    # Back from the middles of the parts to the levels that SALib made.
    levels = np.rint(points * MORRIS_LEVELS - 0.5) / (MORRIS_LEVELS - 1)
    found = morris.analyze(
        problem.plain(),
        levels,
        values,
        num_resamples=RESAMPLES,
        conf_level=LEVEL,
        num_levels=MORRIS_LEVELS,
        seed=seed,
    )
    effect = np.asarray(found["mu_star"], float)
    spread = np.nan_to_num(np.asarray(found["sigma"], float))
    half = {"effect": np.asarray(found["mu_star_conf"], float), "spread": np.zeros(len(effect))}
    return _around(problem, {"effect": effect, "spread": spread}, half)


def _around(
    problem: Problem, measures: Mapping[str, Floats], half: Mapping[str, Floats]
) -> Indices:
    low = {name: measures[name] - half[name] for name in measures}
    high = {name: measures[name] + half[name] for name in measures}
    return Indices(problem.factors, measures, low, high)


def _pawn(problem: Problem, points: Floats, values: Floats, seed: int) -> Indices:
    """Median over slices of the distance between conditional and overall distributions."""
    wide = _with_dummies(points, seed)

    def distances(rows: NDArray[np.intp]) -> Floats:
        return pawn_distances(wide[rows], values[rows])

    return _resampled(problem, distances, len(values), seed)


def pawn_distances(points: Floats, values: Floats) -> Floats:
    """Return the median over slices of the Kolmogorov-Smirnov distance, (coordinate,).

    The same numbers as those of `SALib.analyze.pawn`, to which a test holds them; that one takes
    minutes here, since it compares the distributions slice by slice.

    Parameters
    ----------
    points
        (run, coordinate), from 0 to 1.
    values
        (run,), the outcome.
    """
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    # Among equal values a distribution is read behind the last.
    ends = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)
    overall = (ends + 1.0) / len(ordered)
    edges = np.quantile(points, np.linspace(0.0, 1.0, SLICES + 1), axis=0)
    found = np.full((SLICES, points.shape[1]), np.nan)
    for column in range(points.shape[1]):
        place = np.searchsorted(edges[:, column], points[order, column], side="right") - 1
        for slice_ in range(SLICES):
            inside = np.cumsum(place == slice_)
            if inside[-1]:
                found[slice_, column] = np.abs(inside[ends] / inside[-1] - overall).max()
    return np.nanmedian(found, axis=0)


def _regional(problem: Problem, points: Floats, values: Floats, seed: int) -> Indices:
    """Distance between the distributions of a coordinate in the two halves of the outcome."""
    from scipy.stats import ks_2samp

    wide, kinds = _with_dummies(points, seed), np.unique(values)
    middle = float(kinds.mean()) if len(kinds) == 2 else float(np.median(values))
    high = values > middle

    def distances(rows: NDArray[np.intp]) -> Floats:
        one, other = wide[rows][high[rows]], wide[rows][~high[rows]]
        if not len(one) or not len(other):
            return np.zeros(wide.shape[1])
        found = ks_2samp(one, other, axis=0, method="asymp")  # type: ignore[call-arg]
        return np.asarray(found.statistic, float)

    return _resampled(problem, distances, len(values), seed)


def _with_dummies(points: Floats, seed: int) -> Floats:
    noise = stream(seed, "sensitivity/dummies").random((len(points), DUMMIES))
    return np.hstack([points, noise])


def _resampled(problem: Problem, distances: Any, size: int, seed: int) -> Indices:  # noqa: ANN401
    """Return distances with bootstrap intervals, and the largest distance of a dummy."""
    rng = stream(seed, "sensitivity/bootstrap")
    count, value = len(problem.names), distances(np.arange(size))
    again = np.array([distances(rng.integers(size, size=size)) for _ in range(RESAMPLES // 5)])
    # Resampled distances lie higher throughout, as ties are steps: only their spread is used.
    half = 1.96 * again.std(axis=0, ddof=1)[:count]
    found = _around(problem, {"distance": value[:count]}, {"distance": half})
    noise = float(value[count:].max())
    return Indices(found.factors, found.measures, found.low, found.high, noise)


_ESTIMATES = {"sobol": _sobol, "morris": _morris, "pawn": _pawn, "regional": _regional}


def blocks(method: Method, problem: Problem) -> int:
    """Return the runs of one block: a leading part of whole blocks is a sample of its own."""
    return runs_of(method, problem, 1)


def parts(size: int) -> Sequence[int]:
    """Return the sizes at which convergence is looked at, the whole last."""
    return [part for part in (size // 4, size // 2) if part >= 4] + [size]
