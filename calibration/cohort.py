"""The stationary child sector of the model in numpy: shares, hazards and persistence by stage.

In a steady state a stage of mean residence ``T`` with deaths ``d`` passes children on at the rate
``g = 1/T + d``, and what leaves it has the mean of those in it. So, with the shares ``p[s]`` of
the age profile and the catch-up rates ``c[s]``, the challenger of the model has ::

    net[s]      = (p[s] - p[s-1]) g
    reversal[s] = max(0, c (1 - p) - net, -net / p)
    onset[s]    = max(0, net + c p, net / (1 - p))

and a child who enters a stage stunted leaves it stunted with probability ``p[s] + (1 - p[s-1]) r``
where ``r = g / (g + onset + reversal)`` is what the stage leaves of a difference. Over several
stages the ``r`` multiply. A test holds all of this against the engine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..model.catch_up import STAGE_MONTHS, STAGES, catch_up_rates
from ..model.parameters import ParameterTable
from .normal import ndtr

Floats = NDArray[np.float64]
SCORES = ("birth profile score", *(f"profile score[s{k}]" for k in range(1, STAGES + 1)))
"""Constants of the age profile: at birth, then by stage."""
LARGEST_RATIO = 1e4
"""An odds ratio above this says that nobody crosses; larger ones are not told apart."""
_SMALLEST_SHARE = 1e-9


@dataclass(frozen=True)
class Cohort:
    """Stationary children of many draws.

    Attributes
    ----------
    birth_share
        Share stunted at birth as a survey sees it, (draw,).
    shares
        The same by stage, (draw, stage).
    onset, reversal
        Of the challenger, 1/month, (draw, stage).
    kept
        Share of a difference between two groups of children that a stage leaves, (draw, stage).
    """

    birth_share: Floats
    shares: Floats
    onset: Floats
    reversal: Floats
    kept: Floats


def exit_rate(table: ParameterTable) -> float:
    """Return the rate at which children leave a stage by age or death, 1/month."""
    return 1.0 / table.get("stage residence").value + table.get("child death rate").value


def stage_weights(table: ParameterTable) -> Floats:
    """Return the share of the children under five in each stage, (stage,), summing to 1."""
    growth = 1.0 + table.get("stage residence").value * table.get("child death rate").value
    alive = growth ** -np.arange(1.0, STAGES + 1.0)
    return alive / alive.sum()


def stationary(scores: Floats, remaining: Floats, age_scale: Floats, leaving: float) -> Cohort:
    """Return the stationary cohort of each draw.

    Parameters
    ----------
    scores
        Probits of the share stunted at birth and by stage, (draw, 1 + stage).
    remaining
        Attenuation to sixty months, (draw,).
    age_scale
        Catch up age scale, months, (draw,).
    leaving
        As `exit_rate` gives it, 1/month.
    """
    share = ndtr(scores)
    before, here = share[:, :-1], share[:, 1:]
    catch_up, net = catch_up_rates(remaining, age_scale), (here - before) * leaving
    up, down = np.maximum(_SMALLEST_SHARE, here), np.maximum(_SMALLEST_SHARE, 1.0 - here)
    reversal = np.maximum(0.0, np.maximum(catch_up * (1.0 - here) - net, -net / up))
    onset = np.maximum(0.0, np.maximum(net + catch_up * here, net / down))
    kept = leaving / (leaving + onset + reversal)
    return Cohort(share[:, 0], here, onset, reversal, kept)


def odds_ratio(cohort: Cohort, age_low: float, age_high: float) -> Floats:
    """Return how much likelier, in odds, stunted children are stunted at a later age.

    Parameters
    ----------
    cohort
        Stationary cohort.
    age_low, age_high
        Ages, months.

    Returns
    -------
    ndarray
        (draw,), at most `LARGEST_RATIO`.
    """
    starts = STAGE_MONTHS * np.arange(STAGES)
    reached = [np.clip((age - starts) / STAGE_MONTHS, 0.0, 1.0) for age in (age_low, age_high)]
    kept = np.prod(cohort.kept ** (reached[1] - reached[0]), axis=1)
    first, last = (share_at(cohort, age) for age in (age_low, age_high))
    stay, enter = last + (1.0 - first) * kept, last - first * kept
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = stay * (1.0 - enter) / ((1.0 - stay) * enter)
    crossed = (stay < 1.0) & (enter > 0.0)
    return np.where(crossed, np.minimum(ratio, LARGEST_RATIO), LARGEST_RATIO)


def share_at(cohort: Cohort, age: float) -> Floats:
    """Return the share stunted at an exact age in months, (draw,): linear within a stage."""
    stage = min(int(age // STAGE_MONTHS), STAGES - 1)
    start = cohort.shares[:, stage - 1] if stage else cohort.birth_share
    part = (age - STAGE_MONTHS * stage) / STAGE_MONTHS
    return start + part * (cohort.shares[:, stage] - start)


def band_share(shares: Floats, weights: Floats, stages: slice) -> Floats:
    """Return the share stunted of an age band.

    Parameters
    ----------
    shares
        By stage, (..., stage).
    weights
        As `stage_weights` gives them.
    stages
        Stages of the band.
    """
    inside = weights[stages]
    return shares[..., stages] @ inside / inside.sum()
