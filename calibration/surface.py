"""Prevalence as a smooth function of what a district's surveys can tell, for each draw of the rest.

The rest (levers, natural history) is drawn from its priors and never updated, so the engine runs
only once, on nodes of four dimensions for each draw; between the nodes the probit of prevalence is
a polynomial. A test holds it against the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..model.engine.integrate import simulate
from ..model.errors import ModelError, Problem
from ..model.language.ir import Program

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]

DIMENSIONS = (
    "district deficit multiplier",
    "district birth shift",
    "secular HAZ gain per year",
    "poverty faltering shock",
)
"""Constants of the model along which prevalence is tabulated; the first one by its logarithm."""

LOW = np.array([-0.9, -0.45, -0.05, 0.0])
HIGH = np.array([0.95, 0.45, 0.1, 0.6])
COUNTS = (6, 3, 4, 2)
"""Ends and number of the nodes of each dimension; values beyond the ends are held at them."""

_BATCH = 100


@dataclass(frozen=True)
class Window:
    """Months of field work, first and last; 0 is January 2018."""

    first: float
    last: float

    @property
    def months(self) -> Floats:
        """Whole months."""
        return np.arange(self.first, self.last + 1.0)


@dataclass(frozen=True)
class Surfaces:
    """One polynomial for each draw and window.

    Attributes
    ----------
    windows
        Field work of each survey; prevalence is its mean over the months.
    coefficients
        (draw, shock, power, window): of the polynomials of the probit of prevalence; powers of the
        multiplier, the birth shift and the gain, the last one fastest.
    """

    windows: tuple[Window, ...]
    coefficients: Floats

    def take(self, rows: NDArray[np.intp]) -> Surfaces:
        """Return chosen draws."""
        return Surfaces(self.windows, self.coefficients[rows])

    def keep(self, windows: Sequence[int]) -> Surfaces:
        """Return chosen windows."""
        chosen = tuple(self.windows[k] for k in windows)
        return Surfaces(chosen, np.ascontiguousarray(self.coefficients[..., list(windows)]))

    def slopes(self) -> Floats:
        """Return (dimension,), logit of prevalence by each dimension, in the middle, on average."""
        from scipy.special import log_ndtr

        middle, step = (LOW + HIGH) / 2.0, (HIGH - LOW) / 8.0
        ends = np.stack([middle + sign * np.diag(step) for sign in (-1.0, 1.0)])
        mean = Surfaces(self.windows, self.coefficients.mean(axis=0, keepdims=True))
        probit = np.array([[mean.probit(p[None, None])[0, 0] for p in end] for end in ends])
        logit = (log_ndtr(probit) - log_ndtr(-probit)).mean(axis=2)
        return (logit[1] - logit[0]) / (2.0 * step)

    def probit(self, points: Floats) -> Floats:
        """Return the probit of prevalence.

        Parameters
        ----------
        points
            (draw, district, dimension): log multiplier, birth shift, HAZ per year, shock; the
            shock is the same for all districts of a draw.

        Returns
        -------
        ndarray
            (draw, district, window).
        """
        unit = _unit(points)
        shock = _powers(unit[:, 0, 3], COUNTS[3])
        own = np.matmul(shock[:, None, :], self.coefficients.reshape(len(shock), COUNTS[3], -1))
        powers = _powers(unit[..., 0], COUNTS[0])
        for k in (1, 2):
            more = _powers(unit[..., k], COUNTS[k])
            powers = (powers[..., :, None] * more[..., None, :]).reshape(*more.shape[:-1], -1)
        return np.matmul(powers, own.reshape(len(shock), powers.shape[-1], -1))


def build(
    program: Program,
    constants: Mapping[str, Floats],
    windows: Sequence[Window],
    progress: Progress = lambda done, total: None,
    threads: int = 1,
) -> Surfaces:
    """Run the engine on the nodes of every draw.

    Parameters
    ----------
    program
        The model.
    constants
        (draw,) by name: all that is uncertain but the dimensions of the surface.
    windows
        Field work of each survey.
    progress
        Called with draws done and draws in all.
    threads
        Calls of the engine at the same time; the result does not depend on it.
    """
    from scipy.special import ndtri

    draws, points = len(next(iter(constants.values()))), nodes()
    months = np.unique(np.concatenate([window.months for window in windows]))
    mean = np.array([np.isin(months, w.months) / len(w.months) for w in windows]).T
    out = np.empty((draws, len(points), len(windows)))
    for first in range(0, draws, _BATCH):
        last = min(draws, first + _BATCH)
        given = {name: np.repeat(v[first:last], len(points)) for name, v in constants.items()}
        given |= model_constants(np.tile(points, (last - first, 1)))
        run = simulate(program, given, [OUTCOME], months, snapshot=False, threads=threads)
        share = run[OUTCOME] @ mean
        out[first:last] = ndtri(share).reshape(last - first, len(points), len(windows))
        progress(last, draws)
    if not np.isfinite(out).all():
        # The probit of what is no share is not a number.
        bad = np.argwhere(~np.isfinite(out))[0]
        found = f"none at draw {bad[0]} and node {points[bad[1]].tolist()}"
        remedy = "Draw the ends of the surface closer, or look at the model there"
        raise ModelError([Problem("surface", "a prevalence within 0 and 1", found, remedy)])
    return Surfaces(tuple(windows), _polynomials(out))


def _polynomials(values: Floats) -> Floats:
    """Turn values at the nodes, (draw, node, window), into coefficients of powers."""
    cube = values.reshape(len(values), *COUNTS, -1)
    for k, count in enumerate(COUNTS):
        inverse = np.linalg.inv(np.vander(_nodes(count), increasing=True))
        cube = np.moveaxis(np.tensordot(inverse, cube, axes=(1, k + 1)), 0, k + 1)
    shape = (len(values), np.prod(COUNTS[:3]), COUNTS[3], cube.shape[-1])
    return np.ascontiguousarray(np.swapaxes(cube.reshape(shape), 1, 2))


OUTCOME = "survey prevalence"


def nodes() -> Floats:
    """Return all nodes, (node, dimension): Chebyshev points of the second kind."""
    grids = np.meshgrid(*(_line(k) for k in range(len(COUNTS))), indexing="ij")
    return np.stack([grid.ravel() for grid in grids], axis=1)


def model_constants(points: Floats) -> dict[str, Floats]:
    """Return points, (draw, dimension), as constants of the model; beyond the ends, at them."""
    inside = np.clip(points, LOW, HIGH)
    values = [np.exp(inside[:, 0]), *inside[:, 1:].T]
    return dict(zip(DIMENSIONS, values, strict=True))


def _line(dimension: int) -> Floats:
    middle, half = (HIGH + LOW)[dimension] / 2, (HIGH - LOW)[dimension] / 2
    return middle + half * _nodes(COUNTS[dimension])


def _nodes(count: int) -> Floats:
    return -np.cos(np.pi * np.arange(count) / (count - 1))


def _unit(points: Floats) -> Floats:
    """Return points on -1 to 1, held at the ends."""
    return (2.0 * np.clip(points, LOW, HIGH) - HIGH - LOW) / (HIGH - LOW)


def _powers(unit: Floats, count: int) -> Floats:
    """Return powers from 0 up, (..., power)."""
    out = np.ones((*unit.shape, count))
    for k in range(1, count):
        np.multiply(out[..., k - 1], unit, out=out[..., k])
    return out
