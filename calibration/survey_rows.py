"""One row of a table of surveys: its columns and what may be in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..model.calendar import FIRST_YEAR, HORIZON_MONTH
from ..model.tabular import Cells
from .areas import Area, check_area
from .tables import check_order, check_source, read_count, read_share, read_year

COLUMNS = (  # noqa: SIM905
    "id area survey instrument year value low high ci_low ci_high month_low month_high "
    "months_basis children children_low children_high children_basis basis estimate role official "
    "source url note"
).split()
INSTRUMENTS = ("SSGI", "SKI", "SSGBI", "Riskesdas", "PSG", "prediction")
MONTHS_BASES = ("published", "planned", "assumed", "unknown")
CHILDREN_BASES = ("published", "design", "unknown")
BASES = ("read", "derived", "bracket")
ESTIMATES = ("direct", "small_area", "unknown", "model")
LAST_FITTED_YEAR = 2022
"""Later surveys are held out of the fit that is scored."""


@dataclass(frozen=True)
class Survey:
    """One published prevalence of stunting, as a point or as an interval.

    Attributes
    ----------
    id
        Name of the row.
    area
        Code in the table of areas.
    survey, instrument
        The round, such as ``SSGI 2022``, and its kind, such as ``SSGI``.
    year
        Calendar year of the survey.
    value
        Share of children under five who are stunted, 0 to 1; absent for an interval.
    low, high
        Ends of the interval that is known to hold the published value, 0 to 1; absent for a point.
    ci_low, ci_high
        Published 95 percent confidence interval, 0 to 1; absent where none was read.
    month_low, month_high
        First and last month of field work; 0 is January 2018. The whole year where unknown.
    months_basis
        ``published``, ``planned``, ``assumed`` or ``unknown``.
    children
        Children measured; absent where unknown.
    children_low, children_high
        Uncertain range of the children, where one is known.
    children_basis
        ``published``, ``design`` (census blocks times households) or ``unknown``.
    basis
        ``read``, ``derived`` from other numbers read, or ``bracket``.
    estimate
        ``direct``, ``small_area``, ``unknown`` which of the two, or ``model`` (no survey at all).
    role
        ``fit``, ``alternative`` (instead of a fitted one), ``unseen``, ``context`` or ``rival``
        (recorded and never used).
    official
        Whether the number is in an official list.
    source, url, note
        Where it was read, and what is known of it.
    """

    id: str
    area: str
    survey: str
    instrument: str
    year: int
    value: float | None
    low: float | None
    high: float | None
    ci_low: float | None
    ci_high: float | None
    month_low: float
    month_high: float
    months_basis: str
    children: int | None
    children_low: int | None
    children_high: int | None
    children_basis: str
    basis: str
    estimate: str
    role: str
    official: bool
    source: str
    url: str
    note: str


@dataclass(frozen=True)
class Rules:
    """What one table of surveys may hold.

    Attributes
    ----------
    roles
        Allowed roles.
    earliest, latest
        Years it may hold, where they are bounded.
    complete
        Whether months and children must be there, as a likelihood needs them.
    rounds
        Years of rounds that other tables hold; a row of one of them has its year.
    districts
        Whether only districts are read, as what a fit would not read must not seem to be.
    """

    roles: tuple[str, ...]
    earliest: int | None = None
    latest: int | None = None
    complete: bool = False
    rounds: Mapping[str, int] = field(default_factory=dict[str, int])
    districts: bool = False


def survey_reader(rules: Rules, areas: dict[str, Area]) -> Callable[[Cells], Survey | None]:
    """Return a function that makes rows and knows those that it has made.

    Parameters
    ----------
    rules
        Of the table.
    areas
        Known areas by code.
    """
    lines: dict[tuple[str, str, str], int] = {}

    def make(cells: Cells) -> Survey | None:
        check_area(cells, areas)
        if rules.districts:
            _check_district(cells, areas)
        row = _survey(cells, rules)
        _check_twice(cells, lines, "rival" in rules.roles)
        return row

    return make


def _survey(cells: Cells, rules: Rules) -> Survey | None:
    cells.needed("id", "area", "survey")
    check_source(cells)
    words = {
        column: cells.choice(column, allowed)
        for column, allowed in (
            ("instrument", INSTRUMENTS),
            ("months_basis", MONTHS_BASES),
            ("children_basis", CHILDREN_BASES),
            ("basis", BASES),
            ("estimate", ESTIMATES),
            ("role", rules.roles),
        )
    }
    official, year = cells.flag("official"), read_year(cells)
    shares = {name: read_share(cells, name) for name in COLUMNS[5:10]}
    counts = {name: read_count(cells, name) for name in COLUMNS[13:16]}
    _check_value(cells, shares)
    check_order(
        cells, "children_low", "children_high", (counts["children_low"], counts["children_high"])
    )
    _check_children(cells, counts["children"], words["children_basis"], rules)
    if year is None:
        return None
    _check_year(cells, year, rules)
    months = _months(cells, year, words["months_basis"], rules)
    if months is None:
        return None
    return Survey(
        id=cells.text("id"),
        area=cells.text("area"),
        survey=cells.text("survey"),
        year=year,
        month_low=months[0],
        month_high=months[1],
        official=official,
        source=cells.text("source"),
        url=cells.text("url"),
        note=cells.text("note"),
        children=counts["children"],
        children_low=counts["children_low"],
        children_high=counts["children_high"],
        value=shares["value"],
        low=shares["low"],
        high=shares["high"],
        ci_low=shares["ci_low"],
        ci_high=shares["ci_high"],
        **words,
    )


def _check_twice(cells: Cells, lines: dict[tuple[str, str, str], int], rivals: bool) -> None:
    """Report a second number of one area, survey and role; rivals may be many."""
    key = (cells.text("area"), cells.text("survey"), cells.text("role"))
    if key[2] == "rival":
        return
    first = lines.setdefault(key, cells.line)
    if first != cells.line:
        found = f"{key[0]}, {key[1]}, {key[2]} again (first in line {first})"
        remedy = "Remove one of the two rows" + (", or give it the role rival" if rivals else "")
        cells.fault("survey", "one row of an area, survey and role", found, remedy)


def _check_district(cells: Cells, areas: dict[str, Area]) -> None:
    """Report a row of a province or of the nation, whose figures contain those of districts."""
    area = areas.get(cells.text("area"))
    if area is not None and area.kind != "district":
        remedy = "Leave the row out; its figure contains those of the districts"
        cells.fault("area", "a district", f"{area.code}, a {area.kind}", remedy)


def _check_value(cells: Cells, shares: dict[str, float | None]) -> None:
    value, low, high = shares["value"], shares["ci_low"], shares["ci_high"]
    interval = any(cells.text(name) for name in ("low", "high"))
    if bool(cells.text("value")) == interval:
        found = "both" if interval else "neither"
        cells.fault("value", "a value, or low and high", found, "Keep one of the two forms")
    check_order(cells, "low", "high", (shares["low"], shares["high"]))
    check_order(cells, "ci_low", "ci_high", (low, high))
    if value is None or low is None or high is None or low >= high:
        return
    if not low <= value <= high:
        expected = "a value inside its confidence interval"
        cells.fault("value", expected, f"{value:g}", "Correct the value or the interval")


def _check_children(cells: Cells, children: int | None, basis: str, rules: Rules) -> None:
    empty = not cells.text("children")
    if empty and rules.complete:
        remedy = "Give the children measured, or derive them from the design of the survey"
        cells.fault("children", "a whole number of children, 1 or more", "nothing", remedy)
    elif empty != (basis == "unknown") and basis in CHILDREN_BASES:
        found = "nothing" if empty else f"{cells.text('children')} children"
        expected = "unknown where no children are given, and only there"
        cells.fault(
            "children_basis", expected, f"{basis} with {found}", "Say how the number was found"
        )


def _check_year(cells: Cells, year: int, rules: Rules) -> None:
    known = rules.rounds.get(cells.text("survey"), year)
    if year != known:
        expected = f"{known}, the year of {cells.text('survey')} in the packaged tables"
        cells.fault("year", expected, str(year), "Correct the year, or name another round")
    if rules.latest is not None and year > rules.latest:
        expected = f"a year up to {rules.latest}, the last that the fit may see"
        cells.fault("year", expected, str(year), "Move the row to the same table in holdout/")
    if rules.earliest is not None and year < rules.earliest:
        expected = f"a year from {rules.earliest} on, which the fit may not see"
        cells.fault("year", expected, str(year), "Move the row to the same table above holdout/")


def _months(cells: Cells, year: int, basis: str, rules: Rules) -> tuple[float, float] | None:
    """Return the months of field work; the whole year where they are unknown."""
    first, last = cells.number("month_low"), cells.number("month_high")
    start = 12.0 * (year - FIRST_YEAR)
    if first is None or last is None:
        if cells.text("month_low") or cells.text("month_high"):
            check_order(cells, "month_low", "month_high", (first, last))
        elif rules.complete or basis != "unknown":
            remedy = "Count from 0 for January 2018"
            cells.fault("month_low", "first and last month of field work", "nothing", remedy)
        return start, start + 11.0
    found = f"{first:g} to {last:g}"
    if not 0.0 <= first <= last <= HORIZON_MONTH:
        cells.fault("month_low", "months in order, from 0", found, "Correct the months")
    elif first > start + 11.0 or last < start:
        expected = f"months in {year}, {start:g} to {start + 11.0:g}"
        cells.fault("month_low", expected, found, "Correct the months or the year")
    return first, last
