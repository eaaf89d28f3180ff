"""Doses as a planner says them: so many of a thing, or so many percent of it."""

from __future__ import annotations

from .levers import Lever
from .text import Language, number, percent


def dose_text(lever: Lever, level: float, language: Language, exact: bool = False) -> str:
    """Write a level of a lever in its own unit, a share in percent.

    Parameters
    ----------
    lever
        What is bought.
    level
        In the lever's unit.
    language
        Of words and number.
    exact
        As it was run, to a thousandth; else as one says it: nobody trains a tenth of a cadre.

    Examples
    --------
    >>> from .levers import catalogue
    >>> levers = catalogue().levers
    >>> dose_text(levers["forum meetings"], 1.0, "en"), dose_text(levers["supervision"], 0.8, "en")
    ('1 round of meetings a month', '80 % of posyandu coached each month')
    """
    if lever.is_share:
        share = f"{number(100.0 * level, language)} %" if exact else percent(level, language)
        return f"{share} {lever.dose_after.get(language)}"
    said = level if exact else round(level) if level >= 10.0 else float(f"{level:.2g}")
    amount = number(said, language)
    unit = lever.dose_after if amount == "1" else lever.dose_unit
    return f"{amount} {unit.get(language)}"
