"""Hold what a district file says of its surveys to the tables that are read."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from ..model.district import District
from ..model.errors import Problem
from .areas import load_areas

TABLE = "calibration/data/observations.csv"
TABLES = frozenset({TABLE, "observations.csv"})
"""How a district file may call the table of surveys of the package."""


def link_problems(district: District) -> Iterator[Problem]:
    """Yield the mistakes of the surveys of a district file.

    A code that no table knows would leave out every survey of the district without a word, so a
    district without surveys says so: its area is the id of its own file.

    Parameters
    ----------
    district
        As read.
    """
    codes = [area.code for area in load_areas().values() if area.kind == "district"]
    area, table = district.surveys.area, district.surveys.table
    if area not in {*codes, district.id}:
        own = f"{district.id!r}, the id of this file, for a district without surveys"
        known = f"one of {', '.join(codes)}"
        expected = known if district.id in codes else f"{known}, or {own}"
        yield Problem(district.where("surveys", "area"), expected, repr(area), _remedy(area, codes))
    if table not in TABLES:
        remedy = "Correct the path; `tumbuh calibrate --surveys FILE` fits surveys of your own"
        expected = f"{TABLE}, the only table that is read"
        yield Problem(district.where("surveys", "table"), expected, repr(table), remedy)


def _remedy(area: str, codes: list[str]) -> str:
    near = difflib.get_close_matches(area.casefold(), codes, 1)
    if near:
        return f"Did you mean {near[0]}"
    return "Correct the code; for a district without surveys write the same word at `id` and `area`"
