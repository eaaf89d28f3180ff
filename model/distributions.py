"""Prior distributions, by inverse cumulative distribution.

A prior is a family with up to three numbers, cut to ``[lower, upper]``, and may put a lump of
probability (``spike``) on one value that means "no effect". Everything is computed from one
uniform number per draw and rises with it, so that common random numbers, rank correlation and
sensitivity designs can share the same uniforms.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

FAMILIES: dict[str, tuple[str, ...]] = {
    "fixed": (),
    "normal": ("mean", "standard deviation"),
    "lognormal": ("median", "standard deviation of the log"),
    "beta": ("mean", "standard deviation"),
    "triangular": ("low", "mode", "high"),
    "uniform": ("low", "high"),
    "bernoulli": ("probability of 1",),
}
"""Meaning of the numbers ``a``, ``b``, ``c`` of each family."""

_OPEN = (2.0**-54, 1.0 - 2.0**-53)


@dataclass(frozen=True)
class Prior:
    """One prior distribution.

    Attributes
    ----------
    family
        A key of `FAMILIES`.
    value
        Default of the parameter; all there is when the family is ``fixed``.
    a, b, c
        Numbers of the family, in the unit of the parameter.
    lower, upper
        Bounds; for ``beta`` the interval that it is scaled to (0 to 1 when absent), for the other
        families the points where it is cut.
    spike
        Probability of exactly `null_value`, over 0 and under 1; absent when there is none.
    null_value
        Value that means "no effect".
    """

    family: str
    value: float
    a: float | None = None
    b: float | None = None
    c: float | None = None
    lower: float | None = None
    upper: float | None = None
    spike: float | None = None
    null_value: float | None = None

    @property
    def numbers(self) -> tuple[float | None, float | None, float | None]:
        """The three numbers as written."""
        return (self.a, self.b, self.c)


def quantile(prior: Prior, probability: ArrayLike) -> Array:
    """Return the values below which the given probabilities lie.

    Parameters
    ----------
    prior
        Prior without faults.
    probability
        Any shape, within 0 to 1; the ends are moved inwards by less than 1e-15.

    Returns
    -------
    ndarray
        Same shape, in the unit of the parameter, never falling as the probability rises.
    """
    u = np.clip(np.asarray(probability, dtype=float), *_OPEN)
    if prior.family == "fixed":
        return np.full(u.shape, prior.value)
    if prior.spike is None or prior.null_value is None:
        return _slab_quantile(prior, u)
    below = (1.0 - prior.spike) * float(_slab_cdf(prior, np.asarray(prior.null_value)))
    inside = (u >= below) & (u < below + prior.spike)
    rest = np.where(u < below, u, u - prior.spike) / (1.0 - prior.spike)
    # Where the lump lies the slab is not used; any probability will do there.
    slab = _slab_quantile(prior, np.clip(np.where(inside, 0.5, rest), *_OPEN))
    return np.where(inside, prior.null_value, slab)


def cdf(prior: Prior, value: ArrayLike) -> Array:
    """Return the probability of a value or less, the lump included.

    Parameters
    ----------
    prior
        Prior without faults.
    value
        Any shape, in the unit of the parameter.
    """
    x = np.asarray(value, dtype=float)
    if prior.family == "fixed":
        return np.where(x >= prior.value, 1.0, 0.0)
    slab = _slab_cdf(prior, x)
    if prior.spike is None or prior.null_value is None:
        return slab
    return (1.0 - prior.spike) * slab + prior.spike * (x >= prior.null_value)


def support(prior: Prior) -> tuple[float, float]:
    """Return the smallest and largest value that can be drawn, the lump left out."""
    low = -np.inf if prior.lower is None else prior.lower
    high = np.inf if prior.upper is None else prior.upper
    a, b, c = (0.0 if number is None else number for number in prior.numbers)
    inner = {
        "fixed": (prior.value, prior.value),
        "lognormal": (0.0, np.inf),
        "beta": (0.0 if prior.lower is None else low, 1.0 if prior.upper is None else high),
        "triangular": (a, c),
        "uniform": (a, b),
        "bernoulli": (0.0, 1.0),
    }.get(prior.family, (-np.inf, np.inf))
    return max(low, inner[0]), min(high, inner[1])


def mass_inside(prior: Prior) -> float:
    """Return the share of the uncut family that lies within the bounds."""
    low, high = support(prior)
    if prior.family in ("normal", "lognormal"):
        centre, spread = _log_or_plain(prior)
        start, stop = (_standard(prior, end, centre, spread) for end in (low, high))
        # Plain math, since loading the table must not wait for scipy.
        above = [0.5 * math.erfc(z * math.sqrt(0.5)) for z in (start, stop)]
        below = [0.5 * math.erfc(-z * math.sqrt(0.5)) for z in (start, stop)]
        return above[0] - above[1] if start > 0.0 else below[1] - below[0]
    left, right = (float(_raw_cdf(prior, np.asarray(end))) for end in (low, high))
    return right - left


def _slab_quantile(prior: Prior, u: Array) -> Array:
    low, high = support(prior)
    if prior.family == "bernoulli":
        return np.where(u >= 1.0 - _number(prior.a), 1.0, 0.0)
    if prior.family == "beta":
        return _beta_quantile(prior, u)
    if prior.family in ("normal", "lognormal"):
        centre, spread = _log_or_plain(prior)
        start, stop = (_standard(prior, end, centre, spread) for end in (low, high))
        z = _cut_normal_quantile(u, start, stop)
        x = centre + spread * z
        return np.clip(np.exp(x) if prior.family == "lognormal" else x, low, high)
    left, right = (float(_raw_cdf(prior, np.asarray(end))) for end in (low, high))
    v = left + u * (right - left)
    if prior.family == "uniform":
        a, b = _number(prior.a), _number(prior.b)
        return np.clip(a + v * (b - a), low, high)
    return np.clip(_triangular_quantile(prior, v), low, high)


def _slab_cdf(prior: Prior, x: Array) -> Array:
    low, high = support(prior)
    if prior.family in ("normal", "lognormal"):
        centre, spread = _log_or_plain(prior)
        start, stop = (_standard(prior, end, centre, spread) for end in (low, high))
        inside = np.clip(x, low, high)
        with np.errstate(divide="ignore"):
            z = (np.log(inside) if prior.family == "lognormal" else inside) - centre
        return np.clip(_normal_mass(start, z / spread) / _normal_mass(start, stop), 0.0, 1.0)
    left, right = (float(_raw_cdf(prior, np.asarray(end))) for end in (low, high))
    if prior.family == "bernoulli":
        return _raw_cdf(prior, x)
    return np.clip((_raw_cdf(prior, np.clip(x, low, high)) - left) / (right - left), 0.0, 1.0)


def _raw_cdf(prior: Prior, x: Array) -> Array:
    if prior.family == "beta":
        return _beta_cdf(prior, x)
    if prior.family == "bernoulli":
        return np.where(x >= 1.0, 1.0, np.where(x >= 0.0, 1.0 - _number(prior.a), 0.0))
    a, b = _number(prior.a), _number(prior.b)
    if prior.family == "uniform":
        return np.clip((x - a) / (b - a), 0.0, 1.0)
    c = _number(prior.c)
    inside = np.clip(x, a, c)
    rising = (inside - a) ** 2 / ((c - a) * (b - a)) if b > a else np.zeros_like(inside)
    falling = 1.0 - (c - inside) ** 2 / ((c - a) * (c - b)) if c > b else np.ones_like(inside)
    return np.where(inside <= b, rising, falling) if b > a else falling


def _triangular_quantile(prior: Prior, v: Array) -> Array:
    a, b, c = _number(prior.a), _number(prior.b), _number(prior.c)
    rising = a + np.sqrt(v * (c - a) * (b - a))
    falling = c - np.sqrt((1.0 - v) * (c - a) * (c - b))
    return np.where(v < (b - a) / (c - a), rising, falling)


def _normal_mass(start: float, stop: ArrayLike) -> Array:
    """Mass of the standard normal between two points, without cancellation in a tail."""
    from scipy.special import ndtr

    stop = np.asarray(stop, dtype=float)
    if start > 0.0:
        return ndtr(-start) - ndtr(-stop)
    return ndtr(stop) - ndtr(start)


def _cut_normal_quantile(u: Array, start: float, stop: float) -> Array:
    """Quantile of the standard normal cut to ``[start, stop]``."""
    from scipy.special import ndtr, ndtri

    mass = float(_normal_mass(start, stop))
    if start > 0.0:
        # In the upper tail the survival function keeps the digits that the cdf loses.
        return -ndtri(ndtr(-start) - u * mass)
    return ndtri(ndtr(start) + u * mass)


def _standard(prior: Prior, end: float, centre: float, spread: float) -> float:
    if prior.family == "lognormal":
        end = float(np.log(end)) if end > 0.0 else -np.inf
    return (end - centre) / spread


def _log_or_plain(prior: Prior) -> tuple[float, float]:
    centre = _number(prior.a)
    return float(np.log(centre)) if prior.family == "lognormal" else centre, _number(prior.b)


def _beta_shape(prior: Prior) -> tuple[float, float, float, float]:
    """Return the two exponents, the lower end and the width."""
    low, high = support(prior)
    mean = (_number(prior.a) - low) / (high - low)
    variance = (_number(prior.b) / (high - low)) ** 2
    size = mean * (1.0 - mean) / variance - 1.0
    return mean * size, (1.0 - mean) * size, low, high - low


def _beta_quantile(prior: Prior, u: Array) -> Array:
    from scipy.special import betaincinv

    alpha, beta, low, width = _beta_shape(prior)
    return low + width * betaincinv(alpha, beta, u)


def _beta_cdf(prior: Prior, x: Array) -> Array:
    from scipy.special import betainc

    alpha, beta, low, width = _beta_shape(prior)
    return betainc(alpha, beta, np.clip((x - low) / width, 0.0, 1.0))


def _number(number: float | None) -> float:
    if number is None:
        raise ValueError("a number of the prior is missing; model/prior_checks.py says which")
    return number
