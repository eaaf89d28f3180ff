"""Signs that a strategy lags: what is expected, what is measured, and when a trigger speaks."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np

from ...calibration.intervals import DESIGN_EFFECT
from ...calibration.likelihood import sampling_deviation
from ...calibration.shipped import shipped_surveys
from ...model.randomness import stream
from .funding import Floats
from .pathways import INDICATORS, SIGNALS, START, SURVEY, Flags, Pathways, Rule, Watched
from .sequence import STRATEGIES


def expected_rises(watched: Watched, paths: Pathways) -> dict[tuple[str, int, str], float]:
    """Return the rise below which a sign lags, by strategy, review and signal.

    The rise with no extra action, and a share of what the strategy adds to it; means over draws.
    The sign of prevalence is its fall.

    Parameters
    ----------
    watched
        Of the world that the planner believes in.
    paths
        The share.
    """
    found: dict[tuple[str, int, str], float] = {}
    for place, name in enumerate(STRATEGIES):
        for review, signal in itertools.product(paths.reviews, ("process", "survey")):
            rise = _rises(watched, name, review, signal)
            own, without = rise[place].mean(), rise[-1].mean()
            found[name, review, signal] = float(without + paths.share * (own - without))
    return found


def _rises(watched: Watched, name: str, review: int, signal: str) -> Floats:
    """Return (strategy, draw), rise of the sign of a strategy since the decision date."""
    variable = INDICATORS[name][0] if signal == "process" else SURVEY
    rise = watched.seen[review][variable] - watched.start[variable]
    return rise if signal == "process" else -rise


def readings(watched: Watched, paths: Pathways, rule: Rule, signal: str, seed: int) -> Floats:
    """Return (draw,), the rise as it is measured: twice, each time with an error of its own.

    Parameters
    ----------
    watched, paths
        As `watch` gives them.
    rule
        Strategy and review.
    signal
        ``process``, ``survey`` or ``exact``.
    seed
        Of the errors; they are the same for every rule that reads the same sign.
    """
    place = STRATEGIES.index(rule.first)
    rise = _rises(watched, rule.first, rule.review, signal)[place]
    if signal == "exact":
        return rise
    before, after = (
        stream(seed, f"pathways/{signal}/{rule.first}/{year}").standard_normal(len(rise))
        for year in (START, rule.review)
    )
    if signal == "process":
        error = INDICATORS[rule.first][1]
        return rise + error * (after - before)
    first = watched.start[SURVEY][place]
    later = watched.seen[rule.review][SURVEY][place]
    errors = [
        np.array([sampling_deviation(p, paths.children, DESIGN_EFFECT) for p in shares])
        for shares in (first, later)
    ]
    return rise - errors[1] * after + errors[0] * before


def triggered(
    watched: Watched,
    paths: Pathways,
    rule: Rule,
    limits: Mapping[tuple[str, int, str], float],
    seed: int,
) -> dict[str, Flags]:
    """Return (draw,) by signal, whether it says to go over.

    Parameters
    ----------
    watched, paths, rule, seed
        As for `readings`.
    limits
        As `expected_rises` gives them.
    """
    size = watched.start[SURVEY].shape[1]
    said = {"never": np.zeros(size, bool), "always": np.ones(size, bool)}
    for signal in SIGNALS[2:]:
        kind = "process" if signal == "process" else "survey"
        limit = limits[rule.first, rule.review, kind]
        said[signal] = readings(watched, paths, rule, signal, seed) < limit
    return said


def survey_children(area: str) -> int:
    """Return the children of the district's last survey whose number is known."""
    own = [item for item in shipped_surveys("district") if item.area == area and item.children]
    return int(max(own, key=lambda item: item.year).children)
