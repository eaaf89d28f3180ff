"""Hold what a district file says of its surveys to the tables that are read."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from pathlib import Path

from ..model.district import District
from ..model.errors import InputError, Problem
from ..model.yamlfile import load_yaml
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
    link = district.surveys
    said = (district.id, link.area, link.table, district.province)
    yield from _problems(*said, district.where)


def link_problems_of(path: Path) -> Iterator[Problem]:
    """Yield the mistakes of the surveys of a district file that has other mistakes too.

    Parameters
    ----------
    path
        The file; what cannot be read of it is left to those who told the other mistakes.
    """
    try:
        data, line_of = load_yaml(path)
    except InputError:
        return
    link = data.get("surveys") if isinstance(data, dict) else None
    if not isinstance(link, dict):
        return
    said = [data.get("id"), link.get("area"), link.get("table"), data.get("province")]

    def where(*keys: str) -> str:
        return f"{path.name}:{line_of(keys)} {' > '.join(keys)}"

    match said:
        case (str(ident), str(area), str(table), str(province)):
            yield from _problems(ident, area, table, province, where)


def _problems(
    ident: str, area: str, table: str, province: str, where: Callable[..., str]
) -> Iterator[Problem]:
    yield from _wrong_province(province, where)
    codes = [area.code for area in load_areas().values() if area.kind == "district"]
    if area not in {*codes, ident}:
        own = f"{ident!r}, the id of this file, for a district without surveys"
        known = f"one of {', '.join(codes)}"
        expected = known if ident in codes else f"{known}, or {own}"
        yield Problem(where("surveys", "area"), expected, repr(area), _remedy(area, codes))
    elif area != ident:
        expected = f"{ident!r}, the id of this file"
        remedy = "Correct the code: the surveys of one district are not those of another"
        yield Problem(where("surveys", "area"), expected, repr(area), remedy)
    if table not in TABLES:
        remedy = "Correct the path; `tumbuh calibrate --surveys FILE` fits surveys of your own"
        expected = f"{TABLE}, the only table that is read"
        yield Problem(where("surveys", "table"), expected, repr(table), remedy)


def _remedy(area: str, codes: list[str]) -> str:
    near = difflib.get_close_matches(area.casefold(), codes, 1)
    if near:
        return f"Did you mean {near[0]}"
    return "Correct the code; for a district without surveys write the same word at `id` and `area`"


def _wrong_province(province: str, where: Callable[..., str]) -> Iterator[Problem]:
    """Refuse a district of a province whose surveys nobody fitted: its level would be made up."""
    fitted = [area for area in load_areas().values() if area.kind == "province"]
    names = [name for area in fitted for name in (area.name_id, area.name_en)]
    if province.casefold() not in {name.casefold() for name in names}:
        expected = f"{fitted[0].name_id}, the province whose surveys were fitted"
        remedy = (
            "The level of a district elsewhere is not known: surveys of its province come first"
        )
        yield Problem(where("province"), expected, repr(province), remedy)
