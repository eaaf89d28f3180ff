"""Shocks as they are asked for on the command line, and as they are called in tables."""

from __future__ import annotations

from collections.abc import Sequence

from ...model.agents.actors import ACTORS
from ...model.agents.areas import Area
from ...model.agents.settings import SHOCKS, Shock, ShockKind
from ...model.calendar import date_of, month_of
from ...model.errors import InputError, Problem

NAMES: dict[str, ShockKind] = {kind.replace(" ", "-"): kind for kind in SHOCKS}
"""Kinds as they are written: without spaces."""
FORM = "KIND[:TARGET]@YYYY-MM[+MONTHS]"


def read_shocks(texts: Sequence[str], areas: Sequence[Area], until: float) -> tuple[Shock, ...]:
    """Return shocks written as ``rotation:dinkes@2028-01`` or ``no-lists@2028-01+12``.

    Parameters
    ----------
    texts
        As given on the command line.
    areas
        Kecamatan of the district.
    until
        Last month of the run, months since January 2018.

    Raises
    ------
    InputError
        With every mistake.
    """
    problems: list[Problem] = []
    found = [_read(text, areas, until, problems) for text in texts]
    if problems:
        raise InputError(problems)
    return tuple(shock for shock in found if shock is not None)


def _read(text: str, areas: Sequence[Area], until: float, problems: list[Problem]) -> Shock | None:
    where = f"--shock {text}"
    what, _, when = text.partition("@")
    date, plus, months = when.partition("+")
    name, colon, target = what.partition(":")
    kind = NAMES.get(name.strip())
    if kind is None:
        expected = f"one of {', '.join(NAMES)}"
        problems.append(Problem(where, expected, repr(name.strip()), f"Write it as {FORM}"))
        return None
    try:
        month = month_of(date.strip(), where)
    except InputError as error:
        problems += error.problems
        return None
    if month >= until:
        expected, remedy = f"a month before {date_of(until)}", "Choose an earlier month, or --until"
        problems.append(Problem(where, expected, date.strip(), remedy))
    if plus and (kind != "no lists" or not months.strip().isdigit() or int(months) < 1):
        expected = "whole months, for no-lists only"
        problems.append(Problem(where, expected, repr(f"+{months}"), f"Write it as {FORM}"))
        return None
    aim = _target(kind, target.strip(), areas, where, problems) if colon else ""
    return Shock(kind, month, aim, float(months)) if plus else Shock(kind, month, aim)


def _target(
    kind: str, target: str, areas: Sequence[Area], where: str, problems: list[Problem]
) -> str:
    """Return an actor or a kecamatan by its name, whatever its capitals."""
    known = {"rotation": list(ACTORS), "cadres leave": [area.name for area in areas]}.get(kind, [])
    named = {name.casefold(): name for name in known}
    if target.casefold() in named:
        return named[target.casefold()]
    expected = f"one of {', '.join(known)}" if known else "no target"
    problems.append(Problem(where, expected, repr(target), "Correct the target"))
    return ""


def write_shock(shock: Shock) -> str:
    """Return a shock as it is asked for.

    Examples
    --------
    >>> write_shock(Shock("no lists", 120.0))
    'no-lists@2028-01+12'
    """
    aim = f":{shock.target}" if shock.target else ""
    last = f"+{shock.months:g}" if shock.kind == "no lists" else ""
    return f"{shock.kind.replace(' ', '-')}{aim}@{date_of(shock.month)}{last}"
