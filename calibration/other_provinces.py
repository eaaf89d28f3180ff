"""Stunting in districts of other provinces, with its own loader: how far districts differ.

No value of East Kalimantan may stand in the table: what the fit reads is not read twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..model.tabular import Cells
from .tables import DATA_FOLDER, check_source, load_rows, read_share

COLUMNS = (  # noqa: SIM905
    "id province district value_2021 value_2022 source url locator note"
).split()
OWN_PROVINCE = "kalimantan timur"


@dataclass(frozen=True)
class OtherDistrict:
    """SSGI 2021 and SSGI 2022 of one district.

    Attributes
    ----------
    id
        Name of the row.
    province, district
        Indonesian names; a town is told from the district around it by ``Kota``.
    value_2021, value_2022
        Published shares of children under five who are stunted, 0 to 1.
    source, url, locator
        Where they were read; pages, addresses and places are parted by semicolons.
    note
        How they were read, and what other pages say.
    """

    id: str
    province: str
    district: str
    value_2021: float
    value_2022: float
    source: str
    url: str
    locator: str
    note: str


def load_other_provinces(path: Path | None = None) -> tuple[OtherDistrict, ...]:
    """Return the districts of other provinces, each with both surveys.

    Parameters
    ----------
    path
        CSV file; the packaged table when absent.

    Raises
    ------
    DataError
        With every problem of the table, by file, line and column.
    """
    places: dict[tuple[str, str], int] = {}

    def make(cells: Cells) -> OtherDistrict | None:
        _check_place(cells, places)
        return _district(cells)

    return load_rows(path or DATA_FOLDER / "other_provinces.csv", COLUMNS, make)


def _district(cells: Cells) -> OtherDistrict | None:
    cells.needed("id", "locator", "note", "value_2021", "value_2022")
    check_source(cells)
    pages, addresses = cells.names("source"), cells.names("url")
    if pages and addresses and len(pages) != len(addresses):
        found = f"{len(pages)} pages and {len(addresses)} addresses"
        cells.fault("url", "an address for each page", found, "Part both by semicolons")
    first, second = read_share(cells, "value_2021"), read_share(cells, "value_2022")
    if first is None or second is None:
        return None
    return OtherDistrict(
        id=cells.text("id"),
        province=cells.text("province"),
        district=cells.text("district"),
        value_2021=first,
        value_2022=second,
        source=cells.text("source"),
        url=cells.text("url"),
        locator=cells.text("locator"),
        note=cells.text("note"),
    )


def _check_place(cells: Cells, places: dict[tuple[str, str], int]) -> None:
    """Report a place without a name, one that is there twice, and one of the fitted province."""
    cells.needed("province", "district")
    province, district = cells.text("province"), cells.text("district")
    if province.casefold() == OWN_PROVINCE:
        remedy = "Move the row to observations.csv, which the fit reads"
        cells.fault("province", "a province other than that of the fit", repr(province), remedy)
    first = places.setdefault((province, district), cells.line)
    if first != cells.line:
        found = f"{district}, {province} again (first in line {first})"
        cells.fault("district", "one row of a district", found, "Remove one of the two rows")
