"""Routine figures of stunting (e-PPGBM, measured at posyandu), with their own loader.

They are no survey: who comes is measured, by volunteers, and figures lie well below those of
surveys. They enter a fit through an observation model of their own, never through that of surveys.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..model.tabular import Cells
from .areas import Area, check_area, load_areas
from .tables import DATA_FOLDER, check_source, load_rows, read_count, read_share, read_year

COLUMNS = (  # noqa: SIM905
    "id area year month instrument share measured registered target stunted attendance "
    "attendance_basis source url note"
).split()
INSTRUMENTS = ("e-PPGBM", "not named")
BASES = ("published", "derived", "unknown")


@dataclass(frozen=True)
class RoutineFigure:
    """One routine figure.

    Attributes
    ----------
    id, area
        Name of the row, and code of the area.
    year, month
        When; the month, 1 to 12, is absent where it is not known.
    instrument
        ``e-PPGBM``, or ``not named`` where the page does not say.
    share
        Reported share of the measured who are stunted, 0 to 1; absent where only counts are known.
    measured, registered, target
        Children measured, in the register, and in the projection that the campaign aims at.
    stunted
        Children recorded as stunted.
    attendance, attendance_basis
        Share of children who were measured, 0 to 1; ``published``, ``derived`` or ``unknown``.
    source, url, note
        Where it was read, and what is known of it.
    """

    id: str
    area: str
    year: int
    month: int | None
    instrument: str
    share: float | None
    measured: int | None
    registered: int | None
    target: int | None
    stunted: int | None
    attendance: float | None
    attendance_basis: str
    source: str
    url: str
    note: str


def load_routine(path: Path | None = None, area: str | None = None) -> tuple[RoutineFigure, ...]:
    """Return the routine figures.

    Parameters
    ----------
    path
        CSV file; the packaged table when absent.
    area
        Keep one area, by code; all when absent.

    Raises
    ------
    DataError
        With every problem of the table, by file, line and column.
    """
    rows = load_rows(path or DATA_FOLDER / "routine.csv", COLUMNS, _reader(load_areas()))
    return tuple(row for row in rows if area in (None, row.area))


def _reader(areas: dict[str, Area]) -> Callable[[Cells], RoutineFigure | None]:
    def make(cells: Cells) -> RoutineFigure | None:
        check_area(cells, areas)
        return _figure(cells)

    return make


def _figure(cells: Cells) -> RoutineFigure | None:
    cells.needed("id", "area")
    check_source(cells)
    year, month = read_year(cells), cells.number("month")
    if month is not None and (month != int(month) or not 1 <= month <= 12):
        cells.fault("month", "a month from 1 to 12", f"{month:g}", "Correct the month")
    instrument = cells.choice("instrument", INSTRUMENTS)
    share, attendance = read_share(cells, "share"), read_share(cells, "attendance")
    basis = cells.choice("attendance_basis", BASES)
    counts = [read_count(cells, name) for name in ("measured", "registered", "target", "stunted")]
    measured, registered, target, stunted = counts
    if share is None and measured is None and not cells.text("share"):
        cells.fault("share", "a share, or children measured", "neither", "Give one of them")
    if (attendance is None) != (basis == "unknown"):
        found = "nothing" if attendance is None else f"{attendance:g}"
        expected = "unknown where no attendance is given, and only there"
        cells.fault("attendance_basis", expected, f"{basis} with {found}", "Correct one of the two")
    if year is None:
        return None
    return RoutineFigure(
        id=cells.text("id"),
        area=cells.text("area"),
        year=year,
        month=None if month is None else int(month),
        instrument=instrument,
        share=share,
        measured=measured,
        registered=registered,
        target=target,
        stunted=stunted,
        attendance=attendance,
        attendance_basis=basis,
        source=cells.text("source"),
        url=cells.text("url"),
        note=cells.text("note"),
    )
