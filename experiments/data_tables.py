"""``tumbuh data`` on a terminal: one table an area, its sources, and what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.table import Table

from ..calibration.age_profile import SHORT_AT_BIRTH, AgeGroup
from ..calibration.areas import Area
from ..calibration.intervals import DESIGN_EFFECT
from ..calibration.routine import RoutineFigure
from ..calibration.survey_rows import LAST_FITTED_YEAR
from ..model.calendar import date_of
from .cli_common import console
from .cli_tables import items, section
from .data_points import Data, Point, never_found, without_figure, without_survey
from .grid import grid
from .outcomes import POINTS
from .text import Words

WIDE = 100
"""Columns that the whole table of surveys takes in either language."""


class Sources:
    """Numbers sources in the order in which tables cite them."""

    def __init__(self) -> None:
        self._number: dict[tuple[str, str], int] = {}

    def cite(self, source: str, url: str) -> str:
        """Return the number of a source."""
        return str(self._number.setdefault((source, url), len(self._number) + 1))

    def lines(self) -> list[str]:
        """Return the list of sources."""
        return [f"[{n}] {source}. {url}" for (source, url), n in self._number.items()]


def show(data: Data, words: Words) -> None:
    """Print the tables of surveys, routine figures and ages, then sources and gaps.

    Parameters
    ----------
    data
        What was asked for.
    words
        Language.
    """
    out, sources = console(), Sources()
    for area in data.areas:
        points = data.of(area)
        section(out, words.get("data.heading", area=area_name(area, words)))
        if points:
            cells = [_cells(point, words, sources) for point in points]
            for place, table in enumerate(_tables(cells, words, out.width)):
                if place:
                    out.print()
                out.print(table)
        else:
            out.print(words.get("data.none"))
    if data.routine:
        section(out, words.get("data.routine"))
        cells = [_routine(row, data.areas, words, sources) for row in data.routine]
        out.print(grid(_titles("area when share measured attendance source", words), cells))
    if data.ages:
        section(out, words.get("data.age"))
        rows = [_age(row, words, sources) for row in data.ages]
        out.print(grid(_titles("survey months share measure basis source", words), rows))
    section(out, words.get("data.reading"))
    items(out, reading(data, words))
    section(out, words.get("data.gaps"))
    items(out, gaps(data, words))
    section(out, words.get("data.sources"))
    for line in sources.lines():
        out.print(line, markup=False, soft_wrap=True)


def area_name(area: Area, words: Words) -> str:
    """Return the name of an area in the reader's language."""
    return area.name_id if words.language == "id" else area.name_en


def short_name(area: Area, words: Words) -> str:
    """Return the name of an area, that of a district without its kind, for a narrow panel."""
    if area.kind != "district":
        return area_name(area, words)
    return area.name_id.removeprefix("Kabupaten ").removeprefix("Kota ")


def share_text(value: float | None, words: Words) -> str:
    """Write a share as a percentage with the decimals that were published, at least one."""
    if value is None:
        return words.get("data.unknown")
    exact = abs(POINTS * value - round(POINTS * value, 1)) < 1e-9
    return words.number(POINTS * value, 1 if exact else 2)


def reading(data: Data, words: Words) -> list[str]:
    """Return how the tables are to be read."""
    lines = [words.get("data.interval", effect=words.number(DESIGN_EFFECT))]
    lines += [words.get("data.months"), words.get("data.sizes"), words.get("data.roles")]
    if data.routine:
        lines.append(words.get("data.routine_note"))
    if data.ages:
        lines.append(words.get("data.age_note", length=SHORT_AT_BIRTH))
    return lines


def gaps(data: Data, words: Words) -> list[str]:
    """Return what the tables do not hold, computed from them."""
    lines = [
        words.get("data.no_survey", area=area_name(area, words)) for area in without_survey(data)
    ]
    for key, missing in (("missing", without_figure(data)), ("never", never_found(data))):
        for name, areas in missing.items():
            listed = ", ".join(area_name(area, words) for area in areas)
            lines.append(words.get(f"data.{key}", survey=name, areas=listed))
    for key, chosen in (
        ("no_children", [p for p in data.points if p.survey.children is None]),
        ("no_months", [p for p in data.points if p.survey.months_basis == "unknown"]),
        ("small_area", [p for p in data.points if p.survey.estimate == "unknown"]),
    ):
        if chosen:
            lines.append(words.get(f"data.{key}", surveys=_rounds(chosen)))
    if not any(point.later for point in data.points):
        lines.append(words.get("data.later", year=LAST_FITTED_YEAR))
    if data.ages:
        lines.append(words.get("data.no_haz"))
    return lines


def _rounds(points: Iterable[Point]) -> str:
    return ", ".join(dict.fromkeys(p.survey.survey for p in points))


def _tables(cells: Sequence[list[str]], words: Words, width: int) -> list[Table]:
    """Return one table, or two on a terminal on which one would cut numbers."""
    titles = _titles("survey value interval fieldwork children official role source", words)
    parts = (range(8),) if width >= WIDE else ((0, 1, 2, 6, 7), (0, 3, 4, 5))
    return [
        grid([titles[k] for k in part], [[row[k] for k in part] for row in cells]) for part in parts
    ]


def _titles(names: str, words: Words) -> list[str]:
    return [words.get(f"data.column_{name}") for name in names.split()]


def _cells(point: Point, words: Words, sources: Sources) -> list[str]:
    row = point.survey
    value = share_text(row.value, words)
    if row.low is not None and row.high is not None:
        value = words.span(POINTS * row.low, POINTS * row.high)
    flags = [
        words.get("data.yes" if row.official else "data.no"),
        words.get(f"data.role_{row.role}"),
    ]
    if row.basis == "derived":
        value += "*"
    return [
        row.survey,
        value,
        _interval(point, words),
        _field_work(point, words),
        _children(point, words),
        *flags,
        sources.cite(words.told(row.source), row.url),
    ]


def _interval(point: Point, words: Words) -> str:
    """Return the interval; one that is published has the decimals it was published with."""
    if point.low is None or point.high is None:
        return words.get("data.unknown")
    if point.origin != "published":
        return words.span(POINTS * point.low, POINTS * point.high)
    ends = {"low": share_text(point.low, words), "high": share_text(point.high, words)}
    return f"{words.get('span', **ends)} ({words.get('data.published')})"


def _field_work(point: Point, words: Words) -> str:
    """Return the months of field work, marked where they are assumed or planned."""
    row = point.survey
    if row.months_basis == "unknown":
        return words.get("data.unknown")
    first, last = (_month(month, words) for month in (row.month_low, row.month_high))
    if first[-4:] == last[-4:]:
        first = first[:-5]
    mark = {"assumed": " ~", "planned": " ^"}.get(row.months_basis, "")
    return f"{first}–{last}{mark}"


def _month(month: float, words: Words) -> str:
    year, number = date_of(month).split("-")
    return f"{words.get('months').split()[int(number) - 1][:3]} {year}"


def _children(point: Point, words: Words) -> str:
    """Return the sample, its uncertain range, and a mark where it comes from the design."""
    row = point.survey
    if row.children is None:
        return words.get("data.unknown")
    text = words.number(row.children, 0) + ("" if row.children_basis == "published" else " d")
    if row.children_low is not None and row.children_high is not None:
        text += f" ({words.span(row.children_low, row.children_high, 0)})"
    return text


def _routine(
    row: RoutineFigure, areas: Sequence[Area], words: Words, sources: Sources
) -> list[str]:
    name = next(area_name(area, words) for area in areas if area.code == row.area)
    months = words.get("months").split()
    when = f"{months[row.month - 1][:3]} {row.year}" if row.month else str(row.year)
    unknown = words.get("data.unknown")
    attendance = unknown if row.attendance is None else share_text(row.attendance, words)
    if row.attendance_basis == "derived":
        attendance += "*"
    measured = unknown if row.measured is None else words.number(row.measured, 0)
    share = share_text(row.share, words)
    return [name, when, share, measured, attendance, sources.cite(words.told(row.source), row.url)]


def _age(row: AgeGroup, words: Words, sources: Sources) -> list[str]:
    months = f"{row.age_low}–{row.age_high}" if row.age_high else words.get("data.birth")
    value = share_text(row.value, words)
    texts = [
        words.get(f"data.{row.measure}", length=SHORT_AT_BIRTH),
        words.get(f"data.{row.basis}"),
    ]
    return [row.survey, months, value, *texts, sources.cite(words.told(row.source), row.url)]
