"""Near-optimal plans: not the one best plan, but all that do about as well, and what they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...scenarios.levers import catalogue
from .funding import Floats, Population

Flags = NDArray[np.bool_]

FUNDED = 0.1
"""A lever counts as funded from this share of its full dose on. Judged."""


def funded(plans: Population) -> Flags:
    """Return (plan, lever), whether a lever is funded."""
    full = np.array([catalogue().levers[name].full for name in plans.levers])
    return plans.level >= FUNDED * full


def within(gains: Floats, share: float, axis: int = 0) -> Flags:
    """Return which plans lie within a share of the best along an axis.

    Where the best gains nothing or less, the share is of its size, so that it always belongs.

    Parameters
    ----------
    gains
        The larger the better.
    share
        0.1 for 10 percent.
    axis
        Axis of the plans.
    """
    best = gains.max(axis=axis, keepdims=True)
    return gains >= best - share * np.abs(best)


@dataclass(frozen=True)
class Near:
    """What is near-optimal.

    Attributes
    ----------
    expected
        Mean gain by world, (plan,).
    near
        By world, (plan,): within the share of the best expected gain of that world.
    often
        By world, (plan,): share of draws in which the plan is within the share of the best plan
        of that draw.
    """

    expected: Mapping[str, Floats] = field(repr=False)
    near: Mapping[str, Flags] = field(repr=False)
    often: Mapping[str, Floats] = field(repr=False)

    @property
    def everywhere(self) -> Flags:
        """Whether a plan is near-optimal in every world, (plan,)."""
        return np.logical_and.reduce(list(self.near.values()))

    @property
    def worlds(self) -> NDArray[np.intp]:
        """Number of worlds in which a plan is near-optimal, (plan,)."""
        return np.sum(list(self.near.values()), axis=0)


def near_optimal(gains: Mapping[str, Floats], share: float) -> Near:
    """Return which plans are near-optimal.

    Parameters
    ----------
    gains
        (plan, draw) by world, finite.
    share
        0.1 for 10 percent.
    """
    expected = {world: table.mean(axis=1) for world, table in gains.items()}
    near = {world: within(values, share) for world, values in expected.items()}
    often = {world: within(table, share).mean(axis=1) for world, table in gains.items()}
    return Near(expected, near, often)


def families(flags: Flags) -> list[NDArray[np.intp]]:
    """Return rows that fund the same levers together, largest family first.

    Parameters
    ----------
    flags
        (plan, lever).
    """
    _, which = np.unique(flags, axis=0, return_inverse=True)
    which = which.ravel()
    groups = [np.flatnonzero(which == number) for number in range(which.max() + 1)]
    return sorted(groups, key=lambda rows: (-len(rows), int(rows[0])))


@dataclass(frozen=True)
class LeverUse:
    """One lever in the near-optimal plans.

    Attributes
    ----------
    name
        Of the lever.
    share
        Share of the near-optimal plans that fund it.
    low, high, best
        Least and most money over all years among them, and that of the best plan, million rupiah.
    without
        Best expected gain of any plan tried that does not fund it, share of the best of all.
    """

    name: str
    share: float
    low: float
    high: float
    best: float
    without: float

    @property
    def verdict(self) -> str:
        """``all``, ``some`` or ``none`` of the near-optimal plans fund it."""
        return "all" if self.share == 1.0 else "none" if self.share == 0.0 else "some"


def lever_use(
    names: Sequence[str], flags: Flags, money: Floats, expected: Floats, near: Flags
) -> list[LeverUse]:
    """Return what near-optimal plans do with each lever.

    Parameters
    ----------
    names
        Levers.
    flags
        (plan, lever), whether it is funded.
    money
        (plan, lever), million rupiah over all years.
    expected, near
        (plan,), mean gain, and whether the plan is near-optimal.
    """
    top = int(expected.argmax())
    out = []
    for column, name in enumerate(names):
        idle = expected[~flags[:, column]]
        without = float(idle.max() / expected[top]) if len(idle) and expected[top] > 0 else 0.0
        spent = money[near, column]
        ends = float(spent.min()), float(spent.max()), float(money[top, column])
        out.append(LeverUse(name, float(flags[near, column].mean()), *ends, without))
    return out


def candidates(plans: Population, scores: Floats, share: float, each: int, most: int) -> list[int]:
    """Return plans worth running over all draws: good ones, and of different kinds.

    Families that fund the same levers take turns, best member first, so that one kind of plan
    does not crowd out the others.

    Parameters
    ----------
    plans, scores
        What was tried, and its gain in the draws of the search, (plan,).
    share
        How far below the best a plan may lie.
    each, most
        Largest number from one family, and in all.
    """
    good = np.flatnonzero(within(scores, share))
    groups = [good[rows] for rows in families(funded(plans.take(good)))]
    ranked = [rows[np.argsort(-scores[rows], kind="stable")][:each] for rows in groups]
    ranked.sort(key=lambda rows: -scores[rows[0]])
    turns = [int(rows[turn]) for turn in range(each) for rows in ranked if turn < len(rows)]
    return turns[:most]


def spread_of_cost(costs: Floats, scores: Floats, count: int) -> list[int]:
    """Return the best plan of each band of cost, so that cheaper plans are shown beside dear ones.

    Parameters
    ----------
    costs, scores
        (plan,), million rupiah, and gain.
    count
        Number of bands of equal width.
    """
    edges = np.linspace(0.0, costs.max(), count + 1)
    bands = np.clip(np.searchsorted(edges, costs, side="right") - 1, 0, count - 1)
    found = [np.flatnonzero(bands == band) for band in range(count)]
    return [int(rows[scores[rows].argmax()]) for rows in found if len(rows)]
