"""What routine figures make of the draws: weights, what had to be true, parts of the gap."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from ..model.randomness import stream
from .measurement import PARTS, Seen, height_bias, reported
from .psis import Weights, smoothed
from .routine import RoutineFigure
from .routine_model import Errors, district_error, log_likelihood, months_by_figure, years_of

Floats = NDArray[np.float64]

LAST_IN_PRIOR = 2022
"""Last year of the figures that the prior of the bias was set on; see `parameters.csv`."""


@dataclass(frozen=True)
class Series:
    """The routine figures of one area.

    Attributes
    ----------
    figures
        Those with a share.
    shares
        (figure,), 0 to 1.
    years
        (figure,), when, years since 2018.
    """

    figures: tuple[RoutineFigure, ...]
    shares: Floats
    years: Floats

    def columns(self, chosen: Sequence[int]) -> Series:
        """Return some of the figures."""
        rows = list(chosen)
        return Series(tuple(self.figures[k] for k in rows), self.shares[rows], self.years[rows])


def series(figures: Sequence[RoutineFigure]) -> Series:
    """Return the figures that have a share; counts alone say nothing of prevalence."""
    chosen = tuple(figure for figure in figures if figure.share is not None)
    shares = np.array([figure.share for figure in chosen], float)
    return Series(chosen, shares, years_of(months_by_figure(chosen)))


@dataclass(frozen=True)
class Update:
    """What a series makes of the draws.

    Attributes
    ----------
    seen
        What posyandu have before them, columns by figure.
    expected
        (draw, figure), what they report before any error, 0 to 1.
    errors
        Errors of the figures.
    weights
        Of the draws, given the figures.
    """

    seen: Seen
    expected: Floats
    errors: Errors
    weights: Weights


def update(seen: Seen, figures: Series, errors: Errors, shift: float = 0.0) -> Update:
    """Weigh the draws by published figures.

    Parameters
    ----------
    seen
        What posyandu have before them, columns by figure.
    figures
        What was published.
    errors
        Errors of the figures.
    shift
        A known error of the district, logit.
    """
    from scipy.special import expit, logit

    expected = expit(logit(reported(seen)) + shift)
    logs = log_likelihood(figures.shares, expected, errors, figures.years)
    return Update(seen, expected, errors, smoothed(logs))


def variants(seen: Seen, figures: Series, errors: Errors) -> dict[str, Update]:
    """Weigh the draws under several assumptions.

    ``all``: as they are. ``later``: only figures that the prior of the bias was not set on.
    ``wide``: that prior twice as wide. ``steady``: the error of the district stands still.
    ``known``: bias, absent children, quality, random error and the error of the district known, at
    what the figures leave of them on average: what the series would say if these were measured.

    Parameters
    ----------
    seen
        What posyandu have before them, columns by figure.
    figures
        What was published.
    errors
        Errors of the figures.
    """
    first = update(seen, figures, errors)
    out = {"all": first}
    later = [k for k, figure in enumerate(figures.figures) if figure.year > LAST_IN_PRIOR]
    if 0 < len(later) < len(figures.figures):
        out["later"] = update(seen.columns(later), figures.columns(later), errors)
    middle = np.mean(seen.parts["bias"])
    wide = np.maximum(middle + 2.0 * (seen.parts["bias"] - middle), 0.0)
    out["wide"] = update(replace(seen, parts={**seen.parts, "bias": wide}), figures, errors)
    forever = np.full(len(errors.memory), 1e6)
    out["steady"] = update(seen, figures, replace(errors, memory=forever))
    return out | {"known": _known(first, figures)}


def _known(first: Update, figures: Series) -> Update:
    """Fix at its mean everything but the prevalence itself and the error of a figure."""
    from scipy.special import logit

    weights, seen, errors = first.weights.values, first.seen, first.errors
    quality, attendance = (
        np.broadcast_to(weights @ values, values.shape)
        for values in (seen.quality, seen.attendance)
    )
    parts = {part: np.full(len(weights), weights @ values) for part, values in seen.parts.items()}
    fixed = replace(seen, quality=quality, attendance=attendance, parts=parts)
    shift = float(np.mean(logit(figures.shares) - weights @ logit(reported(fixed))))
    return update(fixed, figures, replace(errors, district=np.full(len(weights), 1e-6)), shift)


def gap_parts(seen: Seen, shares: Floats) -> dict[str, Floats]:
    """Return what hides children between survey and routine, (draw, figure), share of children.

    Each part is its change of the routine figure when it is switched on, averaged over all orders
    of switching on (Shapley); ``rest`` is what the errors of district and figure leave. All parts
    together are the prevalence that a survey would show less the published figure.

    Parameters
    ----------
    seen
        What posyandu have before them, columns by figure.
    shares
        (figure,), published, 0 to 1.
    """
    known: dict[frozenset[str], Floats] = {}

    def shown(on: Collection[str]) -> Floats:
        key = frozenset(on)
        if key not in known:
            known[key] = reported(seen, set(PARTS) - key)
        return known[key]

    out = {part: np.zeros(seen.survey.shape) for part in PARTS}
    orders = list(permutations(PARTS))
    for order in orders:
        for place, part in enumerate(order):
            out[part] += (shown(order[:place]) - shown(order[: place + 1])) / len(orders)
    return out | {"rest": shown(tuple(PARTS)) - shares}


def unknowns(found: Update, figures: Series, seed: int) -> dict[str, tuple[Floats, Floats]]:
    """Return what had to be true: draws before and after the figures, (draw,) by name.

    Those after still want the weights. They are the same draws, but for the error of the district:
    it is drawn anew given the figures.

    Parameters
    ----------
    found
        Draws and weights.
    figures
        What was published.
    seed
        Of the error of the district.
    """
    seen, rng = found.seen, stream(seed, "routine/district")
    same = {
        "height_bias": height_bias(seen).mean(axis=1),
        "bias": seen.parts["bias"],
        "quality": seen.quality.mean(axis=1),
        "absent": seen.parts["absent"],
        "attendance": seen.attendance.mean(axis=1),
        "noise": seen.parts["noise"],
    }
    own = district_error(figures.shares, found.expected, found.errors, figures.years, rng)
    return {name: (values, values) for name, values in same.items()} | {"district": own}
