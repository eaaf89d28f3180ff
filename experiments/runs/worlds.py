"""Structures that the same question is asked in: assumptions about the world that data cannot settle.

A world overrides constants of the model for every scenario, no extra action included, or chooses
another figure of the first survey. A result that turns over in one of them is not robust.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...model.errors import InputError, Problem
from ...model.report import did_you_mean
from ...scenarios.text import Text


@dataclass(frozen=True)
class World:
    """One structure.

    Attributes
    ----------
    id
        Name in designs and results.
    title
        What a reader calls it.
    settings
        Constants of the model that it fixes, in their units.
    observation
        Figure of the first survey behind the levels: ``district`` or ``official``.
    """

    id: str
    title: Text
    settings: Mapping[str, float] = field(default_factory=dict)
    observation: str = "district"


STANDARD = World("standard", Text("Model baku", "Standard model"), {"stock sector share": 0.0})
"""The child sector that carries mean height-for-age in every draw. `tumbuh compare` draws the sector,
so that each of its draws is one of this world or one of ``stocks``."""

WORLDS = (
    STANDARD,
    World(
        "stocks",
        Text(
            "Metode kelompok stunting/tidak stunting", "Children as stunted and not-stunted stocks"
        ),
        {"stock sector share": 1.0},
    ),
    World(
        "no_coordination",
        Text("Koordinasi tidak berpengaruh", "No effect of coordination"),
        {
            "stock sector share": 0.0,
            "fidelity response to coordination": 0.0,
            "coverage closure by coordination": 0.0,
            "rise of concordance with coordination": 0.0,
        },
    ),
    World(
        "no_synergy",
        Text("Tidak ada sinergi layanan", "No synergy of services"),
        {"stock sector share": 0.0, "synergy effect": 0.0},
    ),
    World(
        "official_2021",
        Text("Angka resmi 2021 (23,6 %)", "Official figure of 2021 (23.6 %)"),
        {"stock sector share": 0.0},
        "official",
    ),
)
"""All worlds; the standard one first."""

WORLD_IDS = tuple(world.id for world in WORLDS)


def worlds_of(names: Sequence[str] | None, where: str = "--worlds") -> tuple[World, ...]:
    """Return worlds by id, all of them when no name is given.

    Parameters
    ----------
    names
        Ids, in the order wanted.
    where
        What the message names when an id is refused.

    Raises
    ------
    InputError
        Listing every id that is not known or named twice.
    """
    if names is None:
        return WORLDS
    known = {world.id: world for world in WORLDS}
    problems = [
        Problem(
            where, f"one of {', '.join(known)}", repr(name), did_you_mean(name, known, "Remove")
        )
        for name in names
        if name not in known
    ]
    twice = sorted({name for name in names if list(names).count(name) > 1})
    problems += [Problem(where, f"{name!r} once", "it twice", "Keep one of them") for name in twice]
    if not names:
        problems = [Problem(where, "at least one world", "none", "Name `standard`")]
    if problems:
        raise InputError(problems)
    return tuple(known[name] for name in names)
