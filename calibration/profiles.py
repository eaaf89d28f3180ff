"""What surveys alone can tell: profile likelihoods over grids, without any prior.

Every point of a grid is computed, so no optimiser can stop in the wrong place. Surfaces are the
mean of the draws of levers and natural history, biases and discrepancies are 0. A quantity is
identifiable where its profile falls by 1.92 on both sides (half of the 95 % point of chi-square
with 1 degree of freedom; Raue et al. 2009, Bioinformatics 25, doi 10.1093/bioinformatics/btp358).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .cells import log_likelihood
from .gates import Gate
from .hierarchy import Priors, Surveyed
from .panel import Panel
from .surface import DIMENSIONS, HIGH, LOW, Surfaces

Floats = NDArray[np.float64]

CUT = 1.92
"""Nats below the best point."""
COUNTS = (75, 15, 31, 7)
"""Points of the grid of one district, by dimension of the surface."""
SHARED_COUNTS = (75, 31, 7)
"""Points of multiplier, secular gain and poverty shock in the grid of all districts."""
DESIGNS: Floats = np.exp(np.linspace(np.log(1.05), np.log(12.0), 21))
"""Design effects; 1 is a simple random sample."""
DESIGN, LEVEL = "design effect", "prevalence at the last survey"
WIDTH = 0.005
"""Share, width of the classes in which the level is profiled."""


@dataclass(frozen=True)
class Profile:
    """Log likelihood of one quantity, maximised over the others.

    Attributes
    ----------
    name
        The quantity; the multiplier by its logarithm.
    values
        (point,), in its unit, increasing.
    gain
        (point,), log likelihood less that of the best point, at most 0.
    """

    name: str
    values: Floats
    gain: Floats

    @property
    def closes(self) -> tuple[bool, bool]:
        """Whether the profile falls by the cut within the grid, below and above its best point."""
        best = int(np.argmax(self.gain))
        return bool(self.gain[: best + 1].min() <= -CUT), bool(self.gain[best:].min() <= -CUT)

    @property
    def interval(self) -> tuple[float, float]:
        """The ends at the cut, between points by a line; the end of the grid on an open side."""
        best = int(np.argmax(self.gain))
        below = _crossing(self.values[best::-1], self.gain[best::-1])
        return below, _crossing(self.values[best:], self.gain[best:])

    @property
    def verdict(self) -> str:
        """``identifiable``, ``open below``, ``open above``, or ``flat`` where no side closes."""
        words = {(True, True): "identifiable", (False, True): "open below"}
        return (words | {(True, False): "open above", (False, False): "flat"})[self.closes]


def _crossing(values: Floats, gain: Floats) -> float:
    """Return where a profile, followed away from its best point, first falls by the cut."""
    under = np.flatnonzero(gain <= -CUT)
    if len(under) == 0:
        return float(values[-1])
    k = int(under[0])
    return float(np.interp(CUT, -gain[k - 1 : k + 1], values[k - 1 : k + 1]))


def district_profiles(
    panel: Panel, area: str, surfaces: Surfaces, priors: Priors
) -> tuple[Profile, ...]:
    """Return the profiles of the four unknowns of one district, and of its level, by its surveys.

    Parameters
    ----------
    panel
        Surveys.
    area
        Name of the district.
    surfaces
        Surfaces with the windows of the surveys; their mean is used.
    priors
        Only the central design effect is used.
    """
    axes = [np.linspace(LOW[k], HIGH[k], count) for k, count in enumerate(COUNTS)]
    shares = _logits(axes, surfaces)
    row = panel.areas.index(area)
    design = 1.0 + np.exp(priors.design[0])
    likelihood = _likelihood(shares.reshape(-1, shares.shape[-1]), panel, row, design, priors)
    found = _profiles(likelihood.reshape(COUNTS), dict(zip(DIMENSIONS, axes, strict=True)))
    level = 1.0 / (1.0 + np.exp(-shares[..., -1].ravel()))
    return (*found, _level(level, likelihood))


def _level(level: Floats, likelihood: Floats) -> Profile:
    """Return the profile of prevalence at the last survey: the best point of each narrow class."""
    classes = np.floor(level / WIDTH).astype(np.int64)
    best = np.full(classes.max() + 1, -np.inf)
    np.maximum.at(best, classes, likelihood)
    seen = np.isfinite(best)
    middle = (np.arange(len(best)) + 0.5) * WIDTH
    return Profile(LEVEL, np.asarray(middle[seen], np.float64), best[seen] - best.max())


def level_gate(found: Profile, area: str) -> Gate:
    """Return whether surveys alone set the level of a district, whatever brought it there."""
    low, high = found.interval
    told = f"{found.verdict}, {low:.1%} to {high:.1%}"
    name = f"{area}, {found.name}"
    return Gate(name, "identifiable by its surveys alone", told, all(found.closes))


def shared_profiles(panel: Panel, surfaces: Surfaces, priors: Priors) -> tuple[Profile, ...]:
    """Return the profiles of what all districts share, each district's multiplier maximised out.

    Parameters
    ----------
    panel
        Surveys.
    surfaces
        Surfaces with the windows of the surveys; their mean is used.
    priors
        Read for their form only: no prior enters.

    Returns
    -------
    tuple
        Secular gain, poverty shock, design effect; birth shifts are 0.
    """
    ranges = zip((0, 2, 3), SHARED_COUNTS, strict=True)
    levels, secular, poverty = (np.linspace(LOW[k], HIGH[k], count) for k, count in ranges)
    logits = _logits([levels, np.zeros(1), secular, poverty], surfaces)[:, 0]
    rows = logits.reshape(-1, logits.shape[-1])
    cube = np.stack([_best(rows, panel, design, priors) for design in DESIGNS], axis=-1)
    names = (DIMENSIONS[2], DIMENSIONS[3], DESIGN)
    axes: dict[str, Floats] = dict(zip(names, (secular, poverty, DESIGNS), strict=True))
    return _profiles(cube.reshape(*SHARED_COUNTS[1:], -1), axes)


def _best(logits: Floats, panel: Panel, design: float, priors: Priors) -> Floats:
    """Return (secular and poverty,): log likelihood of all districts, each at its best level."""
    each = [
        _likelihood(logits, panel, row, design, priors).reshape(SHARED_COUNTS[0], -1).max(axis=0)
        for row in range(len(panel.areas))
    ]
    return np.sum(each, axis=0)


def _profiles(cube: Floats, axes: Mapping[str, Floats]) -> tuple[Profile, ...]:
    found = []
    for k, (name, values) in enumerate(axes.items()):
        others = tuple(axis for axis in range(cube.ndim) if axis != k)
        found.append(Profile(name, values, cube.max(axis=others) - cube.max()))
    return tuple(found)


def _logits(axes: list[Floats], surfaces: Surfaces) -> Floats:
    """Return the logit of prevalence on a grid, (multiplier, birth, gain, shock, survey)."""
    from scipy.special import log_ndtr

    mean = surfaces.coefficients.mean(axis=0, keepdims=True)
    shape = tuple(len(axis) for axis in axes)
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, shape[3], 4)
    # The shock belongs to a draw of the surface, so it goes first.
    whole = Surfaces(surfaces.windows, np.repeat(mean, shape[3], axis=0))
    probit = np.swapaxes(whole.probit(np.swapaxes(points, 0, 1)), 0, 1)
    return (log_ndtr(probit) - log_ndtr(-probit)).reshape(*shape, -1)


def _likelihood(logits: Floats, panel: Panel, row: int, design: float, priors: Priors) -> Floats:
    """Return (point,): log likelihood of the surveys of a district."""
    one = _only(panel, row)
    prevalence = np.repeat(logits[:, None], 2, axis=1)
    mean = 1.0 / (1.0 + np.exp(-prevalence[:, :1]))
    children = np.broadcast_to(np.round(one.children), mean.shape)
    found = Surveyed(prevalence, mean, np.full(len(mean), design), children, np.ones_like(mean))
    return log_likelihood(found, one, priors).sum(axis=(1, 2))


def _only(panel: Panel, row: int) -> Panel:
    """Return the surveys of one district, each as a direct survey."""
    parts = {k: getattr(panel, k)[row : row + 1] for k in ("share", "low", "high", "children")}
    plain = np.zeros_like(panel.modelled)
    return replace(panel, areas=(panel.areas[row],), modelled=plain, **parts)
