"""The plain answer to a target, from the chances of all worlds, and how draws are summed up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...scenarios.loader import BASELINE

Floats = NDArray[np.float64]

LIKELY = (0.5, 0.8)
"""Chances for which the least scale of the levers is looked for."""
SURE = 0.95
"""From this chance on with no extra action a target is called reached anyway."""


def verdict(worlds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the plain answer over all worlds.

    ``never`` where not even ending all new faltering reaches the target in any draw, in either
    child sector of any world; ``anyway`` where no extra action reaches it nearly surely in every
    world; ``likely`` where some strategy reaches it in at least half of the draws of every world;
    else ``only``: under favourable assumptions.

    Parameters
    ----------
    worlds
        Of the answer.
    """
    limits = [world["speed_limit"]["chance"] for world in worlds]
    limits += [sector["chance"] for w in worlds for sector in w["speed_limit"]["sectors"].values()]
    base = [world["strategies"][BASELINE]["chance"] for world in worlds]
    names = worlds[0]["strategies"]
    least = {name: min(w["strategies"][name]["chance"] for w in worlds) for name in names}
    best = max(least, key=lambda name: least[name])
    chances = [w["strategies"][name]["chance"] for w in worlds for name in names]
    if max(limits) == 0.0:
        kind = "never"
    elif min(base) >= SURE:
        kind = "anyway"
    else:
        kind = "likely" if least[best] >= LIKELY[0] else "only"
    lowest = min(w["speed_limit"]["lowest"] for w in worlds)
    return {
        "kind": kind,
        "base": [min(base), max(base)],
        "best": best,
        "best_chance": [least[best], max(w["strategies"][best]["chance"] for w in worlds)],
        "largest_chance": max(chances),
        "limit_chance": [min(limits), max(limits)],
        "limit_median": worlds[0]["speed_limit"]["prevalence"]["median"],
        "limit_lowest": lowest,
    }


def numbers(values: Floats) -> dict[str, float | None]:
    """Return median, 90 percent interval and ends of (draw,); infinity becomes nothing."""
    shares = {"median": 0.5, "low90": 0.05, "high90": 0.95, "lowest": 0.0, "highest": 1.0}
    ordered = np.sort(values)
    found = {}
    for name, share in shares.items():
        place = share * (len(ordered) - 1)
        near = ordered[[int(np.floor(place)), int(np.ceil(place))]]
        value = float(near.mean() if np.isfinite(near).all() else near.max())
        if np.isfinite(near).all():
            value = float(np.interp(place, np.arange(len(ordered)), ordered))
        found[name] = value if np.isfinite(value) else None
    return found
