"""Poverty by district and year, with its own loader: a covariate of the level of stunting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..model.tabular import Cells
from .areas import Area, check_area, load_areas
from .tables import DATA_FOLDER, check_source, load_rows, read_count, read_share, read_year

COLUMNS = ("area", "year", "share", "people", "source", "url", "note")


@dataclass(frozen=True)
class PovertyRate:
    """Share of the poor in one district and year.

    Attributes
    ----------
    area, year
        Code of the area, and calendar year.
    share
        Share of the population below the poverty line, 0 to 1.
    people
        Poor people; absent where not read.
    source, url, note
        Where it was read, and what is known of it.
    """

    area: str
    year: int
    share: float
    people: int | None
    source: str
    url: str
    note: str

    @property
    def id(self) -> str:
        """Area and year, which only one row may have."""
        return f"{self.area} {self.year}"


def load_poverty(path: Path | None = None) -> tuple[PovertyRate, ...]:
    """Return the poverty rates.

    Parameters
    ----------
    path
        CSV file; the packaged table when absent.

    Raises
    ------
    DataError
        With every problem of the table, by file, line and column.
    """
    return load_rows(path or DATA_FOLDER / "poverty.csv", COLUMNS, _reader(load_areas()))


def _reader(areas: dict[str, Area]) -> Callable[[Cells], PovertyRate | None]:
    def make(cells: Cells) -> PovertyRate | None:
        check_area(cells, areas)
        check_source(cells)
        cells.needed("share")
        year, share = read_year(cells), read_share(cells, "share")
        people = read_count(cells, "people", "people")
        if year is None or share is None:
            return None
        texts = (cells.text(name) for name in ("source", "url", "note"))
        return PovertyRate(cells.text("area"), year, share, people, *texts)

    return make
