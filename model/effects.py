"""The one place where a published effect becomes a shift of mean height-for-age, and back.

Two steps, both vectorised over draws:

1. `haz_difference` and `prevalence_change` translate between a difference of mean HAZ and a
   change of prevalence, by moving a normal distribution of fixed spread (assumption S05)::

       P = Phi((cut-off - mean) / sd),   so   Phi^-1(P1) = Phi^-1(P0) - difference / sd

   The cut-off drops out: with the prevalence of severe stunting the same line holds.

2. `haz_per_month` turns a difference at the end of exposure into HAZ gained per month of exposure,
   given the catch-up of module `catch_up`.

A positive difference is taller. A ratio above 1 (a risk factor) therefore gives a negative one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .catch_up import exposure_yield
from .errors import EvidenceError, Problem
from .evidence_rows import Effect

Array = NDArray[np.float64]

RATIOS = ("prevalence_ratio", "relative_risk", "odds_ratio")
PREVALENCE_KINDS = (*RATIOS, "pp", "pp_per_100g")
CONVERTIBLE = ("laz_difference", "standardised_difference", *PREVALENCE_KINDS)
"""Kinds of effects that can become a HAZ difference."""

PREVALENCE_OUTCOMES = ("stunting", "severe stunting")
HEIGHT_OUTCOMES = ("HAZ",)


@dataclass(frozen=True)
class PrevalenceChange:
    """What a shift of mean HAZ does to a prevalence.

    Attributes
    ----------
    before, after
        Prevalence, 0 to 1.
    """

    before: Array
    after: Array

    @property
    def points(self) -> Array:
        """Change in percentage points; a fall is negative."""
        return 100.0 * (self.after - self.before)

    @property
    def ratio(self) -> Array:
        """Prevalence ratio."""
        return self.after / self.before

    @property
    def odds_ratio(self) -> Array:
        """Odds ratio."""
        return _odds(self.after) / _odds(self.before)


@dataclass(frozen=True)
class HazEffect:
    """A row of the effects table as a difference of mean HAZ.

    Attributes
    ----------
    value
        Central value.
    low, high
        Interval, low below high; absent where the source shows none.
    """

    value: Array
    low: Array | None
    high: Array | None


def haz_difference(
    kind: str,
    value: ArrayLike,
    control_prevalence: ArrayLike | None = None,
    sd: ArrayLike | None = None,
    grams: ArrayLike | None = None,
) -> Array:
    """Convert an effect into a difference of mean HAZ.

    Parameters
    ----------
    kind
        One of `CONVERTIBLE`.
    value
        Effect in the unit of its kind (HAZ, standard deviations, ratio, percentage points,
        percentage points per 100 g).
    control_prevalence
        Prevalence without the intervention, 0 to 1; for the kinds that speak of prevalence.
    sd
        Standard deviation of HAZ; for every kind but ``laz_difference``.
    grams
        Gain of birth weight, g; for ``pp_per_100g``.

    Returns
    -------
    ndarray
        HAZ, broadcast over the arguments.

    Raises
    ------
    EvidenceError
        If the kind cannot be converted, an argument is missing or outside its range, or the
        effect would bring the prevalence to 0 or 1.
    """
    effect = np.asarray(value, dtype=float)
    if kind not in CONVERTIBLE:
        expected = f"an effect of kind {', '.join(CONVERTIBLE)}"
        raise _refusal("kind", expected, repr(kind), "This kind says nothing of height")
    if kind == "laz_difference":
        return effect
    spread = _argument("sd", sd, 0.0, np.inf, kind)
    if kind == "standardised_difference":
        return effect * spread
    before = _argument("control_prevalence", control_prevalence, 0.0, 1.0, kind)
    if kind == "pp_per_100g":
        weight = _argument("grams", grams, -np.inf, np.inf, kind)
        effect = effect * weight / 100.0
    after = _after(kind, effect, before)
    return spread * (_probit(before) - _probit(after))


def prevalence_change(
    difference: ArrayLike, control_prevalence: ArrayLike, sd: ArrayLike
) -> PrevalenceChange:
    """Convert a difference of mean HAZ into a change of prevalence.

    Parameters
    ----------
    difference
        HAZ.
    control_prevalence
        Prevalence without the intervention, 0 to 1.
    sd
        Standard deviation of HAZ.

    Raises
    ------
    EvidenceError
        If the prevalence is not inside 0 to 1 or the spread not above 0.
    """
    from scipy.special import ndtr

    spread = _argument("sd", sd, 0.0, np.inf, "laz_difference")
    before = _argument("control_prevalence", control_prevalence, 0.0, 1.0, "laz_difference")
    after = ndtr(_probit(before) - np.asarray(difference, dtype=float) / spread)
    before, after = np.broadcast_arrays(before, after)
    return PrevalenceChange(before, after)


def convert(
    effect: Effect,
    control_prevalence: ArrayLike | None = None,
    sd: ArrayLike | None = None,
    grams: ArrayLike | None = None,
) -> HazEffect:
    """Convert one row of the effects table, interval included.

    Parameters
    ----------
    effect
        Row whose outcome is HAZ or the prevalence of stunting.
    control_prevalence, sd, grams
        As for `haz_difference`.

    Raises
    ------
    EvidenceError
        If the row speaks of another outcome, shows no value or cannot be converted.
    """
    outcomes = PREVALENCE_OUTCOMES if effect.kind in PREVALENCE_KINDS else HEIGHT_OUTCOMES
    where = f"effect {effect.id}"
    if effect.kind in CONVERTIBLE and effect.outcome not in outcomes:
        expected = f"an outcome of {' or '.join(outcomes)} for kind {effect.kind}"
        remedy = "Only effects on height are converted"
        raise _refusal(where, expected, repr(effect.outcome), remedy)
    if effect.value is None:
        raise _refusal(where, "a value", "none in the source", "Use another row")

    def shift(number: float | None) -> Array | None:
        if number is None:
            return None
        return haz_difference(effect.kind, number, control_prevalence, sd, grams)

    value, first, second = shift(effect.value), shift(effect.low), shift(effect.high)
    if value is None or first is None or second is None:
        # Half an interval is no interval.
        return HazEffect(np.asarray(value, dtype=float), None, None)
    return HazEffect(value, np.minimum(first, second), np.maximum(first, second))


def haz_per_month(
    difference: ArrayLike,
    remaining: ArrayLike,
    age_scale: ArrayLike,
    start: int = 6,
    end: int = 24,
) -> Array:
    """Return the monthly gain that builds up a difference by the end of an age window.

    Parameters
    ----------
    difference
        HAZ at the end of the window, among children exposed throughout.
    remaining
        Share of a birth effect left at 60 months, above 0 to 1.
    age_scale
        Months over which catch-up falls by a factor e; infinite for a constant rate.
    start, end
        Age window, months, multiples of three within 0 to 60.

    Returns
    -------
    ndarray
        HAZ/month, broadcast over the arguments.
    """
    return np.asarray(difference, dtype=float) / exposure_yield(remaining, age_scale, start, end)


def _after(kind: str, effect: Array, before: Array) -> Array:
    if kind == "odds_ratio":
        odds = effect * _odds(before)
        after = odds / (1.0 + odds)
    elif kind in RATIOS:
        after = effect * before
    else:
        after = before + effect / 100.0
    if np.all((after > 0.0) & (after < 1.0)):
        return after
    worst = float(after.flat[int(np.argmax(np.abs(after - 0.5)))])
    remedy = "Check that the effect and the prevalence belong together"
    raise _refusal("value", "a prevalence that stays inside 0 to 1", f"{worst:g}", remedy)


def _odds(prevalence: Array) -> Array:
    return prevalence / (1.0 - prevalence)


def _probit(prevalence: Array) -> Array:
    from scipy.special import ndtri

    return ndtri(prevalence)


def _argument(name: str, value: ArrayLike | None, low: float, high: float, kind: str) -> Array:
    if value is None:
        expected = f"{name}, which an effect of kind {kind} needs"
        raise _refusal(name, expected, "nothing", f"Pass {name}")
    array = np.asarray(value, dtype=float)
    if np.all((array > low) & (array < high)):
        return array
    hint = "Write 24 % as 0.24" if name == "control_prevalence" else "Correct it"
    bad = array[~((array > low) & (array < high))].flat[0]
    raise _refusal(name, f"a number between {low:g} and {high:g}", f"{bad:g}", hint)


def _refusal(where: str, expected: str, found: str, remedy: str) -> EvidenceError:
    return EvidenceError([Problem(where, expected, found, remedy)])
