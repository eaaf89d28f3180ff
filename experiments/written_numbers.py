"""Numbers that a person wrote: what counts as one, and what to do about the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+")


def number_of(text: str) -> float | None:
    """Return the finite number that a text is, or nothing.

    Examples
    --------
    >>> number_of(" 1.5e2 "), number_of("1,5"), number_of("1e999"), number_of("nan")
    (150.0, None, None, None)
    """
    text = text.strip()
    if len(text) > 400 or not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if abs(value) < float("inf") else None


def remedy_for(text: object) -> str:
    """Return what to do about something that should be a number.

    Examples
    --------
    >>> remedy_for("0,5"), remedy_for("30 %")
    ('Use a decimal point: 0.5', 'Write 0.3 for 30 percent')
    """
    shown = str(text).strip()
    if _DECIMAL_COMMA.fullmatch(shown):
        return f"Use a decimal point: {shown.replace(',', '.')}"
    share = number_of(shown.rstrip("%").strip()) if shown.endswith("%") else None
    if share is not None:
        return f"Write {share / 100.0:g} for {share:g} percent"
    return "Write a number such as 0.5 or 1e3"


def percent(values: Iterable[float], bounds: tuple[float, float] | None) -> float | None:
    """Return the first value that seems to be a share written in percent, or nothing.

    Parameters
    ----------
    values
        What was written.
    bounds
        Lowest and highest value that make sense, if known.

    Examples
    --------
    >>> percent([0.3, 30.0], (0.0, 1.0)), percent([30.0], (0.0, 50.0)), percent([30.0], None)
    (30.0, None, None)
    """
    if bounds is None or bounds[0] < 0.0 or bounds[1] > 1.0:
        return None
    return next((value for value in values if 1.0 < value <= 100.0), None)
