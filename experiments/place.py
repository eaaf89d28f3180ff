"""The district of an answer, and what of the numbers is not its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..model.district import HOME, District

if TYPE_CHECKING:
    from .text import Words


def place_of(district: District) -> dict[str, str]:
    """Return id and name of a district, as every answer holds them."""
    return {"id": district.id, "name": district.name}


def place_of_area(code: str) -> dict[str, str]:
    """Return id and name of a district of which only the code is kept.

    Parameters
    ----------
    code
        As in the table of areas; one that is not there is its own name.
    """
    from ..calibration.areas import load_areas

    area = load_areas().get(code)
    return {"id": code, "name": code if area is None else area.name_id}


def elsewhere(place: Mapping[str, str], words: Words) -> list[str]:
    """Say of another district what is not its own: all but the level of stunting is Paser's.

    Parameters
    ----------
    place
        As `place_of` gives it.
    words
        Language.

    Returns
    -------
    list of str
        One sentence or none.
    """
    if place["id"] == HOME:
        return []
    return [words.get("statement.elsewhere", name=place["name"])]
