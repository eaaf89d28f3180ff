"""The kecamatan of a district: villages, area, population and a place in a tile map."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from pathlib import Path

from ..district import load_district, locate_district
from ..errors import DataError, Problem
from ..tabular import Cells, read_table

COLUMNS = (
    *("kecamatan", "villages_desa", "villages_kelurahan", "area_km2"),
    *("population", "population_year", "column", "row", "source_title", "source_url"),
    *("area_title", "area_url", "note"),
)


@dataclass(frozen=True)
class Area:
    """One kecamatan.

    Attributes
    ----------
    rural_villages, urban_villages
        Number of desa and of kelurahan.
    area_km2
        Land area, forest and plantations included.
    population, year
        Persons, and the year of the count.
    column, row
        Place in a schematic tile map, from 1 at the west and at the north. It respects who lies
        north, south, east or west of whom, and nothing else: no boundary was used.
    source, url
        Title and address of the table that villages and population were read in.
    area_source, area_url
        The same for the area.
    """

    name: str
    rural_villages: int
    urban_villages: int
    area_km2: float
    population: int
    year: int
    column: int
    row: int
    source: str
    url: str
    area_source: str
    area_url: str
    note: str

    @property
    def villages(self) -> int:
        """Number of villages, rural and urban."""
        return self.rural_villages + self.urban_villages


def read_areas(path: Path) -> tuple[Area, ...]:
    """Read and check a table of kecamatan.

    Raises
    ------
    DataError
        With every problem of the table, by file and line.
    """
    problems: list[Problem] = []
    rows = [(cells, _area(cells)) for cells in read_table(path, COLUMNS, problems)]
    if not rows and not problems:
        remedy = "Add a row for each kecamatan, or take the file out of the district file"
        problems.append(Problem(f"{path.name}:1", "at least one kecamatan", "none", remedy))
    _once(rows, "kecamatan", lambda area: area.name.casefold())
    _once(rows, "row", lambda area: (area.column, area.row))
    if problems:
        raise DataError(problems)
    return tuple(area for _, area in rows)


def areas_of(reference: str | Path) -> tuple[Area, ...]:
    """Return the kecamatan of a district; nothing when its file names no table.

    Parameters
    ----------
    reference
        Id of a packaged district, or the path of a district file. The table lies beside it.

    Raises
    ------
    DataError
        With every problem of the district file or of the table.
    """
    table = load_district(reference).kecamatan
    return read_areas(locate_district(reference).parent / table) if table else ()


def _area(cells: Cells) -> Area:
    cells.needed("kecamatan", "source_title", "area_title")
    area = Area(
        name=cells.text("kecamatan"),
        rural_villages=_whole(cells, "villages_desa", 0),
        urban_villages=_whole(cells, "villages_kelurahan", 0),
        area_km2=_area_km2(cells),
        population=_whole(cells, "population", 1),
        year=_whole(cells, "population_year", 1990, 2050),
        column=_whole(cells, "column", 1, 50),
        row=_whole(cells, "row", 1, 50),
        source=cells.text("source_title"),
        url=_address(cells, "source_url"),
        area_source=cells.text("area_title"),
        area_url=_address(cells, "area_url"),
        note=cells.text("note"),
    )
    if area.villages == 0:
        remedy = "Give the number of villages, or remove the row"
        cells.fault("villages_desa", "at least one village, desa or kelurahan", "0", remedy)
    return area


def _address(cells: Cells, column: str) -> str:
    url = cells.text(column)
    if not url.startswith(("https://", "http://")):
        cells.fault(column, "a web address", repr(url), "Start it with https://")
    return url


def _whole(cells: Cells, column: str, least: int, most: int | None = None) -> int:
    value = cells.number(column, needed=True)
    if value is None:
        return least
    if value != int(value) or value < least or (most is not None and value > most):
        limit = f"a whole number of at least {least}" + (f", at most {most}" if most else "")
        cells.fault(column, limit, cells.text(column), "Correct the number")
    return int(value)


def _area_km2(cells: Cells) -> float:
    value = cells.number("area_km2", needed=True)
    if value is not None and value <= 0.0:
        cells.fault("area_km2", "an area above 0 km2", cells.text("area_km2"), "Correct the area")
    return value or 0.0


def _once(rows: Iterable[tuple[Cells, Area]], column: str, key: Callable[[Area], Hashable]) -> None:
    first: dict[Hashable, int] = {}
    for cells, area in rows:
        line = first.setdefault(key(area), cells.line)
        if line != cells.line:
            what = "name" if column == "kecamatan" else "tile"
            found = f"that of {area.name!r}, already at line {line}"
            cells.fault(column, f"a {what} used once", found, "Correct one of the two rows")
