"""Numbers, units and priors of the evidence tables as a reader's language writes them."""

from __future__ import annotations

import re
from decimal import Decimal

from ..model.distributions import FAMILIES, Prior
from ..model.evidence_rows import Effect
from ..model.parameters import Parameter
from .text import Words

_BARE = ("dmnl", "none", "1")
"""Units of what has none."""
_MOMENT = (" start", " end")
"""How the names of constants end that are a month of the model's clock."""
RANGE_KINDS = {
    "A14": "trials",
    "C03": "medians",
    "C05": "medians",
    "C07": "quartiles",
    "C08": "quartiles",
    "E28": "provinces",
    "F10": "published",
}
"""Findings whose low and high are no interval, by the kind that their note names."""


def number_text(value: float, words: Words) -> str:
    """Write a number with up to six digits that count, and no power of ten.

    Examples
    --------
    >>> from .text import words
    >>> number_text(24302.0, words("id")), number_text(0.0000430638, words("id"))
    ('24.302', '0,0000430638')
    """
    decimals = max(0, -int(Decimal(f"{value:.6g}").as_tuple().exponent))
    return words.number(float(f"{value:.6g}"), decimals)


def amount_text(number: str, unit: str, words: Words) -> str:
    """Write a number with its unit: "12 months", "0.01 per month", and a bare one alone.

    Parameters
    ----------
    number
        As it is read, perhaps with its range.
    unit
        Of the tables.
    words
        Language.
    """
    if unit in _BARE:
        return number
    if unit.startswith("1/"):
        return f"{number} {words.get('evidence.per', unit=words.unit(unit[2:]))}"
    several = words.table["unit_many"]
    first = re.match(r"[A-Za-z]+(?=$|/)", unit)
    if number != "1" and first and first[0] in several:
        return f"{number} {several[first[0]]}{words.unit(unit[first.end() :])}"
    return f"{number} {words.unit(unit)}"


def range_text(finding: str, ends: str, words: Words) -> str:
    """Return the ends of a finding, with the kind of range where it is not an interval.

    Parameters
    ----------
    finding
        Its id.
    ends
        Both, as they are read.
    words
        Language.
    """
    kind = RANGE_KINDS.get(finding)
    return f"{words.get(f'range_kind.{kind}')} {ends}" if kind else ends


def finds_nothing(row: Effect) -> bool:
    """Tell whether a finding says that there was no difference, without saying how large one was.

    The table has 0 for it, which is no measurement.

    Parameters
    ----------
    row
        A finding.
    """
    return row.value == 0.0 and row.low is None and row.high is None


def value_text(row: Parameter | Effect, words: Words) -> str:
    """Write the value of a row, a finding with its range; nothing where there is none.

    Parameters
    ----------
    row
        A parameter or a finding.
    words
        Language.
    """
    if row.value is None:
        return ""
    if isinstance(row, Effect) and finds_nothing(row):
        return words.get("caveat.no_difference")
    if isinstance(row, Parameter) and row.unit == "month" and row.name.endswith(_MOMENT):
        return words.month(row.value)
    number = number_text(row.value, words)
    if isinstance(row, Effect) and row.low is not None and row.high is not None:
        low, high = (number_text(end, words) for end in (row.low, row.high))
        number += f" ({range_text(row.id, words.get('span', low=low, high=high), words)})"
    return amount_text(number, row.unit, words)


def prior_words(prior: Prior, words: Words) -> str:
    """Say a prior: its family with its numbers, its bounds, and the value that means no effect.

    Parameters
    ----------
    prior
        Of a parameter.
    words
        Language.
    """
    numbers = zip("abc", prior.numbers[: len(FAMILIES[prior.family])], strict=False)
    given = {name: number_text(value, words) for name, value in numbers if value is not None}
    told = words.get(f"prior.{prior.family}", **given)
    ends = {"low": prior.lower, "high": prior.upper}
    known = {name: number_text(end, words) for name, end in ends.items() if end is not None}
    if known and prior.family != "fixed":
        told = words.get(f"prior.{'_'.join(['within', *known])}", prior=told, **known)
    if prior.spike is None or prior.null_value is None:
        return told
    blanks = {"share": words.percent(prior.spike), "value": number_text(prior.null_value, words)}
    return words.get("prior.spike", prior=told, **blanks)
