"""Whether the surveys that were fitted look like surveys of the fit.

A replicated survey has the district, the instrument and the year of the fit, and a fresh
discrepancy and sample of children. With the fitted discrepancy each point would stand at its own
survey, and hardly any model could fail. The points were fitted, so intervals hold a few more of
them than their level says.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..model.errors import DataError, Problem
from ..model.randomness import stream
from .coverage import Covered, most_inside
from .fit import Fit
from .gates import Gate
from .hierarchy import moved, surveyed
from .panel import Panel
from .predict import sample
from .scores import pit_of_draws
from .surface import Surfaces
from .theil import Theil, theil

Floats = NDArray[np.float64]

HOME = "paser"
BAND_HOME, BAND = 0.80, 0.90
POINTS = 100.0


@dataclass(frozen=True)
class Replicated:
    """Surveys that a fit would give again.

    Attributes
    ----------
    panel
        What was fitted.
    shares
        (draw, district, survey), 0 to 1; a direct survey everywhere, also where some published
        values are small-area estimates.
    """

    panel: Panel
    shares: Floats


def replicate(fit: Fit, surfaces: Surfaces, seed: int) -> Replicated:
    """Return replicated surveys of every district and survey.

    Parameters
    ----------
    fit
        The fit.
    surfaces
        One for each chain, with the windows of its surveys.
    seed
        Of discrepancies and samples.
    """
    rng = stream(seed, "posterior checks/cells")
    fresh = {name: rng.standard_normal(fit.at.noise.shape) for name in ("noise", "children")}
    found = surveyed(moved(fit.at, **fresh), fit.panel, fit.priors, surfaces)
    return Replicated(fit.panel, sample(found, stream(seed, "posterior checks/children")))


def posterior_gates(again: Replicated, home: str | None = HOME) -> tuple[Gate, ...]:
    """Return every gate of the fitted surveys.

    Parameters
    ----------
    again
        Replicated surveys of a fit.
    home
        District whose surveys are looked at one by one, if any.
    """
    whole = covered(again)
    return (
        *(home_gates(again, home) if home else ()),
        *change_gates(again),
        whole.gate("fitted points, 50 %", 0.5, bounded=True),
        whole.gate("fitted points, 90 %", BAND, bounded=True),
        *family_gates(again),
    )


def home_gates(again: Replicated, area: str = HOME) -> tuple[Gate, ...]:
    """Return one gate for each survey of a district: inside its 80 % predictive band."""
    row = _row(again.panel, area)
    low, high = _band(again.shares[:, row], BAND_HOME)
    return tuple(
        _place(again.panel, row, int(k), (float(low[k]), float(high[k])))
        for k in np.flatnonzero(_known(again.panel)[row])
    )


def _place(panel: Panel, row: int, survey: int, band: tuple[float, float]) -> Gate:
    """Compare one survey with its band; of an interval any part may lie inside."""
    ends = _ends(panel, row, survey)
    told = f"{ends[0]:.1%}" if ends[0] == ends[1] else f"{ends[0]:.1%} to {ends[1]:.1%}"
    expected = f"{told} within the {BAND_HOME:.0%} predictive band"
    fine = ends[0] <= band[1] and ends[1] >= band[0]
    name = f"{panel.areas[row]}, {panel.surveys[survey]}"
    return Gate(name, expected, f"{band[0]:.1%} to {band[1]:.1%}", fine)


def change_gates(again: Replicated) -> tuple[Gate, ...]:
    """Return gates of the changes between the first two surveys: their mean and their spread."""
    both = again.panel.points[:, :2].all(axis=1)
    seen = POINTS * np.diff(again.panel.share[both, :2])[:, 0]
    made = POINTS * np.diff(again.shares[:, both, :2])[:, :, 0]
    first, second = (f"{year}" for year in again.panel.years[:2])
    names = (f"mean change {first} to {second}", f"spread of changes {first} to {second}")
    values = (
        (seen.mean(), made.mean(axis=1)),
        (seen.std(ddof=1), made.std(axis=1, ddof=1)),
    )
    return tuple(_inside(name, *pair) for name, pair in zip(names, values, strict=True))


def _inside(name: str, seen: float, made: Floats) -> Gate:
    low, high = _band(made, BAND)
    expected = f"{seen:.2f} points within the {BAND:.0%} band of replicated surveys"
    found = f"{low:.2f} to {high:.2f}, {np.mean(made >= seen):.0%} at least as large"
    return Gate(name, expected, found, bool(low <= seen <= high))


def covered(again: Replicated) -> Covered:
    """Return where each published share fell among the replicated ones."""
    panel = again.panel
    rows, columns = np.nonzero(panel.points)
    truth = panel.share[rows, columns]
    places = tuple((panel.areas[r], panel.surveys[c]) for r, c in zip(rows, columns, strict=True))
    return Covered(places, pit_of_draws(again.shares[:, rows, columns], truth))


def family_gates(again: Replicated) -> tuple[Gate, ...]:
    """Return the gate of the family: the same model and priors describe every district.

    A district has several surveys, so the band of each is widened until it holds all of them with
    the probability asked for (Bonferroni); and some districts miss by chance.
    """
    missed, count = family_misses(again), len(again.panel.areas)
    most = most_inside(count, 1.0 - BAND)
    expected = f"all surveys of a district inside {BAND:.0%}, for all but {most} of {count}"
    told = "; ".join(f"{area}: {text}" for area, text in missed.items()) or "all inside"
    return (Gate("family of districts", expected, told, len(missed) <= most),)


def family_misses(again: Replicated) -> dict[str, str]:
    """Return the districts with a survey outside the band of all their surveys, in words."""
    found = {area: _misses(again, row) for row, area in enumerate(again.panel.areas)}
    return {area: told for area, told in found.items() if told}


def _misses(again: Replicated, row: int) -> str:
    panel = again.panel
    known = np.flatnonzero(_known(panel)[row])
    low, high = _band(again.shares[:, row], 1.0 - (1.0 - BAND) / max(1, len(known)))
    ends = {int(k): _ends(panel, row, int(k)) for k in known}
    out = [k for k, (first, last) in ends.items() if last < low[k] or first > high[k]]
    told = [f"{panel.surveys[k]} {ends[k][0]:.1%}, {low[k]:.1%} to {high[k]:.1%}" for k in out]
    return ", ".join(told)


def theil_of(again: Replicated, areas: tuple[str, ...] | None = None) -> Theil:
    """Return Theil's statistics of the predictive mean against the published shares.

    Parameters
    ----------
    again
        Replicated surveys of a fit.
    areas
        Districts; all by default. See `Theil.says_little` for one alone.
    """
    chosen = [_row(again.panel, area) for area in areas or again.panel.areas]
    points = again.panel.points[chosen]
    return theil(again.shares.mean(axis=0)[chosen][points], again.panel.share[chosen][points])


def _known(panel: Panel) -> NDArray[np.bool_]:
    return panel.points | panel.intervals


def _ends(panel: Panel, row: int, survey: int) -> tuple[float, float]:
    """Return what is known of a survey: its share twice, or the two ends of an interval."""
    if panel.points[row, survey]:
        return float(panel.share[row, survey]), float(panel.share[row, survey])
    return float(panel.low[row, survey]), float(panel.high[row, survey])


def _band(values: Floats, level: float) -> tuple[Floats, Floats]:
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(values, [tail, 1.0 - tail], axis=0)
    return low, high


def _row(panel: Panel, area: str) -> int:
    if area not in panel.areas:
        known = f"one of {', '.join(panel.areas)}"
        raise DataError([Problem("district", known, repr(area), "Fit it first")])
    return panel.areas.index(area)
