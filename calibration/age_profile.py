"""Stunting by age, with its own loader: what a natural history is held to.

The indicator of length at birth is a different one (below 48 cm) and has a measure of its own, so
that nobody takes it for stunting at birth. Mean HAZ by age was not found in any survey.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..model.tabular import Cells
from .areas import Area, check_area, load_areas
from .tables import DATA_FOLDER, check_source, load_rows, read_share, read_year

COLUMNS = (  # noqa: SIM905
    "id area survey year age_low age_high measure value basis source url note"
).split()
MEASURES = ("stunted", "short_at_birth", "mean_haz", "sd_haz")
BASES = ("read", "unverified")
SHORT_AT_BIRTH = 48
"""Centimetres of length below which a newborn counts as short in that indicator."""
OLDEST = 59
"""Last completed month of age of a child under five."""


@dataclass(frozen=True)
class AgeGroup:
    """One figure of one age group in one survey.

    Attributes
    ----------
    id, area, survey, year
        Name of the row, code of the area, round of the survey and its year.
    age_low, age_high
        First and last completed month of age; both 0 at birth.
    measure
        ``stunted`` or ``short_at_birth`` (length below 48 cm), shares 0 to 1; ``mean_haz`` or
        ``sd_haz``, in standard deviations.
    value
        In the unit of the measure.
    basis
        ``read``, or ``unverified`` where number or label rest on memory.
    source, url, note
        Where it was read, and what is known of it.
    """

    id: str
    area: str
    survey: str
    year: int
    age_low: int
    age_high: int
    measure: str
    value: float
    basis: str
    source: str
    url: str
    note: str


def load_age_profile(path: Path | None = None, measure: str | None = None) -> tuple[AgeGroup, ...]:
    """Return the figures by age.

    Parameters
    ----------
    path
        CSV file; the packaged table when absent.
    measure
        Keep one measure; all when absent.

    Raises
    ------
    DataError
        With every problem of the table, by file, line and column.
    """
    rows = load_rows(path or DATA_FOLDER / "age_profile.csv", COLUMNS, _reader(load_areas()))
    return tuple(row for row in rows if measure in (None, row.measure))


def _reader(areas: dict[str, Area]) -> Callable[[Cells], AgeGroup | None]:
    def make(cells: Cells) -> AgeGroup | None:
        check_area(cells, areas)
        return _group(cells)

    return make


def _group(cells: Cells) -> AgeGroup | None:
    cells.needed("id", "area", "survey", "value")
    check_source(cells)
    measure, basis = cells.choice("measure", MEASURES), cells.choice("basis", BASES)
    share = measure in MEASURES[:2]
    value = read_share(cells, "value") if share else cells.number("value")
    year, ages = read_year(cells), [cells.number(name, True) for name in ("age_low", "age_high")]
    low, high = ages
    if low is None or high is None or year is None or value is None:
        return None
    if not 0 <= low <= high <= OLDEST or low != int(low) or high != int(high):
        found = f"{low:g} to {high:g}"
        cells.fault("age_low", f"months of age in order, 0 to {OLDEST}", found, "Correct the ages")
    return AgeGroup(
        id=cells.text("id"),
        area=cells.text("area"),
        survey=cells.text("survey"),
        year=year,
        age_low=int(low),
        age_high=int(high),
        measure=measure,
        value=value,
        basis=basis,
        source=cells.text("source"),
        url=cells.text("url"),
        note=cells.text("note"),
    )
