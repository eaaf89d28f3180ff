"""What could be known: groups of parameters, single parameters, and feasible measurements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...calibration.contraction import Measurement
from ...scenarios.loader import BASELINE
from ..batch import case_of, run_batch
from ..inputs import read_plans
from ..measurements import (
    CLUSTERING,
    FAMILIES,
    HALVED,
    MISREPORT,
    MONTH,
    OUTPUTS,
    TRIAL_END,
    candidates,
    effects,
)
from ..runs.question import Question
from ..runs.space import JOINT, Space
from ..runs.worlds import World
from .benefit import THREE
from .value_estimates import today

Floats = NDArray[np.float64]

STRATEGIES = (*THREE, "food")
SINGLES = 15
"""Judged: single parameters that are looked at closely, those that promise most."""
BINS = 10
"""Bins of a parameter's ranks in the first look."""
OFFER_ERROR = 0.10
"""Judged: SD of a written offer about the price that is paid in the end, share of the price."""
ADHERENCE = "food adherence"


@dataclass(frozen=True)
class Known:
    """Something that could be known without error.

    Attributes
    ----------
    kind
        ``levels``, ``sector``, ``strategy`` or ``parameter``.
    name
        Of the sector, strategy or parameter.
    values
        (draw, quantity).
    """

    kind: str
    name: str
    values: Floats


def groups(space: Space, constants: Mapping[str, Floats]) -> list[Known]:
    """Return levels together, the parameters of each sector, and those of each strategy.

    Parameters
    ----------
    space
        What is uncertain.
    constants
        (draw,) by constant, sound draws only.
    """
    found = [_known("levels", JOINT, tuple(space.stored), constants)]
    own = [item for item in space.uncertainties if not item.joint]
    for sector in dict.fromkeys(item.sector for item in own):
        names = tuple(item.name for item in own if item.sector == sector)
        found.append(_known("sector", sector, names, constants))
    for strategy in STRATEGIES:
        names = effects(strategy, constants)
        found.append(_known("strategy", strategy, names, constants))
    return found


def singles(space: Space, constants: Mapping[str, Floats], benefit: Floats) -> list[Known]:
    """Return the single parameters that promise most in a first look.

    Parameters
    ----------
    space, constants
        As for `groups`.
    benefit
        (draw, strategy).
    """
    own = [item.name for item in space.uncertainties if not item.joint]
    order = sorted(own, key=lambda name: -first_look(constants[name], benefit))
    return [_known("parameter", name, (name,), constants) for name in order[:SINGLES]]


def first_look(values: Floats, benefit: Floats) -> float:
    """Return what knowing the bin of a parameter is worth in these draws; it leans high.

    Parameters
    ----------
    values
        (draw,); equal values share a bin.
    benefit
        (draw, strategy).
    """
    edges = np.quantile(values, np.linspace(0.0, 1.0, BINS + 1)[1:-1])
    bins = np.searchsorted(edges, values)
    sums = np.stack([np.bincount(bins, column, BINS) for column in benefit.T], axis=1)
    return float(sums.max(axis=1).sum() / len(values) - benefit[:, today(benefit)].mean())


def _known(kind: str, name: str, names: tuple[str, ...], constants: Mapping[str, Floats]) -> Known:
    values = [constants[one] for one in names]
    size = len(next(iter(constants.values())))
    return Known(kind, name, np.column_stack(values) if values else np.zeros((size, 1)))


def measurements(
    question: Question, world: World, failed: NDArray[np.bool_]
) -> tuple[dict[str, Measurement], NDArray[np.bool_]]:
    """Return what could be measured next, over the draws of a question.

    To the candidates of `tumbuh identify` come those that tell of food and of prices.

    Parameters
    ----------
    question
        Gives the draws.
    world
        Structure.
    failed
        (draw,), draws that do not count already.

    Returns
    -------
    tuple
        Measurements by name, and (draw,) which draws they have.
    """
    constants = question.constants(world)
    cases = [case_of(plan) for plan in read_plans([BASELINE, *THREE])]
    run = run_batch(question.program, constants, cases, OUTPUTS, [MONTH, TRIAL_END])
    sound = ~(failed | run.failed)
    columns = question.posterior(world).columns
    kept = {name: values[sound] for name, values in constants.items()}
    return candidates(run, kept, columns, sound) | _of_food_and_prices(kept), sound


def _of_food_and_prices(constants: Mapping[str, Floats]) -> dict[str, Measurement]:
    """Return measurements that tell nothing of what `tumbuh identify` asks, but may pay here."""
    prices = [name for name in constants if name.endswith("unit cost")]
    offers = np.column_stack([constants[name] for name in prices])
    food = np.column_stack([constants[name] for name in effects("food", constants)])
    eaten = constants[ADHERENCE]
    sampling = np.sqrt(eaten.mean() * (1.0 - eaten.mean()) * CLUSTERING / FAMILIES)
    return {
        "offers": Measurement(offers, OFFER_ERROR * offers.mean(axis=0)),
        "adherence": Measurement(eaten[:, None], np.array([np.hypot(sampling, MISREPORT)])),
        "elicit_food": Measurement(food, HALVED * food.std(axis=0)),
    }
