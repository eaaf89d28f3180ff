"""Areas that the tables of data speak of: districts, province, nation."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..model.errors import DataError, Problem
from ..model.tabular import Cells
from .tables import DATA_FOLDER, load_rows

COLUMNS = ("code", "name_id", "name_en", "kind", "province")
KINDS = ("district", "province", "nation")


@dataclass(frozen=True)
class Area:
    """One area.

    Attributes
    ----------
    code
        What the other tables call it; that of a district is the id of its district file.
    name_id, name_en
        Indonesian and English names.
    kind
        ``district``, ``province`` or ``nation``.
    province
        Code of the province of a district, else empty.
    """

    code: str
    name_id: str
    name_en: str
    kind: str
    province: str

    @property
    def id(self) -> str:
        """The code."""
        return self.code


class OfArea(Protocol):
    """A row that belongs to an area."""

    @property
    def area(self) -> str:
        """Code of the area."""
        ...


def load_areas(path: Path | None = None) -> dict[str, Area]:
    """Return the areas by code, in the order of the table.

    Parameters
    ----------
    path
        CSV file; the packaged table when absent.

    Raises
    ------
    DataError
        With every problem of the table, by file, line and column.
    """

    def make(cells: Cells) -> Area:
        cells.needed("code", "name_id", "name_en")
        kind = cells.choice("kind", KINDS)
        if kind == "district":
            cells.needed("province")
        code, own, english = (cells.text(name) for name in COLUMNS[:3])
        return Area(code, own, english, kind, cells.text("province"))

    table = path or DATA_FOLDER / "areas.csv"
    return {area.code: area for area in load_rows(table, COLUMNS, make)}


def find_area(name: str, areas: dict[str, Area] | None = None) -> Area:
    """Return an area by code or by a name, in capitals or not.

    Raises
    ------
    DataError
        If there is none, with the nearest.
    """
    areas = load_areas() if areas is None else areas
    known = {area.code: area for area in areas.values()}
    for area in areas.values():
        bare = area.name_id.removeprefix("Kabupaten ").removeprefix("Kota ")
        known |= {text.casefold(): area for text in (bare, area.name_id, area.name_en)}
    if name.strip().casefold() in known:
        return known[name.strip().casefold()]
    expected = f"one of {', '.join(areas)}"
    raise DataError([Problem("--area", expected, repr(name), _remedy(name, known))])


def check_area(cells: Cells, areas: dict[str, Area]) -> None:
    """Report a row of an area that the table of areas does not have."""
    code = cells.text("area")
    if code not in areas:
        cells.fault("area", f"one of {', '.join(areas)}", repr(code), _remedy(code, areas))


def areas_without_survey(
    observations: Iterable[OfArea], areas: dict[str, Area] | None = None
) -> tuple[Area, ...]:
    """Return the districts of which the rows hold nothing.

    Parameters
    ----------
    observations
        Rows that may be used; leave those out that may not, such as rivals.
    areas
        Areas by code; the packaged ones when absent.
    """
    areas = load_areas() if areas is None else areas
    have = {item.area for item in observations}
    return tuple(a for a in areas.values() if a.kind == "district" and a.code not in have)


def _remedy(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name.casefold(), list(known), 1)
    return f"Did you mean {near[0]}" if near else "Use one of these, or add the area to areas.csv"
